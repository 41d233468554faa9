from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from core.audit import SYSTEM
from core.tests.threads import together
from files.tests import documents
from inventory.composition import composition_key, strength_key
from inventory.errors import CategoryRefused
from inventory.forms import form_key
from inventory.models import (
    Category,
    Ingredient,
    Product,
    ProductAlias,
    ProductAttachment,
    ProductIngredient,
    TaxCategory,
)
from inventory.services.aliases import aliases_learn
from inventory.services.classification import category_create, category_update
from inventory.tests.stock import in_days, product, receive

pytestmark = pytest.mark.django_db
API = "/api/v1/inventory/"
PRODUCTS = f"{API}products/"


@pytest.fixture
def pharmacist(client_as):
    return client_as("pharmacist")


def category(name, parent=None):
    return category_create(actor=SYSTEM, name_en=name, parent_id=parent)


def refused_by(sql, *params):
    with (
        pytest.raises(IntegrityError) as refusal,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql, params)
    return refusal.value.__cause__.diag.constraint_name


def test_product_keeps_everything_that_is_said_of_it(pharmacist):
    group = category("Analgesics")
    tax = pharmacist.post(
        f"{API}tax-categories/", {"code": "med", "name_en": "Medicines", "rate_percent": "5"}
    ).json()
    body = {
        "name_ar": "أوغمنتين", "name_en": "Augmentin", "strength": "625 mg", "form": "tablets",
        "route": "oral", "manufacturer": "GSK", "atc_code": "j01cr02", "category_id": group,
        "prescription_class": "prescription", "controlled_class": "none", "cold_chain": True,
        "tax_category_id": tax["id"], "base_unit": "tablet", "public_price": "300.00",
        "min_stock": 10, "reorder_point": 20, "max_stock": 50, "shelf_location": "B-3",
        "notes": "keep dry",
        "ingredients": [
            {"name_en": "Amoxicillin", "name_ar": "أموكسيسيلين", "strength": "500", "unit": "mg"},
            {"name_en": "Clavulanic acid", "strength": "125", "unit": "mg"},
        ],
    }  # fmt: skip
    answer = pharmacist.post(PRODUCTS, body)
    assert answer.status_code == 201, answer.json()
    kept = answer.json()
    assert kept["atc_code"] == "J01CR02"
    assert [row["text"] for row in kept["ingredients"]] == [
        "Amoxicillin 500 mg",
        "Clavulanic acid 125 mg",
    ]
    plain = {"ingredients", "atc_code", "public_price"}
    assert {name: kept[name] for name in body if name not in plain} == {
        name: value for name, value in body.items() if name not in plain
    }


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("atc_code", "X99", "invalid_atc_code"),
        ("atc_code", "N02B1", "invalid_atc_code"),
        ("category_id", 999, "unknown_category"),
        ("tax_category_id", 999, "unknown_tax_category"),
        ("reorder_point", 3, "outside_limits"),
        ("reorder_point", 41, "outside_limits"),
    ],
)
def test_detail_that_does_not_fit_is_refused_by_name(pharmacist, field, value, code):
    body = {"name_en": "x", "name_ar": "", "min_stock": 5, "max_stock": 40, field: value}
    answer = pharmacist.post(PRODUCTS, body)
    assert answer.status_code == 422
    assert [(error["field"], error["code"]) for error in answer.json()["errors"]] == [(field, code)]
    assert not Product.objects.exists()


def test_narcotic_is_never_sold_over_the_counter(pharmacist):
    body = {"name_ar": "x", "controlled_class": "narcotic", "prescription_class": "otc"}
    answer = pharmacist.post(PRODUCTS, body)
    assert answer.json()["errors"][0]["code"] == "controlled_not_otc"
    item = product(controlled_class="narcotic", prescription_class="prescription")
    assert Product.objects.get(pk=item).is_controlled
    assert not Product.objects.get(pk=product()).is_controlled


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("atc_code = 'Z9'", "inventory_product_atc_code_formed"),
        ("route = 'somewhere'", "inventory_product_route_known"),
        ("prescription_class = 'maybe'", "inventory_product_prescription_class_known"),
        ("controlled_class = 'maybe'", "inventory_product_controlled_class_known"),
        ("base_unit = 'maybe'", "inventory_product_base_unit_known"),
        ("reorder_point = 9, max_stock = 8", "inventory_product_reorder_between_limits"),
        ("reorder_point = 1, min_stock = 2, max_stock = 8",
         "inventory_product_reorder_between_limits"),
        ("controlled_class = 'narcotic', prescription_class = 'otc'",
         "inventory_product_controlled_not_otc"),
        ("merged_into_id = id, lifecycle = 'archived'", "inventory_product_merged_is_archived"),
    ],
)  # fmt: skip
def test_database_refuses_details_that_do_not_fit(change, constraint):
    item = product()
    assert refused_by(f"UPDATE inventory_product SET {change} WHERE id = %s", item) == constraint


