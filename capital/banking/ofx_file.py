"""OFX 1 (SGML) and 2 (XML), through the library ofx-br."""

from __future__ import annotations

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

import ofxbr
from django.conf import settings
from django.utils.translation import gettext as _

from capital.banking.problems import StatementUnreadable, row_problem
from capital.banking.records import ParsedLine, ParsedStatement
from core.money import currency
from core.textfile import UndecodableText, text_decode

_START = re.compile(rb"^\s*(OFXHEADER|<\?xml|<\?OFX|<OFX>)", re.IGNORECASE)
_ENCODING_LINE = re.compile(r"\s*(ENCODING|CHARSET)\s*:", re.IGNORECASE)
_HEAD_BYTES = 2_000


def is_ofx(content: bytes) -> bool:
    """By its beginning, not by its name."""
    head = content[:_HEAD_BYTES].removeprefix(b"\xef\xbb\xbf")
    return bool(_START.match(head)) and b"<OFX" in content


def read_ofx(content: bytes, *, max_rows: int) -> ParsedStatement:
    """The one statement in an OFX file.

    Raises StatementUnreadable: not OFX, several accounts, another currency, too many lines.
    """
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise StatementUnreadable(_("The file defines entities, which no bank's OFX does."))
    try:
        document = ofxbr.parse_bytes(_in_utf8(content))
    except (ofxbr.OfxError, ValueError, LookupError, RecursionError) as exc:
        raise StatementUnreadable(_("The OFX file is damaged or incomplete.")) from exc
    if len(document.statements) != 1:
        raise StatementUnreadable(
            _("The file holds %(count)d accounts; export one account at a time.")
            % {"count": len(document.statements)}
        )
    statement = document.statements[0]
    if b"CURDEF" in content.upper() and statement.currency != currency():
        raise StatementUnreadable(
            _("The statement is in %(theirs)s, the books are in %(ours)s.")
            % {"theirs": statement.currency, "ours": currency()}
        )
    return _parsed(statement, max_rows)


def _in_utf8(content: bytes) -> bytes:
    """OFX 1 in UTF-8, and saying so: headers often claim another encoding than the text has.

    Text that is neither UTF-8 nor Arabic Windows is left to the library and the header.
    """
    if content.lstrip().startswith(b"<?"):
        return content
    try:
        text, _encoding = text_decode(content)
    except UndecodableText:
        return content
    header, start, body = text.partition("<")
    lines = [line for line in header.splitlines() if not _ENCODING_LINE.match(line)]
    return "\n".join(["ENCODING:UTF-8", *lines, start + body]).encode()


def _parsed(statement: ofxbr.Statement, max_rows: int) -> ParsedStatement:
    transactions = [found for found in statement.transactions if found.amount]
    if not transactions:
        raise StatementUnreadable(_("There are no movements in the file."))
    if len(transactions) > max_rows:
        raise StatementUnreadable(
            _("At most %(limit)d lines in one file; split it by period.") % {"limit": max_rows}
        )
    lines = tuple(
        _line(row, transaction)
        for row, transaction in enumerate(
            sorted(transactions, key=lambda found: _day(found.posted_at) or date.min), start=1
        )
    )
    days = [line.date for line in lines]
    closing = statement.ledger_balance
    return ParsedStatement(
        format="ofx",
        lines=lines,
        starts_on=min(_day(statement.start) or days[0], days[0]),
        ends_on=max(_day(statement.end) or days[-1], days[-1]),
        opening_balance=None if closing is None else closing - sum(line.amount for line in lines),
        closing_balance=closing,
    )


def _line(row: int, transaction: ofxbr.Transaction) -> ParsedLine:
    day = _day(transaction.posted_at)
    if day is None:
        raise StatementUnreadable(errors=[row_problem(row, "date", _("This is not a date."))])
    text = " ".join(part for part in (transaction.payee, transaction.memo) if part)
    return ParsedLine(
        row=row,
        date=day,
        amount=transaction.amount,
        description=_printable(text),
        reference=_printable(transaction.checknum or transaction.ref_num)[:200],
        bank_id=_printable(transaction.fitid)[:255],
    )


def _printable(text: str) -> str:
    """Without control characters, which the database does not take."""
    return "".join(char for char in text if char >= " ")


def _day(moment: datetime | None) -> date | None:
    """The bank's day: as written, or where the pharmacy is if the file names a zone."""
    if moment is None:
        return None
    if moment.tzinfo is None:
        return moment.date()
    return moment.astimezone(ZoneInfo(settings.PHARMACY_TIME_ZONE)).date()
