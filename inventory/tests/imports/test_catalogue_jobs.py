"""Products added and changed by a file: matching, rules, packs, damaged barcodes, dry runs."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.audit import SYSTEM
from core.models import AuditEntry
from inventory.models import (
    Barcode,
    Category,
    Packaging,
    Product,
    ProductIngredient,
    ProductStock,
    StockAlert,
)
from inventory.selectors.search import products_suggest
from inventory.services.barcodes import barcode_add
from inventory.services.catalogue import product_update
from inventory.services.classification import tax_category_create
from inventory.services.imports import steps
from inventory.tests.imports.files import csv_of, imported, problems_of, queued, worked, xlsx_of
from inventory.tests.stock import in_days, product, receive

pytestmark = pytest.mark.django_db
EAN = "6221234567891"
OTHER_EAN = "6221234567907"


def catalogue(*rows, **options):
    job = imported("catalogue", rows, **options)
    assert job.state in ("done", "refused"), (job.failure_code, job.failure_detail)
    return job


def codes(job):
    """Codes of errors and warnings, by row."""
    return {row.number: {p["code"] for p in row.problems} for row in job.rows.all() if row.problems}


def test_full_row_becomes_a_product_with_everything_that_hangs_on_it():
    tax_category_create(actor=SYSTEM, code="VAT14", rate_percent=Decimal(14), name_en="Normal")
    job = catalogue(
        ["الاسم العربي", "English name", "strength", "form", "route", "manufacturer", "ATC code",
         "category", "prescription class", "controlled class", "cold chain", "tax category",
         "base unit", "public price", "minimum stock", "reorder point", "maximum stock", "shelf",
         "notes", "lifecycle", "ingredients", "barcode", "pack 1 name", "pack 1 units",
         "pack 1 price", "pack 1 barcodes", "pack 1 ordered in it"],
        ["بانادول اكسترا", "Panadol Extra", "500/65", "tablet", "oral", "GSK", "n02be51",
         "أدوية > مسكنات", "otc", "none", "no", "vat14", "tablet", "12.50", 20, 40, 100, "A-3",
         "Best seller", "active", "Paracetamol 500 mg + كافيين 65 ملغ", "internal:700", "Box", 24,
         "290", EAN, "yes"],
    )  # fmt: skip
    assert (job.state, job.counts["created"], job.rows_applied) == ("done", 1, 1)
    made = Product.objects.get()
    assert job.rows.get().product_id == made.pk
    assert (made.name_ar, made.name_en) == ("بانادول اكسترا", "Panadol Extra")
    assert (made.atc_code, made.route, made.public_price) == ("N02BE51", "oral", Decimal("12.5"))
    assert (made.min_stock, made.reorder_point, made.max_stock) == (20, 40, 100)
    assert (made.category.name_ar, made.category.parent.name_ar) == ("مسكنات", "أدوية")
    assert (made.tax_category.code, made.lifecycle) == ("VAT14", "active")
    assert [
        (str(row.ingredient), row.strength, row.unit)
        for row in made.ingredients.order_by("position")
    ] == [("Paracetamol", 500, "mg"), ("كافيين", 65, "mg")]
    assert made.composition_key
    pack = made.packagings.get()
    assert (pack.name, pack.units, pack.price, pack.is_purchase_default) == ("Box", 24, 290, True)
    assert {(row.value, row.kind, row.packaging_id) for row in made.barcodes.all()} == {
        (EAN, "gtin", pack.pk),
        ("700", "internal", None),
    }
    assert ProductStock.objects.get().on_hand == 0
    assert StockAlert.objects.get(kind="low_stock").product == made
    assert [row.pk for row in products_suggest(text="paracet", now=timezone.now(), limit=5)] == [
        made.pk
    ]


def test_same_file_again_changes_nothing():
    rows = [
        ["name", "strength", "price", "barcode", "ingredients", "category", "min", "pack 1 name",
         "pack 1 units"],
        ["Panadol", "500", "12.5", EAN, "Paracetamol 500 mg", "Medicines > Pain", 5, "Box", 24],
        ["بروفين", "400", "9", "", "Ibuprofen 0.4 g", "Medicines", 0, "", ""],
    ]  # fmt: skip
    assert catalogue(*rows).counts["created"] == 2
    before = Product.objects.values(), Packaging.objects.values(), Category.objects.values()
    before = [list(rows) for rows in before]
    again = catalogue(*rows)
    assert (again.counts["unchanged"], again.counts["created"]) == (2, 0)
    after = Product.objects.values(), Packaging.objects.values(), Category.objects.values()
    assert [list(rows) for rows in after] == before


def test_row_finds_its_product_by_id_barcode_or_name_and_says_what_changed():
    first, second = product(name_ar="أ", name_en="A"), product(name_ar="ب", name_en="B")
    third = product(name_ar="", name_en="C", strength="5", form="drops")
    barcode_add(actor=SYSTEM, now=timezone.now(), product_id=second, value=EAN)
    job = catalogue(
        ["id", "barcode", "name", "strength", "form", "price"],
        [first, "", "", "", "", "1.5"],
        ["", EAN, "", "", "", "2.5"],
        ["", "", "c", "5", "DROPS", "3.5"],
    )
    assert job.counts["updated"] == 3
    assert [row.product_id for row in job.rows.order_by("number")] == [first, second, third]
    assert [row.changes for row in job.rows.order_by("number")] == [
        {"public_price": ["", "1.50"]},
        {"public_price": ["", "2.50"]},
        {"public_price": ["", "3.50"]},
    ]
    prices = dict(Product.objects.values_list("pk", "public_price"))
    assert prices == {first: Decimal("1.5"), second: Decimal("2.5"), third: Decimal("3.5")}
    audited = AuditEntry.objects.filter(action="inventory.product_updated")
    assert {int(entry.subject_id) for entry in audited} == {first, second, third}


def test_empty_cell_leaves_and_the_mark_clears():
    pk = product(
        name_ar="أ", name_en="A", form="drops", shelf_location="X", public_price=Decimal(3)
    )
    job = catalogue(
        ["id", "name_en", "form", "shelf", "price", "notes"],
        [pk, "", "", "(clear)", "(مسح)", ""],
    )
    assert job.counts["updated"] == 1
    row = Product.objects.get()
    assert (row.name_en, row.form, row.shelf_location, row.public_price) == ("A", "drops", "", None)


def test_both_names_cannot_be_cleared():
    pk = product(name_ar="", name_en="A")
    job = catalogue(["id", "name_en"], [pk, "(clear)"])
    assert problems_of(job) == {2: ["required"]}
    assert Product.objects.get().name_en == "A"


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("5.28E+12", "destroyed_by_spreadsheet"),
        ("5.28e+12", "destroyed_by_spreadsheet"),
        ("5,28E+12", "destroyed_by_spreadsheet"),
        ("6221240000000", "destroyed_by_spreadsheet"),
        ("6221234567892.0", "barcode_as_decimal"),
        ("36000291452", "lost_leading_zeros"),
        ("1234565", "lost_leading_zeros"),
    ],
)
def test_barcode_a_spreadsheet_damaged_is_refused_and_the_remedy_told(written, code):
    job = catalogue(["name", "barcode"], ["Panadol", written])
    assert job.state == "refused"
    (problem,) = job.rows.get().problems
    assert (problem["column"], problem["value"], problem["code"]) == ("barcode", written, code)
    assert "text" in problem["detail"]
    assert not Product.objects.exists()


def test_number_cell_of_a_workbook_that_lost_digits_is_refused_and_a_whole_one_taken():
    content = xlsx_of([["name", "barcode"], ["A", 5.28e12 + 0.5], ["B", int(EAN)]])
    job = worked(queued("catalogue", content, name="a.xlsx"))
    assert problems_of(job) == {2: ["destroyed_by_spreadsheet"]}
    content = xlsx_of([["name", "barcode"], ["B", int(EAN)]])
    assert worked(queued("catalogue", content, name="a.xlsx")).state == "done"
    assert Barcode.objects.get().value == EAN


def test_code_of_ones_own_is_taken_when_it_is_marked_as_such():
    job = catalogue(["name", "barcode"], ["Panadol", "internal:36000291452"])
    assert job.state == "done"
    assert Barcode.objects.values_list("value", "kind").get() == ("36000291452", "internal")


def test_formula_without_a_saved_value_is_refused_instead_of_read_as_empty():
    job = worked(queued("catalogue", xlsx_of([["name", "price"], ["A", "=1+1"]]), name="a.xlsx"))
    assert job.state == "refused"
    assert [problem["code"] for problem in job.file_problems] == ["formula_without_value"]


def test_rows_that_mean_the_same_product_or_share_a_barcode_are_all_at_fault():
    job = catalogue(
        ["name", "barcode"],
        ["A", ""], ["a", ""], ["B", EAN], ["C", f"{OTHER_EAN}|{EAN}"], ["D", ""],
    )  # fmt: skip
    assert problems_of(job) == {
        2: ["product_twice"], 3: ["product_twice"], 4: ["barcode_twice"], 5: ["barcode_twice"],
    }  # fmt: skip
    assert "3" in job.rows.get(number=2).problems[0]["detail"]
    assert job.rows.get(number=5).problems[0]["value"] == EAN
    assert not Product.objects.exists()


def test_good_rows_are_taken_and_faulty_ones_left_where_that_was_asked_for():
    job = catalogue(["name", "price"], ["A", "x"], ["B", "2"], skip_faulty=True)
    assert (job.state, job.error_count, job.rows_applied) == ("done", 1, 1)
    assert list(Product.objects.values_list("name_en", flat=True)) == ["B"]
    assert {row.number: row.outcome for row in job.rows.all()} == {2: "faulty", 3: "created"}


def test_example_of_the_flow_page():
    """docs/flows/imports.md"""
    rows = [
        ["name", "barcode", "price"],
        ["Panadol", "6221234567891", "12.50"],
        ["Brufen", "5.28E+12", "9"],
        ["Cetal", "", "1"],
        ["panadol", "", "13"],
    ]
    job = catalogue(*rows, placeholder_price=Decimal(1))
    assert (job.state, job.error_count) == ("refused", 3)
    assert codes(job) == {
        2: {"product_twice"}, 3: {"destroyed_by_spreadsheet"}, 4: {"placeholder_price"},
        5: {"product_twice"},
    }  # fmt: skip
    assert not Product.objects.exists()
    job = catalogue(*rows, placeholder_price=Decimal(1), skip_faulty=True)
    assert (job.state, job.rows_applied) == ("done", 1)
    assert Product.objects.values_list("name_en", "public_price").get() == ("Cetal", None)


@pytest.mark.parametrize(
    ("header", "cell", "code"),
    [
        ("ATC code", "XX1", "invalid_atc_code"),
        ("route", "by mail", "unknown_choice"),
        ("cold chain", "maybe", "not_yes_or_no"),
        ("price", "-1", "negative"),
        ("price", "1.234", "too_many_places"),
        ("minimum stock", "1.5", "not_whole"),
        ("tax category", "nope", "unknown_tax_category"),
        ("category", "a > > b", "invalid_category"),
        ("category", "a > b > c > d > e > f > g", "category_too_deep"),
        ("ingredients", "Paracetamol 500 mg + ", "invalid_ingredients"),
        ("ingredients", "Paracetamol 0 mg", "unknown_strength"),
        ("ingredients", "Paracetamol 5 mg + paracetamol 6 mg", "named_twice"),
        ("lifecycle", "discontinued", "lifecycle_refused"),
        ("pack 1 units", "24", "required"),
        ("pack 1 name", "Box", "required"),
        ("barcode", "(clear)", "not_clearable"),
        ("id", "9999999", "unknown_id"),
    ],
)
def test_faulty_cell_is_named(header, cell, code):
    job = catalogue(["name", header], ["Panadol", cell])
    assert job.state == "refused"
    assert codes(job) == {2: {code}}
    assert not Product.objects.exists()
    assert not Category.objects.exists()


def test_lifecycle_goes_by_the_table_of_steps_and_not_while_stock_is_left():
    stocked, new, empty = product(), product(), product()
    receive((stocked, "B1", in_days(90), 5, 10))
    for pk in (stocked, empty):
        Product.objects.filter(pk=pk).update(lifecycle="phase_out")
    job = catalogue(
        ["id", "lifecycle"], [stocked, "discontinued"], [new, "phase_out"], [empty, "discontinued"]
    )
    assert problems_of(job) == {2: ["still_in_stock"], 3: ["lifecycle_refused"]}
    assert Product.objects.get(pk=empty).lifecycle == "phase_out"
    assert catalogue(["id", "lifecycle"], [empty, "discontinued"]).state == "done"
    assert Product.objects.get(pk=empty).lifecycle == "discontinued"


def test_unit_that_stock_was_counted_in_stays():
    pk = product(base_unit="strip")
    receive((pk, "B1", in_days(90), 5, 10))
    job = catalogue(["id", "base unit"], [pk, "tablet"])
    assert problems_of(job) == {2: ["stock_counted_in_it"]}


def test_archived_product_is_not_changed_any_more():
    pk = product()
    Product.objects.filter(pk=pk).update(lifecycle="archived")
    job = catalogue(["id", "price"], [pk, "3"])
    assert problems_of(job) == {2: ["archived"]}


def test_barcode_of_another_product_is_refused():
    first, second = product(name_ar="", name_en="A"), product(name_ar="", name_en="B")
    barcode_add(actor=SYSTEM, now=timezone.now(), product_id=first, value=EAN)
    job = catalogue(["id", "name", "barcode"], [second, "", EAN], ["", "B", EAN])
    assert problems_of(job)[2] == ["barcode_of_other_product", "barcode_twice"]
    job = catalogue(["name", "barcode"], ["B", EAN])
    assert problems_of(job) == {2: ["barcode_of_other_product"]}


def test_name_several_products_have_is_ambiguous_and_the_maker_tells_them_apart():
    for maker in ("GSK", "Bayer"):
        product(name_ar="", name_en="A", manufacturer=maker)
    assert problems_of(catalogue(["name", "price"], ["A", "3"])) == {2: ["ambiguous"]}
    job = catalogue(["name", "manufacturer", "price"], ["A", "Bayer", "3"])
    assert job.counts["updated"] == 1
    assert Product.objects.get(public_price=3).manufacturer == "Bayer"


def test_product_whose_other_name_differs_is_another_product_and_that_is_told():
    product(name_ar="نان", name_en="NAN 1")
    job = catalogue(["name_ar", "name_en"], ["نان", "NAN 2"])
    assert (job.state, job.counts["created"]) == ("done", 1)
    assert codes(job) == {2: {"similar_exists"}}


def test_name_taken_by_another_product_is_refused():
    product(name_ar="", name_en="A")
    second = product(name_ar="", name_en="B")
    job = catalogue(["id", "name_en"], [second, "a"])
    assert problems_of(job) == {2: ["product_already_exists"]}


def test_modes_only_add_or_only_change():
    pk = product(name_ar="", name_en="A", public_price=Decimal(1))
    rows = [["name", "price"], ["A", "5"], ["B", "6"]]
    job = catalogue(*rows, mode="update")
    assert problems_of(job) == {3: ["nothing_to_change"]}
    job = catalogue(*rows, mode="create")
    assert (job.counts["created"], job.counts["unchanged"]) == (1, 1)
    assert codes(job) == {2: {"exists"}}
    assert Product.objects.get(pk=pk).public_price == 1


def test_placeholder_prices_are_left_out_where_they_are_named_and_remarked_on_otherwise():
    pk = product(name_ar="", name_en="A", public_price=Decimal(7))
    rows = [["name", "price"], ["A", "1"], ["B", "0"], ["C", "2"]]
    assert codes(catalogue(*rows, dry_run=True)) == {
        2: {"looks_like_placeholder"},
        3: {"looks_like_placeholder"},
    }
    job = catalogue(*rows, placeholder_price=Decimal(1))
    assert codes(job) == {2: {"placeholder_price"}, 3: {"placeholder_price"}}
    assert dict(Product.objects.values_list("name_en", "public_price")) == {
        "A": 7, "B": None, "C": 2,
    }  # fmt: skip
    assert Product.objects.get(pk=pk).public_price == 7


def test_packs_are_found_by_name_changed_and_given_barcodes():
    pk = product(name_ar="", name_en="A", purchase_units=10)
    barcode_add(actor=SYSTEM, now=timezone.now(), product_id=pk, value=EAN)
    job = catalogue(
        ["id", "pack 1 name", "pack 1 units", "pack 1 barcodes", "pack 1 ordered in it",
         "pack 2 name", "pack 2 units", "pack 2 price"],
        [pk, "Box", 30, EAN, "yes", "pack", 12, "44.5"],
    )  # fmt: skip
    assert job.state == "done"
    packs = {pack.name: pack for pack in Packaging.objects.all()}
    assert (packs["Box"].units, packs["Box"].is_purchase_default) == (30, True)
    assert (packs["Pack"].units, packs["Pack"].price) == (12, Decimal("44.5"))
    assert not packs["Pack"].is_purchase_default
    assert Barcode.objects.get().packaging == packs["Box"]


def test_dry_run_reports_as_the_real_run_and_changes_nothing():
    pk = product(name_ar="", name_en="A", public_price=Decimal(1))
    rows = [
        ["name", "price", "category", "ingredients", "barcode"],
        ["A", "5", "X > Y", "Paracetamol 5 mg", EAN],
        ["B", "6", "X", "", ""],
    ]
    dry = catalogue(*rows, dry_run=True)
    assert (dry.state, dry.rows_applied) == ("done", 0)
    assert Product.objects.get().public_price == 1
    assert not Category.objects.exists()
    assert not Barcode.objects.exists()
    assert not ProductIngredient.objects.exists()
    real = catalogue(*rows)
    fields = ("number", "outcome", "changes", "problems")
    assert list(dry.rows.values(*fields)) == list(real.rows.values(*fields))
    assert {key: real.counts[key] for key in dry.counts} == dry.counts
    assert Product.objects.get(pk=pk).public_price == 5


def test_change_by_somebody_else_in_between_is_judged_anew(monkeypatch):
    pk = product(name_ar="", name_en="A", public_price=Decimal(1))
    job = queued("catalogue", csv_of([["id", "price"], [pk, "5"]]))
    rules = steps.rules_of(job)
    judged = []

    class Overtaken(type(rules)):
        def judge(self, rows, options, on_progress):
            judgement = super().judge(rows, options, on_progress)
            if not judged:
                product_update(
                    actor=SYSTEM,
                    now=timezone.now(),
                    product_id=pk,
                    changes={"public_price": Decimal(4)},
                )
            judged.append([verdict.changes for verdict in judgement.verdicts.values()])
            return judgement

    monkeypatch.setattr(steps, "rules_of", lambda _job: Overtaken())
    worked(job)
    assert (job.state, len(judged)) == ("applying", 1)
    job.next_attempt_at = timezone.now()
    job.save(update_fields=["next_attempt_at"])
    worked(job)
    assert (job.state, len(judged)) == ("done", 2)
    assert Product.objects.get().public_price == 5


def test_one_row_and_three_hundred_take_the_same_number_of_queries():
    catalogue(["name", "ingredients"], ["First", "Paracetamol 5 mg"])
    counts = []
    for count in (1, 300):
        product_rows = [
            [f"P{n} of {count}", n + 1, f"internal:{count}-{n}", "Paracetamol 5 mg", "Box", 10]
            for n in range(count)
        ]
        header = ["name", "price", "barcode", "ingredients", "pack 1 name", "pack 1 units"]
        for price in (0, 1):
            rows = [[row[0], row[1] + price, *row[2:]] for row in product_rows]
            job = queued("catalogue", csv_of([header, *rows]))
            with CaptureQueriesContext(connection) as queries:
                worked(job)
            assert job.state == "done", (job.failure_detail, codes(job))
            counts.append(len(queries))
    assert counts[2:] == counts[:2]
