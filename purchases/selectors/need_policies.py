"""What needs are worked out with, class by class."""

from __future__ import annotations

from decimal import Decimal

from purchases.models.needs import AbcClass, NeedPolicy

# A pharmacy that lacks what sells most loses customers, not only a sale: its best sellers are held
# to the highest level, and what rarely sells to one that leaves little to expire.
_SERVICE_LEVELS = {
    AbcClass.A: Decimal("0.98"),
    AbcClass.B: Decimal("0.95"),
    AbcClass.C: Decimal("0.90"),
}
# Warehouses deliver within a day or two, give or take one; an order a week is the habit.
_LEAD_DAYS, _LEAD_DEVIATION, _REVIEW_DAYS = 2, Decimal("1.0"), 7


def need_policies() -> list[NeedPolicy]:
    """The policy of every class in order, A first; unsaved where nobody has set it. One query."""
    known = {policy.abc_class: policy for policy in NeedPolicy.objects.all()}
    return [known.get(each) or default_policy(each) for each in AbcClass.values]


def default_policy(abc_class: str) -> NeedPolicy:
    """What a class has before anybody sets it; not saved."""
    return NeedPolicy(
        abc_class=abc_class,
        service_level=_SERVICE_LEVELS[AbcClass(abc_class)],
        lead_days=_LEAD_DAYS,
        lead_deviation=_LEAD_DEVIATION,
        review_days=_REVIEW_DAYS,
    )
