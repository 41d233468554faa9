"""Deliveries held against their orders: what is refused, let in by leave, and flagged."""

from decimal import Decimal

import pytest
from django.utils import timezone

from capital.public import capital_summary
from purchases.errors import OrderStateRefused, ReceiptRefused
from purchases.models import Inspection, PurchaseOrderLine, ShelfLifeMinimum
from purchases.services.orders.ordering import order_cancel
from purchases.services.receipts.deliveries import NO_LEAVE, Batch, Checks, Leave
from purchases.services.receipts.receipts import order_receive_at_once
from purchases.tests.factories import SupplierFactory, actor_with, placed_order, short_product
from purchases.tests.lower import Incoming, StockLevel
from purchases.tests.services.taking_in import (
    EVERYTHING,
    fresh,
    in_days,
    like_product,
    line_of,
    order_of,
    policy,
    quarantine,
    receive,
)
from purchases.tests.snapshots import everything

pytestmark = pytest.mark.django_db


def refused(order, *batches, **said):
    """The problems of a refusal that changed nothing."""
    before = everything()
    with pytest.raises(ReceiptRefused) as refusal:
        receive(order, *batches, actor=said.pop("actor"), **said)
    assert everything() == before
    return [(problem.field, problem.code) for problem in refusal.value.errors]


# --- More than ordered ---


def test_more_within_the_tolerance_is_taken_in_and_costs_nothing_more(pharmacist):
    policy(over_percent=10)
    order = placed_order(need=10, price=100)
    row = receive(order, fresh(11), actor=pharmacist).lines.get()
    assert (row.counted_quantity, row.over_quantity, row.amount) == (10, 1, 1000)
    assert row.unit_cost == Decimal("90.909091")
    assert "over_delivered" in row.flags
    line = PurchaseOrderLine.objects.get()
    assert (line.received_quantity, line.over_quantity, line.outstanding_quantity) == (10, 1, 0)
    assert StockLevel.objects.get().quantity == 11
    assert (Incoming.objects.get().received, capital_summary().committed) == (10, 0)


def test_more_that_is_invoiced_is_paid_at_the_invoiced_price(pharmacist):
    policy(over_percent=10)
    order = placed_order(need=100, purchase_units=10, price=1000)
    receipt = receive(order, fresh(105), actor=pharmacist, invoice_price=Decimal(1000))
    # 10 packs at 1,000 and half a pack more.
    assert receipt.total == 10_500
    row = receipt.lines.get()
    assert (row.ordered_amount, row.price_difference) == (10_000, 500)


def test_the_last_batch_is_the_one_beyond_the_order(pharmacist):
    policy(over_percent=20)
    order = placed_order(need=10, price=100)
    rows = receive(order, fresh(8), fresh(4, "B"), actor=pharmacist).lines.order_by("line")
    assert [(r.counted_quantity, r.over_quantity) for r in rows] == [(8, 0), (2, 2)]
    assert sum(r.amount for r in rows) == 1000


def test_what_came_beyond_before_counts_against_the_tolerance(pharmacist):
    policy(over_percent=20)
    order = order_of(short_product(need=10), short_product(need=10))
    receive(order, fresh(12), actor=pharmacist)
    assert refused(order, fresh(1), actor=pharmacist) == [("lines.0.batches", "over_delivery")]


def test_a_fraction_of_a_unit_is_no_tolerance(pharmacist):
    policy(over_percent=19)
    order = placed_order(need=5)
    assert refused(order, fresh(6), actor=pharmacist) == [("lines.0.batches", "over_delivery")]


@pytest.mark.parametrize(
    ("leave", "reason"),
    [(NO_LEAVE, "They insisted"), (Leave(beyond_tolerance=True), " "), (NO_LEAVE, "")],
)
def test_beyond_the_tolerance_it_takes_somebody_who_may_and_says_why(leave, reason, pharmacist):
    order = placed_order(need=10)
    said = {"leave": leave, "reason": reason, "actor": pharmacist}
    assert refused(order, fresh(12), **said) == [("lines.0.batches", "over_delivery")]


def test_whoever_may_takes_it_in_and_the_reason_is_kept(pharmacist):
    order = placed_order(need=10)
    receipt = receive(order, fresh(15), actor=pharmacist, leave=EVERYTHING, reason="Sold out soon")
    row = receipt.lines.get()
    assert (row.over_quantity, row.accepted_because) == (5, "Sold out soon")


