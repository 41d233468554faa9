"""Posting and reversing journal entries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from capital.chart import GATE_ACCOUNT, SystemAccount
from capital.errors import (
    DuplicateEntry,
    EntryAlreadyReversed,
    EntryNotFound,
    InsufficientFunds,
    InvalidPosting,
    PeriodClosed,
    ReversalNotReversible,
)
from capital.followers import Reversal, followers_call
from capital.models import Account, AccountBalance, JournalEntry, JournalLine
from capital.selectors import period_closed_on
from capital.services.posting import Posting, refuse_invalid, refuse_unbalanced
from core import audit
from core.audit import Actor
from core.errors import FieldProblem
from core.models import local_date
from core.money import currency, format_money
from core.numbering import next_number

ZERO = Decimal(0)
ENTRY_SERIES = "JE"
ENTRY_SOURCE = "capital.journal_entry"
REVERSAL_KIND = "reversal"


def ledger_lock(*, accounts: Iterable[SystemAccount | int] = ()) -> dict[int, AccountBalance]:
    """Lock the ledger's gate and the balances of the given accounts; by account id.

    accounts: system accounts, or own accounts by their ids. Every write that spends or promises
    money takes this lock first. Rows are locked in primary-key order and the gate, cash, has the
    lowest key, so that such writes queue there and can never wait for each other in a circle,
    however many entries one transaction posts. Who holds the gate may read all other balances:
    nobody else can change them.
    """
    wanted = set(accounts)
    codes = {account for account in wanted if isinstance(account, SystemAccount)}
    rows = (
        AccountBalance.objects.filter(
            Q(account__system_code__in={GATE_ACCOUNT, *codes}) | Q(account_id__in=wanted - codes)
        )
        .select_related("account")
        .select_for_update(of=("self",))
        .order_by("account_id")
    )
    return {row.account_id: row for row in rows}


@transaction.atomic
def entry_post(
    *,
    actor: Actor,
    now: datetime,
    source_type: str,
    source_id: str,
    kind: str,
    postings: Sequence[Posting],
    memo: str = "",
    occurred_at: datetime | None = None,
) -> int:
    """Post one journal entry and bring the balances up to date; returns the entry's id.

    source_type, source_id, kind: the cause; together they can be posted once only.
    occurred_at: when it happened, if not now; its local day is the entry's date.

    Raises InvalidPosting (no amount, both sides, too many places, not finite, too large,
    or an account that is unknown or no longer in use), UnbalancedEntry, DuplicateEntry,
    PeriodClosed, InsufficientFunds (cash, bank, what stands below them, or inventory below zero).
    """
    refuse_invalid(postings)
    refuse_unbalanced(postings)
    balances = ledger_lock(accounts=(posting.account for posting in postings))
    _refuse_duplicate(source_type=source_type, source_id=source_id, kind=kind)
    accounts = _accounts_of(postings, balances)
    happened = occurred_at or now
    _refuse_closed_period(local_date(happened))
    entry = JournalEntry(
        kind=kind,
        source_type=source_type,
        source_id=source_id,
        entry_date=local_date(happened),
        occurred_at=happened,
        actor_id=actor.id,
        memo=memo,
    )
    lines = [_line(posting, account) for posting, account in zip(postings, accounts, strict=True)]
    _write(entry, lines, balances)
    audit.record(
        actor=actor,
        occurred_at=now,
        action="capital.entry_posted",
        subject=entry,
        changes={"number": entry.number, "kind": kind, "total": format_money(entry.total)},
    )
    return entry.pk


@transaction.atomic
def entry_reverse(*, actor: Actor, now: datetime, entry_id: int, reason: str) -> int:
    """Post the mirror image of an entry, naming it; returns the reversal's id.

    It is dated today, also where the entry's own period has been closed since. Who keeps rows
    that rest on it follows first (`capital.followers`).

    Raises EntryNotFound, EntryAlreadyReversed, ReversalNotReversible, InsufficientFunds,
    InvalidPosting (an account is no longer in use), PeriodClosed.
    """
    followers_call(Reversal(actor=actor, now=now, entry_id=entry_id, reason=reason))
    lines = list(JournalLine.objects.filter(entry_id=entry_id).order_by("line"))
    balances = ledger_lock(accounts=(line.account_id for line in lines))
    original = _reversible(entry_id)
    _refuse_inactive([balances[line.account_id].account for line in lines])
    _refuse_closed_period(local_date(now))
    reversal = JournalEntry(
        kind=REVERSAL_KIND,
        source_type=ENTRY_SOURCE,
        source_id=str(entry_id),
        entry_date=local_date(now),
        occurred_at=now,
        actor_id=actor.id,
        memo=reason,
        reverses=original,
    )
    _write(reversal, [_mirror(line) for line in lines], balances)
    audit.record(
        actor=actor,
        occurred_at=now,
        action="capital.entry_reversed",
        subject=original,
        changes={"reversal": reversal.number, "total": format_money(original.total)},
        reason=reason,
    )
    return reversal.pk


def _reversible(entry_id: int) -> JournalEntry:
    entry = JournalEntry.objects.select_related("reversed_by").filter(pk=entry_id).first()
    if entry is None:
        raise EntryNotFound
    if entry.reverses_id is not None:
        raise ReversalNotReversible
    if hasattr(entry, "reversed_by"):
        raise EntryAlreadyReversed(
            _("It was reversed by %(number)s.") % {"number": entry.reversed_by.number},
            extra={"reversed_by": entry.reversed_by.pk},
        )
    return entry


def _write(
    entry: JournalEntry, lines: Sequence[JournalLine], balances: dict[int, AccountBalance]
) -> None:
    """Save `entry` with `lines`, numbered, under the lock that `balances` stands for."""
    _apply(lines, balances)
    entry.total = sum((line.debit for line in lines), ZERO)
    entry.number = next_number(ENTRY_SERIES, on=entry.entry_date)
    entry.save(force_insert=True)
    for position, line in enumerate(lines, start=1):
        line.entry, line.line = entry, position
    JournalLine.objects.bulk_create(lines)


def _apply(lines: Sequence[JournalLine], balances: dict[int, AccountBalance]) -> None:
    before = {account_id: row.debit_balance for account_id, row in balances.items()}
    for line in lines:
        balances[line.account_id].debit_total += line.debit
        balances[line.account_id].credit_total += line.credit
    changed = [balances[account_id] for account_id in sorted({line.account_id for line in lines})]
    for row in changed:
        if row.never_negative and row.debit_balance < 0:
            raise _insufficient_funds(row, held=before[row.account_id])
    AccountBalance.objects.bulk_update(changed, ["debit_total", "credit_total"])


def _insufficient_funds(row: AccountBalance, *, held: Decimal) -> InsufficientFunds:
    short = -row.debit_balance
    return InsufficientFunds(
        _("%(account)s holds %(held)s %(currency)s; %(short)s more would be needed.")
        % {
            "account": row.account.name,
            "held": format_money(held),
            "currency": currency(),
            "short": format_money(short),
        },
        extra={
            "account": row.account.system_code or row.account.code,
            "held": format_money(held),
            "short": format_money(short),
        },
    )


def _accounts_of(postings: Sequence[Posting], balances: dict[int, AccountBalance]) -> list[Account]:
    """The account of each posting, read under the lock."""
    known: dict[SystemAccount | int, Account] = {}
    for row in balances.values():
        known[row.account_id] = row.account
        if row.account.system_code:
            known[SystemAccount(row.account.system_code)] = row.account
    problems = [
        FieldProblem(
            f"postings.{position}.account",
            "unknown_account",
            _("There is no account %(id)s.") % {"id": posting.account},
        )
        for position, posting in enumerate(postings)
        if posting.account not in known
    ]
    if problems:
        raise InvalidPosting(errors=problems)
    accounts = [known[posting.account] for posting in postings]
    _refuse_inactive(accounts)
    return accounts


def _refuse_inactive(accounts: Sequence[Account]) -> None:
    problems = [
        FieldProblem(
            f"postings.{position}.account",
            "inactive_account",
            _("The account %(account)s is no longer in use; activate it first.")
            % {"account": account},
        )
        for position, account in enumerate(accounts)
        if not account.is_active
    ]
    if problems:
        raise InvalidPosting(errors=problems)


def _refuse_closed_period(day: date) -> None:
    """Safe as check-then-insert: who closes a period holds the ledger lock too."""
    period = period_closed_on(day)
    if period is None:
        return
    raise PeriodClosed(
        _("The books from %(first)s to %(last)s are closed; date the entry after them.")
        % {"first": period.starts_on.isoformat(), "last": period.ends_on.isoformat()},
        extra={
            "period_id": period.pk,
            "starts_on": period.starts_on.isoformat(),
            "ends_on": period.ends_on.isoformat(),
            "entry_date": day.isoformat(),
        },
    )


def _line(posting: Posting, account: Account) -> JournalLine:
    return JournalLine(
        account=account,
        debit=posting.debit,
        credit=posting.credit,
        party_type=posting.party_type,
        party_id=posting.party_id,
        memo=posting.memo,
    )


def _mirror(line: JournalLine) -> JournalLine:
    return JournalLine(
        account_id=line.account_id,
        debit=line.credit,
        credit=line.debit,
        party_type=line.party_type,
        party_id=line.party_id,
        memo=line.memo,
    )


def _refuse_duplicate(*, source_type: str, source_id: str, kind: str) -> None:
    """Safe as check-then-insert: everyone who posts holds the ledger lock by now."""
    existing = JournalEntry.objects.filter(
        source_type=source_type, source_id=source_id, kind=kind
    ).first()
    if existing is not None:
        raise DuplicateEntry(
            _("It was posted as %(number)s.") % {"number": existing.number},
            extra={"entry_id": existing.pk},
        )
