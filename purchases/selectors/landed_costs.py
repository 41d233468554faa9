"""Reading landed costs."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from purchases.errors import LandedCostNotFound
from purchases.models import LandedCost, LandedCostLine


def landed_costs(
    *, receipt_id: int | None = None, supplier_id: int | None = None
) -> QuerySet[LandedCost]:
    """Costs with whom they are owed to. receipt_id: those it bears."""
    rows = LandedCost.objects.select_related("supplier", "posted_by")
    if supplier_id is not None:
        rows = rows.filter(supplier_id=supplier_id)
    if receipt_id is not None:
        borne = LandedCostLine.objects.filter(
            cost=OuterRef("pk"), receipt_line__receipt_id=receipt_id
        )
        rows = rows.filter(Exists(borne))
    return rows


def landed_cost_by_id(cost_id: int) -> LandedCost:
    """One cost with what its receipt lines bear. Raises LandedCostNotFound."""
    lines = LandedCostLine.objects.select_related("receipt_line").order_by("pk")
    found = landed_costs().filter(pk=cost_id).prefetch_related(Prefetch("lines", lines)).first()
    if found is None:
        raise LandedCostNotFound
    return found


def landed_cost_numbers(ids: Collection[str]) -> dict[str, str]:
    """The numbers of these costs, by id as text; unknown ids are absent. One query."""
    known = LandedCost.objects.filter(pk__in=[int(pk) for pk in ids if pk.isdecimal()])
    return {str(pk): number for pk, number in known.values_list("pk", "number")}
