"""Taking a goods receipt back: as if it had not been, to the last digit, or not at all."""

from decimal import Decimal
from functools import partial

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.db.models import Sum
from django.db.utils import DatabaseError
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from capital.public import SystemAccount, capital_summary, party_balance
from core.models import OutboxEvent
from core.tests.effort import tries
from inventory.public import (
    IssueLine,
    ReservationLine,
    TransferItem,
    reservation_create,
    stock_issue,
    transfer_post,
)
from purchases.errors import (
    ReasonRequired,
    ReceiptAlreadyReversed,
    ReceiptLineNotFound,
    ReceiptNotFound,
    ReceiptNotReversible,
)
from purchases.models import (
    GoodsReceipt,
    Inspection,
    InvoiceMatch,
    PurchaseOrder,
    PurchaseOrderLine,
    ReceiptReversal,
    SupplierInvoice,
)
from purchases.selectors.inspections import rejected_goods
from purchases.services.invoices.invoices import invoice_cancel
from purchases.services.invoices.lines import InvoiceLineFacts
from purchases.services.orders.ordering import order_cancel, order_expire
from purchases.services.receipts.deliveries import NO_LEAVE, Delivery, Leave
from purchases.services.receipts.inspections import Decision, inspections_decide
from purchases.services.receipts.receipts import goods_receive
from purchases.services.receipts.reversal import receipt_reverse
from purchases.services.receiving.scanning import Scan, receiving_scan
from purchases.services.receiving.sessions import receiving_post, receiving_start
from purchases.tests.factories import actor_with, placed_order, short_product
from purchases.tests.invoicing import matched
from purchases.tests.lower import Incoming, JournalEntry, StockLevel, StockMovement
from purchases.tests.services.taking_in import (
    datamatrix,
    fresh,
    gtin_of,
    like_product,
    line_of,
    order_of,
    policy,
    quarantine,
    receive,
)
from purchases.tests.snapshots import everything

pytestmark = pytest.mark.django_db

Commitment = apps.get_model("capital", "Commitment")


@pytest.fixture
def who(pharmacist):
    return {"actor": pharmacist, "now": timezone.now()}


def reverse(receipt, who, *, reason="Wrong delivery", **more):
    return receipt_reverse(receipt_id=receipt.pk, reason=reason, **more, **who)


def state_of(order):
    """All that a receipt changes and its reversal has to bring back."""
    order = PurchaseOrder.objects.get(pk=order.pk)
    lines = order.lines.order_by("position").values_list(
        "received_quantity", "received_amount", "cancelled_quantity", "over_quantity"
    )
    incoming = Incoming.objects.filter(source_id=str(order.proposal_id)).order_by("line")
    promise = Commitment.objects.get(source_id=str(order.proposal_id))
    owed = party_balance(
        SystemAccount.PAYABLES, party_type="purchases.supplier", party_id=str(order.supplier_id)
    )
    return {
        "order": (order.state, order.closed_at, order.total, order.proposal.state),
        "lines": list(lines),
        "incoming": [(row.received, row.cancelled, row.outstanding) for row in incoming],
        "promise": (promise.consumed, promise.released, promise.status),
        "owed": owed,
        "stock": StockLevel.objects.aggregate(q=Sum("quantity"), v=Sum("value")),
        "books": capital_summary(),
    }


def refused(receipt, who, error=ReceiptNotReversible, **more):
    before = everything()
    with pytest.raises(error) as refusal:
        reverse(receipt, who, **more)
    assert everything() == before
    return [problem.code for problem in refusal.value.errors]


def test_a_whole_receipt_is_as_if_it_had_not_been(who):
    order = placed_order(need=14, price=100, deal="1+6")
    before = state_of(order)
    receipt = receive(order, fresh(6), fresh(8, "B"), invoice_amount=Decimal(1234))
    reversal = reverse(receipt, who)
    after = state_of(order)
    assert after["stock"] == {"q": 0, "v": 0}
    assert {**after, "stock": None} == {**before, "stock": None}
    assert (reversal.total, reversal.lines.count()) == (1234, 2)
    assert reversal.number.startswith("GRR")


def test_its_money_is_mirrored_by_entries_that_name_what_they_undo(who):
    receipt = receive(placed_order(need=10, price=100), fresh(10))
    reverse(receipt, who)
    entry = JournalEntry.objects.get(source_type="purchases.goods_receipt")
    mirror = JournalEntry.objects.get(reverses=entry)
    assert mirror.total == entry.total == 1000
    came, went = StockMovement.objects.order_by("pk")
    assert (went.reverses_id, went.quantity, went.value) == (came.pk, -10, -1000)
    assert ReceiptReversal.objects.get().lines.get().movement_id == went.pk


