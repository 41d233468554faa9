"""Returns to suppliers: stock, money, deadlines, the calendar and the credit that comes back."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from capital.public import SystemAccount, balances_check
from core.models import local_date
from inventory.public import InsufficientStock
from purchases.errors import (
    ReasonRequired,
    ReturnPolicyNotFound,
    ReturnPolicyTaken,
    SupplierReturnInvalid,
    SupplierReturnNotFound,
    SupplierReturnStateRefused,
)
from purchases.models import ReturnPolicy, ReturnState, SupplierReturn
from purchases.return_windows import add_months
from purchases.selectors.returnable import returnables
from purchases.selectors.supplier_account import supplier_account
from purchases.services.invoices.credit_notes import (
    credit_note_reverse,
)
from purchases.services.receipts.deliveries import Batch
from purchases.services.returns.policies import (
    return_policy_create,
    return_policy_delete,
    return_policy_update,
)
from purchases.services.returns.returns import (
    return_approve,
    return_cancel,
    return_close,
    return_create,
    return_dispatch,
    return_update,
)
from purchases.states import RETURN_TRANSITIONS, ReturnAction
from purchases.tests.factories import SupplierFactory, actor_with
from purchases.tests.invoicing import balance_of, line_of, owed_to, posted, received, sold
from purchases.tests.lower import StockLevel
from purchases.tests.returning import approved, credit, dispatched, drafted, going_back
from purchases.tests.snapshots import everything

pytestmark = pytest.mark.django_db
PPD = SystemAccount.PURCHASE_PRICE_DIFFERENCE


def books_are_exact(supplier):
    assert balances_check() == []
    call_command("reconcile")
    account = supplier_account(supplier.pk, as_of=local_date(timezone.now()))
    assert account.other == 0
    assert account.balance == owed_to(supplier)


def test_a_return_is_as_documented(accountant, pharmacist, now):
    """The worked example of docs/flows/supplier-returns.md."""
    receipt = received(need=7, price=100, deal="1+6")
    supplier = receipt.order.supplier
    line = line_of(receipt, quantity=6, free_quantity=1, amount=Decimal(660))
    posted(receipt, line)
    assert owed_to(supplier) == 660
    return_policy_create(
        actor=pharmacist, now=now, supplier_id=supplier.pk, credit_percent=Decimal(90)
    )
    returned = dispatched(receipt, 2)
    goods = returned.lines.get()
    # Two of seven units, free ones among them, cost 660 x 2/7; 90 % of it is to be credited.
    assert (goods.cost, goods.expected_credit) == (Decimal("188.57"), Decimal("169.71"))
    assert owed_to(supplier) == Decimal("490.29")
    assert balance_of(PPD) == Decimal("18.86")
    assert StockLevel.objects.get(batch=goods.batch).value == Decimal("471.43")
    account = supplier_account(supplier.pk, as_of=local_date(now))
    assert account.expected_credits == Decimal("169.71")
    books_are_exact(supplier)

    note = credit(returned, "160.00")
    returned.refresh_from_db()
    assert (returned.state, returned.credited) == ("credited", 160)
    assert note.difference == Decimal("-9.71")
    assert owed_to(supplier) == 500
    assert balance_of(PPD) == Decimal("28.57")
    books_are_exact(supplier)


def test_goods_returned_in_parts_are_credited_what_was_paid_exactly(now):
    receipt = received(need=7, price=100, deal="1+6")
    parts = [drafted(receipt, units).expected_credit for units in (1, 2, 1, 3)]
    assert sum(parts) == receipt.total == 600
    assert parts[0] == Decimal("85.71")


def test_more_than_came_or_is_there_does_not_go_back(buyer, pharmacist, now):
    receipt = received(need=10, price=100)
    product = receipt.lines.get().product_id
    drafted(receipt, 7)
    before = everything()
    for line, field, code in (
        (going_back(receipt, 4), "lines.0.quantity", "more_than_came"),
        (going_back(receipt, 11), "lines.0.quantity", "more_than_there"),
        (going_back(receipt, 1, receipt_line_id=10**9), "lines.0.receipt_line_id", "unknown"),
        (going_back(receipt, 1, receipt_line_id=None), "lines.0.batch_id", "unknown"),
        (
            going_back(receipt, 1, receipt_line_id=None, batch_id=receipt.lines.get().batch_id),
            "lines.0.expected_credit",
            "required",
        ),
    ):
        with pytest.raises(SupplierReturnInvalid) as refusal:
            return_create(actor=buyer, now=now, supplier_id=receipt.order.supplier_id, lines=[line])
        assert [(p.field, p.code) for p in refusal.value.errors] == [(field, code)]
    assert everything() == before
    sold(product, 6, pharmacist)
    later = SupplierReturn.objects.get()
    return_approve(actor=pharmacist, now=now, return_id=later.pk)
    before = everything()
    with pytest.raises(InsufficientStock):
        return_dispatch(actor=buyer, now=now, return_id=later.pk)
    assert everything() == before


def test_a_foreign_receipt_is_unknown(buyer, now):
    mine, foreign = received(need=10, price=100), received(need=10, price=100)
    with pytest.raises(SupplierReturnInvalid):
        return_create(
            actor=buyer,
            now=now,
            supplier_id=mine.order.supplier_id,
            lines=[going_back(foreign, 1)],
        )


def test_outside_the_window_a_reason_is_needed(pharmacist, now):
    receipt = received(need=10, price=100)
    policy = return_policy_create(
        actor=pharmacist,
        now=now,
        supplier_id=receipt.order.supplier_id,
        reason="overstock",
        accepted=False,
    )
    returned = drafted(receipt)
    assert returned.lines.get().outside_window
    before = everything()
    with pytest.raises(ReasonRequired) as refusal:
        return_approve(actor=pharmacist, now=now, return_id=returned.pk, reason=" ")
    assert [(p.field, p.code) for p in refusal.value.errors] == [("lines.0", "outside_window")]
    assert everything() == before
    assert returned.expected_credit == 0
    return_policy_update(
        actor=pharmacist, now=now, policy_id=policy.pk, accepted=True, days_after_receipt=30
    )
    line = drafted(receipt).lines.get()
    assert not line.outside_window
    assert line.last_day == local_date(now) + timedelta(days=30)


def test_a_day_at_the_pharmacy_begins_before_that_of_greenwich(settings, pharmacist):
    """Received at 22:30 UTC it is the next day already: 30 days later ends a day later."""
    settings.PHARMACY_TIME_ZONE = "Asia/Damascus"
    moment = datetime(2028, 1, 30, 22, 30, tzinfo=UTC)
    receipt = received(need=10, price=100, now=moment)
    return_policy_create(actor=pharmacist, now=moment, days_after_receipt=30)
    line = drafted(receipt, now=moment).lines.get()
    assert line.last_day == date(2028, 3, 1)
    (row,) = returnables(today=date(2028, 3, 1))
    assert (row.last_day, row.days_left) == (date(2028, 3, 1), 0)
    assert returnables(today=date(2028, 3, 2)) == []


def test_the_calendar_leads_from_the_batch_to_the_invoice(pharmacist, now):
    today = local_date(now)
    supplier = SupplierFactory()
    expiry = add_months(today, 8)
    receipt = received(
        Batch(quantity=7, batch_number="A7", expiry_date=expiry),
        supplier=supplier,
        need=7,
        price=100,
        deal="1+6",
    )
    invoice = posted(receipt, line_of(receipt, quantity=6, free_quantity=1, amount=Decimal(630)))
    other = received(Batch(quantity=5, batch_number="B", expiry_date=expiry), need=5, price=10)
    product = receipt.lines.get().product_id
    sold(product, 3, pharmacist)
    return_policy_create(
        actor=pharmacist,
        now=now,
        supplier_id=supplier.pk,
        reason="near_expiry",
        earliest_months_before_expiry=6,
        latest_months_before_expiry=3,
    )
    for reason in ("expired", "overstock"):
        return_policy_create(
            actor=pharmacist, now=now, supplier_id=supplier.pk, reason=reason, accepted=False
        )
    last = add_months(expiry, -3)
    assert returnables(today=today, until=last - timedelta(days=1)) == []
    (row,) = returnables(today=today, until=last)
    assert (row.batch.number, row.receipt_line.receipt, row.invoices) == ("A7", receipt, (invoice,))
    assert (row.quantity, row.paid, row.value) == (4, 630, 360)
    assert (row.last_day, row.days_left) == (last, (last - today).days)
    assert [(each.reason, each.window.first_day) for each in row.windows] == [
        ("near_expiry", add_months(expiry, -6))
    ]
    # Without a policy there is no end: listed last, and not where an end is asked for.
    rows = returnables(today=today)
    assert [found.receipt_line.receipt for found in rows] == [receipt, other]
    assert rows[1].last_day is None
    assert returnables(today=today, supplier_id=other.order.supplier_id)[0].value == 50
    assert returnables(today=last + timedelta(days=1), supplier_id=supplier.pk) == []


def test_what_is_there_is_of_the_latest_receipts_and_drafts_are_spoken_for(pharmacist, now):
    supplier = SupplierFactory()
    batch = Batch(quantity=10, batch_number="A", expiry_date=local_date(now) + timedelta(days=900))
    first = received(batch, supplier=supplier, need=10, price=100)
    goods = first.lines.get()
    assert [row.quantity for row in returnables(today=local_date(now))] == [10]
    sold(goods.product_id, 4, pharmacist)
    drafted(first, 5)
    (row,) = returnables(today=local_date(now))
    assert (row.quantity, row.value) == (1, 100)


def test_a_credit_in_two_parts_and_what_is_taken_back(accountant, now):
    receipt = received(need=10, price=100)
    supplier = receipt.order.supplier
    returned = dispatched(receipt, 10)
    assert owed_to(supplier) == 0
    first = credit(returned, 400, "C-1", final=False)
    returned.refresh_from_db()
    assert (returned.state, first.difference, owed_to(supplier)) == ("dispatched", 0, 0)
    second = credit(returned, 500, "C-2", tax=Decimal(20))
    returned.refresh_from_db()
    # 480 of 600 still expected: 120 are lost; the tax of 20 is no longer owed either.
    assert (returned.state, second.difference, owed_to(supplier)) == ("credited", -120, 100)
    books_are_exact(supplier)
    credit_note_reverse(actor=accountant, now=now, note_id=first.pk, reason="Wrong")
    returned.refresh_from_db()
    assert (returned.state, returned.credited) == ("dispatched", 480)
    again = credit(returned, 400, "C-1")
    assert (again.difference, owed_to(supplier)) == (0, 100)
    books_are_exact(supplier)


def test_more_credit_than_expected_is_a_gain(now):
    receipt = received(need=10, price=100)
    returned = dispatched(receipt, 10)
    note = credit(returned, 1100)
    assert (note.difference, balance_of(PPD)) == (100, -100)
    assert owed_to(receipt.order.supplier) == -100
    books_are_exact(receipt.order.supplier)


def test_closing_without_credit_owes_the_rest_again(pharmacist, now):
    receipt = received(need=10, price=100)
    supplier = receipt.order.supplier
    returned = dispatched(receipt, 10)
    credit(returned, 300, final=False)
    closed = return_close(
        actor=pharmacist, now=now, return_id=returned.pk, reason="They refuse the rest"
    )
    assert closed.state == "closed"
    assert (owed_to(supplier), balance_of(PPD)) == (700, 700)
    books_are_exact(supplier)


def test_a_dispatched_return_that_is_cancelled_is_back_on_the_shelf(buyer, now):
    receipt = received(need=10, price=100)
    returned = dispatched(receipt, 10)
    assert returned.lines.get().cost == 1000
    cancelled = return_cancel(
        actor=buyer, now=now, return_id=returned.pk, reason="The driver brought it back"
    )
    assert (cancelled.state, cancelled.lines.get().cost) == ("cancelled", None)
    assert owed_to(receipt.order.supplier) == 1000
    assert StockLevel.objects.get().value == 1000
    books_are_exact(receipt.order.supplier)
    assert drafted(receipt, 10).expected_credit == 1000


def test_a_credited_part_keeps_a_return_from_being_cancelled(buyer, now):
    returned = dispatched(received(need=10, price=100), 10)
    credit(returned, 300, final=False)
    before = everything()
    with pytest.raises(SupplierReturnStateRefused):
        return_cancel(actor=buyer, now=now, return_id=returned.pk, reason="x")
    assert everything() == before


ACTIONS = {
    ReturnAction.EDIT: lambda pk, receipt: return_update(
        actor=actor_with("purchasing"),
        now=timezone.now(),
        return_id=pk,
        lines=[going_back(receipt, 1)],
    ),
    ReturnAction.APPROVE: lambda pk, receipt: return_approve(
        actor=actor_with("pharmacist"), now=timezone.now(), return_id=pk
    ),
    ReturnAction.DISPATCH: lambda pk, receipt: return_dispatch(
        actor=actor_with("purchasing"), now=timezone.now(), return_id=pk
    ),
    ReturnAction.CLOSE: lambda pk, receipt: return_close(
        actor=actor_with("pharmacist"), now=timezone.now(), return_id=pk, reason="No"
    ),
    ReturnAction.CANCEL: lambda pk, receipt: return_cancel(
        actor=actor_with("purchasing"), now=timezone.now(), return_id=pk, reason="No"
    ),
}


def in_state(state, receipt):
    if state == "draft":
        return drafted(receipt)
    if state == "approved":
        return approved(receipt)
    if state == "cancelled":
        return ACTIONS[ReturnAction.CANCEL](drafted(receipt).pk, receipt)
    found = dispatched(receipt)
    if state == "credited":
        credit(found, 400)
    if state == "closed":
        return ACTIONS[ReturnAction.CLOSE](found.pk, receipt)
    return SupplierReturn.objects.get(pk=found.pk)


@pytest.mark.parametrize("state", ReturnState.values)
@pytest.mark.parametrize("action", ACTIONS)
def test_only_what_the_table_says_can_be_done(state, action):
    receipt = received(need=10, price=100)
    returned = in_state(state, receipt)
    assert returned.state == state
    target = RETURN_TRANSITIONS.get((state, action))
    if target is not None:
        assert ACTIONS[action](returned.pk, receipt).state == target
        return
    rows = list(SupplierReturn.objects.values()), list(StockLevel.objects.values())
    with pytest.raises(SupplierReturnStateRefused):
        ACTIONS[action](returned.pk, receipt)
    assert (list(SupplierReturn.objects.values()), list(StockLevel.objects.values())) == rows


@pytest.mark.parametrize("state", [s for s in ReturnState.values if s != "dispatched"])
def test_only_a_dispatched_return_is_credited(state):
    returned = in_state(state, received(need=10, price=100))
    with pytest.raises(SupplierReturnStateRefused):
        credit(returned, 10, "C-9")


@pytest.mark.parametrize("action", ACTIONS)
def test_an_unknown_return_is_not_found(action):
    with pytest.raises(SupplierReturnNotFound):
        ACTIONS[action](10**9, received(need=1, price=1))


def test_policies_are_kept_once_per_supplier_and_reason(pharmacist, now):
    create = partial(return_policy_create, actor=pharmacist, now=now)
    default = create(days_after_receipt=30)
    supplier = SupplierFactory()
    mine = create(supplier_id=supplier.pk, reason="expired", latest_months_after_expiry=6)
    before = everything()
    with pytest.raises(ReturnPolicyTaken):
        create()
    with pytest.raises(ReturnPolicyTaken):
        create(supplier_id=supplier.pk, reason="expired")
    with pytest.raises(SupplierReturnInvalid):
        return_policy_update(
            actor=pharmacist, now=now, policy_id=mine.pk, latest_months_before_expiry=1
        )
    assert everything() == before
    return_policy_delete(actor=pharmacist, now=now, policy_id=default.pk)
    with pytest.raises(ReturnPolicyNotFound):
        return_policy_delete(actor=pharmacist, now=now, policy_id=default.pk)
    assert ReturnPolicy.objects.get() == mine


def test_the_work_does_not_grow_with_lines(pharmacist, buyer, now):
    def queries(count):
        supplier = SupplierFactory()
        receipts = [received(supplier=supplier, need=10, price=100) for _ in range(count)]
        lines = [going_back(receipt, 1) for receipt in receipts]
        found = []
        with CaptureQueriesContext(connection) as caught:
            made = return_create(actor=buyer, now=now, supplier_id=supplier.pk, lines=lines)
        found.append(len(caught))
        with CaptureQueriesContext(connection) as caught:
            return_approve(actor=pharmacist, now=now, return_id=made.pk)
        found.append(len(caught))
        with CaptureQueriesContext(connection) as caught:
            return_dispatch(actor=buyer, now=now, return_id=made.pk)
        found.append(len(caught))
        with CaptureQueriesContext(connection) as caught:
            assert returnables(today=local_date(now))
        found.append(len(caught))
        return found

    assert queries(1) == queries(12)
