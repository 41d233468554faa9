"""What is exported reads back as what it was: sent back unchanged it changes nothing."""

import contextlib
import csv
import io
from decimal import Decimal

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from core.audit import SYSTEM
from core.errors import DomainError
from files.public import render
from files.tests.documents import picture
from inventory.classes import BaseUnit, ControlledClass, PerUnit, Route, StrengthUnit
from inventory.imports.catalogue.composition import composition_read, composition_write
from inventory.models import Product
from inventory.records import Strength
from inventory.selectors.catalogue_table import catalogue_document
from inventory.services.barcodes import barcode_add, gtin_check_digit_fits
from inventory.services.catalogue import product_create
from inventory.services.classification import category_create
from inventory.services.packagings import packaging_create
from inventory.tasks import advance_import
from inventory.tests.imports.files import imported, queued, worked

SIGNS = " -+=@'\"|,;/\\%.()>_#"
LETTERS = "aBزéب7ةA0"
names = st.text(alphabet=LETTERS + SIGNS, min_size=1, max_size=20).filter(
    lambda text: any(letter in LETTERS for letter in text)
)
maybe = st.one_of(st.just(""), names)
prices = st.one_of(st.none(), st.decimals(0, 10**6, places=2))
digits = st.text(alphabet="0123456789", min_size=1, max_size=14)
strengths = st.builds(
    lambda amount, unit, per: Strength(
        strength=amount,
        unit=unit,
        per_value=per[0] if per else None,
        per_unit=per[1] if per else "",
    ),
    st.decimals(Decimal("0.001"), 10**6, places=3),
    st.sampled_from(StrengthUnit.values),
    st.one_of(
        st.none(),
        st.tuples(st.decimals(Decimal("0.5"), 1000, places=1), st.sampled_from(PerUnit.values)),
    ),
)


@st.composite
def products(draw):
    """Arguments of one product, its packs and barcodes."""
    least, most = sorted([draw(st.integers(0, 500)), draw(st.integers(0, 500))])
    return {
        "fields": {
            "name_ar": draw(maybe), "name_en": draw(names), "strength": draw(maybe),
            "form": draw(maybe), "manufacturer": draw(maybe), "public_price": draw(prices),
            "min_stock": least, "max_stock": most, "shelf_location": draw(maybe),
            "notes": draw(maybe), "cold_chain": draw(st.booleans()),
            "base_unit": draw(st.sampled_from(BaseUnit.values)),
            "route": draw(st.sampled_from(["", *Route.values])),
            "controlled_class": draw(st.sampled_from(ControlledClass.values)),
            "reorder_point": draw(st.one_of(st.none(), st.integers(least, most))),
        },
        "ingredients": draw(
            st.lists(st.tuples(names, st.one_of(st.just(Strength()), strengths)), max_size=3)
        ),
        "category": draw(st.lists(names, max_size=2)),
        "packs": draw(
            st.lists(
                st.tuples(names, st.integers(1, 500), prices, st.booleans()),
                max_size=3, unique_by=lambda pack: pack[0].strip().casefold(),
            )
        ),
        "barcodes": draw(st.lists(digits, max_size=3, unique=True)),
    }  # fmt: skip


def add(number: int, wanted: dict) -> None:
    """Put one product into the database; what the services refuse is left out."""
    now = timezone.now()
    fields = wanted["fields"] | {"name_en": f"{wanted['fields']['name_en']} {number}"}
    parent = None
    for name in wanted["category"]:
        parent = category_create(actor=SYSTEM, name_en=f"{name} {number}", parent_id=parent)
    generics = [
        Strength(
            name_en=f"{name} {number} {position}", strength=each.strength, unit=each.unit,
            per_value=each.per_value, per_unit=each.per_unit,
        )
        for position, (name, each) in enumerate(wanted["ingredients"])
    ]  # fmt: skip
    pk = product_create(actor=SYSTEM, now=now, ingredients=generics, category_id=parent, **fields)
    for name, units, price, is_default in wanted["packs"]:
        packaging_create(
            actor=SYSTEM, product_id=pk, name=name, units=units, price=price,
            is_purchase_default=is_default,
        )  # fmt: skip
    pack_id = Product.objects.get(pk=pk).packagings.values_list("pk", flat=True).first()
    for position, code in enumerate(wanted["barcodes"]):
        fits = len(code) in (8, 12, 13, 14) and gtin_check_digit_fits(code)
        barcode_add(
            actor=SYSTEM, now=now, product_id=pk, value=code if fits else f"{number}-{code}",
            kind=None if fits else "internal", packaging_id=pack_id if position else None,
        )  # fmt: skip