def test_a_suppliers_own_policy_goes_before_that_of_all(pharmacist):
    supplier = SupplierFactory()
    policy(over_percent=50)
    policy(supplier, over_percent=0)
    order = placed_order(need=10, supplier=supplier)
    assert refused(order, fresh(11), actor=pharmacist) == [("lines.0.batches", "over_delivery")]


# --- Less than ordered ---


def test_what_is_missing_within_the_tolerance_may_be_given_up(pharmacist):
    policy(under_percent=10)
    order = placed_order(need=10, price=100)
    receipt = receive(order, fresh(9), actor=pharmacist, close_rest=True)
    order.refresh_from_db()
    line = line_of(order)
    assert (order.state, order.total) == ("received", 900)
    assert (line.cancelled_quantity, line.outstanding_quantity) == (1, 0)
    closure = receipt.closures.get()
    assert (closure.quantity, closure.amount) == (1, 100)
    assert "rest_given_up" in receipt.lines.get().flags
    assert capital_summary().committed == 0
    incoming = Incoming.objects.get()
    assert (incoming.received, incoming.cancelled, incoming.outstanding) == (9, 1, 0)


def test_what_is_missing_beyond_the_tolerance_needs_leave(pharmacist):
    policy(under_percent=10)
    order = placed_order(need=10)
    said = {"close_rest": True, "actor": pharmacist}
    assert refused(order, fresh(8), **said) == [("lines.0.close_rest", "under_delivery")]
    receive(order, fresh(8), leave=EVERYTHING, reason="Not made any more", **said)
    order.refresh_from_db()
    assert order.state == "received"


def test_the_parts_and_what_is_given_up_are_the_orders_money_to_the_last_digit(pharmacist):
    policy(under_percent=100)
    order = placed_order(need=7, price=100, deal="1+6")
    first = receive(order, fresh(2), actor=pharmacist)
    second = receive(order, fresh(3), actor=pharmacist, close_rest=True)
    assert first.total + second.total + second.closures.get().amount == order.total
    assert capital_summary().committed == 0


def test_without_being_asked_nothing_is_given_up(pharmacist):
    policy(under_percent=10)
    order = placed_order(need=10)
    receive(order, fresh(9), actor=pharmacist)
    order.refresh_from_db()
    assert (order.state, line_of(order).outstanding_quantity) == ("partially_received", 1)


# --- Prices ---


@pytest.mark.parametrize(
    ("price", "flags"),
    [
        (1000, []),
        (1050, ["price_above"]),
        (950, ["price_below"]),
        (1051, ["price_above", "price_beyond_tolerance"]),
        (900, ["price_below", "price_beyond_tolerance"]),
    ],
)
def test_a_price_that_differs_is_flagged_and_more_so_beyond_the_tolerance(price, flags, pharmacist):
    policy(price_percent=5)
    order = placed_order(need=100, purchase_units=10, price=1000)
    receipt = receive(order, fresh(40), actor=pharmacist, invoice_price=Decimal(price))
    assert receipt.lines.get().flags == flags


def test_an_amount_is_held_against_the_order_by_what_arrived(pharmacist):
    policy(price_percent=5)
    order = placed_order(need=100, purchase_units=10, price=1000)
    receipt = receive(order, fresh(40), actor=pharmacist, invoice_amount=Decimal(4400))
    assert receipt.lines.get().flags == ["price_above", "price_beyond_tolerance"]


def test_a_strict_policy_lets_dear_goods_in_by_leave_only(pharmacist):
    policy(price_percent=5, price_strict=True)
    order = placed_order(need=10, price=100)
    said = {"invoice_price": Decimal(106), "actor": pharmacist}
    assert refused(order, fresh(10), **said) == [
        ("lines.0.invoice_price", "price_beyond_tolerance")
    ]
    receipt = receive(order, fresh(10), leave=EVERYTHING, reason="Short everywhere", **said)
    assert receipt.total == 1060


@pytest.mark.parametrize("price", [50, 105])
def test_a_strict_policy_does_not_mind_cheaper_goods_nor_what_is_tolerated(price, pharmacist):
    policy(price_percent=5, price_strict=True)
    order = placed_order(need=10, price=100)
    receipt = receive(order, fresh(10), actor=pharmacist, invoice_price=Decimal(price))
    assert receipt.total == price * 10


# --- Expiry ---


