"""What customers asked for, product by product and day by day of the pharmacy.

Demand of a day = sold that day, less what came back of it: a return and the undoing of a sale
count on the day of the sale. Days on which nothing of a product could be sold say nothing about
its demand: those that began with nothing in date and released on the shelves, and saw nothing
arrive. (What became of goods that are held back now is not known day by day: such a batch counts
as gone from the day it got its status.)
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
from django.conf import settings
from django.db import connection
from numpy.typing import NDArray

from core.models import local_date
from inventory.demand import estimate
from inventory.models import BatchStatus, MovementKind, MovementReason
from inventory.records import ProductDemand
from inventory.selectors.stock import day_start

# Products whose days are held in memory at once.
CHUNK = 4096
FETCHED = 50_000
PLACES = Decimal("0.0001")

# Batches with the day from which they may not be sold any more, if there is one.
_BATCH = f"""(SELECT id, product_id, received_at,
                least(expiry_date, CASE WHEN status <> '{BatchStatus.RELEASED}'
                      THEN (status_at AT TIME ZONE %(zone)s)::date END) AS ends
           FROM inventory_batch)"""
_DAY = "(m.occurred_at AT TIME ZONE %(zone)s)::date"
_IS_SALE = f"m.kind = '{MovementKind.ISSUE}' AND m.reason = '{MovementReason.SALE}'"

# Product, first day, units that may be sold at the end of today.
_SEEN = f"""
SELECT b.product_id,
       greatest(0, (min(b.received_at) AT TIME ZONE %(zone)s)::date - %(since)s::date),
       coalesce(sum(l.quantity) FILTER (WHERE b.ends IS NULL OR b.ends > %(today)s), 0)::bigint
  FROM {_BATCH} b
  LEFT JOIN inventory_stocklevel l ON l.batch_id = b.id
 WHERE b.received_at < %(to)s {{of_products}}
 GROUP BY 1"""

# Product, day, units by which what may be sold changed, units sold. Today is needed, too: from
# what there is now, the days are worked back.
_MOVED = f"""
SELECT b.product_id, least({_DAY}, %(today)s) - %(since)s::date,
       coalesce(sum(m.quantity) FILTER (WHERE b.ends IS NULL OR {_DAY} < b.ends), 0)::bigint,
       coalesce(-sum(m.quantity) FILTER (WHERE {_IS_SALE} AND m.reverses_id IS NULL), 0)::bigint
  FROM inventory_stockmovement m JOIN {_BATCH} b ON b.id = m.batch_id
 WHERE m.occurred_at >= %(from)s {{of_products}}
 GROUP BY 1, 2"""

# Product, day, units: what was left of batches on the day from which they may not be sold.
_ENDED = f"""
SELECT b.product_id, b.ends - %(since)s::date,
       -(coalesce((SELECT sum(l.quantity) FROM inventory_stocklevel l WHERE l.batch_id = b.id), 0)
         - coalesce((SELECT sum(m.quantity) FROM inventory_stockmovement m
                      WHERE m.batch_id = b.id AND {_DAY} >= b.ends), 0))::bigint
  FROM {_BATCH} b
 WHERE b.ends > %(since)s AND b.ends <= %(today)s {{of_products}}"""

# Product, day of the sale, units that came back, or that count again as that was a mistake.
_TAKEN_BACK = f"""
SELECT b.product_id,
       (s.occurred_at AT TIME ZONE %(zone)s)::date - %(since)s::date, -sum(m.quantity)::bigint
  FROM inventory_stockmovement m
  JOIN inventory_batch b ON b.id = m.batch_id
  LEFT JOIN inventory_stockmovement r ON r.id = m.reverses_id
  JOIN inventory_stockmovement s ON s.id = coalesce(m.returns_id, r.returns_id, r.id)
 WHERE (m.returns_id IS NOT NULL OR m.reverses_id IS NOT NULL)
   AND s.kind = '{MovementKind.ISSUE}' AND s.reason = '{MovementReason.SALE}'
   AND s.occurred_at >= %(from)s AND m.occurred_at < %(to)s {{of_products}}
 GROUP BY 1, 2"""

_OF_PRODUCTS = "AND b.product_id = ANY(%(products)s)"
Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Ledger:
    """What the queries found, each sorted by product. Days count from the first one looked at."""

    seen: Rows
    moved: Rows
    ended: Rows
    taken_back: Rows


def demand_from_ledger(
    *, now: datetime, product_ids: Collection[int] | None = None
) -> dict[int, ProductDemand]:
    """The demand of each product received before today, by its id. Four queries.

    Of the last `INVENTORY_DEMAND_DAYS` days before today (which is not over), for one product the
    days since it was first received. product_ids: these only.
    """
    days = settings.INVENTORY_DEMAND_DAYS
    params = _params(local_date(now), days, product_ids)
    ledger = _Ledger(
        seen=_fetched(_SEEN, params, columns=3),
        moved=_fetched(_MOVED, params, columns=4),
        ended=_fetched(_ENDED, params, columns=3),
        taken_back=_fetched(_TAKEN_BACK, params, columns=3),
    )
    found: dict[int, ProductDemand] = {}
    for start in range(0, len(ledger.seen), CHUNK):
        seen = ledger.seen[start : start + CHUNK]
        found.update((row.product_id, row) for row in _demand_of(seen, ledger, days))
    return found


def _params(today: date, days: int, product_ids: Collection[int] | None) -> dict[str, Any]:
    since = today - timedelta(days=days)
    return {
        "zone": settings.PHARMACY_TIME_ZONE,
        "since": since,
        "today": today,
        "from": day_start(since),
        "to": day_start(today),
        "products": None if product_ids is None else sorted(product_ids),
    }


def _fetched(sql: str, params: dict[str, Any], *, columns: int) -> Rows:
    """Rows of whole numbers, the first of which is the product they are sorted by."""
    of_products = "" if params["products"] is None else _OF_PRODUCTS
    parts = [np.empty((0, columns), dtype=np.int64)]
    with connection.cursor() as cursor:
        cursor.execute(sql.format(of_products=of_products), params)
        while rows := cursor.fetchmany(FETCHED):
            parts.append(np.array(rows, dtype=np.int64))
    table = np.concatenate(parts)
    return table[np.argsort(table[:, 0], kind="stable")]


def _demand_of(seen: Rows, ledger: _Ledger, days: int) -> Iterator[ProductDemand]:
    """The demand of the products in `seen`."""
    products, first, now_there = seen.T
    moved = _within(ledger.moved, products)
    change = _by_day(moved[:, :3], products, days + 1)
    change += _by_day(_within(ledger.ended, products), products, days + 1)
    sold = _by_day(moved[:, [0, 1, 3]], products, days + 1)
    sold += _by_day(_within(ledger.taken_back, products), products, days + 1)
    units = np.maximum(sold[:, :days], 0)
    known = np.arange(days) >= first[:, None]
    # A sale written down for a day the shelf was empty by the books was one nevertheless.
    stocked = known & (~_out_of_stock(change, now_there)[:, :days] | (units > 0))
    estimates = estimate(units.astype(np.float64), stocked)
    observed = stocked.sum(axis=1)
    of_each = (estimates.per_day, estimates.deviation, observed, known.sum(axis=1) - observed)
    totals = np.where(stocked, units, 0).sum(axis=1)
    for product, per_day, deviation, seen_days, out, total in zip(
        products, *of_each, totals, strict=True
    ):
        yield ProductDemand(
            product_id=int(product),
            per_day=Decimal(float(per_day)).quantize(PLACES),
            deviation=Decimal(float(deviation)).quantize(PLACES),
            observed_days=int(seen_days),
            stock_out_days=int(out),
            sold=int(total),
        )


def _out_of_stock(change: Rows, now_there: Rows) -> NDArray[np.bool_]:
    """Days that began with nothing that may be sold and on which nothing came or went."""
    upto = change.cumsum(axis=1)
    at_start = (now_there - upto[:, -1])[:, None] + upto - change
    out: NDArray[np.bool_] = (at_start <= 0) & (change == 0)
    return out


def _by_day(rows: Rows, products: Rows, days: int) -> Rows:
    """Rows of (product, day, units) as a table of products and days."""
    table = np.zeros((len(products), days), dtype=np.int64)
    np.add.at(table, (np.searchsorted(products, rows[:, 0]), rows[:, 1]), rows[:, 2])
    return table


def _within(rows: Rows, products: Rows) -> Rows:
    """The rows of these products; both are sorted by product."""
    low, high = np.searchsorted(rows[:, 0], [products[0], products[-1] + 1])
    part = rows[low:high]
    return part[np.isin(part[:, 0], products)]
