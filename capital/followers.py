"""Who else has to follow when a supplier is paid, and when a journal entry is reversed.

Apps above capital keep rows that rest on an entry, such as the invoices a payment settled. They
register here, once, in their `AppConfig.ready`, and are called in the entry's own transaction.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from core.audit import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Reversal:
    """An entry that is being reversed."""

    actor: Actor
    now: datetime
    entry_id: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplierPaid:
    """A supplier was paid `amount` (money) by the entry, dated `day`."""

    actor: Actor
    now: datetime
    entry_id: int
    supplier_id: int
    amount: Decimal
    day: date


Follower = Callable[[Reversal], None]
PaymentFollower = Callable[[SupplierPaid], None]
_followers: list[Follower] = []
_payment_followers: list[PaymentFollower] = []


def reversal_follower(follower: Follower) -> Follower:
    """Register a function that undoes what rests on an entry; usable as a decorator.

    It is called before capital takes its locks (documents come before money), and may raise a
    DomainError, which refuses the reversal.
    """
    if follower not in _followers:
        _followers.append(follower)
    return follower


def followers_call(reversal: Reversal) -> None:
    """Let all apps undo what is theirs, in the order they registered."""
    for follower in _followers:
        follower(reversal)


def payment_follower(follower: PaymentFollower) -> PaymentFollower:
    """Register a function that takes note of payments to suppliers; usable as a decorator.

    It is called under capital's locks, so that it may add rows but lock none.
    """
    if follower not in _payment_followers:
        _payment_followers.append(follower)
    return follower


def payment_followers_call(paid: SupplierPaid) -> None:
    """Let all apps take note of a payment, in the order they registered."""
    for follower in _payment_followers:
        follower(paid)