def test_the_order_is_received_again_afterwards_to_the_last_digit(who):
    order = placed_order(need=7, price=100, deal="1+6")
    first = receive(order, fresh(2, "A"))
    receive(order, fresh(2, "B"))
    receive(order, fresh(3, "C"))
    reverse(first, who)
    again = receive(order, fresh(2, "D"))
    order.refresh_from_db()
    assert (order.state, line_of(order).received_amount) == ("received", order.total)
    standing = GoodsReceipt.objects.exclude(pk=first.pk).aggregate(t=Sum("total"))["t"]
    assert standing == order.total == StockLevel.objects.aggregate(v=Sum("value"))["v"]
    assert again.total == order.total - 171_43 * Decimal("0.01") - Decimal("257.14")
    assert capital_summary().committed == 0


def test_one_line_of_several_is_taken_back(who):
    one, other = short_product(need=10), short_product(need=10)
    order = order_of(one, other, price=100)
    receipt = goods_receive(
        order_id=order.pk,
        deliveries=[
            Delivery(order_line_id=line.pk, batches=(fresh(10),)) for line in order.lines.all()
        ],
        **who,
    )
    before = capital_summary()
    reversal = reverse(receipt, who, lines=[2])
    order.refresh_from_db()
    assert order.state == "partially_received"
    assert [line.received_quantity for line in order.lines.order_by("position")] == [10, 0]
    after = capital_summary()
    assert (after.payables, after.stock_at_cost) == (before.payables - 1000,
                                                      before.stock_at_cost - 1000)  # fmt: skip
    assert after.committed == 1000
    entry = JournalEntry.objects.get(source_type="purchases.receipt_reversal")
    assert (entry.source_id, entry.total) == (str(reversal.pk), 1000)
    # The rest of it, later.
    assert reverse(receipt, who).lines.get().receipt_line.line == 1
    order.refresh_from_db()
    assert (order.state, capital_summary().stock_at_cost) == ("open", 0)
    assert JournalEntry.objects.filter(source_type="purchases.receipt_reversal").count() == 2


def test_what_was_given_up_with_it_is_waited_for_again(who):
    policy(under_percent=100)
    order = placed_order(need=10, price=100)
    before = state_of(order)
    receipt = receive(order, fresh(7), close_rest=True)
    assert state_of(order)["promise"] == (700, 300, "closed")
    reverse(receipt, who)
    assert {**state_of(order), "stock": None} == {**before, "stock": None}


def test_what_another_receipt_gave_up_stays_given_up(who):
    policy(under_percent=100)
    order = placed_order(need=10, price=100)
    first = receive(order, fresh(4, "A"))
    second = receive(order, fresh(3, "B"), close_rest=True)
    reverse(first, who)
    line = line_of(order)
    assert (line.received_quantity, line.cancelled_quantity, line.outstanding_quantity) == (3, 3, 4)
    assert Incoming.objects.get().outstanding == 4
    assert capital_summary().committed == 400
    reverse(second, who)
    assert (line_of(order).outstanding_quantity, Incoming.objects.get().outstanding) == (10, 10)
    assert capital_summary().committed == 1000


@pytest.mark.parametrize("way", ["cancelled", "expired"])
def test_of_an_order_that_has_ended_nothing_is_waited_for_again(way, who):
    order = placed_order(need=10, price=100)
    receipt = receive(order, fresh(4))
    if way == "cancelled":
        order_cancel(order_id=order.pk, reason="x", **who)
    else:
        assert order_expire(now=order.expires_at, order_id=order.pk)
    reverse(receipt, who)
    order.refresh_from_db()
    assert order.state == way
    assert (capital_summary().committed, Incoming.objects.get().outstanding) == (0, 0)
    assert Commitment.objects.get().released == 1000


def test_goods_beyond_the_order_and_substitutes_go_too(who):
    policy(over_percent=50)
    ordered, other = like_product(need=10), like_product(need=0)
    order = order_of(ordered)
    before = state_of(order)
    batch = fresh(12, product_id=other, substitution_reason="Other maker")
    receipt = receive(order, batch, leave=Leave(substitute=True))
    assert line_of(order).over_quantity == 2
    reverse(receipt, who)
    assert {**state_of(order), "stock": None} == {**before, "stock": None}


