"""Keeping demand and consumption for the day."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from inventory.models import DemandFigure, DemandRun
from inventory.selectors.consumption import consumption_from_ledger
from inventory.selectors.demand import demand_from_ledger
from inventory.selectors.kept_demand import changed_since, kept_run, run_settings

# What a transaction writes is dated by its beginning and seen at its end: no transaction that
# moves stock is open for longer than this.
SLOWEST_TRANSACTION = timedelta(hours=1)
BATCH_SIZE = 5_000


@transaction.atomic
def demand_keep(*, now: datetime) -> int:
    """Work out and keep the figures of the day; later on the day, of what has changed since.

    Answers of how many products figures were kept; 0 where another is at work on it.
    """
    if not _alone():
        return 0
    recorded_from = timezone.now() - SLOWEST_TRANSACTION
    run = kept_run(now)
    if run is None:
        DemandRun.objects.all().delete()
        run = DemandRun(**run_settings(now))
        changed = None
    else:
        changed = changed_since(run)
        DemandFigure.objects.filter(run=run, product_id__in=changed).delete()
    run.recorded_from, run.worked_out_at = recorded_from, timezone.now()
    run.save()
    return len(_figures_write(run, now=now, product_ids=changed))


def _alone() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext('inventory_demand_keep'))")
        return bool(cursor.fetchone()[0])


def _figures_write(
    run: DemandRun, *, now: datetime, product_ids: Collection[int] | None
) -> list[DemandFigure]:
    demand = demand_from_ledger(now=now, product_ids=product_ids)
    consumed = consumption_from_ledger(now=now, product_ids=product_ids)
    figures = [
        DemandFigure(run=run, product_id=product, consumed=consumed.get(product))
        for product in sorted(demand.keys() | consumed.keys())
    ]
    for figure in figures:
        if (known := demand.get(figure.product_id)) is not None:
            figure.per_day, figure.deviation, figure.sold = (
                known.per_day, known.deviation, known.sold,
            )  # fmt: skip
            figure.observed_days = known.observed_days
            figure.stock_out_days = known.stock_out_days
    return DemandFigure.objects.bulk_create(figures, batch_size=BATCH_SIZE)
