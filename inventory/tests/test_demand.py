"""What was asked for, from the ledger of movements."""

from datetime import timedelta
from decimal import Decimal
from random import Random

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.audit import SYSTEM
from core.models import local_date
from inventory.demand import estimate, far_out_capped
from inventory.models import StockMovement
from inventory.public import (
    CustomerReturnLine,
    IncomingLine,
    IssueLine,
    ReceiptLine,
    abc_by_product,
    incoming_cancel_lines,
    incoming_receive_lines,
    incoming_register,
    product_demand,
    product_positions,
    shortages,
    stock_issue,
    stock_receive,
    stock_return_in,
    stock_reverse,
)
from inventory.services.batches import batch_quarantine
from inventory.services.documents import stock_issue_by_hand
from inventory.tests.stock import product, reserve

NOW = timezone.now().replace(hour=9, minute=0, second=0, microsecond=0)
DAYS = 40


@pytest.fixture(autouse=True)
def _forty_days(settings):
    settings.PHARMACY_TIME_ZONE = "Asia/Damascus"
    settings.INVENTORY_DEMAND_DAYS = DAYS


def ago(days, **more):
    return NOW - timedelta(days=days, **more)


def receive(product_id, quantity, *, days_ago, expires_in=None, batch="B"):
    expiry = None if expires_in is None else local_date(NOW) + timedelta(days=expires_in)
    return stock_receive(
        actor=SYSTEM,
        now=ago(days_ago),
        source_type="tests.receipt",
        source_id=f"{product_id}-{days_ago}-{batch}",
        lines=[
            ReceiptLine(
                line=1,
                product_id=product_id,
                batch_number=batch,
                expiry_date=expiry,
                quantity=quantity,
                total_cost=Decimal(quantity * 10),
            )
        ],
        party_type="purchases.supplier",
        party_id="1",
    )


def sell(product_id, quantity, *, days_ago, source=""):
    return stock_issue(
        actor=SYSTEM,
        now=ago(days_ago),
        source_type="tests.sale",
        source_id=source or f"{product_id}-{days_ago}",
        lines=[IssueLine(line=1, product_id=product_id, quantity=quantity)],
    )


def demand_of(product_id):
    return product_demand(now=NOW, product_ids=[product_id])[product_id]


# --- Estimates, without a database --------------------------------------------------------------


def row(*days):
    return np.array([days], dtype=float)


def test_a_steady_product_is_sold_at_its_pace_without_deviation():
    found = estimate(np.full((1, 60), 3.0), np.ones((1, 60), bool))
    assert found.per_day[0] == pytest.approx(3)
    assert found.deviation[0] == pytest.approx(0)


def test_days_of_which_nothing_is_known_do_not_count():
    sold, known = np.full((1, 60), 4.0), np.ones((1, 60), bool)
    sold[0, 40:], known[0, 40:] = 0.0, False
    found = estimate(sold, known)
    assert found.per_day[0] == pytest.approx(4)
    assert found.deviation[0] == pytest.approx(0)
    nothing = estimate(sold, np.zeros((1, 60), bool))
    assert (nothing.per_day[0], nothing.deviation[0]) == (0, 0)


def test_a_day_thirty_days_back_weighs_half():
    sold = np.zeros((2, 60))
    sold[0, -1] = sold[1, -31] = 6
    recent, old = estimate(sold, np.ones((2, 60), bool)).per_day
    assert recent == pytest.approx(2 * old)


def test_weeks_that_vary_together_raise_the_deviation():
    alternating = np.tile([0.0, 2.0], 28)
    in_weeks = np.repeat(np.tile([0.0, 2.0], 4), 7)
    calm, swinging = estimate(np.array([alternating, in_weeks]), np.ones((2, 56), bool)).deviation
    assert calm == pytest.approx(1, abs=0.02)
    assert swinging > 2 * calm


def test_a_day_far_out_counts_as_the_highest_ordinary_one():
    ordinary = [0, 2, 0, 3, 2, 0, 1, 2, 0, 2]
    assert far_out_capped(row(*ordinary, 500)).max() < 10
    assert list(far_out_capped(row(*ordinary))[0]) == ordinary
    # Too few sales to tell, and products always sold by the ten.
    assert far_out_capped(row(0, 1, 1, 400)).max() == 400
    assert list(far_out_capped(row(10, 10, 10, 10, 10, 20))[0])[-1] == 20


# --- The ledger --------------------------------------------------------------------------------

ledger = pytest.mark.django_db


