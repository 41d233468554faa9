"""Many people at once on the same goods: exactly what is there goes, and nobody deadlocks.

STOCK_TEST_ROUNDS=50 runs all fifty rounds of the 200 buyers, as CI does; the suite runs a few.
"""

import os
import random
from collections import deque

import pytest
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from core.audit import SYSTEM
from core.tests.threads import together
from inventory.errors import AlreadyBeingCounted, InsufficientStock, StockReserved
from inventory.models import (
    Batch,
    ProductStock,
    Reservation,
    StockCount,
    StockCountLine,
    StockLevel,
    StockMovement,
)
from inventory.selectors.availability import reserved_by_product
from inventory.selectors.reconciliation import differences
from inventory.services.ledger import stock_lock
from inventory.services.reservations import reservation_release
from inventory.tests.counting import approve, finish, person, started, tally
from inventory.tests.stock import in_days, issue, move, place, product, receive, reserve

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
ROUNDS = int(os.environ.get("STOCK_TEST_ROUNDS", "3"))
BUYERS, CLERKS, UNITS = 200, 16, 37


@pytest.fixture(autouse=True)
def _enough_time(settings, transactional_db):
    """Two hundred people queue at one product: the lock waits for its turn, however long."""
    old = connection.settings_dict["OPTIONS"]["options"]
    options = " ".join(
        part if not part.startswith("lock_timeout") else "lock_timeout=60s" for part in old.split()
    )
    connection.settings_dict["OPTIONS"]["options"] = options
    connection.close()
    yield
    connection.settings_dict["OPTIONS"]["options"] = old
    connection.close()


def at_once(works):
    """Run all works by `CLERKS` people at once; their results, or the exceptions they raised."""
    waiting = deque(works)

    def clerk():
        done = []
        while waiting:
            try:
                work = waiting.popleft()
            except IndexError:
                break
            try:
                done.append(work())
            except Exception as error:  # noqa: BLE001 - the test judges it
                done.append(error)
        return done

    return [outcome for done in together([clerk] * CLERKS) for outcome in done]


def test_two_hundred_buyers_get_exactly_what_there_is_round_after_round():
    item = product()
    for round_number in range(ROUNDS):
        receive((item, f"B{round_number}", in_days(90), UNITS, UNITS * 10))
        outcomes = at_once([lambda: issue((item, 1)) for _ in range(BUYERS)])
        sold = [outcome for outcome in outcomes if isinstance(outcome, list)]
        refused = [outcome for outcome in outcomes if isinstance(outcome, InsufficientStock)]
        assert (len(sold), len(refused)) == (UNITS, BUYERS - UNITS)
        assert ProductStock.objects.get(product_id=item).on_hand == 0
    assert differences() == []


def test_no_unit_is_promised_twice():
    item = product()
    receive((item, "A", in_days(90), 10, 100))
    orders = [lambda n=n: reserve((item, 1), order=str(n)) for n in range(24)]
    sales = [lambda: issue((item, 1)) for _ in range(8)]
    outcomes = together(random.sample(orders + sales, 32))
    refused = [outcome for outcome in outcomes if isinstance(outcome, InsufficientStock)]
    assert {type(outcome) for outcome in outcomes} <= {list, type(None), InsufficientStock}
    assert len(refused) == 32 - 10
    sold = StockMovement.objects.filter(kind="issue").count()
    assert sold + Reservation.objects.count() == 10
    assert reserved_by_product([item]).get(item, 0) == ProductStock.objects.get(pk=item).on_hand


def one_of_each_batch_is_missing():
    """A whole count of the shop: a unit less of every batch than there is that moment."""
    counter, approver = person(), person()
    count_id = started(counter, tolerance_units=1000, tolerance_percent=100)
    for line in StockCountLine.objects.filter(count_id=count_id).select_related("batch"):
        with transaction.atomic():
            stock_lock([line.batch.product_id])
            level = StockLevel.objects.get(batch_id=line.batch_id, location_id=line.location_id)
            tally(counter, count_id, (line.line, level.quantity - 1))
    finish(counter, count_id)
    approve(approver, count_id)


def test_transfers_counts_sales_receipts_and_reservations_meet_without_deadlock():
    back = place("back_store")
    items = [product() for _ in range(4)]
    receive(*[(item, "A", in_days(90), 200, 2000) for item in items])
    batches = list(Batch.objects.order_by("pk").values_list("pk", flat=True))

    def some():
        return random.sample(items, 3)

    def release(number):
        return reservation_release(
            actor=SYSTEM, now=timezone.now(), source_type="tests.order", source_id=str(number)
        )

    def works_of(number):
        lines, others, batch = some(), some(), random.choice(batches)
        return [
            lambda: issue(*[(item, 2) for item in lines]),
            lambda: receive(*[(item, "A", in_days(90), 3, 31) for item in others]),
            lambda: move(batch, 2, to=back),
            lambda: reserve(*[(item, 1) for item in lines], order=str(number)),
            lambda: release(number - 3),
        ]

    works = [work for number in range(30) for work in works_of(number)]
    works += [one_of_each_batch_is_missing] * 4
    random.shuffle(works)
    outcomes = at_once(works)
    errors = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert [e for e in errors if isinstance(e, OperationalError)] == []
    # The goods are in one count at a time.
    assert {type(error) for error in errors} <= {
        InsufficientStock, StockReserved, AlreadyBeingCounted,
    }  # fmt: skip
    posted = StockCount.objects.filter(state="posted").count()
    assert posted + sum(isinstance(error, AlreadyBeingCounted) for error in errors) == 4
    counted = StockMovement.objects.filter(reason="count").values_list("quantity", flat=True)
    assert (posted >= 1, list(counted)) == (True, [-1] * len(items) * posted)
    assert differences() == []
    for row in ProductStock.objects.filter(product_id__in=items):
        assert 0 <= reserved_by_product([row.pk]).get(row.pk, 0) <= row.on_hand
    assert all(level.quantity >= 0 for level in StockLevel.objects.all())
