"""Ordered strengths that earn free goods together: amended, cancelled, received and billed."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from capital.tests.factories import put_in
from core.models import local_date
from core.tests.effort import tries
from core.text import sums_in_order
from purchases.documents import order_document
from purchases.errors import AmendmentNeedsApproval, AmendmentRefused
from purchases.models import InvoiceState, OrderAmendmentLine
from purchases.selectors.orders import order_by_id
from purchases.services.invoices.match import invoice_match
from purchases.services.orders.ordering import order_place
from purchases.services.proposals.building import proposals_build
from purchases.services.proposals.decisions import proposal_approve
from purchases.services.proposals.proposals import proposal_submit
from purchases.services.receipts.receipts import goods_receive
from purchases.tests.factories import MIXED_CELL, PLENTY, actor_with, delivery, strengths
from purchases.tests.invoicing import entered, line_of
from purchases.tests.services.test_amending import amend, cut, expect_agreement, receive
from purchases.tests.snapshots import everything

pytestmark = pytest.mark.django_db


def ordered(*prices, needs, **offer):
    """An order of strengths, as a basket chose them."""
    now = timezone.now()
    put_in(100_000_000, now=now)
    requester = actor_with("purchasing")
    lines = strengths(*prices, needs=needs, **offer)
    build = proposals_build(
        actor=requester, now=now, product_ids=[line.product_id for line in lines], budget=PLENTY
    )
    proposal = proposal_submit(actor=requester, now=now, proposal_id=build.proposals.get().pk)
    proposal_approve(
        actor=actor_with("pharmacist"), now=now, proposal_id=proposal.pk, version=proposal.version
    )
    return order_place(now=now, proposal_id=proposal.pk)


@pytest.fixture
def order(db):
    """20 + 10, 20 and 10 packs under 10 + 50, for 293,000."""
    placed = ordered(6000, 5800, 5700, needs=[30, 20, 10])
    assert packs(placed) == [(20, 10), (20, 0), (10, 0)]
    return placed


def packs(order):
    """(bought, free) that is still wanted, of lines of which nothing was cancelled; else None."""
    return [
        None if line.cancelled_quantity else (line.packs, line.free_packs)
        for line in order.lines.order_by("position")
    ]


def money(order):
    order.refresh_from_db()
    return order.total


def test_the_order_keeps_its_mix_and_shows_it(order, client_as):
    shown = client_as("purchasing").get(f"/api/v1/purchase-orders/{order.pk}/").json()
    assert [line["mix"] for line in shown["lines"]] == [1, 1, 1]
    assert order.total == 293_000


def test_the_supplier_is_told_which_lines_count_together(order, pharmacist):
    def notes():
        with translation.override("en"):
            return order_document(order_by_id(order.pk), now=timezone.now()).notes

    told = f"Lines 1, 2, 3 count together for your deal {MIXED_CELL}: 50 packs, 10 free."
    assert notes()[0] == sums_in_order(told)
    amend(order, None, None, 0, actor=pharmacist)  # nothing is earned any more
    assert not any("count together" in note for note in notes())


def test_a_line_taken_out_takes_the_free_goods_of_the_others_with_it(order, pharmacist):
    amend(order, None, None, 0, actor=pharmacist)
    assert packs(order) == [(20, 0), (20, 0), None]
    assert money(order) == 236_000
    rows = OrderAmendmentLine.objects.order_by("order_line__position")
    assert [(row.order_line.position, row.free_before, row.free_after) for row in rows] == [
        (1, 10, 0), (3, 0, 0),
    ]  # fmt: skip
    expect_agreement(order)


def test_more_of_one_brings_the_others_more(order, pharmacist):
    amend(order, None, None, 80, actor=pharmacist)  # 120 together give 30
    assert packs(order) == [(20, 14), (20, 3), (80, 13)]
    assert money(order) == 692_000
    expect_agreement(order)


def test_more_of_one_is_approved_anew_for_what_it_brings_the_others(order, buyer):
    before = everything()
    with pytest.raises(AmendmentNeedsApproval):
        amend(order, None, None, 80, actor=buyer, may_approve=False)
    assert everything() == before


def test_a_price_alone_leaves_the_free_goods_where_they_are(order, pharmacist):
    amend(order, None, 20, None, actor=pharmacist, prices=(None, Decimal(5500)))
    assert packs(order) == [(20, 10), (20, 0), (10, 0)]
    assert money(order) == 287_000
    assert OrderAmendmentLine.objects.count() == 1
    expect_agreement(order)


def test_one_for_the_other_earns_the_same(order, pharmacist):
    amend(order, None, 15, 15, actor=pharmacist)
    assert packs(order) == [(20, 10), (15, 0), (15, 0)]
    assert money(order) == 292_500
    expect_agreement(order)


def test_more_packs_earn_nothing_under_a_special_that_lapsed_since(pharmacist):
    now = timezone.now()
    last_day = local_date(now) + timedelta(days=1)
    order = ordered(
        6000, 5800, needs=[40, 20],
        deal=f"عرض خاص 10+50 حتى {last_day:%d/%m/%Y} يمكن تشكيل العيارات",
    )  # fmt: skip
    assert packs(order) == [(30, 10), (20, 0)]
    later = now + timedelta(days=2)
    amend(order, 31, 19, actor=pharmacist, now=later)  # as many as before
    assert packs(order) == [(31, 10), (19, 0)]
    amend(order, None, 20, actor=pharmacist, now=later)
    assert packs(order) == [(31, 0), (20, 0)]
    expect_agreement(order)


def test_an_amount_out_of_range_changes_nothing_of_any_line(order, pharmacist):
    before = everything()
    with pytest.raises(AmendmentRefused) as refusal:
        amend(order, 30, 2 * 10**9, actor=pharmacist)
    assert [problem.code for problem in refusal.value.errors] == ["out_of_range"]
    assert everything() == before


@pytest.mark.parametrize(("quantity", "total"), [(1, 287_300), (None, 236_000)])
def test_what_is_cancelled_takes_what_it_earned_for_the_others(order, pharmacist, quantity, total):
    cut(order, quantity, position=3, actor=pharmacist)
    assert packs(order) == [(20, 0), (20, 0), None]
    assert money(order) == total
    expect_agreement(order)


def test_what_nobody_needs_of_the_deal_is_cancelled_without_any_loss(pharmacist):
    order = ordered(6000, 5800, needs=[40, 31])
    assert packs(order) == [(30, 10), (31, 0)]
    cut(order, 11, position=2, actor=pharmacist)
    assert packs(order) == [(30, 10), None]
    expect_agreement(order)


def test_what_has_arrived_in_part_stays_as_it_was_ordered(order, pharmacist):
    receive(order, 5, actor=pharmacist)
    cut(order, position=3, actor=pharmacist)
    assert packs(order) == [(20, 10), (20, 0), None]
    assert money(order) == 236_000
    amend(order, None, 30, actor=pharmacist)
    # 20 + 30 earn the ten packs the first has.
    assert packs(order) == [(20, 10), (30, 0), None]
    amend(order, None, 100, actor=pharmacist)
    # 120 earn 30, of which it has ten.
    assert packs(order) == [(20, 10), (100, 20), None]
    assert money(order) == 700_000
    expect_agreement(order)


def test_what_arrives_is_billed_and_matched_to_the_penny(order, pharmacist, buyer):
    amend(order, None, None, 80, actor=pharmacist)
    receipt = goods_receive(
        actor=pharmacist,
        now=timezone.now(),
        order_id=order.pk,
        deliveries=[delivery(order, position=position) for position in (1, 2, 3)],
    )
    order.refresh_from_db()
    assert receipt.total == order.total == 120_000 + 116_000 + 80 * 5700
    goods = receipt.lines.order_by("line")
    assert [line.quantity for line in goods] == [34, 23, 93]
    bill = [
        line_of(receipt, product_id=line.product_id, quantity=line.quantity, amount=line.amount)
        for line in goods
    ]
    invoice = entered(receipt, *bill)
    invoice_match(actor=buyer, now=timezone.now(), invoice_id=invoice.pk)
    invoice.refresh_from_db()
    assert invoice.state == InvoiceState.MATCHED
    assert invoice.total == order.total
    expect_agreement(order)


STEPS = st.lists(
    st.tuples(st.sampled_from(["amend", "cut", "receive"]), st.integers(0, 2), st.integers(1, 130)),
    min_size=1,
    max_size=5,
)


@settings(
    max_examples=tries(12, soak=500),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=STEPS)
def test_whatever_is_done_goods_and_money_agree_and_no_free_goods_are_made_up(steps):
    from django.db import transaction

    from core.errors import DomainError

    with transaction.atomic():
        point = transaction.savepoint()
        order = ordered(6000, 5800, 5700, needs=[30, 20, 10])
        actor = actor_with("pharmacist")
        for what, place, quantity in steps:
            line = order.lines.order_by("position")[place]
            try:
                with transaction.atomic():
                    if what == "amend":
                        amend(order, *[None] * place, quantity, actor=actor)
                    elif what == "cut":
                        cut(order, min(quantity, line.outstanding_quantity), position=line.position,
                            actor=actor)  # fmt: skip
                    else:
                        receive(order, min(quantity, line.outstanding_quantity), actor=actor,
                                position=line.position)  # fmt: skip
            except DomainError:
                continue
            order.refresh_from_db()
            if order.closed_at is None:
                expect_agreement(order)
            untouched = [
                line
                for line in order.lines.all()
                if not (line.received_quantity or line.cancelled_quantity)
            ]
            if len(untouched) == 3:
                earned = 30 * (sum(line.packs for line in untouched) // 120)
                rest = sum(line.packs for line in untouched) % 120
                assert sum(line.free_packs for line in untouched) <= earned + 10 * (rest // 50)
        transaction.savepoint_rollback(point)


def test_queries_do_not_grow_with_the_strengths(pharmacist):
    def queries(count):
        order = ordered(
            *[6000 - n for n in range(count)], needs=[30, 20, *[1] * (count - 3), 13 - count]
        )
        with CaptureQueriesContext(connection) as seen:
            amend(order, None, 80, actor=pharmacist)
        with CaptureQueriesContext(connection) as cutting:
            cut(order, position=2, actor=pharmacist)
        changed = [len(each.lines.all()) for each in order.amendments.order_by("revision")]
        assert min(changed) > 1
        return len(seen), len(cutting)

    queries(3)
    assert queries(3) == queries(12)
