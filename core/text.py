"""Arabic and English text, folded so that spellings of one word compare equal.

Pure functions: no settings, no database, no vocabulary of any app. Every function accepts any
string, never raises, and gives its own output back unchanged (`fold(fold(x)) == fold(x)`), so it
does not matter how often a text passes through.
"""

import re
import unicodedata

__all__ = [
    "canonical_units",
    "fold",
    "key_of_folded",
    "search_key",
    "spreadsheet_safe",
    "to_ascii_digits",
    "tokens",
]

# Letters that writers swap freely, after hamza and madda marks have been split off by NFKD
# (which already turns أ إ آ into ا, ؤ into و and ئ into ي).
_SAME_LETTER = {
    "ٱ": "ا",
    "ى": "ي",
    "ی": "ي",
    "ے": "ي",
    "ة": "ه",
    "ۀ": "ه",
    "ہ": "ه",
    "ھ": "ه",
    "ک": "ك",
    "گ": "ك",
    "پ": "ب",
    "چ": "ج",
    "ژ": "ز",
    "ڤ": "ف",
    "ء": "",
    "ـ": "",
    "٫": ".",
    "٬": ",",
    "،": ",",
    "؛": ";",
    "؟": "?",
    "٪": "%",
    "⁄": "/",
    "∕": "/",
    "\u2010": "-",
    "\u2011": "-",
    "\u2012": "-",
    "\u2013": "-",
    "\u2014": "-",
    "\u2212": "-",
    "\u2019": "'",
    "µ": "u",
    "μ": "u",
}

# Marks (tashkeel, accents), invisible controls (bidi, joiners) and lone surrogates carry nothing
# a reader would compare.
_DROPPED_CATEGORIES = frozenset({"Mn", "Me", "Cf", "Cs"})


def _fold_letter(letter: str) -> str:
    """Fold one decomposed character; may give none, one or several characters."""
    if letter in _SAME_LETTER:
        return _SAME_LETTER[letter]
    category = unicodedata.category(letter)
    if category in _DROPPED_CATEGORIES:
        return ""
    if category == "Nd":
        return str(unicodedata.decimal(letter))
    if category == "Cc":
        return " "
    return letter.casefold()


class _LetterTable(dict[int, str]):
    """Translation table for `str.translate` that works each character out once, when first met."""

    def __missing__(self, code_point: int) -> str:
        before, after = "", chr(code_point)
        while after != before:
            before = after
            decomposed = unicodedata.normalize("NFKD", before)
            after = "".join(_fold_letter(letter) for letter in decomposed)
        self[code_point] = after
        return after


class _DigitTable(dict[int, str]):
    """Translation table that changes decimal digits of any script and nothing else."""

    def __missing__(self, code_point: int) -> str:
        letter = chr(code_point)
        digit = unicodedata.decimal(letter, None)
        self[code_point] = letter if digit is None else str(digit)
        return self[code_point]


_LETTERS = _LetterTable()
_DIGITS = _DigitTable()


def to_ascii_digits(text: str) -> str:
    """Write the decimal digits of every script (٠-٩, ۰-۹, …) as 0-9; change nothing else."""
    return text if text.isascii() else text.translate(_DIGITS)