def test_unit_stock_was_counted_in_stays(pharmacist):
    item = product(base_unit="unit")
    receive((item, "B", in_days(90), 3, 30))
    named = pharmacist.patch(f"{PRODUCTS}{item}/", {"base_unit": "strip"})
    assert named.status_code == 200  # it only says what was counted
    answer = pharmacist.patch(f"{PRODUCTS}{item}/", {"base_unit": "tablet"})
    assert answer.json()["errors"][0]["code"] == "stock_counted_in_it"
    assert Product.objects.get().base_unit == "strip"


# --- Categories --------------------------------------------------------------------------------


def test_category_cannot_be_moved_into_itself(pharmacist):
    top = category("Medicines")
    middle = category("Pain", top)
    low = category("Migraine", middle)
    for parent in (low, top):
        answer = pharmacist.patch(f"{API}categories/{top}/", {"parent_id": parent})
        assert answer.json()["errors"][0]["code"] == "within_itself"
    assert list(Category.objects.order_by("pk").values_list("parent_id", flat=True)) == [
        None, top, middle,
    ]  # fmt: skip


def test_database_refuses_a_circle_whoever_writes_it():
    top = category("A")
    below = category("B", top)
    sql = "UPDATE inventory_category SET parent_id = %s WHERE id = %s"
    assert refused_by(sql, below, top) == "inventory_category_no_cycle"


def test_tree_is_six_levels_deep_at_most_also_by_moving_a_branch():
    chain = [category("1")]
    for number in range(2, 7):
        chain.append(category(str(number), chain[-1]))
    with pytest.raises(CategoryRefused) as refusal:
        category("7", chain[-1])
    assert refusal.value.errors[0].code == "too_deep"
    root = category("over")
    with pytest.raises(CategoryRefused):
        category_update(actor=SYSTEM, category_id=chain[0], changes={"parent_id": root})
    assert Category.objects.get(pk=chain[0]).parent_id is None


@pytest.mark.django_db(transaction=True)
def test_two_moves_at_once_cannot_close_a_circle():
    one, other = category("A"), category("B")

    def move(which, into):
        return category_update(actor=SYSTEM, category_id=which, changes={"parent_id": into})

    outcomes = together([lambda: move(one, other), lambda: move(other, one)])
    assert sum(isinstance(outcome, CategoryRefused) for outcome in outcomes) == 1
    assert Category.objects.filter(parent__isnull=False).count() == 1


def test_category_name_is_taken_once_within_a_parent_in_any_spelling(pharmacist):
    group = pharmacist.post(f"{API}categories/", {"name_ar": "أدوية"}).json()["id"]
    answer = pharmacist.post(f"{API}categories/", {"name_ar": "ادويه"})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (409, "taken")
    below = pharmacist.post(f"{API}categories/", {"name_ar": "ادويه", "parent_id": group})
    assert below.status_code == 201


def test_category_in_use_is_not_removed(pharmacist):
    group = category("Used")
    product(category_id=group)
    assert pharmacist.delete(f"{API}categories/{group}/").json()["code"] == "category_in_use"
    empty = category("Empty")
    assert pharmacist.delete(f"{API}categories/{empty}/").status_code == 204
    assert list(Category.objects.values_list("pk", flat=True)) == [group]


def test_list_of_a_category_holds_everything_below_it(pharmacist):
    top = category("Top")
    low = category("Low", category("Middle", top))
    inside, _outside = product(category_id=low), product()
    answer = pharmacist.get(PRODUCTS, {"category_id": top})
    assert [row["id"] for row in answer.json()["results"]] == [inside]


