"""Taking a delivery in, box by box: scans, corrections, terms, posting, giving up."""

from decimal import Decimal
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from purchases.errors import (
    OrderNotFound,
    OrderStateRefused,
    ReasonRequired,
    ReceiptRefused,
    ReceivingAlreadyOpen,
    ReceivingLineNotFound,
    ReceivingLineTaken,
    ReceivingNotFound,
    ReceivingRefused,
    ReceivingScanNotFound,
    ReceivingStateRefused,
)
from purchases.models import Receiving, ReceivingLine, ReceivingScan, ReceivingTerms
from purchases.selectors.receivings import receiving_by_id
from purchases.services.orders.ordering import order_cancel
from purchases.services.receipts.deliveries import NO_LEAVE, Leave
from purchases.services.receiving.editing import (
    receiving_line_edit,
    receiving_line_remove,
    receiving_scan_undo,
    receiving_terms_clear,
    receiving_terms_set,
)
from purchases.services.receiving.scanning import Scan, receiving_scan
from purchases.services.receiving.sessions import (
    receiving_cancel,
    receiving_inspect,
    receiving_post,
    receiving_resume,
    receiving_start,
)
from purchases.states import RECEIVING_TRANSITIONS, ReceivingAction
from purchases.tests.factories import SupplierFactory, actor_with, placed_order, short_product
from purchases.tests.lower import StockLevel
from purchases.tests.services.taking_in import (
    EVERYTHING,
    Packaging,
    datamatrix,
    gtin_of,
    in_days,
    like_product,
    line_of,
    order_of,
    policy,
    quarantine,
)
from purchases.tests.snapshots import everything

pytestmark = pytest.mark.django_db


@pytest.fixture
def who(pharmacist):
    return {"actor": pharmacist, "now": timezone.now()}


@pytest.fixture
def item():
    return short_product(need=40, purchase_units=10)


@pytest.fixture
def order(item):
    return order_of(item)


@pytest.fixture
def started(order, who):
    return receiving_start(order_id=order.pk, delivery_note=" 7781 ", **who)


def box_of(product):
    """The GTIN of the product's pack of 10."""
    pack = Packaging.objects.get(product_id=product)
    return gtin_of(product, packaging=pack.pk)


def scan(receiving, who, *scans):
    return receiving_scan(receiving_id=receiving.pk, scans=scans, **who)


def refused(receiving, who, *scans):
    before = everything()
    with pytest.raises(ReceivingRefused) as refusal:
        scan(receiving, who, *scans)
    assert everything() == before
    return [(problem.field, problem.code) for problem in refusal.value.errors]


def rows(receiving):
    return list(
        receiving.lines.order_by("line").values_list("batch_number", "expiry_date", "quantity")
    )


# --- Scanning ---


def test_box_after_box_adds_up_per_batch(started, item, who):
    gtin, expiry = box_of(item), in_days(700)
    for serial in ("1", "2"):
        (taken,) = scan(
            started, who, Scan(code=datamatrix(gtin, batch="a1", expiry=expiry, serial=serial))
        )
    assert (taken.line.quantity, taken.scan.serial, taken.warnings) == (20, "2", ())
    scan(started, who, Scan(code=datamatrix(gtin, batch="B2", expiry=expiry)))
    assert rows(started) == [("A1", expiry, 20), ("B2", expiry, 10)]
    assert list(ReceivingScan.objects.values_list("quantity", flat=True)) == [10, 10, 10]
    assert not StockLevel.objects.exists()


def test_a_gs1_128_count_an_ean_and_a_hand_entry(started, item, who):
    gtin, expiry = gtin_of(item), in_days(700)
    scan(
        started,
        who,
        Scan(code=f"]C101{gtin}10A1\x1d17{expiry:%y%m%d}3005"),
        Scan(code=gtin.lstrip("0"), quantity=7, batch_number=" a1 ", expiry_date=expiry),
        Scan(product_id=item, quantity=3, batch_number="C3"),
        Scan(code=gtin.lstrip("0")),
    )
    assert rows(started) == [("A1", expiry, 12), ("C3", None, 3), ("", None, 1)]


