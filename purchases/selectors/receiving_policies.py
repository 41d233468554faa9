"""How exactly deliveries must fit their orders."""

from __future__ import annotations

from collections.abc import Collection

from django.conf import settings
from django.db.models import F, Q, QuerySet

from purchases.models import ReceivingPolicy, ShelfLifeMinimum


def receiving_policy_for(supplier_id: int) -> ReceivingPolicy:
    """The supplier's own policy, else that of all suppliers, else the settings'. One query."""
    found = (
        ReceivingPolicy.objects.filter(Q(supplier_id=supplier_id) | Q(supplier__isnull=True))
        .order_by(F("supplier_id").asc(nulls_last=True))
        .first()
    )
    return found or ReceivingPolicy(**settings.RECEIVING_POLICY)


def receiving_policies() -> QuerySet[ReceivingPolicy]:
    """Every policy that was set, with its supplier."""
    return ReceivingPolicy.objects.select_related("supplier")


def shelf_life_minimums(product_ids: Collection[int]) -> dict[int, int]:
    """Days for which these products must still be good on arrival, where that was set."""
    found = ShelfLifeMinimum.objects.filter(product_id__in=product_ids)
    return dict(found.values_list("product_id", "min_days"))


def shelf_life_rules() -> QuerySet[ShelfLifeMinimum]:
    """Every product's minimum shelf life that was set."""
    return ShelfLifeMinimum.objects.all()
