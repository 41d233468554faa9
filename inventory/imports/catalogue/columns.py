"""The columns of a catalogue. The first English and the first Arabic header are those we write."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.utils.translation import gettext_lazy as _

from inventory.imports.columns import PRODUCT_ALIASES, ColumnSet

MOST_PACKS = 9

# field -> (English header, Arabic header, further ones parted by ``|``)
_FIELDS: Mapping[str, tuple[str, str, str]] = {
    "id": ("id", "رقم الصنف", "product id|الرقم|رقم المنتج|رقم المادة"),
    "name_ar": ("Arabic name", "الاسم العربي", ""),
    "name_en": ("English name", "الاسم الانكليزي", ""),
    "strength": ("strength", "العيار", ""),
    "form": ("form", "الشكل الصيدلاني", ""),
    "manufacturer": ("manufacturer", "الشركة المصنعة", ""),
    "barcode": ("barcode", "الباركود", "barcodes|باركودات"),
    "ingredients": (
        "ingredients",
        "المواد الفعالة",
        "active ingredients|generic|generic name|scientific name|composition|المادة الفعالة|"
        "الاسم العلمي|التركيب|المادة العلمية",
    ),
    "route": ("route", "طريقة الاستعمال", "route of administration|طريق الاعطاء|طريقة الاعطاء"),
    "atc_code": ("ATC code", "رمز ATC", "atc|كود ATC"),
    "category": ("category", "التصنيف", "group|class|الفئة|المجموعة|القسم"),
    "prescription_class": (
        "prescription class",
        "صنف الوصفة",
        "prescription|rx|الوصفة|وصفة طبية",
    ),
    "controlled_class": ("controlled class", "صنف الرقابة", "controlled|مراقب|الرقابة"),
    "cold_chain": ("cold chain", "سلسلة التبريد", "cold|fridge|refrigerated|تبريد|براد|يحفظ مبردا"),
    "tax_category": ("tax category", "الفئة الضريبية", "tax|vat|الضريبة"),
    "base_unit": ("base unit", "الوحدة الاساسية", "unit|الوحدة"),
    "public_price": ("public price", "سعر العموم", ""),
    "min_stock": ("minimum stock", "الحد الادنى", ""),
    "reorder_point": ("reorder point", "نقطة الطلب", "reorder level|حد الطلب"),
    "max_stock": ("maximum stock", "الحد الاعلى", ""),
    "shelf_location": ("shelf", "الرف", "shelf location|place|location|الموقع|مكان الرف"),
    "notes": ("notes", "ملاحظات", "note|remarks|comment|ملاحظة"),
    "lifecycle": ("lifecycle", "حالة الصنف", "status|state|الحالة"),
}
# Of each of the numbered packs.
_PACK_FIELDS: Mapping[str, tuple[str, str]] = {
    "name": ("pack {n} name", "العبوة {n} الاسم"),
    "units": ("pack {n} units", "العبوة {n} عدد الوحدات"),
    "price": ("pack {n} price", "العبوة {n} السعر"),
    "barcodes": ("pack {n} barcodes", "العبوة {n} الباركود"),
    "ordered": ("pack {n} ordered in it", "العبوة {n} عبوة الشراء"),
}


def pack_column(number: int, part: str) -> str:
    """The field of one column of the numbered packs: `pack_2_units`."""
    return f"pack_{number}_{part}"


def pack_parts() -> tuple[str, ...]:
    return tuple(_PACK_FIELDS)


def headers_of(field: str) -> tuple[str, str]:
    """The English and the Arabic header we write over a column."""
    return _HEADERS[field]


def _headers() -> Iterator[tuple[str, tuple[str, str]]]:
    for field, (english, arabic, _others) in _FIELDS.items():
        yield field, (english, arabic)
    for number in range(1, MOST_PACKS + 1):
        for part, (english, arabic) in _PACK_FIELDS.items():
            yield pack_column(number, part), (english.format(n=number), arabic.format(n=number))


def _aliases() -> dict[str, str]:
    known = {field: PRODUCT_ALIASES.get(field, "") for field in ("name", "packaging_units")}
    for field, headers in _HEADERS.items():
        further = _FIELDS[field][2] if field in _FIELDS else ""
        parts = (*headers, further, PRODUCT_ALIASES.get(field, ""))
        known[field] = "|".join(part for part in parts if part)
    # The reorder point has a column of its own here.
    known["min_stock"] = "|".join(
        alias
        for alias in known["min_stock"].split("|")
        if alias not in known["reorder_point"].split("|")
    )
    return known


_HEADERS = dict(_headers())
FIELDS = tuple(_FIELDS)

CATALOGUE_COLUMNS = ColumnSet(
    aliases=_aliases(),
    needed=(("id", "name", "name_ar", "name_en", "barcode"),),
    example=_("name or barcode or id, and what is to be set (الاسم أو الباركود)"),
)