class RoundTrip(TestCase):
    @settings(max_examples=20)
    @example(
        wanted=[
            {
                "fields": {"name_en": "'=0", "notes": "'+1"},
                "ingredients": [("'=0", Strength())],
                "category": ["'=0"],
                "packs": [("'=0", 5, None, True)],
                "barcodes": [],
            }
        ],
        format="csv",
        language="en",
    )
    @given(
        wanted=st.lists(products(), min_size=1, max_size=4),
        format=st.sampled_from(["csv", "xlsx"]),
        language=st.sampled_from(["ar", "en"]),
    )
    def test_export_sent_back_changes_nothing(self, wanted, format, language):
        for number, each in enumerate(wanted):
            with contextlib.suppress(DomainError):  # a category, pack or code there is already
                add(number, each)
        content = b"".join(
            render(catalogue_document(now=timezone.now()), format=format, language=language).content
        )
        job = worked(queued("catalogue", content, name=f"all.{format}", dry_run=True))
        rows = list(job.rows.values("number", "changes", "problems"))
        assert job.state == "done", rows
        assert job.counts["unchanged"] == Product.objects.count() > 0, rows
        assert job.counts["faulty"] == 0, rows


@given(
    st.lists(st.tuples(names, st.one_of(st.just(Strength()), strengths)), min_size=1, max_size=5)
)
def test_ingredients_written_read_as_the_same(parts):
    given_ones = [
        Strength(
            **{
                "name_ar" if any("\u0600" <= c <= "\u06ff" for c in name) else "name_en": " ".join(
                    name.split()
                )
            },
            strength=each.strength, unit=each.unit, per_value=each.per_value,
            per_unit=each.per_unit,
        )
        for name, each in parts
    ]  # fmt: skip
    assert composition_read(composition_write(given_ones)) == tuple(given_ones)


@pytest.mark.django_db
def test_export_has_a_row_for_every_product_in_a_constant_number_of_queries(
    client_as, django_assert_num_queries
):
    imported("catalogue", [["name", "barcode"], *([f"P{n}", f"internal:{n}"] for n in range(40))])
    client = client_as("pharmacist")
    response = client.get("/api/v1/inventory/products/export/?format=csv&language=en")
    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/csv")
    table = list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))
    assert table[0][:3] == ["id", "Arabic name", "English name"]
    assert len(table) == 41
    document = catalogue_document(now=timezone.now())
    with django_assert_num_queries(6):
        assert len(list(document.rows())) == 40


@pytest.mark.django_db
def test_faulty_rows_come_as_a_file_that_can_be_mended_and_sent_again(client_as):
    client = client_as("pharmacist")
    content = b"name,barcode,price\nA,5.28E+12,3\nB,,4\n"
    response = client.post(
        "/api/v1/inventory/imports/catalogue/",
        {"file": SimpleUploadedFile("a.csv", content)},
        format="multipart",
    )
    assert response.status_code == 202, response.content
    job_id = response.json()["id"]
    assert response["Location"].endswith(f"/imports/{job_id}/")
    advance_import(job_id)
    shown = client.get(response["Location"]).json()
    assert (shown["state"], shown["error_count"], shown["rows_checked"]) == ("refused", 1, 2)
    report = client.get(f"{response['Location']}report/?format=xlsx&language=en")
    book = openpyxl.load_workbook(io.BytesIO(b"".join(report.streaming_content)))
    header, row = [
        r for r in book.active.iter_rows(values_only=True) if len([c for c in r if c]) > 2
    ]
    assert header[:3] == ("name", "barcode", "price")
    assert row[:4] == ("A", "5.28E+12", "3", "2")
    assert "text" in row[4]
    rows = client.get(f"{response['Location']}rows/?problems=errors").json()["results"]
    assert [(each["row"], each["cells"]) for each in rows] == [(2, ["A", "5.28E+12", "3"])]
    mended = [header, (row[0], "", *row[2:])]
    job = imported("catalogue", mended)
    assert (job.state, Product.objects.get().name_en) == ("done", "A")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "role", "status"),
    [
        ("catalogue", "purchasing", 202),
        ("catalogue", "cashier", 403),
        ("opening", "purchasing", 403),
        ("opening", "accountant", 202),
    ],
)
def test_imports_need_the_permission_of_their_kind(client_as, kind, role, status):
    client = client_as(role)
    file = SimpleUploadedFile("a.csv", b"name,quantity,unit cost\nA,1,1\n")
    path = f"/api/v1/inventory/imports/{kind}/"
    response = client.post(path, {"file": file}, format="multipart")
    assert response.status_code == status
    if status == 202:
        cancelled = client.post(f"{path}{response.json()['id']}/cancel/")
        assert (cancelled.status_code, cancelled.json()["state"]) == (200, "cancelled")
        again = client.post(f"{path}{response.json()['id']}/cancel/")
        assert (again.status_code, again.json()["code"]) == (409, "import_state_forbids")


@pytest.mark.django_db
def test_list_of_imports_takes_the_same_number_of_queries_for_any_number(
    client_as, django_assert_max_num_queries
):
    client = client_as("owner")
    for number in range(5):
        imported("catalogue", [["name", "price"], [f"P{number}", "1"]])
    with django_assert_max_num_queries(12):
        body = client.get("/api/v1/inventory/imports/?kind=catalogue").json()
    assert len(body["results"]) == 5


@pytest.mark.django_db
def test_picture_is_no_table(client_as):
    response = client_as("owner").post(
        "/api/v1/inventory/imports/catalogue/",
        {"file": SimpleUploadedFile("a.csv", picture())},
        format="multipart",
    )
    assert (response.status_code, response.json()["code"]) == (400, "import_file_unreadable")
