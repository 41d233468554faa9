"""What the people of the pharmacy do with its money: contributions, withdrawals, payments."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from capital.chart import SystemAccount
from capital.errors import (
    EntryBelongsToDocument,
    EntryNotFound,
    InvalidPosting,
    PaymentExceedsPayable,
)
from capital.models import JournalEntry
from capital.selectors import party_balance
from capital.services.commitments import refuse_beyond_capital
from capital.services.ledger import (
    Posting,
    amount_fault,
    entry_post,
    entry_reverse,
    ledger_lock,
)
from core.audit import Actor
from core.errors import FieldProblem
from core.money import currency, format_money

SUPPLIER_PARTY = "purchases.supplier"
OLDEST_OPERATION = timedelta(days=3653)  # what is older is a typing mistake
OPERATION_SOURCE = "capital.operation"  # source_id: one UUID per operation


@transaction.atomic
def owner_contribution_record(
    *,
    actor: Actor,
    now: datetime,
    amount: Decimal,
    account: SystemAccount,
    memo: str = "",
    occurred_at: datetime | None = None,
) -> int:
    """The owner puts `amount` into cash or bank; returns the journal entry's id."""
    return _post(
        actor=actor,
        now=now,
        kind="owner_contribution",
        debit=Posting(account=account, debit=amount),
        credit=Posting(account=SystemAccount.OWNER_EQUITY, credit=amount),
        memo=memo,
        occurred_at=occurred_at,
    )


@transaction.atomic
def owner_withdrawal_record(
    *,
    actor: Actor,
    now: datetime,
    amount: Decimal,
    account: SystemAccount,
    memo: str = "",
    occurred_at: datetime | None = None,
) -> int:
    """The owner takes `amount` out of cash or bank; returns the journal entry's id.

    Raises InsufficientCapital if that would take money promised to orders, InsufficientFunds if
    the account holds less.
    """
    _refuse_faulty(amount)
    ledger_lock()
    refuse_beyond_capital(requested=amount)
    return _post(
        actor=actor,
        now=now,
        kind="owner_withdrawal",
        debit=Posting(account=SystemAccount.OWNER_DRAWINGS, debit=amount),
        credit=Posting(account=account, credit=amount),
        memo=memo,
        occurred_at=occurred_at,
    )


@transaction.atomic
def supplier_payment_record(
    *,
    actor: Actor,
    now: datetime,
    supplier_id: int,
    amount: Decimal,
    account: SystemAccount,
    memo: str = "",
    occurred_at: datetime | None = None,
) -> int:
    """Pay `amount` of what is owed to a supplier; returns the journal entry's id.

    Raises PaymentExceedsPayable (extra: owed), InsufficientFunds.
    """
    _refuse_faulty(amount)
    ledger_lock(accounts=[SystemAccount.PAYABLES])  # what is owed cannot change below
    owed = party_balance(
        SystemAccount.PAYABLES, party_type=SUPPLIER_PARTY, party_id=str(supplier_id)
    )
    if amount > owed:
        raise PaymentExceedsPayable(
            _("%(owed)s %(currency)s are owed to this supplier.")
            % {"owed": format_money(owed), "currency": currency()},
            extra={"owed": format_money(owed)},
        )
    return _post(
        actor=actor,
        now=now,
        kind="supplier_payment",
        debit=Posting(
            account=SystemAccount.PAYABLES,
            debit=amount,
            party_type=SUPPLIER_PARTY,
            party_id=str(supplier_id),
        ),
        credit=Posting(account=account, credit=amount),
        memo=memo,
        occurred_at=occurred_at,
    )


@transaction.atomic
def operation_reverse(*, actor: Actor, now: datetime, entry_id: int, reason: str) -> int:
    """Reverse an entry that people recorded here; returns the reversal's id.

    Entries of other documents (a receipt, a sale) move stock too and are undone there.

    Raises EntryNotFound, EntryBelongsToDocument and what entry_reverse raises.
    """
    source_type = (
        JournalEntry.objects.filter(pk=entry_id).values_list("source_type", flat=True).first()
    )
    if source_type is None:
        raise EntryNotFound
    if not source_type.startswith("capital."):
        raise EntryBelongsToDocument(extra={"source_type": source_type})
    return entry_reverse(actor=actor, now=now, entry_id=entry_id, reason=reason)


def _post(
    *,
    actor: Actor,
    now: datetime,
    kind: str,
    debit: Posting,
    credit: Posting,
    memo: str,
    occurred_at: datetime | None,
) -> int:
    _refuse_faulty(debit.debit)
    _refuse_implausible_moment(occurred_at, now=now)
    return entry_post(
        actor=actor,
        now=now,
        source_type=OPERATION_SOURCE,
        source_id=str(uuid4()),
        kind=kind,
        postings=[debit, credit],
        memo=memo,
        occurred_at=occurred_at,
    )


def _refuse_faulty(amount: Decimal) -> None:
    fault = amount_fault(amount)
    if fault:
        raise InvalidPosting(errors=[FieldProblem("amount", "invalid_amount", fault)])


def _refuse_implausible_moment(occurred_at: datetime | None, *, now: datetime) -> None:
    if occurred_at is None or now - OLDEST_OPERATION <= occurred_at <= now:
        return
    code = "in_the_future" if occurred_at > now else "too_long_ago"
    raise InvalidPosting(
        errors=[
            FieldProblem("occurred_at", code, _("Give a moment of the last ten years, not later."))
        ]
    )
