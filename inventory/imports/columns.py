"""Which column holds what: headers in Arabic and English, in any spelling."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from core.errors import FieldProblem
from core.text import search_key
from inventory.errors import ImportFileUnreadable
from inventory.imports.table import Row

HEADER_SEARCH_ROWS = 15
FEWEST_KNOWN_HEADERS = 2

# What a product's columns are called, whatever the file is for; the first name is the one we write.
PRODUCT_ALIASES: Mapping[str, str] = {
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
    "public_price": "public price|price|sale price|selling price|retail price|السعر|سعر البيع|"
    "سعر العموم|سعر المبيع|سعر الجمهور|السعر للعموم",
    "min_stock": "min|minimum|min stock|minimum stock|reorder point|reorder level|الحد الادنى|"
    "حد ادنى|ادنى كمية|حد الطلب|نقطة الطلب",
    "max_stock": "max|maximum|max stock|maximum stock|الحد الاعلى|الحد الاقصى|حد اعلى|حد اقصى|"
    "اعلى كمية",
    "packaging_units": "packaging units|pack units|units per pack|pack size|package size|pack|"
    "units in box|العبوة|عدد الوحدات|الوحدات بالعلبة|عدد الوحدات في العبوة|سعة العبوة|التعبئة",
}


@dataclass(frozen=True)
class ColumnSet:
    """The columns a kind of file may have.

    aliases: field -> its headers, parted by ``|``. needed: of each group one must be there.
    example: what the least useful header row would be, told where none was found.
    """

    aliases: Mapping[str, str]
    needed: Sequence[tuple[str, ...]]
    example: str | Promise
    fields: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        known = {
            search_key(alias): name
            for name, aliases in self.aliases.items()
            for alias in (name, *aliases.split("|"))
        }
        object.__setattr__(self, "fields", known)

    def field_of(self, header: object) -> str | None:
        return self.fields.get(search_key(str(header or "")))


def columns_find(rows: Sequence[Row], known: ColumnSet) -> tuple[dict[str, int], Row]:
    """Field -> position of its column, and the header row: the first row that looks like one.

    Raises ImportFileUnreadable saying which headers were found and which are missing.
    """
    for row in rows[:HEADER_SEARCH_ROWS]:
        found = [known.field_of(cell) for cell in row.cells]
        if len({name for name in found if name}) >= FEWEST_KNOWN_HEADERS:
            return _positions(found, row, known), row
    text = _("No row with column names was found. Give at least: %(example)s.")
    raise ImportFileUnreadable(
        errors=[FieldProblem("file", "no_header", text % {"example": known.example})]
    )


def _positions(found: Sequence[str | None], header: Row, known: ColumnSet) -> dict[str, int]:
    positions: dict[str, int] = {}
    problems: list[FieldProblem] = []
    for position, name in enumerate(found):
        if name is None:
            continue
        if name in positions:
            text = _("Columns %(first)d and %(second)d both are %(field)s; leave one.")
            values = {"first": positions[name] + 1, "second": position + 1, "field": name}
            problems.append(FieldProblem("file", "column_twice", text % values))
        positions.setdefault(name, position)
    problems += [
        _missing(" / ".join(group), header)
        for group in known.needed
        if not any(name in positions for name in group)
    ]
    if problems:
        raise ImportFileUnreadable(errors=problems)
    return positions


def _missing(name: str, header: Row) -> FieldProblem:
    text = _("There is no column %(field)s. Columns found in row %(row)d: %(found)s.")
    headers = ", ".join(str(cell).strip()[:40] for cell in header.cells if cell is not None)
    values = {"field": name, "row": header.number, "found": headers}
    return FieldProblem("file", "column_missing", text % values)
