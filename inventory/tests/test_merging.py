from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from capital.public import capital_summary
from core.audit import SYSTEM
from core.models import AuditEntry, OutboxEvent
from core.tests.threads import together
from inventory.errors import InsufficientStock, ProductNotSellable
from inventory.models import (
    Barcode,
    Batch,
    Incoming,
    Location,
    LocationLimit,
    Packaging,
    Product,
    ProductAlias,
    ProductStock,
    RegisterEntry,
    StockCount,
    StockCountLine,
    StockLevel,
    StockMovement,
)
from inventory.public import IncomingLine, incoming_register, merged_products
from inventory.selectors.reconciliation import differences
from inventory.services.aliases import alias_add
from inventory.services.barcodes import barcode_add
from inventory.services.counts.planning import count_start
from inventory.services.merging import products_merge
from inventory.services.packagings import packaging_create
from inventory.tests.counting import person, planned, started
from inventory.tests.stock import in_days, issue, product, receive

pytestmark = pytest.mark.django_db
PRODUCTS = "/api/v1/inventory/products/"


@pytest.fixture
def owner(client_as):
    return client_as("owner")


def merge(kept, merged):
    products_merge(
        actor=SYSTEM, now=timezone.now(), kept_id=kept, merged_id=merged, reason="the same box"
    )


def refused(client, kept, merged):
    before = everything()
    answer = client.post(f"{PRODUCTS}{kept}/merge/", {"merged_id": merged, "reason": "same"})
    assert (answer.status_code, answer.json()["code"]) == (409, "merge_refused")
    assert everything() == before
    return [(error["field"], error["code"]) for error in answer.json()["errors"]]


def everything():
    return [
        list(model.objects.order_by("pk").values())
        for model in (Product, ProductStock, Batch, StockLevel, StockMovement, Barcode, Packaging)
    ]


def totals():
    stock = ProductStock.objects.all()
    return (
        sum(row.on_hand for row in stock),
        sum(row.value for row in stock),
        capital_summary().stock_at_cost,
        StockMovement.objects.count(),
    )


@pytest.fixture
def twins():
    """The same box entered twice, both with stock of their own."""
    kept, merged = product(name_en="Panadol"), product(name_en="Panadol tabs", name_ar="بنادول")
    receive((kept, "A", in_days(300), 10, 100), (merged, "B", in_days(30), 5, 75))
    return kept, merged


def test_stock_and_money_are_the_same_before_and_after(twins):
    kept, merged = twins
    before = totals()
    merge(kept, merged)
    assert totals() == before
    assert list(ProductStock.objects.order_by("pk").values_list("on_hand", "value")) == [
        (15, 175), (0, 0),
    ]  # fmt: skip
    assert differences() == []


def test_what_expires_first_leaves_first_across_both(twins):
    kept, merged = twins
    merge(kept, merged)
    effects = issue((kept, 7))
    assert [(each.batch_number, each.quantity) for each in effects] == [("B", 5), ("A", 2)]
    assert sum(each.cost for each in effects) == 75 + 20
    assert differences() == []


def test_same_batch_of_both_is_kept_apart_with_its_cost(twins):
    kept, merged = twins
    receive((merged, "A", in_days(300), 4, 400))
    merge(kept, merged)
    twins_of_a = Batch.objects.filter(product=kept, number="A").order_by("pk")
    assert [batch.merged_from_id for batch in twins_of_a] == [None, merged]
    receive((kept, "A", in_days(300), 1, 10))
    assert ProductStock.objects.get(pk=kept).on_hand == 20
    assert differences() == []


def test_product_that_ends_points_to_what_it_became_and_is_found_by_its_names(owner, twins):
    kept, merged = twins
    barcode_add(actor=SYSTEM, now=timezone.now(), product_id=merged, value="4006381333931")
    answer = owner.post(f"{PRODUCTS}{kept}/merge/", {"merged_id": merged, "reason": "same"})
    assert answer.status_code == 200, answer.json()
    gone = owner.get(f"{PRODUCTS}{merged}/").json()
    assert (gone["lifecycle"], gone["merged_into_id"]) == ("archived", kept)
    for text in ("panadol tabs", "بنادول", "4006381333931"):
        found = owner.get("/api/v1/inventory/search/", {"text": text}).json()
        assert [row["id"] for row in found] == [kept]
    scanned = owner.post("/api/v1/inventory/scan/", {"text": "4006381333931"}).json()
    assert scanned["product"]["id"] == kept
    assert merged_products([kept]) == {kept: [kept, merged]}


