"""Payments, credit notes and what they settle; the account, the statement and ageing agree."""

from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from capital.public import (
    PaymentExceedsPayable,
    SystemAccount,
    balances_check,
    operation_reverse,
    supplier_payment_record,
)
from core.models import local_date
from purchases.errors import (
    CreditNoteAllocated,
    CreditNoteInvalid,
    CreditNoteNumberTaken,
    InvoiceSettled,
    NothingToSettle,
    SettlementNotFound,
    SettlementRefused,
    SettlementUndone,
    SupplierPaymentReversed,
)
from purchases.models import Settlement, SupplierInvoice, SupplierPayment
from purchases.selectors.ageing import due_ageing
from purchases.selectors.statement import statement
from purchases.selectors.supplier_account import supplier_account, supplier_exposure
from purchases.services.invoices.credit_notes import (
    credit_note_allocate,
    credit_note_reverse,
)
from purchases.services.invoices.posting import invoice_reverse
from purchases.services.payments.payments import (
    payment_allocate,
    payment_make,
    payment_reverse,
)
from purchases.services.payments.plan import OpenInvoice, plan_oldest_first
from purchases.services.payments.settlements import settlement_undo
from purchases.tests.factories import SupplierFactory, actor_with, placed_order
from purchases.tests.invoicing import (
    DISPUTE,
    balance_of,
    line_of,
    note_entered,
    owed_to,
    posted,
    received,
)
from purchases.tests.snapshots import everything

pytestmark = pytest.mark.django_db
PPD = SystemAccount.PURCHASE_PRICE_DIFFERENCE


@pytest.fixture
def pay(accountant, now):
    return partial(payment_make, actor=accountant, now=now, account="cash")


def open_amounts(supplier):
    rows = SupplierInvoice.objects.filter(supplier=supplier).order_by("pk")
    return [invoice.open_amount for invoice in rows]


def account_explains_itself(supplier, day):
    """The ledger's balance is what the documents say, and the statement ends at it."""
    account = supplier_account(supplier.pk, as_of=day)
    assert account.other == 0
    assert account.balance == owed_to(supplier)
    assert statement(supplier.pk, as_of=day).closing == account.balance
    rows = due_ageing(as_of=day, supplier_id=supplier.pk).rows
    assert sum((row.balance for row in rows), Decimal(0)) == account.balance
    for row in rows:
        assert row.not_due + row.overdue + row.not_invoiced - row.unapplied == row.balance


def books_are_exact():
    assert balances_check() == []
    call_command("reconcile")


def test_a_payment_settles_the_oldest_due_first(pay, now):
    supplier = SupplierFactory(payment_days=30)
    first = received(supplier=supplier, need=10, price=100)
    second = received(supplier=supplier, need=10, price=50)
    late = posted(first)
    today = local_date(now)
    early = posted(second, due_date=today)
    payment = pay(supplier_id=supplier.pk, amount=Decimal(700))
    assert payment.allocated == 700
    late.refresh_from_db()
    early.refresh_from_db()
    assert (early.open_amount, early.is_paid, late.open_amount) == (0, True, 800)
    account_explains_itself(supplier, today)
    books_are_exact()


def test_a_payment_settles_the_invoices_named_and_the_rest_stays_free(pay, accountant, now):
    supplier = SupplierFactory()
    _one, two = (posted(received(supplier=supplier, need=10, price=100)) for _ in range(2))
    payment = pay(
        supplier_id=supplier.pk, amount=Decimal(500), invoices={two.pk: Decimal("333.33")}
    )
    assert open_amounts(supplier) == [1000, Decimal("666.67")]
    assert payment.amount - payment.allocated == Decimal("166.67")
    account = supplier_account(supplier.pk, as_of=local_date(now))
    assert (account.open_invoices, account.free_payments) == (
        Decimal("1666.67"),
        Decimal("166.67"),
    )
    payment_allocate(actor=accountant, now=now, payment_id=payment.pk)
    assert open_amounts(supplier) == [Decimal("833.33"), Decimal("666.67")]
    account_explains_itself(supplier, local_date(now))


