"""Amended and partly cancelled orders: goods on their way and promised money to the last unit."""

from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from capital.public import InsufficientCapital, balances_check, capital_summary
from core.models import AuditEntry, OutboxEvent, local_date
from core.tests.effort import tries
from inventory.public import available_by_product
from purchases.errors import (
    AmendmentNeedsApproval,
    AmendmentRefused,
    ApproverIsRequester,
    OrderPartRefused,
    ReasonRequired,
    ReceiptRefused,
)
from purchases.models import OrderAmendment, OrderAmendmentLine, PurchaseOrder
from purchases.services.orders.amending import (
    LineAmendment,
    LineCancellation,
    order_amend,
    order_cancel_lines,
)
from purchases.services.receipts.deliveries import Batch
from purchases.services.receipts.receipts import goods_receive
from purchases.tests.factories import actor_with, delivery, placed_order, two_line_order
from purchases.tests.lower import Commitment, Incoming, StockLevel
from purchases.tests.snapshots import everything

pytestmark = pytest.mark.django_db


def amend(order, *packs, actor, may_approve=True, reason="as agreed", prices=(), now=None):
    """Packs of the lines in order; None leaves a line out."""
    lines = list(order.lines.order_by("position"))
    prices = [*prices, *[None] * len(packs)]
    return order_amend(
        actor=actor,
        now=now or timezone.now(),
        order_id=order.pk,
        lines=[
            LineAmendment(line_id=line.pk, packs=wanted, pack_price=price)
            for line, wanted, price in zip(lines, packs, prices, strict=False)
            if wanted is not None
        ],
        reason=reason,
        may_approve=may_approve,
    )


def cut(order, quantity=None, *, position=1, actor):
    line = order.lines.get(position=position)
    return order_cancel_lines(
        actor=actor,
        now=timezone.now(),
        order_id=order.pk,
        lines=[LineCancellation(line_id=line.pk, quantity=quantity)],
        reason="they have no more",
    )


def receive(order, quantity, *, actor, position=1):
    return goods_receive(
        actor=actor,
        now=timezone.now(),
        order_id=order.pk,
        deliveries=[delivery(order, Batch(quantity=quantity), position=position)],
    )


def outstanding():
    return {row.line: row.outstanding for row in Incoming.objects.all()}


def expect_agreement(order):
    """Goods on their way and promised money are exactly what the order's lines still wait for."""
    order = PurchaseOrder.objects.get(pk=order.pk)
    lines = list(order.lines.all())
    waiting = {line.position: line.outstanding_quantity for line in lines}
    assert outstanding() == waiting
    assert capital_summary().committed == sum(line.outstanding_amount for line in lines)
    assert order.total == sum(line.wanted_amount for line in lines)
    assert balances_check() == []


def test_fewer_packs_take_their_free_goods_and_money_with_them(pharmacist):
    order = placed_order(need=14, price=100, deal="1+6")  # 12 + 2 for 1,200
    amend(order, 6, actor=pharmacist)
    line = order.lines.get()
    assert (line.bought_quantity, line.free_quantity, line.amount) == (6, 1, Decimal(600))
    assert capital_summary().committed == 600
    expect_agreement(order)


def test_more_packs_need_more_capital_and_bring_more_goods(pharmacist):
    order = placed_order(need=14, price=100, deal="1+6")
    amend(order, 18, actor=pharmacist)
    line = order.lines.get()
    assert (line.bought_quantity, line.free_quantity, line.amount) == (18, 3, Decimal(1800))
    assert Commitment.objects.get().amount == 1800
    expect_agreement(order)


def test_more_packs_earn_nothing_under_a_special_that_lapsed_since(pharmacist):
    now = timezone.now()
    last_day = local_date(now) + timedelta(days=1)
    order = placed_order(need=14, price=100, deal=f"عرض خاص 1+6 حتى {last_day:%d/%m/%Y}")
    assert order.lines.get().free_quantity == 2
    amend(order, 18, actor=pharmacist, now=now + timedelta(days=2))
    line = order.lines.get()
    assert (line.bought_quantity, line.free_quantity, line.amount) == (18, 0, Decimal(1800))
    expect_agreement(order)