def test_tax_rate_is_between_nothing_and_all(pharmacist):
    body = {"code": "x", "name_en": "X", "rate_percent": "100.001"}
    assert pharmacist.post(f"{API}tax-categories/", body).status_code == 400
    assert not TaxCategory.objects.exists()
    made = pharmacist.post(f"{API}tax-categories/", body | {"rate_percent": "15"}).json()
    answer = pharmacist.patch(f"{API}tax-categories/{made['id']}/", {"rate_percent": "5.5"})
    assert answer.json()["rate_percent"] == "5.5"
    again = pharmacist.post(f"{API}tax-categories/", body | {"rate_percent": "1"})
    assert again.json()["errors"][0]["code"] == "taken"


# --- Generics ----------------------------------------------------------------------------------


def with_generics(client, item, *ingredients):
    return client.patch(f"{PRODUCTS}{item}/", {"ingredients": list(ingredients)})


def test_generic_is_one_in_every_spelling_and_gains_its_other_name(pharmacist):
    first, second = product(), product()
    with_generics(pharmacist, first, {"name_en": "Paracetamol"})
    answer = with_generics(pharmacist, second, {"name_en": "PARACETAMOL", "name_ar": "باراسيتامول"})
    assert answer.status_code == 200
    assert [(row.name_en, row.name_ar) for row in Ingredient.objects.all()] == [
        ("Paracetamol", "باراسيتامول")
    ]


@pytest.mark.parametrize(
    ("ingredient", "field", "code"),
    [
        ({"name_en": "?"}, "name_en", "required"),
        ({"name_en": "A", "strength": "5"}, "strength", "invalid_strength"),
        ({"name_en": "A", "unit": "mg"}, "strength", "invalid_strength"),
        ({"name_en": "A", "strength": "0", "unit": "mg"}, "strength", "invalid_strength"),
        ({"name_en": "A", "per_value": "5", "per_unit": "ml"}, "strength", "required"),
        ({"name_en": "A", "strength": "5", "unit": "mg", "per_value": "5"},
         "per_value", "invalid_per"),
    ],
)  # fmt: skip
def test_strength_without_sense_is_refused(pharmacist, ingredient, field, code):
    answer = with_generics(pharmacist, product(), ingredient)
    assert answer.status_code == 422
    problem = answer.json()["errors"][0]
    assert (problem["field"], problem["code"]) == (f"ingredients.0.{field}", code)
    assert not ProductIngredient.objects.exists()


def test_generic_named_twice_is_refused(pharmacist):
    answer = with_generics(pharmacist, product(), {"name_en": "A"}, {"name_en": "a"})
    assert answer.json()["errors"][0]["code"] == "named_twice"
    assert not ProductIngredient.objects.exists()


@pytest.mark.parametrize(
    ("one", "other", "are_equal"),
    [
        (("500", "mg"), ("0.5", "g"), True),
        (("500", "mcg"), ("0.5", "mg"), True),
        (("500", "mg"), ("250", "mg"), False),
        (("250", "mg", "5", "ml"), ("50", "mg", "1", "ml"), True),
        (("250", "mg", "3", "ml"), ("500", "mg", "6", "ml"), True),
        (("1", "g", "1", "l"), ("1", "mg", "1", "ml"), True),
        (("250", "mg", "5", "ml"), ("250", "mg"), False),
        (("100", "iu"), ("100", "mg"), False),
        (("1", "percent"), ("10", "mg"), False),
    ],
)
def test_strengths_are_compared_by_what_they_are(one, other, are_equal):
    def key(value, unit, per=None, per_unit=""):
        return strength_key(Decimal(value), unit, None if per is None else Decimal(per), per_unit)

    assert (key(*one) == key(*other)) == are_equal


def test_composition_is_the_same_in_any_order_and_unknown_with_a_gap():
    first, second = (1, Decimal(500), "mg", None, ""), (2, Decimal(125), "mg", None, "")
    assert composition_key([first, second]) == composition_key([second, first])
    assert composition_key([first, (2, None, "", None, "")]) == ""
    assert composition_key([]) == ""


@pytest.mark.parametrize(
    ("one", "other", "are_equal"),
    [
        ("أقراص", "TAB", True),
        ("film coated tablets", "قرص", True),
        ("S.R tablets", "tablets", False),
        ("retard tablet", "tablet XR", True),
        ("شراب", "syrup", True),
        ("كبسول", "tablet", False),
        ("فوار أقراص", "tablet", False),
        ("", "", True),
    ],
)
def test_forms_are_compared_however_they_are_written(one, other, are_equal):
    assert (form_key(one) == form_key(other)) == are_equal


PANADOL = {"name_en": "Paracetamol", "strength": "500", "unit": "mg"}


