"""Orders and statements as they lie on paper: columns, pages and directions, in both languages."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from itertools import combinations

import pdfplumber
import pytest
from django.apps import apps
from django.utils import timezone, translation

from files.public import render
from purchases.documents import order_document
from purchases.models import OfferLine
from purchases.selectors.orders import order_by_id
from purchases.selectors.statement import Statement, StatementLine
from purchases.tables.accounts import statement_table
from purchases.tests.factories import SupplierFactory, order_of_lines

pytestmark = pytest.mark.django_db
Product = apps.get_model("inventory", "Product")

LINES = 64
# name in Arabic, in English, strength, what the supplier calls it
NAMES = (
    ("أوغمنتين أقراص ملبسة", "Augmentin film-coated tablets", "1000 mg", "اوغمنتين 1غ 14 مض GSK"),
    (
        "فيتامين د3 قطرات للأطفال والرضع مع زيت الزيتون النقي 400 وحدة دولية/مل",
        "Vitamin D3 paediatric drops in pure olive oil 400 IU/ml with a dosing pipette",
        "",
        "VIT D3 DROPS 400IU/ML 15ML قطرات فيتامين د للاطفال مع زيت زيتون",
    ),
    ("باراسيتامول", "", "500 mg", "PARACETAMOL 500MG/20TAB تاميكو"),
    ("إنسولين لانتوس قلم محقون", "Insulin glargine pen", "100 U/ml", "LANTUS SOLOSTAR 5PEN"),
)


@pytest.fixture(autouse=True)
def _pharmacy(settings):
    settings.PHARMACY_NAME = "صيدلية الشفاء المركزية"
    settings.PHARMACY_ADDRESS = "دمشق، المزة، أوتوستراد، بناء 14، مقابل مشفى المواساة"
    settings.PHARMACY_PHONE = "+963 11 612 3456"


@pytest.fixture
def order():
    """64 lines, names of both scripts, long ones among them, goods for free and a discount."""
    supplier = SupplierFactory(
        name="مستودع الفرات للأدوية والمستلزمات الطبية (Al-Furat Medical)", payment_days=45
    )
    placed = order_of_lines(lines=LINES, supplier=supplier, price="12345.50", deal="1+4")
    for line in placed.lines.select_related("proposal_line"):
        arabic, english, strength, offered = NAMES[line.position % len(NAMES)]
        Product.objects.filter(pk=line.product_id).update(
            name_ar=f"{arabic} {line.position}", name_en=english, strength=strength
        )
        OfferLine.objects.filter(pk=line.proposal_line.offer_line_id).update(name=offered)
        if line.position % 5 == 0:
            placed.lines.filter(pk=line.pk).update(discount_percent=Decimal("12.5"))
    return order_by_id(placed.pk)


def laid_out(document, language):
    """The pages, each with its words and where they stand."""
    with pdfplumber.open(BytesIO(render(document, format="pdf", language=language).read())) as pdf:
        return [
            (page.width, page.height, page.extract_words(x_tolerance=1.5)) for page in pdf.pages
        ]


def printed(order, language):
    with translation.override(language):
        return laid_out(order_document(order, now=timezone.now()), language)


def overlap(one, other):
    wide = min(one["x1"], other["x1"]) - max(one["x0"], other["x0"])
    high = min(one["bottom"], other["bottom"]) - max(one["top"], other["top"])
    return wide > 0.5 and high > 2.5  # diacritics reach into the line above


def faults_of(pages):
    """What is cut off at an edge or printed over something else."""
    for number, (width, height, words) in enumerate(pages, start=1):
        for word in words:
            if not (word["x0"] > 20 and word["x1"] < width - 20 and word["bottom"] < height - 10):
                yield f"page {number}: {word['text']} beyond the margin"
        rows = defaultdict(list)
        for word in words:
            rows[round(word["top"] / 40)].append(word)
        for row in rows.values():
            for one, other in combinations(row, 2):
                if overlap(one, other):
                    yield f"page {number}: {one['text']} over {other['text']}"


def amounts(words):
    """Figures with two places, thousands apart."""
    return [word for word in words if word["text"].replace(",", "").replace(".", "").isdigit()
            and word["text"][-3:-2] == "."]  # fmt: skip


@pytest.mark.parametrize("language", ["ar", "en"])
def test_an_order_of_many_lines_is_whole_on_every_page(order, language):
    pages = printed(order, language)
    assert len(pages) >= 2
    assert list(faults_of(pages)) == []
    seen = []
    for number, (width, _height, words) in enumerate(pages, start=1):
        texts = [word["text"] for word in words]
        assert order.number in texts  # in the heading, then at the head of every page
        page_of = " ".join(texts[-12:])
        assert f"{number}" in page_of
        assert f"{len(pages)}" in page_of
        # The last column, the amounts: their last digits line up, at the end of the line.
        rightmost = language == "en"
        column = [
            word for word in amounts(words)
            if (word["x1"] > width - 60 if rightmost else word["x0"] < 100)
        ]  # fmt: skip
        assert column, texts
        assert max(word["x1"] for word in column) - min(word["x1"] for word in column) < 0.6
        # The numbers of the lines stand at its beginning.
        edge = [
            word for word in words
            if word["text"].isdigit()
            and (word["x1"] < 72 if rightmost else word["x0"] > width - 72)
            and 60 < word["top"] < 560
        ]  # fmt: skip
        seen += [int(word["text"]) for word in edge]
    assert sorted(seen) == list(range(1, LINES + 1))
    total = f"{order.total:,.2f}"
    assert [total in [word["text"] for word in words] for *_page, words in pages] == [
        *[False] * (len(pages) - 1),
        True,
    ]


def test_the_header_of_the_columns_is_repeated_on_every_page(order):
    for _width, _height, words in printed(order, "en"):
        texts = " ".join(word["text"] for word in words)
        assert all(title in texts for title in ("No.", "Product", "Price per pack", "Amount"))


def test_a_strength_among_arabic_words_stays_before_its_unit(order):
    found = 0
    for _width, _height, words in printed(order, "ar"):
        for unit in (word for word in words if word["text"] == "mg"):
            beside = [
                word for word in words
                if word["text"] in {"500", "1000"} and abs(word["top"] - unit["top"]) < 3
            ]  # fmt: skip
            assert any(0 < unit["x0"] - word["x1"] < 8 for word in beside), unit
            found += 1
    assert found > LINES / 4


def test_the_telephone_number_runs_from_left_to_right_in_arabic_too(order):
    _width, _height, words = printed(order, "ar")[0]
    parts = [
        next(word for word in words if part in word["text"]) for part in ("963", "612", "3456")
    ]
    assert [part["x0"] for part in parts] == sorted(part["x0"] for part in parts)


def long_statement():
    supplier = SupplierFactory(name="مستودع بردى الدوائي المتحد لتجارة الأدوية")
    lines, balance = [], Decimal(0)
    for number in range(1, 81):
        kind = ("stock_receipt", "supplier_invoice", "supplier_payment")[number % 3]
        amount = {
            "stock_receipt": Decimal("1234567.50"),
            "supplier_invoice": Decimal(0),
            "supplier_payment": Decimal("-1200000.00"),
        }[kind]
        balance += amount
        lines.append(
            StatementLine(
                day=date(2027, 1, 1) + timedelta(days=number),
                kind=kind,
                document=f"SI-2027-{number:06d} (INV/2027/{number:04d}-ب)" if not amount else "",
                source_type="tests",
                source_id=str(number),
                entry_number=f"JE-2027-{number:06d}",
                memo="شيك 88123 بنك بيمو" if kind == "supplier_payment" else "",
                billed=Decimal("1234567.50") if not amount else None,
                amount=amount,
                balance=balance,
            )
        )
    return Statement(
        supplier=supplier,
        date_from=None,
        as_of=date(2027, 4, 1),
        opening=Decimal(0),
        lines=tuple(lines),
    )


@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_statement_of_many_lines_is_whole_on_every_page(language):
    report = long_statement()
    with translation.override(language):
        pages = laid_out(statement_table(report, now=timezone.now()), language)
    assert len(pages) >= 2
    assert list(faults_of(pages)) == []
    closing = f"{report.closing:,.2f}"
    for width, _height, words in pages:
        column = [
            word for word in amounts(words)
            if (word["x1"] > width - 60 if language == "en" else word["x0"] < 100)
        ]  # fmt: skip
        assert column
        assert max(word["x1"] for word in column) - min(word["x1"] for word in column) < 0.6
    assert closing in [word["text"] for word in pages[-1][2]]
    shown = [word["text"] for *_page, words in pages for word in words]
    assert shown.count("88123") == 27  # the cheque of each payment
