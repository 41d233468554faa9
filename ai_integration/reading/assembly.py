"""From tables to lines: the same rules for PDF pages, photos, sheets and engine results.

Companies stand in section rows above their products; sections run on over columns and pages.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from .columns import Columns, columns_of, split_side_by_side
from .headings import heading_roles, plain
from .lines import (
    DEAL_IN_NAME,
    DISCOUNT_UNREADABLE,
    LOW_CONFIDENCE,
    MERGED_DEAL,
    NO_NAME,
    NO_PRICE,
    PRICE_UNREADABLE,
    ExtractedLine,
)
from .numbers import is_blank, parse_percent, parse_price, western_digits
from .tables import Colour, Table, TableRow, joined_bands
from .terms import says_terms

#: Columns of two pages are the same table where their borders are this near (points).
SAME_BORDER = 8.0
LONGEST_SECTION = 60
LONGEST_SECTION_WORDS = 7
#: Plain rows without price are sections only where they are short.
LONGEST_PLAIN_SECTION_WORDS = 5
#: A colour on more than this share of the priced rows is decoration, not a section mark.
DECORATION_SHARE = 0.1
#: `name / company`: a last part that comes this often is taken for the company.
COMPANY_MENTIONS = 3
MOST_WARNINGS = 50
MOST_TEXTS = 200

_PAIRS = r"\d{1,4}\s*\+\s*\d{1,4}(?:\s*(?:او|أو|or)\s*\d{1,4}\s*\+\s*\d{1,4})*"
_DEAL_WORD = r"(?:بونص|بونس|عرض|bonus|offer|free)"
#: Only beside a word for it: `تينيفلوكساسين 500+600` is a strength.
_DEAL_IN_NAME = re.compile(rf"{_DEAL_WORD}\s*:?\s*{_PAIRS}|{_PAIRS}\s*{_DEAL_WORD}", re.IGNORECASE)
_TOTALS = frozenset(
    map(plain, ["المجموع", "الاجمالي", "المجموع الكلي", "total", "grand total", "subtotal", "sum"])
)


@dataclass
class Assembly:
    """Turns tables, in reading order, into lines; remembers the company and the counts."""

    warnings: list[str] = field(default_factory=list)
    lines: list[ExtractedLine] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    company: str = ""
    _rows_on_page: Counter[int] = field(default_factory=Counter)
    _section_colours: set[Colour] = field(default_factory=set)

    def warn(self, sentence: str) -> None:
        """Notes, once, something that was seen and not understood."""
        if sentence not in self.warnings and len(self.warnings) < MOST_WARNINGS:
            self.warnings.append(sentence)

    def keep(self, text: str) -> None:
        """Keeps, once, what is printed beside the table."""
        if text and text not in self.texts and len(self.texts) < MOST_TEXTS:
            self.texts.append(text)

    def add(self, table: Table, columns: Columns, *, colours_mark_sections: bool) -> None:
        """Adds the lines of one table whose columns are known."""
        anchors = [c for c in (columns.name, *columns.prices) if c is not None]
        rows = joined_bands(table.rows, anchors)
        decoration = _decoration(rows, columns)
        for row in rows:
            if heading_roles(row.cells) is not None or _is_total(row):
                continue
            if _is_empty(row, columns) and not row.lone_text:
                continue
            if _tells_terms(row, columns):
                self.keep(_raw(row))
            elif table.bare_names_are_sections and _is_bare_name(row):
                self.company = row.lone_text
            elif self._is_section(row, columns, decoration, colours_mark_sections):
                self._start_section(row, columns)
            elif _is_remark(row, columns):
                self.keep(_raw(row))
                self.warn(f"Page {table.page}: text without a price: {_raw(row)[:120]}")
            else:
                self._add_line(table.page, row, columns)

    def _is_section(
        self,
        row: TableRow,
        columns: Columns,
        decoration: set[Colour],
        colours_mark_sections: bool,
    ) -> bool:
        if any(not is_blank(row.cell(column)) for column in columns.prices):
            return row.spanning and len(_raw(row)) <= LONGEST_SECTION and not _has_digit(row)
        title = _title(row, columns)
        words = len(title.split())
        if not title or len(title) > LONGEST_SECTION or words > LONGEST_SECTION_WORDS:
            return False
        if row.fill is not None and row.fill not in decoration:
            return True
        if row.spanning:
            return not any(char.isdigit() for char in title)
        if colours_mark_sections or _has_deal(row, columns):
            return False
        short = words <= LONGEST_PLAIN_SECTION_WORDS
        return short and not any(char.isdigit() for char in title)

    def _start_section(self, row: TableRow, columns: Columns) -> None:
        self.company = _title(row, columns)
        if _has_deal(row, columns):
            note = " ".join(row.cell(c) for c in columns.deals)
            self.warn(f"The section {self.company} carries a note: {note}")

    def _add_line(self, page: int, row: TableRow, columns: Columns) -> None:
        flags: list[str] = []
        name = _name(row, columns)
        deal = _deal_text(row, columns)
        if not columns.deals and name:
            name, deal = _deal_out_of_name(name, flags)
        if any(column in row.merged for column in columns.deals) and deal:
            flags.append(MERGED_DEAL)
        list_price = _price(row, columns.list_price, flags)
        public_price = _price(row, columns.public_price, flags)
        discount = _discount(row, columns, flags)
        if list_price is None and public_price is None and PRICE_UNREADABLE not in flags:
            flags.append(NO_PRICE)
        if not name:
            flags.append(NO_NAME)
        if row.doubtful:
            flags.append(LOW_CONFIDENCE)
        self._rows_on_page[page] += 1
        own_company = row.cell(columns.company).strip()
        self.lines.append(
            ExtractedLine(
                page=page,
                row=self._rows_on_page[page],
                box=row.box,
                name=name,
                company=own_company or self.company,
                list_price=list_price,
                public_price=public_price,
                discount_percent=discount,
                deal_text=deal,
                raw_text=_raw(row),
                confidence=_confidence(flags),
                flags=tuple(flags),
            )
        )


def assemble(tables: Sequence[Table], *, right_to_left: bool) -> Assembly:
    """All lines of a document's tables. right_to_left: of two tables side by side the right one
    is read first.
    """
    parts: list[Table] = []
    for table in tables:
        halves = split_side_by_side(table)
        parts.extend(reversed(halves) if right_to_left else halves)
    groups = _same_columns(parts)
    assembly = Assembly()
    by_group = {
        key: columns_of([row for table in group for row in table.rows], group[0].width)
        for key, group in groups.items()
    }
    key_of = {id(table): key for key, group in groups.items() for table in group}
    coloured = _colours_mark_sections(parts, [by_group[key_of[id(table)]] for table in parts])
    for table in parts:
        columns = by_group[key_of[id(table)]]
        if columns.name is None or not columns.prices:
            for row in table.rows:
                assembly.keep(_raw(row))
            continue
        assembly.add(table, columns, colours_mark_sections=coloured)
    assembly.lines = with_companies_in_names(assembly.lines)
    return assembly


def _same_columns(tables: Iterable[Table]) -> dict[int, list[Table]]:
    """Tables grouped by their columns, so that page 1's heading serves page 30."""
    groups: dict[int, list[Table]] = {}
    for table in tables:
        key = next((k for k, group in groups.items() if _fits(group[0], table)), len(groups))
        groups.setdefault(key, []).append(table)
    return groups


