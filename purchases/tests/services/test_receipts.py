from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Sum
from django.db.utils import DatabaseError
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from capital.public import SystemAccount, capital_summary, party_balance
from capital.tests.factories import put_in
from core.models import OutboxEvent, local_date
from core.tests.effort import tries
from purchases.errors import (
    DeliveryNoteTaken,
    OrderNotFound,
    OrderStateRefused,
    ReasonRequired,
    ReceiptRefused,
)
from purchases.models import GoodsReceipt, GoodsReceiptLine
from purchases.services.orders.ordering import order_cancel, order_place
from purchases.services.proposals.building import proposals_build
from purchases.services.proposals.decisions import proposal_approve
from purchases.services.proposals.proposals import proposal_submit
from purchases.services.receipts.deliveries import Batch, Delivery
from purchases.services.receipts.receipts import goods_receive
from purchases.tests.factories import (
    SupplierFactory,
    actor_with,
    delivery,
    placed_order,
    short_product,
    source,
)
from purchases.tests.lower import Incoming, StockLevel
from purchases.tests.snapshots import everything

pytestmark = pytest.mark.django_db


def receive(order, *batches, actor, note="", **invoice):
    return goods_receive(
        actor=actor,
        now=timezone.now(),
        order_id=order.pk,
        deliveries=[delivery(order, *batches, **invoice)],
        delivery_note=note,
    )


def in_a_year(now):
    return local_date(now) + timedelta(days=365)


def codes(refusal):
    return [(problem.field, problem.code) for problem in refusal.value.errors]


def test_the_capital_statement_calls_orders_and_receipts_by_their_numbers(
    pharmacist, client_as, now
):
    order = placed_order(need=14, price=100)
    receipt = receive(order, Batch(quantity=14), actor=pharmacist)
    today = local_date(now).isoformat()
    body = client_as("owner").get(
        "/api/v1/capital/reports/capital-statement/", {"date_from": today, "date_to": today}
    )
    told = [change["document"] for change in body.json()["available"]["changes"]]
    assert told[-2:] == [order.proposal.number, receipt.number]


def test_a_whole_delivery_puts_goods_money_commitment_and_order_in_order(pharmacist, now):
    order = placed_order(need=14, price=100, deal="1+6")
    before = capital_summary()
    receipt = receive(
        order,
        Batch(quantity=14, batch_number="b 1", expiry_date=in_a_year(now)),
        actor=pharmacist,
    )
    order.refresh_from_db()
    assert order.state == "received"
    assert order.closed_at is not None
    level = StockLevel.objects.get(batch__product_id=order.lines.get().product_id)
    assert (level.quantity, level.value) == (14, Decimal(1200))
    after = capital_summary()
    assert after.stock_at_cost == before.stock_at_cost + 1200
    assert after.payables == before.payables + 1200
    assert after.committed == before.committed - 1200
    line = receipt.lines.get()
    assert line.unit_cost == Decimal("85.714286")
    assert line.batch_number == "B 1"
    assert line.flags == []


def test_a_line_in_several_batches_costs_what_was_paid_in_all(pharmacist, now):
    order = placed_order(need=7, price=100, deal="1+6")
    receipt = receive(
        order,
        Batch(quantity=3, batch_number="A", expiry_date=in_a_year(now)),
        Batch(quantity=4, batch_number="B", expiry_date=in_a_year(now)),
        actor=pharmacist,
    )
    amounts = list(receipt.lines.order_by("line").values_list("amount", flat=True))
    assert amounts == [Decimal("257.14"), Decimal("342.86")]
    assert receipt.total == Decimal(600)


def test_partial_deliveries_add_up_to_the_order_exactly(pharmacist):
    order = placed_order(need=7, price=100, deal="1+6")
    totals = []
    for quantity in (2, 2, 3):
        totals.append(receive(order, Batch(quantity=quantity), actor=pharmacist).total)
        order.refresh_from_db()
    assert totals == [Decimal("171.43"), Decimal("171.43"), Decimal("257.14")]
    assert order.state == "received"
    assert StockLevel.objects.aggregate(all=Sum("value"))["all"] == Decimal(600)
    assert capital_summary().committed == 0


def test_a_part_leaves_the_rest_incoming_and_committed(pharmacist):
    order = placed_order(need=10, price=100)
    receive(order, Batch(quantity=4), actor=pharmacist)
    order.refresh_from_db()
    assert order.state == "partially_received"
    assert order.lines.get().outstanding_quantity == 6
    incoming = Incoming.objects.get()
    assert (incoming.quantity, incoming.received) == (10, 4)
    assert capital_summary().committed == 600