def test_its_serial_numbers_may_come_again(who):
    item = short_product(need=10)
    order = order_of(item)
    code = datamatrix(gtin_of(item), batch="A", serial="S1")
    for _ in range(2):
        started = receiving_start(order_id=order.pk, **who)
        receiving_scan(receiving_id=started.pk, scans=[Scan(code=code)], **who)
        receipt = receiving_post(receiving_id=started.pk, leave=NO_LEAVE, **who)
        reverse(receipt, who)


def test_goods_that_wait_in_quarantine_are_taken_back_undecided(who):
    quarantine()
    receipt = receive(placed_order(need=10), fresh(10, quarantine=True))
    reverse(receipt, who)
    assert Inspection.objects.get().state == "reversed"
    assert StockLevel.objects.aggregate(q=Sum("quantity"))["q"] == 0


def test_accepted_and_rejected_goods_are_taken_back_together(who):
    quarantine()
    receipt = receive(placed_order(need=10), fresh(10, quarantine=True))
    decision = Decision(
        inspection_id=Inspection.objects.get().pk, accepted_quantity=8, note="Two broke"
    )
    inspections_decide(decisions=[decision], **who)
    reverse(receipt, who)
    assert StockLevel.objects.aggregate(q=Sum("quantity"), v=Sum("value")) == {"q": 0, "v": 0}
    assert not rejected_goods().exists()


def test_people_are_told(who):
    receipt = receive(placed_order(need=10, price=100), fresh(10))
    reversal = reverse(receipt, who)
    event = OutboxEvent.objects.get(name="purchases.receipt_reversed")
    assert event.payload["number"] == reversal.number
    assert Decimal(event.payload["total"]) == 1000


# --- Refusals ---


def sell(product, quantity, who):
    stock_issue(
        source_type="tests.sale", source_id="1", **who,
        lines=[IssueLine(line=1, product_id=product, quantity=quantity)],
    )  # fmt: skip


def reserve(product, quantity, who):
    reservation_create(
        source_type="tests.order", source_id="1", **who,
        lines=[ReservationLine(line=1, product_id=product, quantity=quantity)],
    )  # fmt: skip


def test_the_same_receipt_is_taken_back_once(who):
    receipt = receive(placed_order(need=10), fresh(10))
    reverse(receipt, who)
    refused(receipt, who, ReceiptAlreadyReversed)
    refused(receipt, who, ReceiptAlreadyReversed, lines=[1])


def test_goods_that_were_sold_are_not_taken_back(who):
    order = placed_order(need=10)
    receipt = receive(order, fresh(10))
    sell(line_of(order).product_id, 3, who)
    assert refused(receipt, who) == ["goods_gone"]
    with pytest.raises(ReceiptNotReversible) as refusal:
        reverse(receipt, who)
    (problem,) = refusal.value.errors
    assert problem.field == "lines.1"
    assert "batch A: 3 of 10 units" in str(problem.detail)


def test_goods_that_were_moved_elsewhere_are_not_taken_back(who):
    order = placed_order(need=10)
    receipt = receive(order, fresh(10))
    movement = StockMovement.objects.get(pk=receipt.lines.get().movement_id)
    transfer_post(
        origin_id=movement.location_id,
        destination_id=quarantine(),
        lines=[TransferItem(line=1, batch_id=receipt.lines.get().batch_id, quantity=4)],
        **who,
    )
    assert refused(receipt, who) == ["reversal_refused"]


def test_goods_promised_to_an_order_are_not_taken_back(who):
    order = placed_order(need=10)
    receipt = receive(order, fresh(10))
    reserve(line_of(order).product_id, 1, who)
    assert refused(receipt, who) == ["stock_reserved"]


def test_accepted_goods_that_were_promised_are_not_taken_back(who):
    quarantine()
    order = placed_order(need=10)
    receipt = receive(order, fresh(10, quarantine=True))
    decision = Decision(inspection_id=Inspection.objects.get().pk, accepted_quantity=10)
    inspections_decide(decisions=[decision], **who)
    reserve(line_of(order).product_id, 1, who)
    assert refused(receipt, who) == ["stock_reserved"]


def test_accepted_goods_that_were_sold_are_not_taken_back(who):
    quarantine()
    order = placed_order(need=10)
    receipt = receive(order, fresh(10, quarantine=True))
    decision = Decision(inspection_id=Inspection.objects.get().pk, accepted_quantity=10)
    inspections_decide(decisions=[decision], **who)
    sell(line_of(order).product_id, 3, who)
    assert refused(receipt, who) == ["goods_gone"]


