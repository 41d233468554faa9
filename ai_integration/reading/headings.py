"""What a column heading means, in the Arabic and English of price lists."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from enum import StrEnum


class Role(StrEnum):
    """What a column holds."""

    NAME = "name"
    COMPANY = "company"
    LIST_PRICE = "list_price"
    PUBLIC_PRICE = "public_price"
    DISCOUNT = "discount"
    DEAL = "deal"
    DETAIL = "detail"  # strength, form or pack: part of what the product is
    OTHER = "other"  # numbers, codes, quantities: not read


PRICE_ROLES = frozenset({Role.LIST_PRICE, Role.PUBLIC_PRICE})

_ALIASES: dict[Role, str] = {
    Role.NAME: """
        اسم الماده|الماده|ماده|المواد|اسم الصنف|الصنف|صنف|الاصناف|اسم الدواء|الدواء|الادويه
        اسم المنتج|المنتج|المنتجات|المستحضر|اسم المستحضر|البيان|الوصف|الاسم|اسم|الاسم التجاري
        name|item|items|item name|product|products|product name|description|item description
        product description|drug|drug name|medicine|medicine name|trade name|brand name|material
        particulars|article|designation""",
    Role.COMPANY: """
        الشركه|شركه|اسم الشركه|الشركه المصنعه|الشركه المنتجه|المصنع|الصانع|المعمل|معمل|الوكيل
        الماركه|company|company name|manufacturer|manufacturer name|maker|brand|producer|mfr
        lab|laboratory|supplier company""",
    Role.LIST_PRICE: """
        صيدلي|الصيدلي|صيدلاني|سعر الصيدلي|سعر صيدلي|سعر الصيدليه|السعر للصيدلي|سعر الصيدلاني
        السعر|سعر|سعر الوحده|السعر الافرادي|افرادي|نت|النت|صافي|السعر الصافي|سعر النت|الصافي
        سعر الجمله|جمله|سعر الشراء|السعر بعد الخصم|بعد الخصم|س ص|سعر ص|سعر المستودع|التكلفه
        price|unit price|net|net price|pharmacist|pharmacist price|pharmacy price|trade price
        wholesale|wholesale price|cost|unit cost|rate|price to pharmacy|your price|ptr|ph price""",
    Role.PUBLIC_PRICE: """
        عموم|العموم|سعر العموم|سعر عموم|للعموم|السعر للعموم|جمهور|الجمهور|سعر الجمهور|سعر ج|س ج
        سعر جمهور|السعر للجمهور|مستهلك|المستهلك|سعر المستهلك|سعر البيع|سعر المبيع|مبيع|س ع|سعر ع
        سعر المريض|public|public price|retail|retail price|consumer|consumer price|mrp|rrp|srp
        selling price|sale price|sell price|patient price|price to public|psp""",
    Role.DISCOUNT: """
        الخصم|خصم|نسبه الخصم|الخصم %|خصم %|خصم الصيدلي|الحسم|حسم|نسبه الحسم|نسبه
        discount|disc|discount %|disc %|% discount|discount percent|discount percentage|dis|dis %
        %""",
    Role.DEAL: """
        العرض|عرض|العروض|عروض|بونص|البونص|بونس|البونس|الزياده|زياده|هديه|الهديه|مجاني|المجاني
        بضاعه مجانيه|ملاحظات|ملاحظه|الملاحظات|عرض خاص|bonus|offer|offers|special offer|deal
        scheme|free|foc|free goods|promotion|promo|note|notes|remark|remarks|comment|comments""",
    Role.DETAIL: """
        العيار|عيار|التركيز|تركيز|الشكل|الشكل الصيدلاني|العبوه|عبوه|التعبئه|الحجم
        strength|dose|dosage|dosage form|form|pack|pack size|packing|size|concentration""",
    Role.OTHER: """
        م|ت|#|no|n|s n|sr|الرقم|رقم|التسلسل|تسلسل|مسلسل|كود|الكود|كود الصنف|رقم الصنف|باركود
        الباركود|رمز|الرمز|رمز الماده|الكميه|كميه|العدد|عدد|الرصيد|رصيد|المخزون|الوحده|وحده
        الاجمالي|اجمالي|المجموع|مجموع|القيمه|الصلاحيه|تاريخ الصلاحيه|الانتهاء|الطبخه|التشغيله
        code|item code|item no|sku|barcode|bar code|id|serial|qty|quantity|stock|balance|unit
        total|amount|value|line total|subtotal|expiry|exp|exp date|expiry date|batch|lot
        currency|category|الفئه|التصنيف|tax|vat|الضريبه""",
}

_SPELLINGS = str.maketrans("أإآٱىةؤئ", "اااايهوي")
_NOT_WORDS = re.compile(r"[^\w%#]+|_+")


def plain(text: str) -> str:
    """A heading's words in one spelling: no marks, tatweel or punctuation, lower case."""
    folded = unicodedata.normalize("NFKC", text).replace("ـ", "").casefold()
    bare = "".join(char for char in folded if not unicodedata.combining(char))
    return " ".join(_NOT_WORDS.sub(" ", bare.translate(_SPELLINGS)).split())


def _table_of_aliases() -> dict[str, Role]:
    table: dict[str, Role] = {}
    for role, text in _ALIASES.items():
        for alias in re.split(r"[|\n]", text):
            words = plain(alias)
            if words:
                table.setdefault(words, role)
    return table


_BY_ALIAS = _table_of_aliases()
_LONGEST_HEADING_WORDS = 7
_LONGEST_HEADING = 60


def heading_role(text: str) -> Role | None:
    """The role a heading names, by its longest known phrase; None where it names none.

    `سعر الصيدلي (ل.س)` is the list price although `سعر` alone would do as well.
    """
    if len(text) > _LONGEST_HEADING:
        return None
    words = plain(text.replace("٪", "%").replace("%", " % ")).split()  # `Disc%` is `Disc %`
    if not words or len(words) > _LONGEST_HEADING_WORDS:
        return None
    for length in range(len(words), 0, -1):
        for start in range(len(words) - length + 1):
            role = _BY_ALIAS.get(" ".join(words[start : start + length]))
            if role is not None and (length > 1 or len(words) <= 4):
                return role
    return None


def heading_roles(cells: Sequence[str]) -> list[Role | None] | None:
    """The roles of a heading row, or None where the row is no heading.

    A heading row names at least two different roles, one of them a name or a price, holds no
    amounts, and most of its cells are headings.
    """
    filled = [cell for cell in cells if cell.strip()]
    if len(filled) < 2 or any(_has_amount(cell) for cell in filled):
        return None
    roles = [heading_role(cell) if cell.strip() else None for cell in cells]
    known = [role for role in roles if role is not None]
    telling = {Role.NAME, *PRICE_ROLES}.intersection(known)
    if len(set(known)) < 2 or not telling or len(known) * 2 < len(filled):
        return None
    return roles


def _has_amount(cell: str) -> bool:
    return sum(char.isdigit() for char in cell) >= 3
