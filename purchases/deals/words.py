"""The words of the bonus column, as folded by `core.text.fold`."""

from purchases.deals.model import SpecialKind

__all__ = [
    "ALTERNATIVES",
    "CONNECTORS",
    "DISCOUNT",
    "EVERY",
    "EXCEPTION",
    "FREE",
    "OR_PREFIX",
    "REGISTER",
    "SILENT",
    "SPECIAL_KINDS",
    "UNTIL",
    "WITH",
    "is_keyword",
    "is_pack_count",
    "mixing_words",
]

OR_PREFIX = "او"
CONNECTORS = frozenset({"او", "و", "or", "and"})
ALTERNATIVES = frozenset({"او", "or"})
REGISTER = frozenset({"دفتر", "دفاتر", "الدفتر", "بدفتر", "بالدفتر"})
WITH = frozenset({"مع", "with"})
EXCEPTION = frozenset({"استثنا", "استثنايي", "استثنايا"})
EVERY = frozenset({"كل", "لكل", "every"})
FREE = frozenset({"مجانا", "مجاني", "هديه", "free"})
# Said of any deal and therefore of none in particular.
SILENT = frozenset({"بونص", "بونس", "bonus"})
# What begins so is a condition (`حتى نفاد الكمية`), never the name of a product.
UNTIL = frozenset({"حتي", "لغايه", "until", "till"})
DISCOUNT = frozenset({"خصم", "الخصم", "حسم", "الحسم", "discount"})
# Inflections of "to mix strengths": the word decides, and takes the words around it along.
_MIXING = frozenset(["تشكيل", "التشكيل", "بالتشكيل", "تشكيله", "مشكل", "مشكله", "تشكل"])
_MIXED = frozenset(
    [
        "يمكن",
        "العيارات",
        "العيارين",
        "عيارات",
        "الاصناف",
        "الانواع",
        "النكهات",
        "جميع",
        "كافه",
        "بين",
        "مع",
        "من",
    ]
)

# `عرض` alone announces a special; `خاص` and `مؤقت` after it say which kind.
SPECIAL_KINDS = {
    "عرض": SpecialKind.SPECIAL,
    "العرض": SpecialKind.SPECIAL,
    "خاص": SpecialKind.SPECIAL,
    "الخاص": SpecialKind.SPECIAL,
    "موقت": SpecialKind.TEMPORARY,
    "الموقت": SpecialKind.TEMPORARY,
    "حصرا": SpecialKind.EXCLUSIVE,
    "حصري": SpecialKind.EXCLUSIVE,
    "حصريا": SpecialKind.EXCLUSIVE,
}

_KEYWORDS = (
    CONNECTORS
    | REGISTER
    | EXCEPTION
    | EVERY
    | FREE
    | SILENT
    | DISCOUNT
    | _MIXING
    | frozenset(SPECIAL_KINDS)
)

# Beside a number these describe the pack (`100حبة`) and never a deal of another product.
_PACK_WORDS = frozenset(
    [
        "حبه",
        "حبات",
        "حب",
        "قرص",
        "اقراص",
        "كبسوله",
        "كبسول",
        "كبسولات",
        "ظرف",
        "ظروف",
        "امبول",
        "امبولات",
        "امبوله",
        "فيال",
        "كيس",
        "اكياس",
        "علبه",
        "علب",
        "قطعه",
        "قطع",
        "شريط",
        "مضغوطه",
        "مضغوطات",
        "تحميله",
        "تحاميل",
        "سعر",
        "مل",
        "ملغ",
        "غ",
        "غرام",
    ]
)


def is_keyword(folded: str) -> bool:
    """Whether the folded word has a fixed meaning in a bonus cell."""
    return folded in _KEYWORDS


def mixing_words(folded_words: set[str]) -> set[str]:
    """Those of a cell's words that say strengths may be mixed; none unless one says so."""
    if not folded_words & _MIXING:
        return set()
    return folded_words & (_MIXING | _MIXED)


def is_pack_count(folded_words: list[str]) -> bool:
    """Whether the words are a count of a pack (`100 حبه`), possibly with its price word."""
    words = [word for word in folded_words if not word.isdigit()]
    return bool(words) and all(word in _PACK_WORDS for word in words)
