"""Expenses by category, and money moved between drawers and bank."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from capital.chart import SystemAccount
from capital.errors import CategoryNotFound, InvalidPosting
from capital.models import ExpenseCategory, OperationKind
from capital.selectors import liquid_account
from capital.services.commitments import refuse_beyond_capital
from capital.services.ledger import Posting, ledger_lock
from capital.services.recording import operation_post, refuse_faulty
from core.audit import Actor
from core.errors import FieldProblem

ZERO = Decimal(0)


@transaction.atomic
def expense_record(
    *,
    actor: Actor,
    now: datetime,
    category_id: int,
    amount: Decimal,
    account: str,
    tax: Decimal = ZERO,
    memo: str = "",
    occurred_at: datetime | None = None,
) -> int:
    """Pay an expense out of cash or bank; returns the journal entry's id.

    amount: money paid, tax included. tax: the part of it that is recoverable, 0 <= tax < amount.

    Raises CategoryNotFound, InvalidPosting, InsufficientCapital (money promised to orders),
    InsufficientFunds, OperationLimitExceeded, PeriodClosed.
    """
    refuse_faulty(amount)
    refuse_faulty(tax, field="tax", zero_allowed=True)
    if tax >= amount:
        raise InvalidPosting(
            errors=[FieldProblem("tax", "not_below_amount", _("The tax is a part of the amount."))]
        )
    category = _category(category_id)
    money = liquid_account(account)
    ledger_lock(accounts=[money.pk, category.account_id, SystemAccount.TAX_RECEIVABLE])
    refuse_beyond_capital(requested=amount)
    postings = [Posting(account=category.account_id, debit=amount - tax)]
    if tax:
        postings.append(Posting(account=SystemAccount.TAX_RECEIVABLE, debit=tax))
    return operation_post(
        actor=actor,
        now=now,
        kind=OperationKind.EXPENSE,
        amount=amount,
        postings=[*postings, Posting(account=money.pk, credit=amount)],
        memo=memo or category.name,
        occurred_at=occurred_at,
    )


@transaction.atomic
def transfer_record(
    *,
    actor: Actor,
    now: datetime,
    amount: Decimal,
    account: str,
    to_account: str,
    memo: str = "",
    occurred_at: datetime | None = None,
) -> int:
    """Move `amount` from `account` to `to_account`, drawers or bank; returns the entry's id.

    Raises InvalidPosting (also for the same account twice), InsufficientFunds,
    OperationLimitExceeded, PeriodClosed.
    """
    refuse_faulty(amount)
    source = liquid_account(account)
    target = liquid_account(to_account, field="to_account")
    if source.pk == target.pk:
        raise InvalidPosting(
            errors=[FieldProblem("to_account", "same_account", _("Give two different accounts."))]
        )
    ledger_lock(accounts=[source.pk, target.pk])
    return operation_post(
        actor=actor,
        now=now,
        kind=OperationKind.TRANSFER,
        amount=amount,
        postings=[
            Posting(account=target.pk, debit=amount),
            Posting(account=source.pk, credit=amount),
        ],
        memo=memo,
        occurred_at=occurred_at,
    )


def _category(category_id: int) -> ExpenseCategory:
    category = ExpenseCategory.objects.filter(pk=category_id).first()
    if category is None:
        raise CategoryNotFound
    if not category.is_active:
        raise InvalidPosting(
            errors=[
                FieldProblem(
                    "category_id", "inactive_category", _("The category is no longer in use.")
                )
            ]
        )
    return category
