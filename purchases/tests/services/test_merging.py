from functools import partial

import pytest
from django.core.management import call_command
from django.db import OperationalError
from django.utils import timezone

from core.audit import SYSTEM
from core.errors import Conflict
from inventory.public import product_create
from purchases.models import (
    OfferLine,
    ProductAlias,
    ProposalLine,
    PurchaseOrderLine,
    SupplierInvoice,
    SupplierReturn,
    SupplierReturnLine,
)
from purchases.services.invoices.match import invoice_approve, invoice_match
from purchases.services.invoices.posting import invoice_post, invoice_reverse
from purchases.services.receipts.receipts import goods_receive
from purchases.services.returns.lines import ReturnLineFacts
from purchases.services.returns.returns import (
    return_approve,
    return_cancel,
    return_create,
    return_dispatch,
)
from purchases.tests import invoicing, returning
from purchases.tests.factories import (
    OfferLineFactory,
    actor_with,
    delivery,
    draft_proposal,
    placed_order,
    short_product,
    source,
)
from purchases.tests.invoicing import entered, line_of, owed_to, posted, received
from purchases.tests.lower import ProductStock, StockLevel

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(client_as):
    return client_as("owner")


def another(name: str = "The one that stays") -> int:
    return product_create(actor=SYSTEM, now=timezone.now(), name_en=name)


def merge(client, kept, merged):
    return client.post(
        f"/api/v1/inventory/products/{kept}/merge/", {"merged_id": merged, "reason": "same"}
    )


def test_offers_learnt_names_and_suggestions_follow(client):
    kept, merged = another(), short_product()
    line = source(merged)
    open_line = OfferLineFactory.create(
        suggested_product_id=merged,
        candidates=[
            {"product_id": merged, "score": "0.9", "reasons": []},
            {"product_id": kept, "score": "0.8", "reasons": []},
        ],
    )
    ProductAlias.objects.create(key="panadol", product_id=merged, learnt_at=timezone.now())
    assert merge(client, kept, merged).status_code == 200
    assert OfferLine.objects.get(pk=line.pk).product_id == kept
    open_line.refresh_from_db()
    assert open_line.suggested_product_id == kept
    assert [each["product_id"] for each in open_line.candidates] == [kept]
    assert ProductAlias.objects.get().product_id == kept


def test_goods_of_an_open_order_arrive_as_the_product_kept(client):
    order = placed_order(need=40)
    merged = order.lines.get().product_id
    kept = another()
    assert merge(client, kept, merged).status_code == 200
    assert PurchaseOrderLine.objects.get().product_id == kept
    goods_receive(
        actor=actor_with("pharmacist"),
        now=timezone.now(),
        order_id=order.pk,
        deliveries=[delivery(order)],
    )
    stock = ProductStock.objects
    assert (stock.get(pk=kept).on_hand, stock.get(pk=merged).on_hand) == (40, 0)


def test_open_proposal_follows_and_one_with_both_refuses_the_merge(client):
    proposal = draft_proposal()
    merged, kept = proposal.lines.get().product_id, another()
    other = ProposalLine.objects.get()
    other.pk, other.product_id, other.position = None, kept, 2
    other.save()
    answer = merge(client, kept, merged)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (409, "both_proposed")
    assert proposal.number in answer.json()["errors"][0]["detail"]
    assert set(ProposalLine.objects.values_list("product_id", flat=True)) == {merged, kept}
    other.delete()
    assert merge(client, kept, merged).status_code == 200
    assert ProposalLine.objects.get().product_id == kept


# --- Invoices and returns that refer to the product that ends -------------------------------------


def merged_away(client, receipt):
    """Merge the receipt's product into another; returns the one that is kept."""
    kept = another(f"What {receipt.number} brought")
    answer = merge(client, kept, receipt.lines.get().product_id)
    assert answer.status_code == 200, answer.json()
    return kept


@pytest.mark.parametrize("made", ["entered", "matched", "approved"])
def test_an_invoice_on_its_way_is_matched_and_posted_under_the_product_kept(client, made):
    receipt = received(need=10, price=100)
    invoice = getattr(invoicing, made)(receipt)
    kept = merged_away(client, receipt)
    who = {"now": timezone.now(), "invoice_id": invoice.pk}
    if made == "entered":
        invoice_match(actor=actor_with("purchasing"), **who)
    if made != "approved":
        assert SupplierInvoice.objects.get(pk=invoice.pk).state == "matched"
        invoice_approve(actor=actor_with("pharmacist"), **who)
    done = invoice_post(actor=actor_with("accountant"), **who)
    assert (done.state, done.payable, done.lines.get().product_id) == ("posted", 1000, kept)
    assert owed_to(receipt.order.supplier) == 1000
    call_command("reconcile")


