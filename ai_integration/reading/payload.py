"""The stored JSON of an extracted document, read back strictly.

Structure is strict (a wrong type names its place and refuses the whole); values are not: a price
that is no price leaves its line in place, without a price and flagged, for a person to see.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from .errors import UnusablePayload
from .lines import (
    DISCOUNT_UNREADABLE,
    NO_NAME,
    PAYLOAD_KIND,
    PRICE_UNREADABLE,
    Box,
    ExtractedDocument,
    ExtractedLine,
)
from .numbers import parse_percent, parse_price

#: More lines than any warehouse prints; above it a payload is an accident or an attack.
MOST_LINES = 100_000
LONGEST_TEXT = 2_000
MOST_FAULTS_REPORTED = 50


class Faults:
    """Collects what is wrong with a payload, each fault with its JSON pointer."""

    def __init__(self) -> None:
        self.found: list[dict[str, str]] = []

    def add(self, pointer: str, reason: str) -> None:
        if len(self.found) < MOST_FAULTS_REPORTED:
            self.found.append({"pointer": pointer, "reason": reason})

    def raise_if_any(self) -> None:
        """Raises UnusablePayload where anything was added."""
        if self.found:
            raise UnusablePayload(self.found)

    def text(self, holder: Mapping[str, Any], key: str, pointer: str) -> str:
        """The string under `key`; '' where absent or null; a number is taken as written."""
        value = holder.get(key)
        if value is None:
            return ""
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            self.add(f"{pointer}/{key}", f"expected text, got {json_type(value)}")
            return ""
        return clean_text(value)

    def whole(self, holder: Mapping[str, Any], key: str, pointer: str, default: int) -> int:
        """The integer >= 1 under `key`, `default` where absent."""
        value = holder.get(key)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 10**6:
            self.add(f"{pointer}/{key}", "expected a whole number of at least 1")
            return default
        return value

    def confidence(self, holder: Mapping[str, Any], key: str, pointer: str) -> float:
        """The share 0..1 under `key`, clamped; 1.0 where absent."""
        value = holder.get(key)
        if value is None:
            return 1.0
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.add(f"{pointer}/{key}", f"expected a number 0..1, got {json_type(value)}")
            return 0.0
        return 0.0 if math.isnan(value) else float(min(max(value, 0), 1))


def json_type(value: object) -> str:
    """The JSON name of a value's type, for messages."""
    if value is None:
        return "null"
    names: list[tuple[type | tuple[type, ...], str]] = [
        (bool, "a boolean"),
        (str, "text"),
        ((int, float, Decimal), "a number"),
        (Mapping, "an object"),
        ((list, tuple), "a list"),
    ]
    return next((name for kind, name in names if isinstance(value, kind)), "something else")


def pointer_key(key: object) -> str:
    """A key escaped for a JSON pointer (RFC 6901)."""
    return str(key)[:100].replace("~", "~0").replace("/", "~1")


def clean_text(value: object) -> str:
    """A value as one line of text without NUL and control characters, cut at a sane length."""
    text = "".join(char if char.isprintable() else " " for char in str(value)[:LONGEST_TEXT])
    return " ".join(text.split())


def read_amount(value: object, flag: str, flags: list[str]) -> Decimal | None:
    """A price of a payload; a value that is there and is none adds `flag`."""
    number = parse_price(value)
    if number is None and value is not None and str(value).strip():
        _flag(flags, flag)
    return number


def document_from_payload(payload: object) -> ExtractedDocument:
    """Parses `pharmacio.extracted/1`. Raises UnusablePayload naming each fault."""
    faults = Faults()
    if not isinstance(payload, Mapping) or payload.get("document_type") != PAYLOAD_KIND:
        raise UnusablePayload(
            [{"pointer": "/document_type", "reason": f"expected {PAYLOAD_KIND!r}"}]
        )
    rows = payload.get("lines")
    if not isinstance(rows, list):
        raise UnusablePayload([{"pointer": "/lines", "reason": "expected a list"}])
    if len(rows) > MOST_LINES:
        raise UnusablePayload([{"pointer": "/lines", "reason": f"more than {MOST_LINES} lines"}])
    lines = [_line(row, f"/lines/{index}", faults) for index, row in enumerate(rows)]
    pages = faults.whole(payload, "pages", "", default=1)
    engine = faults.text(payload, "engine", "") or "unknown"
    warnings = _strings(payload, "warnings", faults)
    texts = _strings(payload, "texts", faults)
    metadata = payload.get("metadata") or {}
    if not isinstance(metadata, Mapping):
        faults.add("/metadata", f"expected an object, got {json_type(metadata)}")
        metadata = {}
    faults.raise_if_any()
    return ExtractedDocument(
        lines=tuple(line for line in lines if line is not None),
        pages=pages,
        engine=engine,
        warnings=warnings,
        texts=texts,
        metadata=dict(metadata),
    )


def _line(row: object, pointer: str, faults: Faults) -> ExtractedLine | None:
    if not isinstance(row, Mapping):
        faults.add(pointer, f"expected an object, got {json_type(row)}")
        return None
    flags = list(_strings(row, "flags", faults, pointer))
    for key in ("list_price", "public_price", "discount_percent"):
        if isinstance(row.get(key), Mapping | list | bool):
            faults.add(f"{pointer}/{key}", f"expected a price, got {json_type(row[key])}")
    name = faults.text(row, "name", pointer)
    if not name:
        _flag(flags, NO_NAME)
    discount = parse_percent(row.get("discount_percent"))
    if discount is None and row.get("discount_percent") is not None:
        _flag(flags, DISCOUNT_UNREADABLE)
    return ExtractedLine(
        page=faults.whole(row, "page", pointer, default=1),
        row=faults.whole(row, "row", pointer, default=1),
        box=_box(row, pointer, faults),
        name=name,
        company=faults.text(row, "company", pointer),
        list_price=read_amount(row.get("list_price"), PRICE_UNREADABLE, flags),
        public_price=read_amount(row.get("public_price"), PRICE_UNREADABLE, flags),
        discount_percent=discount,
        deal_text=faults.text(row, "deal_text", pointer),
        raw_text=faults.text(row, "raw_text", pointer),
        confidence=faults.confidence(row, "confidence", pointer),
        flags=tuple(flags),
    )


def _box(row: Mapping[str, Any], pointer: str, faults: Faults) -> Box | None:
    box = row.get("box")
    if box is None:
        return None
    right_shape = isinstance(box, list) and len(box) == 4
    if not right_shape or not all(_is_finite_number(edge) for edge in box):
        faults.add(f"{pointer}/box", "expected four numbers: x0, top, x1, bottom")
        return None
    x0, top, x1, bottom = (float(edge) for edge in box)
    return (x0, top, x1, bottom)


def _is_finite_number(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return abs(value) < 1e9


def _strings(
    holder: Mapping[str, Any], key: str, faults: Faults, pointer: str = ""
) -> tuple[str, ...]:
    values = holder.get(key)
    if values is None:
        return ()
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        faults.add(f"{pointer}/{key}", "expected a list of texts")
        return ()
    return tuple(clean_text(value) for value in values)


def _flag(flags: list[str], flag: str) -> None:
    if flag not in flags:
        flags.append(flag)
