"""Reading statements: what is still open, what it may be, and whether the balances agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Sum

from capital.banking.suggestions import DEFAULT_WINDOW_DAYS, Movement, Suggestion, suggest
from capital.chart import SystemAccount
from capital.errors import BankAccountNotFound, ReportTooLong, StatementNotFound
from capital.models import (
    Account,
    BankReconciliation,
    BankStatement,
    BankStatementLine,
    JournalLine,
    ReconciledBankLine,
    ReconciledJournalLine,
    RejectedMatch,
)

ZERO = Decimal(0)
MOST_OPEN_LINES = 5_000


def bank_accounts() -> QuerySet[Account]:
    """The bank and the own accounts below it, by code."""
    return Account.objects.filter(system_group=SystemAccount.BANK).order_by("code")


def bank_account(account_id: int | None) -> Account:
    """The account of this id, or the system's bank. Raises BankAccountNotFound."""
    wanted = Q(system_code=SystemAccount.BANK) if account_id is None else Q(pk=account_id)
    account = bank_accounts().filter(wanted).first()
    if account is None:
        raise BankAccountNotFound
    return account


def statements(*, account_id: int | None = None) -> QuerySet[BankStatement]:
    """Statements with how many of their lines are open, as `open_count`."""
    found = BankStatement.objects.select_related("account", "imported_by")
    if account_id is not None:
        found = found.filter(account_id=account_id)
    standing = Q(lines__reconciled__standing=True)
    return found.annotate(open_count=F("line_count") - Count("lines__reconciled", filter=standing))


def statement_get(statement_id: int) -> BankStatement:
    """Raises StatementNotFound."""
    found = statements().filter(pk=statement_id).first()
    if found is None:
        raise StatementNotFound
    return found


def statement_lines(*, statement_id: int, is_open: bool | None = None) -> QuerySet[Any]:
    """Lines in the file's order, each with `reconciliation_id`, None while it is open."""
    lines = _with_reconciliation(BankStatementLine.objects.filter(statement_id=statement_id))
    wanted = lines if is_open is None else lines.filter(reconciliation_id__isnull=is_open)
    return wanted.order_by("line")


def _with_reconciliation(lines: QuerySet[BankStatementLine]) -> QuerySet[Any]:
    return lines.annotate(
        reconciliation_id=Max("reconciled__reconciliation_id", filter=Q(reconciled__standing=True))
    )


def reconciliations(*, account_id: int | None = None) -> QuerySet[BankReconciliation]:
    """Reconciliations, undone ones too, newest first, with their lines."""
    found = BankReconciliation.objects.select_related("made_by", "undone_by").prefetch_related(
        "bank_lines", "journal_lines"
    )
    return found if account_id is None else found.filter(account_id=account_id)


# --- Suggestions ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LineSuggestions:
    line: BankStatementLine
    suggestions: tuple[tuple[Suggestion, tuple[JournalLine, ...]], ...]


def statement_suggestions(
    *, statement_id: int, window_days: int = DEFAULT_WINDOW_DAYS
) -> list[LineSuggestions]:
    """What each open line of a statement may be. Four queries, however many lines.

    Raises StatementNotFound, ReportTooLong beyond MOST_OPEN_LINES open lines.
    """
    statement = statement_get(statement_id)
    lines = list(statement_lines(statement_id=statement_id, is_open=True)[: MOST_OPEN_LINES + 1])
    if len(lines) > MOST_OPEN_LINES:
        raise ReportTooLong
    journal = {line.pk: line for line in _candidates(statement, lines, window_days)}
    rejected = set(
        RejectedMatch.objects.filter(bank_line__statement=statement).values_list(
            "bank_line_id", "journal_line_id"
        )
    )
    found = suggest(
        [_bank_movement(line) for line in lines],
        [_journal_movement(line) for line in journal.values()],
        rejected=rejected,
        window_days=window_days,
    )
    return [
        LineSuggestions(
            line,
            tuple(
                (one, tuple(journal[pk] for pk in one.journal_line_ids)) for one in found[line.pk]
            ),
        )
        for line in lines
    ]


def _candidates(
    statement: BankStatement, lines: Sequence[BankStatementLine], window_days: int
) -> QuerySet[JournalLine]:
    if not lines:
        return JournalLine.objects.none()
    window = timedelta(days=window_days)
    first, last = min(line.date for line in lines), max(line.date for line in lines)
    return (
        JournalLine.objects.filter(
            account_id=statement.account_id,
            entry__entry_date__range=(first - window, last + window),
        )
        .exclude(Exists(_standing_journal()))
        .select_related("entry")
        .order_by("entry__entry_date", "id")[:MOST_OPEN_LINES]
    )


def _standing_journal() -> QuerySet[ReconciledJournalLine]:
    return ReconciledJournalLine.objects.filter(line=OuterRef("pk"), standing=True)


def _standing_bank() -> QuerySet[ReconciledBankLine]:
    return ReconciledBankLine.objects.filter(line=OuterRef("pk"), standing=True)


def _bank_movement(line: BankStatementLine) -> Movement:
    return Movement(line.pk, line.date, line.amount, line.description, line.reference)