def test_what_is_not_known_is_said_as_a_warning(started, item, who):
    (taken,) = scan(started, who, Scan(product_id=item, quantity=41))
    assert taken.warnings == ("batch_unknown", "expiry_unknown", "more_than_outstanding")


def test_the_same_serial_number_is_taken_in_once(started, item, who):
    code = datamatrix(box_of(item), batch="A", expiry=in_days(700), serial="S1")
    scan(started, who, Scan(code=code))
    assert refused(started, who, Scan(code=code)) == [("scans.0.code", "serial_scanned")]


def test_the_same_serial_number_twice_in_one_request_is_refused(started, item, who):
    code = datamatrix(box_of(item), serial="S1")
    assert refused(started, who, Scan(code=code), Scan(code=code)) == [
        ("scans.1.code", "serial_scanned")
    ]


def test_a_serial_number_that_came_with_an_earlier_delivery_is_refused(item, order, who):
    code = datamatrix(box_of(item), batch="A", expiry=in_days(700), serial="S1")
    first = receiving_start(order_id=order.pk, **who)
    scan(first, who, Scan(code=code))
    receiving_post(receiving_id=first.pk, leave=NO_LEAVE, **who)
    second = receiving_start(order_id=order.pk, **who)
    assert refused(second, who, Scan(code=code)) == [("scans.0.code", "serial_scanned")]


def test_several_packs_of_one_serial_number_are_refused(started, item, who):
    code = datamatrix(box_of(item), serial="S1")
    assert refused(started, who, Scan(code=code, quantity=2)) == [
        ("scans.0.quantity", "one_serial_one_pack")
    ]


def test_what_says_nothing_is_named_at_once(started, item, who):
    broken = "]d20109501101530009"  # a wrong check digit
    assert refused(
        started,
        who,
        Scan(code="4006381333931"),
        Scan(code=broken),
        Scan(product_id=999_999),
        Scan(product_id=item),
    ) == [
        ("scans.0.code", "unknown_code"),
        ("scans.1.code", "unreadable"),
        ("scans.2.product_id", "unknown_product"),
    ]


def test_goods_of_no_order_and_of_another_order_are_told_apart(order, who):
    elsewhere = short_product(need=5)
    other_order = order_of(elsewhere, supplier=order.supplier)
    started = receiving_start(order_id=order.pk, **who)
    with pytest.raises(ReceivingRefused) as refusal:
        scan(started, who, Scan(product_id=elsewhere), Scan(product_id=short_product(need=0)))
    assert not ReceivingScan.objects.exists()
    first, second = refusal.value.errors
    assert (first.code, second.code) == ("not_on_order", "not_on_order")
    assert other_order.number in str(first.detail)
    assert "in place of" in str(second.detail)


def test_a_line_of_another_order_is_unknown(started, item, who):
    other = line_of(placed_order(need=5))
    assert refused(started, who, Scan(product_id=item, order_line_id=other.pk)) == [
        ("scans.0.order_line_id", "unknown_order_line")
    ]


def test_an_expired_pack_is_refused_at_the_door(started, item, who):
    code = datamatrix(gtin_of(item), batch="A", expiry=in_days(-31))
    assert refused(started, who, Scan(code=code)) == [("scans.0.expiry_date", "expired")]


def test_an_unknown_place_is_refused(started, item, who):
    assert refused(started, who, Scan(product_id=item, location_id=999_999)) == [
        ("scans.0.location_id", "unknown_location")
    ]


def test_more_than_can_be_is_refused(started, item, who):
    scan(started, who, Scan(product_id=item, quantity=2_000_000_000))
    assert refused(started, who, Scan(product_id=item)) == [("scans.0.quantity", "too_many")]


