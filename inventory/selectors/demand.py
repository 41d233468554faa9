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
PLACES = Decimal("0.0001")

# A movement, the one it undoes, and the sale that either brings back: the day is the sale's.
_SOLD = f"""
SELECT b.product_id,
       (coalesce(s.occurred_at, m.occurred_at) AT TIME ZONE %(zone)s)::date - %(since)s::date,
       -sum(m.quantity)
  FROM inventory_stockmovement m
  JOIN inventory_batch b ON b.id = m.batch_id
  LEFT JOIN inventory_stockmovement r ON r.id = m.reverses_id
  LEFT JOIN inventory_stockmovement s ON s.id = coalesce(m.returns_id, r.returns_id, r.id)
 WHERE m.occurred_at >= %(from)s AND m.occurred_at < %(to)s
   AND coalesce(s.occurred_at, m.occurred_at) >= %(from)s
   AND (coalesce(r.kind, m.kind) = '{MovementKind.RETURN_IN}'
        OR coalesce(r.kind, m.kind) = '{MovementKind.ISSUE}'
           AND coalesce(r.reason, m.reason) = '{MovementReason.SALE}')
   {{of_products}}
 GROUP BY 1, 2"""  # noqa: S608 - put together from constants

# `change`: what came and went of each product on a day, of batches that could be sold then; on
# the day a batch may no longer be, what is left of it goes. Working back from what is there now
# gives what was there after each change.
_OUT = f"""
WITH batch AS (
    SELECT b.id, b.product_id,
           least(b.expiry_date, CASE WHEN b.status <> '{BatchStatus.RELEASED}'
                 THEN (b.status_at AT TIME ZONE %(zone)s)::date END) AS ends,
           coalesce(l.quantity, 0) AS left_now
      FROM inventory_batch b
      LEFT JOIN (SELECT batch_id, sum(quantity) AS quantity
                   FROM inventory_stocklevel GROUP BY batch_id) l ON l.batch_id = b.id
     WHERE TRUE {{of_products}}
), moved AS (
    SELECT m.batch_id, (m.occurred_at AT TIME ZONE %(zone)s)::date AS day,
           sum(m.quantity) AS quantity
      FROM inventory_stockmovement m JOIN batch ON batch.id = m.batch_id
     WHERE m.occurred_at >= %(from)s GROUP BY 1, 2
), change AS (
    SELECT product_id, day, sum(quantity) AS quantity
      FROM (SELECT b.product_id, m.day, m.quantity
              FROM moved m JOIN batch b ON b.id = m.batch_id
             WHERE b.ends IS NULL OR m.day < b.ends
            UNION ALL
            SELECT b.product_id, b.ends, -(min(b.left_now) - coalesce(
                       sum(m.quantity) FILTER (WHERE m.day >= b.ends), 0))
              FROM batch b LEFT JOIN moved m ON m.batch_id = b.id
             WHERE b.ends > %(since)s AND b.ends <= %(last)s
             GROUP BY b.id, b.product_id, b.ends) c
     GROUP BY 1, 2
), opening AS (
    SELECT product_id, sum(quantity) AS quantity
      FROM (SELECT b.product_id, b.left_now - coalesce(sum(m.quantity), 0) AS quantity
              FROM batch b LEFT JOIN moved m ON m.batch_id = b.id
             WHERE b.ends IS NULL OR b.ends > %(since)s
             GROUP BY b.id, b.product_id, b.left_now) o
     GROUP BY 1
), closing AS (
    SELECT product_id, day, sum(quantity) OVER same AS quantity,
           lead(day, 1, %(last)s::date + 1) OVER same AS next_day
      FROM (SELECT product_id, day, quantity FROM change
            UNION ALL
            SELECT product_id, %(since)s::date - 1, quantity FROM opening) balance
    WINDOW same AS (PARTITION BY product_id ORDER BY day)
)
SELECT product_id, day + 1 - %(since)s::date, least(next_day, %(last)s::date + 1) - %(since)s::date
  FROM closing
 WHERE quantity <= 0 AND next_day > day + 1 AND day < %(last)s"""  # noqa: S608 - put together from constants

