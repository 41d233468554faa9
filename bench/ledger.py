"""How fast the books are proved and read with one million stock movements in them.

python -m bench.ledger [--movements N] [--fresh]

Goals: `reconcile` in under 60 s, without a difference; every list in under 100 ms a page, however
deep, measured at the API (authentication, permission, queries, JSON). The database is one of its
own beside that of DATABASE_URL, kept for the next run unless --fresh.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from urllib.parse import urlencode, urlsplit, urlunsplit

import psycopg
from psycopg import sql

ROUNDS = 7
MOST_RECONCILE_SECONDS = 60.0
MOST_PAGE_MS = 100.0


def database_url(name: str) -> str:
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))


def database_make(name: str, *, fresh: bool) -> bool:
    """Create the database if it is not there; whether it was."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as admin:
        known = admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        if known and not fresh:
            return False
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return True


def books_open(movements: int, *, fresh: bool) -> None:
    """Point Django at the bench's database, migrated and filled."""
    name = f"bench_ledger_{movements}"
    made = database_make(name, fresh=fresh)
    os.environ["DATABASE_URL"] = database_url(name)
    os.environ["REDIS_KEY_PREFIX"] = "bench"
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"

    import django

    django.setup()
    from django.core.management import call_command

    from inventory.models import StockMovement

    call_command("migrate", verbosity=0)
    if made or StockMovement.objects.count() != movements:
        from bench._books import books_write

        print(f"writing {movements:,} movements")
        books_write(movements)


def alerts_time() -> None:
    """Bring the alerts to the present day, as the task of the day change does."""
    from django.utils import timezone

    from inventory.models import StockAlert
    from inventory.services.alerts import alerts_refresh_all

    started = time.perf_counter()
    opened = alerts_refresh_all(now=timezone.now())
    print(f"alerts of the day: {time.perf_counter() - started:.1f} s, {opened:,} opened of "
          f"{StockAlert.objects.filter(closed_at=None).count():,}")  # fmt: skip
    started = time.perf_counter()
    alerts_refresh_all(now=timezone.now())
    print(f"alerts, nothing to do: {time.perf_counter() - started:.1f} s")


def reports_time() -> None:
    """Every report of today and of a year ago: its first page, and all of its rows."""
    from datetime import timedelta

    from django.utils import timezone

    from inventory.api.views.reports import classing_of
    from inventory.reports import flows, holdings
    from inventory.reports.clock import Clock
    from inventory.selectors.alerts import limits

    everything, within = holdings.Chosen(), limits()
    reports = {
        "stock on hand": lambda clock: holdings.stock_on_hand(clock, everything),
        "valuation, batch cost": lambda clock: holdings.valuation(
            clock, everything, by="product", method="batch_cost", limits=within
        ),
        "valuation, weighted average": lambda clock: holdings.valuation(
            clock, everything, by="product", method="weighted_average", limits=within
        ),
        "ageing": lambda clock: holdings.ageing(clock, everything),
        "expiry calendar": lambda clock: holdings.expiry_calendar(clock, everything, step="month"),
        "movements": lambda clock: flows.movements(
            clock, everything, since=clock.days_ago(30), by="product"
        ),
        "turnover": lambda clock: flows.turnover(clock, everything, days=365, by="product"),
        "movers": lambda clock: flows.movers(clock, everything, days=180, fast_from=3),
        "ABC/XYZ": lambda clock: flows.abc_xyz(clock, everything, classing=classing_of(365)),
    }
    now = timezone.now()
    for title, build in reports.items():
        for moment, days in (("today", 0), ("a year ago", 365)):
            clock = Clock(as_of=now - timedelta(days=days))
            started = time.perf_counter()
            rows = build(clock).rows
            count, _ = rows.count(), rows[0:50]
            page = time.perf_counter() - started
            started = time.perf_counter()
            assert sum(1 for _ in build(clock).rows) == count
            whole = time.perf_counter() - started
            print(f"report {title}, {moment}: first page {page:.1f} s, all {count:,} rows "
                  f"{whole:.1f} s", flush=True)  # fmt: skip


def reconcile_time() -> bool:
    from inventory.selectors.reconciliation import differences

    started = time.perf_counter()
    found = differences()
    seconds = time.perf_counter() - started
    met = seconds < MOST_RECONCILE_SECONDS and not found
    print(f"reconcile: {seconds:.1f} s (goal {MOST_RECONCILE_SECONDS:.0f} s), "
          f"{len(found)} differences {mark(met)}")  # fmt: skip
    for sentence in found[:5]:
        print(f"  {sentence}")
    return met


