"""Batches held back, released, recalled, corrected, kept too warm; and who has recalled goods."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from core.audit import SYSTEM
from core.models import AuditEntry
from inventory.errors import (
    BatchAlreadyExists,
    BatchNotFound,
    BatchTransitionRefused,
    InvalidBatchEvent,
    NothingToRecall,
)
from inventory.models import Batch, BatchEvent, BatchEventKind, BatchStatus, Product
from inventory.selectors.recalls import recall_report
from inventory.services.batches import (
    TRANSITIONS,
    batch_correct,
    batch_quarantine,
    batch_recall_lift,
    batch_release,
    excursion_record,
)
from inventory.services.recalls import batches_recall
from inventory.services.reversal import stock_reverse
from inventory.tests.stock import (
    available,
    everything,
    in_days,
    issue,
    main_store,
    move,
    place,
    product,
    receive,
)
from inventory.tests.test_returns import bring_back, repack, undo

pytestmark = pytest.mark.django_db


def do(kind, batch_id):
    options = {"actor": SYSTEM, "now": timezone.now(), "reason": "Because"}
    if kind == BatchEventKind.RECALL:
        return batches_recall(batch_ids=[batch_id], **options)
    service = {
        BatchEventKind.QUARANTINE: batch_quarantine,
        BatchEventKind.RELEASE: batch_release,
        BatchEventKind.RECALL_LIFTED: batch_recall_lift,
    }[kind]
    return service(batch_id=batch_id, **options)


@pytest.mark.parametrize("kind", list(TRANSITIONS))
@pytest.mark.parametrize("state", BatchStatus.values)
def test_every_state_allows_what_the_table_says_and_nothing_else(state, kind):
    (came,) = receive((product(), "A", in_days(90), 10, 100))
    if state != BatchStatus.RELEASED:
        do(BatchEventKind.QUARANTINE, came.batch_id)
    if state == BatchStatus.RECALLED:
        do(BatchEventKind.RECALL, came.batch_id)
    before = everything()
    if state in TRANSITIONS[kind]:
        do(kind, came.batch_id)
        batch = Batch.objects.get()
        assert (batch.status, batch.status_reason) == (TRANSITIONS[kind][state], "Because")
        assert BatchEvent.objects.first().kind == kind
        assert AuditEntry.objects.filter(action=f"inventory.batch_{kind}").exists()
    else:
        with pytest.raises((BatchTransitionRefused, NothingToRecall)):
            do(kind, came.batch_id)
        assert everything() == before


def test_a_batch_held_back_is_not_available_until_it_is_released():
    item = product(min_stock=1, max_stock=5)
    (came,) = receive((item, "A", in_days(90), 10, 100))
    do(BatchEventKind.QUARANTINE, came.batch_id)
    assert available(item) == 0
    do(BatchEventKind.RELEASE, came.batch_id)
    assert available(item) == 10


def test_details_are_corrected_with_what_they_were_kept():
    (came,) = receive((product(), "A-1", in_days(90), 10, 100))
    batch_correct(
        actor=SYSTEM, now=timezone.now(), batch_id=came.batch_id, number=" a-7 ",
        expiry_date=in_days(60), reason="Misread",
    )  # fmt: skip
    batch, event = Batch.objects.get(), BatchEvent.objects.get()
    assert (batch.number, batch.expiry_date) == ("A-7", in_days(60))
    assert (event.number_before, event.number_after) == ("A-1", "A-7")
    assert (event.expiry_before, event.expiry_after) == (in_days(90), in_days(60))
    entry = AuditEntry.objects.get(action="inventory.batch_corrected")
    assert entry.changes["number"] == ["A-1", "A-7"]


def test_a_correction_that_makes_two_batches_one_is_refused_and_says_what_to_do():
    item = product()
    (wrong, right) = receive((item, "A-1", in_days(90), 10, 100), (item, "A-7", None, 5, 60))
    before = everything()
    with pytest.raises(BatchAlreadyExists) as refusal:
        batch_correct(
            actor=SYSTEM, now=timezone.now(), batch_id=wrong.batch_id, number="A-7",
            expiry_date=None, reason="Misread",
        )  # fmt: skip
    assert refusal.value.extra == {"batch_id": right.batch_id}
    with pytest.raises(InvalidBatchEvent):
        batch_correct(
            actor=SYSTEM, now=timezone.now(), batch_id=wrong.batch_id, number="A-1",
            expiry_date=in_days(90), reason="Misread",
        )  # fmt: skip
    assert everything() == before


def warm(*batch_ids, **options):
    excursion_record(
        actor=SYSTEM, now=timezone.now(), batch_ids=batch_ids, min_celsius=Decimal("4.00"),
        max_celsius=Decimal("14.50"), minutes=190, action_taken="Moved", reason="Power cut",
        **options,
    )  # fmt: skip


def test_an_excursion_is_noted_on_cold_batches_and_holds_them_back_if_asked():
    item = product(cold_chain=True)
    first, second = receive((item, "A", in_days(90), 1, 1), (item, "B", in_days(90), 1, 1))
    warm(first.batch_id)
    assert available(item) == 2
    do(BatchEventKind.QUARANTINE, first.batch_id)
    warm(first.batch_id, second.batch_id, quarantine=True)
    assert available(item) == 0
    notes = BatchEvent.objects.filter(kind=BatchEventKind.TEMPERATURE_EXCURSION)
    assert [(n.max_celsius, n.minutes) for n in notes] == [(Decimal("14.50"), 190)] * 3


def test_an_excursion_is_of_the_cold_chain_and_of_the_past():
    (plain,) = receive((product(), "A", in_days(90), 1, 1))
    (cold,) = receive((product(cold_chain=True), "A", in_days(90), 1, 1))
    before = everything()
    with pytest.raises(InvalidBatchEvent):
        warm(cold.batch_id, plain.batch_id)
    with pytest.raises(InvalidBatchEvent):
        warm(cold.batch_id, occurred_at=timezone.now() + timedelta(hours=1))
    with pytest.raises(BatchNotFound):
        warm(cold.batch_id, 10**9)
    assert everything() == before


def test_a_recall_by_supplier_says_who_has_what():
    item, other, strip = product(), product(), product()
    bad, good = receive((item, "BAD", in_days(90), 20, 200), (other, "X", in_days(90), 5, 50))
    (sold,) = issue((item, 4), source="SALE-1")
    issue((item, 1), source="SALE-2")
    bring_back(sold.movement_id, 3)
    back_store = place("back_store")
    move(bad.batch_id, 6, to=back_store)
    repack(bad.batch_id, 2, strip, 6)
    (from_strip,) = issue((strip, 5), source="SALE-3")
    recall_id = batches_recall(
        actor=SYSTEM, now=timezone.now(), party_type="purchases.supplier", party_id="1",
        product_id=item, reason="Ministry",
    )  # fmt: skip
    report = recall_report(recall_id)
    assert [batch.pk for batch in report.batches] == [bad.batch_id, from_strip.batch_id]
    assert [(t.source_id, t.quantity, t.returned) for t in report.went] == [
        ("SALE-1", 4, 3), ("SALE-2", 1, 0), ("SALE-3", 5, 0),
    ]  # fmt: skip
    assert [(t.party_id, t.quantity) for t in report.came] == [("1", 20)]
    assert {(x.batch_id, x.location_id): x.quantity for x in report.left} == {
        (bad.batch_id, main_store()): 10,
        (bad.batch_id, back_store): 6,
        (from_strip.batch_id, main_store()): 1,
    }
    assert Batch.objects.get(pk=good.batch_id).status == BatchStatus.RELEASED
    assert (available(item), available(strip), available(other)) == (0, 0, 5)


def test_a_receipt_that_was_undone_delivered_nothing():
    item, strip = product(), product()
    receive((item, "A", in_days(90), 1, 1), source="WRONG")
    (came,) = receive((item, "B", in_days(90), 4, 4))
    undo(repack(came.batch_id, 2, strip, 6))
    (label,) = receive((strip, "OTHER", in_days(90), 1, 1))
    stock_reverse(
        actor=SYSTEM, now=timezone.now(), source_type="tests.undo", source_id="1",
        undoes=("tests.receipt", "WRONG"), reason="Wrong supplier",
    )  # fmt: skip
    recall_id = batches_recall(
        actor=SYSTEM, now=timezone.now(), party_type="purchases.supplier", party_id="1",
        product_id=item, reason="Ministry",
    )  # fmt: skip
    assert [batch.pk for batch in recall_report(recall_id).batches] == [came.batch_id]
    assert (available(item), available(strip)) == (0, 1)
    assert Batch.objects.get(pk=label.batch_id).status == BatchStatus.RELEASED


def test_all_that_a_supplier_delivered_is_recalled():
    items = [product(), product()]
    receive(*[(item, "A", in_days(90), 1, 1) for item in items])
    batches_recall(
        actor=SYSTEM, now=timezone.now(), party_type="purchases.supplier", party_id="1",
        reason="Ministry",
    )  # fmt: skip
    assert [available(item) for item in items] == [0, 0]
    before = everything()
    with pytest.raises(NothingToRecall):
        batches_recall(
            actor=SYSTEM, now=timezone.now(), party_type="purchases.supplier", party_id="9",
            reason="Ministry",
        )  # fmt: skip
    assert everything() == before
    assert Product.objects.count() == 2
