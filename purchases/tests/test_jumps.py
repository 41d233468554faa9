"""Prices far from the last one or from other offers are marked, seen and found."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.audit import SYSTEM
from purchases.drafts import OfferDraft, OfferLineDraft
from purchases.jumps import line_pack_cost, price_jumps_mark
from purchases.models import OfferLine
from purchases.services.offers.offers import offer_create, offer_rematch
from purchases.services.offers.review import offer_line_ignore, offer_line_reopen
from purchases.tests.factories import (
    OfferFactory,
    OfferLineFactory,
    SupplierFactory,
    short_product,
    source,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def supplier():
    return SupplierFactory()


def marked(line, now):
    price_jumps_mark([line], supplier_id=line.offer.supplier_id, now=now)
    return [(jump["against"], jump["direction"], jump["percent"]) for jump in line.price_jumps]


class TestAgainstTheLastPrice:
    @pytest.mark.parametrize(
        ("before", "after", "expected"),
        [
            (100, 115, [("last_price", "up", "15.0")]),
            (100, "114.99", []),
            (100, 85, [("last_price", "down", "15.0")]),
            (100, "85.01", []),
            (100, 100, []),
        ],
    )
    def test_a_change_of_the_setting_or_more_is_marked(
        self, supplier, now, before, after, expected
    ):
        product = short_product()
        source(product, price=before, supplier=supplier)
        assert marked(source(product, price=after, supplier=supplier), now) == expected

    def test_a_discount_counts(self, supplier, now):
        product = short_product()
        last = source(product, price=100, supplier=supplier)
        line = source(product, price=100, supplier=supplier, discount_percent=Decimal(20))
        assert marked(line, now) == [("last_price", "down", "20.0")]
        assert line.price_jumps[0] == {
            "against": "last_price", "direction": "down", "percent": "20.0", "price": "80.00",
            "reference": "100.00", "offer_line_id": last.pk, "offers": 1,
        }  # fmt: skip

    def test_the_newest_price_before_counts_and_withdrawn_offers_do_not(self, supplier, now):
        product = short_product()
        source(product, price=50, supplier=supplier)
        source(product, price=100, supplier=supplier)
        gone = source(product, price=10, supplier=supplier)
        gone.offer.withdrawn_at = now
        gone.offer.save()
        line = source(product, price=105, supplier=supplier)
        source(product, price=500, supplier=supplier)
        assert marked(line, now) == []

    def test_another_suppliers_last_price_is_not_this_ones(self, supplier, now):
        product = short_product()
        long_ago = now - timedelta(days=400)
        source(product, price=50, received_at=long_ago)
        assert marked(source(product, price=100, supplier=supplier), now) == []


class TestAgainstOtherOffers:
    def test_the_middle_of_the_others_true_costs_is_the_measure(self, supplier, now):
        product = short_product()
        for price in (100, 90, 500):
            source(product, price=price)
        assert marked(source(product, price=130, supplier=supplier), now) == [
            ("other_offers", "up", "30.0")
        ]

    def test_free_goods_count_on_both_sides(self, supplier, now):
        product = short_product()
        source(product, price=100)
        dear_with_gift = source(product, price=140, deal="1+6", supplier=supplier)
        assert line_pack_cost(dear_with_gift).best == Decimal("120.000000")
        assert marked(dear_with_gift, now) == []

    def test_stale_expired_and_withdrawn_offers_are_no_measure(self, supplier, now):
        product = short_product()
        source(product, price=10, received_at=now - timedelta(days=31))
        for field, value in (
            ("valid_until", (now - timedelta(days=2)).date()),
            ("withdrawn_at", now),
        ):
            line = source(product, price=10)
            setattr(line.offer, field, value)
            line.offer.save()
        assert marked(source(product, price=100, supplier=supplier), now) == []


def test_a_line_without_price_or_product_has_no_jumps(supplier, now):
    product = short_product()
    source(product, price=100, supplier=supplier)
    assert marked(source(product, price=None, supplier=supplier), now) == []
    line = OfferLineFactory(offer=OfferFactory(supplier=supplier), price_jumps=[])
    assert marked(line, now) == []


def offer_of(supplier, products, price, now):
    """A new offer by names that the catalogue has word for word."""
    return offer_create(
        actor=SYSTEM,
        now=now,
        draft=OfferDraft(
            supplier_id=supplier.pk,
            source_type="tests.document",
            source_id=str(OfferLine.objects.count()),
            lines=tuple(OfferLineDraft(name=name, list_price=Decimal(price)) for name in products),
        ),
    )


NAMES = ["كونفيدرم كريم 15 جم", "زاليبروكس 500 مجم اقراص", "ميروفلاكس شراب 120 مل"]


class TestWhenALineGetsItsProduct:
    @pytest.fixture(autouse=True)
    def products(self):
        for name in NAMES:
            short_product(name_ar=name, name_en="")

    def test_a_new_offer_is_marked_at_once_and_a_rematched_one_again(self, supplier, now):
        offer_of(supplier, NAMES, 100, now)
        second = offer_of(supplier, NAMES, 150, now)
        lines = OfferLine.objects.filter(offer_id=second, status="matched")
        assert len(lines) == len(NAMES)
        assert all(line.price_jumps[0]["percent"] == "50.0" for line in lines)
        lines.update(price_jumps=[])
        offer_rematch(actor=SYSTEM, now=now, offer_id=second)
        assert all(line.price_jumps[0]["percent"] == "50.0" for line in lines.all())

    def test_a_line_that_loses_its_product_loses_its_marks(self, supplier, buyer, now):
        offer_of(supplier, NAMES, 100, now)
        second = offer_of(supplier, NAMES, 150, now)
        one, two, _ = OfferLine.objects.filter(offer_id=second).order_by("position")
        offer_line_ignore(actor=buyer, now=now, line_id=one.pk)
        offer_line_reopen(actor=buyer, now=now, line_id=two.pk)
        for line in (one, two):
            line.refresh_from_db()
            assert line.price_jumps == []

    def test_lines_are_filtered_by_direction_and_the_comparison_shows_them(
        self, supplier, client_as, now
    ):
        offer_of(supplier, NAMES, 100, now)
        second = offer_of(supplier, NAMES, 150, now)
        client = client_as("purchasing")
        path = f"/api/v1/offers/{second}/lines/"
        found = {
            way: client.get(path, {"price_jump": way}).json()["count"]
            for way in ("any", "up", "down")
        }
        assert found == {"any": 3, "up": 3, "down": 0}
        line = OfferLine.objects.filter(offer_id=second).first()
        compared = client.get("/api/v1/offers/comparison/", {"product_id": line.product_id}).json()
        assert compared["results"][0]["quotes"][0]["price_jumps"][0]["direction"] == "up"


def test_marking_costs_two_queries_for_any_number_of_lines(supplier, now):
    def queries(count):
        offer = OfferFactory(supplier=supplier)
        lines = [
            OfferLineFactory(offer=offer, matched=True, product_id=short_product())
            for _ in range(count)
        ]
        with CaptureQueriesContext(connection) as captured:
            price_jumps_mark(lines, supplier_id=supplier.pk, now=now)
        return len(captured)

    assert queries(1) == queries(100) == 2


class TestPriceHistory:
    def path(self, product):
        return f"/api/v1/products/{product}/price-history/"

    def test_it_shows_every_price_newest_first_with_the_true_cost_under_the_deal(
        self, client_as, supplier
    ):
        product = short_product()
        first = source(product, price=100, supplier=supplier)
        last = source(product, price=140, deal="1+6", discount_percent=Decimal(10))
        source(short_product(), price=5)
        rows = client_as("purchasing").get(self.path(product)).json()["results"]
        assert [row["offer_line_id"] for row in rows] == [last.pk, first.pk]
        assert rows[0]["cost"] == {
            "net_price": "126.000000", "true_pack_cost": "108.000000", "bought": 6, "free": 1,
        }  # fmt: skip
        assert rows[1]["cost"]["true_pack_cost"] == "100.000000"

    def test_it_is_filtered_by_supplier_and_time(self, client_as, supplier, now):
        product = short_product()
        old = source(product, supplier=supplier, received_at=now - timedelta(days=60))
        source(product)
        client = client_as("purchasing")
        rows = client.get(self.path(product), {"supplier_id": supplier.pk}).json()["results"]
        assert [row["offer_line_id"] for row in rows] == [old.pk]
        since = (now - timedelta(days=30)).isoformat()
        rows = client.get(self.path(product), {"since": since}).json()["results"]
        assert old.pk not in [row["offer_line_id"] for row in rows]

    def test_pages_follow_each_other_without_loss(self, client_as):
        product = short_product()
        lines = [source(product).pk for _ in range(5)]
        client, seen = client_as("purchasing"), []
        url = f"{self.path(product)}?page_size=2"
        while url:
            page = client.get(url).json()
            seen += [row["offer_line_id"] for row in page["results"]]
            url = page["next"]
        assert seen == lines[::-1]

    def test_an_unknown_product_is_404(self, client_as):
        answer = client_as("purchasing").get(self.path(999_999))
        assert (answer.status_code, answer.json()["code"]) == (404, "product_not_found")

    def test_it_does_not_ask_per_row(self, client_as):
        product, client = short_product(), client_as("purchasing")

        def queries():
            with CaptureQueriesContext(connection) as captured:
                assert client.get(self.path(product)).status_code == 200
            return len(captured)

        source(product)
        few = queries()
        for _ in range(6):
            source(product)
        assert queries() == few

    def test_it_is_read_by_its_index(self):
        product = short_product()
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_sort = off")
        plan = OfferLine.objects.filter(product_id=product).order_by("-id")[:50].explain()
        assert "purchases_offerline_history" in plan