def test_what_cannot_be_allocated_is_refused_and_nothing_is_paid(pay, now):
    supplier = SupplierFactory()
    invoice = posted(received(supplier=supplier, need=10, price=100))
    foreign = posted(received(need=10, price=100))
    before = everything()
    for named, code in (
        ({invoice.pk: Decimal("1000.01")}, "beyond_open"),
        ({invoice.pk: Decimal(0)}, "beyond_open"),
        ({foreign.pk: Decimal(1)}, "not_open"),
        ({invoice.pk: Decimal(600)}, "beyond_available"),
    ):
        with pytest.raises(SettlementRefused) as refusal:
            pay(supplier_id=supplier.pk, amount=Decimal(500), invoices=named)
        assert refusal.value.errors[0].code == code
    with pytest.raises(PaymentExceedsPayable):
        pay(supplier_id=supplier.pk, amount=Decimal("1000.01"))
    assert everything() == before


def test_paying_early_earns_the_discount_of_the_terms(pay, now):
    supplier = SupplierFactory(
        payment_days=30, early_payment_days=10, early_payment_percent=Decimal(2)
    )
    receipt = received(supplier=supplier, need=10, price=100)
    invoice = posted(receipt)
    pay(supplier_id=supplier.pk, amount=Decimal(980))
    invoice.refresh_from_db()
    assert (invoice.settled, invoice.is_paid) == (1000, True)
    assert owed_to(supplier) == 0
    assert balance_of(PPD) == -20
    account_explains_itself(supplier, local_date(now))
    books_are_exact()


@pytest.mark.parametrize(("age", "discount"), [(0, 20), (10, 20), (11, 0)])
def test_the_discount_ends_with_its_day(age, discount, pay, now):
    supplier = SupplierFactory(
        payment_days=30, early_payment_days=10, early_payment_percent=Decimal(2)
    )
    day = local_date(now) - timedelta(days=age)
    posted(received(supplier=supplier, need=10, price=100), invoice_date=day)
    pay(supplier_id=supplier.pk, amount=Decimal(980))
    assert open_amounts(supplier) == [0 if discount else 20]
    assert balance_of(PPD) == -discount


def test_undoing_a_payments_settlement_takes_its_discount_back(pay, accountant, now):
    supplier = SupplierFactory(
        payment_days=30, early_payment_days=10, early_payment_percent=Decimal(2)
    )
    invoice = posted(received(supplier=supplier, need=10, price=100))
    payment = pay(supplier_id=supplier.pk, amount=Decimal(980))
    row = payment.settlements.get(kind="payment")
    undo = partial(settlement_undo, actor=accountant, now=now)
    undo(settlement_id=row.pk)
    invoice.refresh_from_db()
    payment.refresh_from_db()
    assert (invoice.open_amount, payment.allocated) == (1000, 0)
    assert owed_to(supplier) == 20
    assert balance_of(PPD) == 0
    before = everything()
    with pytest.raises(SettlementUndone):
        undo(settlement_id=row.pk)
    with pytest.raises(SettlementUndone):
        undo(settlement_id=row.reversed_by.pk)
    with pytest.raises(SettlementNotFound):
        undo(settlement_id=10**9)
    assert everything() == before
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Settlement.objects.update(amount=1)
    account_explains_itself(supplier, local_date(now))
    books_are_exact()


def test_a_payment_that_is_reversed_opens_its_invoices_wherever_that_is_done(pay, accountant, now):
    supplier = SupplierFactory()
    invoice = posted(received(supplier=supplier, need=10, price=100))
    first = pay(supplier_id=supplier.pk, amount=Decimal(400))
    reversed_ = payment_reverse(
        actor=accountant, now=now, payment_id=first.pk, reason="Cheque came back"
    )
    assert (reversed_.allocated, reversed_.reversed_at) == (0, now)
    second = pay(supplier_id=supplier.pk, amount=Decimal(400))
    operation_reverse(actor=accountant, now=now, entry_id=second.entry_id, reason="Again")
    invoice.refresh_from_db()
    assert invoice.open_amount == 1000
    assert owed_to(supplier) == 1000
    with pytest.raises(SupplierPaymentReversed):
        payment_allocate(actor=accountant, now=now, payment_id=second.pk)
    with pytest.raises(SupplierPaymentReversed):
        payment_reverse(actor=accountant, now=now, payment_id=second.pk, reason="x")
    account_explains_itself(supplier, local_date(now))


