"""Who else has to follow when two products become one.

Apps above inventory hold foreign keys to products. They register here, once, in their
`AppConfig.ready`, and are called in the merge's own transaction: after it nothing that can still
change names the product that is gone. See docs/decisions/merging-products.md.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from core.audit import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """A merge under way: everything of `merged_id` is from now on of `kept_id`."""

    actor: Actor
    now: datetime
    kept_id: int
    merged_id: int


Follower = Callable[[Merge], None]
_followers: list[Follower] = []


def merge_follower(follower: Follower) -> Follower:
    """Register a function that moves an app's own references; usable as a decorator.

    It is called before inventory takes its locks (documents come before stock), and may raise a
    DomainError, which refuses the merge.
    """
    if follower not in _followers:
        _followers.append(follower)
    return follower


def followers_call(merge: Merge) -> None:
    """Let all apps move what is theirs, in the order they registered."""
    for follower in _followers:
        follower(merge)
