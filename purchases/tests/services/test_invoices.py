"""Supplier invoices from entry to the ledger."""

from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from capital.public import SystemAccount, balances_check
from core.models import AuditEntry, OutboxEvent, local_date
from files.tests.documents import pdf
from purchases.errors import (
    InvoiceMatchStale,
    InvoiceNothingOwed,
    ReasonRequired,
    ResolutionRefused,
    SupplierInvoiceFileTaken,
    SupplierInvoiceInvalid,
    SupplierInvoiceNotFound,
    SupplierInvoiceNumberTaken,
    SupplierInvoiceStateRefused,
)
from purchases.models import InvoicedQuantity, SupplierInvoice, SupplierInvoiceFile
from purchases.services.invoices.invoices import (
    invoice_cancel,
    invoice_create,
    invoice_file_add,
    invoice_file_prepare,
    invoice_update,
)
from purchases.services.invoices.match import invoice_approve, invoice_match, invoice_resolve
from purchases.services.invoices.posting import invoice_post, invoice_reverse
from purchases.services.receipts.deliveries import Batch
from purchases.services.receipts.receipts import goods_receive
from purchases.states import INVOICE_TRANSITIONS, InvoiceAction
from purchases.tests.factories import SupplierFactory, actor_with, delivery
from purchases.tests.invoicing import (
    ACCEPT,
    DISPUTE,
    approved,
    balance_of,
    entered,
    facts,
    line_of,
    matched,
    owed_to,
    posted,
    received,
    sold,
)
from purchases.tests.lower import JournalEntry, StockLevel
from purchases.tests.snapshots import everything

pytestmark = pytest.mark.django_db

PPD = SystemAccount.PURCHASE_PRICE_DIFFERENCE


def codes(refusal):
    return [(problem.field, problem.code) for problem in refusal.value.errors]


def books_are_exact():
    assert balances_check() == []
    call_command("reconcile")  # exits with 1 where stock or money differ from their ledgers


def test_an_invoice_that_agrees_posts_nothing(accountant, now):
    receipt = received(need=10, price=100)
    before = JournalEntry.objects.count()
    invoice = posted(receipt)
    assert (invoice.state, invoice.payable, invoice.disputed) == ("posted", 1000, 0)
    assert invoice.entry_id is None
    assert JournalEntry.objects.count() == before
    assert owed_to(receipt.order.supplier) == invoice.payable
    assert invoice.open_amount == 1000


def test_posting_is_as_documented(accountant, pharmacist, now):
    """The worked example of docs/flows/supplier-invoices.md."""
    receipt = received(need=7, price=100, deal="1+6")
    supplier = receipt.order.supplier
    goods = receipt.lines.get()
    assert (goods.quantity, goods.amount) == (7, 600)
    sold(goods.product_id, 2, pharmacist)
    line = line_of(
        receipt,
        quantity=6,
        free_quantity=1,
        pack_price=Decimal(110),
        amount=Decimal(660),
        tax=Decimal("33.40"),
    )
    invoice = approved(receipt, line, charges=Decimal(35), total="728.00")
    assert (invoice.rounding, invoice.payable) == (Decimal("-0.40"), 728)
    (found,) = invoice.differences.all()
    assert (found.kind, found.expected, found.found, found.amount) == ("price", 600, 660, 60)
    cost_before = balance_of(SystemAccount.COST_OF_GOODS_SOLD)

    invoice = invoice_post(actor=accountant, now=now, invoice_id=invoice.pk)
    entry = JournalEntry.objects.get(pk=invoice.entry_id)
    assert [
        (line.account.system_code, line.debit, line.credit, line.memo)
        for line in entry.lines.order_by("line").select_related("account")
    ] == [
        ("purchase_price_difference", 60, 0, "price"),
        ("purchase_price_difference", 35, 0, "charges"),
        ("purchase_price_difference", 0, Decimal("0.40"), "rounding"),
        ("tax_receivable", Decimal("33.40"), 0, "tax"),
        ("payables", 0, 128, ""),
    ]
    assert owed_to(supplier) == 728
    assert balance_of(SystemAccount.TAX_RECEIVABLE) == Decimal("33.40")
    # 95.00 more for 7 units, of which 5 are still there: 67.86 of it is stock.
    assert StockLevel.objects.get(batch__product_id=goods.product_id).value == Decimal("496.43")
    assert balance_of(SystemAccount.INVENTORY) == Decimal("496.43")
    assert balance_of(PPD) == Decimal("26.74")
    assert cost_before == Decimal("171.43")
    books_are_exact()

    reversed_ = invoice_reverse(
        actor=accountant, now=now, invoice_id=invoice.pk, reason="Another supplier's"
    )
    assert reversed_.state == "reversed"
    assert owed_to(supplier) == 600
    assert balance_of(PPD) == balance_of(SystemAccount.TAX_RECEIVABLE) == 0
    assert balance_of(SystemAccount.INVENTORY) == Decimal("428.57")
    assert InvoicedQuantity.objects.get().invoiced_quantity == 0
    books_are_exact()


