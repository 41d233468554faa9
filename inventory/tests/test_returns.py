"""Goods that come back, go back, are repacked; and documents undone by rows that name theirs."""

from decimal import Decimal

import pytest
from django.utils import timezone

from capital.public import SystemAccount, capital_summary, party_balance
from core.audit import SYSTEM
from inventory.errors import (
    DuplicateStockEffect,
    InsufficientStock,
    InvalidRepack,
    MovementNotFound,
    ReturnExceeded,
    ReversalRefused,
    StockReserved,
)
from inventory.models import Batch, StockDocument, StockLevel, StockMovement
from inventory.records import (
    AdjustmentLine,
    CustomerReturnLine,
    IssueLine,
    RepackLine,
    SupplierReturnLine,
)
from inventory.selectors.reconciliation import differences
from inventory.services.batches import batch_quarantine
from inventory.services.catalogue import product_move
from inventory.services.documents import stock_adjust, stock_issue_by_hand
from inventory.services.repacking import stock_repack
from inventory.services.returns import stock_return_in, stock_return_out
from inventory.services.reversal import document_reverse, stock_reverse
from inventory.tests.stock import (
    available,
    everything,
    in_days,
    issue,
    on_hand,
    place,
    product,
    receive,
    reserve,
)

pytestmark = pytest.mark.django_db


def bring_back(movement_id, quantity, *, source="R-1", location_id=None):
    return stock_return_in(
        actor=SYSTEM,
        now=timezone.now(),
        source_type="tests.return",
        source_id=source,
        lines=[
            CustomerReturnLine(
                line=0, movement_id=movement_id, quantity=quantity, location_id=location_id
            )
        ],
    )


def send_back(batch_id, quantity, credit, *, source="D-1", movement_id=None):
    return stock_return_out(
        actor=SYSTEM,
        now=timezone.now(),
        source_type="tests.debit_note",
        source_id=source,
        lines=[
            SupplierReturnLine(
                line=0,
                batch_id=batch_id,
                quantity=quantity,
                credit=Decimal(credit),
                movement_id=movement_id,
            )
        ],
        party_type="purchases.supplier",
        party_id="1",
    )


def balance(account):
    """What stands on the account's own side of lines without a party."""
    return party_balance(account, party_type="", party_id="")


def repack(batch_id, quantity, to_product, to_quantity, *, number="NEW", days=90):
    return stock_repack(
        actor=SYSTEM,
        now=timezone.now(),
        lines=[
            RepackLine(
                line=0,
                batch_id=batch_id,
                quantity=quantity,
                to_product_id=to_product,
                to_quantity=to_quantity,
                to_batch_number=number,
                to_expiry_date=in_days(days),
            )
        ],
    )


def test_goods_come_back_to_their_batch_at_the_cost_they_left_at():
    item = product()
    receive((item, "A", in_days(90), 10, 1000))
    (sold,) = issue((item, 3))
    receive((item, "A", in_days(90), 10, 3000))  # the batch costs more by now
    (back,) = bring_back(sold.movement_id, 2)
    assert (back.batch_id, back.quantity, back.cost) == (sold.batch_id, 2, 200)
    assert capital_summary().stock_at_cost == 3900
    assert StockMovement.objects.get(pk=back.movement_id).returns_id == sold.movement_id
    assert differences() == []


def test_parts_that_come_back_add_up_to_the_cost_that_left():
    item = product()
    receive((item, "A", in_days(90), 3, 10))
    (sold,) = issue((item, 3))
    costs = [bring_back(sold.movement_id, 1, source=f"R-{n}")[0].cost for n in range(3)]
    assert sum(costs) == Decimal(10)
    assert (StockLevel.objects.get().quantity, StockLevel.objects.get().value) == (3, 10)