def test_everything_that_hangs_on_it_moves(twins):
    kept, merged = twins
    now = timezone.now()
    code = dict(actor=SYSTEM, now=now, product_id=merged)
    strip = packaging_create(actor=SYSTEM, product_id=merged, name="Strip", units=10)
    box = packaging_create(
        actor=SYSTEM, product_id=merged, name="Box", units=30, is_purchase_default=True
    )
    ours = packaging_create(actor=SYSTEM, product_id=kept, name="Strip", units=10)
    packaging_create(actor=SYSTEM, product_id=kept, name="Box", units=20, is_purchase_default=True)
    barcode_add(**code, value="STRIP", packaging_id=strip)
    barcode_add(**code, value="BOX", packaging_id=box)
    alias_add(actor=SYSTEM, now=now, product_id=merged, text="headache pill")
    alias_add(actor=SYSTEM, now=now, product_id=kept, text="headache pill")
    incoming_register(
        actor=SYSTEM, now=now, source_type="tests.order", source_id="1",
        lines=[IncomingLine(line=1, product_id=merged, quantity=40)],
    )  # fmt: skip
    place = Location.objects.get()
    LocationLimit.objects.create(product_id=merged, location=place, min_stock=1, max_stock=2)
    merge(kept, merged)
    assert Barcode.objects.get(value="STRIP").packaging_id == ours
    assert Barcode.objects.get(value="BOX").packaging_id == box
    packs = Packaging.objects.order_by("units", "pk")
    assert [(pack.name, pack.units, pack.is_purchase_default) for pack in packs] == [
        ("Strip", 10, False), ("Box", 20, True), ("Box × 30", 30, False),
    ]  # fmt: skip
    assert {pack.product_id for pack in packs} == {kept}
    assert Incoming.objects.get().product_id == kept
    assert LocationLimit.objects.get().product_id == kept
    assert set(ProductAlias.objects.values_list("product_id", "text", "source")) == {
        (kept, "headache pill", "typed"),
        (kept, "بنادول", "merged"),
        (kept, "Panadol tabs", "merged"),
    }


def test_details_the_product_kept_lacks_are_taken_over():
    kept = product(atc_code="", notes="ours")
    merged = product(atc_code="N02BE01", notes="theirs", public_price=Decimal(5))
    merge(kept, merged)
    row = Product.objects.get(pk=kept)
    assert (row.atc_code, row.notes, row.public_price) == ("N02BE01", "ours", 5)


def test_new_product_that_gains_stock_is_new_no_more():
    kept, other, merged = product(), product(), product()
    merge(kept, other)
    assert Product.objects.get(pk=kept).lifecycle == "new"
    receive((merged, "B", in_days(30), 5, 75))
    merge(kept, merged)
    assert Product.objects.get(pk=kept).lifecycle == "active"


def test_merge_is_audited_and_told(twins):
    kept, merged = twins
    merge(kept, merged)
    entry = AuditEntry.objects.get(action="inventory.products_merged")
    assert entry.reason == "the same box"
    assert entry.changes["merged_id"] == merged
    event = OutboxEvent.objects.get(name="inventory.products_merged")
    assert (event.payload["kept_id"], event.payload["merged_id"]) == (kept, merged)


def test_merge_needs_its_own_permission(client_as, twins):
    kept, merged = twins
    body = {"merged_id": merged, "reason": "same"}
    for role in ("pharmacist", "purchasing", "cashier"):
        answer = client_as(role).post(f"{PRODUCTS}{kept}/merge/", body)
        assert answer.status_code == 403
    assert Product.objects.get(pk=merged).merged_into_id is None


@pytest.mark.parametrize(
    ("ours", "theirs", "field"),
    [
        ({"base_unit": "tablet"}, {"base_unit": "strip"}, "base_unit"),
        ({}, {"controlled_class": "psychotropic"}, "controlled_class"),
        ({"cold_chain": True}, {}, "cold_chain"),
        ({"form": "tablet"}, {"form": "syrup"}, "form"),
    ],
)
def test_products_that_are_not_the_same_are_refused(owner, ours, theirs, field):
    kept, merged = product(**ours), product(**theirs)
    assert refused(owner, kept, merged) == [(field, "differs")]


def test_products_of_other_strength_are_refused(owner):
    kept, merged = product(), product()
    for item, strength in ((kept, "500"), (merged, "250")):
        body = {"ingredients": [{"name_en": "A", "strength": strength, "unit": "mg"}]}
        assert owner.patch(f"{PRODUCTS}{item}/", body).status_code == 200
    assert refused(owner, kept, merged) == [("ingredients", "differs")]


def test_product_with_itself_or_one_that_has_ended_is_refused(owner, twins):
    kept, merged = twins
    assert refused(owner, kept, kept) == [("merged_id", "same_product")]
    merge(kept, merged)
    assert refused(owner, kept, merged) == [("merged_id", "ended")]
    assert refused(owner, merged, kept) == [("product_id", "ended")]


def test_unknown_product_is_not_found(owner, twins):
    kept, _merged = twins
    answer = owner.post(f"{PRODUCTS}{kept}/merge/", {"merged_id": 999999, "reason": "same"})
    assert answer.json()["code"] == "product_not_found"


def test_product_being_counted_is_refused(owner, twins):
    kept, merged = twins
    started(person(), scope="products", product_ids=[merged])
    assert StockCountLine.objects.filter(is_open=True).exists()
    assert refused(owner, kept, merged) == [("merged_id", "being_counted")]