def test_a_substitute_names_the_line_and_why(who):
    ordered, other = like_product(need=10), like_product(need=0)
    order = order_of(ordered)
    started = receiving_start(order_id=order.pk, **who)
    line = line_of(order)
    bare = Scan(product_id=other, quantity=5, order_line_id=line.pk)
    assert refused(started, who, bare) == [
        ("scans.0.substitution_reason", "substitution_reason_needed")
    ]
    scan(
        started,
        who,
        Scan(
            product_id=other, quantity=5, order_line_id=line.pk, counts_as=10,
            substitution_reason="Packs of two",
        ),
    )  # fmt: skip
    receipt = receiving_post(receiving_id=started.pk, leave=Leave(substitute=True), **who)
    row = receipt.lines.get()
    assert (row.product_id, row.quantity, row.counted_quantity) == (other, 5, 10)


def test_two_lines_of_one_request_share_the_order_line(started, item, who):
    scan(started, who, Scan(product_id=item, quantity=30), Scan(product_id=item, quantity=10))
    assert rows(started) == [("", None, 40)]


# --- Putting right ---


def test_a_line_is_corrected(started, item, who):
    scan(started, who, Scan(product_id=item, quantity=5))
    changes = {"quantity": 6, "batch_number": " b7 ", "expiry_date": in_days(500)}
    receiving_line_edit(receiving_id=started.pk, line=1, changes=changes, **who)
    assert rows(started) == [("B7", in_days(500), 6)]


def test_a_line_cannot_become_another(started, item, who):
    scan(started, who, Scan(product_id=item, batch_number="A"), Scan(product_id=item))
    before = everything()
    with pytest.raises(ReceivingLineTaken):
        receiving_line_edit(receiving_id=started.pk, line=2, changes={"batch_number": "a"}, **who)
    assert everything() == before


def test_fewer_than_were_scanned_by_serial_number_is_refused(started, item, who):
    scan(started, who, Scan(code=datamatrix(box_of(item), serial="S1")))
    before = everything()
    with pytest.raises(ReceivingRefused):
        receiving_line_edit(receiving_id=started.pk, line=1, changes={"quantity": 9}, **who)
    assert everything() == before


def test_a_scan_is_taken_back_and_its_serial_number_is_free(started, item, who):
    code = datamatrix(box_of(item), batch="A", serial="S1")
    scan(started, who, Scan(product_id=item, quantity=3, batch_number="A"))
    (taken,) = scan(started, who, Scan(code=code))
    receiving_scan_undo(receiving_id=started.pk, scan_id=taken.scan.pk, **who)
    assert rows(started) == [("A", None, 3)]
    with pytest.raises(ReceivingScanNotFound):
        receiving_scan_undo(receiving_id=started.pk, scan_id=taken.scan.pk, **who)
    scan(started, who, Scan(code=code))
    assert rows(started) == [("A", None, 13)]


def test_the_last_scan_of_a_line_takes_the_line_with_it(started, item, who):
    (taken,) = scan(started, who, Scan(product_id=item, quantity=3))
    receiving_scan_undo(receiving_id=started.pk, scan_id=taken.scan.pk, **who)
    assert rows(started) == []


def test_a_scan_whose_line_was_lowered_since_is_not_taken_back(started, item, who):
    (taken,) = scan(started, who, Scan(product_id=item, quantity=3))
    receiving_line_edit(receiving_id=started.pk, line=1, changes={"quantity": 2}, **who)
    before = everything()
    with pytest.raises(ReceivingRefused):
        receiving_scan_undo(receiving_id=started.pk, scan_id=taken.scan.pk, **who)
    assert everything() == before


def test_a_line_is_taken_out_with_its_serial_numbers(started, item, who):
    code = datamatrix(box_of(item), serial="S1")
    scan(started, who, Scan(code=code))
    receiving_line_remove(receiving_id=started.pk, line=1, **who)
    with pytest.raises(ReceivingLineNotFound):
        receiving_line_remove(receiving_id=started.pk, line=1, **who)
    scan(started, who, Scan(code=code))
    assert rows(started) == [("", None, 10)]


def test_terms_are_of_lines_of_the_order_and_name_one_price(started, order, who):
    other = line_of(placed_order(need=1))
    for said in (
        {"order_line_id": other.pk},
        {"order_line_id": line_of(order).pk, "invoice_price": 1, "invoice_amount": 1},
    ):
        before = everything()
        with pytest.raises(ReceivingRefused):
            receiving_terms_set(receiving_id=started.pk, **said, **who)
        assert everything() == before


