"""The catalogue as the table an import reads back, and the faulty rows of an import as a table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, QuerySet
from django.utils.translation import gettext_lazy as _

from files.public import Bilingual, Column, Row, Section, TableDocument
from inventory.errors import ImportReportGone
from inventory.imports.catalogue.columns import FIELDS, MOST_PACKS, headers_of, pack_column
from inventory.imports.catalogue.composition import composition_write
from inventory.imports.catalogue.plan import PLAIN, Holdings, holdings_load
from inventory.imports.catalogue.values import path_write, written
from inventory.imports.cells import barcode_write
from inventory.imports.staging import cell_text
from inventory.lifecycle import Lifecycle
from inventory.models import Barcode, ImportJob, ImportRow, Packaging, Product
from inventory.selectors.imports import import_by_id

CHUNK = 2_000


def catalogue_document(*, now: datetime, lifecycle: str = "") -> TableDocument:
    """All products that are not archived, one row each, with the columns an import knows.

    A few queries for each 2,000 products. Only the first nine packs of a product have columns.
    """
    products = Product.objects.exclude(lifecycle=Lifecycle.ARCHIVED).order_by("pk")
    if lifecycle:
        products = products.filter(lifecycle=lifecycle)
    packs = _most_packs(products)
    return TableDocument(
        name="catalogue",
        title=_("Catalogue"),
        columns=tuple(_column(field) for field in _fields(packs)),
        sections=(Section(rows=_rows(products, packs)),),
        generated_at=now,
        landscape=True,
    )


def error_report(job_id: UUID, *, now: datetime) -> TableDocument:
    """The rows of an import that have problems, as they were sent, with what is wrong with each.

    Mended, it can be sent again: the columns in front of it are the file's own. Raises
    ImportNotFound, ImportReportGone.
    """
    job = import_by_id(job_id)
    rows = ImportRow.objects.filter(job=job).exclude(problems=[]).order_by("number")
    if job.rows_total and not job.rows.exists():
        raise ImportReportGone
    headers = [cell_text(cell) for cell in job.header]
    return TableDocument(
        name="import-errors",
        title=_("Rows with problems"),
        columns=(
            *(Column(header) for header in headers),
            Column(_("Row of the file")),
            Column(_("Errors")),
            Column(_("Warnings")),
        ),
        sections=(Section(rows=_error_rows(rows, len(headers))),),
        generated_at=now,
        lines=(_file_line(job),),
        landscape=True,
    )


def _file_line(job: ImportJob) -> str:
    problems = "; ".join(problem["detail"] for problem in job.file_problems)
    return f"{job.file.original_name} {problems}".strip()


def _error_rows(rows: QuerySet[ImportRow], width: int) -> Iterator[Row]:
    for row in rows.iterator(CHUNK):
        cells = [cell_text(cell) for cell in row.cells][:width]
        cells += [""] * (width - len(cells))
        yield Row((*cells, str(row.number), _told(row, "error"), _told(row, "warning")))


def _told(row: ImportRow, severity: str) -> str:
    return " | ".join(
        f"{problem['column']}: {problem['detail']}"
        for problem in row.problems
        if problem["severity"] == severity
    )


def _column(field: str) -> Column:
    english, arabic = headers_of(field)
    return Column(Bilingual(ar=arabic, en=english))


def _fields(packs: int) -> tuple[str, ...]:
    numbers = range(1, packs + 1)
    parts = ("name", "units", "price", "barcodes", "ordered")
    return (*FIELDS, *(pack_column(number, part) for number in numbers for part in parts))


def _most_packs(products: QuerySet[Product]) -> int:
    counted = products.order_by().annotate(packs=Count("packagings"))
    return min(max(counted.aggregate(most=Max("packs"))["most"] or 0, 1), MOST_PACKS)


def _rows(products: QuerySet[Product], packs: int) -> Iterator[Row]:
    stream = products.iterator(CHUNK)
    while chunk := list(islice(stream, CHUNK)):
        ids = [product.pk for product in chunk]
        held = holdings_load(ids)
        codes = _barcodes(ids)
        for product in chunk:
            yield Row(tuple(_cells(product, held, codes[product.pk], packs)))


def _barcodes(product_ids: Sequence[int]) -> dict[int, dict[int | None, list[str]]]:
    """Product -> pack (None: the base unit) -> its barcodes as an import reads them."""
    codes: dict[int, dict[int | None, list[str]]] = defaultdict(lambda: defaultdict(list))
    for barcode in Barcode.objects.filter(product_id__in=product_ids).order_by("pk"):
        shown = barcode_write(barcode.value, barcode.kind)
        codes[barcode.product_id][barcode.packaging_id].append(shown)
    return codes


def _cells(
    product: Product, held: Holdings, codes: dict[int | None, list[str]], packs: int
) -> Iterator[str]:
    values: dict[str, str] = {field: written(getattr(product, field)) for field in PLAIN}
    values["id"] = str(product.pk)
    values["barcode"] = "|".join(codes[None])
    values["ingredients"] = composition_write(held.ingredients[product.pk])
    values["category"] = path_write(held.paths.get(product.category_id or 0, ()))
    values["tax_category"] = held.tax_codes.get(product.tax_category_id or 0, "")
    for field in FIELDS:
        yield values[field]
    own = held.packs[product.pk][:packs]
    for pack in own:
        yield from _pack_cells(pack, codes[pack.pk])
    for _missing in range(packs - len(own)):
        yield from ("", "", "", "", "")


def _pack_cells(pack: Packaging, codes: list[str]) -> Iterator[Any]:
    yield pack.name
    yield str(pack.units)
    yield written(pack.price)
    yield "|".join(codes)
    yield "yes" if pack.is_purchase_default else ""
