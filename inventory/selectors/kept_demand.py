"""Demand and consumption as kept for the day, with what the ledger says of products since.

Working out the demand of a whole catalogue reads a year of movements; days that are over hardly
change. So the figures are kept (`inventory.services.kept_demand`), and of every product that has
moved, or whose batches were judged or corrected since, the ledger is asked. The answers are those
of the ledger, whether anything is kept or not: docs/decisions/kept-demand.md.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.conf import settings

from core.models import local_date
from inventory.models import BatchEvent, DemandFigure, DemandRun, Product, StockMovement
from inventory.records import ProductDemand
from inventory.selectors.abc import AbcClass, abc_classes
from inventory.selectors.consumption import consumption_from_ledger
from inventory.selectors.demand import demand_from_ledger


def product_demand(
    *, now: datetime, product_ids: Collection[int] | None = None
) -> dict[int, ProductDemand]:
    """The demand of each product received before today, by its id.

    Of the last `INVENTORY_DEMAND_DAYS` days before today (which is not over), for one product the
    days since it was first received. product_ids: these only. At most seven queries.
    """
    run = kept_run(now)
    if run is None:
        return demand_from_ledger(now=now, product_ids=product_ids)
    changed = changed_since(run)
    rows = _kept(run, product_ids).exclude(per_day=None)
    figures = ("product_id", "per_day", "deviation", "observed_days", "stock_out_days", "sold")
    found = {
        row["product_id"]: ProductDemand(**row)
        for row in rows.values(*figures)
        if row["product_id"] not in changed
    }
    if asked := _asked(changed, product_ids):
        found |= demand_from_ledger(now=now, product_ids=asked)
    return found


def abc_by_product(*, now: datetime) -> dict[int, AbcClass]:
    """The class of every product that was consumed; the others are C. At most four queries.

    By cost of what left in the last `INVENTORY_ABC_DAYS` days and today, shares of
    `INVENTORY_ABC_PERCENT`.
    """
    a_percent, b_percent = settings.INVENTORY_ABC_PERCENT
    return abc_classes(_consumption(now), a_share=a_percent / 100, b_share=b_percent / 100)


def kept_run(now: datetime) -> DemandRun | None:
    """What is kept for the present day under the present settings, if anything is. One query."""
    return DemandRun.objects.filter(**run_settings(now)).first()


def run_settings(now: datetime) -> dict[str, Any]:
    """What figures depend on besides the ledger."""
    return {
        "for_date": local_date(now),
        "time_zone": settings.PHARMACY_TIME_ZONE,
        "demand_days": settings.INVENTORY_DEMAND_DAYS,
        "consumption_days": settings.INVENTORY_ABC_DAYS,
    }


def changed_since(run: DemandRun) -> set[int]:
    """Products of which the kept figures may not be true any more. One query."""
    since = run.recorded_from
    moved = StockMovement.objects.filter(recorded_at__gte=since)
    judged = BatchEvent.objects.filter(recorded_at__gte=since)
    # Merging moves batches with their history from one product to the other.
    merged = Product.objects.filter(merged_into__isnull=False, updated_at__gte=since)
    return set(
        moved.order_by()
        .values_list("batch__product_id", flat=True)
        .union(
            judged.order_by().values_list("batch__product_id", flat=True),
            merged.order_by().values_list("pk", flat=True),
            merged.order_by().values_list("merged_into_id", flat=True),
        )
    )


def _consumption(now: datetime) -> Any:
    run = kept_run(now)
    if run is None:
        return consumption_from_ledger(now=now)
    changed = changed_since(run)
    rows = _kept(run, None).exclude(consumed=None).values_list("product_id", "consumed")
    found = {product: consumed for product, consumed in rows if product not in changed}
    if changed:
        found |= consumption_from_ledger(now=now, product_ids=changed)
    return found


def _kept(run: DemandRun, product_ids: Collection[int] | None) -> Any:
    """By day, not by run: figures written meanwhile are younger, never older, than `changed`."""
    rows = DemandFigure.objects.filter(run__for_date=run.for_date).order_by()
    return rows if product_ids is None else rows.filter(product_id__in=product_ids)


def _asked(changed: set[int], product_ids: Collection[int] | None) -> set[int]:
    return changed if product_ids is None else changed.intersection(product_ids)
