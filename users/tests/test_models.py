"""What the database itself refuses about accounts."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from users.models import AttemptCounter, OneTimeLink, Session, User, UserStatus
from users.public import user_label, users_by_id
from users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def refused_by(constraint, make):
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        make()
    assert caught.value.__cause__.diag.constraint_name == constraint


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("users_user_username_unique_ci", {"username": "LAYLA"}),
        ("users_user_email_unique_ci", {"username": "b", "email": "LAYLA@example.com"}),
        ("users_user_username_is_no_email", {"username": "a@b"}),
        ("users_user_username_is_no_email", {"username": ""}),
        ("users_user_email_has_at", {"username": "b", "email": "x"}),
        ("users_user_language_known", {"username": "b", "language": "fr"}),
        ("users_user_deactivated_is_inactive", {"username": "b", "deactivated_at": timezone.now()}),
    ],
)
def test_users_that_cannot_be(constraint, fields):
    UserFactory(username="layla", email="layla@example.com")

    refused_by(constraint, lambda: User.objects.create(**fields))


def test_many_users_may_have_no_email():
    UserFactory.create_batch(2, email="")

    assert User.objects.filter(email="").count() == 2


def test_sessions_links_and_counters_that_cannot_be():
    user, now = UserFactory(), timezone.now()
    later = now + timedelta(days=1)
    session = {"user": user, "refresh_jti": "x", "started_at": now, "refreshed_at": now}
    link = {"user": user, "purpose": "invitation", "created_at": now}

    refused_by(
        "users_session_expires_later", lambda: Session.objects.create(**session, expires_at=now)
    )
    refused_by(
        "users_session_ended_has_reason",
        lambda: Session.objects.create(**session, expires_at=later, ended_at=now),
    )
    refused_by(
        "users_link_expires_later",
        lambda: OneTimeLink.objects.create(**link, digest="a", expires_at=now),
    )
    OneTimeLink.objects.create(**link, digest="a", expires_at=later)
    refused_by(
        "users_link_one_open_per_purpose",
        lambda: OneTimeLink.objects.create(**link, digest="b", expires_at=later),
    )
    refused_by(
        "users_link_used_or_revoked",
        lambda: OneTimeLink.objects.update(used_at=now, revoked_at=now),
    )
    refused_by(
        "users_attempts_kind_known",
        lambda: AttemptCounter.objects.create(kind="other", key="a", last_attempt_at=now),
    )


def test_status_follows_from_the_fields():
    assert UserFactory().status is UserStatus.ACTIVE
    assert UserFactory(invited=True).status is UserStatus.INVITED
    assert UserFactory(deactivated=True).status is UserStatus.DEACTIVATED


def test_createsuperuser_makes_one_who_may_do_everything(monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "purple-monkey-dishwasher")
    call_command("createsuperuser", interactive=False, username="root", verbosity=0)

    user = User.objects.get(username="root")
    assert user.is_superuser
    assert user.is_staff
    assert user.check_password("purple-monkey-dishwasher")
    assert user.has_perm("rbac.view_audit")


def test_an_inactive_superuser_may_do_nothing():
    user = UserFactory(is_superuser=True, deactivated=True)

    assert not user.has_perm("users.view")
    assert not user.has_module_perms("users")
    assert user.get_all_permissions() == set()


def test_nobody_may_do_anything():
    assert not AnonymousUser().has_perm("users.view")


def test_the_door_tells_names():
    layla = UserFactory(username="layla", full_name="Layla")
    plain = UserFactory(username="plain", full_name="")

    found = users_by_id([layla.pk, plain.pk, 987654321])

    assert {person.label for person in found.values()} == {"Layla", "plain"}
    assert user_label(layla.pk) == "Layla"
