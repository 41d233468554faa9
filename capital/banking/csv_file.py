"""A bank's CSV: its encoding, delimiter and header found, its columns known by many names."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _

from capital.banking.cells import DateOrder, read_amount, read_date
from capital.banking.problems import StatementUnreadable, row_problem
from capital.banking.records import ParsedLine, ParsedStatement
from core.errors import FieldProblem
from core.text import search_key
from core.textfile import UndecodableText, delimiter_of, text_decode

HEADER_ROWS_SEARCHED = 30
MAX_PROBLEMS = 50

# Field → names banks give its column; compared by search key, so that spellings do not matter.
ALIASES: dict[str, tuple[str, ...]] = {
    "date": ("date", "transaction date", "posting date", "booking date", "value date",
             "التاريخ", "تاريخ", "تاريخ الحركة", "تاريخ العملية", "تاريخ القيد", "تاريخ الحق"),
    "amount": ("amount", "transaction amount", "value", "المبلغ", "مبلغ", "القيمة",
               "مبلغ الحركة", "مبلغ العملية"),
    "debit": ("debit", "withdrawal", "withdrawals", "paid out", "money out", "debit amount",
              "مدين", "سحب", "مسحوبات", "منه", "المدين"),
    "credit": ("credit", "deposit", "deposits", "paid in", "money in", "credit amount",
               "دائن", "ايداع", "ايداعات", "له", "الدائن"),
    "description": ("description", "details", "narrative", "particulars", "transaction details",
                    "memo", "البيان", "بيان", "الوصف", "التفاصيل", "شرح", "تفاصيل الحركة"),
    "reference": ("reference", "ref", "ref no", "reference number", "cheque no", "cheque number",
                  "check number", "المرجع", "رقم المرجع", "رقم الشيك", "رقم السند"),
    "bank_id": ("transaction id", "fitid", "id", "transaction number", "رقم الحركة",
                "رقم العملية"),
    "balance": ("balance", "running balance", "الرصيد", "رصيد", "الرصيد بعد الحركة"),
}  # fmt: skip
FIELDS = tuple(ALIASES)
_KNOWN = {search_key(name): column for column, names in ALIASES.items() for name in names}


@dataclass(frozen=True, slots=True)
class CsvLayout:
    """How to read a bank's CSV.

    columns: field → the header of its column, for headers the aliases do not know.
    debits_positive: the one amount column counts what went out as positive.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    date_order: DateOrder = DateOrder.DMY
    debits_positive: bool = False


def read_csv(content: bytes, *, layout: CsvLayout, max_rows: int) -> ParsedStatement:
    """The statement in a CSV file.

    Raises StatementUnreadable, naming each faulty row and its column.
    """
    rows = _rows(content)
    header, columns = _find_header(rows, layout)
    body = _without_totals(rows[header + 1 :], columns["date"])
    if len(body) > max_rows:
        raise StatementUnreadable(
            _("At most %(limit)d lines in one file; split it by period.") % {"limit": max_rows}
        )
    problems: list[FieldProblem] = []
    lines = list(_lines(body, columns, layout, problems))
    if problems:
        raise StatementUnreadable(errors=problems[:MAX_PROBLEMS])
    if not lines:
        raise StatementUnreadable(_("There are no movements below the header."))
    ordered = _oldest_first(lines)
    return ParsedStatement(
        format="csv",
        lines=tuple(ordered),
        starts_on=min(line.date for line in ordered),
        ends_on=max(line.date for line in ordered),
        opening_balance=_opening(ordered),
        closing_balance=ordered[-1].balance,
    )


def _rows(content: bytes) -> list[tuple[int, list[str]]]:
    try:
        text, _encoding = text_decode(content)
    except UndecodableText as exc:
        raise StatementUnreadable(
            _("Save the file as CSV in UTF-8 or Arabic Windows (1256).")
        ) from exc
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text))
    try:
        return [(reader.line_num, [cell.strip() for cell in row]) for row in reader]
    except csv.Error as exc:
        raise StatementUnreadable(_("The file is not a table of cells.")) from exc