def test_the_documented_invoice_with_its_price_disputed(now):
    receipt = received(need=7, price=100, deal="1+6")
    line = line_of(receipt, quantity=6, free_quantity=1, amount=Decimal(660), tax=Decimal("33.40"))
    invoice = posted(receipt, line, charges=Decimal(35), total="728.00", resolve=DISPUTE)
    assert (invoice.payable, invoice.disputed) == (Decimal("664.96"), Decimal("63.04"))
    assert owed_to(receipt.order.supplier) == invoice.payable


def test_a_disputed_price_is_not_owed(accountant, now):
    receipt = received(need=10, price=100)
    line = line_of(receipt, amount=Decimal(1100), tax=Decimal(55))
    invoice = posted(receipt, line, resolve=DISPUTE)
    assert (invoice.payable, invoice.disputed) == (1050, 105)
    assert owed_to(receipt.order.supplier) == 1050
    assert balance_of(PPD) == 0
    books_are_exact()


def test_goods_that_did_not_come_are_never_paid(pharmacist, now):
    receipt = received(need=10, price=100)
    line = line_of(receipt, quantity=12, amount=Decimal(1200))
    invoice = matched(receipt, line)
    (found,) = invoice.differences.all()
    before = everything()
    with pytest.raises(ResolutionRefused) as refusal:
        invoice_resolve(
            actor=pharmacist,
            now=now,
            invoice_id=invoice.pk,
            resolutions={found.pk: ACCEPT},
            reason="x",
        )
    assert codes(refusal) == [(f"resolutions.{found.pk}", "not_acceptable")]
    assert everything() == before
    assert posted(received(need=5, price=10)).disputed == 0
    resolved = invoice_resolve(
        actor=pharmacist,
        now=now,
        invoice_id=invoice.pk,
        resolutions={found.pk: DISPUTE},
        reason="Two are missing",
    )
    assert (resolved.payable, resolved.disputed) == (1000, 200)


def test_every_difference_is_decided_and_only_those_that_are_there(pharmacist, now):
    receipt = received(need=10, price=100)
    cheap = matched(receipt, line_of(receipt, amount=Decimal(900)))
    (found,) = cheap.differences.all()
    resolve = partial(invoice_resolve, actor=pharmacist, now=now, invoice_id=cheap.pk)
    before = everything()
    for resolutions, expected in (
        ({}, [(f"resolutions.{found.pk}", "required")]),
        (
            {found.pk: ACCEPT, found.pk + 10**6: ACCEPT},
            [(f"resolutions.{found.pk + 10**6}", "unknown")],
        ),
        ({found.pk: DISPUTE}, [(f"resolutions.{found.pk}", "nothing_to_dispute")]),
    ):
        with pytest.raises(ResolutionRefused) as refusal:
            resolve(resolutions=resolutions, reason="x")
        assert codes(refusal) == expected
    with pytest.raises(ReasonRequired):
        resolve(resolutions={found.pk: ACCEPT}, reason=" ")
    assert everything() == before
    assert resolve(resolutions={found.pk: ACCEPT}, reason="A rebate").payable == 900


def test_an_invoice_of_which_nothing_is_owed_is_not_approved(pharmacist, now):
    receipt = received(need=10, price=100)
    posted(receipt)
    again = matched(receipt)
    assert [found.kind for found in again.differences.all()] == ["duplicate"]
    before = everything()
    with pytest.raises(InvoiceNothingOwed):
        invoice_resolve(
            actor=pharmacist,
            now=now,
            invoice_id=again.pk,
            resolutions={found.pk: DISPUTE for found in again.differences.all()},
            reason="Billed twice",
        )
    assert everything() == before


