"""From a scanned text to what stands in it.

An element string is a row of application identifiers with their contents. Contents of fixed
length follow each other; others end at a separator (FNC1, sent as 0x1D) or at the end. Where a
scanner swallows separators, one text can have several readings; all of them are given, and it is
for the caller to know better or to leave open what they do not agree on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from inventory.gs1.check_digit import check_digit_fits
from inventory.gs1.dates import gs1_date
from inventory.gs1.errors import Gs1Unreadable
from inventory.gs1.identifiers import CONTENT, SEPARATOR, Identifier, identifier_at, rule_of

# What a scanner may send before: the symbology (ISO/IEC 15424) whose data begin with FNC1.
_SYMBOLOGY = re.compile(r"^\](?:d2|C1|e[0-3]|Q3|J1)")
# What scanners and keyboard wedges type for FNC1 where they cannot send 0x1D.
_SUBSTITUTES = re.compile(r"\{GS\}|<GS>|\[GS\]|\{FNC1\}|<FNC1>|\^\]|\\x1d|\\u001d|␝", re.IGNORECASE)
_BRACKETED = re.compile(r"\((\d{2,4})\)")
# A text without any mark of GS1 must begin like a trade item to be taken for one.
_TRADE_ITEM = re.compile(r"^0[12]\d{14}")
# Where separators are missing, only these are looked for behind a content of variable length:
# they are what medicine packs carry, and every further one would make more texts ambiguous.
_EXPECTED = ("01", "10", "11", "17", "21", "30")
_MOST_READINGS = 20
Elements = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gs1Reading:
    """What one reading of a text says; "" and None: it does not say.

    gtin: 14 digits. expiry_date, production_date: days. count: of items, AI 30 or 37, > 0.
    elements: all identifiers with their contents, in order.
    """

    gtin: str = ""
    batch: str = ""
    serial: str = ""
    expiry_date: date | None = None
    production_date: date | None = None
    count: int | None = None
    elements: Elements = field(default=())


def looks_like_gs1(text: str) -> bool:
    """Whether a text should be read as an element string rather than as a plain code."""
    marked = text.strip(" \r\n\t")
    return bool(
        _SYMBOLOGY.match(marked)
        or SEPARATOR in marked
        or _SUBSTITUTES.search(marked)
        or _BRACKETED.match(marked)
        or (_TRADE_ITEM.match(marked) and check_digit_fits(marked[2:16]))
    )


def gs1_read(text: str, *, today: date) -> list[Gs1Reading]:
    """The readings of a scanned text, the one that follows the standard first; at least one.

    today: decides the century of dates. Where the text shows that its sender keeps separators
    (it has one, or names its symbology, or is printed with brackets), there is one reading.
    Raises Gs1Unreadable, for the reading that follows the standard.
    """
    marked = text.strip(" \r\n\t")
    if _BRACKETED.match(marked):
        return [_meaning(_from_brackets(marked), today)]
    plain = _SUBSTITUTES.sub(SEPARATOR, marked)
    body = _SYMBOLOGY.sub("", plain)
    is_kept = SEPARATOR in body or body != plain
    body = body.lstrip(SEPARATOR)
    if not body:
        raise Gs1Unreadable("not_gs1", text)
    if is_kept:
        return [_meaning(_standard(body, today), today)]
    found: list[Elements] = []
    for elements in _every(body, (), today):
        found.append(elements)
        if len(found) == _MOST_READINGS:
            break
    if not found:
        return [_meaning(_standard(body, today), today)]  # raises, saying what is wrong
    return [_meaning(elements, today) for elements in found]


def written(elements: Elements, *, separator: str = SEPARATOR) -> str:
    """Elements as one text, separated where the standard asks for it (7.8.4)."""
    parts = []
    for place, (code, content) in enumerate(elements, start=1):
        rule = rule_of(code)
        is_open = rule is not None and not rule.is_predefined and place < len(elements)
        parts.append(f"{code}{content}{separator if is_open else ''}")
    return "".join(parts)


def _from_brackets(text: str) -> Elements:
    """(01)09501101530003(17)280131: the form printed for people. Brackets may occur in content."""
    elements: list[tuple[str, str]] = []
    pieces = _BRACKETED.split(text)
    for code, content in zip(pieces[1::2], pieces[2::2], strict=True):
        if rule_of(code) is None and elements:
            before, kept = elements.pop()
            elements.append((before, f"{kept}({code}){content.rstrip()}"))
        else:
            elements.append((code, content.strip()))
    return tuple(elements)


def _standard(body: str, today: date) -> Elements:
    """The one reading of a text that keeps its separators. Raises Gs1Unreadable."""
    elements: list[tuple[str, str]] = []
    rest = body
    while rest:
        known = identifier_at(rest)
        if known is None:
            raise Gs1Unreadable("unknown_identifier", rest[:8])
        code, rule = known
        segment = rest[len(code) :].split(SEPARATOR, 1)[0]
        content = segment[: rule.most]
        _refuse_wrong(code, rule, content, today)
        elements.append((code, content))
        rest = rest[len(code) + len(content) :]
        if rest and not rest.startswith(SEPARATOR) and rule.least != rule.most:
            raise Gs1Unreadable("wrong_content", code)  # longer than it may be
        rest = rest.lstrip(SEPARATOR)
    return tuple(elements)


def _every(rest: str, before: Elements, today: date) -> Iterator[Elements]:
    """All readings of a text without separators; contents of variable length as long as can be."""
    if not rest:
        yield before
        return
    known = identifier_at(rest)
    if known is None or any(code == known[0] for code, _ in before):
        return
    code, rule = known
    data = rest[len(code) :]
    for length in range(min(rule.most, len(data)), rule.least - 1, -1):
        behind = data[length:]
        if behind and rule.least != rule.most and not behind.startswith(_EXPECTED):
            continue
        if _is_right(code, rule, data[:length], today):
            yield from _every(behind, (*before, (code, data[:length])), today)


def _is_right(code: str, rule: Identifier, content: str, today: date) -> bool:
    try:
        _refuse_wrong(code, rule, content, today)
    except Gs1Unreadable:
        return False
    return True


def _refuse_wrong(code: str, rule: Identifier, content: str, today: date) -> None:
    if len(content) < rule.least:
        raise Gs1Unreadable("too_short", code)
    head = content[: rule.digits]
    if len(content) > rule.most or not CONTENT.fullmatch(content) or not _is_number(head):
        raise Gs1Unreadable("wrong_content", code)
    if rule.has_check_digit and not check_digit_fits(head):
        raise Gs1Unreadable("wrong_check_digit", code)
    if rule.is_date:
        gs1_date(content, today=today)


def _is_number(text: str) -> bool:
    return not text or (text.isascii() and text.isdigit())


def _meaning(elements: Elements, today: date) -> Gs1Reading:
    contents: dict[str, str] = {}
    for code, content in elements:
        rule = rule_of(code)
        if rule is None:
            raise Gs1Unreadable("unknown_identifier", code)
        _refuse_wrong(code, rule, content, today)
        if contents.setdefault(code, content) != content:
            raise Gs1Unreadable("named_twice", code)
    expiry, made = contents.get("17") or contents.get("7003", "")[:6], contents.get("11", "")
    count = contents.get("30") or contents.get("37")
    return Gs1Reading(
        gtin=contents.get("01") or contents.get("02", ""),
        batch=contents.get("10", ""),
        serial=contents.get("21", ""),
        expiry_date=gs1_date(expiry, today=today) if expiry else None,
        production_date=gs1_date(made, today=today) if made else None,
        count=int(count) if count and int(count) else None,
        elements=elements,
    )
