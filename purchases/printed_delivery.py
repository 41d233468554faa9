"""When an offer says that it delivers: on which weekdays, and how long after an order.

Arabic and English, of texts that are folded already (`core.text.fold`, ASCII digits). Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import ceil

__all__ = ["LONGEST_DELIVERY", "delivery_days", "delivery_weekdays", "whole_word"]

# Days; what is longer is no promise of a warehouse.
LONGEST_DELIVERY = 90

_WEEK = (
    (6, "السبت|saturday|sat"),
    (7, "الاحد|sunday|sun"),
    (1, "الاثنين|الاتنين|monday|mon"),
    (2, "الثلاثا|التلاتا|tuesday|tue"),
    (3, "الاربعا|wednesday|wed"),
    (4, "الخميس|thursday|thu"),
    (5, "الجمعه|friday|fri"),
)
_EVERY_DAY = tuple(range(1, 8))
_DAY_NAME = "|".join(names for _day, names in _WEEK)


def whole_word(pattern: str) -> str:
    """The pattern where no letter stands before or behind it."""
    return rf"(?<![^\W\d_])(?:{pattern})(?![^\W\d_])"


_DELIVERY = re.compile(
    whole_word(r"(?:و?ال|و)?(?:توصيل|تسليم|توزيع)|deliver(?:y|ies|ed|s)?|و?(?:تصل|يصل)(?:كم|ك)?")
)
_RANGE = re.compile(
    rf"(?P<first>{whole_word(_DAY_NAME)})\s*(?:الي|حتي|to|through|-)\s*(?P<last>{whole_word(_DAY_NAME)})"
)
_EXCEPT = re.compile(whole_word(r"ما\s?عدا|عدا|باستثنا|except"))
_DAILY = re.compile(whole_word(r"يوميا|كل يوم|كل الايام|جميع الايام|daily|every day"))
_NAMED_DAY = re.compile(rf"(?<![^\W\d_])و?(?P<name>{_DAY_NAME})(?![^\W\d_])")

_NUMBER_WORDS = (
    "واحد|واحده|one",
    "اثنين|اثنان|اتنين|two",
    "ثلاثه|ثلاث|تلاته|three",
    "اربعه|اربع|four",
    "خمسه|خمس|five",
    "سته|ست|six",
    "سبعه|سبع|seven",
    "ثمانيه|ثماني|تمانيه|eight",
    "تسعه|تسع|nine",
    "عشره|عشر|ten",
)
_COUNT = rf"(?:\d{{1,3}}(?![\d.,/])|{whole_word('|'.join(_NUMBER_WORDS))})"
# One and two of a thing are one word in Arabic.
_SPAN = (
    rf"(?:(?P<count>{_COUNT})\s*(?P<unit>{whole_word('ساعه|ساعات|hours?|hrs?|يوم|يوما|ايام|days?|اسابيع|اسبوع|weeks?')}"
    rf"|(?:(?:business|working)\s+)days?(?![^\W\d_]))"
    rf"|(?P<pair>{whole_word('يومين|يومان|اسبوعين|اسبوعان|ساعتين')})"
    rf"|(?P<single>{whole_word('يوم واحد|يوم|اسبوع|a day|a week')}(?!\s*(?:{_DAY_NAME}))))"
    rf"(?P<working>\s*(?:{whole_word('عمل')}))?"
)
# `من يومين الى ثلاثة ايام`, `2-3 days`: the later end is what may be relied on.
_FROM = rf"(?:(?:{_COUNT}|{whole_word('يوم|يومين')})\s*(?:-|الي|او|to|or)\s*)?"
_WITHIN = whole_word(r"(?:ال)?مده|خلال|غضون|بعد|من|في|within|in|after|from|of|takes?|time")
_AFTER_ORDER = re.compile(rf"(?:{_WITHIN}|[:=])\s*(?:{_WITHIN}\s*)*{_FROM}{_SPAN}")
_PLAIN = re.compile(rf"^\s*{_FROM}{_SPAN}")
# The other end in a unit of its own: `من 24 ساعة الى 3 ايام`.
_OTHER_END = re.compile(rf"\s*(?:-|الي|حتي|او|to|or)\s*{_SPAN}")
# `2-3 days delivery`, `Next day delivery`
_BEFORE = re.compile(rf"(?:^|[^\w\s])\s*{_FROM}{_SPAN}\s*$")
_NAMED_SPANS = (
    (0, whole_word(r"(?:(?:ب|في )?نفس|ذات) اليوم|same[ -]day")),
    (1, whole_word(r"(?:في )?اليوم (?:التالي|الثاني)|ثاني يوم|next[ -]day|overnight")),
)
_HOURS_OF_DAY, _DAYS_OF_WEEK = 24, 7
_WORKING_DAYS, _WEEKEND = 5, 2


def delivery_weekdays(text: str) -> Iterator[tuple[int, ...]]:
    """The weekdays a text says it delivers on, ISO (Monday 1), ascending; at most one set."""
    for match in _DELIVERY.finditer(text):
        said = text[match.end() :]
        named, _except, without = _split(said)
        days = _days_in(named)
        left_out = _days_in(without)
        if _DAILY.search(named) or (left_out and not days):
            days = set(_EVERY_DAY)
        if days - left_out:
            yield tuple(sorted(days - left_out))
            return


def delivery_days(text: str) -> Iterator[int]:
    """Calendar days from order to delivery that a text promises; of a span the later end.

    Hours are whole days begun (48 hours: 2). Working days are counted with the weekends that may
    fall among them, two days for every five begun. At most one figure.
    """
    for match in _DELIVERY.finditer(text):
        days = _wait(text[: match.start()], text[match.end() :])
        if days is not None and days <= LONGEST_DELIVERY:
            yield days
            return


def _wait(before: str, after: str) -> int | None:
    """The days told behind the word for delivery, or just before it."""
    for days, named in _NAMED_SPANS:
        if re.search(named, after) or re.search(rf"{named}\s*$", before):
            return days
    found = _PLAIN.search(after) or _AFTER_ORDER.search(after)
    if found is None:
        found = _BEFORE.search(before)
        return None if found is None else _days_of(found)
    ends = [_days_of(found)]
    while (found := _OTHER_END.match(after, found.end())) is not None:
        ends.append(_days_of(found))
    return max(ends)


def _days_of(span: re.Match[str]) -> int:
    words = span["pair"] or span["single"] or span["unit"] or "days"
    count = 2 if span["pair"] else 1 if span["single"] else _count(span["count"])
    if re.match(r"ساع|h", words):
        return ceil(count / _HOURS_OF_DAY)
    if re.match(r"اسب|اسا|week|a week", words):
        return count * _DAYS_OF_WEEK
    is_working = span["working"] or "working" in span[0] or "business" in span[0]
    return count + (_WEEKEND * ceil(count / _WORKING_DAYS) if is_working else 0)


def _count(said: str) -> int:
    if said.isdigit():
        return int(said)
    return next(n for n, names in enumerate(_NUMBER_WORDS, start=1) if said in names.split("|"))


def _split(text: str) -> tuple[str, str, str]:
    found = _EXCEPT.search(text)
    if found is None:
        return text, "", ""
    return text[: found.start()], found.group(), text[found.end() :]


def _days_in(text: str) -> set[int]:
    days = {_weekday(match["name"]) for match in _NAMED_DAY.finditer(text)}
    order = [day for day, _names in _WEEK]
    for match in _RANGE.finditer(text):
        first, last = (order.index(_weekday(match[end])) for end in ("first", "last"))
        days |= {order[place % 7] for place in range(first, first + (last - first) % 7 + 1)}
    return days


def _weekday(name: str) -> int:
    return next(day for day, names in _WEEK if name in names.split("|"))