def test_fewer_packs_keep_what_a_special_gave_when_they_were_ordered(pharmacist):
    now = timezone.now()
    last_day = local_date(now) + timedelta(days=1)
    order = placed_order(need=14, price=100, deal=f"عرض خاص 1+6 حتى {last_day:%d/%m/%Y}")
    amend(order, 6, actor=pharmacist, now=now + timedelta(days=2))
    line = order.lines.get()
    assert (line.bought_quantity, line.free_quantity, line.amount) == (6, 1, Decimal(600))
    expect_agreement(order)


def test_lines_that_are_not_mixed_earn_their_free_goods_alone(pharmacist):
    order = two_line_order(price=100, deal="1+6")  # 9 + 1 each
    amend(order, 3, actor=pharmacist)
    lines = order.lines.order_by("position")
    figures = [(line.bought_quantity, line.free_quantity) for line in lines]
    assert figures == [(3, 0), (9, 1)]
    assert OrderAmendmentLine.objects.count() == 1
    expect_agreement(order)


def test_a_line_is_taken_out_and_the_order_remembers_it(pharmacist):
    order = two_line_order(price=100)
    amend(order, None, 0, actor=pharmacist)
    gone = order.lines.get(position=2)
    assert (gone.wanted_quantity, gone.wanted_amount) == (0, 0)
    order.refresh_from_db()
    assert order.total == 1000
    expect_agreement(order)


def test_the_revision_keeps_who_why_before_and_after(pharmacist, now):
    order = two_line_order(price=100)
    amend(order, 4, None, actor=pharmacist, reason="  only four  ")
    amend(order, None, 0, actor=pharmacist)
    first, second = OrderAmendment.objects.order_by("revision")
    assert (first.revision, first.reason, first.amended_by_id) == (1, "only four", pharmacist.id)
    assert (first.total_before, first.total_after) == (2000, 1400)
    line = first.lines.get()
    assert (line.bought_before, line.bought_after) == (10, 4)
    assert (line.amount_before, line.amount_after) == (1000, 400)
    assert (second.revision, second.lines.get().cancelled_after) == (2, 10)
    assert AuditEntry.objects.filter(action="purchases.order_amended").count() == 2
    event = OutboxEvent.objects.filter(name="purchases.order_amended").latest("pk")
    assert (event.payload["revision"], Decimal(event.payload["total_after"])) == (2, 400)


@pytest.mark.parametrize("table", ["purchases_orderamendment", "purchases_orderamendmentline"])
def test_a_revision_cannot_be_rewritten(table, pharmacist):
    amend(placed_order(need=10), 5, actor=pharmacist)
    connection.check_constraints()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute(f"UPDATE {table} SET id = id")
    assert OrderAmendmentLine.objects.count() == 1


def test_another_price_changes_the_amount_by_the_lines_discount(pharmacist):
    order = placed_order(need=10, price=100)
    amend(order, 10, prices=[Decimal("90.50")], actor=pharmacist)
    line = order.lines.get()
    assert (line.pack_price, line.amount) == (Decimal("90.5"), Decimal(905))
    expect_agreement(order)


def refused_growth(order, error, **kwargs):
    before = everything()
    with pytest.raises(error):
        amend(order, 11, **kwargs)
    assert everything() == before


def test_growing_needs_the_right_another_person_and_the_money(pharmacist, buyer):
    order = placed_order(need=10, price=100, requester=buyer, funds=1050)
    refused_growth(order, AmendmentNeedsApproval, actor=pharmacist, may_approve=False)
    refused_growth(order, ApproverIsRequester, actor=buyer, may_approve=True)
    refused_growth(order, InsufficientCapital, actor=pharmacist)


