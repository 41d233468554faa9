"""What a credit note leaves behind, and what it is refused."""

from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest

from core.models import AuditEntry, local_date
from purchases.errors import (
    CreditNoteInvalid,
    CreditNoteNumberTaken,
    CreditNoteReversed,
    SettlementRefused,
    SupplierReturnStateRefused,
)
from purchases.selectors.statement import NOTE_SOURCE, statement
from purchases.selectors.supplier_account import supplier_account
from purchases.services.invoices.credit_notes import (
    credit_note_allocate,
    credit_note_reverse,
)
from purchases.services.returns.returns import return_close
from purchases.tests.factories import SupplierFactory, actor_with
from purchases.tests.invoicing import DISPUTE, line_of, note_entered, posted, received
from purchases.tests.returning import credit, dispatched
from purchases.tests.snapshots import everything

pytestmark = pytest.mark.django_db


@pytest.fixture
def enter(accountant, now):
    return partial(note_entered, actor=accountant, now=now)


def test_entering_and_reversing_are_audited(enter, accountant, now):
    note = enter(SupplierFactory(), 110, " C  1 ", tax=Decimal(10))
    credit_note_reverse(actor=accountant, now=now, note_id=note.pk, reason="Typed twice")
    entered, reversed_ = AuditEntry.objects.filter(
        action__startswith="purchases.credit_note_"
    ).order_by("pk")
    assert (entered.action, entered.actor_id) == ("purchases.credit_note_entered", accountant.id)
    assert entered.changes == {
        "supplier_number": "C 1",
        "amount": "110.00",
        "difference": "100.00",
    }
    assert reversed_.action == "purchases.credit_note_reversed"
    assert (reversed_.reason, reversed_.changes) == ("Typed twice", {"amount": "110.00"})
    assert entered.subject_id == reversed_.subject_id == str(note.pk)


def test_a_number_that_is_taken_leads_to_the_other_note(enter):
    supplier = SupplierFactory()
    first = enter(supplier, 10)
    before = everything()
    with pytest.raises(CreditNoteNumberTaken) as refusal:
        enter(supplier, 20, "c1")
    assert refusal.value.extra == {"credit_note_id": first.pk, "number": first.number}
    assert everything() == before
    assert enter(SupplierFactory(), 20, "c1").pk


def test_the_number_of_a_reversed_note_is_free_again(enter, accountant, now):
    supplier = SupplierFactory()
    first = enter(supplier, 10)
    credit_note_reverse(actor=accountant, now=now, note_id=first.pk, reason="Wrong amount")
    assert enter(supplier, 20).amount == 20


@pytest.mark.parametrize(("amount", "is_enough"), [("0", False), ("0.01", True)])
def test_a_note_is_of_more_than_nothing(amount, is_enough, enter):
    if is_enough:
        assert enter(SupplierFactory(), amount).allocatable == Decimal(amount)
    else:
        with pytest.raises(CreditNoteInvalid):
            enter(SupplierFactory(), amount)


def test_the_whole_amount_may_be_tax_and_the_day_today_but_not_tomorrow(enter):
    note = enter(SupplierFactory(), 10, tax=Decimal(10))
    assert (note.difference, note.allocatable) == (0, 10)
    with pytest.raises(CreditNoteInvalid) as refusal:
        enter(note.supplier, 1, "C-2", note_date=note.note_date + timedelta(days=1))
    assert [problem.field for problem in refusal.value.errors] == ["note_date"]


def test_no_more_is_allocated_than_is_still_free(enter, accountant, now):
    supplier = SupplierFactory()
    invoice = posted(received(supplier=supplier, need=10, price=100))
    note = enter(supplier, 300)
    allocate = {"actor": accountant, "now": now, "note_id": note.pk}
    assert credit_note_allocate(**allocate, invoices={invoice.pk: Decimal(200)}).allocated == 200
    before = everything()
    with pytest.raises(SettlementRefused):
        credit_note_allocate(**allocate, invoices={invoice.pk: Decimal(101)})
    assert everything() == before
    assert credit_note_allocate(**allocate, invoices={invoice.pk: Decimal(100)}).allocated == 300
    invoice.refresh_from_db()
    assert invoice.open_amount == 700


def test_a_reversed_note_settles_nothing_and_is_not_reversed_again(enter, accountant, now):
    supplier = SupplierFactory()
    posted(received(supplier=supplier, need=10, price=100))
    note = enter(supplier, 300)
    credit_note_reverse(actor=accountant, now=now, note_id=note.pk, reason="Wrong")
    before = everything()
    for act in (credit_note_allocate, lambda **c: credit_note_reverse(**c, reason="Again")):
        with pytest.raises(CreditNoteReversed):
            act(actor=accountant, now=now, note_id=note.pk)
    assert everything() == before


def test_a_part_taken_back_leaves_its_return_waiting_for_all(accountant, now):
    returned = dispatched(received(need=10, price=100), 10)
    part = credit(returned, 400, tax=Decimal(40), final=False)
    returned.refresh_from_db()
    assert (returned.state, returned.credited) == ("dispatched", 360)
    credit_note_reverse(actor=accountant, now=now, note_id=part.pk, reason="Wrong")
    returned.refresh_from_db()
    assert (returned.state, returned.credited) == ("dispatched", 0)


def test_the_credit_of_a_closed_return_stays(accountant, now):
    returned = dispatched(received(need=10, price=100), 10)
    part = credit(returned, 300, final=False)
    return_close(
        actor=actor_with("pharmacist"), now=now, return_id=returned.pk, reason="No more comes"
    )
    before = everything()
    with pytest.raises(SupplierReturnStateRefused, match=returned.number):
        credit_note_reverse(actor=accountant, now=now, note_id=part.pk, reason="Wrong")
    assert everything() == before


def told(supplier, day):
    """The documents of the statement and what they moved."""
    lines = statement(supplier.pk, as_of=day).lines
    return [((line.source_type, line.source_id), line.amount) for line in lines]


def test_what_is_still_disputed_is_told_and_notes_that_move_no_money_too(enter, accountant, now):
    supplier, today = SupplierFactory(), local_date(now)
    receipt = received(supplier=supplier, need=10, price=100)
    invoice = posted(receipt, line_of(receipt, amount=Decimal(1100)), resolve=DISPUTE)
    note = enter(supplier, 60, invoice_id=invoice.pk)
    assert note.entry_id is None
    assert supplier_account(supplier.pk, as_of=today).disputed == 40
    assert ((NOTE_SOURCE, str(note.pk)), 0) in told(supplier, today)
    credit_note_reverse(actor=accountant, now=now, note_id=note.pk, reason="Wrong")
    assert supplier_account(supplier.pk, as_of=today).disputed == 100
    assert NOTE_SOURCE not in [source for (source, _pk), _amount in told(supplier, today)]