def test_returned_goods_may_be_put_into_quarantine():
    item, aside = product(), place("quarantine")
    receive((item, "A", in_days(90), 5, 50))
    (sold,) = issue((item, 5))
    bring_back(sold.movement_id, 5, location_id=aside)
    assert (on_hand(item), available(item)) == (5, 0)


def test_no_more_comes_back_than_went_and_only_from_a_sale():
    item = product()
    (came,) = receive((item, "A", in_days(90), 5, 50))
    (sold,) = issue((item, 3))
    bring_back(sold.movement_id, 2)
    before = everything()
    with pytest.raises(ReturnExceeded):
        bring_back(sold.movement_id, 2, source="R-2")
    with pytest.raises(DuplicateStockEffect):
        bring_back(sold.movement_id, 1)
    with pytest.raises(MovementNotFound):
        bring_back(came.movement_id, 1, source="R-3")
    assert everything() == before


@pytest.mark.parametrize(("credit", "difference"), [(300, 0), (250, 50), (340, -40), (0, 300)])
def test_what_the_supplier_does_not_give_for_goods_is_a_price_difference(credit, difference):
    item = product()
    (came,) = receive((item, "A", in_days(90), 10, 1000))
    send_back(came.batch_id, 3, credit, movement_id=came.movement_id)
    assert capital_summary().stock_at_cost == 700
    assert balance(SystemAccount.PURCHASE_PRICE_DIFFERENCE) == difference
    owed = party_balance(SystemAccount.PAYABLES, party_type="purchases.supplier", party_id="1")
    assert abs(owed) == 1000 - credit
    assert differences() == []


def test_expired_goods_go_back_too_but_not_more_than_came_nor_what_is_promised():
    item = product()
    (came,) = receive((item, "A", in_days(90), 10, 1000))
    reserve((item, 8))
    before = everything()
    with pytest.raises(StockReserved):
        send_back(came.batch_id, 3, 300)
    with pytest.raises(InsufficientStock):
        send_back(came.batch_id, 11, 300)
    with pytest.raises(ReturnExceeded):
        send_back(came.batch_id, 11, 300, movement_id=came.movement_id)
    (other,) = receive((product(), "B", in_days(90), 20, 100))
    with pytest.raises(MovementNotFound):
        send_back(came.batch_id, 1, 1, movement_id=other.movement_id)
    assert everything()[6:8] == before[6:8]
    Batch.objects.filter(pk=came.batch_id).update(expiry_date=in_days(-1))
    send_back(came.batch_id, 10, 300)
    assert on_hand(item) == 0


def test_a_box_becomes_strips_of_exactly_its_worth():
    box, strip = product(), product()
    (came,) = receive((box, "A", in_days(90), 3, 10))
    repack(came.batch_id, 1, strip, 3)
    repack(came.batch_id, 2, strip, 6)
    assert (on_hand(box), on_hand(strip)) == (0, 9)
    level = StockLevel.objects.get(batch__product_id=strip)
    assert (level.quantity, level.value) == (9, 10)
    assert capital_summary().stock_at_cost == 10
    assert differences() == []


def test_a_label_is_corrected_but_makes_nothing_keep_longer_nor_washes_a_recall_off():
    item = product()
    (came,) = receive((item, "A", in_days(90), 10, 100))
    repack(came.batch_id, 4, item, 4, number="B", days=60)
    assert StockLevel.objects.get(batch__number="B").value == 40
    before = everything()
    with pytest.raises(InvalidRepack):
        repack(came.batch_id, 1, item, 1, number="C", days=91)
    with pytest.raises(InvalidRepack):
        repack(came.batch_id, 1, item, 1, number="A", days=90)
    assert everything() == before
    batch_quarantine(actor=SYSTEM, now=timezone.now(), batch_id=came.batch_id, reason="Smells")
    with pytest.raises(InvalidRepack):
        repack(came.batch_id, 1, item, 1, number="D", days=10)


