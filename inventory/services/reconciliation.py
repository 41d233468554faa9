"""Building what is kept of stock again from its ledger."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction

from core import audit
from core.audit import Actor
from inventory.models import StockLevel
from inventory.selectors.availability import open_reservations
from inventory.selectors.reconciliation import differences
from inventory.services.ledger import stock_lock
from inventory.services.reservation_loss import reservations_cut

_LOCK = """
LOCK TABLE inventory_stockmovement, inventory_stocklevel, inventory_productstock
  IN SHARE ROW EXCLUSIVE MODE
"""
_LEVELS = """
MERGE INTO inventory_stocklevel l
USING (SELECT batch_id, location_id, sum(quantity) AS quantity, sum(value) AS value
         FROM inventory_stockmovement GROUP BY batch_id, location_id) m
   ON m.batch_id = l.batch_id AND m.location_id = l.location_id
WHEN MATCHED AND (l.quantity, l.value) <> (m.quantity, m.value)
     THEN UPDATE SET quantity = m.quantity, value = m.value
WHEN NOT MATCHED BY TARGET
     THEN INSERT (batch_id, location_id, quantity, value)
          VALUES (m.batch_id, m.location_id, m.quantity, m.value)
WHEN NOT MATCHED BY SOURCE AND (l.quantity, l.value) <> (0, 0)
     THEN UPDATE SET quantity = 0, value = 0
"""
_PRODUCTS = """
MERGE INTO inventory_productstock p
USING (SELECT b.product_id, sum(s.quantity) AS quantity, sum(s.value) AS value,
              max(s.occurred_at) FILTER (WHERE s.kind = 'issue' AND s.quantity < 0)
              AS last_issued_at
         FROM inventory_stockmovement s JOIN inventory_batch b ON b.id = s.batch_id
        GROUP BY b.product_id) m
   ON m.product_id = p.product_id
WHEN MATCHED AND (p.on_hand, p.value, p.last_issued_at)
                 IS DISTINCT FROM (m.quantity, m.value, m.last_issued_at)
     THEN UPDATE SET on_hand = m.quantity, value = m.value, last_issued_at = m.last_issued_at
WHEN NOT MATCHED BY TARGET
     THEN INSERT (product_id, on_hand, value, last_issued_at)
          VALUES (m.product_id, m.quantity, m.value, m.last_issued_at)
WHEN NOT MATCHED BY SOURCE AND (p.on_hand, p.value, p.last_issued_at)
                               IS DISTINCT FROM (0, 0, NULL)
     THEN UPDATE SET on_hand = 0, value = 0, last_issued_at = NULL
"""


@transaction.atomic
def stock_rebuild(*, actor: Actor, now: datetime) -> list[str]:
    """Set every level and product total to its ledger's sum; returns what differed before.

    Promises beyond what is really on hand are released and their orders told. Holds off writers of
    stock while it runs. Money is not touched: a wrong balance in the books
    is for a person to look into.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LOCK)
        before = differences()
        cursor.execute(_LEVELS)
        cursor.execute(_PRODUCTS)
    _promises_fit(now)
    if before:
        audit.record(
            actor=actor,
            action="inventory.stock_rebuilt",
            subject=StockLevel(),
            changes={"differences": before[:100]},
            occurred_at=now,
        )
    return before


def _promises_fit(now: datetime) -> None:
    promised = open_reservations().values_list("product_id", flat=True).distinct()
    reservations_cut(stock_lock(promised), now=now)