def test_short_dated_goods_are_flagged(pharmacist):
    policy(short_dated_days=180, min_shelf_days=30)
    order = placed_order(need=10)
    rows = receive(
        order,
        fresh(4, "A", expiry_date=in_days(180)),
        fresh(3, "B", expiry_date=in_days(179)),
        fresh(3, "C", expiry_date=in_days(30)),
        actor=pharmacist,
    ).lines.order_by("line")
    assert [row.flags for row in rows] == [[], ["short_dated"], ["short_dated"]]


def test_goods_below_the_minimum_come_in_by_leave_only(pharmacist):
    policy(short_dated_days=180, min_shelf_days=30)
    order = placed_order(need=10)
    batch = fresh(5, "B", expiry_date=in_days(29))
    assert refused(order, batch, actor=pharmacist) == [
        ("lines.0.batches.0.expiry_date", "shelf_life_too_short")
    ]
    receipt = receive(order, batch, actor=pharmacist, leave=EVERYTHING, reason="Sold this week")
    assert receipt.lines.get().flags == ["shelf_life_too_short"]


def test_a_product_may_have_a_minimum_of_its_own(pharmacist):
    order = placed_order(need=10)
    ShelfLifeMinimum.objects.create(product_id=line_of(order).product_id, min_days=365)
    batch = fresh(5, expiry_date=in_days(364))
    assert refused(order, batch, actor=pharmacist) == [
        ("lines.0.batches.0.expiry_date", "shelf_life_too_short")
    ]


def test_nobody_takes_in_what_has_expired(pharmacist):
    order = placed_order(need=10)
    said = {"actor": pharmacist, "leave": EVERYTHING, "reason": "Cheap"}
    assert ("lines.0.batches.0.expiry_date", "expired") in refused(
        order, fresh(5, expiry_date=in_days(0)), **said
    )


# --- Something else than ordered ---


def test_a_like_product_in_its_place_fulfils_the_order_and_is_what_is_in_stock(pharmacist):
    ordered, other = like_product(need=10), like_product(need=0)
    order = order_of(ordered)
    receipt = receive(
        order,
        fresh(10, product_id=other, substitution_reason="The other maker's"),
        actor=pharmacist,
        leave=Leave(substitute=True),
    )
    row = receipt.lines.get()
    assert (row.product_id, row.replaced_product_id) == (other, ordered)
    assert row.substitution_reason == "The other maker's"
    assert row.flags == ["substituted"]
    order.refresh_from_db()
    assert (order.state, capital_summary().committed) == ("received", 0)
    assert StockLevel.objects.get().batch.product_id == other
    assert Incoming.objects.get().received == 10


def test_another_pack_counts_as_what_it_stands_for(pharmacist):
    """Ten packs of 20 ordered; five packs of 40, a product of its own, come in their place."""
    ordered, other = like_product(need=10), like_product(need=0)
    order = order_of(ordered, price=100)
    batch = fresh(5, product_id=other, counts_as=10, substitution_reason="Packs of 40")
    row = receive(order, batch, actor=pharmacist, leave=Leave(substitute=True)).lines.get()
    assert (row.quantity, row.counted_quantity, row.amount, row.unit_cost) == (5, 10, 1000, 200)
    assert line_of(order).outstanding_quantity == 0


@pytest.mark.parametrize(
    ("alike", "leave", "code"),
    [
        (True, NO_LEAVE, "substitute_not_allowed"),
        (False, NO_LEAVE, "substitute_not_allowed"),
        (False, Leave(substitute=True), "not_a_like_product"),
    ],
)
def test_what_may_come_in_its_place_depends_on_who_receives(alike, leave, code, pharmacist):
    order = order_of(like_product(need=10))
    other = like_product(need=0) if alike else short_product(need=0)
    batch = fresh(10, product_id=other, substitution_reason="None left")
    assert refused(order, batch, actor=pharmacist, leave=leave) == [
        ("lines.0.batches.0.product_id", code)
    ]


def test_whoever_may_takes_in_anything_else_and_it_is_flagged(pharmacist):
    order = order_of(like_product(need=10))
    batch = fresh(10, product_id=short_product(need=0), substitution_reason="Doctor agreed")
    row = receive(order, batch, actor=pharmacist, leave=EVERYTHING).lines.get()
    assert row.flags == ["substituted", "not_a_like_product"]


