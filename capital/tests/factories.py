"""Ledgers in the states tests need, made through the services."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from itertools import count

from django.utils import timezone

from capital.chart import SystemAccount
from capital.models import Account, CashDrawer
from capital.services.accounts import account_create
from capital.services.drawers import drawer_create
from capital.services.ledger import Posting, entry_post
from core.audit import SYSTEM, Actor

_sources = count(1)


def post(
    debit: SystemAccount | int,
    credit: SystemAccount | int,
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


def post_owed(debit: SystemAccount, amount: int, *, party_id: str) -> int:
    """Something bought from a supplier on credit; returns the entry's id."""
    party = {"party_type": "purchases.supplier", "party_id": party_id}
    return entry_post(
        actor=SYSTEM,
        now=timezone.now(),
        source_type="test.document",
        source_id=str(next(_sources)),
        kind="stock_receipt",
        postings=[
            Posting(account=debit, debit=Decimal(amount)),
            Posting(account=SystemAccount.PAYABLES, credit=Decimal(amount), **party),  # type: ignore[arg-type]
        ],
    )


def own_account(below: str, code: str | None = None, *, now: datetime | None = None) -> Account:
    """A new account of the pharmacy's own below a system account ("own cash": below cash)."""
    group = Account.objects.get(system_code=below.removeprefix("own "))
    return account_create(
        actor=SYSTEM,
        now=now or timezone.now(),
        parent_id=group.pk,
        code=f"{group.code}-{next(_sources)}" if code is None else code,
        name_en=f"Own {group.name_en}",
        name_ar=f"{group.name_ar} خاص",
    )


def drawer(code: str, *, now: datetime, kind: str = "till", holding: str | int = 0) -> CashDrawer:
    """A drawer with its own account, holding money the owner has put in."""
    made = drawer_create(actor=SYSTEM, now=now, code=code, name=f"Drawer {code}", kind=kind)
    if holding:
        post(made.account_id, SystemAccount.OWNER_EQUITY, holding, now=now)
    return made
