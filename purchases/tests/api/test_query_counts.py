"""Every list costs as many queries for many rows as for few."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from purchases.models import ProductAlias
from purchases.services.receipts.receipts import goods_receive
from purchases.tests.factories import (
    OfferFactory,
    OfferLineFactory,
    SupplierFactory,
    actor_with,
    delivery,
    placed_order,
    short_product,
    source,
    submitted_proposal,
)

pytestmark = pytest.mark.django_db


def received():
    order = placed_order()
    return goods_receive(
        actor=actor_with("pharmacist"),
        now=timezone.now(),
        order_id=order.pk,
        deliveries=[delivery(order)],
    )


def compared():
    product = short_product()
    source(product)
    source(product)


def learnt():
    line = OfferLineFactory()
    ProductAlias.objects.create(
        supplier=line.offer.supplier,
        key=line.match_key,
        product_id=short_product(),
        learnt_from=line,
        learnt_at=timezone.now(),
    )


LISTS = {
    "learnt-names/": learnt,
    "suppliers/": SupplierFactory,
    "offers/": lambda: OfferLineFactory.create_batch(3, offer=OfferFactory()),
    "offers/comparison/": compared,
    "purchase-needs/": short_product,
    "purchase-proposals/": submitted_proposal,
    "purchase-orders/": placed_order,
    "goods-receipts/": received,
}


def queries_of(client, path):
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(f"/api/v1/{path}")
    assert answer.status_code == 200
    return len(queries), len(answer.json()["results"])


@pytest.mark.parametrize("path", LISTS)
def test_a_list_does_not_ask_per_row(path, client_as):
    client = client_as("owner")
    LISTS[path]()
    few, one = queries_of(client, path)
    for _ in range(4):
        LISTS[path]()
    many, five = queries_of(client, path)
    assert (one, five) == (1, 5)
    assert few == many


def test_offer_lines_do_not_ask_per_row(client_as):
    client = client_as("owner")
    offer = OfferFactory()
    path = f"offers/{offer.pk}/lines/"

    def add():
        OfferLineFactory(offer=offer, suggested_product_id=short_product())
        OfferLineFactory(offer=offer, matched=True, product_id=short_product())

    add()
    few, _rows = queries_of(client, path)
    for _ in range(4):
        add()
    many, rows = queries_of(client, path)
    assert rows == 10
    assert few == many
