"""Whether the controlled-drug register is whole, checked beside what the database enforces."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

_ROWS = """
WITH rows AS (
    SELECT product_id, sequence, quantity, balance,
           lag(sequence, 1, 0) OVER numbered AS before,
           lag(balance, 1, 0::bigint) OVER numbered AS carried
      FROM inventory_registerentry
    WINDOW numbered AS (PARTITION BY product_id ORDER BY sequence)
)
SELECT product_id, sequence, carried + quantity, balance
  FROM rows WHERE sequence <> before + 1 OR balance <> carried + quantity
 ORDER BY 1, 2
"""
_BALANCES = """
SELECT product_id, balance, held FROM (
    SELECT DISTINCT ON (r.product_id) r.product_id, r.balance,
           coalesce((SELECT sum(m.quantity) FROM inventory_stockmovement m
                       JOIN inventory_batch b ON b.id = m.batch_id
                      WHERE b.product_id = r.product_id), 0) AS held
      FROM inventory_registerentry r ORDER BY r.product_id, r.sequence DESC
) last WHERE balance <> held ORDER BY 1
"""
_MISSING = """
SELECT b.product_id, m.id
  FROM inventory_registerentry o
  JOIN inventory_batch b ON b.product_id = o.product_id
  JOIN inventory_stockmovement m ON m.batch_id = b.id AND m.id > o.ledger_mark
  LEFT JOIN inventory_registerentry r ON r.movement_id = m.id
 WHERE o.sequence = 1 AND r.id IS NULL AND m.quantity <> 0
 ORDER BY 1, 2
"""
_UNTRUE = """
SELECT r.product_id, r.sequence, m.quantity, r.quantity
  FROM inventory_registerentry r JOIN inventory_stockmovement m ON m.id = r.movement_id
 WHERE m.quantity <> r.quantity ORDER BY 1, 2
"""
_UNOPENED = """
SELECT p.id FROM inventory_product p
 WHERE p.controlled_class <> 'none'
   AND NOT EXISTS (SELECT 1 FROM inventory_registerentry r WHERE r.product_id = p.id)
 ORDER BY 1
"""


def register_differences() -> list[str]:
    """One sentence per fault: a gap, a wrong balance, a movement without its row, no register."""
    return [
        *_sentences(
            _ROWS,
            _("Register of product %s: row %s should have balance %s, has %s, or follows a gap"),
        ),
        *_sentences(_BALANCES, _("Register of product %s: balance %s, ledger %s")),
        *_sentences(_MISSING, _("Register of product %s: movement %s is missing")),
        *_sentences(_UNTRUE, _("Register of product %s: row %s moved %s, says %s")),
        *_sentences(_UNOPENED, _("Controlled product %s has no register")),
    ]


def _sentences(sql: str, text: str) -> list[str]:
    return [text % row for row in _rows(sql)]


def _rows(sql: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()