def test_a_dearer_price_is_growth_too(pharmacist):
    order = placed_order(need=10, price=100)
    before = everything()
    with pytest.raises(AmendmentNeedsApproval):
        amend(order, 9, prices=[Decimal(112)], actor=pharmacist, may_approve=False)
    assert everything() == before


def test_shrinking_needs_no_approval(buyer):
    order = placed_order(need=10, requester=buyer)
    amend(order, 9, actor=buyer, may_approve=False)
    expect_agreement(order)


@pytest.mark.parametrize(
    ("packs", "code"),
    [((0, 0), "nothing_left"), ((10, 10), "no_change"), ((2_000_000_000, None), "out_of_range")],
)
def test_what_cannot_be_is_refused(packs, code, pharmacist):
    order = two_line_order(price=600_000)
    before = everything()
    with pytest.raises(AmendmentRefused) as refused:
        amend(order, *packs, actor=pharmacist)
    assert [problem.code for problem in refused.value.errors] == [code]
    assert everything() == before


def test_unknown_and_repeated_lines_are_named(pharmacist, now):
    order = placed_order(need=10)
    line = order.lines.get().pk
    wanted = [LineAmendment(line_id=pk, packs=5) for pk in (999_999, line, line)]
    before = everything()
    with pytest.raises(AmendmentRefused) as refused:
        order_amend(actor=pharmacist, now=now, order_id=order.pk, lines=wanted, reason="x",
                    may_approve=True)  # fmt: skip
    assert [(p.field, p.code) for p in refused.value.errors] == [
        ("lines.0.line_id", "unknown"),
        ("lines.2.line_id", "duplicate"),
    ]
    with pytest.raises(ReasonRequired):
        amend(order, 5, actor=pharmacist, reason=" ")
    assert everything() == before


def test_a_line_of_which_something_came_is_not_amended(pharmacist):
    order = two_line_order(price=100)
    receive(order, 4, actor=pharmacist)
    before = everything()
    with pytest.raises(AmendmentRefused) as refused:
        amend(order, 5, 5, actor=pharmacist)
    assert [p.field for p in refused.value.errors] == ["lines.0.line_id"]
    assert everything() == before
    amend(order, None, 5, actor=pharmacist)
    expect_agreement(order)


def test_a_part_is_cancelled_and_the_rest_arrives_to_the_last_unit(pharmacist):
    order = placed_order(need=7, price=100, deal="1+6")  # 6 + 1 for 600
    receive(order, 2, actor=pharmacist)  # 171.43
    cut(order, 2, actor=pharmacist)  # of 600.00 stay 428.57
    expect_agreement(order)
    order.refresh_from_db()
    assert (order.state, order.total) == ("partially_received", Decimal("428.57"))
    assert capital_summary().committed == Decimal("257.14")
    receive(order, 3, actor=pharmacist)
    order.refresh_from_db()
    assert order.state == "received"
    assert capital_summary().committed == 0
    assert StockLevel.objects.get().value == Decimal("428.57")
    assert balances_check() == []


def test_cancelling_the_rest_of_the_last_line_ends_the_order_as_received(pharmacist):
    order = placed_order(need=10, price=100)
    receive(order, 4, actor=pharmacist)
    cut(order, actor=pharmacist)
    order.refresh_from_db()
    order.proposal.refresh_from_db()
    assert (order.state, order.proposal.state) == ("received", "closed")
    assert order.closed_at is not None
    assert capital_summary().committed == 0
    assert outstanding() == {1: 0}


def test_cancelling_every_part_cancels_an_order_of_which_nothing_came(pharmacist):
    order = placed_order(need=10, price=100)
    cut(order, 4, actor=pharmacist)
    cut(order, actor=pharmacist)
    order.refresh_from_db()
    assert (order.state, order.cancel_reason) == ("cancelled", "they have no more")
    assert capital_summary().committed == 0


