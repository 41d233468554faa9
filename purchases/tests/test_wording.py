import pytest

from inventory.public import products_by_id
from purchases.counted import counted
from purchases.services.proposals.building import proposals_build
from purchases.tests.factories import PLENTY, SupplierFactory, short_product, source
from purchases.wording import explanation

pytestmark = pytest.mark.django_db


def draft(buyer, now, product):
    build = proposals_build(actor=buyer, now=now, product_ids=[product], budget=PLENTY)
    return build.proposals.get().lines.get()


def explained(buyer, now, product, **changes):
    line = draft(buyer, now, product)
    figures = {**line.why, **changes}
    name = line.proposal.supplier.name
    return explanation(figures, product=products_by_id([product])[product], supplier_name=name)


def test_a_line_is_explained_in_arabic_and_english(buyer, now):
    product = short_product(need=14, name_ar="سيتامول", name_en="Cetamol")
    source(product, price=100, deal="1+6", supplier=SupplierFactory(name="Sham"))
    source(product, price=110, supplier=SupplierFactory(name="Barada"))
    said = explained(buyer, now, product)
    assert said["en"] == (
        "Needed: 14 units of Cetamol, with 0 available and 0 on the way, against a minimum of 14"
        " and a maximum of 14. Sham: 12 packs for 1,200.00 SYP, which is 85.71 a unit."
        " The deal 1+6 brings 2 packs free, worth 200.00 SYP."
        " That saves 340.00 SYP against Barada, the next best. Buying just the need at the best"
        " list price (Sham) would make as many units 25.00 SYP dearer. Barada would be chosen from"
        " 85.71 a pack down (now 110.00). The choice holds up to 128.33 a pack."
    )
    assert "الحاجة 14 وحدة من سيتامول" in said["ar"]
    # Marked to be shown from left to right: among Arabic words it would be read as 6+1.
    assert "العرض \u20661+6\u2069 يعطي عبوتين مجانا" in said["ar"]
    assert "التوفير 340.00 SYP مقارنة بالخيار التالي Barada" in said["ar"]


def test_packs_of_several_units_say_of_how_many(buyer, now):
    product = short_product(need=40, purchase_units=10)
    source(product)
    said = explained(buyer, now, product)
    assert "4 packs of 10 units for 4,000.00 SYP" in said["en"]
    assert "(كل عبوة 10 وحدات)" in said["ar"]


def test_a_single_source_without_deal_says_so(buyer, now):
    product = short_product()
    source(product)
    said = explained(buyer, now, product)["en"]
    assert said.endswith("No free goods at this quantity. No other present offer has it.")


def test_a_line_composed_before_there_was_a_solver_is_explained_as_it_was(buyer, now):
    product = short_product(need=14)
    source(product, price=100, deal="1+6")
    line = draft(buyer, now, product)
    old = ("need", "purchase", "price", "deal", "next_best", "suppliers_compared", "excluded")
    figures = {key: line.why[key] for key in (*old, "register_required")}
    name = line.proposal.supplier.name
    said = explanation(figures, product=products_by_id([product])[product], supplier_name=name)
    assert said["en"].endswith("No other present offer has it.")


@pytest.mark.parametrize(
    ("saving", "words"),
    [
        ("-5.00", "Barada would be cheaper by 5.00 SYP."),
        ("0.00", "Barada costs the same."),
        ("-0.00", "Barada costs the same."),
    ],
)
def test_a_dearer_or_equal_choice_is_not_praised(buyer, now, saving, words):
    product = short_product()
    source(product)
    rival = {"supplier_name": "Barada", "saving": saving}
    assert explained(buyer, now, product, next_best=rival)["en"].endswith(words)


def test_controlled_drugs_and_edited_quantities_are_mentioned(buyer, now):
    product = short_product()
    source(product, deal="دفتر", register_required=True)
    said = explained(buyer, now, product, packs_proposed=3)
    assert "controlled-drug register" in said["en"]
    assert "proposed: 3 packs." in said["en"]
    assert "دفتر" in said["ar"]


def test_one_pack_and_two_are_said_as_people_say_them(buyer, now):
    product = short_product(need=1, name_ar="سيتامول", name_en="Cetamol")
    source(product, price=100, supplier=SupplierFactory(name="Sham"))
    said = explained(buyer, now, product, packs_proposed=2)
    assert "Needed: 1 unit of Cetamol" in said["en"]
    assert "Sham: 1 pack for 100.00 SYP" in said["en"]
    assert "الحاجة وحدة واحدة من سيتامول" in said["ar"]
    assert "Sham: عبوة واحدة بمبلغ 100.00 SYP" in said["ar"]
    assert "كان المقترح عبوتين." in said["ar"]


@pytest.mark.parametrize(
    ("number", "arabic", "english"),
    [
        (0, "0 عبوة", "0 packs"),
        (1, "عبوة واحدة", "1 pack"),
        (2, "عبوتان", "2 packs"),
        (3, "3 عبوات", "3 packs"),
        (10, "10 عبوات", "10 packs"),
        (11, "11 عبوة", "11 packs"),
        (102, "102 عبوة", "102 packs"),
        (103, "103 عبوات", "103 packs"),
    ],
)
def test_packs_are_counted_in_both_languages(number, arabic, english):
    assert counted(number, "pack", "ar") == arabic
    assert counted(number, "pack", "en") == english


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (1, "يوم واحد"),
        (2, "يومين"),
        (7, "7 أيام"),
        (30, "30 يوما"),
        (99, "99 يوما"),
        (100, "100 يوم"),
    ],
)
def test_days_after_a_preposition(number, said):
    assert counted(number, "day", "ar", oblique=True) == said