def test_reserved_units_are_not_repacked_into_something_else():
    box, strip = product(), product()
    (came,) = receive((box, "A", in_days(90), 3, 10))
    reserve((box, 2))
    before = everything()
    with pytest.raises(StockReserved):
        repack(came.batch_id, 2, strip, 6)
    assert everything() == before


def given_away(item, quantity):
    return stock_issue_by_hand(
        actor=SYSTEM,
        now=timezone.now(),
        reason="donation",
        lines=[IssueLine(line=0, product_id=item, quantity=quantity)],
    )


def undo(document_id):
    return document_reverse(
        actor=SYSTEM, now=timezone.now(), document_id=document_id, reason="Typed twice"
    )


def test_undoing_a_document_mirrors_its_rows_and_money_and_names_them():
    item = product()
    receive((item, "A", in_days(30), 3, 10), (item, "B", in_days(90), 5, 77))
    balances = capital_summary()
    document_id = given_away(item, 5)
    new_id = undo(document_id)
    new, old = (StockDocument.objects.get(pk=pk) for pk in (new_id, document_id))
    assert (new.reverses_id, new.value) == (old.pk, -old.value)
    rows = StockMovement.objects.filter(source_id=str(new_id)).order_by("pk")
    assert [(row.quantity, row.value) for row in rows] == [
        (-row.reverses.quantity, -row.reverses.value) for row in rows
    ]
    assert capital_summary() == balances
    assert balance(SystemAccount.EXPENSES) == 0
    assert differences() == []


def test_a_document_is_undone_once_and_its_undoing_never():
    item = product()
    receive((item, "A", in_days(30), 3, 10))
    document_id = given_away(item, 2)
    new_id = undo(document_id)
    before = everything()
    for pk in (document_id, new_id):
        with pytest.raises(ReversalRefused):
            undo(pk)
    assert everything() == before


def test_nothing_comes_back_of_a_product_that_has_ended():
    item = product()
    receive((item, "A", in_days(30), 3, 10))
    document_id = given_away(item, 3)

    def go(to):
        product_move(actor=SYSTEM, now=timezone.now(), product_id=item, to=to)

    go("phase_out")
    go("discontinued")
    before = everything()
    with pytest.raises(ReversalRefused):
        undo(document_id)
    assert everything() == before
    go("active")
    undo(document_id)
    assert on_hand(item) == 3


def test_a_receipt_whose_goods_have_gone_on_is_not_undone():
    item = product()
    receive((item, "A", in_days(30), 3, 10), source="GRN-1")
    issue((item, 1))
    before = everything()
    with pytest.raises(ReversalRefused):
        stock_reverse(
            actor=SYSTEM,
            now=timezone.now(),
            source_type="tests.undo",
            source_id="1",
            undoes=("tests.receipt", "GRN-1"),
            reason="Wrong supplier",
        )
    assert everything() == before


def test_a_receipt_is_undone_with_what_is_owed_for_it():
    item = product()
    receive((item, "A", in_days(30), 3, 10), source="GRN-1")
    receive((item, "A", in_days(30), 3, 10), source="GRN-2")
    stock_reverse(
        actor=SYSTEM,
        now=timezone.now(),
        source_type="tests.undo",
        source_id="1",
        undoes=("tests.receipt", "GRN-1"),
        reason="Wrong supplier",
    )
    assert (on_hand(item), capital_summary().payables) == (3, 10)
    assert differences() == []


def test_an_adjustment_is_undone():
    item = product()
    (came,) = receive((item, "A", in_days(30), 3, 10))
    document_id = stock_adjust(
        actor=SYSTEM,
        now=timezone.now(),
        reason="theft",
        lines=[AdjustmentLine(line=0, batch_id=came.batch_id, quantity=-3)],
    )
    undo(document_id)
    assert (StockLevel.objects.get().quantity, StockLevel.objects.get().value) == (3, 10)
    assert balance(SystemAccount.INVENTORY_LOSS) == 0