def test_a_receipt_that_is_named_tells_what_is_missing_on_the_invoice(now):
    receipt = received(Batch(quantity=4, batch_number="A"), Batch(quantity=6), need=10, price=100)
    invoice = matched(
        receipt,
        line_of(receipt, quantity=4, amount=Decimal(400)),
        receipt_ids=(receipt.pk,),
    )
    assert [(found.kind, found.expected, found.amount) for found in invoice.differences.all()] == [
        ("missing", 6, -600)
    ]


def test_what_changes_between_match_and_posting_is_noticed(accountant, pharmacist, now):
    receipt = received(need=10, price=100)
    first, second = matched(receipt), approved(receipt)
    third = approved(receipt)
    invoice_post(actor=accountant, now=now, invoice_id=second.pk)
    before = everything()
    with pytest.raises(InvoiceMatchStale):
        invoice_approve(actor=pharmacist, now=now, invoice_id=first.pk)
    with pytest.raises(InvoiceMatchStale):
        invoice_post(actor=accountant, now=now, invoice_id=third.pk)
    assert everything() == before
    again = invoice_match(actor=pharmacist, now=now, invoice_id=third.pk)
    assert again.state == "differences"
    assert (again.payable, again.approved_by_id) == (0, None)


def test_goods_that_come_later_clear_the_difference(pharmacist, now):
    receipt = received(Batch(quantity=4), need=10, price=100)
    line = line_of(receipt, quantity=10, amount=Decimal(1000))
    invoice = matched(receipt, line)
    assert [found.kind for found in invoice.differences.all()] == ["quantity"]
    goods_receive(
        actor=pharmacist,
        now=now,
        order_id=receipt.order_id,
        deliveries=[delivery(receipt.order)],
    )
    assert invoice_match(actor=pharmacist, now=now, invoice_id=invoice.pk).state == "matched"


@pytest.mark.parametrize("spelling", ["inv 0012", "INV-0012", "  Inv/0012 "])
def test_a_number_is_entered_once_per_supplier_in_any_spelling(spelling, buyer, now):
    receipt = received(need=10, price=100)
    first = entered(receipt, supplier_number="INV 0012")
    before = everything()
    with pytest.raises(SupplierInvoiceNumberTaken) as refusal:
        entered(receipt, supplier_number=spelling)
    assert refusal.value.extra == {"invoice_id": first.pk, "number": first.number}
    created = AuditEntry.objects.filter(action="purchases.invoice_entered").count()
    assert created == 1
    assert everything()["purchases_supplierinvoice"] == before["purchases_supplierinvoice"]
    other = received(need=10, price=100)
    assert entered(other, supplier_number=spelling).pk
    invoice_cancel(actor=buyer, now=now, invoice_id=first.pk, reason="Mistyped")
    assert entered(receipt, supplier_number=spelling).pk


def test_the_database_too_refuses_a_number_twice(now):
    receipt = received(need=10, price=100)
    first = entered(receipt)
    copy = SupplierInvoice.objects.get(pk=first.pk)
    copy.pk, copy.number, copy._state.adding = None, "SI-X", True
    with pytest.raises(IntegrityError, match="supplier_number_once"), transaction.atomic():
        copy.save()


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"invoice_date": timedelta(days=1)}, [("invoice_date", "in_the_future")]),
        ({"due_date": timedelta(days=-1)}, [("due_date", "before_invoice")]),
        ({"total": Decimal(1002)}, [("total", "does_not_add_up")]),
        ({"total": Decimal(0)}, [("total", "not_positive"), ("total", "does_not_add_up")]),
        ({"supplier_number": "--"}, [("supplier_number", "unreadable")]),
        ({"receipt_ids": (10**9,)}, [("receipt_ids.0", "unknown")]),
        (
            {"discount": Decimal(1001), "total": Decimal(1)},
            [("discount", "too_large"), ("total", "does_not_add_up")],
        ),
    ],
)
def test_an_invoice_that_cannot_be_is_refused_whole(change, expected, buyer, now):
    receipt = received(need=10, price=100)
    today = local_date(now)
    change = {
        name: today + value if isinstance(value, timedelta) else value
        for name, value in change.items()
    }
    stated = facts(line_of(receipt), **{"total": Decimal(1000), **change})
    before = everything()
    with pytest.raises(SupplierInvoiceInvalid) as refusal:
        invoice_create(actor=buyer, now=now, supplier_id=receipt.order.supplier_id, facts=stated)
    assert codes(refusal) == expected
    assert everything() == before


