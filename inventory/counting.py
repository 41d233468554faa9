"""Stock counts without the database: the table of states and what a count may tell to whom."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from inventory.models.counts import CountMode, CountState


class CountAction(StrEnum):
    START = "start"
    COUNT = "count"
    FINISH = "finish"
    DECIDE = "decide"  # ask for second counts, waive them, give costs
    APPROVE = "approve"
    CANCEL = "cancel"


COUNT_TRANSITIONS: Mapping[tuple[str, str], str] = {
    (CountState.DRAFT, CountAction.START): CountState.COUNTING,
    (CountState.DRAFT, CountAction.CANCEL): CountState.CANCELLED,
    (CountState.COUNTING, CountAction.COUNT): CountState.COUNTING,
    (CountState.COUNTING, CountAction.FINISH): CountState.REVIEW,
    (CountState.COUNTING, CountAction.CANCEL): CountState.CANCELLED,
    (CountState.REVIEW, CountAction.COUNT): CountState.REVIEW,
    (CountState.REVIEW, CountAction.DECIDE): CountState.REVIEW,
    (CountState.REVIEW, CountAction.APPROVE): CountState.POSTED,
    (CountState.REVIEW, CountAction.CANCEL): CountState.CANCELLED,
}

_UNDECIDED = (CountState.DRAFT, CountState.COUNTING)


def may_see_results(*, mode: str, state: str, may_approve: bool, has_counted: bool) -> bool:
    """Whether a person may see what was expected and found, except on lines still to be counted.

    Guided: everybody who sees the count. Blind: nobody while it is being counted; afterwards
    those who may approve it, unless they counted in it and could count again.
    """
    if mode == CountMode.GUIDED:
        return True
    if state in _UNDECIDED:
        return False
    return may_approve and not has_counted
