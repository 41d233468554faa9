"""Ledgers in the states tests need, made through the services."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from itertools import count

from capital.chart import SystemAccount
from capital.services.ledger import Posting, entry_post
from core.audit import SYSTEM, Actor

_sources = count(1)


def post(
    debit: SystemAccount,
    credit: SystemAccount,
    amount: str | int | Decimal,
    *,
    now: datetime,
    actor: Actor = SYSTEM,
    **overrides: object,
) -> int:
    """One two-line entry from a source of its own; returns its id."""
    arguments: dict[str, object] = {
        "source_type": "test.document",
        "source_id": str(next(_sources)),
        "kind": "test",
        **overrides,
    }
    return entry_post(
        actor=actor,
        now=now,
        postings=[
            Posting(account=debit, debit=Decimal(amount)),
            Posting(account=credit, credit=Decimal(amount)),
        ],
        **arguments,  # type: ignore[arg-type]
    )


def put_in(amount: str | int | Decimal, *, now: datetime) -> int:
    """The owner puts `amount` into the cash drawer."""
    return post(SystemAccount.CASH, SystemAccount.OWNER_EQUITY, amount, now=now)