def test_an_invoice_that_comes_after_the_merge_finds_the_goods_received_before(client):
    receipt = received(need=10, price=100)
    kept = merged_away(client, receipt)
    invoice = entered(receipt, line_of(receipt, product_id=kept))
    found = invoice_match(actor=actor_with("purchasing"), now=timezone.now(), invoice_id=invoice.pk)
    assert (found.state, list(found.differences.all())) == ("matched", [])


def test_a_posted_invoice_keeps_its_day_and_can_still_be_taken_back(client):
    receipt = received(need=10, price=100)
    billed = receipt.lines.get().product_id
    invoice = posted(receipt, line_of(receipt, amount=1100))
    merged_away(client, receipt)
    assert invoice.lines.get().product_id == billed
    back = invoice_reverse(
        actor=actor_with("accountant"), now=timezone.now(), invoice_id=invoice.pk, reason="twice"
    )
    assert back.state == "reversed"
    assert owed_to(receipt.order.supplier) == 1000
    call_command("reconcile")


@pytest.mark.parametrize("made", ["drafted", "approved"])
def test_a_return_on_its_way_goes_out_under_the_product_kept(client, made):
    receipt = received(need=10, price=100)
    returned = getattr(returning, made)(receipt)
    kept = merged_away(client, receipt)
    assert SupplierReturnLine.objects.get().product_id == kept
    now = timezone.now()
    if made == "drafted":
        return_approve(actor=actor_with("pharmacist"), now=now, return_id=returned.pk, reason="x")
    return_dispatch(actor=actor_with("purchasing"), now=now, return_id=returned.pk)
    assert StockLevel.objects.get(batch__product_id=kept).quantity == 6
    assert owed_to(receipt.order.supplier) == 600
    call_command("reconcile")


def test_what_went_back_before_the_merge_comes_back_or_is_credited_after_it(client):
    receipt, other = received(need=10, price=100), received(need=10, price=100)
    came_back, credited = returning.dispatched(receipt), returning.dispatched(other)
    kept = merged_away(client, receipt)
    merged_away(client, other)
    return_cancel(
        actor=actor_with("pharmacist"), now=timezone.now(), return_id=came_back.pk, reason="x"
    )
    assert StockLevel.objects.get(batch__product_id=kept).quantity == 10
    returning.credit(credited, 400)
    assert SupplierReturn.objects.get(pk=credited.pk).state == "credited"
    call_command("reconcile")


def test_goods_received_before_the_merge_can_go_back_after_it(client):
    receipt = received(need=10, price=100)
    kept = merged_away(client, receipt)
    returned = return_create(
        actor=actor_with("purchasing"),
        now=timezone.now(),
        supplier_id=receipt.order.supplier_id,
        lines=[
            ReturnLineFacts(quantity=4, reason="overstock", receipt_line_id=receipt.lines.get().pk)
        ],
    )
    assert (returned.lines.get().product_id, returned.expected_credit) == (kept, 400)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("what", ["a return goes out", "an invoice is posted"])
def test_a_merge_and_a_document_at_once_leave_the_books_whole(what, together, client_as):
    """Either may have to be tried again; what was done is done under one product, once."""
    owner, accountant, buyer = (
        client_as("owner"),
        actor_with("accountant"),
        actor_with("purchasing"),
    )
    for _round in range(4):
        receipt = received(need=10, price=100)
        kept = another(f"What {receipt.number} brought")
        document = (returning if what == "a return goes out" else invoicing).approved(receipt)
        work = (
            partial(return_dispatch, actor=buyer, now=timezone.now(), return_id=document.pk)
            if what == "a return goes out"
            else partial(invoice_post, actor=accountant, now=timezone.now(), invoice_id=document.pk)
        )
        merged, done = together([partial(merge, owner, kept, receipt.lines.get().product_id), work])
        assert merged.status_code in (200, 409), merged.json()
        busy = isinstance(done, Exception)
        if busy:
            assert isinstance(done, Conflict | OperationalError), done
            work()
        if merged.status_code == 409:
            assert merge(owner, kept, receipt.lines.get().product_id).status_code == 200
        left = 6 if what == "a return goes out" else 10
        assert StockLevel.objects.get(batch__product_id=kept).quantity == left
        assert owed_to(receipt.order.supplier) == left * 100
    call_command("reconcile")
