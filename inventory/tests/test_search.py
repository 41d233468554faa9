import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inventory.models import Ingredient, Product
from inventory.tests.stock import in_days, product, receive

pytestmark = pytest.mark.django_db
API = "/api/v1/inventory/"
PRODUCTS = f"{API}products/"


@pytest.fixture
def pharmacist(client_as):
    return client_as("pharmacist")


def with_generics(client, item, *ingredients):
    return client.patch(f"{PRODUCTS}{item}/", {"ingredients": list(ingredients)})


def suggested(client, text, **more):
    answer = client.get(f"{API}search/", {"text": text, **more})
    assert answer.status_code == 200, answer.json()
    return [row["id"] for row in answer.json()]


@pytest.mark.parametrize(
    "text", ["p", "PANA", "بنادول", "بَنَادُول اكسترا", "extra pana", "panadol 5"]
)
def test_product_is_suggested_while_one_types(pharmacist, text):
    item = product(name_ar="بنادول إكسترا", name_en="Panadol Extra", strength="500 mg")
    product()
    assert suggested(pharmacist, text)[:1] == [item]


def test_product_is_found_by_generic_and_alias_and_their_correction(pharmacist):
    item = product()
    with_generics(pharmacist, item, {"name_en": "Paracetamol", "name_ar": "باراسيتامول"})
    assert suggested(pharmacist, "parace") == suggested(pharmacist, "باراسيت") == [item]
    generic = Ingredient.objects.get()
    renamed = pharmacist.put(
        f"{API}ingredients/{generic.pk}/", {"name_en": "Acetaminophen", "name_ar": ""}
    )
    assert renamed.status_code == 200
    assert (suggested(pharmacist, "acetam"), suggested(pharmacist, "parace")) == ([item], [])
    added = pharmacist.post(f"{PRODUCTS}{item}/aliases/", {"text": "حبّة الصداع"})
    assert suggested(pharmacist, "حبه الصدا") == [item]
    pharmacist.patch(f"{PRODUCTS}{item}/", {"manufacturer": "GSK"})
    assert suggested(pharmacist, "gsk") == suggested(pharmacist, "حبة") == [item]
    alias = added.json()[0]["id"]
    assert pharmacist.delete(f"{PRODUCTS}{item}/aliases/{alias}/").status_code == 204
    assert suggested(pharmacist, "حبه") == []


def test_whole_name_comes_before_beginning_before_word_before_generic(pharmacist):
    by_generic = product()
    with_generics(pharmacist, by_generic, {"name_en": "Cetal"})
    out_of_order = product(name_en="Fort Cetal", name_ar="")
    begins = product(name_en="Cetal Fort", name_ar="")
    whole = product(name_en="Cetal", name_ar="")
    assert suggested(pharmacist, "cetal") == [whole, begins, out_of_order, by_generic]
    assert suggested(pharmacist, "cetal fort") == [begins, out_of_order]


def test_of_equals_what_is_available_comes_first(pharmacist):
    expired = product(name_en="Brufen A", name_ar="")
    here = product(name_en="Brufen B", name_ar="")
    absent = product(name_en="Brufen", name_ar="ب")
    receive((expired, "B", in_days(-1), 3, 30), (here, "B", in_days(90), 3, 30))
    first, *others = suggested(pharmacist, "bruf")
    assert (first, set(others)) == (here, {absent, expired})
    assert suggested(pharmacist, "bruf", sellable="true") == [here, expired]


def test_barcode_is_suggested_from_its_sixth_digit(pharmacist):
    item = product()
    pharmacist.post(f"{PRODUCTS}{item}/barcodes/", {"value": "4006381333931"})
    assert suggested(pharmacist, "400638") == suggested(pharmacist, "04006381333931") == [item]


def test_archived_products_are_not_suggested(pharmacist):
    item = product(name_en="Gone")
    Product.objects.filter(pk=item).update(lifecycle="archived")
    assert suggested(pharmacist, "gone") == []


@pytest.mark.parametrize("text", ["%", "'", "\\", "& | !", ":*", "٪", "_", "'a':*"])
def test_nothing_typed_breaks_the_search(pharmacist, text):
    item = product(name_en="plain b")
    assert item not in suggested(pharmacist, text)
    assert pharmacist.get(PRODUCTS, {"search": text}).json()["results"] == []


def test_search_costs_the_same_however_many_match(pharmacist, django_assert_num_queries):
    for number in range(3):
        product(name_en=f"Common {number}")
    with CaptureQueriesContext(connection) as few:
        pharmacist.get(f"{API}search/", {"text": "common"})
    for number in range(30):
        product(name_en=f"Common 1{number}")
    with django_assert_num_queries(len(few)):
        pharmacist.get(f"{API}search/", {"text": "common"})