# --- Posting ---


def test_posting_makes_the_receipt_with_terms_and_checks(started, order, item, who):
    policy(under_percent=100, min_shelf_days=0)
    place = quarantine()
    line = line_of(order)
    scan(
        started,
        who,
        Scan(product_id=item, quantity=20, batch_number="A", expiry_date=in_days(700)),
        Scan(product_id=item, quantity=10, batch_number="B", expiry_date=in_days(700)),
    )
    receiving_terms_set(
        receiving_id=started.pk, order_line_id=line.pk, invoice_amount=Decimal(333),
        close_rest=True, **who,
    )  # fmt: skip
    receiving_inspect(receiving_id=started.pk, **who)
    checks = {"packaging_intact": False, "note": "Dented"}
    receiving_line_edit(receiving_id=started.pk, line=2, changes=checks, **who)
    receipt = receiving_post(receiving_id=started.pk, leave=NO_LEAVE, **who)
    order.refresh_from_db()
    assert (order.state, receipt.delivery_note, receipt.total) == ("received", "7781", 333)
    assert [row.amount for row in receipt.lines.order_by("line")] == [222, 111]
    assert StockLevel.objects.get(location_id=place).batch.number == "B"
    started.refresh_from_db()
    assert (started.state, started.receipt_id) == ("posted", receipt.pk)
    linked = ReceivingLine.objects.order_by("line").values_list("receipt_line__line", flat=True)
    assert list(linked) == [1, 2]


def test_lines_of_one_order_line_are_posted_together(who):
    one, other = short_product(need=10), short_product(need=10)
    order = order_of(one, other)
    started = receiving_start(order_id=order.pk, **who)
    scan(
        started,
        who,
        Scan(product_id=one, quantity=4, batch_number="A"),
        Scan(product_id=other, quantity=10, batch_number="B"),
        Scan(product_id=one, quantity=6, batch_number="C"),
    )
    receipt = receiving_post(receiving_id=started.pk, leave=NO_LEAVE, **who)
    told = receipt.lines.order_by("line").values_list(
        "batch_number", "quantity", "receiving_line__line"
    )
    assert list(told) == [("A", 4, 1), ("C", 6, 3), ("B", 10, 2)]


def test_what_does_not_fit_is_told_of_the_lines_of_the_receiving(who):
    one, other = short_product(need=10), short_product(need=10)
    order = order_of(one, other)
    started = receiving_start(order_id=order.pk, **who)
    scan(
        started,
        who,
        Scan(product_id=one, quantity=11),
        Scan(product_id=other, quantity=1, expiry_date=in_days(3)),
    )
    before = everything()
    with pytest.raises(ReceiptRefused) as refusal:
        receiving_post(receiving_id=started.pk, leave=NO_LEAVE, **who)
    assert everything() == before
    assert [(problem.field, problem.code) for problem in refusal.value.errors] == [
        (f"terms.{line_of(order, one).pk}.batches", "over_delivery"),
        ("lines.2.expiry_date", "shelf_life_too_short"),
    ]


def test_a_reason_in_the_terms_lets_goods_in_by_leave(started, order, item, who):
    scan(started, who, Scan(product_id=item, quantity=50, expiry_date=in_days(500)))
    receiving_terms_set(
        receiving_id=started.pk, order_line_id=line_of(order).pk, reason="Cheap", **who
    )
    receipt = receiving_post(receiving_id=started.pk, leave=EVERYTHING, **who)
    assert receipt.lines.get().accepted_because == "Cheap"


def test_nothing_taken_in_is_nothing_to_post(started, who):
    before = everything()
    with pytest.raises(ReceivingRefused):
        receiving_post(receiving_id=started.pk, leave=NO_LEAVE, **who)
    assert everything() == before


