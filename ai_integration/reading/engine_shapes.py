"""Results of the external engine, in any of its shapes, as an extracted document.

The shapes are facts of an existing service: items; raw tables per page; Document JSON; and our own
`pharmacio.extracted/1`. Structure is judged strictly, every fault named by its JSON pointer; values
are not: a price that is none leaves its line in place, without a price and flagged.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from .assembly import assemble
from .errors import UnusablePayload
from .headings import Role, heading_role, heading_roles
from .lines import (
    LOW_CONFIDENCE,
    NO_NAME,
    NO_PRICE,
    PAYLOAD_KIND,
    PRICE_UNREADABLE,
    REVIEW_REQUIRED,
    ExtractedDocument,
    ExtractedLine,
)
from .numbers import parse_percent
from .payload import (
    MOST_LINES,
    Faults,
    clean_text,
    document_from_payload,
    json_type,
    pointer_key,
    read_amount,
)
from .pdf.bidi import reads_right_to_left
from .tables import Table, TableRow

ITEMS_ENGINE = "http.items"
TABLES_ENGINE = "http.tables"
DOCUMENT_ENGINE = "http.document"

#: Below this an engine itself doubts what it read.
DOUBTFUL_CONFIDENCE = 0.5
MOST_COLUMNS = 64
_PAGE_KEY = re.compile(r"^page_?(\d{1,5})(?:_raw_steps)?$", re.IGNORECASE)
_COLUMN_KEY = re.compile(r"^col(?:umn)?_?(\d{1,3})$", re.IGNORECASE)


def parse_engine_payload(payload: object) -> ExtractedDocument:
    """The document an engine's payload describes.

    An engine that found nothing gives a document without lines and a warning. Raises
    UnusablePayload, whose `errors` name each fault, where the payload has no known shape, where a
    part of it has the wrong type, or where rows came and no name and price could be made out.
    """
    if not isinstance(payload, Mapping):
        raise UnusablePayload([_fault("", f"expected an object, got {json_type(payload)}")])
    if payload.get("document_type") == PAYLOAD_KIND:
        return document_from_payload(payload)
    if "items" in payload:
        return _from_items(payload)
    if "tables" in payload or "line_items" in payload:
        return _from_document(payload)
    pages = {key: int(m.group(1)) for key in payload if (m := _PAGE_KEY.match(str(key)))}
    if pages:
        return _from_pages(payload, pages)
    raise UnusablePayload([_fault("", "neither items, nor pages, nor tables were sent")])


def _fault(pointer: str, reason: str) -> dict[str, str]:
    return {"pointer": pointer, "reason": reason}


# Items


def _from_items(payload: Mapping[str, Any]) -> ExtractedDocument:
    faults = Faults()
    lines = _items(payload, "items", faults)
    faults.raise_if_any()
    return _document(lines, ITEMS_ENGINE, payload, pages=1)


def _items(payload: Mapping[str, Any], key: str, faults: Faults) -> list[ExtractedLine]:
    items = _rows_under(payload, key, "", faults)
    lines: list[ExtractedLine] = []
    for index, item in enumerate(items):
        pointer = f"/{key}/{index}"
        if not isinstance(item, Mapping):
            faults.add(pointer, f"expected an object, got {json_type(item)}")
            continue
        lines.append(_item(item, pointer, index + 1, faults))
    return lines


def _item(item: Mapping[str, Any], pointer: str, number: int, faults: Faults) -> ExtractedLine:
    by_role = _roles_of_keys(item)
    for key, value in item.items():
        if isinstance(value, Mapping | list):
            faults.add(f"{pointer}/{pointer_key(key)}", f"expected a value, got {json_type(value)}")

    def text(role: Role) -> str:
        return faults.text(item, by_role[role], pointer) if role in by_role else ""

    flags: list[str] = []
    name = text(Role.NAME)
    list_price = _positive(item.get(by_role.get(Role.LIST_PRICE, "")), flags)
    public_price = _positive(item.get(by_role.get(Role.PUBLIC_PRICE, "")), flags)
    confidence = faults.confidence(item, "confidence", pointer)
    if list_price is None and public_price is None and not flags:
        flags.append(NO_PRICE)
    if not name:
        flags.append(NO_NAME)
    if item.get("review_required") is True:
        flags.append(REVIEW_REQUIRED)
    if confidence < DOUBTFUL_CONFIDENCE:
        flags.append(LOW_CONFIDENCE)
    return ExtractedLine(
        page=faults.whole(item, "page", pointer, default=1),
        row=number,
        box=None,
        name=name,
        company=text(Role.COMPANY),
        list_price=list_price,
        public_price=public_price,
        discount_percent=parse_percent(item.get(by_role.get(Role.DISCOUNT, ""))),
        deal_text=text(Role.DEAL),
        raw_text=clean_text(" | ".join(str(v) for v in item.values() if _is_printed(v))),
        confidence=confidence,
        flags=tuple(flags),
    )


def _roles_of_keys(item: Mapping[str, Any]) -> dict[Role, str]:
    """The key of each role: `drug_name`, `unit_price`, `bonus`, ... read like headings."""
    by_role: dict[Role, str] = {}
    for key in item:
        role = heading_role(str(key).replace("_", " "))
        if role is not None:
            by_role.setdefault(role, key)
    return by_role


def _is_printed(value: object) -> bool:
    return value not in (None, "") and not isinstance(value, bool)


def _positive(value: object, flags: list[str]) -> Any:
    """A price; the engine writes 0.0 where it read none, which is no price at all."""
    price = read_amount(value, PRICE_UNREADABLE, flags)
    return price or None


# Raw tables, one key per page


def _from_pages(payload: Mapping[str, Any], pages: Mapping[str, int]) -> ExtractedDocument:
    faults = Faults()
    tables: list[Table] = []
    for key, number in sorted(pages.items(), key=lambda entry: entry[1]):
        rows = _rows_under(payload, key, "", faults)
        cells = [
            cells
            for index, row in enumerate(rows)
            if (cells := _cells(row, f"/{pointer_key(key)}/{index}", (), faults))
        ]
        tables.extend(_runs(max(number, 1), cells))
    faults.raise_if_any()
    return _from_tables(tables, TABLES_ENGINE, payload, pages=max(len(pages), 1))


def _cells(row: object, pointer: str, headers: Sequence[str], faults: Faults) -> tuple[object, ...]:
    """A row's values from the page's left to its right; () for an empty or faulty row."""
    if isinstance(row, list):
        placed = dict(enumerate(row))
    elif isinstance(row, Mapping):
        placed = {_place(key, index, headers): v for index, (key, v) in enumerate(row.items())}
    else:
        faults.add(pointer, f"expected an object of columns, got {json_type(row)}")
        return ()
    if any(column < 0 or column >= MOST_COLUMNS for column in placed):
        faults.add(pointer, f"columns are numbered 1 to {MOST_COLUMNS}")
        return ()
    for column, value in placed.items():
        if isinstance(value, Mapping | list | bool):
            faults.add(f"{pointer}/Col_{column + 1}", f"expected text, got {json_type(value)}")
    return tuple(placed.get(column) for column in range(max(placed, default=-1) + 1))


def _place(key: object, index: int, headers: Sequence[str]) -> int:
    numbered = _COLUMN_KEY.match(str(key))
    if numbered is not None:
        return int(numbered.group(1)) - 1
    return headers.index(str(key)) if str(key) in headers else index


def _runs(page: int, rows: Sequence[tuple[object, ...]]) -> list[Table]:
    """Runs of rows with equally many columns; a lone heading stays in the run around it."""
    tables: list[Table] = []
    for values in rows:
        row = TableRow(
            cells=tuple("" if value is None else clean_text(value) for value in values),
            values=values,
        )
        if not any(row.cells):
            continue
        if not tables or not _fits_run(row, tables[-1]):
            tables.append(Table(page, [], bare_names_are_sections=True))
        tables[-1].rows.append(row)
    return tables


def _fits_run(row: TableRow, run: Table) -> bool:
    """A lone text fits any run; so does any row a run of nothing but lone texts."""
    if row.lone_text or all(above.lone_text for above in run.rows):
        return True
    return len(row.cells) == max(len(above.cells) for above in run.rows if not above.lone_text)


# Document JSON


def _from_document(payload: Mapping[str, Any]) -> ExtractedDocument:
    faults = Faults()
    tables: list[Table] = []
    for index, table in enumerate(_rows_under(payload, "tables", "", faults)):
        pointer = f"/tables/{index}"
        if not isinstance(table, Mapping):
            faults.add(pointer, f"expected an object, got {json_type(table)}")
            continue
        tables.extend(_document_table(table, pointer, faults))
    items = _items(payload, "line_items", faults) if not any(t.rows for t in tables) else []
    faults.raise_if_any()
    pages = max((table.page for table in tables), default=1)
    if items:
        return _document(items, DOCUMENT_ENGINE, payload, pages)
    return _from_tables(tables, DOCUMENT_ENGINE, payload, pages)


def _document_table(table: Mapping[str, Any], pointer: str, faults: Faults) -> list[Table]:
    page = faults.whole(table, "page", pointer, default=1)
    headers = [
        clean_text(header)
        for header in _rows_under(table, "headers", pointer, faults)
        if isinstance(header, str | int | float) or header is None
    ]
    cells = [
        cells
        for index, row in enumerate(_rows_under(table, "rows", pointer, faults))
        if (cells := _cells(row, f"{pointer}/rows/{index}", headers, faults))
    ]
    # Headers such as Col_1 tell nothing; they would be read as a product.
    if heading_roles(headers) is not None:
        cells.insert(0, tuple(headers))
    return _runs(page, cells)


# Common


def _rows_under(
    holder: Mapping[str, Any], key: str, pointer: str, faults: Faults
) -> Sequence[object]:
    rows = holder.get(key)
    if rows is None:
        return ()
    if not isinstance(rows, list):
        faults.add(f"{pointer}/{pointer_key(key)}", f"expected a list, got {json_type(rows)}")
        return ()
    if len(rows) > MOST_LINES:
        faults.add(f"{pointer}/{pointer_key(key)}", f"more than {MOST_LINES} rows")
        return ()
    return rows


def _from_tables(
    tables: list[Table], engine: str, payload: Mapping[str, Any], pages: int
) -> ExtractedDocument:
    cells = (cell for table in tables for row in table.rows[:200] for cell in row.cells)
    right_to_left = reads_right_to_left(char for cell in cells for char in cell)
    assembly = assemble(tables, right_to_left=right_to_left)
    if not assembly.lines and any(table.rows for table in tables):
        raise UnusablePayload([_fault("", "no columns of names and prices can be made out")])
    return _document(
        assembly.lines, engine, payload, pages, assembly.warnings, texts=assembly.texts
    )


def _document(
    lines: Sequence[ExtractedLine],
    engine: str,
    payload: Mapping[str, Any],
    pages: int,
    warnings: Sequence[str] = (),
    *,
    texts: Sequence[str] = (),
) -> ExtractedDocument:
    sent = payload.get("warnings")
    told = [clean_text(w) for w in sent if isinstance(w, str)] if isinstance(sent, list) else []
    nothing = [] if lines else ["The engine found no lines."]
    named = {
        key: clean_text(payload[key])
        for key in ("document_type", "language")
        if isinstance(payload.get(key), str)
    }
    return ExtractedDocument(
        lines=tuple(lines),
        pages=pages,
        engine=engine,
        warnings=tuple([*told, *warnings, *nothing]),
        texts=tuple(texts),
        metadata=named,
    )