def test_payments_recorded_in_capital_can_be_allocated(accountant, now):
    supplier = SupplierFactory()
    posted(received(supplier=supplier, need=10, price=100))
    supplier_payment_record(
        actor=accountant, now=now, supplier_id=supplier.pk, amount=Decimal(250), account="cash"
    )
    payment = SupplierPayment.objects.get()
    payment_allocate(actor=accountant, now=now, payment_id=payment.pk)
    assert open_amounts(supplier) == [750]


def test_where_there_is_nothing_to_settle_allocating_says_so(pay, accountant, now):
    supplier = SupplierFactory()
    posted(received(supplier=supplier, need=10, price=100))
    spent = pay(supplier_id=supplier.pk, amount=Decimal(400))
    rest = pay(supplier_id=supplier.pk, amount=Decimal(600), allocate=False)
    before = everything()
    with pytest.raises(NothingToSettle, match="has been allocated"):
        payment_allocate(actor=accountant, now=now, payment_id=spent.pk)
    assert everything() == before
    payment_allocate(actor=accountant, now=now, payment_id=rest.pk)
    received(supplier=supplier, need=10, price=100)  # owed, and not invoiced yet
    early = pay(supplier_id=supplier.pk, amount=Decimal(50))
    before = everything()
    with pytest.raises(NothingToSettle, match="No posted invoice"):
        payment_allocate(actor=accountant, now=now, payment_id=early.pk)
    assert everything() == before


def test_a_settled_invoice_is_not_reversed(pay, accountant, now):
    supplier = SupplierFactory()
    invoice = posted(received(supplier=supplier, need=10, price=100))
    pay(supplier_id=supplier.pk, amount=Decimal(1))
    before = everything()
    with pytest.raises(InvoiceSettled):
        invoice_reverse(actor=accountant, now=now, invoice_id=invoice.pk, reason="x")
    assert everything() == before


def test_a_credit_note_answers_a_dispute_without_moving_money(accountant, now):
    supplier = SupplierFactory()
    receipt = received(supplier=supplier, need=10, price=100)
    invoice = posted(receipt, line_of(receipt, amount=Decimal(1100)), resolve=DISPUTE)
    note = note_entered(supplier, 130, actor=accountant, now=now, invoice_id=invoice.pk)
    invoice.refresh_from_db()
    assert invoice.dispute_settled == 100
    # 30 more than was disputed: that much less is owed.
    assert (note.difference, note.allocatable) == (30, 30)
    assert owed_to(supplier) == 970
    assert balance_of(PPD) == -30
    account_explains_itself(supplier, local_date(now))
    books_are_exact()
    credit_note_reverse(actor=accountant, now=now, note_id=note.pk, reason="Wrong")
    invoice.refresh_from_db()
    assert (invoice.dispute_settled, owed_to(supplier)) == (0, 1000)
    books_are_exact()


def test_a_rebate_lowers_the_debt_and_settles_invoices(accountant, now):
    supplier = SupplierFactory()
    invoice = posted(received(supplier=supplier, need=10, price=100))
    note = note_entered(supplier, 110, actor=accountant, now=now, tax=Decimal(10))
    assert owed_to(supplier) == 890
    assert (balance_of(PPD), balance_of(SystemAccount.TAX_RECEIVABLE)) == (-100, -10)
    credit_note_allocate(actor=accountant, now=now, note_id=note.pk)
    invoice.refresh_from_db()
    assert invoice.open_amount == 890
    before = everything()
    with pytest.raises(CreditNoteAllocated):
        credit_note_reverse(actor=accountant, now=now, note_id=note.pk, reason="x")
    with pytest.raises(CreditNoteNumberTaken):
        note_entered(supplier, 5, "c 1", actor=accountant, now=now)
    assert everything() == before
    settlement_undo(actor=accountant, now=now, settlement_id=note.settlements.get().pk)
    credit_note_reverse(actor=accountant, now=now, note_id=note.pk, reason="Wrong")
    assert owed_to(supplier) == 1000
    account_explains_itself(supplier, local_date(now))
    books_are_exact()