def _journal_movement(line: JournalLine) -> Movement:
    entry = line.entry
    text = " ".join(part for part in (line.memo, entry.memo, entry.kind, entry.number) if part)
    return Movement(
        line.pk, entry.entry_date, line.debit - line.credit, text, reference=entry.number
    )


# --- Balances ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StatementCheck:
    """Whether the balance a statement states is that of all lines imported up to its last day.

    computed: None where no statement states an opening balance.
    """

    statement: BankStatement
    computed: Decimal | None

    @property
    def agrees(self) -> bool | None:
        stated = self.statement.closing_balance
        if stated is None or self.computed is None:
            return None
        return stated == self.computed


@dataclass(frozen=True, slots=True)
class BankStatus:
    """Bank and books of one account at the end of `as_of`.

    bank_balance = book_balance + opening_difference - Σ open journal lines + Σ open bank lines,
    if everything is explained: `difference` is then zero. opening_difference: what bank and books
    differed by before the first statement. None where no statement states a balance.
    """

    account: Account
    as_of: date
    book_balance: Decimal
    bank_balance: Decimal | None
    opening_difference: Decimal
    open_bank: tuple[BankStatementLine, ...]
    open_journal: tuple[JournalLine, ...]
    checks: tuple[StatementCheck, ...]

    @property
    def open_bank_total(self) -> Decimal:
        return sum((line.amount for line in self.open_bank), ZERO)

    @property
    def open_journal_total(self) -> Decimal:
        return sum((line.debit - line.credit for line in self.open_journal), ZERO)

    @property
    def expected_bank_balance(self) -> Decimal:
        return (
            self.book_balance
            + self.opening_difference
            - self.open_journal_total
            + self.open_bank_total
        )

    @property
    def difference(self) -> Decimal | None:
        return None if self.bank_balance is None else self.bank_balance - self.expected_bank_balance

    @property
    def is_reconciled(self) -> bool:
        """Nothing is open, the bank's balance is explained, and every statement's agrees."""
        return (
            not self.open_bank
            and not self.open_journal
            and self.difference == 0
            and all(check.agrees is not False for check in self.checks)
        )


def bank_status(*, account: Account, as_of: date) -> BankStatus:
    """Reconciliation of `account` at the end of `as_of`. Seven queries.

    A line counts as open if its counterpart is dated later: it was under way that day.
    """
    held = list(
        BankStatement.objects.filter(account=account, starts_on__lte=as_of).order_by(
            "starts_on", "id"
        )
    )
    first = held[0] if held else None
    opening = None if first is None else first.opening_balance
    moved = _moved_by_day(account, as_of)
    late = _settled_later(account, as_of)
    before_first = date.min if first is None else first.starts_on
    booked_before = _booked(account, Q(entry__entry_date__lt=before_first))
    return BankStatus(
        account=account,
        as_of=as_of,
        book_balance=_booked(account, Q(entry__entry_date__lte=as_of)),
        bank_balance=None if opening is None else opening + sum(moved.values(), ZERO),
        opening_difference=ZERO if opening is None else opening - booked_before,
        open_bank=tuple(
            BankStatementLine.objects.filter(account=account, date__lte=as_of)
            .exclude(Exists(_standing_bank().exclude(reconciliation__in=late)))
            .order_by("date", "id")[:MOST_OPEN_LINES]
        ),
        open_journal=tuple(
            JournalLine.objects.filter(
                account=account, entry__entry_date__range=(before_first, as_of)
            )
            .exclude(Exists(_standing_journal().exclude(reconciliation__in=late)))
            .select_related("entry")
            .order_by("entry__entry_date", "id")[:MOST_OPEN_LINES]
        ),
        checks=tuple(_checks(held, opening, moved, as_of)),
    )


def _booked(account: Account, condition: Q) -> Decimal:
    total: dict[str, Any] = JournalLine.objects.filter(condition, account=account).aggregate(
        total=Sum(F("debit") - F("credit"), default=ZERO)
    )
    return total["total"]


def _moved_by_day(account: Account, as_of: date) -> dict[date, Decimal]:
    rows = (
        BankStatementLine.objects.filter(account=account, date__lte=as_of)
        .order_by()
        .values_list("date")
        .annotate(total=Sum("amount"))
    )
    return dict(rows)


def _settled_later(account: Account, as_of: date) -> list[int]:
    """Standing reconciliations with a line dated after `as_of`."""
    later = Q(bank_lines__line__date__gt=as_of) | Q(
        journal_lines__line__entry__entry_date__gt=as_of
    )
    found = BankReconciliation.objects.filter(later, account=account, undone_at__isnull=True)
    return list(found.values_list("pk", flat=True).distinct())


def _checks(
    held: Sequence[BankStatement],
    opening: Decimal | None,
    moved: Mapping[date, Decimal],
    as_of: date,
) -> list[StatementCheck]:
    checks = []
    for statement in held:
        if statement.ends_on > as_of:
            continue
        upto = sum((total for day, total in moved.items() if day <= statement.ends_on), ZERO)
        checks.append(StatementCheck(statement, None if opening is None else opening + upto))
    return checks