@ledger
def test_sales_of_a_day_less_what_came_back_of_them():
    one = product()
    receive(one, 100, days_ago=30)
    (effect,) = sell(one, 10, days_ago=9)
    stock_return_in(
        actor=SYSTEM,
        now=ago(3),
        source_type="tests.return",
        source_id="1",
        lines=[CustomerReturnLine(line=1, movement_id=effect.movement_id, quantity=4)],
    )
    sell(one, 5, days_ago=2, source="mistake")
    stock_reverse(
        actor=SYSTEM,
        now=ago(1),
        source_type="tests.undo",
        source_id="1",
        undoes=("tests.sale", "mistake"),
        reason="typed twice",
    )
    found = demand_of(one)
    assert (found.sold, found.observed_days, found.stock_out_days) == (6, 30, 0)
    assert 0 < found.per_day < 1


@ledger
def test_what_is_used_or_given_away_is_no_demand():
    one = product()
    receive(one, 100, days_ago=30)
    stock_issue_by_hand(
        actor=SYSTEM,
        now=ago(5),
        reason="internal_use",
        lines=[IssueLine(line=0, product_id=one, quantity=7)],
    )
    assert demand_of(one).sold == 0


@ledger
def test_days_without_stock_are_not_days_without_demand():
    one = product()
    receive(one, 6, days_ago=30)
    for day in range(30, 24, -1):
        sell(one, 1, days_ago=day, source=f"first-{day}")
    # Sold out on day 25 back; the next delivery came 10 days back: 14 days between.
    receive(one, 10, days_ago=10, batch="C")
    for day in range(10, 0, -1):
        sell(one, 1, days_ago=day, source=f"then-{day}")
    found = demand_of(one)
    assert (found.observed_days, found.stock_out_days) == (16, 14)
    assert (found.sold, found.per_day, found.deviation) == (16, Decimal("1.0000"), 0)


@ledger
def test_being_out_of_stock_lasts_until_yesterday_and_from_before():
    one = product()
    receive(one, 2, days_ago=60)
    sell(one, 2, days_ago=50)
    receive(one, 3, days_ago=20, batch="C")
    sell(one, 3, days_ago=6)
    found = demand_of(one)
    # Nothing from the first day looked at (40 back) to 21 back, and from 5 back to yesterday.
    assert (found.observed_days, found.stock_out_days) == (15, 20 + 5)


@ledger
def test_goods_that_had_expired_or_were_held_back_could_not_be_sold():
    expired, held = product(), product()
    receive(expired, 9, days_ago=30, expires_in=-10)
    receive(held, 9, days_ago=30)
    batch = StockMovement.objects.get(batch__product_id=held).batch_id
    batch_quarantine(actor=SYSTEM, now=ago(12), batch_id=batch, reason="cracked seal")
    # From the day printed on it, ten days back, a batch is not sold; a status holds for its day
    # and those after, of which the first saw a change.
    assert demand_of(expired).stock_out_days == 9
    assert demand_of(held).stock_out_days == 11


@ledger
def test_random_ledgers_agree_with_walking_through_them_day_by_day():
    """The oracle keeps every batch in memory and looks at the shelf each morning."""
    chance = Random(20261126)
    expected = {}
    for _ in range(12):
        one, first = product(), chance.randint(5, DAYS + 15)
        batches, sold, observed = [], 0, 0
        for day in range(first, 0, -1):
            shelf = [lot for lot in batches if lot[0] is None or lot[0] > -day]
            could_sell = sum(lot[1] for lot in shelf) > 0
            if day == first or chance.random() < 0.08:
                expires_in = chance.choice([None, chance.randint(1 - day, 20), 300])
                quantity = chance.randint(1, 9)
                receive(one, quantity, days_ago=day, expires_in=expires_in, batch=f"B{day}")
                batches.append([expires_in, quantity])
                could_sell = True
                shelf.append(batches[-1])
            free = sum(lot[1] for lot in shelf)
            wanted = min(free, chance.choice([0, 0, 1, 2, 5]))
            if wanted:
                sell(one, wanted, days_ago=day)
                _take(shelf, wanted)
            if day <= DAYS:
                sold += wanted
                observed += could_sell
        expected[one] = (sold, observed, min(first, DAYS) - observed)
    found = product_demand(now=NOW)
    assert {
        one: (found[one].sold, found[one].observed_days, found[one].stock_out_days)
        for one in expected
    } == expected
    assert sum(outs for _, _, outs in expected.values()) > 20


