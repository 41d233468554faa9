"""The month of docs/flows/financial-reports.md, posted."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from itertools import count
from typing import Any

from capital.chart import SystemAccount as A
from capital.services.commitments import (
    commitment_consume,
    commitment_create,
    commitment_release,
)
from capital.services.ledger import Posting, entry_post, entry_reverse
from core.audit import SYSTEM

SUPPLIER = {"party_type": "purchases.supplier", "party_id": "7"}
CUSTOMER = {"party_type": "sales.customer", "party_id": "4"}
ORDER = {"source_type": "purchases.order", "source_id": "12"}
_numbers = count(1)


def on(month: int, day: int) -> datetime:
    return datetime(2026, month, day, 9, tzinfo=UTC)


def entry(moment: datetime, kind: str, *postings: Posting) -> int:
    return entry_post(
        actor=SYSTEM,
        now=moment,
        source_type="test.document",
        source_id=str(next(_numbers)),
        kind=kind,
        postings=postings,
    )


def debit(account: A, amount: int, **party: Any) -> Posting:
    return Posting(account=account, debit=Decimal(amount), **party)


def credit(account: A, amount: int, **party: Any) -> Posting:
    return Posting(account=account, credit=Decimal(amount), **party)


# fmt: off
def post_month() -> None:
    entry(on(2, 20), "stock_receipt",
          debit(A.INVENTORY, 350_000), credit(A.PAYABLES, 350_000, **SUPPLIER))
    entry(on(3, 1), "owner_contribution",
          debit(A.CASH, 2_000_000), credit(A.OWNER_EQUITY, 2_000_000))
    commitment_create(actor=SYSTEM, now=on(3, 3), amount=Decimal(450_000), **ORDER)
    entry(on(3, 8), "transfer", debit(A.BANK, 800_000), credit(A.CASH, 800_000))
    commitment_consume(actor=SYSTEM, now=on(3, 10), amount=Decimal(360_000),
                       document_type="purchases.receipt", document_id="3", **ORDER)
    entry(on(3, 10), "stock_receipt",
          debit(A.INVENTORY, 360_000), credit(A.PAYABLES, 360_000, **SUPPLIER))
    commitment_release(
        actor=SYSTEM, now=on(3, 10), reason="The rest was cancelled",
        source_type=ORDER["source_type"], source_id=ORDER["source_id"],
    )  # fmt: skip
    entry(on(3, 12), "supplier_payment",
          debit(A.PAYABLES, 310_000, **SUPPLIER), credit(A.CASH, 310_000))
    entry(on(3, 15), "sale", debit(A.CASH, 495_000),
          credit(A.SALES_REVENUE, 450_000), credit(A.TAX_PAYABLE, 45_000))
    entry(on(3, 15), "stock_issue",
          debit(A.COST_OF_GOODS_SOLD, 300_000), credit(A.INVENTORY, 300_000))
    entry(on(3, 18), "sale",
          debit(A.RECEIVABLES, 150_000, **CUSTOMER), credit(A.SALES_REVENUE, 150_000))
    entry(on(3, 18), "stock_issue",
          debit(A.COST_OF_GOODS_SOLD, 90_000), credit(A.INVENTORY, 90_000))
    entry(on(3, 22), "customer_receipt",
          debit(A.CASH, 60_000), credit(A.RECEIVABLES, 60_000, **CUSTOMER))
    entry(on(3, 25), "stock_write_off",
          debit(A.INVENTORY_LOSS, 20_000), credit(A.INVENTORY, 20_000))
    entry(on(3, 28), "expense", debit(A.EXPENSES, 100_000), credit(A.BANK, 100_000))
    entry(on(3, 30), "owner_withdrawal",
          debit(A.OWNER_DRAWINGS, 50_000), credit(A.CASH, 50_000))
    twice = entry(on(3, 31), "expense", debit(A.EXPENSES, 100_000), credit(A.BANK, 100_000))
    entry_reverse(actor=SYSTEM, now=on(3, 31), entry_id=twice, reason="Typed twice")
# fmt: on
