from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.models import local_date
from purchases.errors import ProductNotFound
from purchases.public import target_items
from purchases.selectors.comparison import compare, need_of_product, needs_of_short_products
from purchases.tests.factories import OfferLineFactory, SupplierFactory, short_product, source

pytestmark = pytest.mark.django_db


def costs(comparison):
    return [str(found.quote.true_unit_cost) for found in comparison.quotes]


def test_suppliers_are_ranked_by_true_cost_at_the_quantity_asked_for(now):
    product = short_product(need=6)
    generous = source(product, price=100, deal="1+6")
    plain = source(product, price=90)
    [few] = compare({product: 6}, now=now)
    assert [found.source.line for found in few.quotes] == [generous, plain]
    assert costs(few) == ["85.714286", "90.000000"]
    [fewer] = compare({product: 5}, now=now)
    assert [found.source.line for found in fewer.quotes] == [plain, generous]


def test_a_discount_on_the_public_price_competes_with_list_prices(now):
    product = short_product()
    egyptian = source(product, price=None, public_price=100, discount_percent=Decimal(20))
    source(product, price=81)
    [found] = compare({product: 1}, now=now)
    assert found.quotes[0].source.line == egyptian
    assert costs(found) == ["80.000000", "81.000000"]


def test_a_supplier_is_named_once_with_its_cheapest_line(now):
    product, supplier = short_product(), SupplierFactory()
    first = source(product, price=100, supplier=supplier)
    cheaper = OfferLineFactory(offer=first.offer, matched=True, product_id=product, list_price=90)
    [found] = compare({product: 1}, now=now)
    assert [quote.source.line for quote in found.quotes] == [cheaper]


def test_of_equal_costs_the_newer_offer_comes_first(now):
    product = short_product()
    source(product, price=100, received_at=now - timedelta(days=2))
    newer = source(product, price=100, received_at=now - timedelta(days=1))
    [found] = compare({product: 1}, now=now)
    assert found.quotes[0].source.line == newer


def test_offers_long_gone_are_not_even_mentioned(now):
    product = short_product()
    source(product, received_at=now - timedelta(days=121))
    source(product, received_at=now - timedelta(days=119))
    [found] = compare({product: 1}, now=now)
    assert [excluded.exclusion for excluded in found.excluded] == ["offer_stale"]


def test_an_offer_counts_on_its_last_day(now):
    product = short_product()
    line = source(product)
    line.offer.valid_until = local_date(now)
    line.offer.save()
    [found] = compare({product: 1}, now=now)
    assert len(found.quotes) == 1


def test_without_a_quantity_the_need_or_else_one_pack_is_compared(now):
    short = short_product(need=40)
    enough = short_product(need=0, purchase_units=12)
    assert need_of_product(product_id=short, now=now) == [(short, 40)]
    assert need_of_product(product_id=enough, now=now) == [(enough, 12)]
    assert need_of_product(product_id=short, quantity=7, now=now) == [(short, 7)]
    with pytest.raises(ProductNotFound):
        need_of_product(product_id=999_999, now=now)


def test_the_greatest_need_comes_first(now):
    less, more = short_product(need=10), short_product(need=90)
    assert needs_of_short_products(now=now) == [(more, 90), (less, 10)]


def test_target_items_name_what_is_short():
    short_product(need=10, name_ar="سيتامول", strength="500 mg")
    short_product(need=0)
    assert target_items() == [("سيتامول", "500 mg")]


def test_queries_do_not_grow_with_products_or_offers(now):
    counts = []
    for size in (1, 15):
        needed = {}
        for _ in range(size):
            product = short_product()
            needed[product] = 40
            for _ in range(3):
                source(product)
        with CaptureQueriesContext(connection) as queries:
            compare(needed, now=now)
        counts.append(len(queries))
    assert counts[0] == counts[1] == 3
