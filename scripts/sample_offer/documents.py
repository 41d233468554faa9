"""Writes the sample documents."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import openpyxl
from openpyxl.styles import Font, PatternFill

from .offer_pdf import offer_pdf
from .products import SampleProduct, sample_products

#: Months until expiry, in turn: some batches are near, most are not.
MONTHS_TO_EXPIRY = (4, 9, 14, 20, 26, 31)
DAYS_PER_MONTH = 30
OPENING_COLUMNS = (
    "barcode",
    "name_ar",
    "name_en",
    "manufacturer",
    "minimum",
    "maximum",
    "sale_price",
    "batch",
    "expiry_date",
    "quantity",
    "unit_cost",
    "controlled",
)
#: The moment at which every sample workbook was saved, so that the same day gives the same bytes.
ALWAYS = datetime(2026, 1, 1)  # noqa: DTZ001 - a workbook's clock has no time zone
_SAVED_AT = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")
#: In-store use: 20..29 are the prefixes nobody else hands out.
BARCODE_PREFIX = "2900000"


class SampleFiles(NamedTuple):
    """Paths of the written samples."""

    offer_pdf: Path
    second_offer_xlsx: Path
    second_offer_csv: Path
    opening_balance_csv: Path


def write_samples(folder: Path, *, as_of: date) -> SampleFiles:
    """Writes all samples into `folder`, which is created if absent.

    as_of: the day of the opening balance; expiry dates are counted from it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    products = sample_products()
    paths = SampleFiles(
        offer_pdf=folder / "sample_offer.pdf",
        second_offer_xlsx=folder / "second_supplier.xlsx",
        second_offer_csv=folder / "second_supplier.csv",
        opening_balance_csv=folder / "opening_balance.csv",
    )
    paths.offer_pdf.write_bytes(offer_pdf(products))
    _write_xlsx(paths.second_offer_xlsx, products)
    _write_csv(paths.second_offer_csv, _second_offer_rows(products))
    _write_csv(paths.opening_balance_csv, _opening_rows(products, as_of))
    return paths


def _second_offer_rows(products: Sequence[SampleProduct]) -> list[list[object]]:
    rows: list[list[object]] = [["الصنف", "سعر الصيدلي", "سعر العموم", "البونص", "الشركة"]]
    # Another supplier lists alphabetically, and writes an emptiness as nothing.
    for product in sorted(products, key=lambda product: product.name):
        deal = "" if product.other_deal == "." else product.other_deal
        rows.append(
            [product.name, product.other_price, product.public_price, deal, product.company]
        )
    return rows


def _write_xlsx(path: Path, products: Sequence[SampleProduct]) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    if sheet is None:
        raise RuntimeError("a new workbook has no sheet")
    sheet.title = "عروض"
    sheet.sheet_view.rightToLeft = True
    for row in _second_offer_rows(products):
        sheet.append(row)
    for cell in sheet[1]:
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="FFD9E1F2")
    for column, width in zip("ABCDE", (46, 14, 14, 22, 24), strict=True):
        sheet.column_dimensions[column].width = width
    workbook.properties.created = workbook.properties.modified = ALWAYS
    held = io.BytesIO()
    workbook.save(held)
    path.write_bytes(_undated(held.getvalue()))


def _undated(package: bytes) -> bytes:
    """The same workbook with no trace of when it was saved."""
    undated = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(package)) as dated,
        zipfile.ZipFile(undated, "w", zipfile.ZIP_DEFLATED) as fresh,
    ):
        for part in dated.infolist():
            body = _SAVED_AT.sub(rf"\g<1>{ALWAYS:%Y-%m-%dT%H:%M:%SZ}".encode(), dated.read(part))
            undated_part = zipfile.ZipInfo(part.filename, ALWAYS.timetuple()[:6])
            fresh.writestr(undated_part, body, compress_type=zipfile.ZIP_DEFLATED)
    return undated.getvalue()


def _opening_rows(products: Sequence[SampleProduct], as_of: date) -> list[list[object]]:
    rows: list[list[object]] = [list(OPENING_COLUMNS)]
    for number, product in enumerate(products, start=1):
        months = MONTHS_TO_EXPIRY[number % len(MONTHS_TO_EXPIRY)]
        expiry = as_of + timedelta(days=months * DAYS_PER_MONTH)
        rows.append(
            [
                _barcode(number),
                product.name,
                product.english,
                product.company,
                product.minimum,
                product.maximum,
                product.public_price,
                f"S{number:03d}",
                expiry.isoformat(),
                product.on_hand,
                product.price,
                "yes" if product.controlled else "no",
            ]
        )
    return rows


def _barcode(number: int) -> str:
    """An EAN-13 with its check digit."""
    digits = f"{BARCODE_PREFIX}{number:05d}"
    odd, even = digits[::2], digits[1::2]
    total = sum(map(int, odd)) + 3 * sum(map(int, even))
    return f"{digits}{-total % 10}"


def _write_csv(path: Path, rows: Iterable[Sequence[object]]) -> None:
    # The mark lets spreadsheet programs open Arabic CSV rightly.
    with path.open("w", encoding="utf-8-sig", newline="") as held:
        csv.writer(held).writerows(rows)
