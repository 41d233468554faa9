"""Needs from real movements, stock and policies."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.models import local_date
from inventory.public import (
    IncomingLine,
    IssueLine,
    ReceiptLine,
    ReservationLine,
    incoming_register,
    reservation_create,
    shortages,
    stock_issue,
    stock_receive,
)
from purchases.errors import ProductNotFound
from purchases.needs import Basis, from_json
from purchases.selectors.needs import need_of, needs, needs_list
from purchases.services.need_policies import need_policy_update
from purchases.tests.factories import short_product

pytestmark = pytest.mark.django_db


@pytest.fixture
def stocked(pharmacist, now):
    """A product sold `per_day` units a day for `days` days; what is left expires as said."""

    def make(*, per_day=4, days=40, left=30, expires_in=None, **limits):
        one = short_product(need=limits.pop("need", 0), **limits)
        expiry = None if expires_in is None else local_date(now) + timedelta(days=expires_in)
        stock_receive(
            actor=pharmacist,
            now=now - timedelta(days=days),
            source_type="tests.receipt",
            source_id=str(one),
            lines=[
                ReceiptLine(
                    line=1,
                    product_id=one,
                    batch_number="B",
                    expiry_date=expiry,
                    quantity=per_day * days + left,
                    total_cost=Decimal(1000),
                )
            ],
            party_type="purchases.supplier",
            party_id="1",
        )
        for day in range(days, 0, -1):
            stock_issue(
                actor=pharmacist,
                now=now - timedelta(days=day),
                source_type="tests.sale",
                source_id=f"{one}-{day}",
                lines=[IssueLine(line=1, product_id=one, quantity=per_day)],
            )
        return one

    return make


def test_what_is_sold_decides_once_history_is_long_enough(stocked, pharmacist, now):
    need_policy_update(
        actor=pharmacist, now=now, abc_class="A", lead_days=2, review_days=7, lead_deviation=1
    )
    one = stocked(left=30)
    found = need_of(product_id=one, now=now)
    assert (found.basis, found.abc_class) == (Basis.DEMAND, "A")
    assert (found.demand.per_day, found.demand.deviation) == (4, 0)
    assert (found.demand.observed_days, found.demand.sold) == (40, 160)
    # Steady demand: only the lead time varies. 2.0537 x 4 x 1 = 8.21; 4 x 9 + 8.21 = 44.21.
    assert (found.safety_stock, found.order_up_to, found.needed) == (Decimal("8.21"), 45, 15)


def test_a_short_history_leaves_it_to_min_and_max_as_before(stocked, now):
    one = stocked(days=10, left=5, need=20)
    found = need_of(product_id=one, now=now)
    (short,) = shortages(product_ids=[one], now=now)
    assert (found.basis, found.needed) == (Basis.MIN_MAX, short.needed) == ("min_max", 15)


def test_promised_coming_and_expiring_units_count(stocked, pharmacist, now):
    # Sold until the day before it expires: 3 days, 12 units, of 30.
    one = stocked(left=30, expires_in=3)
    reservation_create(
        actor=pharmacist,
        now=now,
        source_type="tests.order",
        source_id="1",
        lines=[ReservationLine(line=1, product_id=one, quantity=5)],
    )
    incoming_register(
        actor=pharmacist,
        now=now,
        source_type="tests.incoming",
        source_id="1",
        lines=[IncomingLine(line=1, product_id=one, quantity=7)],
    )
    position = need_of(product_id=one, now=now).position
    assert (position.on_hand, position.reserved, position.incoming) == (30, 5, 7)
    assert (position.held_back, position.expiring, position.usable) == (0, 13, 30 - 13 - 5 + 7)


def test_the_figures_can_be_kept_and_read_back(stocked, now):
    found = need_of(product_id=stocked(days=30, expires_in=5), now=now)
    assert from_json(found.as_json()) == found


def test_the_list_begins_with_what_lasts_shortest_and_filters(stocked, now):
    lasts, urgent = stocked(left=400), stocked(left=1)
    new = short_product(need=10)
    everything = needs_list(now=now)
    assert [figures.product_id for figures in everything] == [urgent, new, lasts]
    assert [f.product_id for f in needs_list(now=now, only_needed=True)] == [urgent, new]
    assert [f.product_id for f in needs_list(now=now, basis="min_max")] == [new]
    assert [f.product_id for f in needs_list(now=now, abc_class="C")] == [new]
    assert {f.product_id for f in needs_list(now=now, only_urgent=True)} == {urgent, new}


def test_what_is_needed_is_the_same_when_idle_products_are_left_out(stocked, pharmacist, now):
    idle = [short_product(need=0) for _ in range(3)]
    promised = short_product(need=0)
    stock_receive(
        actor=pharmacist,
        now=now,
        source_type="tests.receipt",
        source_id="idle",
        lines=[
            ReceiptLine(
                line=1,
                product_id=promised,
                batch_number="B",
                expiry_date=local_date(now) + timedelta(days=1),
                quantity=9,
                total_cost=Decimal(9),
            )
        ],
        party_type="purchases.supplier",
        party_id="1",
    )
    reservation_create(
        actor=pharmacist,
        now=now,
        source_type="tests.order",
        source_id="1",
        lines=[ReservationLine(line=1, product_id=promised, quantity=9)],
    )
    sold, unsold = stocked(left=1), stocked(per_day=1, days=1, left=1)
    later = now + timedelta(days=3)  # what is promised has expired
    for moment in (now, later):
        everything = needs_list(now=moment)
        assert {*idle, promised, sold, unsold} == {f.product_id for f in everything}
        wanted = [f for f in everything if f.needed]
        assert needs_list(now=moment, only_needed=True) == wanted
        assert needs_list(now=moment, only_urgent=True) == [f for f in wanted if f.urgent]
    assert promised in {f.product_id for f in wanted}


def test_between_orders_only_what_cannot_wait_is_needed(stocked, now):
    waits, urgent = stocked(left=30), stocked(left=3)
    found = {f.product_id: f.needed for f in needs(now=now, review_due=False)}
    assert found[waits] == 0 < found[urgent]


def test_a_product_that_may_not_be_ordered_has_no_need(now):
    with pytest.raises(ProductNotFound):
        need_of(product_id=999_999, now=now)


def test_as_many_queries_for_many_products_as_for_one(stocked, now):
    def count():
        with CaptureQueriesContext(connection) as queries:
            needs(now=now)
        return len(queries)

    stocked(days=1)
    few = count()
    for _ in range(99):
        stocked(days=1)
    assert count() == few == 13


def test_over_the_wire(stocked, client_as, now):
    one = stocked(left=30)
    client = client_as("purchasing")
    (row,) = client.get("/api/v1/purchase-needs/?only_needed=true&abc_class=A").json()["results"]
    assert row["product"]["id"] == one
    assert row["demand"]["per_day"] == "4.0000"
    assert row["position"]["usable"] == 30
    assert row["needed"] == row["order_up_to"] - 30 > 0
    assert client.get(f"/api/v1/purchase-needs/{one}/").json() == row
    missing = client.get("/api/v1/purchase-needs/999999/")
    assert (missing.status_code, missing.json()["code"]) == (404, "product_not_found")
    assert client_as("cashier").get("/api/v1/purchase-needs/").status_code == 403
