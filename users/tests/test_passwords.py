"""Changing, forgetting and resetting passwords."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.models import AuditEntry
from users import tasks
from users.models import OneTimeLink, Session, User
from users.services import links
from users.tests.broker import arguments_of, queued
from users.tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db

NEW = "purple-monkey-dishwasher"
CHANGE = "/api/v1/auth/change-password/"
RESET = "/api/v1/auth/password-reset/"
CONFIRM = "/api/v1/auth/password-reset/confirm/"
LOGIN = "/api/v1/auth/login/"
ME = "/api/v1/auth/me/"


def change(client, new=NEW, current=PASSWORD):
    return client.post(CHANGE, {"current_password": current, "new_password": new})


def can_sign_in(api, user, password):
    answer = api.post(LOGIN, {"login": user.username, "password": password})
    return answer.status_code == 200


def secret_in_mail():
    return re.search(r"#token=(\S+)", mail.outbox[-1].body)[1]


def reset_secret(user):
    """Ask for a reset as the worker does, and read the secret from the e-mail."""
    link_id = links.reset_link_create(user_id=user.pk, now=timezone.now())
    tasks.link_send(str(link_id))
    return secret_in_mail()


def without_id(answer):
    return {key: value for key, value in answer.json().items() if key != "request_id"}


def test_changing_ones_password_ends_every_session_and_begins_a_new_one(client_as, client_of, api):
    client = client_as("cashier")
    elsewhere = client_of(client.user)

    answer = change(client)

    assert answer.status_code == 200
    assert client.get(ME).status_code == 401
    assert elsewhere.get(ME).status_code == 401
    renewed = api.get(ME, HTTP_AUTHORIZATION=f"Bearer {answer.json()['access']}")
    assert renewed.status_code == 200
    assert can_sign_in(api, client.user, NEW)
    assert AuditEntry.objects.filter(action="users.password_changed").count() == 1


def test_a_wrong_current_password_changes_nothing_and_is_counted(client_as, api):
    client = client_as("cashier")

    refused = [change(client, current="wrong") for _attempt in range(6)]

    assert [answer.status_code for answer in refused] == [401] * 5 + [429]
    assert User.objects.get(pk=client.user.pk).check_password(PASSWORD)
    assert client.get(ME).status_code == 200


@pytest.mark.parametrize("weak", ["short", "1234567890123", "password123", "person-name-here"])
def test_a_weak_password_is_refused_with_every_reason(client_of, weak):
    client = client_of(UserFactory(username="person-name-here"))

    answer = change(client, new=weak)

    assert answer.status_code == 422
    assert answer.json()["code"] == "password_refused"
    assert all(problem["field"] == "password" for problem in answer.json()["errors"])
    assert client.get(ME).status_code == 200
    assert User.objects.get(pk=client.user.pk).check_password(PASSWORD)


def test_a_password_keeps_its_spaces(client_as, api):
    client = client_as("cashier")

    change(client, new="  spaces around it  ")

    assert can_sign_in(api, client.user, "  spaces around it  ")


def test_an_older_hash_becomes_argon2_at_the_next_login(api, settings):
    user = UserFactory()
    assert user.password.startswith("md5$")
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.Argon2PasswordHasher",
        "django.contrib.auth.hashers.MD5PasswordHasher",
    ]

    assert can_sign_in(api, user, PASSWORD)
    assert User.objects.get(pk=user.pk).password.startswith("argon2$argon2id$")


def test_asking_for_a_reset_answers_the_same_for_everybody(api):
    known = UserFactory(email="layla@example.com")
    UserFactory(email="gone@example.com", deactivated=True)
    seen = []
    for email in ("layla@example.com", "nobody@example.com", "gone@example.com"):
        with CaptureQueriesContext(connection) as queries:
            answer = api.post(RESET, {"email": email}, HTTP_X_REQUEST_ID="one-and-the-same")
        seen.append((answer.status_code, answer.content, dict(answer.headers), len(queries)))

    assert seen[0] == seen[1] == seen[2]
    assert seen[0][0] == 202
    ids = [arguments for arguments in arguments_of(tasks.password_reset_start)]
    assert [known.pk] in ids
    assert [0] in ids
    assert len(ids) == 3


def test_the_worker_sends_a_link_to_an_active_user_only(api):
    for user_id in (
        0,
        UserFactory(invited=True).pk,
        UserFactory(deactivated=True).pk,
        UserFactory(email="").pk,
    ):
        tasks.password_reset_start(user_id)

    assert not OneTimeLink.objects.exists()
    assert not AuditEntry.objects.filter(action="users.password_reset_requested").exists()


def test_a_reset_by_the_link_in_the_mail_sets_the_password_and_ends_every_session(api, client_of):
    user = UserFactory(email="layla@example.com")
    session = client_of(user)
    api.post(RESET, {"email": "LAYLA@example.com"})
    for arguments in arguments_of(tasks.password_reset_start):
        tasks.password_reset_start(*arguments)
    for arguments in arguments_of(tasks.link_send):
        tasks.link_send(*arguments)
    assert mail.outbox[0].to == ["layla@example.com"]

    answer = api.post(CONFIRM, {"token": secret_in_mail(), "password": NEW})

    assert answer.status_code == 204
    assert session.get(ME).status_code == 401
    assert can_sign_in(api, user, NEW)
    assert not can_sign_in(api, user, PASSWORD)
    assert AuditEntry.objects.filter(action="users.password_reset").count() == 1


def test_no_secret_lies_in_the_broker_or_the_database(api):
    user = UserFactory()
    api.post(RESET, {"email": user.email})
    for arguments in arguments_of(tasks.password_reset_start):
        tasks.password_reset_start(*arguments)
    for arguments in arguments_of(tasks.link_send):
        tasks.link_send(*arguments)

    secret = secret_in_mail()
    assert len(secret) >= 43
    assert all(secret not in text for _name, _arguments, text in queued())
    assert secret not in str(list(OneTimeLink.objects.values()))


def test_a_link_works_once(api):
    user = UserFactory()
    secret = reset_secret(user)
    assert api.post(CONFIRM, {"token": secret, "password": NEW}).status_code == 204

    again = api.post(CONFIRM, {"token": secret, "password": "other-long-password"})

    assert again.status_code == 422
    assert again.json()["code"] == "invalid_link"
    assert can_sign_in(api, user, NEW)


def test_used_revoked_expired_and_invented_links_are_not_told_apart(api):
    used, revoked, expired = (reset_secret(UserFactory()) for _user in range(3))
    api.post(CONFIRM, {"token": used, "password": NEW})
    OneTimeLink.objects.filter(digest=links._hash(revoked)).update(revoked_at=timezone.now())
    OneTimeLink.objects.filter(digest=links._hash(expired)).update(
        created_at=timezone.now() - timedelta(hours=2), expires_at=timezone.now()
    )
    sessions_before = Session.objects.count()

    answers = [
        api.post(CONFIRM, {"token": token, "password": NEW})
        for token in (used, revoked, expired, "invented")
    ]

    assert all(without_id(answer) == without_id(answers[0]) for answer in answers)
    assert answers[0].status_code == 422
    assert Session.objects.count() == sessions_before


def test_an_hour_later_the_link_is_dead(api):
    secret = reset_secret(UserFactory())

    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        assert api.post(CONFIRM, {"token": secret, "password": NEW}).status_code == 422


def test_a_newer_link_kills_the_older_one(api):
    user = UserFactory()
    older, newer = reset_secret(user), reset_secret(user)

    assert api.post(CONFIRM, {"token": older, "password": NEW}).status_code == 422
    assert api.post(CONFIRM, {"token": newer, "password": NEW}).status_code == 204


def test_a_refused_password_leaves_the_link_good(api):
    user = UserFactory()
    secret = reset_secret(user)

    assert api.post(CONFIRM, {"token": secret, "password": "short"}).status_code == 422
    assert User.objects.get(pk=user.pk).check_password(PASSWORD)
    assert api.post(CONFIRM, {"token": secret, "password": NEW}).status_code == 204


def test_a_reset_lifts_the_lockout_of_the_account(api):
    user = UserFactory()
    for _attempt in range(5):
        api.post(LOGIN, {"login": user.username, "password": "wrong"})
    assert not can_sign_in(api, user, PASSWORD)

    api.post(CONFIRM, {"token": reset_secret(user), "password": NEW})

    assert can_sign_in(api, user, NEW)


def test_the_fourth_reset_in_a_row_is_silently_not_sent(api):
    user = UserFactory()

    answers = [api.post(RESET, {"email": user.email}) for _request in range(4)]

    assert [answer.status_code for answer in answers] == [202] * 4
    assert arguments_of(tasks.password_reset_start) == [[user.pk]] * 3 + [[0]]


def test_resets_asked_from_one_address_are_limited_for_all_alike(api):
    answers = [api.post(RESET, {"email": f"n{n}@example.com"}) for n in range(11)]

    assert [answer.status_code for answer in answers] == [202] * 10 + [429]
    assert int(answers[-1]["Retry-After"]) > 0


def test_guessing_links_is_limited_per_address(api):
    answers = [
        api.post(CONFIRM, {"token": f"guess{n}", "password": NEW}).status_code for n in range(21)
    ]

    assert answers == [422] * 20 + [429]


@pytest.mark.parametrize("email", ["", "no-address", "a\u0000@example.com", "x" * 250 + "@b.co"])
def test_a_malformed_address_is_refused(api, email):
    answer = api.post(RESET, {"email": email})

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "email"
    assert arguments_of(tasks.password_reset_start) == []


def test_an_email_is_written_in_its_readers_language_and_links_to_the_frontend(settings):
    settings.FRONTEND_BASE_URL = "https://app.example.com/"
    reset_secret(UserFactory(language="en"))

    assert mail.outbox[0].subject == "A new password for Pharmacio"
    assert "https://app.example.com/reset-password#token=" in mail.outbox[0].body


def test_a_link_is_sent_once_and_a_sweeper_sends_what_was_left_behind():
    user = UserFactory()
    start = timezone.now()
    link_id = links.reset_link_create(user_id=user.pk, now=start)
    assert links.links_unsent(now=start) == []
    assert links.links_unsent(now=start + timedelta(minutes=3)) == [link_id]

    with time_machine.travel(start + timedelta(minutes=3)):
        tasks.links_send_unsent()
        for arguments in arguments_of(tasks.link_send):
            tasks.link_send(*arguments)
            tasks.link_send(*arguments)

    assert len(mail.outbox) == 1
    assert links.links_unsent(now=start + timedelta(minutes=10)) == []


def test_a_link_made_under_an_older_key_is_sent_under_the_present_one(api, settings):
    user = UserFactory()
    link_id = links.reset_link_create(user_id=user.pk, now=timezone.now())
    settings.SECRET_KEY = "another-key-" * 5

    tasks.link_send(str(link_id))

    assert api.post(CONFIRM, {"token": secret_in_mail(), "password": NEW}).status_code == 204


def test_old_links_and_sessions_are_purged(client_as):
    user = client_as("cashier").user
    links.reset_link_create(user_id=user.pk, now=timezone.now())

    tasks.purge_expired()
    assert (OneTimeLink.objects.count(), Session.objects.count()) == (1, 1)
    with time_machine.travel(timezone.now() + timedelta(days=40)):
        tasks.purge_expired()

    assert (OneTimeLink.objects.count(), Session.objects.count()) == (0, 0)