def test_a_substitute_says_why_and_is_known(pharmacist):
    order = order_of(like_product(need=10))
    said = {"actor": pharmacist, "leave": EVERYTHING}
    batch = fresh(10, product_id=like_product(need=0))
    assert refused(order, batch, **said) == [("lines.0.batches.0.substitution_reason", "required")]
    batch = fresh(10, product_id=999_999, substitution_reason="?")
    assert refused(order, batch, **said) == [("lines.0.batches.0.product_id", "unknown_product")]


def test_the_ordered_product_counts_as_itself(pharmacist):
    order = placed_order(need=10)
    assert refused(order, fresh(5, counts_as=10), actor=pharmacist) == [
        ("lines.0.batches.0.counts_as", "not_a_substitute")
    ]


# --- The cold chain and other checks ---


def cold_order(need=10):
    return order_of(short_product(need=need, cold_chain=True))


def test_cold_goods_need_their_temperature(pharmacist):
    order = cold_order()
    assert refused(order, fresh(10), actor=pharmacist) == [
        ("lines.0.batches.0.temperature_celsius", "temperature_required")
    ]
    row = receive(
        order, fresh(10, checks=Checks(temperature_celsius=Decimal("4.5"))), actor=pharmacist
    ).lines.get()
    assert (row.temperature_celsius, row.flags) == (Decimal("4.5"), [])


def test_where_it_is_not_required_an_unknown_temperature_is_flagged(pharmacist):
    policy(temperature_required=False)
    receipt = receive(cold_order(), fresh(10), actor=pharmacist)
    assert receipt.lines.get().flags == ["temperature_unknown"]
    assert not Inspection.objects.exists()


@pytest.mark.parametrize(("celsius", "waits"), [("1.99", True), ("2", False), ("8", False),
                                                ("8.01", True)])  # fmt: skip
def test_goods_that_were_too_warm_or_too_cold_go_into_quarantine(celsius, waits, pharmacist):
    place = quarantine()
    checks = Checks(temperature_celsius=Decimal(celsius))
    receipt = receive(cold_order(), fresh(10, checks=checks), actor=pharmacist)
    assert (StockLevel.objects.get().location_id == place) is waits
    flagged = ["temperature_out_of_range"] if waits else []
    assert receipt.lines.get().flags == flagged


@pytest.mark.parametrize(
    ("check", "flag"),
    [
        ("packaging_intact", "packaging_damaged"),
        ("seals_intact", "seals_broken"),
        ("leaflet_readable", "leaflet_unreadable"),
    ],
)
def test_a_failed_check_puts_goods_into_quarantine(check, flag, pharmacist):
    place = quarantine()
    receipt = receive(
        placed_order(need=10), fresh(10, checks=Checks(**{check: False})), actor=pharmacist
    )
    assert receipt.lines.get().flags == [flag]
    assert StockLevel.objects.get().location_id == place
    assert Inspection.objects.get().because == [flag]


def test_without_a_place_of_quarantine_such_goods_are_refused(pharmacist):
    order = placed_order(need=10)
    batch = fresh(10, checks=Checks(seals_intact=False))
    assert refused(order, batch, actor=pharmacist) == [
        ("lines.0.batches.0.quarantine", "no_quarantine")
    ]


def test_of_a_supplier_that_is_inspected_everything_waits(pharmacist):
    quarantine()
    supplier = SupplierFactory()
    policy(supplier, inspect_all=True)
    receive(placed_order(need=10, supplier=supplier), fresh(10), actor=pharmacist)
    assert Inspection.objects.get().because == ["supplier_is_inspected"]


def test_what_is_received_at_once_is_flagged_for_what_nobody_saw(now):
    supplier = SupplierFactory(immediate=True)
    order = order_of(short_product(need=10, cold_chain=True), supplier=supplier)
    receipt = order_receive_at_once(now=now, order_id=order.pk)
    assert receipt.lines.get().flags == ["batch_unknown", "expiry_unknown", "temperature_unknown"]


def test_nothing_is_received_on_a_cancelled_order_with_whatever_leave(pharmacist):
    order = placed_order(need=10)
    order_cancel(actor=actor_with("pharmacist"), now=timezone.now(), order_id=order.pk, reason="x")
    before = everything()
    with pytest.raises(OrderStateRefused):
        receive(order, Batch(quantity=1), actor=pharmacist, leave=EVERYTHING, reason="x")
    assert everything() == before
