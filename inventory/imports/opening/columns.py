"""The columns of an opening balance."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from inventory.imports.columns import PRODUCT_ALIASES, ColumnSet

_STOCK_ALIASES: Mapping[str, str] = {
    "quantity": "quantity|qty|stock|on hand|balance|count|الكمية|كمية|الرصيد|رصيد|العدد|"
    "الرصيد الحالي|الكمية الحالية|المخزون",
    "batch": "batch|batch no|batch number|lot|lot no|lot number|الطبخة|رقم الطبخة|التشغيلة|"
    "رقم التشغيلة|رقم الدفعة|الدفعة|اللوط",
    "expiry": "expiry|expiry date|expiration|expiration date|exp|exp date|expires|"
    "الصلاحية|تاريخ الصلاحية|انتهاء الصلاحية|تاريخ الانتهاء|تاريخ انتهاء الصلاحية|الانتهاء",
    "unit_cost": "unit cost|cost|cost price|purchase price|buy price|net price|التكلفة|تكلفة|"
    "الكلفة|كلفة الوحدة|تكلفة الوحدة|سعر الكلفة|سعر التكلفة|سعر الشراء|سعر النت",
}

OPENING_COLUMNS = ColumnSet(
    aliases={**PRODUCT_ALIASES, **_STOCK_ALIASES},
    needed=(("name", "name_ar", "name_en", "barcode"), ("quantity",), ("unit_cost",)),
    example=_("name or barcode, quantity, unit cost (الاسم أو الباركود، الكمية، التكلفة)"),
)
