"""Accounts under real threads."""

from functools import partial

import pytest
from django.utils import timezone

from core.audit import SYSTEM
from core.models import AuditEntry
from core.tests.threads import together
from users.errors import InvalidLink, InvalidRefreshToken, LastAdministrator, UsernameTaken
from users.models import EndReason, LinkPurpose, Session, User
from users.selectors import users_with_perm
from users.services import accounts, links, sessions
from users.tests.factories import UserFactory
from users.tokens import TokenPair

pytestmark = pytest.mark.django_db(transaction=True)


def kinds(results):
    return sorted(type(result).__name__ for result in results)


def test_one_refresh_token_used_twice_at_once_is_a_reuse():
    user = UserFactory()
    pair = sessions.session_start(user=user, address="", user_agent="", now=timezone.now())
    refresh = partial(
        sessions.session_refresh, refresh_token=pair.refresh, address="", now=timezone.now()
    )

    results = together([refresh] * 2)

    assert kinds(results) == [InvalidRefreshToken.__name__, TokenPair.__name__]
    assert Session.objects.get(user=user).end_reason == EndReason.TOKEN_REUSED
    assert AuditEntry.objects.filter(action="users.refresh_token_reused").count() == 1


def test_refreshing_and_ending_all_sessions_at_once_do_not_deadlock():
    user = UserFactory()
    now = timezone.now()
    pairs = [
        sessions.session_start(user=user, address="", user_agent="", now=now) for _n in range(4)
    ]
    deactivate = partial(accounts.user_deactivate, actor=SYSTEM, now=now, user_id=user.pk)
    refreshes = [
        partial(sessions.session_refresh, refresh_token=pair.refresh, address="", now=now)
        for pair in pairs
    ]

    results = together([*refreshes, deactivate])

    assert set(kinds(results)) <= {"InvalidRefreshToken", "TokenPair", "User"}
    assert not Session.objects.filter(ended_at__isnull=True).exists()


def test_one_link_redeemed_by_many_at_once_works_once():
    user = UserFactory(invited=True)
    now = timezone.now()
    link = links.link_create(user=user, purpose=LinkPurpose.INVITATION, now=now)
    accept = partial(
        accounts.invitation_accept,
        secret=links.link_secret(link.pk),
        password="purple-monkey-dishwasher",
        address="",
        user_agent="",
        now=now,
    )

    results = together([accept] * 5)

    assert kinds(results) == [InvalidLink.__name__] * 4 + ["tuple"]
    assert AuditEntry.objects.filter(action="users.invitation_accepted").count() == 1


def test_one_name_invited_by_many_at_once_is_taken_once():
    def invite(number):
        return accounts.user_invite(
            actor=SYSTEM,
            now=timezone.now(),
            username="Layla" if number % 2 else "layla",
            email=f"n{number}@example.com",
        )

    results = together([partial(invite, number) for number in range(6)])

    assert kinds(results) == ["User"] + [UsernameTaken.__name__] * 5
    assert User.objects.count() == 1


def test_administrators_who_remove_each_other_at_once_leave_one(user_as):
    administrators = [user_as("owner") for _n in range(4)]

    results = together(
        [
            partial(accounts.user_deactivate, actor=SYSTEM, now=timezone.now(), user_id=user.pk)
            for user in administrators
        ]
    )

    assert kinds(results) == [LastAdministrator.__name__] + ["User"] * 3
    assert users_with_perm("users.administer").count() == 1
