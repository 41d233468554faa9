"""Two years of a busy pharmacy, written by the database itself: one million stock movements with
the levels, totals, journal entries, balances and audit entries that belong to them.

The rows are those our services would have written (values exact to the digit, one entry per
document and effect, money taken in for every sale), which `reconcile` then has to confirm. Only
the triggers are left out while writing, as on any restore of a dump.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from typing import Any

from django.db import connection, models
from psycopg import sql

from capital.models import Account, AccountBalance, JournalEntry, JournalLine
from core.models import AuditEntry
from inventory.models import Batch, Location, Product, ProductStock, StockLevel, StockMovement

PRODUCTS = 30_000
LOTS_EACH = 3
# A few products make a good part of the sales, as everywhere.
HOT_PRODUCTS, HOT_ISSUES = 10, 3_000
RECEIPT_LINES, SALE_LINES = 30, 3
SUPPLIERS = 20
SEED = 0.20260101


def books_write(movements: int) -> None:
    """Fill an empty, migrated database. Raises what the database refuses."""
    with connection.cursor() as cursor:
        cursor.execute("SET work_mem = '256MB'")
        cursor.execute("SET maintenance_work_mem = '512MB'")
        cursor.execute("SET jit = off")
        cursor.execute("SELECT setseed(%s)", [SEED])
    _triggers("DISABLE")
    steps = {
        "products and batches": _catalogue,
        "movements": lambda: _movements(movements),
        "levels and totals": _projections,
        "journal": _journal,
        "audit": _audit,
    }
    for title, step in steps.items():
        started = time.perf_counter()
        step()
        _say(f"  {title}: {time.perf_counter() - started:.0f} s")
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE bench_move, bench_document")
    _triggers("ENABLE")
    for model in (Product, Batch, StockMovement, StockLevel, JournalEntry, JournalLine, AuditEntry):
        _sequence_forward(model)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _triggers(turn: str) -> None:
    for model in (StockMovement, JournalEntry, JournalLine, AuditEntry):
        _run(f"ALTER TABLE {model._meta.db_table} {turn} TRIGGER USER")


def _catalogue() -> None:
    _insert(
        Product,
        {
            "id": "n",
            "name_ar": "'صنف ' || n",
            "name_en": "'Article ' || n",
            "strength": "(n % 40) * 25 || ' mg'",
            "form": "(ARRAY['tablets', 'syrup', 'ampoules', 'cream'])[1 + n % 4]",
            "manufacturer": "'Maker ' || n % 200",
            "public_price": "(100 + n % 900) * 2",
            "min_stock": "n % 12",
            "max_stock": "n % 12 + 400",
            "lifecycle": "'active'",
            "search_text": "'article ' || n || ' maker ' || n % 200",
            "identity_key": "'bench-' || n",
        },
        f"generate_series(1, {PRODUCTS}) n",
    )
    _insert(
        Batch,
        {
            "id": "n",
            "product_id": f"1 + (n - 1) / {LOTS_EACH}",
            "number": "'L' || n",
            "expiry_date": "CASE WHEN n % 50 = 0 THEN NULL"
            " ELSE current_date - 60 + (n * 37 % 1100)::int END",
            "received_at": "now() - interval '720 days'"
            f" + random() * interval '1 day' * CASE WHEN n <= {HOT_PRODUCTS * LOTS_EACH}"
            " THEN 60 ELSE 680 END",
        },
        f"generate_series(1, {PRODUCTS * LOTS_EACH}) n",
    )


def _movements(count: int) -> None:
    lots = PRODUCTS * LOTS_EACH
    hot = HOT_PRODUCTS * LOTS_EACH
    each, extra = divmod(count - lots - hot * HOT_ISSUES, lots - hot)
    _run(
        f"""
        CREATE UNLOGGED TABLE bench_move AS
        WITH lot AS (
            SELECT id AS batch, received_at, (90 + id % 500) / 2.0 AS cost,
                   CASE WHEN id <= {hot} THEN {HOT_ISSUES}
                        ELSE {each} + (id <= {hot + extra})::int END AS issues
              FROM inventory_batch)
        SELECT 'receipt' AS kind, batch, received_at AS at, cost, issues * 3 + batch % 4 AS quantity
          FROM lot
        UNION ALL
        SELECT 'issue', batch,
               received_at + interval '1 day' + random() * CASE WHEN batch <= {hot}
                    THEN interval '600 days' ELSE now() - received_at - interval '2 days' END,
               cost, -(1 + (random() * 2)::int)
          FROM lot, generate_series(1, issues)
        """
    )
    # Documents: consecutive receipts, and consecutive sales, some lines each.
    _run(
        f"""
        CREATE UNLOGGED TABLE bench_document AS
        SELECT *, row_number() OVER (PARTITION BY kind, document ORDER BY place) - 1 AS line,
               CASE kind WHEN 'receipt' THEN min(at) OVER same ELSE max(at) OVER same END AS moment
          FROM (SELECT *, (place - 1) /
                       CASE kind WHEN 'receipt' THEN {RECEIPT_LINES} ELSE {SALE_LINES} END + 1
                       AS document
                  FROM (SELECT *, row_number() OVER (PARTITION BY kind ORDER BY at) AS place
                          FROM bench_move) ranked) grouped
        WINDOW same AS (PARTITION BY kind, document)
        """
    )
    _insert(
        StockMovement,
        {
            "id": "row_number() OVER (ORDER BY moment, kind DESC, document, line)",
            "kind": "kind",
            "reason": "CASE kind WHEN 'receipt' THEN 'purchase' ELSE 'sale' END",
            "batch_id": "batch",
            "location_id": str(Location.objects.get(is_default=True).pk),
            "quantity": "quantity",
            "value": "quantity * cost",
            "unit_cost": "cost",
            "source_type": "CASE kind WHEN 'receipt' THEN 'bench.receipt' ELSE 'bench.sale' END",
            "source_id": "document",
            "line": "line",
            "occurred_at": "moment",
            "recorded_at": "moment",
        },
        "bench_document ORDER BY 1",
    )


def _projections() -> None:
    _insert(
        StockLevel,
        {
            "id": "row_number() OVER (ORDER BY batch_id)",
            "batch_id": "batch_id",
            "location_id": "location_id",
            "quantity": "sum(quantity)",
            "value": "sum(value)",
        },
        "inventory_stockmovement GROUP BY batch_id, location_id",
    )
    _insert(
        ProductStock,
        {
            "product_id": "product_id",
            "on_hand": "sum(s.quantity)",
            "value": "sum(s.value)",
            "last_issued_at": "max(s.occurred_at) FILTER (WHERE s.kind = 'issue')",
        },
        "inventory_stockmovement s JOIN inventory_batch b ON b.id = s.batch_id GROUP BY product_id",
    )


def _journal() -> None:
    accounts = dict(Account.objects.values_list("system_code", "pk"))
    # What is posted: document kind, entry kind, debited and credited account, share of the cost.
    posted = f"""
        (VALUES ('receipt', 'stock_receipt', {accounts["inventory"]}, {accounts["payables"]}, 1.0),
                ('issue', 'stock_issue', {accounts["cost_of_goods_sold"]},
                 {accounts["inventory"]}, 1.0),
                ('issue', 'sale', {accounts["cash"]}, {accounts["sales_revenue"]}, 1.5))
        AS posted (document_kind, entry_kind, debited, credited, share)"""
    _run(
        f"""
        CREATE TEMP TABLE bench_entry AS
        SELECT row_number() OVER (ORDER BY moment, d.kind DESC, document, entry_kind DESC) AS id,
               d.kind, entry_kind, document, moment, debited, credited, round(cost * share, 2)
               AS total
          FROM (SELECT kind, document, min(moment) AS moment, sum(abs(quantity) * cost) AS cost
                  FROM bench_document GROUP BY kind, document) d
          JOIN {posted} ON posted.document_kind = d.kind
        """
    )
    _insert(
        JournalEntry,
        {
            "id": "id",
            "number": "'JE-' || extract(year FROM moment) || '-' || lpad(id::text, 7, '0')",
            "kind": "entry_kind",
            "source_type": "CASE kind WHEN 'receipt' THEN 'bench.receipt' ELSE 'bench.sale' END",
            "source_id": "document",
            "entry_date": "(moment AT TIME ZONE 'UTC')::date",
            "occurred_at": "moment",
            "recorded_at": "moment",
            "total": "total",
        },
        "bench_entry ORDER BY id",
    )
    party = f"CASE WHEN kind = 'receipt' AND side = 2 THEN (document % {SUPPLIERS})::text"
    _insert(
        JournalLine,
        {
            "entry_id": "id",
            "line": "side",
            "account_id": "CASE side WHEN 1 THEN debited ELSE credited END",
            "debit": "CASE side WHEN 1 THEN total ELSE 0 END",
            "credit": "CASE side WHEN 2 THEN total ELSE 0 END",
            "party_type": f"{party.split(' THEN ')[0]} THEN 'purchases.supplier' ELSE '' END",
            "party_id": f"{party} ELSE '' END",
        },
        "bench_entry, generate_series(1, 2) side ORDER BY id, side",
    )
    _run(
        f"""
        UPDATE {AccountBalance._meta.db_table} b SET debit_total = s.debit, credit_total = s.credit
          FROM (SELECT account_id, sum(debit) AS debit, sum(credit) AS credit
                  FROM {JournalLine._meta.db_table} GROUP BY account_id) s
         WHERE s.account_id = b.account_id
        """
    )


def _audit() -> None:
    _insert(
        AuditEntry,
        {
            "occurred_at": "recorded_at",
            "actor_label": "'system'",
            "action": "'capital.entry_posted'",
            "subject_type": "'capital.journalentry'",
            "subject_id": "id",
            "changes": "jsonb_build_object('number', number, 'kind', kind, 'total', total::text)",
        },
        f"{JournalEntry._meta.db_table} ORDER BY id",
    )


def _insert(model: type[models.Model], columns: Mapping[str, str], source: str) -> None:
    """INSERT ... SELECT `columns` FROM `source`; other columns get what the model would give."""
    chosen = dict(columns)
    for field in model._meta.concrete_fields:
        if field.column not in chosen and (filling := _default_of(field)) is not None:
            chosen[field.column] = filling
    names = ", ".join(f'"{name}"' for name in chosen)
    _run(f"INSERT INTO {model._meta.db_table} ({names}) SELECT {', '.join(chosen.values())} FROM "
         + source)  # fmt: skip


def _default_of(field: Any) -> str | None:
    """The SQL of what Django would write into a column left out; None to leave it to the table."""
    if field.generated or field.primary_key or field.has_db_default():
        return None
    if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
        return "now()"
    value = field.get_db_prep_save(field.get_default(), connection)
    return "NULL" if value is None else sql.Literal(value).as_string(None)


def _sequence_forward(model: type[models.Model]) -> None:
    table = model._meta.db_table
    _run(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")


def _run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _say(sentence: str) -> None:
    print(sentence, file=sys.stdout, flush=True)
