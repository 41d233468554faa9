"""A bonus cell cut into pairs, numbers, words and signs."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, auto

from core.text import fold, to_ascii_digits
from purchases.deals.model import Pair
from purchases.deals.windows import DAY_PATTERN, Window, read_day
from purchases.deals.words import OR_PREFIX, is_keyword

__all__ = ["Shape", "Token", "cut"]


class Shape(Enum):
    WINDOW = auto()  # حتى 15/3
    LEAST = auto()  # اقل كمية 10
    JOINT = auto()  # مع, before a discount
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
    window: Window | None = None
    least: int = 0


# Up to four digits on each side: more is a price or a barcode that strayed into the column.
_UNITS = r"[1-9]\d{0,3}"
_NOT_IN_A_WORD = r"(?<![^\W\d_])"
_ON = r"(?:\s+(?:في|يوم|تاريخ|بتاريخ))*\s*:?\s*"
_SINCE = r"(?:(?:ابتداء|اعتبارا|بدءا)\s+)?(?:من|from|since)"
_UNTIL = (
    r"(?:(?:ساري|سارية|صالح|صالحة|يسري|valid)\s+)?"
    r"(?:و?لغاي[ةه]|حت[ىي]|[اإ]لى\s+غاي[ةه]|[يت]نتهي|until|till)"
)
_TO = rf"(?:{_UNTIL}|[اإ]لى|to|-)"
_LEAST = (
    r"(?:[اأ]قل\s+(?:كمي[ةه]|طلبي[ةه]|طلب|عدد)"
    r"|(?:الحد\s+)?ال[اأ]دنى(?:\s+لل(?:كمي[ةه]|طلب|طلبي[ةه]|شراء))?|min(?:imum)?)"
)
_DISCOUNT_AHEAD = r"(?=\s*(?:خصم|حسم|discount|%\s*\d|\d{1,3}(?:\.\d+)?\s*%))"
# After a pair a `+` may only join a discount; with another number it is no pair at all.
_PERCENT_AHEAD = r"%\s*\d | \d{1,3}(?:\.\d+)?\s*%"
_PATTERN = re.compile(
    rf"""
      (?P<window> {_NOT_IN_A_WORD} (?:
          {_SINCE} {_ON} (?P<since>{DAY_PATTERN}) (?: \s* {_TO} {_ON} (?P<to>{DAY_PATTERN}) )?
        | {_UNTIL} {_ON} (?P<until>{DAY_PATTERN}) ))
    | (?P<least> {_NOT_IN_A_WORD} {_LEAST} \s*[:=]?\s* (?P<pieces>{_UNITS})
                (?! \d | \s*[+%*] | [.,/-]\d ))
    | (?P<joint> {_NOT_IN_A_WORD} (?: (?:مع|زائد|plus|with) (?=\s)
                | (?:بال[اإ]ضاف[ةه]\s+)[اإ]لى (?=\s) | و (?=\s*(?:خصم|حسم)) ) {_DISCOUNT_AHEAD})
    | (?P<percent> (?<![\d.,+]) (?: %\s*(?P<after>\d{{1,3}}(?:\.\d+)?) (?![\d.,+])
                                  | (?P<before>\d{{1,3}}(?:\.\d+)?) \s*% (?!\s*\d) ))
    | (?P<pair> (?<![\d+%*]) (?<!\d[.,/-]) (?P<first>{_UNITS}) \s*\+\s* (?P<second>{_UNITS})
                (?! \d | \s*[%*] | \s*\+ (?! \s* (?: {_PERCENT_AHEAD} | [^\W\d_] ))
                  | [.,/-]\d ))
    | (?P<ratio> (?<![\d+%*]) (?<!\d[.,/-]) (?P<left>{_UNITS}) \s*/\s* (?P<right>{_UNITS})
                (?! \d | \s*[/+%*] | [.,-]\d ))
    | (?P<number> \d+ (?: [.,]\d+ )* )
    | (?P<word> [^\W\d_]+ )
    | (?P<break> [\s./()\[\]{{}}<>,;:_|\\'"!?\u2010-\u2015\u2022-]+ )
    | (?P<sign> . )
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
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
    if shape is Shape.WINDOW:
        return [_window(match)]
    if shape is Shape.LEAST:
        return [Token(shape, start, end, least=int(match["pieces"]))]
    return [Token(shape, start, end, word=match[0])]


def _window(match: re.Match[str]) -> Token:
    """A day no calendar has explains nothing: a sign that fails the cell."""
    printed = {name: match[name] for name in ("since", "to", "until") if match[name]}
    days = {name: read_day(text) for name, text in printed.items()}
    if None in days.values():
        return Token(Shape.SIGN, *match.span(), word=match[0])
    window = Window(since=days.get("since"), until=days.get("to") or days.get("until"))
    return Token(Shape.WINDOW, *match.span(), window=window)


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
