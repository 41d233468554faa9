"""Any sequence of receipts, issues and adjustments keeps both ledgers in step."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from capital.public import capital_summary
from core.audit import SYSTEM
from inventory.errors import InsufficientStock
from inventory.models import Batch, StockLevel
from inventory.records import AdjustmentLine
from inventory.selectors.reconciliation import differences
from inventory.services.documents import stock_adjust
from inventory.tests.stock import in_days, issue, product, receive, today

ITEMS = st.integers(0, 2)
QUANTITIES = st.integers(1, 30)
COSTS = st.decimals(0, 5000, places=2)
EXPIRIES = st.one_of(st.none(), st.sampled_from([0, 1, 45, 400]))


class Stock(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.scope = transaction.atomic()
        self.scope.__enter__()
        self.items = [product() for _ in range(3)]

    def teardown(self):
        transaction.set_rollback(True)
        self.scope.__exit__(None, None, None)

    @rule(item=ITEMS, days=EXPIRIES, quantity=QUANTITIES, cost=COSTS)
    def receive(self, item, days, quantity, cost):
        expiry = None if days is None else in_days(days)
        receive((self.items[item], f"B{days}", expiry, quantity, cost))

    @rule(item=ITEMS, quantity=QUANTITIES)
    def issue(self, item, quantity):
        try:
            effects = issue((self.items[item], quantity))
        except InsufficientStock:
            return
        assert sum(effect.quantity for effect in effects) == quantity
        for effect in effects:
            expiry = Batch.objects.get(pk=effect.batch_id).expiry_date
            assert expiry is None or expiry >= today()

    @rule(quantity=st.integers(-20, 20).filter(bool), pick=st.integers(0, 50))
    def adjust(self, quantity, pick):
        levels = list(StockLevel.objects.filter(quantity__gt=0).order_by("pk"))
        if not levels:
            return
        level = levels[pick % len(levels)]
        reason = "correction" if quantity > 0 else "damage"
        line = AdjustmentLine(line=0, batch_id=level.batch_id, quantity=quantity)
        try:
            with transaction.atomic():
                stock_adjust(actor=SYSTEM, now=datetime.now(UTC), reason=reason, lines=[line])
        except InsufficientStock:
            assert level.quantity < -quantity

    @invariant()
    def the_ledgers_agree_to_the_last_digit(self):
        assert differences() == []
        levels = StockLevel.objects.all()
        assert capital_summary().stock_at_cost == sum((x.value for x in levels), Decimal(0))
        assert all(x.quantity >= 0 and (x.quantity or not x.value) for x in levels)


@pytest.mark.slow
class StockTest(TestCase):
    def test_any_history_keeps_stock_and_money_in_step(self):
        run_state_machine_as_test(
            Stock,
            settings=settings(
                max_examples=25,
                stateful_step_count=15,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