def test_a_receipt_that_is_invoiced_is_not_taken_back(who):
    receipt = receive(placed_order(need=10, price=100), fresh(10))
    invoice = matched(receipt)
    assert refused(receipt, who) == ["invoiced"]
    with pytest.raises(ReceiptNotReversible) as refusal:
        reverse(receipt, who)
    assert invoice.number in str(refusal.value.errors[0].detail)
    invoice_cancel(invoice_id=invoice.pk, reason="Twice the same", **who)
    reverse(receipt, who)


def test_an_invoice_that_ended_does_not_hide_one_that_did_not(who):
    receipt = receive(placed_order(need=10, price=100), fresh(10))
    first = matched(receipt)
    InvoiceMatch.objects.all().delete()
    second = matched(receipt)
    for invoice in (first, second):
        InvoiceMatch.objects.update_or_create(
            line=invoice.lines.get(),
            receipt_line=receipt.lines.get(),
            defaults={"quantity": 10, "received_amount": 1000, "ordered_amount": 1000},
        )
    SupplierInvoice.objects.filter(pk=first.pk).update(
        state="cancelled", ended_at=who["now"], ended_by_id=who["actor"].id, end_reason="x"
    )
    assert refused(receipt, who) == ["invoiced"]


def test_of_an_invoiced_receipt_the_other_lines_are_taken_back(who):
    first, second = short_product(need=10), short_product(need=10)
    order = order_of(first, second)
    receipt = goods_receive(
        order_id=order.pk,
        deliveries=[
            Delivery(order_line_id=line_of(order, item).pk, batches=(fresh(10),))
            for item in (first, second)
        ],
        **who,
    )
    row = receipt.lines.get(product_id=first)
    matched(receipt, InvoiceLineFacts(product_id=first, quantity=10, amount=row.amount))
    assert refused(receipt, who, lines=[row.line]) == ["invoiced"]
    reverse(receipt, who, lines=[receipt.lines.get(product_id=second).line])


def test_unknown_receipts_and_lines_and_no_reason_are_refused(who):
    receipt = receive(placed_order(need=10), fresh(10))
    refused(receipt, who, ReasonRequired, reason=" ")
    refused(receipt, who, ReceiptLineNotFound, lines=[1, 2])
    before = everything()
    with pytest.raises(ReceiptNotFound):
        receipt_reverse(receipt_id=999_999, reason="x", **who)
    assert everything() == before


@pytest.mark.parametrize(
    "table",
    [
        "purchases_receiptreversal",
        "purchases_receiptreversalline",
        "purchases_receiptclosure",
    ],
)
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "UPDATE {} SET id = id"])
def test_reversals_cannot_be_changed_afterwards(table, statement, who):
    policy(under_percent=100)
    reverse(receive(placed_order(need=10), fresh(9), close_rest=True), who)
    connection.check_constraints()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute(statement.format(table))


# --- Together ---


@pytest.mark.django_db(transaction=True)
def test_taken_back_twice_at_once_is_taken_back_once(together):
    who = {"actor": actor_with("pharmacist"), "now": timezone.now()}
    receipt = receive(placed_order(need=10, price=100), fresh(10))
    results = together([partial(reverse, receipt, who)] * 2)
    assert sorted(type(result).__name__ for result in results) == [
        "ReceiptAlreadyReversed",
        "ReceiptReversal",
    ]
    assert capital_summary().payables == 0


@pytest.mark.django_db(transaction=True)
def test_taken_back_while_the_rest_arrives_leaves_exactly_the_rest(together):
    who = {"actor": actor_with("pharmacist"), "now": timezone.now()}
    order = placed_order(need=10, price=100)
    receipt = receive(order, fresh(4, "A"))
    results = together(
        [
            partial(reverse, receipt, who),
            partial(receive, order, fresh(6, "B"), actor=who["actor"]),
        ]
    )
    assert [type(result).__name__ for result in results] == ["ReceiptReversal", "GoodsReceipt"]
    line = line_of(order)
    order.refresh_from_db()
    assert (order.state, line.received_quantity, line.received_amount) == (
        "partially_received", 6, 600,
    )  # fmt: skip
    assert (capital_summary().committed, capital_summary().payables) == (400, 600)


