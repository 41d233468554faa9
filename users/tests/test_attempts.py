"""Throttling and lockout: counted in the database, before anything is examined."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.models import AuditEntry
from core.tests.threads import together
from users.errors import InvalidCredentials, TooManyAttempts
from users.models import AttemptCounter, AttemptKind, Session
from users.services import attempts, credentials
from users.services.attempts import Party, Policy
from users.tests.factories import PASSWORD, UserFactory

LOGIN = "/api/v1/auth/login/"
ACCOUNT = AttemptKind.LOGIN_ACCOUNT
ADDRESS = AttemptKind.LOGIN_ADDRESS


class CountingHasher(MD5PasswordHasher):
    """Counts how often a password is hashed: the work an observer could measure."""

    algorithm = "counting"
    hashed = 0

    def encode(self, password, salt):
        type(self).hashed += 1
        return super().encode(password, salt)


@pytest.fixture
def hashed(settings):
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]
    CountingHasher.hashed = 0
    return CountingHasher


def fail(api, login="layla", times=1, **extra):
    for _attempt in range(times):
        answer = api.post(LOGIN, {"login": login, "password": "wrong"}, **extra)
    return answer


@pytest.mark.parametrize(
    ("attempts_made", "seconds"), [(4, None), (5, 30), (6, 60), (7, 120), (11, 1920), (50, 3600)]
)
def test_the_delay_doubles_with_every_failure_up_to_an_hour(attempts_made, seconds):
    delay = Policy(free=5).delay(attempts_made)

    assert delay == (None if seconds is None else timedelta(seconds=seconds))


@pytest.mark.django_db
def test_five_failures_lock_the_account_even_for_the_right_password(api):
    user = UserFactory(username="layla")
    assert fail(api, times=5).status_code == 401

    with time_machine.travel(timezone.now(), tick=False):
        locked = api.post(LOGIN, {"login": "layla", "password": PASSWORD})
        by_email = api.post(LOGIN, {"login": user.email, "password": PASSWORD})

    for answer in (locked, by_email):
        assert answer.status_code == 429
        assert answer.json()["code"] == "too_many_attempts"
        assert 1 <= int(answer["Retry-After"]) <= 30
    assert not Session.objects.exists()


@pytest.mark.django_db
def test_a_locked_account_hashes_nothing(api, hashed):
    UserFactory(username="layla")
    fail(api, times=5)
    hashed.hashed = 0

    assert fail(api).status_code == 429
    assert hashed.hashed == 0


@pytest.mark.django_db
def test_the_lock_ends_and_the_next_failure_locks_for_longer(api):
    UserFactory(username="layla")
    start = timezone.now()
    with time_machine.travel(start, tick=False):
        fail(api, times=5)
    with time_machine.travel(start + timedelta(seconds=31), tick=False):
        assert fail(api).status_code == 401
        again = fail(api)
    assert again.status_code == 429
    assert again["Retry-After"] == "60"
    with time_machine.travel(start + timedelta(seconds=100), tick=False):
        assert api.post(LOGIN, {"login": "layla", "password": PASSWORD}).status_code == 200


@pytest.mark.django_db
def test_success_resets_the_account(api):
    UserFactory(username="layla")
    fail(api, times=4)

    assert api.post(LOGIN, {"login": "layla", "password": PASSWORD}).status_code == 200
    assert fail(api, times=4).status_code == 401
    assert api.post(LOGIN, {"login": "layla", "password": PASSWORD}).status_code == 200


@pytest.mark.django_db
def test_failures_are_forgotten_after_a_day(api):
    UserFactory(username="layla")
    fail(api, times=4)

    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        assert fail(api, times=4).status_code == 401
        assert AttemptCounter.objects.get(kind=ACCOUNT).attempts == 4


@pytest.mark.django_db
def test_an_unknown_name_is_locked_just_like_a_known_one(api):
    UserFactory(username="layla")
    known = [fail(api, "layla", REMOTE_ADDR="192.0.2.1") for _n in range(7)]
    unknown = [fail(api, "nobody", REMOTE_ADDR="192.0.2.2") for _n in range(7)]

    def seen(answers):
        return [(a.status_code, a.json()["code"], a.json()["detail"]) for a in answers]

    assert seen(known) == seen(unknown)
    assert [a.status_code for a in known] == [401] * 5 + [429] * 2


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["unknown", "wrong", "invited", "deactivated"])
def test_every_failure_costs_one_hash(api, hashed, kind):
    UserFactory(username="wrong")
    UserFactory(username="invited", invited=True)
    UserFactory(username="deactivated", deactivated=True)
    hashed.hashed = 0

    assert fail(api, kind).status_code == 401
    assert hashed.hashed == 1


@pytest.mark.django_db
def test_every_failure_costs_the_same_queries(api):
    UserFactory(username="known")
    counts = []
    for login in ("unknown", "known"):
        fail(api, login)
        with CaptureQueriesContext(connection) as queries:
            fail(api, login)
        counts.append(len(queries))

    assert counts[0] == counts[1]


@pytest.mark.django_db
def test_guesses_at_many_accounts_lock_their_address_only(api):
    for number in range(20):
        fail(api, f"name{number}", REMOTE_ADDR="192.0.2.1")
    UserFactory(username="layla")
    right = {"login": "layla", "password": PASSWORD}

    assert api.post(LOGIN, right, REMOTE_ADDR="192.0.2.1").status_code == 429
    assert api.post(LOGIN, right, REMOTE_ADDR="192.0.2.2").status_code == 200


@pytest.mark.django_db
def test_an_own_account_does_not_wash_the_address_clean(api):
    UserFactory(username="mine")
    for number in range(19):
        fail(api, f"name{number}")
        api.post(LOGIN, {"login": "mine", "password": PASSWORD})

    assert AttemptCounter.objects.get(kind=ADDRESS).attempts == 19
    fail(api, "another")
    assert fail(api, "yet another").status_code == 429


@pytest.mark.django_db
def test_an_invented_forwarded_address_changes_nothing(api, settings):
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    for number in range(21):
        answer = fail(
            api, f"name{number}", REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR=f"8.8.8.{number}"
        )

    assert answer.status_code == 429
    assert AttemptCounter.objects.filter(kind=ADDRESS).count() == 1


@pytest.mark.django_db
def test_behind_a_trusted_proxy_clients_are_told_apart_by_the_hop_it_vouches_for(api, settings):
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    for number in range(21):
        # The client claims other addresses; the proxy appends the one it saw.
        answer = fail(
            api,
            f"name{number}",
            REMOTE_ADDR="10.0.0.1",
            HTTP_X_FORWARDED_FOR=f"8.8.8.{number}, 192.0.2.1",
        )
    assert answer.status_code == 429

    other = fail(api, "x", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="8.8.8.8, 192.0.2.2")
    assert other.status_code == 401


@pytest.mark.django_db
def test_counters_hold_neither_names_nor_addresses(api):
    fail(api, "secret-name", REMOTE_ADDR="192.0.2.77")

    rows = str(list(AttemptCounter.objects.values()))
    assert "secret-name" not in rows
    assert "192.0.2.77" not in rows


@pytest.mark.django_db
def test_old_counters_are_purged_and_recent_ones_kept(api):
    fail(api, "old")
    later = timezone.now() + timedelta(hours=25)
    with time_machine.travel(later):
        fail(api, "new", REMOTE_ADDR="192.0.2.9")

    assert attempts.attempts_purge(now=later) == 2
    assert AttemptCounter.objects.count() == 2


@pytest.mark.django_db
def test_a_request_rate_per_address_stands_before_the_lockout(api, settings, monkeypatch):
    from users.throttling import ScopedThrottle

    monkeypatch.setattr(ScopedThrottle, "THROTTLE_RATES", {"login": "2/min"})
    settings.TRUSTED_PROXIES = []
    answers = [
        fail(api, f"n{number}", HTTP_X_FORWARDED_FOR=f"8.8.8.{number}") for number in range(3)
    ]

    assert [answer.status_code for answer in answers] == [401, 401, 429]
    assert answers[2].json()["code"] == "throttled"
    assert int(answers[2]["Retry-After"]) > 0


@pytest.mark.django_db
def test_without_redis_people_still_sign_in_and_are_still_locked_out(api, settings):
    UserFactory(username="layla")
    settings.CACHES = {
        "default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}
    }

    assert api.post(LOGIN, {"login": "layla", "password": PASSWORD}).status_code == 200
    assert fail(api, times=6).status_code == 429


@pytest.mark.django_db(transaction=True)
def test_of_many_guesses_at_once_only_the_allowed_ones_are_examined():
    UserFactory(username="layla")
    now = timezone.now()

    def guess():
        return credentials.credentials_check(
            identifier="layla", password="wrong", address="192.0.2.1", now=now
        )

    results = together([guess] * 12)

    kinds = sorted(type(result).__name__ for result in results)
    assert kinds == [InvalidCredentials.__name__] * 5 + [TooManyAttempts.__name__] * 7
    assert AttemptCounter.objects.get(kind=ACCOUNT).attempts == 5
    assert AuditEntry.objects.filter(action="users.login_failed").count() == 5


@pytest.mark.django_db(transaction=True)
def test_parties_counted_in_any_order_at_once_lose_no_count_and_do_not_deadlock():
    now = timezone.now()
    parties = [Party(AttemptKind.RESET_ADDRESS, str(n)) for n in range(3)]

    def count(order):
        return attempts.attempt_count(parties=order, now=now)

    results = together([lambda p=parties: count(p), lambda p=parties[::-1]: count(p)] * 4)

    assert [result for result in results if isinstance(result, Exception)] == []
    assert list(AttemptCounter.objects.values_list("attempts", flat=True)) == [8, 8, 8]