def _take(shelf, wanted):
    for lot in sorted(shelf, key=lambda lot: (lot[0] is None, lot[0])):
        taken = min(lot[1], wanted)
        lot[1] -= taken
        wanted -= taken


@ledger
def test_today_is_not_over_and_days_before_the_first_delivery_do_not_count():
    one, new = product(), product()
    receive(one, 50, days_ago=4)
    sell(one, 8, days_ago=0)
    receive(new, 50, days_ago=0)
    found = demand_of(one)
    assert (found.sold, found.observed_days, found.stock_out_days) == (0, 4, 0)
    assert product_demand(now=NOW, product_ids=[new]) == {}


@ledger
def test_days_begin_where_the_pharmacy_is():
    one = product()
    receive(one, 50, days_ago=20)
    midnight = NOW.replace(hour=20, minute=59)  # 23:59 in Damascus
    for minutes, source in ((0, "late"), (2, "early")):
        stock_issue(
            actor=SYSTEM,
            now=midnight - timedelta(days=2) + timedelta(minutes=minutes),
            source_type="tests.sale",
            source_id=source,
            lines=[IssueLine(line=1, product_id=one, quantity=5)],
        )
    together = product()
    receive(together, 50, days_ago=20)
    sell(together, 10, days_ago=2)
    assert demand_of(one).sold == demand_of(together).sold == 10
    assert demand_of(one).deviation < demand_of(together).deviation


@ledger
def test_a_product_far_away_in_the_list_changes_nothing():
    ids = [product() for _ in range(3)]
    for number, one in enumerate(ids, start=1):
        receive(one, 100, days_ago=30)
        sell(one, number, days_ago=5)
    found = product_demand(now=NOW)
    assert [found[one].sold for one in ids] == [1, 2, 3]
    assert found[ids[1]] == demand_of(ids[1])


@ledger
def test_positions_say_what_there_is_what_is_promised_and_what_is_soon_gone():
    one, archived = product(min_stock=3, max_stock=9), product()
    receive(one, 10, days_ago=5, expires_in=4, batch="SOON")
    receive(one, 20, days_ago=5, expires_in=400, batch="LATE")
    receive(one, 5, days_ago=5, expires_in=0, batch="GONE")
    reserve((one, 6))
    found = {row.product_id: row for row in product_positions(now=NOW, lots_within=30)}[one]
    assert (found.on_hand, found.sellable, found.reserved, found.incoming) == (35, 30, 6, 0)
    assert found.lots == ((4, 10),)
    assert (found.min_stock, found.reorder_point, found.max_stock) == (3, None, 9)
    only = product_positions(now=NOW, lots_within=30, product_ids=[archived])
    assert [row.product_id for row in only] == [archived]


@ledger
def test_what_was_called_off_is_no_longer_on_its_way():
    partly, wholly = product(min_stock=3, max_stock=99), product(min_stock=3, max_stock=99)
    order = {"source_type": "tests.order", "source_id": "1"}
    lines = [
        IncomingLine(line=line, product_id=item, quantity=30)
        for line, item in enumerate((partly, wholly))
    ]
    incoming_register(actor=SYSTEM, now=NOW, **order, lines=lines)
    incoming_receive_lines(**order, received={0: 10, 1: 10})
    incoming_cancel_lines(**order, cancelled={0: 5, 1: 20})
    found = {row.product_id: row.incoming for row in product_positions(now=NOW, lots_within=30)}
    assert (found[partly], found[wholly]) == (15, 0)
    listed = {row.product_id: row.incoming for row in shortages(now=NOW)}
    assert (listed[wholly], found[wholly]) == (0, 0)


@ledger
def test_classes_follow_what_was_consumed():
    rich, poor, idle = product(), product(), product()
    for one, quantity in ((rich, 95), (poor, 5)):
        receive(one, 100, days_ago=30)
        sell(one, quantity, days_ago=3)
    # 95 % of what was consumed is more than A and B take up together.
    assert abc_by_product(now=NOW) == {rich: "A", poor: "C"}
    assert idle not in abc_by_product(now=NOW)


@ledger
def test_queries_do_not_grow_with_the_products():
    def some(count):
        for _ in range(count):
            one = product()
            receive(one, 10, days_ago=20, expires_in=10)
            sell(one, 3, days_ago=5)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            product_demand(now=NOW)
            product_positions(now=NOW, lots_within=30)
            abc_by_product(now=NOW)
        return len(captured)

    some(1)
    few = queries()
    some(12)
    assert queries() == few == 12
