import pytest
from django.utils import timezone

from core.audit import SYSTEM
from inventory.public import product_create
from purchases.models import OfferLine, ProductAlias, ProposalLine, PurchaseOrderLine
from purchases.services.receipts import goods_receive
from purchases.tests.factories import (
    OfferLineFactory,
    actor_with,
    delivery,
    draft_proposal,
    placed_order,
    short_product,
    source,
)
from purchases.tests.lower import ProductStock

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(client_as):
    return client_as("owner")


def another() -> int:
    return product_create(actor=SYSTEM, now=timezone.now(), name_en="The one that stays")


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
