"""Who else has to follow when a journal entry is reversed.

Apps above capital keep rows that rest on an entry, such as the invoices a payment settled. They
register here, once, in their `AppConfig.ready`, and are called in the reversal's own transaction.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from core.audit import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Reversal:
    """An entry that is being reversed."""

    actor: Actor
    now: datetime
    entry_id: int
    reason: str


Follower = Callable[[Reversal], None]
_followers: list[Follower] = []


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