def test_substitutes_share_generics_strength_and_form_and_what_is_here_comes_first(pharmacist):
    asked = product(form="tablet", route="oral")
    absent = product(form="أقراص", public_price=Decimal(1))
    here = product(form="TABS", route="oral", public_price=Decimal(9))
    other_form = product(form="syrup")
    other_strength, other_generic, rectal, stopped = (product(form="tablet") for _ in range(4))
    for item in (asked, absent, other_form, rectal, stopped):
        with_generics(pharmacist, item, PANADOL)
    with_generics(pharmacist, here, PANADOL | {"strength": "0.5", "unit": "g"})
    with_generics(pharmacist, other_strength, PANADOL | {"strength": "250"})
    with_generics(pharmacist, other_generic, PANADOL, {"name_en": "Caffeine"})
    pharmacist.patch(f"{PRODUCTS}{rectal}/", {"route": "rectal"})
    receive((here, "B", in_days(90), 3, 30))
    Product.objects.exclude(pk=here).update(lifecycle="active")
    Product.objects.filter(pk=stopped).update(lifecycle="discontinued")
    answer = pharmacist.get(f"{PRODUCTS}{asked}/substitutes/")
    assert [row["id"] for row in answer.json()["results"]] == [here, absent]


def test_substitutes_of_something_unknown_are_not_guessed(pharmacist):
    answer = pharmacist.get(f"{PRODUCTS}{product(form='tablet')}/substitutes/")
    assert (answer.status_code, answer.json()["code"]) == (422, "not_comparable")


# --- Aliases and attachments -------------------------------------------------------------------


def test_alias_is_kept_once_and_must_be_readable(pharmacist):
    item = product()
    path = f"{PRODUCTS}{item}/aliases/"
    assert pharmacist.post(path, {"text": "Pana Dol"}).status_code == 201
    for text, code in (("pana-dol", "taken"), ("***", "unreadable")):
        answer = pharmacist.post(path, {"text": text})
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (409, code)
    assert ProductAlias.objects.count() == 1


def test_names_are_learnt_once_in_a_constant_number_of_queries(django_assert_max_num_queries):
    items = [product() for _ in range(40)]
    names = [(item, f"learnt {item}") for item in items]
    with django_assert_max_num_queries(14):
        assert aliases_learn(actor=SYSTEM, now=timezone.now(), names=names) == 40
    assert aliases_learn(actor=SYSTEM, now=timezone.now(), names=names) == 0
    assert (
        aliases_learn(actor=SYSTEM, now=timezone.now(), names=[(items[0], "Item"), (0, "x")]) == 0
    )


def attach(client, item, content, name="a.png", **more):
    upload = SimpleUploadedFile(name, content)
    return client.post(
        f"{PRODUCTS}{item}/attachments/",
        {"file": upload, "kind": "image", **more},
        format="multipart",
    )


def test_picture_is_judged_by_content_and_downloaded_by_a_signed_link(pharmacist, client):
    item = product()
    answer = attach(pharmacist, item, documents.picture(), name="x.pdf", is_primary=True)
    assert answer.status_code == 201, answer.json()
    (row,) = answer.json()
    assert (row["content_type"], row["is_primary"]) == ("image/png", True)
    link = pharmacist.get(f"{PRODUCTS}{item}/attachments/{row['id']}/link/").json()["url"]
    assert b"".join(client.get(link).streaming_content) == documents.picture()
    assert pharmacist.delete(f"{PRODUCTS}{item}/attachments/{row['id']}/").status_code == 204
    assert not ProductAttachment.objects.exists()


def test_paper_that_claims_to_be_a_picture_is_refused(pharmacist):
    answer = attach(pharmacist, product(), documents.pdf(), name="x.png")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (409, "not_a_picture")
    assert not ProductAttachment.objects.exists()


def test_same_file_hangs_on_a_product_once(pharmacist):
    item = product()
    attach(pharmacist, item, documents.picture())
    answer = attach(pharmacist, item, documents.picture(), name="other.png")
    assert answer.json()["errors"][0]["code"] == "taken"
    assert ProductAttachment.objects.count() == 1


def test_only_one_picture_is_shown_first(pharmacist):
    item = product()
    attach(pharmacist, item, documents.picture(), is_primary=True)
    attach(pharmacist, item, documents.picture(size=(41, 40)), is_primary=True)
    assert ProductAttachment.objects.filter(is_primary=True).count() == 1