def test_terms_of_a_line_of_which_nothing_came_are_refused(who):
    one, other = short_product(need=10), short_product(need=10)
    order = order_of(one, other)
    started = receiving_start(order_id=order.pk, **who)
    scan(started, who, Scan(product_id=one, quantity=10))
    pk = line_of(order, other).pk
    receiving_terms_set(receiving_id=started.pk, order_line_id=pk, close_rest=True, **who)
    with pytest.raises(ReceivingRefused) as refusal:
        receiving_post(receiving_id=started.pk, leave=NO_LEAVE, **who)
    assert [problem.field for problem in refusal.value.errors] == [f"terms.{pk}"]
    receiving_terms_clear(receiving_id=started.pk, order_line_id=pk, **who)
    receiving_post(receiving_id=started.pk, leave=NO_LEAVE, **who)
    assert not ReceivingTerms.objects.exists()


# --- States ---


def test_one_receiving_at_a_time_is_open_per_order(started, order, who):
    before = everything()
    with pytest.raises(ReceivingAlreadyOpen) as refusal:
        receiving_start(order_id=order.pk, **who)
    assert everything() == before
    assert refusal.value.extra == {"receiving_id": started.pk}


def test_an_order_that_waits_for_nothing_is_not_taken_in(order, who):
    order_cancel(order_id=order.pk, reason="x", **who)
    with pytest.raises(OrderStateRefused):
        receiving_start(order_id=order.pk, **who)
    with pytest.raises(OrderNotFound):
        receiving_start(order_id=999_999, **who)


def test_giving_up_frees_the_order_and_the_serial_numbers(started, order, item, who):
    code = datamatrix(box_of(item), serial="S1")
    scan(started, who, Scan(code=code))
    before = everything()
    with pytest.raises(ReasonRequired):
        receiving_cancel(receiving_id=started.pk, reason=" ", **who)
    assert everything() == before
    receiving_cancel(receiving_id=started.pk, reason="Not our van", **who)
    again = receiving_start(order_id=order.pk, **who)
    scan(again, who, Scan(code=code))


def test_an_unknown_receiving_is_not_found(who):
    with pytest.raises(ReceivingNotFound):
        receiving_inspect(receiving_id=999_999, **who)
    with pytest.raises(ReceivingNotFound):
        receiving_by_id(999_999)


def in_state(state, order, item, who):
    receiving = receiving_start(order_id=order.pk, **who)
    scan(receiving, who, Scan(product_id=item, quantity=5, expiry_date=in_days(500)))
    if state == "inspecting":
        receiving_inspect(receiving_id=receiving.pk, **who)
    if state == "posted":
        receiving_post(receiving_id=receiving.pk, leave=NO_LEAVE, **who)
    if state == "cancelled":
        receiving_cancel(receiving_id=receiving.pk, reason="x", **who)
    return receiving


def carry_out(action, receiving, order, item, who):
    pk = receiving.pk
    one = {"receiving_id": pk, "line": 1}
    return {
        ReceivingAction.SCAN: lambda: scan(receiving, who, Scan(product_id=item)),
        ReceivingAction.EDIT: lambda: receiving_line_edit(**one, changes={"quantity": 3}, **who),
        ReceivingAction.CHECK: lambda: receiving_line_edit(
            **one, changes={"seals_intact": True}, **who
        ),
        ReceivingAction.TERMS: lambda: receiving_terms_set(
            receiving_id=pk, order_line_id=line_of(order).pk, close_rest=False, **who
        ),
        ReceivingAction.INSPECT: lambda: receiving_inspect(receiving_id=pk, **who),
        ReceivingAction.RESUME: lambda: receiving_resume(receiving_id=pk, **who),
        ReceivingAction.POST: lambda: receiving_post(receiving_id=pk, leave=NO_LEAVE, **who),
        ReceivingAction.CANCEL: lambda: receiving_cancel(receiving_id=pk, reason="x", **who),
    }[action]()


@pytest.mark.parametrize("action", list(ReceivingAction))
@pytest.mark.parametrize("state", ["draft", "inspecting", "posted", "cancelled"])
def test_every_state_takes_exactly_the_actions_of_the_table(state, action, order, item, who):
    receiving = in_state(state, order, item, who)
    before = everything()
    target = RECEIVING_TRANSITIONS.get((state, action))
    if target is None:
        with pytest.raises(ReceivingStateRefused):
            carry_out(action, receiving, order, item, who)
        assert everything() == before
    else:
        carry_out(action, receiving, order, item, who)
        assert Receiving.objects.get(pk=receiving.pk).state == target


