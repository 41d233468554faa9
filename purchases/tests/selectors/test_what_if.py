"""What-if: answered against what would be bought as things are, and nothing written."""

from __future__ import annotations

from decimal import Decimal

import pytest

from capital.tests.factories import put_in
from purchases.errors import ProposalBuildNotFound
from purchases.selectors.what_if import what_if
from purchases.selectors.wishes import wishes_of
from purchases.services.proposals.building import proposals_build
from purchases.tests.factories import short_product, source
from purchases.tests.snapshots import everything

pytestmark = pytest.mark.django_db

PATH = "/api/v1/purchase-proposals/what-if/"


@pytest.fixture
def two_products(now):
    """Two products of 1000 each at one price, with 5000 of money."""
    put_in(5000, now=now)
    products = [short_product(need=10), short_product(need=10)]
    for product in products:
        source(product, price=100)
    return products


def asked(now, **wishes):
    return what_if(wishes_of(**wishes), now=now)


def test_less_money_buys_less_and_leaves_more_short(two_products, now):
    answer = asked(now, budget=Decimal(1000))
    assert (answer.current.spent, answer.asked.spent <= 1000) == (Decimal(2000), True)
    assert answer.difference["spent"] == answer.asked.spent - Decimal(2000)
    assert answer.difference["units_short"] > 0
    assert answer.difference["cost"] > 0
    assert {change.kind for change in answer.changes} <= {"dropped", "quantity"}
    assert answer.changes


def test_without_its_only_supplier_a_product_is_dropped_and_missed(two_products, now):
    product = two_products[0]
    line = source(product, price=50)
    only = source(short_product(need=4), price=10)
    without = [line.offer.supplier_id, only.offer.supplier_id]
    answer = asked(now, exclude_supplier_ids=without)
    kinds = {change.product_id: change.kind for change in answer.changes}
    assert kinds == {product: "supplier", only.product_id: "dropped"}
    assert answer.difference["units_short"] == 4
    assert answer.difference["cost"] > 0
    reasons = {each["product_id"]: each["reason"] for each in answer.asked.excluded}
    assert reasons[only.product_id] == "no_usable_source"


def test_against_a_build_its_own_proposals_are_as_if_not_there(two_products, buyer, now):
    build = proposals_build(actor=buyer, now=now)
    answer = asked(now, build_id=build.pk, budget=Decimal(1000))
    assert answer.current.spent == build.spent == Decimal(2000)
    assert answer.current.budget == build.budget
    assert answer.asked.spent <= 1000


def test_an_unknown_build_is_refused(now):
    with pytest.raises(ProposalBuildNotFound):
        asked(now, build_id=999)


def test_over_http_nothing_is_written(two_products, client_as, now):
    client = client_as("purchasing")
    before = everything()
    body = {
        "budget": "1000.00",
        "cover_days": 20,
        "service_levels": {"A": "0.9900"},
        "exclude_supplier_ids": [999],
    }
    answer = client.post(PATH, body)
    assert answer.status_code == 200, answer.json()
    assert answer.json()["current"]["spent"] == "2000.00"
    assert Decimal(answer.json()["difference"]["spent"]) < 0
    assert answer.json()["changes"][0]["product"]["name_en"]
    assert everything() == before


def test_with_nothing_needed_both_are_empty(now):
    answer = asked(now, budget=Decimal(10))
    assert (answer.current.products, answer.asked.products, answer.changes) == (0, 0, [])