def test_a_credit_note_that_cannot_be_is_refused(accountant, now):
    supplier = SupplierFactory()
    foreign = posted(received(need=10, price=100))
    before = everything()
    for facts, field in (
        ({"amount": 0}, "amount"),
        ({"amount": 5, "tax": Decimal(6)}, "tax"),
        ({"amount": 5, "return_id": 1, "invoice_id": 1}, "invoice_id"),
        ({"amount": 5, "invoice_id": foreign.pk}, "invoice_id"),
    ):
        with pytest.raises(CreditNoteInvalid) as refusal:
            note_entered(supplier, actor=accountant, now=now, **facts)
        assert [problem.field for problem in refusal.value.errors] == [field]
    assert everything() == before


def test_a_statement_tells_every_document_with_the_running_balance(pay, accountant, now):
    supplier = SupplierFactory(
        payment_days=30, early_payment_days=10, early_payment_percent=Decimal(2)
    )
    first = received(supplier=supplier, need=10, price=100)
    agreed = posted(first)
    second = received(supplier=supplier, need=10, price=50)
    dearer = posted(second, line_of(second, amount=Decimal(550)))
    pay(supplier_id=supplier.pk, amount=Decimal(980), invoices={agreed.pk: Decimal(980)})
    note = note_entered(supplier, 50, actor=accountant, now=now)
    today = local_date(now)
    report = statement(supplier.pk, as_of=today)
    [paid] = [line for line in report.lines if line.kind == "supplier_payment"]
    assert paid.document == paid.entry_number
    told = {(line.kind, line.document, line.billed, line.amount) for line in report.lines}
    assert told == {
        ("stock_receipt", first.number, None, 1000),
        ("stock_receipt", second.number, None, 500),
        ("supplier_invoice", f"{agreed.number} ({agreed.supplier_number})", 1000, 0),
        ("supplier_invoice", f"{dearer.number} ({dearer.supplier_number})", 550, 50),
        ("supplier_payment", paid.document, None, -980),
        ("payment_discount", "", None, -20),
        ("credit_note", f"{note.number} (C-1)", -50, -50),
    }
    balance = Decimal(0)
    for line in report.lines:
        balance += line.amount
        assert line.balance == balance
    assert report.closing == owed_to(supplier) == 500
    assert (report.increases, report.decreases) == (1550, 1050)
    tomorrow = today + timedelta(days=1)
    later = statement(supplier.pk, as_of=tomorrow, date_from=tomorrow)
    assert (later.opening, later.lines, later.closing) == (500, (), 500)
    yesterday = statement(supplier.pk, as_of=today - timedelta(days=1))
    assert (yesterday.lines, yesterday.closing) == ((), 0)


def test_ageing_counts_from_the_due_date(now):
    today = local_date(now)
    supplier = SupplierFactory()
    for overdue, price in (
        (-1, 1), (0, 2), (1, 4), (30, 8), (31, 16), (60, 256), (61, 512), (90, 32), (91, 64)
    ):  # fmt: skip
        posted(
            received(supplier=supplier, need=1, price=price),
            invoice_date=today - timedelta(days=200),
            due_date=today - timedelta(days=overdue),
        )
    received(supplier=supplier, need=1, price=128)
    (row,) = due_ageing(as_of=today, supplier_id=supplier.pk).rows
    assert (row.not_due, row.overdue, row.buckets) == (3, 892, (12, 272, 544, 64))
    assert (row.not_invoiced, row.unapplied, row.balance) == (128, 0, 1023)
    account_explains_itself(supplier, today)