def pages() -> dict[str, str]:
    """The lists that are measured, by what they show."""

    from core.pagination import cursor_to
    from inventory.models import Product, ProductStock, StockMovement

    movements = StockMovement.objects.order_by("pk")
    middle = movements.last().pk // 2  # type: ignore[union-attr]
    moved = movements.values_list("batch__product", "batch", "source_id", "occurred_at")
    rare_product, rare_batch, sale, moment = moved.get(pk=middle)
    day = moment.date()
    hot = 1
    stocked = ProductStock.objects.filter(on_hand__gt=0).values_list("pk", flat=True)
    word = Product.objects.values_list("name_en", flat=True).get(pk=stocked[100])
    ledger = "/api/v1/inventory/movements/?"
    deep = f"cursor={cursor_to([middle])}"
    half = f"cursor={cursor_to([middle // 2])}"
    month = f"occurred_from={day.replace(day=1)}&occurred_to={day}"
    return {
        "movements, first page": ledger,
        "movements, 200 a page": f"{ledger}page_size=200",
        "movements, deep": f"{ledger}{deep}",
        "movements, a much sold product": f"{ledger}product_id={hot}",
        "movements, a much sold product, deep": f"{ledger}product_id={hot}&{deep}",
        "movements, a little sold product": f"{ledger}product_id={rare_product}",
        "movements, a batch": f"{ledger}batch_id={rare_batch}",
        "movements, issues": f"{ledger}kind=issue",
        "movements, receipts, deep": f"{ledger}kind=receipt&{deep}",
        "movements, a kind that never was": f"{ledger}kind=adjustment",
        "movements, sales": f"{ledger}reason=sale",
        "movements, a day long ago": f"{ledger}occurred_from={day}&occurred_to={day}",
        "movements, a month long ago": f"{ledger}{month}",
        "movements, a month's receipts": f"{ledger}{month}&kind=receipt",
        "movements, a product in a month": f"{ledger}{month}&product_id={hot}",
        "movements, a document": f"{ledger}source_type=bench.sale&source_id={sale}",
        "stock": "/api/v1/inventory/stock/?",
        "stock, deep": f"/api/v1/inventory/stock/?cursor={cursor_to([15_000, day, 1])}",
        "stock of a product": f"/api/v1/inventory/stock/?product_id={rare_product}",
        "batches": "/api/v1/inventory/batches/?",
        "batches, expired": "/api/v1/inventory/batches/?expiry=expired&in_stock=true",
        "products": "/api/v1/inventory/products/?",
        "products, page 300": "/api/v1/inventory/products/?page=300",
        "products, a word": f"/api/v1/inventory/products/?{urlencode({'search': word})}",
        "products, low stock": "/api/v1/inventory/products/?low_stock=true",
        "shortages": "/api/v1/inventory/shortages/?",
        "alerts": "/api/v1/inventory/alerts/?",
        "journal": "/api/v1/capital/entries/?",
        "journal, deep": f"/api/v1/capital/entries/?{half}",
        "journal, a day long ago": f"/api/v1/capital/entries/?date_from={day}&date_to={day}",
        "journal, an account": "/api/v1/capital/entries/?account=payables",
        "journal, a supplier": "/api/v1/capital/entries/?party_type=purchases.supplier&party_id=7",
        "audit": "/api/v1/audit/?",
        "audit, deep": f"/api/v1/audit/?{half}",
        "audit, an action": "/api/v1/audit/?action=capital.entry",
        "audit, an action that never was": "/api/v1/audit/?action=sales.",
        "audit, a day long ago": f"/api/v1/audit/?date_from={day}&date_to={day}",
    }


def lists_time(only: str) -> bool:
    from rest_framework.test import APIClient

    from rbac.tests.factories import user_with_role

    client = APIClient()
    name = f"bench-{time.time_ns()}"
    client.force_authenticate(user_with_role("owner", username=name))
    all_met = True
    for title, path in pages().items():
        if only not in title:
            continue
        taken, rows = [], 0
        for _ in range(ROUNDS):
            started = time.perf_counter()
            answer = client.get(path)
            taken.append((time.perf_counter() - started) * 1000)
            if answer.status_code != 200:
                raise SystemExit(f"{title}: {answer.status_code} {answer.content[:300]!r}")
            rows = len(answer.json()["results"])
        middle, worst = statistics.median(taken), max(taken[1:])
        met = middle < MOST_PAGE_MS
        all_met &= met
        print(f"{title:40} {middle:7.1f} ms (worst {worst:7.1f}), {rows:3} rows {mark(met)}",
              flush=True)  # fmt: skip
    return all_met


def mark(met: bool) -> str:
    return "" if met else "  <-- goal missed"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="bench.ledger")
    parser.add_argument("--movements", type=int, default=1_000_000)
    parser.add_argument("--fresh", action="store_true", help="write the books anew")
    parser.add_argument("--only", default="", help="only lists whose title contains this")
    asked = parser.parse_args(arguments)
    books_open(asked.movements, fresh=asked.fresh)
    met = True
    if not asked.only:
        alerts_time()
        met = reconcile_time()
        reports_time()
    return 0 if lists_time(asked.only) and met else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