# --- Together ---


@pytest.mark.django_db(transaction=True)
def test_two_phones_scan_the_same_pack_at_once(together):
    item = short_product(need=40)
    order = order_of(item)
    who = {"actor": actor_with("pharmacist"), "now": timezone.now()}
    started = receiving_start(order_id=order.pk, **who)
    code = datamatrix(gtin_of(item), batch="A", serial="S1")
    results = together([partial(scan, started, who, Scan(code=code)) for _ in range(2)])
    assert sorted(type(result).__name__ for result in results) == ["ReceivingRefused", "list"]
    assert rows(started) == [("A", None, 1)]


@pytest.mark.django_db(transaction=True)
def test_posting_twice_at_once_receives_once(together):
    item = short_product(need=40)
    order = order_of(item)
    who = {"actor": actor_with("pharmacist"), "now": timezone.now()}
    started = receiving_start(order_id=order.pk, **who)
    scan(started, who, Scan(product_id=item, quantity=40))
    post = partial(receiving_post, receiving_id=started.pk, leave=NO_LEAVE, **who)
    results = together([post, post])
    assert sorted(type(result).__name__ for result in results) == [
        "GoodsReceipt",
        "ReceivingStateRefused",
    ]
    assert StockLevel.objects.get().quantity == 40


@pytest.mark.django_db(transaction=True)
def test_posting_while_the_order_is_cancelled_does_one_of_the_two(together):
    item = short_product(need=40)
    order = order_of(item)
    who = {"actor": actor_with("pharmacist"), "now": timezone.now()}
    started = receiving_start(order_id=order.pk, **who)
    scan(started, who, Scan(product_id=item, quantity=40))
    results = together(
        [
            partial(receiving_post, receiving_id=started.pk, leave=NO_LEAVE, **who),
            partial(order_cancel, order_id=order.pk, reason="x", **who),
        ]
    )
    names = [type(result).__name__ for result in results]
    order.refresh_from_db()
    assert names in (
        ["GoodsReceipt", "OrderStateRefused"],
        ["OrderStateRefused", "PurchaseOrder"],
    )
    assert order.state == ("received" if names[0] == "GoodsReceipt" else "cancelled")
    assert StockLevel.objects.exists() is (order.state == "received")


# --- Queries ---


def test_scans_and_posting_cost_as_many_queries_for_many_lines_as_for_one(who):
    counts = []
    for size in (1, 100):
        products = [short_product(need=10) for _ in range(size)]
        order = order_of(*products, supplier=SupplierFactory())
        started = receiving_start(order_id=order.pk, **who)
        scans = [
            Scan(code=datamatrix(gtin_of(product), batch="A", expiry=in_days(700), serial="1"))
            for product in products
        ]
        with CaptureQueriesContext(connection) as scanning:
            scan(started, who, *scans)
        with CaptureQueriesContext(connection) as reading:
            receiving_by_id(started.pk)
        with CaptureQueriesContext(connection) as posting:
            receiving_post(receiving_id=started.pk, leave=NO_LEAVE, **who)
        counts.append((len(scanning), len(reading), len(posting)))
    assert counts[0] == counts[1]


def test_one_more_scan_costs_as_many_queries_after_a_hundred_lines_as_after_one(who):
    counts = []
    for size in (1, 100):
        products = [short_product(need=10) for _ in range(size)]
        order = order_of(*products, supplier=SupplierFactory())
        started = receiving_start(order_id=order.pk, **who)
        scan(started, who, *[Scan(product_id=product) for product in products])
        assert started.lines.count() == size
        code = datamatrix(gtin_of(products[0]), batch="B", expiry=in_days(700), serial="9")
        with CaptureQueriesContext(connection) as scanning:
            scan(started, who, Scan(code=code))
        counts.append(len(scanning))
    assert counts[0] == counts[1]
