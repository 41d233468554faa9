"""A product's name, as somebody wrote it, taken apart: words, numbers, forms, price."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from core.text import fold
from purchases.matching.descriptors import described
from purchases.matching.vocabulary import (
    FORM_OF,
    LONE_FORM_OF,
    NOISE,
    PACK_FORM_OF,
    PRICE_REMARKS,
    PRICE_UNITS,
    PRICE_WORDS,
    STRIP_WORDS,
    SUBSTITUTE_WORDS,
    UNIT_OF,
)

__all__ = ["NameReading", "read_folded", "read_name"]

# From here on a mass is the content of the pack (a tube of 20 g), below it a dose.
_LARGEST_DOSE_MG = 5000.0
_LARGEST_PACK = 200
# More digits are a barcode or a telephone number.
_LONGEST_NUMBER = 9

_PIECE = re.compile(r"\d+(?:[.,]\d+)*|(?<![^\W_])\.\d+|[^\W\d_]+|[%/+*(){}\[\]\\-]")
_THREE_TIMES = re.compile(r"([^\W\d_])\1{2,}")
_ROUTE = re.compile(r"\bi\. ?([mv])\b\.?")
_GLUED_FORM = re.compile(
    r"(?<=[^\W\d_]{4})(اقراص|كبسول|كبسوله|قطره|كريم|شراب|امبول|مرهم|محلول|بخاخ)\b"
)
_GROUPED = re.compile(r"\d{1,3}(?:[.,]000)+|\d{1,3}(?:,\d{3})+")
# A half, as writers put it in either direction; and a dose whose dot was left out (`05مجم`).
_HALF = re.compile(r"(?<![\d/.,])(?:1 ?/ ?2|2/1)(?![\d/.,]| ?/)|½")
# A quarter only of a gram: `1/4` of anything else may be two strengths.
_QUARTER = re.compile(r"(?<![\d/.,])(?:1 ?/ ?4|4/1) ?(?=(?:جم|جرام|gm|g)\b)|¼")
_WORDED_PART = re.compile(r"\b(?:(نصف?)|ربع) (?=(?:جم|جرام|مجم|مل|لتر)\b)")
_DOTLESS = re.compile(r"0\d+")
# Several words that say one thing, and would each say another.
# Beside each: what every spelling of it holds one of, which is quickly seen to be missing.
_PHRASES = tuple(
    (signs.split("|"), re.compile(rf"\b(?:{spelled})\b"), f" {meaning} ")
    for signs, spelled, meaning in (
        ("شباب", r"(?:لل?|ال|ب)?حب(?:وب)? (?:ال)?شباب", "acne"),
        (
            "مفعول|س ار|س ال|ال اي",
            r"ممتد(?:ه)? المفعول|(?:اكس|اس) (?:ار|ال)|ال اي",
            "retard",
        ),
        ("صن |شمس", r"صن (?:سكرين|بلوك)|واقي (?:ال)?شمس", "sunscreen"),
        ("فم|mouth wash", r"(?:غسول|شطف) (?:لل|ال)?فم|mouth wash", "mouthwash"),
    )
)
# Every word that may mean something else than a name.
_VOCABULARY = frozenset().union(
    UNIT_OF, FORM_OF, PACK_FORM_OF, LONE_FORM_OF, NOISE, SUBSTITUTE_WORDS, STRIP_WORDS,
    PRICE_UNITS, PRICE_WORDS, PRICE_REMARKS,
) - {"%"}  # fmt: skip
_SURELY_CUT = 100
_OPENING, _CLOSING, _JOINING = frozenset("({["), frozenset(")}]"), frozenset("/+*-\\")


@dataclass(slots=True)
class NameReading:
    """What a name says. Doses are in mg (or IU), sizes in mg or ml; `numbers` are as printed."""

    words: list[str] = field(default_factory=list)  # describing words in one language
    spelled: list[str] = field(default_factory=list)  # the same words as written
    glued: str = ""  # the first word with the form after it: `ديكسا جيل` may be one word
    asides: list[str] = field(default_factory=list)  # in brackets, or after `بديل`
    doses: list[float] = field(default_factory=list)
    sizes: set[float] = field(default_factory=set)
    percents: set[float] = field(default_factory=set)
    strengths: set[float] = field(default_factory=set)  # doses and percents, as printed
    packs: set[float] = field(default_factory=set)
    strips: set[float] = field(default_factory=set)
    loose: set[float] = field(default_factory=set)  # numbers whose meaning is not said
    numbers: set[float] = field(default_factory=set)  # all of the above, and denominators
    forms: list[str] = field(default_factory=list)
    prices: set[float] = field(default_factory=set)


def read_name(text: str, *, is_line: bool = False) -> NameReading:
    """Take a name apart.

    is_line: it stands in somebody's list, where a price may be part of it (`35ج`, `س 48`) and
    letters are stretched for attention (`جديييد`).
    """
    return read_folded(fold(text), is_line=is_line)


def read_folded(folded: str, *, is_line: bool = False) -> NameReading:
    """The same of a name that is already folded."""
    reader = _Reader(with_price=is_line)
    for piece in _PIECE.findall(_prepared(folded, is_line=is_line)):
        if piece[-1].isdecimal():
            reader.read_number(piece)
        elif piece in _VOCABULARY:
            reader.read_word(piece)
        elif piece[0].isalpha():
            reader.read_name_word(piece)
        else:
            reader.read_sign(piece)
        reader.before = piece
    return reader.finish()


def _prepared(folded: str, *, is_line: bool) -> str:
    if is_line:
        folded = _THREE_TIMES.sub(r"\1", folded)
    if "i." in folded:
        folded = _ROUTE.sub(r" i\1 ", folded)
    folded = _with_parts(folded)
    for signs, phrase, meaning in _PHRASES:
        for sign in signs:
            if sign in folded:
                folded = phrase.sub(meaning, folded)
                break
    return folded if folded.isascii() else _GLUED_FORM.sub(r" \1", folded)


def _with_parts(folded: str) -> str:
    """Halves and quarters as decimals, whether in signs or in words."""
    if "/" in folded or "½" in folded or "¼" in folded:
        folded = _QUARTER.sub(" 0.25 ", _HALF.sub(" 0.5 ", folded))
    if "نص" in folded or "ربع" in folded:
        folded = _WORDED_PART.sub(lambda part: "0.5 " if part[1] else "0.25 ", folded)
    return folded


class _Reader:
    """Walks over the pieces of one name; numbers wait until the word after them is known."""

    __slots__ = (
        "after_dose",
        "before",
        "found",
        "nesting",
        "per",
        "price_next",
        "waiting",
        "with_price",
    )

    def __init__(self, *, with_price: bool) -> None:
        self.with_price = with_price
        self.found = NameReading()
        self.waiting: list[str] = []
        self.before = ""
        self.nesting = 0
        self.after_dose = False  # the piece before was the unit of a dose
        self.per = False  # … and a slash followed: a volume is now a denominator
        self.price_next = False

    def read_number(self, piece: str) -> None:
        if len(piece) > _LONGEST_NUMBER:
            return
        if self.waiting and self.before not in _JOINING:
            self.settle()
        self.waiting.append(piece)
        self.after_dose = False

    def read_sign(self, sign: str) -> None:
        if sign in _JOINING:
            self.per = sign == "/" and self.after_dose
        elif sign == "%":
            self.take_unit("%")
        else:
            self.settle()
            if sign in _OPENING:
                self.nesting += 1
            elif sign in _CLOSING:
                self.nesting = max(0, self.nesting - 1)
        self.after_dose = False

    def read_word(self, word: str) -> None:
        if word in UNIT_OF and (self.waiting or self.per):
            self.take_unit(word)
            return
        self.after_dose = False
        if not self.waiting:
            self.read_plain_word(word)
        elif self.with_price and word in PRICE_UNITS:
            self.found.prices.update(self.values())
            self.waiting.clear()
        elif word in STRIP_WORDS:
            self.found.strips.update(self.values())
            self.waiting.clear()
        elif word in FORM_OF or word in PACK_FORM_OF:
            self.take_pack(FORM_OF.get(word) or PACK_FORM_OF[word])
        else:
            self.settle()
            self.read_plain_word(word)

    def read_plain_word(self, word: str) -> None:
        self.per = False
        if self.with_price and (word in PRICE_WORDS or self.is_price_remark(word)):
            self.price_next = True
        elif word in NOISE or word in SUBSTITUTE_WORDS:
            return
        elif word in FORM_OF:
            if len(self.found.spelled) == 1 and self.before == self.found.spelled[0]:
                self.found.glued = self.before + word
            self.add_form(FORM_OF[word])
        elif word in LONE_FORM_OF and self.found.words and not self.is_aside():
            self.add_form(LONE_FORM_OF[word])
        else:
            self.read_name_word(word)

    def read_name_word(self, word: str) -> None:
        """A word that means nothing in itself, or does not here."""
        if self.waiting:
            self.settle()
        self.after_dose = self.per = False
        found = self.found
        if self.is_aside():
            found.asides.append(described(word))
            return
        # The first word is the brand, whatever it would mean elsewhere (`سكين راما`).
        found.words.append(described(word) if found.spelled else word)
        found.spelled.append(word)

    def is_aside(self) -> bool:
        return self.nesting > 0 or self.before in SUBSTITUTE_WORDS

    def is_price_remark(self, word: str) -> bool:
        """`س ج`, `سعر قديم`: the writer's word on which price this is."""
        return self.price_next and word in PRICE_REMARKS

    def take_unit(self, unit: str) -> None:
        dimension, factor = UNIT_OF[unit]
        for value in self.values():
            printed = _cut(value)
            self.found.numbers.add(printed)
            if not (self.per and dimension == "volume"):
                self.measure(dimension, _cut(round(value * factor, 6)), printed=printed)
        self.waiting.clear()
        self.per = False
        self.after_dose = dimension in ("mass", "iu")

    def measure(self, dimension: str, value: float, *, printed: float) -> None:
        if dimension == "volume" or (dimension == "mass" and value >= _LARGEST_DOSE_MG):
            self.found.sizes.add(value)
            return
        self.found.strengths.add(printed)
        if dimension == "percent":
            self.found.percents.add(value)
        else:
            self.found.doses.append(value)

    def take_pack(self, form: str) -> None:
        values = list(self.values())
        self.found.numbers.update(map(_cut, values))
        # `10/160 قرص`: only the last number can be a count, and `1000 قرص` is a strength.
        count = values.pop()
        is_count = count <= _LARGEST_PACK and count.is_integer()
        (self.found.packs if is_count else self.found.loose).add(_cut(count))
        self.found.loose.update(map(_cut, values))
        self.waiting.clear()
        self.add_form(form)

    def add_form(self, form: str) -> None:
        if form not in self.found.forms:
            self.found.forms.append(form)

    def values(self) -> Iterator[float]:
        return map(_number, self.waiting)

    def settle(self) -> None:
        """Numbers that no unit follows are a price when one was announced, else loose."""
        if self.waiting:
            if self.price_next:
                self.found.prices.update(self.values())
            else:
                values = [_cut(value) for value in self.values()]
                self.found.numbers.update(values)
                self.found.loose.update(values)
            self.price_next = False
            self.waiting.clear()
        self.per = False

    def finish(self) -> NameReading:
        self.settle()
        return self.found


@lru_cache(maxsize=2**12)
def _number(piece: str) -> float:
    """`188,000` and `10.000` are whole thousands; any other comma or dot is a decimal sign."""
    if _DOTLESS.fullmatch(piece):
        return float(f"0.{piece[1:]}")
    if _GROUPED.fullmatch(piece):
        return float(piece.replace(",", "").replace(".", ""))
    whole, *rest = re.split(r"[.,]", piece, maxsplit=1)
    return float(f"{whole or 0}.{re.sub(r'[.,]', '', rest[0])}") if rest else float(whole)


def _cut(value: float) -> float:
    """Hundreds are printed with their fraction and without: 642.9 mg as 642, 156.25 as 156."""
    return float(int(value)) if value >= _SURELY_CUT else value