def _without_totals(
    rows: Sequence[tuple[int, list[str]]], date_column: int
) -> list[tuple[int, list[str]]]:
    """Up to the last row with a figure in its date: below it stand sums and greetings."""

    def is_dated(row: list[str]) -> bool:
        return len(row) > date_column and any(char.isdigit() for char in row[date_column])

    dated = [position for position, (_number, row) in enumerate(rows) if is_dated(row)]
    return [(number, row) for number, row in rows[: dated[-1] + 1] if any(row)] if dated else []


def _find_header(
    rows: Sequence[tuple[int, list[str]]], layout: CsvLayout
) -> tuple[int, dict[str, int]]:
    for position, (_number, row) in enumerate(rows[:HEADER_ROWS_SEARCHED]):
        columns = _columns_of(row, layout)
        if "date" in columns and ("amount" in columns or {"debit", "credit"} & columns.keys()):
            return position, columns
    raise StatementUnreadable(
        _("No row names a date and an amount (or debit and credit). Name the columns in `columns`.")
    )


def _columns_of(row: Sequence[str], layout: CsvLayout) -> dict[str, int]:
    """Field → position. Names given by the layout come before all aliases."""
    keys = [search_key(cell) for cell in row]
    given = {
        column: keys.index(search_key(name))
        for column, name in layout.columns.items()
        if search_key(name) in keys
    }
    found: dict[str, int] = {}
    for position, key in enumerate(keys):
        column = _KNOWN.get(key)
        if column and column not in layout.columns and position not in given.values():
            found.setdefault(column, position)
    return {**found, **given}


def _lines(
    body: Sequence[tuple[int, list[str]]],
    columns: Mapping[str, int],
    layout: CsvLayout,
    problems: list[FieldProblem],
) -> Iterator[ParsedLine]:
    for number, row in body:
        cells = {
            column: row[position] if position < len(row) else ""
            for column, position in columns.items()
        }
        line = _line(number, cells, layout, problems)
        if line is not None:
            yield line


def _line(
    number: int, cells: Mapping[str, str], layout: CsvLayout, problems: list[FieldProblem]
) -> ParsedLine | None:
    """None for a row without money (a title, an opening balance) and for a faulty one."""
    amounts: dict[str, Decimal | None] = {}
    for column in ("amount", "debit", "credit", "balance"):
        try:
            amounts[column] = read_amount(cells.get(column, ""))
        except ValueError:
            problems.append(row_problem(number, column, _("This is not an amount of money.")))
            return None
    amount = _signed(amounts, layout)
    if not amount:
        return None
    try:
        day = read_date(cells["date"], layout.date_order)
    except ValueError:
        problems.append(row_problem(number, "date", _("This is not a date.")))
        return None
    return ParsedLine(
        row=number,
        date=day,
        amount=amount,
        description=cells.get("description", ""),
        reference=cells.get("reference", "")[:200],
        bank_id=cells.get("bank_id", "")[:255],
        balance=amounts["balance"],
    )


def _signed(amounts: Mapping[str, Decimal | None], layout: CsvLayout) -> Decimal | None:
    debit, credit, amount = amounts["debit"], amounts["credit"], amounts["amount"]
    if debit or credit:
        return abs(credit or Decimal(0)) - abs(debit or Decimal(0))
    if amount is None:
        return None
    return -amount if layout.debits_positive else amount


def _oldest_first(lines: list[ParsedLine]) -> list[ParsedLine]:
    """Banks list either way; a file whose first day comes after its last is turned round."""
    return lines[::-1] if lines[0].date > lines[-1].date else lines


def _opening(lines: Sequence[ParsedLine]) -> Decimal | None:
    first = lines[0]
    return None if first.balance is None else first.balance - first.amount