def test_lines_name_what_is_wrong_with_them(buyer, now):
    receipt, foreign = received(need=10, price=100), received(need=10, price=100)
    stranger = foreign.lines.get()
    lines = (
        line_of(receipt, quantity=0),
        line_of(receipt, product_id=10**9),
        line_of(receipt, amount=None),
        line_of(receipt, receipt_line_id=stranger.pk, order_line_id=stranger.order_line_id),
        line_of(receipt, product_id=None),
    )
    with pytest.raises(SupplierInvoiceInvalid) as refusal:
        invoice_create(
            actor=buyer,
            now=now,
            supplier_id=receipt.order.supplier_id,
            facts=facts(*lines),
        )
    assert codes(refusal) == [
        ("lines.0.quantity", "required"),
        ("lines.1.product_id", "unknown"),
        ("lines.2.amount", "required"),
        ("lines.3.order_line_id", "unknown"),
        ("lines.3.receipt_line_id", "unknown"),
        ("lines.4.product_id", "required"),
    ]


def test_it_is_due_by_the_suppliers_terms(now):
    supplier = SupplierFactory(payment_days=45)
    receipt = received(supplier=supplier, need=10, price=100)
    invoice = entered(receipt)
    assert invoice.due_date == invoice.invoice_date + timedelta(days=45)


def test_a_line_is_computed_where_only_its_price_is_printed(now):
    receipt = received(need=10, price=100)
    line = line_of(
        receipt, amount=None, pack_price=Decimal("99.99"), pack_units=3, discount=Decimal("0.30")
    )
    invoice = entered(receipt, line, total="333.00")
    assert invoice.lines.get().amount == Decimal("333.00")


def test_stating_an_invoice_anew_forgets_what_was_decided(buyer, now):
    receipt = received(need=10, price=100)
    invoice = approved(receipt, line_of(receipt, amount=Decimal(1100)))
    changed = invoice_update(
        actor=buyer,
        now=now,
        invoice_id=invoice.pk,
        facts=facts(line_of(receipt), supplier_number=invoice.supplier_number),
    )
    assert (changed.state, changed.total, changed.payable) == ("draft", 1000, 0)
    assert changed.differences.count() == 0
    assert changed.approved_by_id is None


ACTIONS = {
    InvoiceAction.EDIT: lambda pk, receipt: invoice_update(
        actor=actor_with("purchasing"),
        now=timezone.now(),
        invoice_id=pk,
        facts=facts(line_of(receipt)),
    ),
    InvoiceAction.MATCH_CLEAN: lambda pk, receipt: invoice_match(
        actor=actor_with("purchasing"), now=timezone.now(), invoice_id=pk
    ),
    InvoiceAction.APPROVE: lambda pk, receipt: invoice_approve(
        actor=actor_with("pharmacist"), now=timezone.now(), invoice_id=pk
    ),
    InvoiceAction.RESOLVE: lambda pk, receipt: invoice_resolve(
        actor=actor_with("pharmacist"),
        now=timezone.now(),
        invoice_id=pk,
        resolutions={
            found.pk: ACCEPT for found in SupplierInvoice.objects.get(pk=pk).differences.all()
        },
        reason="Agreed",
    ),
    InvoiceAction.POST: lambda pk, receipt: invoice_post(
        actor=actor_with("accountant"), now=timezone.now(), invoice_id=pk
    ),
    InvoiceAction.CANCEL: lambda pk, receipt: invoice_cancel(
        actor=actor_with("purchasing"), now=timezone.now(), invoice_id=pk, reason="No"
    ),
    InvoiceAction.REVERSE: lambda pk, receipt: invoice_reverse(
        actor=actor_with("accountant"), now=timezone.now(), invoice_id=pk, reason="No"
    ),
}


def in_state(state, receipt):
    if state == "draft":
        return entered(receipt)
    if state == "matched":
        return matched(receipt)
    if state == "differences":
        return matched(receipt, line_of(receipt, amount=Decimal(1100)))
    if state == "approved":
        return approved(receipt)
    if state == "cancelled":
        return ACTIONS[InvoiceAction.CANCEL](entered(receipt).pk, receipt)
    invoice = posted(receipt)
    return ACTIONS[InvoiceAction.REVERSE](invoice.pk, receipt) if state == "reversed" else invoice


