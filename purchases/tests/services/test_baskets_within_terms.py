"""What a basket proposes is taken by the supplier, allowed by its credit, and comes on its days."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings

from capital.tests.factories import put_in
from core.models import local_date
from purchases.basket import Unbought
from purchases.errors import NothingToPropose
from purchases.models import Proposal, ProposalLine
from purchases.selectors.order_limits import proposals_limits
from purchases.selectors.supplier_account import supplier_exposure
from purchases.services.proposals.building import proposals_build
from purchases.tests.factories import (
    PLENTY,
    SupplierFactory,
    draft_proposal,
    placed_order,
    short_product,
    source,
)
from purchases.unproposed import TEXTS

pytestmark = pytest.mark.django_db


def totals(build):
    return {each.supplier_id: each.total for each in Proposal.objects.filter(build=build)}


def many_products(supplier, *, dearer=None, number=6):
    for _ in range(number):
        product = short_product(need=10)
        source(product, price=100, supplier=supplier)
        if dearer is not None:
            source(product, price=110, supplier=dearer)


def test_no_more_is_proposed_than_the_credit_that_is_left(buyer, now):
    put_in(100_000, now=now)
    order = placed_order(need=10, price=100, now=now)
    supplier = order.supplier
    supplier.credit_limit = Decimal(3500)
    supplier.save()
    assert supplier_exposure([supplier.pk])[supplier.pk].room == Decimal(2500)
    other = SupplierFactory()
    many_products(supplier, dearer=other)
    build = proposals_build(actor=buyer, now=now, budget=PLENTY)
    assert 0 < totals(build)[supplier.pk] <= 2500
    assert totals(build)[other.pk] >= 3500
    found = proposals_limits(list(Proposal.objects.filter(build=build)))
    assert not any(found.values())


def test_credit_that_undecided_proposals_ask_for_is_not_given_twice(buyer, now):
    draft = draft_proposal(requester=buyer, need=10, price=100, now=now)
    supplier = draft.supplier
    supplier.credit_limit = Decimal(2600)
    supplier.save()
    many_products(supplier)
    build = proposals_build(actor=buyer, now=now, budget=PLENTY)
    assert 0 < totals(build)[supplier.pk] <= 1600


def test_without_credit_left_nothing_is_proposed_there_and_the_reason_is_said(buyer, now):
    supplier = SupplierFactory(credit_limit=Decimal(0))
    many_products(supplier, number=1)
    with pytest.raises(NothingToPropose) as refusal:
        proposals_build(actor=buyer, now=now, budget=PLENTY)
    assert [each["reason"] for each in refusal.value.extra["excluded"]] == [
        "supplier_credit_exhausted"
    ]


def test_an_order_that_would_be_too_large_is_not_put_down_to_credit(buyer, now):
    supplier = SupplierFactory(maximum_order_amount=Decimal(10), credit_limit=Decimal(5000))
    many_products(supplier, number=1)
    with pytest.raises(NothingToPropose) as refusal:
        proposals_build(actor=buyer, now=now, budget=PLENTY)
    (excluded,) = refusal.value.extra["excluded"]
    assert excluded["reason"] == "above_supplier_maximum"


def test_every_reason_has_a_text(client_as, buyer, now):
    put_in(100_000, now=now)
    used_up, good = SupplierFactory(credit_limit=Decimal(0)), SupplierFactory()
    many_products(used_up, number=1)
    many_products(good, number=1)
    answer = client_as("purchasing").post("/api/v1/purchase-proposals/", {})
    (excluded,) = answer.json()["excluded"]
    assert excluded["reason"] == "supplier_credit_exhausted"
    assert excluded["reason_text"] == str(TEXTS["supplier_credit_exhausted"])
    assert set(TEXTS) >= set(Unbought)


def test_no_order_is_larger_than_the_supplier_takes(buyer, now):
    supplier = SupplierFactory(maximum_order_amount=Decimal(3200))
    many_products(supplier)
    build = proposals_build(actor=buyer, now=now, budget=PLENTY)
    assert 0 < totals(build)[supplier.pk] <= 3200


@pytest.mark.parametrize(("hour", "later"), [(9, 0), (15, 1)])
def test_lead_days_run_from_the_cut_off_to_a_delivery_day(buyer, now, hour, later):
    """Delivered on one weekday only, the one three days after today; late orders wait a day."""
    zone = ZoneInfo(settings.PHARMACY_TIME_ZONE)
    here = datetime.combine(local_date(now), time(hour), tzinfo=zone)
    wanted = local_date(here) + timedelta(days=3)
    daily = SupplierFactory(lead_days=2, cut_off=time(12))
    weekly = SupplierFactory(lead_days=2, cut_off=time(12), delivery_weekdays=[wanted.isoweekday()])
    lead_days = {}
    for supplier in (daily, weekly):
        product = short_product(need=10)
        source(product, price=100, supplier=supplier)
        build = proposals_build(actor=buyer, now=here, budget=PLENTY, product_ids=[product])
        line = ProposalLine.objects.get(proposal__build=build)
        lead_days[supplier] = line.why["need_figures"]["terms"]["lead_days"]
    assert lead_days == {daily: 2 + later, weekly: 3}
