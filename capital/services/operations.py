"""Money between the pharmacy and people: its owner, its suppliers, its customers.

`account` is always the system code ("cash", "bank") or the number of an account of cash or bank.
Nothing is ever edited: what was wrong is reversed.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from capital.chart import SystemAccount
from capital.errors import (
    EntryBelongsToDocument,
    EntryNotFound,
    PaymentExceedsPayable,
    ReceiptExceedsReceivable,
)
from capital.followers import SupplierPaid, payment_followers_call
from capital.models import JournalEntry, OperationKind
from capital.selectors import liquid_account, party_balance, policy_get
from capital.services.commitments import refuse_beyond_capital
from capital.services.ledger import ENTRY_SOURCE, Posting, entry_reverse, ledger_lock
from capital.services.limits import OPERATION_SOURCE
from capital.services.reconciliation import LINE_SOURCE
from capital.services.recording import operation_post, refuse_faulty
from core.audit import Actor
from core.models import local_date
from core.money import currency, format_money

SUPPLIER_PARTY = "purchases.supplier"
CUSTOMER_PARTY = "sales.customer"


@transaction.atomic
def owner_contribution_record(
    *,
    actor: Actor,
    now: datetime,
    amount: Decimal,
    account: str,
    memo: str = "",
    occurred_at: datetime | None = None,
) -> int:
    """The owner puts `amount` into cash or bank; returns the journal entry's id.

    Raises InvalidPosting, OperationLimitExceeded, PeriodClosed.
    """
    refuse_faulty(amount)
    money = liquid_account(account)
    ledger_lock(accounts=[money.pk, SystemAccount.OWNER_EQUITY])
    return operation_post(
        actor=actor,
        now=now,
        kind=OperationKind.OWNER_CONTRIBUTION,
        amount=amount,
        postings=[
            Posting(account=money.pk, debit=amount),
            Posting(account=SystemAccount.OWNER_EQUITY, credit=amount),
        ],
        memo=memo,
        occurred_at=occurred_at,
    )


@transaction.atomic
def owner_withdrawal_record(
    *,
    actor: Actor,
    now: datetime,
    amount: Decimal,
    account: str,
    memo: str = "",
    occurred_at: datetime | None = None,
) -> int:
    """The owner takes `amount` out of cash or bank; returns the journal entry's id.

    Raises InsufficientCapital if that would take money promised to orders (credit terms are for
    orders, not for the owner), InsufficientFunds if the account holds less, InvalidPosting,
    OperationLimitExceeded, PeriodClosed.
    """
    refuse_faulty(amount)
    money = liquid_account(account)
    ledger_lock(accounts=[money.pk, SystemAccount.OWNER_DRAWINGS])
    refuse_beyond_capital(requested=amount)
    return operation_post(
        actor=actor,
        now=now,
        kind=OperationKind.OWNER_WITHDRAWAL,
        amount=amount,
        postings=[
            Posting(account=SystemAccount.OWNER_DRAWINGS, debit=amount),
            Posting(account=money.pk, credit=amount),
        ],
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
    account: str,
    memo: str = "",
    occurred_at: datetime | None = None,
) -> int:
    """Pay `amount` of what is owed to a supplier; returns the journal entry's id.

    Raises PaymentExceedsPayable (extra: owed), InsufficientFunds, InvalidPosting,
    OperationLimitExceeded, PeriodClosed.
    """
    refuse_faulty(amount)
    money = liquid_account(account)
    ledger_lock(accounts=[money.pk, SystemAccount.PAYABLES])  # what is owed cannot change below
    party_id = str(supplier_id)
    owed = party_balance(SystemAccount.PAYABLES, party_type=SUPPLIER_PARTY, party_id=party_id)
    if amount > owed:
        raise PaymentExceedsPayable(
            _("%(owed)s %(currency)s are owed to this supplier.")
            % {"owed": format_money(owed), "currency": currency()},
            extra={"owed": format_money(owed)},
        )
    entry_id = operation_post(
        actor=actor,
        now=now,
        kind=OperationKind.SUPPLIER_PAYMENT,
        amount=amount,
        postings=[
            Posting(
                account=SystemAccount.PAYABLES,
                debit=amount,
                party_type=SUPPLIER_PARTY,
                party_id=party_id,
            ),
            Posting(account=money.pk, credit=amount),
        ],
        memo=memo,
        occurred_at=occurred_at,
    )
    payment_followers_call(
        SupplierPaid(
            actor=actor,
            now=now,
            entry_id=entry_id,
            supplier_id=supplier_id,
            amount=amount,
            day=local_date(occurred_at or now),
        )
    )
    return entry_id


@transaction.atomic
def customer_receipt_record(
    *,
    actor: Actor,
    now: datetime,
    party_id: str,
    amount: Decimal,
    account: str,
    party_type: str = CUSTOMER_PARTY,
    memo: str = "",
    occurred_at: datetime | None = None,
) -> int:
    """A customer, insurer or other debtor pays `amount`; returns the journal entry's id.

    It may exceed what he owes by the policy's `customer_credit_limit` in all: then the rest is
    money he has paid ahead.

    Raises ReceiptExceedsReceivable (extra: owed, allowed), InvalidPosting,
    OperationLimitExceeded, PeriodClosed.
    """
    refuse_faulty(amount)
    money = liquid_account(account)
    ledger_lock(accounts=[money.pk, SystemAccount.RECEIVABLES])
    owed = party_balance(SystemAccount.RECEIVABLES, party_type=party_type, party_id=party_id)
    allowed = owed + policy_get().customer_credit_limit
    if amount > allowed:
        raise ReceiptExceedsReceivable(
            _("%(owed)s %(currency)s are owed; at most %(allowed)s can be taken.")
            % {
                "owed": format_money(owed),
                "allowed": format_money(max(allowed, Decimal(0))),
                "currency": currency(),
            },
            extra={"owed": format_money(owed), "allowed": format_money(allowed)},
        )
    return operation_post(
        actor=actor,
        now=now,
        kind=OperationKind.CUSTOMER_RECEIPT,
        amount=amount,
        postings=[
            Posting(account=money.pk, debit=amount),
            Posting(
                account=SystemAccount.RECEIVABLES,
                credit=amount,
                party_type=party_type,
                party_id=party_id,
            ),
        ],
        memo=memo,
        occurred_at=occurred_at,
    )


@transaction.atomic
def operation_reverse(*, actor: Actor, now: datetime, entry_id: int, reason: str) -> int:
    """Reverse an entry that people recorded here; returns the reversal's id.

    So are entries that were missing when a bank statement came. Entries of other documents (a
    receipt, a sale, a cash session) are undone there.

    Raises EntryNotFound, EntryBelongsToDocument and what entry_reverse raises.
    """
    source_type = (
        JournalEntry.objects.filter(pk=entry_id).values_list("source_type", flat=True).first()
    )
    if source_type is None:
        raise EntryNotFound
    if source_type not in {OPERATION_SOURCE, ENTRY_SOURCE, LINE_SOURCE}:
        raise EntryBelongsToDocument(extra={"source_type": source_type})
    return entry_reverse(actor=actor, now=now, entry_id=entry_id, reason=reason)
