"""The figures of docs/flows/capital-postings.md, step by step."""

from __future__ import annotations

from decimal import Decimal

import pytest

from capital.chart import SystemAccount
from capital.models import JournalEntry
from capital.selectors import capital_summary, trial_balance
from capital.services.commitments import (
    commitment_consume,
    commitment_create,
    commitment_release,
)
from capital.services.ledger import Posting, entry_post
from capital.services.operations import (
    SUPPLIER_PARTY,
    owner_contribution_record,
    supplier_payment_record,
)
from capital.tests.factories import post
from core.audit import SYSTEM

ORDER = {"source_type": "purchases.order", "source_id": "1"}


def figures() -> tuple[Decimal, ...]:
    summary = capital_summary()
    return (
        summary.cash,
        summary.stock_at_cost,
        summary.payables,
        summary.committed,
        summary.available,
    )


@pytest.mark.django_db
def test_the_worked_example_of_the_documentation_is_what_happens(now):
    by = {"actor": SYSTEM, "now": now}

    owner_contribution_record(**by, amount=Decimal(2_000_000), account=SystemAccount.CASH)
    assert figures() == (2_000_000, 0, 0, 0, 2_000_000)

    commitment_create(**by, **ORDER, amount=Decimal(450_000))
    assert figures() == (2_000_000, 0, 0, 450_000, 1_550_000)

    entry_post(
        **by,
        source_type="purchases.goods_receipt",
        source_id="1",
        kind="stock_receipt",
        postings=[
            Posting(account=SystemAccount.INVENTORY, debit=Decimal(360_000)),
            Posting(
                account=SystemAccount.PAYABLES,
                credit=Decimal(360_000),
                party_type=SUPPLIER_PARTY,
                party_id="7",
            ),
        ],
    )
    commitment_consume(**by, **ORDER, amount=Decimal(360_000))
    assert figures() == (2_000_000, 360_000, 360_000, 90_000, 1_910_000)

    commitment_release(**by, **ORDER, reason="the rest is not available")
    assert figures() == (2_000_000, 360_000, 360_000, 0, 2_000_000)

    supplier_payment_record(
        **by, supplier_id=7, amount=Decimal(180_000), account=SystemAccount.CASH
    )
    assert figures() == (1_820_000, 360_000, 180_000, 0, 1_820_000)

    post(SystemAccount.COST_OF_GOODS_SOLD, SystemAccount.INVENTORY, 90_000, now=now)
    post(SystemAccount.CASH, SystemAccount.SALES_REVENUE, 120_000, now=now)
    assert figures() == (1_940_000, 270_000, 180_000, 0, 1_940_000)
    assert capital_summary().available_after_payables == 1_760_000

    balance = trial_balance()
    stands = {
        row.account.system_code: (row.debit_balance, row.credit_balance)
        for row in balance.rows
        if row.debit_balance or row.credit_balance
    }
    assert stands == {
        "cash": (1_940_000, 0),
        "inventory": (270_000, 0),
        "payables": (0, 180_000),
        "owner_equity": (0, 2_000_000),
        "sales_revenue": (0, 120_000),
        "cost_of_goods_sold": (90_000, 0),
    }
    assert balance.debit_total == balance.credit_total == 2_300_000
    assert JournalEntry.objects.order_by("id").last().number == "JE-2026-000005"
