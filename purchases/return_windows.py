"""Between which days a supplier takes goods back. Pure computation.

All days are those of the pharmacy's time zone. docs/flows/supplier-returns.md has examples.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Protocol, TypeVar


class Policy(Protocol):
    """What a window is computed from; see `purchases.models.ReturnPolicy`."""

    supplier_id: int | None
    reason: str
    accepted: bool
    days_after_receipt: int | None
    earliest_months_before_expiry: int | None
    latest_months_before_expiry: int | None
    latest_months_after_expiry: int | None
    credit_percent: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """first_day, last_day: both included, None is open. undecidable: a rule needs a date nobody
    knows (the expiry, or the receipt); refused: these goods are not taken back at all."""

    first_day: date | None = None
    last_day: date | None = None
    refused: bool = False
    undecidable: bool = False
    credit_percent: Decimal = Decimal(100)

    def holds_on(self, day: date) -> bool:
        if self.refused or self.undecidable:
            return False
        begun = self.first_day is None or day >= self.first_day
        return begun and (self.last_day is None or day <= self.last_day)


P = TypeVar("P", bound=Policy)


def add_months(day: date, months: int) -> date:
    """The same day of another month, or its last day where there is none (31 May - 3 = 28 Feb)."""
    position = day.year * 12 + day.month - 1 + months
    year, month = divmod(position, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def policy_for(policies: Iterable[P], *, supplier_id: int, reason: str) -> P | None:
    """The most specific policy: the supplier's before the default, the reason's before any."""
    fitting = [
        policy
        for policy in policies
        if policy.supplier_id in (None, supplier_id) and policy.reason in ("", reason)
    ]
    fitting.sort(key=lambda policy: (policy.supplier_id is None, policy.reason == ""))
    return fitting[0] if fitting else None


def window_of(
    policy: Policy | None, *, received_on: date | None, expiry_date: date | None
) -> Window:
    """Between which days goods go back. Without a policy there is no limit.

    The last day is the earliest one that a rule gives.
    """
    if policy is None:
        return Window()
    if not policy.accepted:
        return Window(refused=True, credit_percent=Decimal(0))
    needs_expiry = (
        policy.earliest_months_before_expiry is not None or _months_of(policy) is not None
    )
    if (needs_expiry and expiry_date is None) or (
        policy.days_after_receipt is not None and received_on is None
    ):
        return Window(undecidable=True, credit_percent=policy.credit_percent)
    return Window(
        first_day=_first_day(policy, expiry_date),
        last_day=_last_day(policy, received_on, expiry_date),
        credit_percent=policy.credit_percent,
    )


def _months_of(policy: Policy) -> int | None:
    """Months from the expiry date to the last day, before it below zero; None without a rule."""
    if policy.latest_months_before_expiry is not None:
        return -policy.latest_months_before_expiry
    return policy.latest_months_after_expiry


def _first_day(policy: Policy, expiry_date: date | None) -> date | None:
    months = policy.earliest_months_before_expiry
    return None if months is None or expiry_date is None else add_months(expiry_date, -months)


def _last_day(policy: Policy, received_on: date | None, expiry_date: date | None) -> date | None:
    days = []
    if policy.days_after_receipt is not None and received_on is not None:
        days.append(received_on + timedelta(days=policy.days_after_receipt))
    months = _months_of(policy)
    if months is not None and expiry_date is not None:
        days.append(add_months(expiry_date, months))
    return min(days, default=None)