@pytest.mark.parametrize("quantity", [0, 11])
def test_no_more_than_is_outstanding_is_cancelled(quantity, pharmacist):
    order = placed_order(need=10)
    before = everything()
    with pytest.raises(OrderPartRefused):
        cut(order, quantity, actor=pharmacist)
    assert everything() == before


def test_unknown_and_repeated_parts_are_named(pharmacist, now):
    order = placed_order(need=10)
    line = order.lines.get().pk
    parts = [LineCancellation(line_id=pk, quantity=2) for pk in (999_999, line, line)]
    before = everything()
    for wanted, named in (
        (parts, [("lines.0.line_id", "unknown"), ("lines.2.line_id", "duplicate")]),
        ([], [("lines", "required")]),
    ):
        with pytest.raises(OrderPartRefused) as refused:
            order_cancel_lines(
                actor=pharmacist, now=now, order_id=order.pk, lines=wanted, reason="none left"
            )
        assert [(p.field, p.code) for p in refused.value.errors] == named
    assert everything() == before


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["amend", "cut", "receive"]),
        st.integers(1, 2),
        st.integers(1, 12),
    ),
    min_size=1,
    max_size=8,
)


@pytest.mark.hypothesis
@settings(max_examples=tries(12, soak=500), deadline=None)
@given(steps=STEPS, price=st.sampled_from(["99.99", "100", "0.37"]))
def test_whatever_is_changed_cancelled_and_received_money_and_goods_agree(steps, price):
    """Oracle: the lines themselves; after every step the ledgers below say the same."""
    with transaction.atomic():
        actor = actor_with("pharmacist")
        order = two_line_order(price=price, deal="1+6")
        for kind, position, number in steps:
            step(kind, order, position, number, actor)
            expect_agreement(order)
        transaction.set_rollback(True)


def step(kind, order, position, number, actor):
    wanted = [None, None]
    wanted[position - 1] = number
    works = {
        "amend": partial(amend, order, *wanted, actor=actor),
        "cut": partial(cut, order, number, position=position, actor=actor),
        "receive": partial(receive, order, number, position=position, actor=actor),
    }
    order.refresh_from_db()
    if order.closed_at is not None:
        return
    try:
        with transaction.atomic():
            works[kind]()
    except (AmendmentRefused, OrderPartRefused, ReceiptRefused):
        pass


@pytest.mark.django_db(transaction=True)
def test_amending_and_receiving_at_once_take_turns(together):
    order = placed_order(need=10, price=100)
    actor = actor_with("pharmacist")
    results = together(
        [partial(amend, order, 6, actor=actor), partial(receive, order, 4, actor=actor)]
    )
    line = order.lines.get()
    assert line.received_quantity == 4
    # Either the receipt came first and the line is no longer untouched, or it came on six units.
    refused = [result for result in results if isinstance(result, AmendmentRefused)]
    assert (line.ordered_quantity, len(refused)) in [(10, 1), (6, 0)]
    assert not [r for r in results if isinstance(r, Exception) and r not in refused]
    expect_agreement(order)


@pytest.mark.django_db(transaction=True)
def test_two_amendments_at_once_are_two_revisions_or_one(together):
    order = placed_order(need=10, price=100)
    actor = actor_with("pharmacist")
    together([partial(amend, order, packs, actor=actor) for packs in (4, 7)])
    assert list(OrderAmendment.objects.order_by("revision").values_list("revision", flat=True)) == [
        1,
        2,
    ]
    expect_agreement(order)


def test_what_is_available_counts_the_amended_order(pharmacist):
    order = placed_order(need=10, price=100)
    product = order.lines.get().product_id
    amend(order, 4, actor=pharmacist)
    assert available_by_product([product], now=timezone.now()).get(product, 0) == 0
    assert outstanding() == {1: 4}