def test_ageing_adds_up_all_suppliers_the_largest_debt_first(now):
    today = local_date(now)
    small, large = SupplierFactory(), SupplierFactory()
    for supplier, price, overdue in ((small, 10, 5), (large, 100, 45), (large, 7, 5)):
        posted(
            received(supplier=supplier, need=1, price=price),
            invoice_date=today - timedelta(days=60),
            due_date=today - timedelta(days=overdue),
        )
    ageing = due_ageing(as_of=today)
    assert [row.supplier.pk for row in ageing.rows] == [large.pk, small.pk]
    assert ageing.bucket_totals == (17, 100, 0, 0)
    assert (ageing.total("overdue"), ageing.total("balance")) == (117, 117)


def test_exposure_counts_debt_and_open_orders_against_the_limit(now):
    supplier = SupplierFactory(credit_limit=Decimal(1500))
    received(supplier=supplier, need=10, price=100)
    placed_order(supplier=supplier, need=4, price=100)
    exposure = supplier_exposure([supplier.pk, 10**9])
    assert set(exposure) == {supplier.pk}
    found = exposure[supplier.pk]
    assert (found.owed, found.on_order, found.total, found.room) == (1000, 400, 1400, 100)
    assert (found.exceeded_by(Decimal(100)), found.exceeded_by(Decimal(101))) == (0, 1)
    unlimited = SupplierFactory()
    assert supplier_exposure([unlimited.pk])[unlimited.pk].exceeded_by(Decimal(10**9)) == 0


money = st.integers(1, 10**6).map(lambda cents: Decimal(cents) / 100)


@given(
    amount=money,
    invoices=st.lists(st.tuples(money, st.integers(0, 50)), min_size=1, max_size=8),
)
def test_an_allocation_is_exact(amount, invoices):
    """Nothing is settled beyond what is open or paid; earlier invoices go before later ones."""
    items = [
        OpenInvoice(
            invoice_id=pk,
            open_amount=owed,
            discount=(owed * percent / 1000).quantize(Decimal("0.01")),
        )
        for pk, (owed, percent) in enumerate(invoices)
    ]
    shares = plan_oldest_first(amount, items)
    paid = sum((share.amount for share in shares), Decimal(0))
    by_id = {share.invoice_id: share for share in shares}
    assert paid <= amount
    assert paid == amount or all(
        by_id[item.invoice_id].amount + by_id[item.invoice_id].discount == item.open_amount
        for item in items
        if item.invoice_id in by_id
    )
    for place, item in enumerate(items):
        share = by_id.get(item.invoice_id)
        if share is None:
            assert paid == amount
            continue
        settled = share.amount + share.discount
        assert Decimal(0) < settled <= item.open_amount
        assert share.discount <= item.discount
        if settled < item.open_amount:
            assert share.discount == 0
            assert place == len(shares) - 1


@pytest.mark.django_db(transaction=True)
def test_two_allocations_at_once_settle_an_invoice_once(together):
    supplier = SupplierFactory()
    invoice = posted(received(supplier=supplier, need=10, price=100))
    received(supplier=supplier, need=10, price=100)
    accountant, now = actor_with("accountant"), timezone.now()
    payments = [
        payment_make(
            actor=accountant,
            now=now,
            supplier_id=supplier.pk,
            amount=Decimal(800),
            account="cash",
            allocate=False,
        )
        for _ in range(2)
    ]
    together(
        [
            partial(payment_allocate, actor=accountant, now=now, payment_id=payment.pk)
            for payment in payments
        ]
    )
    invoice.refresh_from_db()
    assert invoice.settled == 1000
    assert SupplierPayment.objects.aggregate(total=Sum("allocated"))["total"] == 1000


def test_reads_do_not_grow_with_documents(pay, now):
    supplier = SupplierFactory()
    today = local_date(now)

    def grow():
        posted(received(supplier=supplier, need=10, price=100))
        pay(supplier_id=supplier.pk, amount=Decimal(300))

    def counts():
        found = []
        for read in (
            lambda: statement(supplier.pk, as_of=today),
            lambda: due_ageing(as_of=today),
            lambda: supplier_account(supplier.pk, as_of=today),
            lambda: supplier_exposure([supplier.pk]),
        ):
            with CaptureQueriesContext(connection) as queries:
                read()
            found.append(len(queries))
        return found

    grow()
    few = counts()
    for _ in range(4):
        grow()
    assert counts() == few
