"""The minimum an offer prints holds as the supplier's own does: the larger of both."""

from decimal import Decimal

import pytest
from django.utils import timezone

from capital.tests.factories import put_in
from core.models import local_date
from purchases.errors import SupplierMinimumNotMet
from purchases.models import Offer, Supplier
from purchases.selectors.order_limits import proposals_limits
from purchases.services.offers.offers import offer_set_terms
from purchases.services.orders.amending import LineAmendment, order_amend
from purchases.services.orders.ordering import order_place
from purchases.services.proposals.decisions import proposal_approve
from purchases.services.proposals.proposals import proposal_submit
from purchases.tests.factories import (
    SupplierFactory,
    actor_with,
    draft_proposal,
    placed_order,
    submitted_proposal,
)
from purchases.tests.proposal_states import approve
from purchases.tests.snapshots import everything

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _money():
    put_in(10_000_000, now=timezone.now())


def offer_of(proposal):
    return Offer.objects.get(lines__proposal_lines__proposal=proposal)


def print_minimum(proposal, least):
    offer = offer_of(proposal)
    offer_set_terms(
        actor=actor_with("purchasing"),
        now=timezone.now(),
        offer_id=offer.pk,
        minimum_order_amount=None if least is None else Decimal(least),
    )
    return offer


def refused(work, /, **kwargs):
    before = everything()
    with pytest.raises(SupplierMinimumNotMet) as refusal:
        work(**kwargs)
    assert everything() == before
    return refusal.value


@pytest.mark.parametrize(
    ("own", "printed", "holds", "is_printed"),
    [(0, 1500, 1500, True), (2000, 1500, 2000, False), (1200, 1500, 1500, True)],
)
def test_the_larger_of_both_minimums_is_asked_for_at_submission(
    buyer, now, own, printed, holds, is_printed
):
    supplier = SupplierFactory()
    draft = draft_proposal(requester=buyer, need=10, price=100, supplier=supplier, now=now)
    Supplier.objects.filter(pk=supplier.pk).update(minimum_order_amount=own)
    offer = print_minimum(draft, printed)
    refusal = refused(proposal_submit, actor=buyer, now=now, proposal_id=draft.pk)
    assert [(each.field, each.code) for each in refusal.errors] == [("lines", "below_minimum")]
    assert refusal.extra["minimum"] == f"{holds}.00"
    assert refusal.extra["shortfall"] == f"{holds - 1000}.00"
    assert refusal.extra["printed_on_offer_id"] == (offer.pk if is_printed else None)


def test_a_minimum_that_is_met_lets_the_order_through(buyer, now):
    draft = draft_proposal(requester=buyer, need=10, price=100, now=now)
    print_minimum(draft, 1000)
    assert proposal_submit(actor=buyer, now=now, proposal_id=draft.pk).state == "submitted"


def test_approval_asks_again_and_the_remedy_works(pharmacist, now):
    proposal = submitted_proposal(need=10, price=100)
    print_minimum(proposal, 1500)
    (finding,) = proposals_limits([proposal])[proposal.pk]
    assert (finding.code, finding.limit, finding.by) == ("below_minimum", 1500, 500)
    refusal = refused(
        proposal_approve,
        actor=pharmacist,
        now=now,
        proposal_id=proposal.pk,
        version=proposal.version,
    )
    assert "correct the minimum" in str(refusal.errors[0].detail)
    print_minimum(proposal, None)
    assert proposals_limits([proposal])[proposal.pk] == []
    assert approve(proposal, pharmacist).state == "approved"


def test_a_fee_for_small_orders_stands_in_for_the_printed_minimum_too(buyer, now):
    supplier = SupplierFactory(small_order_fee=Decimal(50))
    draft = draft_proposal(requester=buyer, need=10, price=100, supplier=supplier, now=now)
    print_minimum(draft, 1500)
    proposal_submit(actor=buyer, now=now, proposal_id=draft.pk)
    (finding,) = proposals_limits([draft])[draft.pk]
    assert (finding.code, finding.by) == ("small_order_fee", 50)


def test_an_order_is_not_amended_below_the_printed_minimum(now):
    order = placed_order(need=10, price=100)
    print_minimum(order.proposal, 900)
    refusal = refused(
        order_amend,
        actor=actor_with("owner"),
        now=now,
        order_id=order.pk,
        lines=[LineAmendment(line_id=order.lines.get().pk, packs=8)],
        reason="less of it",
        may_approve=True,
    )
    assert refusal.extra["minimum"] == "900.00"


def test_the_printed_delivery_days_say_when_an_order_is_expected(now):
    proposal = submitted_proposal(need=10, price=100)
    only = (local_date(now).isoweekday() + 4) % 7 + 1  # five days on
    offer_set_terms(
        actor=actor_with("purchasing"),
        now=now,
        offer_id=offer_of(proposal).pk,
        delivery_weekdays=[only],
    )
    approve(proposal, actor_with("pharmacist"))
    order = order_place(now=now, proposal_id=proposal.pk)
    assert order.expected_date.isoweekday() == only


def test_over_http_the_field_and_the_remedy_are_named(client_as, buyer, now):
    draft = draft_proposal(requester=buyer, need=10, price=100, now=now)
    offer = print_minimum(draft, 1500)
    answer = client_as("purchasing").post(f"/api/v1/purchase-proposals/{draft.pk}/submit/", {})
    assert answer.status_code == 422, answer.json()
    problem = answer.json()
    assert problem["code"] == "supplier_minimum_not_met"
    assert problem["printed_on_offer_id"] == offer.pk
    assert problem["errors"][0]["field"] == "lines"