def test_count_that_has_not_begun_counts_what_the_merged_product_became(twins):
    kept, merged = twins
    counter = person()
    only_merged, both = (
        planned(counter, scope="products", product_ids=chosen)
        for chosen in ([merged], [kept, merged])
    )
    merge(kept, merged)
    for planned_count in (only_merged, both):
        products = StockCount.objects.get(pk=planned_count).products
        assert list(products.values_list("pk", flat=True)) == [kept]
    count_start(actor=counter, now=timezone.now(), count_id=only_merged)
    lines = StockCountLine.objects.filter(count_id=only_merged)
    assert {line.batch.number for line in lines} == {"A", "B"}


def test_goods_of_a_batch_both_had_go_to_the_kept_products_own(twins):
    kept, merged = twins
    receive((merged, "A", in_days(300), 4, 400))
    merge(kept, merged)
    own = Batch.objects.get(product=kept, number="A", merged_from=None)
    (came,) = receive((kept, "A", in_days(300), 1, 10))
    assert came.batch_id == own.pk
    Batch.objects.filter(pk=own.pk).update(received_at=timezone.now())  # written anew, so read last
    (came,) = receive((kept, "A", in_days(300), 1, 10))
    assert came.batch_id == own.pk


def test_merge_of_packs_costs_the_same_however_many_there_are():
    pairs = [(product(), product()) for _ in range(2)]
    for pair, packs in zip(pairs, (1, 20), strict=True):
        for product_id in pair:
            for number in range(packs):
                pack = packaging_create(
                    actor=SYSTEM, product_id=product_id, name=f"P{number}", units=number + 2
                )
                barcode_add(
                    actor=SYSTEM, now=timezone.now(), product_id=product_id, packaging_id=pack,
                    value=f"C{product_id}-{number}",
                )  # fmt: skip
    queries = []
    for kept, merged in pairs:
        with CaptureQueriesContext(connection) as made:
            merge(kept, merged)
        queries.append(len(made))
    assert queries[0] == queries[1]
    kept = pairs[1][0]
    assert Packaging.objects.filter(product=kept).count() == 20
    assert set(
        Barcode.objects.filter(product=kept).values_list("packaging__product_id", flat=True)
    ) == {kept}
    assert Barcode.objects.filter(product=kept).count() == 40


def test_chain_of_merges_points_to_the_last(twins):
    kept, merged = twins
    final = product()
    merge(kept, merged)
    merge(final, kept)
    assert set(Product.objects.exclude(pk=final).values_list("merged_into_id", flat=True)) == {
        final
    }
    assert merged_products([final]) == {final: [final, kept, merged]}
    assert ProductStock.objects.get(pk=final).on_hand == 15
    assert differences() == []


def test_registers_of_controlled_products_carry_the_balance_over():
    kept, merged = (product(controlled_class="psychotropic") for _ in range(2))
    receive((kept, "A", in_days(300), 10, 100), (merged, "B", in_days(30), 5, 75))
    merge(kept, merged)
    last = {
        row.product_id: (row.kind, row.quantity, row.balance)
        for row in RegisterEntry.objects.order_by("sequence")
    }
    assert last == {kept: ("carried", 5, 15), merged: ("carried", -5, 0)}
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert differences() == []


def test_ended_product_is_not_sold_any_more(twins):
    kept, merged = twins
    merge(kept, merged)
    before = everything()
    with pytest.raises(ProductNotSellable):
        issue((merged, 1))
    assert everything() == before


def test_merge_costs_the_same_however_much_there_is(twins):
    kept, merged = twins
    first, second = product(), product()
    receive(*[(merged, f"B{number}", in_days(90), 1, 1) for number in range(50)])
    receive((second, "B", in_days(90), 1, 1), (first, "B", in_days(90), 1, 1))
    with CaptureQueriesContext(connection) as few:
        merge(first, second)
    with CaptureQueriesContext(connection) as many:
        merge(kept, merged)
    assert len(many) == len(few)


@pytest.mark.django_db(transaction=True)
def test_merge_and_sales_at_once_lose_nothing():
    kept, merged = product(), product()
    receive((kept, "A", in_days(300), 10, 100), (merged, "B", in_days(30), 10, 100))
    outcomes = together(
        [lambda: merge(kept, merged)]
        + [lambda: issue((merged, 1)) for _ in range(8)]
        + [lambda: issue((kept, 1)) for _ in range(8)]
    )
    unexpected = [
        outcome
        for outcome in outcomes
        if isinstance(outcome, Exception)
        and not isinstance(outcome, ProductNotSellable | InsufficientStock)
    ]
    assert unexpected == []
    sold = sum(isinstance(outcome, list) for outcome in outcomes)
    assert ProductStock.objects.get(pk=kept).on_hand == 20 - sold
    assert ProductStock.objects.get(pk=merged).on_hand == 0
    assert Product.objects.get(pk=merged).merged_into_id == kept
    assert capital_summary().stock_at_cost == 10 * (20 - sold)
    assert differences() == []
