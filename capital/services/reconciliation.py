"""Saying which lines of the bank are which lines of the journal, and taking it back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from capital.chart import AccountType, SystemAccount
from capital.errors import (
    AlreadyReconciled,
    BankLineNotFound,
    DuplicateEntry,
    InvalidReconciliation,
    ReconciliationNotFound,
    ReconciliationUndone,
)
from capital.models import (
    Account,
    BankReconciliation,
    BankStatementLine,
    JournalEntry,
    JournalLine,
    ReconciledBankLine,
    ReconciledJournalLine,
    RejectedMatch,
)
from capital.services.ledger import Posting, entry_post
from capital.services.statements import bank_account_lock
from core import audit
from core.audit import Actor
from core.db import lock
from core.errors import FieldProblem
from core.money import format_money

ZERO = Decimal(0)
LINE_SOURCE = "capital.bank_statement_line"
MOST_LINES = 200
# Kind of a missing entry → the account it is against, where none is named.
MISSING_ENTRIES: dict[str, SystemAccount | None] = {
    "bank_fee": SystemAccount.EXPENSES,
    "bank_interest": SystemAccount.OTHER_INCOME,
    "bank_other": None,
}


@transaction.atomic
def reconciliation_make(
    *,
    actor: Actor,
    now: datetime,
    bank_line_ids: Collection[int],
    journal_line_ids: Collection[int],
    reason: str = "",
) -> int:
    """These lines of the bank are these lines of the journal; returns the reconciliation's id.

    Both sums are equal: credits of the bank are debits of the account. Two lines of the journal
    alone may cancel each other (an entry and its reversal), as may two of the bank.

    Raises BankLineNotFound, InvalidReconciliation (sums differ, other accounts, fewer than two
    lines), AlreadyReconciled (extra: which).
    """
    account = bank_account_lock(_account_of(bank_line_ids, journal_line_ids))
    bank = list(BankStatementLine.objects.filter(pk__in=set(bank_line_ids)))
    journal = list(JournalLine.objects.filter(pk__in=set(journal_line_ids)))
    _refuse_incomplete(bank_line_ids, journal_line_ids, bank, journal)
    _refuse_foreign(account, bank, journal)
    _refuse_reconciled(bank, journal)
    _refuse_unequal(bank, journal)
    return _make(actor=actor, now=now, account=account, bank=bank, journal=journal, reason=reason)


def _make(
    *,
    actor: Actor,
    now: datetime,
    account: Account,
    bank: Sequence[BankStatementLine],
    journal: Sequence[JournalLine],
    reason: str,
) -> int:
    made = BankReconciliation.objects.create(
        account=account, reason=reason, made_at=now, made_by_id=actor.id
    )
    ReconciledBankLine.objects.bulk_create(
        [ReconciledBankLine(reconciliation=made, line=line) for line in bank]
    )
    ReconciledJournalLine.objects.bulk_create(
        [ReconciledJournalLine(reconciliation=made, line=line) for line in journal]
    )
    audit.record(
        actor=actor,
        occurred_at=now,
        action="capital.bank_reconciled",
        subject=made,
        changes={
            "bank_lines": sorted(line.pk for line in bank),
            "journal_lines": sorted(line.pk for line in journal),
        },
        reason=reason,
    )
    return made.pk


@transaction.atomic
def reconciliation_undo(
    *, actor: Actor, now: datetime, reconciliation_id: int, reason: str
) -> None:
    """The lines are open again. Raises ReconciliationNotFound, ReconciliationUndone."""
    found = lock(BankReconciliation.objects.filter(pk=reconciliation_id))
    if not found:
        raise ReconciliationNotFound
    (made,) = found
    if made.undone_at is not None:
        raise ReconciliationUndone
    made.undone_at, made.undone_by_id, made.undone_reason = now, actor.id, reason
    made.save(update_fields=["undone_at", "undone_by", "undone_reason"])
    made.bank_lines.update(standing=False)
    made.journal_lines.update(standing=False)
    audit.record(
        actor=actor,
        occurred_at=now,
        action="capital.bank_reconciliation_undone",
        subject=made,
        reason=reason,
    )


@transaction.atomic
def match_reject(
    *, actor: Actor, now: datetime, bank_line_id: int, journal_line_ids: Collection[int]
) -> None:
    """These journal lines are not this line of the bank; they are not suggested for it again.

    Rejecting twice changes nothing. Raises BankLineNotFound.
    """
    line = _bank_line(bank_line_id)
    known = set(
        JournalLine.objects.filter(pk__in=set(journal_line_ids), account_id=line.account_id)
        .values_list("pk", flat=True)
    )  # fmt: skip
    if known != set(journal_line_ids):
        raise BankLineNotFound
    RejectedMatch.objects.bulk_create(
        [
            RejectedMatch(
                bank_line=line, journal_line_id=pk, rejected_at=now, rejected_by_id=actor.id
            )
            for pk in sorted(known)
        ],
        ignore_conflicts=True,
    )
    audit.record(
        actor=actor,
        occurred_at=now,
        action="capital.bank_match_rejected",
        subject=line,
        changes={"journal_lines": sorted(known)},
    )


@transaction.atomic
def missing_entry_post(
    *,
    actor: Actor,
    now: datetime,
    bank_line_id: int,
    kind: str,
    account_id: int | None = None,
    memo: str = "",
) -> int:
    """Post what the bank knew before the books did (a fee, interest); returns the entry's id.

    The entry is dated the bank's day and reconciled with the line at once. account_id: what it is
    against; fees go to expenses and interest to other income where it is left out.

    One that was wrong is reversed first; then, with the line open again, another can be posted.

    Raises BankLineNotFound, AlreadyReconciled, DuplicateEntry (one still stands),
    InvalidReconciliation (no account, or not one of income or expenses) and what entry_post raises.
    """
    line = _bank_line(bank_line_id)
    account = bank_account_lock(line.account_id)
    _refuse_reconciled([line], [])
    against = _against(kind, account_id)
    amount = abs(line.amount)
    came_in = line.amount > 0
    sides = ("debit", "credit") if came_in else ("credit", "debit")
    postings = [
        Posting(account=chosen, **{side: amount})  # type: ignore[arg-type]
        for chosen, side in zip((account.pk, against), sides, strict=True)
    ]
    entry_id = entry_post(
        actor=actor,
        now=now,
        source_type=LINE_SOURCE,
        source_id=_source_id(line),
        kind=kind,
        postings=postings,
        memo=memo or line.description,
        occurred_at=min(now, _noon_of(line)),
    )
    posted = JournalLine.objects.get(entry_id=entry_id, account=account)
    _make(actor=actor, now=now, account=account, bank=[line], journal=[posted], reason=memo)
    return entry_id


def _source_id(line: BankStatementLine) -> str:
    """A source of its own for each entry of the line; there is a second once the first is undone.

    Safe as check-then-insert: whoever posts for this line holds its account's lock.
    """
    earlier = JournalEntry.objects.filter(
        Q(source_id=str(line.pk)) | Q(source_id__startswith=f"{line.pk}/"), source_type=LINE_SOURCE
    )
    standing = earlier.filter(reversed_by__isnull=True).first()
    if standing is not None:
        raise DuplicateEntry(
            _("It was posted as %(number)s.") % {"number": standing.number},
            extra={"entry_id": standing.pk},
        )
    count = earlier.count()
    return f"{line.pk}/{count + 1}" if count else str(line.pk)


def _noon_of(line: BankStatementLine) -> datetime:
    return datetime.combine(line.date, time(12), tzinfo=ZoneInfo(settings.PHARMACY_TIME_ZONE))


def _against(kind: str, account_id: int | None) -> SystemAccount | int:
    if account_id is None:
        default = MISSING_ENTRIES[kind]
        if default is None:
            raise InvalidReconciliation(
                errors=[FieldProblem("account_id", "required", _("Name the account."))]
            )
        return default
    allowed = Account.objects.filter(
        pk=account_id, type__in=(AccountType.INCOME, AccountType.EXPENSE)
    )
    if not allowed.exists():
        raise InvalidReconciliation(
            errors=[
                FieldProblem(
                    "account_id", "not_allowed", _("Choose an account of income or expenses.")
                )
            ]
        )
    return account_id


def _bank_line(bank_line_id: int) -> BankStatementLine:
    line = BankStatementLine.objects.filter(pk=bank_line_id).first()
    if line is None:
        raise BankLineNotFound
    return line


def _account_of(bank_line_ids: Collection[int], journal_line_ids: Collection[int]) -> int:
    """The account of the first line there is; the others are compared with it under its lock."""
    of_bank = BankStatementLine.objects.filter(pk__in=set(bank_line_ids))
    of_books = JournalLine.objects.filter(pk__in=set(journal_line_ids))
    found = (
        of_bank.values_list("account", flat=True).first()
        or of_books.values_list("account", flat=True).first()
    )
    if found is None:
        raise BankLineNotFound
    return found


def _refuse_incomplete(
    bank_line_ids: Collection[int],
    journal_line_ids: Collection[int],
    bank: Sequence[BankStatementLine],
    journal: Sequence[JournalLine],
) -> None:
    if len(bank) != len(set(bank_line_ids)) or len(journal) != len(set(journal_line_ids)):
        raise BankLineNotFound
    if len(bank) + len(journal) < 2:
        raise InvalidReconciliation(_("Two lines at least: one of the bank, one of the journal."))


def _refuse_foreign(
    account: Account, bank: Sequence[BankStatementLine], journal: Sequence[JournalLine]
) -> None:
    foreign = [
        *(FieldProblem("bank_line_ids", "other_account", str(line.pk))
          for line in bank if line.account_id != account.pk),
        *(FieldProblem("journal_line_ids", "other_account", str(line.pk))
          for line in journal if line.account_id != account.pk),
    ]  # fmt: skip
    if foreign:
        raise InvalidReconciliation(
            _("All lines must be of the account %(account)s.") % {"account": account},
            errors=foreign,
        )


def _refuse_reconciled(bank: Sequence[BankStatementLine], journal: Sequence[JournalLine]) -> None:
    """Safe as check-then-insert: whoever reconciles this account holds its lock."""
    taken = {
        "bank_line_ids": _taken(ReconciledBankLine, bank),
        "journal_line_ids": _taken(ReconciledJournalLine, journal),
    }
    if any(taken.values()):
        raise AlreadyReconciled(extra=taken)


def _taken(
    model: type[ReconciledBankLine] | type[ReconciledJournalLine],
    lines: Sequence[BankStatementLine] | Sequence[JournalLine],
) -> list[int]:
    standing = model.objects.filter(line__in=[line.pk for line in lines], standing=True)
    return sorted(standing.values_list("line_id", flat=True))


def _refuse_unequal(bank: Sequence[BankStatementLine], journal: Sequence[JournalLine]) -> None:
    of_bank = sum((line.amount for line in bank), ZERO)
    of_books = sum((line.debit - line.credit for line in journal), ZERO)
    if of_bank != of_books:
        raise InvalidReconciliation(
            _("The bank's lines add up to %(bank)s, the journal's to %(books)s.")
            % {"bank": format_money(of_bank), "books": format_money(of_books)},
            extra={"difference": format_money(of_bank - of_books)},
        )