def _fits(known: Table, table: Table) -> bool:
    if known.width != table.width:
        return False
    if not known.borders or not table.borders:
        return bool(known.borders) == bool(table.borders)
    pairs = zip(known.borders, table.borders, strict=True)
    return all(abs(a - b) <= SAME_BORDER for a, b in pairs)


def _colours_mark_sections(tables: Sequence[Table], columns: Sequence[Columns]) -> bool:
    for table, its in zip(tables, columns, strict=True):
        decoration = _decoration(table.rows, its)
        for row in table.rows:
            unpriced = all(is_blank(row.cell(column)) for column in its.prices)
            if unpriced and row.fill is not None and row.fill not in decoration:
                return True
    return False


def _decoration(rows: Sequence[TableRow], columns: Columns) -> set[Colour]:
    """Colours that many priced rows wear: stripes and highlights."""
    priced = [row for row in rows if any(not is_blank(row.cell(c)) for c in columns.prices)]
    colours = Counter(row.fill for row in priced if row.fill is not None)
    return {colour for colour, n in colours.items() if n > DECORATION_SHARE * len(priced)}


def with_companies_in_names(lines: list[ExtractedLine]) -> list[ExtractedLine]:
    """Fills in the company from `name / company` where nothing else named one.

    Only last parts that come again and again are companies; a single one may be a note.
    """
    endings = Counter(_ending(line.name) for line in lines)
    known = {end for end, n in endings.items() if end and n >= COMPANY_MENTIONS}
    return [
        replace(line, company=_ending(line.name))
        if not line.company and _ending(line.name) in known
        else line
        for line in lines
    ]


