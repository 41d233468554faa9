"""Whether what is kept of stock still says what the ledgers say."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from capital.public import balances_check, capital_summary
from core.money import format_money
from inventory.selectors.alerts import alert_differences
from inventory.selectors.register_checks import register_differences

_LEVELS = """
SELECT coalesce(l.batch_id, m.batch_id), coalesce(l.location_id, m.location_id),
       coalesce(l.quantity, 0), coalesce(l.value, 0),
       coalesce(m.quantity, 0), coalesce(m.value, 0)
  FROM inventory_stocklevel l
  FULL JOIN (SELECT batch_id, location_id, sum(quantity) AS quantity, sum(value) AS value
               FROM inventory_stockmovement GROUP BY batch_id, location_id) m
       ON m.batch_id = l.batch_id AND m.location_id = l.location_id
 WHERE coalesce(l.quantity, 0) <> coalesce(m.quantity, 0)
    OR coalesce(l.value, 0) <> coalesce(m.value, 0)
 ORDER BY 1, 2
"""
_PRODUCTS = """
SELECT coalesce(p.product_id, m.product_id),
       coalesce(p.on_hand, 0), coalesce(p.value, 0),
       coalesce(m.quantity, 0), coalesce(m.value, 0), p.last_issued_at, m.last_issued_at
  FROM inventory_productstock p
  FULL JOIN (SELECT b.product_id, sum(s.quantity) AS quantity, sum(s.value) AS value,
                    max(s.occurred_at) FILTER (WHERE s.kind = 'issue' AND s.quantity < 0)
                    AS last_issued_at
               FROM inventory_stockmovement s JOIN inventory_batch b ON b.id = s.batch_id
              GROUP BY b.product_id) m
       ON m.product_id = p.product_id
 WHERE coalesce(p.on_hand, 0) <> coalesce(m.quantity, 0)
    OR coalesce(p.value, 0) <> coalesce(m.value, 0)
    OR p.last_issued_at IS DISTINCT FROM m.last_issued_at
 ORDER BY 1
"""
_VALUE = "SELECT coalesce(sum(value), 0) FROM inventory_stockmovement"


def differences(*, now: datetime | None = None) -> list[str]:
    """One sentence per difference between the ledgers and what is kept of them; none if exact.

    Levels and product totals against movements, the inventory account against the movements'
    value, the register of controlled products, what capital says of its own books, and the open
    alerts against what holds today. now: the present moment if not given.
    """
    alerts = alert_differences(now=now or timezone.now())
    return [
        *_level_differences(),
        *_product_differences(),
        *_account_difference(),
        *register_differences(),
        *map(str, balances_check()),
        *(sentence for sentences in alerts.values() for sentence in sentences),
    ]


def _level_differences() -> list[str]:
    return [
        _("Batch %(batch)s at location %(location)s: held %(held)s, ledger %(ledger)s")
        % {
            "batch": batch,
            "location": location,
            "held": _figure(held, held_value),
            "ledger": _figure(ledger, ledger_value),
        }
        for batch, location, held, held_value, ledger, ledger_value in _rows(_LEVELS)
    ]


def _product_differences() -> list[str]:
    return [
        _("Product %(product)s: held %(held)s, ledger %(ledger)s")
        % {
            "product": product,
            "held": _figure(held, held_value, held_issue),
            "ledger": _figure(ledger, ledger_value, ledger_issue),
        }
        for product, held, held_value, ledger, ledger_value, held_issue, ledger_issue in _rows(
            _PRODUCTS
        )
    ]


def _account_difference() -> list[str]:
    ((value,),) = _rows(_VALUE)
    booked = capital_summary().stock_at_cost
    if booked == value:
        return []
    return [
        _("Inventory account: booked %(booked)s, stock ledger %(ledger)s")
        % {"booked": format_money(booked), "ledger": format_money(value)}
    ]


def _figure(quantity: int, value: object, last_issued_at: datetime | None = None) -> str:
    issued = f", {last_issued_at:%Y-%m-%d %H:%M:%S.%f%z}" if last_issued_at else ""
    return f"{quantity} ({value}{issued})"


def _rows(sql: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()
