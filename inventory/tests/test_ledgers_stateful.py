"""Any history of stock and money keeps both ledgers in step, to the last digit.

A few hundred steps by hand, thousands where `CI` is set, as many as wanted by `make soak`.
"""

from decimal import Decimal

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import invariant, rule, run_state_machine_as_test

from capital.public import (
    EntryAlreadyReversed,
    InsufficientCapital,
    InsufficientFunds,
    Posting,
    SystemAccount,
    capital_summary,
    commitment_create,
    commitment_release,
    entry_post,
    entry_reverse,
    party_balance,
)
from core.audit import SYSTEM
from core.tests.effort import tries
from inventory.errors import (
    AlreadyBeingCounted,
    BatchAlreadyExists,
    CountEmpty,
    CountNotPostable,
    InvalidBatchEvent,
    MergeRefused,
)
from inventory.models import Batch, BatchStatus, Product, StockCountLine, StockMovement
from inventory.services.batches import batch_correct, batch_recall_lift
from inventory.services.merging import products_merge
from inventory.services.recalls import batches_recall
from inventory.tests.counting import approve, finish, started, state_of, tally
from inventory.tests.stock import in_days, product
from inventory.tests.stock_machine import ITEMS, ORDERS, PICKS, REFUSALS, Stock

AMOUNTS = st.decimals(1, 50_000, places=2)
SUPPLIER = {"party_type": "purchases.supplier", "party_id": "1"}


class BothLedgers(Stock):
    """Stock with counts, recalls, corrections and merges, beside money that comes and goes."""

    refusals = (
        *REFUSALS, AlreadyBeingCounted, BatchAlreadyExists, CountEmpty, CountNotPostable,
        EntryAlreadyReversed, InsufficientCapital, InsufficientFunds, InvalidBatchEvent,
        MergeRefused,
    )  # fmt: skip

    def __init__(self):
        super().__init__()
        self.entries = []
        self.promises = []

    # --- Stock ---------------------------------------------------------------------------------

    @rule(found=st.lists(st.integers(0, 40), min_size=1, max_size=4))
    def count(self, found):
        counter, approver = self.people

        def work():
            generous = {"tolerance_units": 10**6, "tolerance_percent": Decimal(100)}
            count_id = started(counter, **generous)
            lines = StockCountLine.objects.filter(count_id=count_id).values_list("line", flat=True)
            tally(counter, count_id, *zip(sorted(lines), found, strict=False))
            finish(counter, count_id, uncounted="skip")
            approve(approver, count_id)
            assert state_of(count_id) == "posted"

        self.attempt(work)

    @rule(pick=PICKS)
    def recall(self, pick):
        if (level := self.level(pick)) and level.batch.status != BatchStatus.RECALLED:
            batches_recall(
                actor=SYSTEM, now=timezone.now(), reason="Particles", batch_ids=[level.batch_id]
            )
            assert Batch.objects.get(pk=level.batch_id).status == BatchStatus.RECALLED

    @rule(pick=PICKS)
    def lift_the_recall(self, pick):
        if (level := self.level(pick)) and level.batch.status == BatchStatus.RECALLED:
            batch_recall_lift(
                actor=SYSTEM, now=timezone.now(), batch_id=level.batch_id, reason="Lifted"
            )

    @rule(pick=PICKS, days=st.one_of(st.none(), st.integers(-1, 60)))
    def correct(self, pick, days):
        if level := self.level(pick):
            self.attempt(
                lambda: batch_correct(
                    actor=SYSTEM,
                    now=timezone.now(),
                    batch_id=level.batch_id,
                    number=level.batch.number,
                    expiry_date=None if days is None else in_days(days),
                    reason="Read wrongly",
                )
            )

    @rule(kept=ITEMS, merged=ITEMS)
    def merge(self, kept, merged):
        if kept == merged:
            return
        gone = self.items[merged]
        self.attempt(
            lambda: products_merge(
                actor=SYSTEM,
                now=timezone.now(),
                kept_id=self.items[kept],
                merged_id=gone,
                reason="The same box",
            )
        )
        if Product.objects.get(pk=gone).lifecycle == "archived":
            self.items[merged] = product()

    # --- Money ---------------------------------------------------------------------------------

    def post(self, debit, credit, amount, **party):
        entry = self.attempt(
            lambda: entry_post(
                actor=SYSTEM,
                now=timezone.now(),
                source_type="tests.money",
                source_id=self.source(),
                kind="test",
                postings=[
                    Posting(account=debit, debit=amount, **party),
                    Posting(account=credit, credit=amount),
                ],
            )
        )
        if entry:
            self.entries.append(entry)

    @rule(amount=AMOUNTS)
    def earn(self, amount):
        self.post(SystemAccount.CASH, SystemAccount.SALES_REVENUE, amount)

    @rule(amount=AMOUNTS)
    def spend(self, amount):
        self.post(SystemAccount.EXPENSES, SystemAccount.CASH, amount)

    @rule(share=st.integers(1, 4))
    def pay_the_supplier(self, share):
        owed = party_balance(SystemAccount.PAYABLES, **SUPPLIER)
        if (amount := (owed / share).quantize(Decimal("0.01"))) > 0:
            self.post(SystemAccount.PAYABLES, SystemAccount.CASH, min(amount, owed), **SUPPLIER)

    @rule(pick=PICKS)
    def reverse(self, pick):
        if self.entries:
            entry = self.entries[pick % len(self.entries)]
            self.attempt(
                lambda: entry_reverse(
                    actor=SYSTEM, now=timezone.now(), entry_id=entry, reason="Mistake"
                )
            )

    @rule(amount=AMOUNTS)
    def promise(self, amount):
        source, before = self.source(), capital_summary()
        if self.attempt(
            lambda: commitment_create(
                actor=SYSTEM, now=timezone.now(), source_type="tests.promise", source_id=source,
                amount=amount,
            )
        ):  # fmt: skip
            self.promises.append(source)
            assert capital_summary().available == before.available - amount >= 0
        else:
            assert amount > before.available

    @rule(pick=ORDERS)
    def release_a_promise(self, pick):
        if self.promises:
            commitment_release(
                actor=SYSTEM,
                now=timezone.now(),
                source_type="tests.promise",
                source_id=self.promises[pick % len(self.promises)],
                reason="Not needed",
            )

    @invariant()
    def money_adds_up(self):
        summary = capital_summary()
        assert summary.cash >= 0
        assert summary.bank >= 0
        assert summary.available == summary.liquid - summary.committed
        movements = StockMovement.objects.values_list("value", flat=True)
        assert summary.stock_at_cost == sum(movements, Decimal(0))


@pytest.mark.slow
@pytest.mark.hypothesis
class LedgersTest(TestCase):
    def test_any_history_keeps_stock_and_money_in_step(self):
        run_state_machine_as_test(
            BothLedgers,
            settings=settings(
                max_examples=tries(20, soak=5_000),
                stateful_step_count=tries(25, soak=200),
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
