import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inventory.lifecycle import TRANSITIONS, Lifecycle
from inventory.models import Barcode, Packaging, Product
from inventory.tests.stock import in_days, product, receive

pytestmark = pytest.mark.django_db
PRODUCTS = "/api/v1/inventory/products/"


@pytest.fixture
def pharmacist(client_as):
    return client_as("pharmacist")


def moved(client, product_id, to):
    return client.post(f"{PRODUCTS}{product_id}/lifecycle/", {"to": to})


def test_product_is_created_with_its_purchase_pack(pharmacist):
    body = {"name_ar": "باراسيتول", "strength": "500 mg", "purchase_units": 20, "min_stock": 5,
            "max_stock": 40, "public_price": "250.00"}  # fmt: skip
    answer = pharmacist.post(PRODUCTS, body)
    assert answer.status_code == 201
    assert answer.json()["public_price"] == "250.00"
    assert [pack["units"] for pack in answer.json()["packagings"]] == [20]


def test_same_product_in_another_spelling_is_refused(pharmacist):
    pharmacist.post(PRODUCTS, {"name_ar": "أموكسيدار", "strength": "500 mg"})
    answer = pharmacist.post(PRODUCTS, {"name_ar": "اموكسيدار", "strength": "500 MG"})
    assert answer.status_code == 409
    assert answer.json()["product_id"] == Product.objects.get().pk


@pytest.mark.parametrize(
    "body",
    [
        {"name_ar": ""},
        {"name_ar": "x", "min_stock": -1},
        {"name_ar": "x", "min_stock": 9, "max_stock": 3},
        {"name_ar": "x", "public_price": "-1"},
        {"name_ar": "x", "lifecycle": "archived"},
    ],
)
def test_impossible_product_is_refused_and_not_created(pharmacist, body):
    answer = pharmacist.post(PRODUCTS, body)
    assert answer.status_code in (400, 422)
    assert answer.json()["errors"]
    assert not Product.objects.exists()


@pytest.mark.parametrize("to", Lifecycle.values)
@pytest.mark.parametrize("before", Lifecycle.values)
def test_lifecycle_follows_its_table(pharmacist, before, to):
    item = product()
    Product.objects.filter(pk=item).update(lifecycle=before)
    answer = moved(pharmacist, item, to)
    is_allowed = to in TRANSITIONS[before]
    assert (answer.status_code < 400) == is_allowed
    assert Product.objects.get().lifecycle == (to if is_allowed else before)


def test_product_with_stock_cannot_be_discontinued(pharmacist):
    item = product()
    receive((item, "B", in_days(90), 3, 30))
    moved(pharmacist, item, "phase_out")
    answer = moved(pharmacist, item, "discontinued")
    assert (answer.status_code, answer.json()["on_hand"]) == (409, 3)


@pytest.mark.parametrize(
    ("value", "code"),
    [("5.28E+12", "destroyed_by_spreadsheet"), ("4006381333932", "wrong_check_digit")],
)
def test_bad_barcode_is_refused_with_the_remedy(pharmacist, value, code):
    answer = pharmacist.post(f"{PRODUCTS}{product()}/barcodes/", {"value": value})
    assert answer.status_code == 422
    assert [error["code"] for error in answer.json()["errors"]] == [code]
    assert not Barcode.objects.exists()


def test_barcode_belongs_to_one_product_in_any_gtin_length(pharmacist):
    first, second = product(), product()
    added = pharmacist.post(f"{PRODUCTS}{first}/barcodes/", {"value": "4006381333931"})
    assert added.status_code == 201
    answer = pharmacist.post(f"{PRODUCTS}{second}/barcodes/", {"value": "04006381333931"})
    assert (answer.status_code, answer.json()["code"]) == (409, "barcode_taken")


def test_only_one_packaging_is_the_one_ordered_in(pharmacist):
    item = product(purchase_units=30)
    pharmacist.post(
        f"{PRODUCTS}{item}/packagings/",
        {"name": "Carton", "units": 300, "is_purchase_default": True},
    )
    defaults = Packaging.objects.filter(product_id=item, is_purchase_default=True)
    assert [pack.units for pack in defaults] == [300]


@pytest.mark.parametrize("wanted", ["باراسيتول", "بارَاسيتـول", "PARACETOL", "4006381333931"])
def test_search_finds_any_spelling_and_the_barcode(pharmacist, wanted):
    item = product(name_ar="باراسيتول 500", name_en="Paracetol 500")
    product()
    pharmacist.post(f"{PRODUCTS}{item}/barcodes/", {"value": "4006381333931"})
    answer = pharmacist.get(PRODUCTS, {"search": wanted})
    assert [row["id"] for row in answer.json()["results"]] == [item]


def test_list_costs_the_same_however_many_products(pharmacist, django_assert_num_queries):
    product()
    with CaptureQueriesContext(connection) as few:
        pharmacist.get(PRODUCTS)
    for _ in range(12):
        product()
    with django_assert_num_queries(len(few)):
        pharmacist.get(PRODUCTS)


def test_a_yes_or_no_that_is_not_asked_for_filters_nothing(client_as):
    """An absent parameter is neither yes nor no; `?low_stock=` is one that is absent."""
    stocked, empty = product(), product(min_stock=5, max_stock=9)
    receive((stocked, "A", in_days(90), 10, 100))
    client = client_as("pharmacist")

    def shown(query):
        rows = client.get(f"/api/v1/inventory/products/?{query}").json()["results"]
        return {row["id"] for row in rows}

    assert shown("") == shown("low_stock=") == {stocked, empty}
    assert shown("low_stock=true") == {empty}
    assert shown("low_stock=false") == {stocked}
    assert client.get("/api/v1/inventory/products/?typo=").status_code == 400
    batches = client.get("/api/v1/inventory/batches/").json()["results"]
    assert [row["product_id"] for row in batches] == [stocked]


def test_pages_of_products_hold_all_by_name_with_their_stock_in_as_many_queries(client_as):
    items = [product(name_ar=f"ص {letter}") for letter in "جباهد"]
    receive(*[(item, "A", in_days(400), 5 + n, 50) for n, item in enumerate(items)])
    client, url, shown, made = client_as("pharmacist"), f"{PRODUCTS}?page_size=2", [], []
    while url:
        with CaptureQueriesContext(connection) as queries:
            body = client.get(url).json()
        shown += [(row["name_ar"], row["available"]) for row in body["results"]]
        made.append(len(queries))
        url = body["next"]
    assert shown == sorted((f"ص {letter}", 5 + n) for n, letter in enumerate("جباهد"))
    assert len(set(made)) == 1
