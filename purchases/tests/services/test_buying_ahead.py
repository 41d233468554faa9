"""Buying ahead before a price lapses: from offers of the past to the line that says so."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.models import local_date
from purchases.models import Offer, ProposalLine
from purchases.services.proposals.building import proposals_build
from purchases.tests.factories import PLENTY, SupplierFactory, source
from purchases.tests.selling import sold_out

pytestmark = pytest.mark.django_db


@pytest.fixture
def sold(db, now):
    return sold_out(now=now)


def offered(product, *, now, left=None, past=()):
    """At 80 today, for `left` more days; past: prices of 45, 75 ... days ago."""
    supplier = SupplierFactory()
    for place, price in enumerate(past):
        source(
            product, price=price, supplier=supplier,
            received_at=now - timedelta(days=45 + 30 * place),
        )  # fmt: skip
    line = source(product, price=80, supplier=supplier, received_at=now)
    if left is not None:
        last_day = local_date(now) + timedelta(days=left)
        Offer.objects.filter(pk=line.offer_id).update(valid_until=last_day)


def built(product, buyer, now):
    build = proposals_build(actor=buyer, now=now, budget=PLENTY, product_ids=[product])
    return ProposalLine.objects.get(proposal__build=build)


@pytest.mark.parametrize(
    ("left", "past", "ahead"),
    [
        (3, (100, 104, 96), True),
        (3, (), False),  # nothing known of what is usual
        (20, (100, 104, 96), False),  # there will be other occasions
        (None, (100, 104, 96), False),  # no end in sight
    ],
)
def test_more_is_bought_on_the_last_occasion_before_a_cheap_price_lapses(
    sold, buyer, now, left, past, ahead
):
    offered(sold, now=now, left=left, past=past)
    line = built(sold, buyer, now)
    needed = line.why["need"]["needed"]
    assert (line.quantity > 1.5 * needed) is ahead
    if ahead:
        assert line.why["timing"] == {
            "last_day": (local_date(now) + timedelta(days=3)).isoformat(),
            "usual_share": "1.1875",
        }


def test_the_line_says_so_over_http(sold, client_as, now):
    offered(sold, now=now, left=3, past=(100, 104, 96))
    answer = client_as("purchasing").post(
        "/api/v1/purchase-proposals/", {"budget": str(PLENTY), "product_ids": [sold]}
    )
    [line] = answer.json()["proposals"][0]["lines"]
    assert line["why"]["timing"]["usual_share"] == "1.1875"
    assert "118.75%" in line["explanation"]["en"]
    assert "118.75%" in line["explanation"]["ar"]