_SEEN = """
SELECT b.product_id,
       greatest(0, (min(b.received_at) AT TIME ZONE %(zone)s)::date - %(since)s::date)
  FROM inventory_batch b
 WHERE b.received_at < %(to)s {of_products}
 GROUP BY 1 ORDER BY 1"""

_OF_PRODUCTS = "AND b.product_id = ANY(%(products)s)"
Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Span:
    """Whole days of the pharmacy, up to yesterday: today is not over."""

    since: date
    days: int
    params: dict[str, Any]


def product_demand(
    *, now: datetime, product_ids: Collection[int] | None = None
) -> dict[int, ProductDemand]:
    """The demand of each product that was ever received, by its id. Three queries.

    Of the last `INVENTORY_DEMAND_DAYS` days before today, for one product the days since it was
    first received. product_ids: these only.
    """
    span = _span(now, product_ids)
    seen = _fetched(_SEEN, span, columns=2)
    sold, out = _fetched(_SOLD, span, columns=3), _fetched(_OUT, span, columns=3)
    found: dict[int, ProductDemand] = {}
    for start in range(0, len(seen), CHUNK):
        part = seen[start : start + CHUNK]
        found.update((row.product_id, row) for row in _demand_of(part, sold, out, span.days))
    return found


def _span(now: datetime, product_ids: Collection[int] | None) -> _Span:
    days = settings.INVENTORY_DEMAND_DAYS
    today = local_date(now)
    since = today - timedelta(days=days)
    params = {
        "zone": settings.PHARMACY_TIME_ZONE,
        "since": since,
        "last": today - timedelta(days=1),
        "from": day_start(since),
        "to": day_start(today),
        "products": None if product_ids is None else sorted(product_ids),
    }
    return _Span(since=since, days=days, params=params)


def _fetched(sql: str, span: _Span, *, columns: int) -> Rows:
    """Rows by product id, whole numbers only."""
    of_products = "" if span.params["products"] is None else _OF_PRODUCTS
    with connection.cursor() as cursor:
        cursor.execute(sql.format(of_products=of_products), span.params)
        rows = [tuple(map(int, row)) for row in cursor.fetchall()]
    table = np.array(rows, dtype=np.int64).reshape(-1, columns)
    return table[np.argsort(table[:, 0], kind="stable")]


def _demand_of(seen: Rows, sold: Rows, out: Rows, days: int) -> Iterator[ProductDemand]:
    products = seen[:, 0]
    known = np.arange(days)[None, :] >= seen[:, 1][:, None]
    stocked = known.copy()
    for product, first, end in _within(out, products):
        stocked[np.searchsorted(products, product), max(first, 0) : end] = False
    units = np.zeros((len(products), days))
    rows = _within(sold, products)
    units[np.searchsorted(products, rows[:, 0]), rows[:, 1]] = np.maximum(rows[:, 2], 0)
    # A sale written down afterwards, on a day the shelf was empty by the books, was one.
    stocked |= known & (units > 0)
    estimates = estimate(units, stocked)
    for row, product in enumerate(products):
        observed = int(stocked[row].sum())
        yield ProductDemand(
            product_id=int(product),
            per_day=Decimal(float(estimates.per_day[row])).quantize(PLACES),
            deviation=Decimal(float(estimates.deviation[row])).quantize(PLACES),
            observed_days=observed,
            stock_out_days=int(known[row].sum()) - observed,
            sold=int(units[row][stocked[row]].sum()),
        )


def _within(rows: Rows, products: NDArray[np.int64]) -> Rows:
    """The rows of these products; both are sorted by product."""
    low, high = np.searchsorted(rows[:, 0], [products[0], products[-1] + 1])
    part = rows[low:high]
    return part[np.isin(part[:, 0], products)]