@pytest.mark.parametrize(
    "state", ["draft", "matched", "differences", "approved", "posted", "cancelled", "reversed"]
)
@pytest.mark.parametrize("action", ACTIONS)
def test_only_what_the_table_says_can_be_done(state, action):
    receipt = received(need=10, price=100)
    invoice = in_state(state, receipt)
    allowed = {
        target
        for (origin, name), target in INVOICE_TRANSITIONS.items()
        if origin == state
        and name in {action, *({InvoiceAction.MATCH_DIFFERS} if "match" in action else ())}
    }
    if allowed:
        assert ACTIONS[action](invoice.pk, receipt).state in allowed
        return
    before = SupplierInvoice.objects.values().get(pk=invoice.pk)
    ledger = JournalEntry.objects.count()
    with pytest.raises(SupplierInvoiceStateRefused):
        ACTIONS[action](invoice.pk, receipt)
    assert SupplierInvoice.objects.values().get(pk=invoice.pk) == before
    assert JournalEntry.objects.count() == ledger


@pytest.mark.parametrize("action", ACTIONS)
def test_an_unknown_invoice_is_not_found(action):
    receipt = received(need=10, price=100)
    unknown = 10**9
    with pytest.raises((SupplierInvoiceNotFound, SupplierInvoice.DoesNotExist)):
        ACTIONS[action](unknown, receipt)


@pytest.mark.django_db(transaction=True)
def test_an_invoice_posted_by_two_at_once_is_posted_once(together):
    receipt = received(need=10, price=100)
    invoice = approved(receipt, line_of(receipt, amount=Decimal(1100)))
    people = [actor_with("accountant") for _ in range(4)]
    results = together(
        [
            partial(invoice_post, actor=actor, now=timezone.now(), invoice_id=invoice.pk)
            for actor in people
        ]
    )
    assert sum(isinstance(result, SupplierInvoice) for result in results) == 1
    assert sum(isinstance(result, SupplierInvoiceStateRefused) for result in results) == 3
    assert owed_to(receipt.order.supplier_id) == 1100
    assert InvoicedQuantity.objects.get().invoiced_quantity == 10


@pytest.mark.django_db(transaction=True)
def test_two_invoices_of_the_same_goods_posted_at_once_bill_them_once(together):
    receipt = received(need=10, price=100)
    both = [approved(receipt) for _ in range(2)]
    results = together(
        [
            partial(
                invoice_post,
                actor=actor_with("accountant"),
                now=timezone.now(),
                invoice_id=invoice.pk,
            )
            for invoice in both
        ]
    )
    kinds = sorted(type(result).__name__ for result in results)
    assert kinds == ["InvoiceMatchStale", "SupplierInvoice"]
    assert InvoicedQuantity.objects.get().invoiced_quantity == 10


def test_files_are_attached_once_and_stay(buyer, now):
    receipt = received(need=10, price=100)
    invoice = entered(receipt)
    photo = pdf()
    prepare = partial(
        invoice_file_prepare, file=SimpleUploadedFile("s-1.pdf", photo), note="page 1"
    )
    attached = invoice_file_add(actor=buyer, now=now, invoice_id=invoice.pk, prepared=prepare())
    assert (attached.file.content_type, attached.note) == ("application/pdf", "page 1")
    again = SimpleUploadedFile("copy.pdf", photo)
    with pytest.raises(SupplierInvoiceFileTaken):
        invoice_file_add(
            actor=buyer,
            now=now,
            invoice_id=invoice.pk,
            prepared=invoice_file_prepare(file=again),
        )
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        SupplierInvoiceFile.objects.update(note="other")


def test_who_entered_it_is_told_of_differences(now):
    receipt = received(need=10, price=100)
    invoice = matched(receipt, line_of(receipt, amount=Decimal(1100)))
    event = OutboxEvent.objects.get(name="purchases.invoice_differs")
    assert event.payload["invoice_id"] == invoice.pk
    assert Decimal(event.payload["amount"]) == 100


@pytest.mark.parametrize("work", ["match", "approve", "post"])
def test_the_work_does_not_grow_with_lines(work, now):
    def queries(lines):
        receipt = received(need=lines, price=100)
        bills = [
            line_of(receipt, quantity=1, amount=Decimal(100), receipt_line_id=None)
            for _ in range(lines)
        ]
        make = {"match": entered, "approve": matched, "post": approved}[work]
        invoice = make(receipt, *bills)
        call = {"match": invoice_match, "approve": invoice_approve, "post": invoice_post}[work]
        actor = actor_with("owner")
        with CaptureQueriesContext(connection) as caught:
            call(actor=actor, now=now, invoice_id=invoice.pk)
        return len(caught)

    assert queries(1) == queries(60)
