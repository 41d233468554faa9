"""Importing bank statements: a file is read first, then its new lines are stored."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from capital.banking.csv_file import CsvLayout, read_csv
from capital.banking.ofx_file import is_ofx, read_ofx
from capital.banking.problems import StatementUnreadable, row_problem
from capital.banking.records import ParsedLine, ParsedStatement, fingerprints
from capital.chart import SystemAccount
from capital.errors import BankAccountNotFound, StatementAlreadyImported
from capital.models import Account, BankStatement, BankStatementLine
from core import audit
from core.audit import Actor
from core.errors import FieldProblem, TooLarge
from core.models import local_date
from core.money import exponent, is_exact_money

MAX_PROBLEMS = 50
FIRST_DAY = date(1990, 1, 1)  # what is older is a misread year


@dataclass(frozen=True, slots=True)
class PreparedStatement:
    """A file that could be read. sha256: of its bytes."""

    file_name: str
    sha256: str
    parsed: ParsedStatement


def statement_prepare(
    *, file_name: str, content: bytes, layout: CsvLayout, now: datetime
) -> PreparedStatement:
    """Read a statement, OFX or CSV by its content; nothing is stored, no query is made.

    Raises TooLarge, StatementUnreadable (naming each faulty row).
    """
    if len(content) > settings.BANK_STATEMENT_MAX_BYTES:
        raise TooLarge(_("At most %(limit)d bytes.") % {"limit": settings.BANK_STATEMENT_MAX_BYTES})
    most = settings.BANK_STATEMENT_MAX_LINES
    if is_ofx(content):
        parsed = read_ofx(content, max_rows=most)
    else:
        parsed = read_csv(content, layout=layout, max_rows=most)
    _refuse_impossible(parsed.lines, today=local_date(now))
    return PreparedStatement(
        file_name=PurePath(file_name).name[-255:] or "statement",
        sha256=hashlib.sha256(content).hexdigest(),
        parsed=parsed,
    )


def _refuse_impossible(lines: Sequence[ParsedLine], *, today: date) -> None:
    problems = [problem for line in lines if (problem := _fault_of(line, today)) is not None]
    if problems:
        raise StatementUnreadable(errors=problems[:MAX_PROBLEMS])


def _fault_of(line: ParsedLine, today: date) -> FieldProblem | None:
    if not is_exact_money(line.amount) or not is_exact_money(line.balance or line.amount):
        return row_problem(
            line.row,
            "amount",
            _("At most %(places)s decimal places in this currency.") % {"places": exponent()},
        )
    if line.date > today:
        return row_problem(line.row, "date", _("This day is in the future."))
    if line.date < FIRST_DAY:
        return row_problem(line.row, "date", _("This day is too long ago."))
    return None


@transaction.atomic
def statement_import(
    *, actor: Actor, now: datetime, account_id: int, prepared: PreparedStatement
) -> int:
    """Store the lines of a statement that are not known yet; returns the statement's id.

    account_id: `bank`, or an own account below it.

    Raises BankAccountNotFound, StatementAlreadyImported (the same file, or nothing new in it).
    """
    account = bank_account_lock(account_id)
    parsed = prepared.parsed
    _refuse_same_file(account, prepared)
    marks = fingerprints(parsed.lines)
    known = set(
        BankStatementLine.objects.filter(account=account, fingerprint__in=marks).values_list(
            "fingerprint", flat=True
        )
    )
    fresh = [
        (line, mark) for line, mark in zip(parsed.lines, marks, strict=True) if mark not in known
    ]
    if not fresh:
        raise StatementAlreadyImported(_("All lines of this file are known already."))
    statement = BankStatement.objects.create(
        account=account,
        format=parsed.format,
        file_name=prepared.file_name,
        file_sha256=prepared.sha256,
        starts_on=parsed.starts_on,
        ends_on=parsed.ends_on,
        opening_balance=parsed.opening_balance,
        closing_balance=parsed.closing_balance,
        line_count=len(fresh),
        known_count=len(parsed.lines) - len(fresh),
        imported_at=now,
        imported_by_id=actor.id,
    )
    BankStatementLine.objects.bulk_create(
        [_line(statement, position, line, mark)
         for position, (line, mark) in enumerate(fresh, start=1)],
        batch_size=1000,
    )  # fmt: skip
    audit.record(
        actor=actor,
        occurred_at=now,
        action="capital.bank_statement_imported",
        subject=statement,
        changes={"account": account.code, "lines": len(fresh), "sha256": prepared.sha256},
    )
    return statement.pk


def bank_account_lock(account_id: int) -> Account:
    """The account, locked: imports and reconciliations of one account wait for each other."""
    account = (
        Account.objects.select_for_update(no_key=True)
        .filter(pk=account_id, system_group=SystemAccount.BANK)
        .first()
    )
    if account is None:
        raise BankAccountNotFound
    return account


def _refuse_same_file(account: Account, prepared: PreparedStatement) -> None:
    known = BankStatement.objects.filter(account=account, file_sha256=prepared.sha256).first()
    if known is not None:
        extra: dict[str, Any] = {"statement_id": known.pk}
        raise StatementAlreadyImported(extra=extra)


def _line(
    statement: BankStatement, position: int, line: ParsedLine, mark: str
) -> BankStatementLine:
    return BankStatementLine(
        statement=statement,
        account_id=statement.account_id,
        line=position,
        date=line.date,
        amount=line.amount,
        description=line.description,
        reference=line.reference,
        bank_id=line.bank_id,
        balance=line.balance,
        fingerprint=mark,
    )