@pytest.mark.parametrize(
    ("invoice", "paid", "difference"),
    [
        ({}, "400", "0"),
        ({"invoice_price": Decimal("1000")}, "400", "0"),
        ({"invoice_price": Decimal("1100")}, "440", "40"),
        ({"invoice_price": Decimal("900")}, "360", "-40"),
        ({"invoice_amount": Decimal("410.50")}, "410.50", "10.50"),
        ({"invoice_amount": Decimal(0)}, "0", "-400"),
    ],
)
def test_what_the_invoice_says_is_paid_and_the_difference_is_kept(
    invoice, paid, difference, pharmacist
):
    order = placed_order(need=100, purchase_units=10, price=1000)
    before = capital_summary()
    receipt = receive(order, Batch(quantity=4), actor=pharmacist, **invoice)
    line = receipt.lines.get()
    assert (line.amount, line.ordered_amount) == (Decimal(paid), Decimal(400))
    assert line.price_difference == Decimal(difference)
    after = capital_summary()
    assert after.payables - before.payables == Decimal(paid)
    assert after.committed == before.committed - 400
    event = OutboxEvent.objects.get(name="purchases.goods_received")
    assert Decimal(event.payload["price_difference"]) == Decimal(difference)


def test_what_is_owed_is_owed_to_the_supplier(pharmacist):
    order = placed_order(need=10, price=100)
    receive(order, actor=pharmacist)
    owed = party_balance(
        SystemAccount.PAYABLES, party_type="purchases.supplier", party_id=str(order.supplier_id)
    )
    assert abs(owed) == 1000


def test_unknown_batch_and_expiry_stay_unknown_and_are_flagged(pharmacist):
    order = placed_order(need=10)
    line = receive(order, actor=pharmacist).lines.get()
    assert (line.batch_number, line.expiry_date) == ("", None)
    assert line.flags == ["batch_unknown", "expiry_unknown"]


def test_more_than_ordered_is_refused(pharmacist):
    order = placed_order(need=7, price=100, deal="1+6")
    before = everything()
    with pytest.raises(ReceiptRefused) as refusal:
        receive(order, Batch(quantity=5), Batch(quantity=3), actor=pharmacist)
    assert codes(refusal) == [("lines.0.batches", "over_delivery")]
    assert everything() == before


@pytest.mark.parametrize("days", [0, -1])
def test_an_expired_batch_is_refused(days, pharmacist, now):
    order = placed_order(need=10)
    before = everything()
    expired = local_date(now) + timedelta(days=days)
    with pytest.raises(ReceiptRefused) as refusal:
        receive(order, Batch(quantity=5), Batch(quantity=5, expiry_date=expired), actor=pharmacist)
    assert codes(refusal) == [("lines.0.batches.1.expiry_date", "expired")]
    assert everything() == before


def test_every_fault_of_a_delivery_is_named_at_once(pharmacist, now):
    order, other = placed_order(need=10), placed_order(need=10)
    line = order.lines.get()
    before = everything()
    deliveries = [
        Delivery(
            order_line_id=line.pk,
            batches=(Batch(quantity=1),),
            invoice_price=Decimal(1),
            invoice_amount=Decimal(1),
        ),
        Delivery(order_line_id=line.pk, batches=(Batch(quantity=1),)),
        Delivery(order_line_id=other.lines.get().pk, batches=(Batch(quantity=1),)),
    ]
    with pytest.raises(ReceiptRefused) as refusal:
        goods_receive(actor=pharmacist, now=now, order_id=order.pk, deliveries=deliveries)
    assert codes(refusal) == [
        ("lines.0.invoice_amount", "ambiguous"),
        ("lines.1.order_line_id", "duplicate"),
        ("lines.2.order_line_id", "unknown"),
    ]
    assert everything() == before


def test_a_delivery_of_nothing_is_refused(pharmacist, now):
    order = placed_order(need=10)
    with pytest.raises(ReceiptRefused) as refusal:
        goods_receive(actor=pharmacist, now=now, order_id=order.pk, deliveries=[])
    assert codes(refusal) == [("lines", "required")]


def test_an_unknown_order_is_not_found(pharmacist, now):
    with pytest.raises(OrderNotFound):
        goods_receive(actor=pharmacist, now=now, order_id=999_999, deliveries=[])


def test_a_delivery_note_is_taken_once_per_order(pharmacist):
    order = placed_order(need=10)
    receive(order, Batch(quantity=5), actor=pharmacist, note="77")
    before = everything()
    with pytest.raises(DeliveryNoteTaken):
        receive(order, Batch(quantity=5), actor=pharmacist, note=" 77 ")
    assert everything() == before


