"""Throttling and lockout: attempts are counted before they are examined.

Counting first is what makes the limit hold under concurrency: a hundred parallel guesses are a
hundred counted attempts, of which only the allowed ones ever reach the password hash. A success
takes its own attempt back.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.crypto import salted_hmac

from core.db import lock
from users.errors import TooManyAttempts
from users.models import AttemptCounter, AttemptKind


@dataclass(frozen=True, slots=True)
class Policy:
    """Attempt number ``free`` locks for ``first_delay``; each further one doubles the lock.

    The count is forgotten after ``memory`` without an attempt.
    """

    free: int
    first_delay: timedelta = timedelta(seconds=30)
    longest_delay: timedelta = timedelta(hours=1)
    memory: timedelta = timedelta(hours=24)

    def delay(self, attempts: int) -> timedelta | None:
        """How long to lock after ``attempts`` attempts; None for not at all."""
        beyond = attempts - self.free
        if beyond < 0:
            return None
        return min(self.first_delay * 2 ** min(beyond, 20), self.longest_delay)


POLICIES: dict[AttemptKind, Policy] = {
    AttemptKind.LOGIN_ACCOUNT: Policy(free=5),
    # A whole pharmacy may sit behind one address.
    AttemptKind.LOGIN_ADDRESS: Policy(free=20),
    AttemptKind.LINK_ADDRESS: Policy(free=20),
    AttemptKind.RESET_ACCOUNT: Policy(free=3, first_delay=timedelta(minutes=5)),
    AttemptKind.RESET_ADDRESS: Policy(free=10),
}
LONGEST_MEMORY = max(policy.memory for policy in POLICIES.values())


@dataclass(frozen=True, slots=True)
class Party:
    """Whom a counter is about: a kind and the identity within it (a user, a name, an address)."""

    kind: AttemptKind
    identity: str

    @property
    def key(self) -> str:
        salt = f"users.attempts.{self.kind}"
        return salted_hmac(salt, self.identity, algorithm="sha256").hexdigest()


@dataclass(frozen=True, slots=True)
class CountedAttempt:
    """One attempt as counted with one party. ``locked_until``: the lock it caused, if any."""

    counter_id: int
    kind: AttemptKind
    locked_until: datetime | None


def attempt_count(*, parties: Iterable[Party], now: datetime) -> list[CountedAttempt]:
    """Count one attempt with each party, in the order of their kinds and keys.

    Raises TooManyAttempts, with the seconds to wait, and counts nothing, while any is locked.
    """
    wanted = sorted(parties, key=lambda party: (party.kind, party.key))
    AttemptCounter.objects.bulk_create(
        [AttemptCounter(kind=p.kind, key=p.key, last_attempt_at=now) for p in wanted],
        ignore_conflicts=True,
    )
    with transaction.atomic():
        counters = lock(
            AttemptCounter.objects.filter(
                kind__in=[p.kind for p in wanted], key__in=[p.key for p in wanted]
            )
        )
        _refuse_locked(counters, now)
        for counter in counters:
            _count(counter, now)
        AttemptCounter.objects.bulk_update(
            counters, ["attempts", "last_attempt_at", "locked_until"]
        )
    return [
        CountedAttempt(counter.pk, AttemptKind(counter.kind), counter.locked_until)
        for counter in counters
    ]


def attempt_allowed(*, party: Party, now: datetime) -> bool:
    """Count one attempt; False, instead of an error, while the party is locked."""
    try:
        attempt_count(parties=[party], now=now)
    except TooManyAttempts:
        return False
    return True


def _refuse_locked(counters: list[AttemptCounter], now: datetime) -> None:
    locks = [c.locked_until for c in counters if c.locked_until and c.locked_until > now]
    if locks:
        raise TooManyAttempts(retry_after=math.ceil((max(locks) - now).total_seconds()))


def _count(counter: AttemptCounter, now: datetime) -> None:
    policy = POLICIES[AttemptKind(counter.kind)]
    if now - counter.last_attempt_at > policy.memory:
        counter.attempts = 0
    counter.attempts += 1
    delay = policy.delay(counter.attempts)
    counter.locked_until = now + delay if delay else None
    counter.last_attempt_at = now


def attempt_forgive(*, counted: Iterable[CountedAttempt]) -> None:
    """After a success: the account starts afresh, the address gets this one attempt back.

    The address keeps its earlier failures, so that somebody who owns one account cannot wash
    the address clean between guesses at another.
    """
    by_id = {attempt.counter_id: attempt for attempt in counted}
    with transaction.atomic():
        for counter in lock(AttemptCounter.objects.filter(pk__in=by_id)):
            _forgive(counter, by_id[counter.pk])


def _forgive(counter: AttemptCounter, attempt: CountedAttempt) -> None:
    if attempt.kind is AttemptKind.LOGIN_ACCOUNT:
        counter.attempts = 0
        counter.locked_until = None
    else:
        counter.attempts = max(counter.attempts - 1, 0)
        if counter.locked_until == attempt.locked_until:
            counter.locked_until = None
    counter.save(update_fields=["attempts", "locked_until"])


def account_unlock(*, parties: Iterable[Party]) -> None:
    """Forget the attempts of these parties (a new password was set)."""
    for party in parties:
        AttemptCounter.objects.filter(kind=party.kind, key=party.key).delete()


def attempts_purge(*, now: datetime) -> int:
    """Delete counters that no policy remembers; returns how many."""
    deleted, _by_model = AttemptCounter.objects.filter(
        last_attempt_at__lt=now - LONGEST_MEMORY
    ).delete()
    return deleted
