"""Receipts of controlled products are taken back by two people."""

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.utils import timezone

from inventory.public import IssueLine, Prescription, SecondSignatureRequired, stock_issue
from purchases.errors import (
    ReasonRequired,
    ReceiptLineNotFound,
    ReceiptNotFound,
    ReceiptNotReversible,
    ReversalRequestDecided,
    ReversalRequestNotFound,
    ReversalRequestOwn,
)
from purchases.models import ReceiptReversalRequest
from purchases.services.receipts.reversal import receipt_reverse
from purchases.services.receipts.reversal_requests import (
    reversal_request,
    reversal_request_approve,
    reversal_request_reject,
)
from purchases.tests.factories import actor_with, short_product
from purchases.tests.invoicing import posted
from purchases.tests.lower import StockLevel
from purchases.tests.services.taking_in import fresh, order_of, receive
from purchases.tests.snapshots import everything

pytestmark = pytest.mark.django_db
SLIP = Prescription(number="RX-1", prescriber="Dr. Haddad", patient_reference="P-1")
RegisterEntry = apps.get_model("inventory", "RegisterEntry")


@pytest.fixture
def who(pharmacist):
    return {"actor": pharmacist, "now": timezone.now()}


@pytest.fixture
def other():
    return {"actor": actor_with("pharmacist"), "now": timezone.now()}


@pytest.fixture
def receipt(who):
    order = order_of(short_product(need=10, controlled_class="narcotic"))
    return receive(order, fresh(10), actor=who["actor"])


def test_one_person_alone_does_not_take_it_back(receipt, who):
    before = everything()
    with pytest.raises(SecondSignatureRequired):
        receipt_reverse(receipt_id=receipt.pk, reason="x", **who)
    assert everything() == before


def test_one_asks_and_another_takes_it_back_with_both_names(receipt, who, other):
    asked = reversal_request(receipt_id=receipt.pk, reason="Wrong strength", **who)
    assert (asked.state, StockLevel.objects.get().quantity) == ("waiting", 10)
    done = reversal_request_approve(request_id=asked.pk, **other)
    assert (done.state, StockLevel.objects.get().quantity) == ("approved", 0)
    assert (done.reversal.reversed_by_id, done.reversal.cosigner_id) == (
        other["actor"].id, who["actor"].id,
    )  # fmt: skip
    entry = RegisterEntry.objects.latest("sequence")
    assert (entry.quantity, entry.balance, entry.cosigner_id) == (-10, 0, who["actor"].id)


def test_what_cannot_be_taken_back_is_not_asked_for(receipt, who):
    posted(receipt)
    before = everything()
    with pytest.raises(ReceiptNotReversible) as refused:
        reversal_request(receipt_id=receipt.pk, reason="x", **who)
    assert [(one.field, one.code) for one in refused.value.errors] == [("lines.1", "invoiced")]
    assert everything() == before


def test_what_has_been_sold_meanwhile_is_refused_when_somebody_agrees(receipt, who, other):
    asked = reversal_request(receipt_id=receipt.pk, reason="x", **who)
    line = receipt.lines.get()
    stock_issue(
        **other,
        source_type="tests.sale",
        source_id="1",
        lines=[IssueLine(line=1, product_id=line.product_id, quantity=3, prescription=SLIP)],
    )
    before = everything()
    for refusing in (
        lambda: reversal_request_approve(request_id=asked.pk, **other),
        lambda: reversal_request(receipt_id=receipt.pk, reason="x", **who),
    ):
        with pytest.raises(ReceiptNotReversible) as refused:
            refusing()
        assert [(one.field, one.code) for one in refused.value.errors] == [
            ("lines.1", "goods_gone")
        ]
        assert everything() == before


def test_whoever_asked_does_not_decide(receipt, who):
    asked = reversal_request(receipt_id=receipt.pk, reason="x", **who)
    before = everything()
    with pytest.raises(ReversalRequestOwn):
        reversal_request_approve(request_id=asked.pk, **who)
    with pytest.raises(ReversalRequestOwn):
        reversal_request_reject(request_id=asked.pk, reason="x", **who)
    assert everything() == before
    with pytest.raises(IntegrityError, match="two_people"), transaction.atomic():
        ReceiptReversalRequest.objects.update(
            decided_at=timezone.now(), decided_by_id=who["actor"].id, rejection_reason="x"
        )


def test_a_rejected_one_leaves_the_receipt_and_is_decided(receipt, who, other):
    asked = reversal_request(receipt_id=receipt.pk, reason="x", lines=[1], **who)
    with pytest.raises(ReasonRequired):
        reversal_request_reject(request_id=asked.pk, reason=" ", **other)
    done = reversal_request_reject(request_id=asked.pk, reason="It is ours", **other)
    assert (done.state, StockLevel.objects.get().quantity) == ("rejected", 10)
    before = everything()
    with pytest.raises(ReversalRequestDecided):
        reversal_request_approve(request_id=asked.pk, **other)
    assert everything() == before


def test_what_is_not_there_is_not_asked_for(receipt, who):
    before = everything()
    with pytest.raises(ReceiptNotFound):
        reversal_request(receipt_id=999_999, reason="x", **who)
    with pytest.raises(ReceiptLineNotFound):
        reversal_request(receipt_id=receipt.pk, reason="x", lines=[2], **who)
    with pytest.raises(ReasonRequired):
        reversal_request(receipt_id=receipt.pk, reason=" ", **who)
    with pytest.raises(ReversalRequestNotFound):
        reversal_request_approve(request_id=999_999, **who)
    assert everything() == before
