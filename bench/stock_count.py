"""How long a stock count of 5,000 lines takes to begin, to be counted, and to be posted.

    python -m bench.stock_count     seconds and queries of each step; exit 1 if posting the
                                    differences takes 10 s or more

Uses a database of its own, made and dropped. Every line differs, half of them up and half down, so
that 5,000 movements, their levels and totals, and one journal entry are written: the worst case.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
django.setup()

from django.contrib.auth import get_user_model  # noqa: E402
from django.db import connection  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from core.audit import Actor  # noqa: E402
from core.models import local_date  # noqa: E402
from inventory.models import Product, ProductStock, StockCount, StockMovement  # noqa: E402
from inventory.public import ReceiptLine, stock_receive  # noqa: E402
from inventory.selectors.reconciliation import differences  # noqa: E402
from inventory.services.counts.planning import count_create, count_start  # noqa: E402
from inventory.services.counts.posting import count_approve  # noqa: E402
from inventory.services.counts.review import count_finish  # noqa: E402
from inventory.services.counts.tallying import Tally, count_tally  # noqa: E402
from inventory.services.locations import location_default  # noqa: E402
from inventory.services.product_fields import product_derive  # noqa: E402

LINES = 5000
AT_ONCE = 500  # figures in one request
ON_HAND = 40
MOST_SECONDS = 10.0


def person(name: str) -> Actor:
    user = get_user_model().objects.create(username=name)
    return Actor(id=user.pk, label=name)


def shelves_fill(actor: Actor) -> None:
    products = [Product(name_en=f"Item {number}", lifecycle="active") for number in range(LINES)]
    for product in products:
        product_derive(product)
    Product.objects.bulk_create(products)
    ProductStock.objects.bulk_create([ProductStock(product=product) for product in products])
    now = timezone.now()
    stock_receive(
        actor=actor,
        now=now,
        source_type="bench.receipt",
        source_id="1",
        party_type="bench.supplier",
        party_id="1",
        lines=[
            ReceiptLine(
                line=number,
                product_id=product.pk,
                batch_number="A",
                expiry_date=local_date(now).replace(year=now.year + 2, day=1),
                quantity=ON_HAND,
                total_cost=Decimal("123.45"),
            )
            for number, product in enumerate(products)
        ],
    )


def timed(title: str, work: Callable[[], Any]) -> tuple[float, Any]:
    with CaptureQueriesContext(connection) as captured:
        started, used = time.perf_counter(), time.process_time()
        outcome = work()
        seconds, used = time.perf_counter() - started, time.process_time() - used
    queries = len(captured)
    print(f"{title:32} {seconds:7.2f} s, {used:6.2f} s of it Python   {queries:5} queries")
    return seconds, outcome


def found(line: int) -> int:
    return ON_HAND + (-3, 2)[line % 2]


def count_all(counter: Actor, count_id: int) -> None:
    for first in range(1, LINES + 1, AT_ONCE):
        count_tally(
            actor=counter,
            now=timezone.now(),
            count_id=count_id,
            tallies=[
                Tally(line=line, quantity=found(line))
                for line in range(first, min(first + AT_ONCE, LINES + 1))
            ],
        )


def measure() -> bool:
    counter, approver = person("counter"), person("approver")
    timed("receive", lambda: shelves_fill(approver))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    count_id = count_create(
        actor=counter, now=timezone.now(), mode="blind", scope="location",
        location_id=location_default(), tolerance_units=10,
    )  # fmt: skip
    step = {"now": timezone.now(), "count_id": count_id}
    timed("start", lambda: count_start(actor=counter, **step))
    timed(f"count, {AT_ONCE} lines at once", lambda: count_all(counter, count_id))
    timed("finish", lambda: count_finish(actor=counter, **step))
    seconds, _ = timed(
        f"approve and post {LINES} lines", lambda: count_approve(actor=approver, **step)
    )
    posting_id = StockCount.objects.get().posting_id
    posted = StockMovement.objects.filter(source_id=str(posting_id)).count()
    faults = differences()
    print(f"{posted} differences posted; reconcile: {len(faults)} differences")
    return seconds < MOST_SECONDS and posted == LINES and not faults


def main() -> int:
    name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        return 0 if measure() else 1
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


if __name__ == "__main__":
    sys.exit(main())