def fold(text: str) -> str:
    """Fold spelling differences that carry no meaning; keep words, digits and punctuation.

    Compatibility forms are resolved (NFKC: presentation forms, ligatures, full width), alef, ya,
    ta marbuta and hamza forms unified, tashkeel, tatweel, accents and invisible characters
    removed, digits and Arabic punctuation made ASCII, case folded, whitespace collapsed.
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.lower().split())
    folded = text.translate(_LETTERS)
    if not folded.isascii():
        folded = unicodedata.normalize("NFC", folded)
    return " ".join(folded.split())


# A number with thousands groups, a plain or decimal number, or a run of letters. Letters and
# digits are told apart even when glued: `500مجم` is two tokens.
_TOKEN = re.compile(r"\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?|[^\W\d_]+")


def tokens(text: str) -> list[str]:
    """Split into folded words and numbers: `"Panadol-500MG 1,250.5"` → panadol 500 mg 1250.5."""
    return _tokens_of_folded(fold(text))


def _tokens_of_folded(folded: str) -> list[str]:
    found: list[str] = _TOKEN.findall(folded)
    return [token.replace(",", "") for token in found] if "," in folded else found


def search_key(text: str) -> str:
    """The text as one comparable key: its tokens joined by single spaces, nothing else."""
    return key_of_folded(fold(text))


def key_of_folded(folded: str) -> str:
    """The search key of a text that is already folded, for who needs both of many texts."""
    return " ".join(_tokens_of_folded(folded))


# canonical unit -> spellings, already folded. Dots inside are optional when written.
_UNIT_SPELLINGS = {
    "mcg": "ميكروجرام ميكروغرام ميكروغ مايكروجرام مايكروغرام مكجم مكغ مكج مكغم mcg ug microgram",
    "mg": "ملغ ملجم ملغم ملج ميليغرام ميليجرام ملليجرام مليجرام ملي.غرام مجم مجرام مغ مج م.غ م.ج"
    " م.جم mg mgs milligram",
    "kg": "كجم كغ كغم كيلوجرام كيلوغرام كيلو kg kgs kilogram",
    "g": "جم جرام غرام غم غ gm gms gr g gram grams",
    "ml": "مل ملل مللي ملي ميلي مليلتر ميليلتر ملليلتر م.ل سي.سي ml mls cc milliliter",
    "l": "لتر ليتر ltr liter litre liters l",
    "mm": "مم ملم mm",
    "cm": "سم cm",
    "iu": "وحده.دوليه وحده وحدات و.د iu i.u units unit",
}


def _spelling_pattern(spelling: str) -> str:
    return r"\s?\.?\s?".join(re.escape(part) for part in spelling.split("."))


_UNIT_OF = {
    re.sub(r"[\s.]", "", spelling): unit
    for unit, spellings in _UNIT_SPELLINGS.items()
    for spelling in spellings.split()
}
_UNIT = re.compile(
    r"(?P<number>\d)\s*(?P<unit>"
    + "|".join(
        _spelling_pattern(spelling)
        for spelling in sorted(" ".join(_UNIT_SPELLINGS.values()).split(), key=len, reverse=True)
    )
    + r")(?![^\W\d_])"
)
# The unit of the denominator of a concentration: the `مل` of `250 مجم/مل`.
_PER_UNIT = re.compile(
    r"(?P<number>\b(?:mcg|mg|g|iu)\s?/)\s*(?P<unit>ملي|مللي|ملل|مل|ml|غرام|جرام|جم|غ|gm|g)(?![^\W\d_])"
)


def canonical_units(text: str) -> str:
    """Fold the text and write units that follow a number in one way: mcg mg g kg ml l mm cm iu.

    `"٥٠٠ ملغ"`, `"500م.غ"` and `"500 MG"` all become `"500 mg"`. A unit is only recognised after
    a number (or after the slash of `mg/`), so words that look like one elsewhere stay untouched.
    The ambiguous single letters م (mg or ml) and ج (gram or pound) are left as they are.
    """
    spaced = _UNIT.sub(_write_unit, fold(text))
    return _PER_UNIT.sub(lambda m: m["number"] + _canonical(m["unit"]), spaced)


def _write_unit(match: re.Match[str]) -> str:
    return f"{match['number']} {_canonical(match['unit'])}"


def _canonical(spelling: str) -> str:
    return _UNIT_OF[re.sub(r"[\s.]", "", spelling)]


# A sum, ratio or range as printed: 10+50, 1/3.
_SUM = re.compile(r"\d+(?:\s*[+/-]\s*\d+)+")
_ARABIC_LETTER = re.compile(r"[\u0620-\u064a]")
LEFT_TO_RIGHT_ISOLATE, END_OF_ISOLATE = "\u2066", "\u2069"


def sums_in_order(text: str) -> str:
    """`text` with every `10+50` shown in this order among Arabic words too.

    By Unicode's rules for text of both directions (UAX #9, W2) the parts change places after an
    Arabic letter, and a reader takes the free goods of a deal for the bought ones.
    """
    if not _ARABIC_LETTER.search(text):
        return text
    return _SUM.sub(rf"{LEFT_TO_RIGHT_ISOLATE}\g<0>{END_OF_ISOLATE}", text)


# What a spreadsheet takes for the beginning of a formula (OWASP, "CSV injection").
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def spreadsheet_safe(text: str) -> str:
    """`text` such that a spreadsheet shows it and never runs it: an apostrophe goes before."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA_STARTS) else text
