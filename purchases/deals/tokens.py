"""A bonus cell cut into pairs, numbers, words and signs."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, auto

from core.text import fold, to_ascii_digits
from purchases.deals.model import Pair
from purchases.deals.words import OR_PREFIX, is_keyword

__all__ = ["Shape", "Token", "cut"]


class Shape(Enum):
    PAIR = auto()  # 1+5
    RATIO = auto()  # 10/20, which only `كل` gives a meaning
    PERCENT = auto()
    NUMBER = auto()
    WORD = auto()
    BREAK = auto()  # / ( ) - , and the like: part company without saying anything
    SIGN = auto()  # a `+` or another sign that belongs to no pair


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of a cell; `word` is folded, `start` and `end` index the cleaned text."""

    shape: Shape
    start: int
    end: int
    word: str = ""
    pair: Pair | None = None
    percent: Decimal | None = None


# Up to four digits on each side: more is a price or a barcode that strayed into the column.
_UNITS = r"[1-9]\d{0,3}"
_PATTERN = re.compile(
    rf"""
      (?P<percent> (?<![\d.,+]) (?: %\s*(?P<after>\d{{1,3}}(?:\.\d+)?) (?![\d.,+])
                                  | (?P<before>\d{{1,3}}(?:\.\d+)?) \s*% (?!\s*\d) ))
    | (?P<pair> (?<![\d+%*]) (?<!\d[.,/-]) (?P<first>{_UNITS}) \s*\+\s* (?P<second>{_UNITS})
                (?! \d | \s*[+%*] | [.,/-]\d ))
    | (?P<ratio> (?<![\d+%*]) (?<!\d[.,/-]) (?P<left>{_UNITS}) \s*/\s* (?P<right>{_UNITS})
                (?! \d | \s*[/+%*] | [.,-]\d ))
    | (?P<number> \d+ (?: [.,]\d+ )* )
    | (?P<word> [^\W\d_]+ )
    | (?P<break> [\s./()\[\]{{}}<>,;:_|\\'"!?\u2010-\u2015\u2022-]+ )
    | (?P<sign> . )
    """,
    re.VERBOSE | re.DOTALL,
)
# Whole pairs parted by one sign without spaces (`1+5/3+10`) are tiers, not one number.
_GLUED_PAIRS = re.compile(r"(?<!\d)(?<![+.,])(\d{1,4}\+\d{1,4})[/,|-](?=\d{1,4}\+\d{1,4}(?![\d+]))")


def cut(text: str) -> tuple[str, list[Token]]:
    """Clean a cell (digits, presentation forms, spaces) and cut it; nothing is left out."""
    cleaned = to_ascii_digits(unicodedata.normalize("NFKC", text))
    cleaned = "".join(
        mark for mark in cleaned if unicodedata.category(mark) not in {"Mn", "Cf", "Cs"}
    )
    cleaned = " ".join(cleaned.replace("،", ",").replace("٪", "%").replace("ـ", "").split())
    cleaned = _GLUED_PAIRS.sub(r"\1 / ", cleaned)
    pieces: list[Token] = []
    for match in _PATTERN.finditer(cleaned):
        pieces.extend(_tokens_of(match))
    return cleaned, pieces


def _tokens_of(match: re.Match[str]) -> list[Token]:
    start, end = match.span()
    shape = _shape(match)
    if shape is Shape.WORD:
        return _words(match[0], start)
    if shape is Shape.PAIR:
        return [Token(shape, start, end, pair=Pair(int(match["first"]), int(match["second"])))]
    if shape is Shape.RATIO:
        return [Token(shape, start, end, pair=Pair(int(match["left"]), int(match["right"])))]
    if shape is Shape.PERCENT:
        return [Token(shape, start, end, percent=Decimal(match["after"] or match["before"]))]
    return [Token(shape, start, end, word=match[0])]


_GROUPS = tuple((shape.name.lower(), shape) for shape in Shape)


def _shape(match: re.Match[str]) -> Shape:
    return next(shape for group, shape in _GROUPS if match[group] is not None)


def _words(printed: str, start: int) -> list[Token]:
    """One word, or two where `او` is glued to a keyword (`اواستثناء`)."""
    folded = fold(printed)
    end = start + len(printed)
    glued = folded.removeprefix(OR_PREFIX)
    if folded not in (glued, OR_PREFIX) and is_keyword(glued) and not is_keyword(folded):
        middle = start + len(OR_PREFIX)
        return [
            Token(Shape.WORD, start, middle, word=OR_PREFIX),
            Token(Shape.WORD, middle, end, word=glued),
        ]
    return [Token(Shape.WORD, start, end, word=folded)]
