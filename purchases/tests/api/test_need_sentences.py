"""What is promised of needs, sentence by sentence, through services and over HTTP."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from decimal import Decimal
from math import ceil, sqrt
from random import Random
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.audit import SYSTEM
from core.models import local_date
from inventory.public import (
    IncomingLine,
    ReservationLine,
    incoming_register,
    reservation_create,
)
from purchases.models import Proposal, ProposalLine
from purchases.needs import service_factor
from purchases.services.proposals.building import proposals_build
from purchases.services.suppliers.divisions import division_create
from purchases.tests.factories import PLENTY, SupplierFactory, short_product, source
from purchases.tests.selling import arrive, sell, sold_daily

pytestmark = pytest.mark.django_db

NEEDS = "/api/v1/purchase-needs/"
POLICIES = "/api/v1/purchase-need-policies/"
VARIED = [3, 5] * 25  # four a day in the mean


@pytest.fixture
def ask(client_as):
    """The figures of one product, as a buyer is answered."""
    client = client_as("purchasing")

    def asked(product_id):
        answer = client.get(f"{NEEDS}{product_id}/")
        assert answer.status_code == 200, answer.json()
        return answer.json()

    return asked


@pytest.fixture
def set_policy(client_as):
    client = client_as("owner")

    def change(abc_class, **fields):
        answer = client.patch(f"{POLICIES}{abc_class}/", fields)
        assert answer.status_code == 200, answer.json()

    return change


def product(**fields):
    return short_product(**{"need": 0, **fields})


# --- Demand per product per day from sales ------------------------------------------------------


def test_demand_is_what_is_sold_in_a_day_of_each_product(ask, now):
    slow, fast = product(), product()
    sold_daily(slow, [2] * 40, now=now, left=5)
    sold_daily(fast, [9] * 40, now=now, left=5)
    assert ask(slow)["demand"]["per_day"] == "2.0000"
    assert ask(fast)["demand"]["per_day"] == "9.0000"
    assert ask(fast)["demand"]["sold"] == 360


def test_a_day_nobody_asked_is_a_day_without_demand(ask, now):
    one = product()
    sold_daily(one, [4] * 30 + [0] * 10, now=now, left=50)
    found = ask(one)["demand"]
    assert (found["observed_days"], found["stock_out_days"]) == (40, 0)
    assert Decimal(found["per_day"]) < Decimal("3.5")


def test_days_out_of_stock_are_not_counted_as_no_demand(ask, now):
    """The same sales as above, but on the last ten days there was nothing to sell."""
    one = product()
    sold_daily(one, [4] * 30 + [0] * 10, now=now, left=0)
    found = ask(one)["demand"]
    # The first of the ten days began empty already: what was left went the day before.
    assert (found["per_day"], found["stock_out_days"], found["observed_days"]) == ("4.0000", 10, 30)


def test_the_need_of_a_product_that_ran_out_is_that_of_its_demand(ask, now):
    ran_out, stocked = product(), product()
    sold_daily(ran_out, [4] * 30 + [0] * 10, now=now, left=0)
    sold_daily(stocked, [4] * 40, now=now, left=1)
    assert ask(ran_out)["needed"] == ask(stocked)["needed"] + 1 > 30


# --- Lead time and review period per supplier ---------------------------------------------------


def figures_by_supplier(build):
    return {
        line.proposal.supplier_id: line.why["need_figures"]
        for line in ProposalLine.objects.filter(proposal__build=build).select_related("proposal")
    }


def test_lead_time_and_review_period_are_those_of_the_supplier(buyer, now):
    quick = SupplierFactory(lead_days=1, review_days=3)
    slow = SupplierFactory(lead_days=9, review_days=30)
    for supplier in (quick, slow):
        one = product()
        sold_daily(one, VARIED, now=now, left=1)
        source(one, price=10, supplier=supplier)
    found = figures_by_supplier(proposals_build(actor=buyer, now=now, budget=PLENTY))
    times = {
        key: (of["terms"]["lead_days"], of["terms"]["review_days"]) for key, of in found.items()
    }
    assert times == {quick.pk: (1, 3), slow.pk: (9, 30)}
    for figures in found.values():
        demand, terms = figures["demand"], figures["terms"]
        days = terms["lead_days"] + terms["review_days"]
        assert figures["order_up_to"] == ceil(
            Decimal(demand["per_day"]) * days + Decimal(figures["safety_stock"])
        )
    assert found[slow.pk]["needed"] > 3 * found[quick.pk]["needed"]


@pytest.mark.parametrize(("hour", "waits"), [(9, 1), (15, 2)])
def test_what_a_division_delivers_comes_on_its_own_days_before_its_own_cut_off(
    buyer, now, hour, waits
):
    """The supplier comes in five days; its division for two companies daily, asked before noon."""
    zone = ZoneInfo(settings.PHARMACY_TIME_ZONE)
    here = datetime.combine(local_date(now), time(hour), tzinfo=zone)
    weekday = (local_date(here) + timedelta(days=5)).isoweekday()
    supplier = SupplierFactory(lead_days=1, delivery_weekdays=[weekday])
    division_create(
        actor=SYSTEM,
        now=here,
        supplier_id=supplier.pk,
        name="Chronic diseases",
        companies=["Unipharma"],
        delivery_weekdays=[],
        cut_off=time(12),
    )
    of_division, of_supplier = product(manufacturer="UNIPHARMA"), product(manufacturer="Other")
    for one in (of_division, of_supplier):
        sold_daily(one, [4] * 40, now=here, left=1)
        source(one, price=10, supplier=supplier)
    build = proposals_build(actor=buyer, now=here, budget=PLENTY)
    lead_days = {
        line.product_id: line.why["need_figures"]["terms"]["lead_days"]
        for line in ProposalLine.objects.filter(proposal__build=build)
    }
    assert lead_days == {of_division: waits, of_supplier: 5}


def test_divisions_are_looked_up_in_as_many_queries_for_many_products(buyer, now):
    def queries_for(number):
        supplier = SupplierFactory()
        for place in range(3):
            division_create(
                actor=SYSTEM,
                now=now,
                supplier_id=supplier.pk,
                name=f"Division {place}",
                companies=[f"Maker {place}"],
            )
        ids = [short_product(need=5, manufacturer=f"Maker {n % 3}") for n in range(number)]
        for one in ids:
            source(one, price=10, supplier=supplier)
        with CaptureQueriesContext(connection) as queries:
            proposals_build(actor=buyer, now=now, budget=PLENTY, product_ids=ids)
        return len(queries)

    assert queries_for(1) == queries_for(100)


# --- Service level by ABC class -----------------------------------------------------------------


def test_each_abc_class_is_held_to_its_own_service_level(ask, set_policy, now):
    dear, middle, cheap = (product() for _ in range(3))
    for one, cost in ((dear, 850), (middle, 120), (cheap, 30)):
        sold_daily(one, VARIED, now=now, left=20, cost=cost)
    levels = {"A": "0.9900", "B": "0.9500", "C": "0.8000"}
    for abc_class, level in levels.items():
        set_policy(abc_class, service_level=level, lead_days=2, review_days=7)
    found = {one: ask(one) for one in (dear, middle, cheap)}
    assert {f["abc_class"]: f["service_level"] for f in found.values()} == levels
    stocks = [Decimal(found[one]["safety_stock"]) for one in (dear, middle, cheap)]
    assert stocks == sorted(stocks, reverse=True)
    assert len(set(stocks)) == 3
    set_policy("C", service_level="0.9990")
    assert Decimal(ask(cheap)["safety_stock"]) > stocks[0]


# --- Safety stock -------------------------------------------------------------------------------


def test_safety_stock_follows_from_the_figures_shown(ask, set_policy, now):
    chance = Random(11)
    one = product()
    sold_daily(one, [chance.randint(0, 9) for _ in range(60)], now=now, left=30)
    set_policy("A", service_level="0.9700", lead_days=3, lead_deviation="1.5", review_days=10)
    found = ask(one)
    per_day, deviation = (float(found["demand"][name]) for name in ("per_day", "deviation"))
    z = float(service_factor(Decimal("0.97")))
    expected = z * sqrt(13 * deviation**2 + per_day**2 * 1.5**2)
    assert float(found["safety_stock"]) == pytest.approx(expected, abs=0.01)
    assert found["reorder_point"] == ceil(per_day * 3 + float(found["safety_stock"]))
    assert found["order_up_to"] == ceil(per_day * 13 + float(found["safety_stock"]))


# --- On hand, incoming, reserved, expiring soon -------------------------------------------------


def test_on_hand_incoming_reserved_and_expiring_units_change_the_need_one_by_one(ask, now):
    one = product()
    sold_daily(one, [4] * 40, now=now, left=2)
    before = ask(one)
    needed = before["needed"]
    assert (before["position"]["on_hand"], before["position"]["usable"]) == (2, 2)

    arrive(one, 5, at=now)  # on hand, and no end to it
    needed -= 5
    assert ask(one)["needed"] == needed

    incoming_register(
        actor=SYSTEM,
        now=now,
        source_type="tests.incoming",
        source_id="1",
        lines=[IncomingLine(line=1, product_id=one, quantity=6)],
    )
    needed -= 6
    assert ask(one)["needed"] == needed

    reservation_create(
        actor=SYSTEM,
        now=now,
        source_type="tests.order",
        source_id="1",
        lines=[ReservationLine(line=1, product_id=one, quantity=3)],
    )
    needed += 3
    assert ask(one)["needed"] == needed

    # Of twenty that may be sold for two days, three are promised and eight are asked for.
    arrive(one, 20, at=now, expires=local_date(now) + timedelta(days=2))
    needed -= 11
    found = ask(one)
    assert found["needed"] == needed
    assert found["position"] == {
        "on_hand": 27,
        "held_back": 0,
        "expiring": 9,
        "reserved": 3,
        "incoming": 6,
        "usable": 21,
    }


# --- Min/max where history is short -------------------------------------------------------------


@pytest.mark.parametrize(("days", "basis"), [(27, "min_max"), (28, "demand")])
def test_min_and_max_decide_where_history_is_short(ask, now, days, basis):
    one = short_product(need=12)
    sold_daily(one, [4] * days, now=now, left=9)
    found = ask(one)
    assert found["basis"] == basis
    assert found["demand"]["observed_days"] == days
    assert (found["needed"] == 12 - 9) is (basis == "min_max")


# --- The figures behind every need are kept and shown -------------------------------------------


def test_the_figures_are_kept_with_the_line_and_shown_though_stock_has_changed_since(
    client_as, buyer, now
):
    one = product()
    sold_daily(one, VARIED, now=now, left=7)
    source(one, price=10, supplier=SupplierFactory(lead_days=2, review_days=7))
    build = proposals_build(actor=buyer, now=now, budget=PLENTY)
    proposal = Proposal.objects.get(build=build)
    client = client_as("purchasing")
    listed = client.get(f"{NEEDS}{one}/").json()

    sell(one, 7, at=now)
    assert client.get(f"{NEEDS}{one}/").json()["position"]["on_hand"] == 0

    (line,) = client.get(f"/api/v1/purchase-proposals/{proposal.pk}/").json()["lines"]
    kept = line["why"]["need_figures"]
    assert kept["position"]["on_hand"] == 7
    for name in ("demand", "limits"):
        assert kept[name] == {**kept[name], **listed[name]}
    for name in ("on_hand", "reserved", "incoming", "expiring", "held_back", "usable"):
        assert kept["position"][name] == listed["position"][name]
    for name in ("basis", "safety_stock", "reorder_point", "order_up_to", "needed"):
        assert name in kept
    assert Decimal(kept["terms"]["service_level"]) == Decimal(listed["service_level"])
    assert kept["terms"]["abc_class"] == listed["abc_class"]
    # What is shown can be followed to what is needed.
    assert kept["needed"] == kept["order_up_to"] - kept["position"]["usable"]


def test_a_page_of_needs_costs_as_many_queries_for_a_hundred_products_as_for_one(client_as, now):
    client = client_as("purchasing")

    def queries():
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(f"{NEEDS}?only_needed=true&page_size=100")
        return len(captured), len(answer.json()["results"])

    short_product(need=5)
    few, one = queries()
    for _ in range(99):
        short_product(need=5)
    many, hundred = queries()
    assert (one, hundred) == (1, 100)
    assert many == few