def test_cancelling_frees_the_rest_of_goods_and_capital(pharmacist, now):
    order = placed_order(need=10, price=100)
    receive(order, Batch(quantity=4), actor=pharmacist)
    order_cancel(actor=pharmacist, now=now, order_id=order.pk, reason="None left")
    assert capital_summary().committed == 0
    assert Incoming.objects.get().cancelled_at is not None
    assert StockLevel.objects.get().quantity == 4


def test_cancelling_needs_a_reason(pharmacist, now):
    order = placed_order(need=10)
    before = everything()
    with pytest.raises(ReasonRequired):
        order_cancel(actor=pharmacist, now=now, order_id=order.pk, reason=" ")
    assert everything() == before


@pytest.mark.parametrize("table", ["purchases_goodsreceipt", "purchases_goodsreceiptline"])
@pytest.mark.parametrize(
    "statement", ["DELETE FROM {}", "UPDATE {} SET id = id", "TRUNCATE {} CASCADE"]
)
def test_receipts_cannot_be_changed_afterwards(table, statement, pharmacist):
    receive(placed_order(need=10), actor=pharmacist)
    connection.check_constraints()  # nothing is pending, so that nothing else can refuse
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute(statement.format(table))
    assert GoodsReceipt.objects.count() == GoodsReceiptLine.objects.count() == 1


def test_the_database_refuses_over_delivery_too(pharmacist):
    order = placed_order(need=10)
    with pytest.raises(IntegrityError, match="not_over_delivered"), transaction.atomic():
        order.lines.update(received_quantity=11)


@pytest.mark.django_db(transaction=True)
def test_the_rest_received_twice_at_once_is_received_once(together, pharmacist):
    order = placed_order(need=10, price=100)
    whole = [delivery(order, Batch(quantity=10))]
    results = together(
        [
            partial(
                goods_receive,
                actor=pharmacist,
                now=timezone.now(),
                order_id=order.pk,
                deliveries=whole,
            )
            for _ in range(2)
        ]
    )
    assert sorted(type(result).__name__ for result in results) == [
        "GoodsReceipt",
        OrderStateRefused.__name__,
    ]
    assert StockLevel.objects.get().quantity == 10


def test_queries_do_not_grow_with_the_lines_of_a_delivery(pharmacist, now):
    def order_of(lines):
        supplier = SupplierFactory()
        products = [short_product() for _ in range(lines)]
        for product in products:
            source(product, supplier=supplier)
        requester = actor_with("purchasing")
        build = proposals_build(
            actor=requester, now=now, product_ids=products, budget=Decimal(10**9)
        )
        proposal = build.proposals.get()
        proposal = proposal_submit(actor=requester, now=now, proposal_id=proposal.pk)
        proposal_approve(
            actor=pharmacist, now=now, proposal_id=proposal.pk, version=proposal.version
        )
        return order_place(now=now, proposal_id=proposal.pk)

    put_in(10_000_000, now=now)
    counts = []
    for size in (1, 100):
        order = order_of(size)
        deliveries = [
            Delivery(order_line_id=line.pk, batches=(Batch(quantity=30), Batch(quantity=10)))
            for line in order.lines.all()
        ]
        with CaptureQueriesContext(connection) as queries:
            goods_receive(actor=pharmacist, now=now, order_id=order.pk, deliveries=deliveries)
        counts.append(len(queries))
    assert counts[0] == counts[1]


@given(
    need=st.integers(1, 60),
    units=st.sampled_from([1, 3, 10]),
    price=st.decimals(min_value=1, max_value=10_000, places=2),
    deal=st.sampled_from(["", "1+6", "2+10 او 7+25", "1+1"]),
    cuts=st.lists(st.integers(1, 200), min_size=0, max_size=5),
)
@hypothesis_settings(max_examples=tries(12, soak=500))
def test_what_was_paid_is_the_sum_of_the_values_of_the_batches(need, units, price, deal, cuts):
    """Whatever the deliveries, receipts, batch values, payables and the order agree to the unit."""
    with transaction.atomic():
        actor = actor_with("pharmacist")
        order = placed_order(need=need, purchase_units=units, price=price, deal=deal)
        owed = capital_summary().payables
        for cut in [*cuts, None]:
            rest = order.lines.get().outstanding_quantity
            if not rest:
                break
            receive(order, Batch(quantity=min(cut or rest, rest)), actor=actor)
        order.refresh_from_db()
        assert order.state == "received"
        product = order.lines.get().product_id
        value = StockLevel.objects.filter(batch__product_id=product).aggregate(v=Sum("value"))["v"]
        paid = order.receipts.aggregate(t=Sum("total"))["t"]
        assert value == paid == order.total
        assert capital_summary().payables - owed == order.total
        transaction.set_rollback(True)