def _ending(name: str) -> str:
    head, slash, tail = name.rpartition("/")
    tail = tail.strip()
    if not slash or not head.strip() or any(char.isdigit() for char in tail):
        return ""
    return tail


def _is_empty(row: TableRow, columns: Columns) -> bool:
    told = (columns.name, *columns.prices, *columns.deals)
    return all(is_blank(row.cell(column)) for column in told) and not row.spanning


def _is_bare_name(row: TableRow) -> bool:
    """A row of one text: in sources that say so, the company of the rows below."""
    title = row.lone_text
    return 0 < len(title) <= LONGEST_SECTION and parse_price(title) is None


def _is_total(row: TableRow) -> bool:
    words = [plain(cell) for cell in row.cells if not is_blank(cell) and parse_price(cell) is None]
    return bool(words) and all(word in _TOTALS for word in words)


def _tells_terms(row: TableRow, columns: Columns) -> bool:
    """A row that says until when, from which order on or when goods come, and is no product."""
    unpriced = all(parse_price(row.value(column)) is None for column in columns.prices)
    beside = row.spanning or not _has_deal(row, columns)
    return unpriced and beside and says_terms(_raw(row))


def _is_remark(row: TableRow, columns: Columns) -> bool:
    """A sentence across the table, without a price: terms, greetings."""
    unpriced = all(is_blank(row.cell(column)) for column in columns.prices)
    return row.spanning or (unpriced and len(_raw(row)) > 3 * LONGEST_SECTION)


def _title(row: TableRow, columns: Columns) -> str:
    if row.spanning:
        return next((cell.strip() for cell in row.cells if cell.strip()), "")
    name = row.cell(columns.name).strip()
    if name:
        return name
    if row.fill is None:
        return ""
    return next((cell.strip() for cell in row.cells if not is_blank(cell)), "")


def _has_deal(row: TableRow, columns: Columns) -> bool:
    return any(not is_blank(row.cell(column)) for column in columns.deals)


def _has_digit(row: TableRow) -> bool:
    return any(char.isdigit() for cell in row.cells for char in cell)


def _name(row: TableRow, columns: Columns) -> str:
    name = row.cell(columns.name).strip()
    details = [row.cell(column).strip() for column in columns.details]
    missing = [text for text in details if not is_blank(text) and text not in name]
    return " ".join([name, *missing]) if name else ""


def _deal_text(row: TableRow, columns: Columns) -> str:
    cells = [row.cell(column).strip() for column in columns.deals]
    return " ".join(cell for cell in cells if cell)


def _deal_out_of_name(name: str, flags: list[str]) -> tuple[str, str]:
    """The name and the deal printed inside it, where the table has no column for deals."""
    found = _DEAL_IN_NAME.search(western_digits(name))
    if found is None:
        return name, ""
    flags.append(DEAL_IN_NAME)
    bare = western_digits(name)
    rest = " ".join((bare[: found.start()] + " " + bare[found.end() :]).split())
    return rest.strip(" /-") or name, found.group().strip()


def _price(row: TableRow, column: int | None, flags: list[str]) -> Decimal | None:
    if column is None or is_blank(row.cell(column)):
        return None
    price = parse_price(row.value(column))
    if price is None and PRICE_UNREADABLE not in flags:
        flags.append(PRICE_UNREADABLE)
    return price


def _discount(row: TableRow, columns: Columns, flags: list[str]) -> Decimal | None:
    if columns.discount is None or is_blank(row.cell(columns.discount)):
        return None
    discount = parse_percent(row.value(columns.discount))
    if discount is None:
        flags.append(DISCOUNT_UNREADABLE)
    return discount


def _raw(row: TableRow) -> str:
    return " | ".join(cell.strip() for cell in row.cells if cell.strip())


def _confidence(flags: Sequence[str]) -> float:
    if LOW_CONFIDENCE in flags or NO_NAME in flags:
        return 0.4
    return 0.6 if PRICE_UNREADABLE in flags or NO_PRICE in flags else 1.0
