"""Which column holds what: headers in Arabic and English, in any spelling."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from core.errors import FieldProblem
from core.text import search_key
from inventory.errors import OpeningFileUnreadable
from inventory.opening.table import Row

HEADER_SEARCH_ROWS = 15
FEWEST_KNOWN_HEADERS = 2

_ALIASES: Mapping[str, str] = {
    "name": "name|product|product name|item|item name|drug|drug name|description|trade name|"
    "الاسم|اسم|اسم الصنف|الصنف|اسم المادة|المادة|اسم الدواء|الدواء|اسم المنتج|المنتج|البيان",
    "name_ar": "name ar|arabic name|name arabic|الاسم العربي|الاسم بالعربي|الاسم بالعربية|"
    "اسم الصنف عربي|الاسم عربي",
    "name_en": "name en|english name|name english|latin name|الاسم الانكليزي|الاسم الانجليزي|"
    "الاسم بالانكليزي|الاسم بالانجليزي|الاسم الاجنبي|الاسم اللاتيني|الاسم انكليزي|الاسم انجليزي",
    "barcode": "barcode|bar code|ean|ean 13|gtin|upc|international code|الباركود|باركود|"
    "رمز الباركود|الكود الدولي|كود دولي",
    "strength": "strength|dose|dosage|concentration|العيار|عيار|التركيز|تركيز|الجرعة|القوة",
    "form": "form|dosage form|pharmaceutical form|type|الشكل|الشكل الصيدلاني|شكل|النوع",
    "manufacturer": "manufacturer|company|maker|brand|producer|الشركة|شركة|المصنع|"
    "الشركة المصنعة|المعمل|المنتج المصنع",
    "quantity": "quantity|qty|stock|on hand|balance|count|الكمية|كمية|الرصيد|رصيد|العدد|"
    "الرصيد الحالي|الكمية الحالية|المخزون",
    "batch": "batch|batch no|batch number|lot|lot no|lot number|الطبخة|رقم الطبخة|التشغيلة|"
    "رقم التشغيلة|رقم الدفعة|الدفعة|اللوط",
    "expiry": "expiry|expiry date|expiration|expiration date|exp|exp date|expires|"
    "الصلاحية|تاريخ الصلاحية|انتهاء الصلاحية|تاريخ الانتهاء|تاريخ انتهاء الصلاحية|الانتهاء",
    "unit_cost": "unit cost|cost|cost price|purchase price|buy price|net price|التكلفة|تكلفة|"
    "الكلفة|كلفة الوحدة|تكلفة الوحدة|سعر الكلفة|سعر التكلفة|سعر الشراء|سعر النت",
    "public_price": "public price|price|sale price|selling price|retail price|السعر|سعر البيع|"
    "سعر العموم|سعر المبيع|سعر الجمهور|السعر للعموم",
    "min_stock": "min|minimum|min stock|minimum stock|reorder point|reorder level|الحد الادنى|"
    "حد ادنى|ادنى كمية|حد الطلب|نقطة الطلب",
    "max_stock": "max|maximum|max stock|maximum stock|الحد الاعلى|الحد الاقصى|حد اعلى|حد اقصى|"
    "اعلى كمية",
    "packaging_units": "packaging units|pack units|units per pack|pack size|package size|pack|"
    "units in box|العبوة|عدد الوحدات|الوحدات بالعلبة|عدد الوحدات في العبوة|سعة العبوة|التعبئة",
}
_FIELD_OF = {
    search_key(alias): field for field, aliases in _ALIASES.items() for alias in aliases.split("|")
}
NAMES = ("name", "name_ar", "name_en")


def columns_find(rows: Sequence[Row]) -> tuple[dict[str, int], Row]:
    """Field -> position of its column, and the header row: the first row that looks like one.

    Raises OpeningFileUnreadable saying which headers were found and which are missing.
    """
    for row in rows[:HEADER_SEARCH_ROWS]:
        found = [_FIELD_OF.get(search_key(str(cell or ""))) for cell in row.cells]
        if len({field for field in found if field}) >= FEWEST_KNOWN_HEADERS:
            return _positions(found, row), row
    raise OpeningFileUnreadable(
        errors=[
            FieldProblem(
                "file",
                "no_header",
                _("No row with column names was found. Give at least: name or barcode, quantity, "
                  "unit cost (الاسم أو الباركود، الكمية، التكلفة)."),
            )
        ]
    )  # fmt: skip


def _positions(found: Sequence[str | None], header: Row) -> dict[str, int]:
    positions: dict[str, int] = {}
    problems: list[FieldProblem] = []
    for position, field in enumerate(found):
        if field is None:
            continue
        if field in positions:
            text = _("Columns %(first)d and %(second)d both are %(field)s; leave one.")
            values = {"first": positions[field] + 1, "second": position + 1, "field": field}
            problems.append(FieldProblem("file", "column_twice", text % values))
        positions.setdefault(field, position)
    if not any(field in positions for field in (*NAMES, "barcode")):
        problems.append(_missing("name / barcode", header))
    problems += [
        _missing(field, header) for field in ("quantity", "unit_cost") if field not in positions
    ]
    if problems:
        raise OpeningFileUnreadable(errors=problems)
    return positions


def _missing(field: str, header: Row) -> FieldProblem:
    text = _("There is no column %(field)s. Columns found in row %(row)d: %(found)s.")
    headers = ", ".join(str(cell).strip()[:40] for cell in header.cells if cell is not None)
    values = {"field": field, "row": header.number, "found": headers}
    return FieldProblem("file", "column_missing", text % values)