@pytest.mark.django_db(transaction=True)
def test_taken_back_while_the_order_is_cancelled_promises_nothing(together):
    who = {"actor": actor_with("pharmacist"), "now": timezone.now()}
    order = placed_order(need=10, price=100)
    receipt = receive(order, fresh(4))
    results = together(
        [
            partial(reverse, receipt, who),
            partial(order_cancel, order_id=order.pk, reason="x", **who),
        ]
    )
    assert [type(result).__name__ for result in results] == ["ReceiptReversal", "PurchaseOrder"]
    order.refresh_from_db()
    summary = capital_summary()
    assert (order.state, summary.committed, summary.payables) == ("cancelled", 0, 0)
    assert Incoming.objects.get().outstanding == 0


@pytest.mark.django_db(transaction=True)
def test_taken_back_while_it_is_sold_does_one_of_the_two(together):
    who = {"actor": actor_with("pharmacist"), "now": timezone.now()}
    order = placed_order(need=10, price=100)
    receipt = receive(order, fresh(10))
    product = line_of(order).product_id
    results = together([partial(reverse, receipt, who), partial(sell, product, 4, who)])
    names = [type(result).__name__ for result in results]
    assert names in (
        ["ReceiptReversal", "InsufficientStock"],
        ["ReceiptNotReversible", "NoneType"],
    )
    left = StockLevel.objects.aggregate(q=Sum("quantity"))["q"]
    assert left == (0 if names[0] == "ReceiptReversal" else 6)


# --- Exactness and queries ---


@given(
    need=st.integers(2, 60),
    units=st.sampled_from([1, 3, 10]),
    price=st.decimals(min_value=1, max_value=10_000, places=2),
    deal=st.sampled_from(["", "1+6", "2+10 او 7+25", "1+1"]),
    steps=st.lists(st.tuples(st.integers(1, 60), st.booleans()), min_size=1, max_size=8),
)
@hypothesis_settings(max_examples=tries(10, soak=500))
def test_whatever_is_received_and_taken_back_all_adds_up(need, units, price, deal, steps):
    """Deliveries and reversals in any order: stock, debt, promise and order agree to the unit."""
    with transaction.atomic():
        who = {"actor": actor_with("pharmacist"), "now": timezone.now()}
        order = placed_order(need=need, purchase_units=units, price=price, deal=deal)
        owed, standing = capital_summary().payables, []
        for quantity, takes_back in steps:
            if takes_back and standing:
                reverse(standing.pop(quantity % len(standing)), who)
            elif rest := PurchaseOrderLine.objects.get(order=order).outstanding_quantity:
                standing.append(receive(order, fresh(min(quantity, rest), f"B{quantity}")))
            _agree(order, owed, standing)
        if rest := PurchaseOrderLine.objects.get(order=order).outstanding_quantity:
            standing.append(receive(order, fresh(rest, "last")))
        assert sum(receipt.total for receipt in standing) == order.total
        transaction.set_rollback(True)


def _agree(order, owed, standing):
    line = PurchaseOrderLine.objects.get(order=order)
    total = sum((receipt.total for receipt in standing), Decimal(0))
    value = StockLevel.objects.filter(batch__product_id=line.product_id).aggregate(v=Sum("value"))[
        "v"
    ]
    assert (value or 0) == total == line.received_amount == capital_summary().payables - owed
    promise = Commitment.objects.get(source_id=str(order.proposal_id))
    assert promise.remaining == line.amount - total
    incoming = Incoming.objects.get(source_id=str(order.proposal_id))
    assert incoming.outstanding == line.outstanding_quantity


def test_many_lines_cost_as_many_queries_as_one(who):
    quarantine()
    counts = []
    for size in (1, 100):
        order = order_of(*[short_product(need=10) for _ in range(size)])
        deliveries = [
            Delivery(order_line_id=line.pk, batches=(fresh(5), fresh(5, "Q", quarantine=True)))
            for line in order.lines.all()
        ]
        with CaptureQueriesContext(connection) as receiving:
            receipt = goods_receive(order_id=order.pk, deliveries=deliveries, **who)
        rows = Inspection.objects.filter(receipt_line__receipt=receipt)
        decisions = [Decision(inspection_id=row.pk, accepted_quantity=5) for row in rows]
        inspections_decide(decisions=decisions, **who)
        with CaptureQueriesContext(connection) as reversing:
            reverse(receipt, who)
        counts.append((len(receiving), len(reversing)))
    assert counts[0] == counts[1]
