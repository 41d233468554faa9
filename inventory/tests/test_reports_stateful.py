"""A report as of any past moment is what the levels were at that moment."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from core.audit import SYSTEM
from core.tests.effort import tries
from inventory.errors import InsufficientStock
from inventory.models import ProductStock, StockLevel
from inventory.records import AdjustmentLine, IssueLine, ReceiptLine
from inventory.reports.clock import Clock
from inventory.reports.flows import movements
from inventory.reports.holdings import Chosen, ageing, expiry_calendar, stock_on_hand, valuation
from inventory.selectors.alerts import limits
from inventory.services.documents import stock_adjust, stock_issue_by_hand, stock_receive_by_hand
from inventory.tests.stock import in_days, product

ITEMS = st.integers(0, 2)
LATE = st.sampled_from([0, 0, 0, 3600, 86_400])  # seconds entered after it happened
ALL = Chosen()


def levels_now():
    return {
        (level.batch_id, level.location_id): (level.quantity, level.value)
        for level in StockLevel.objects.filter(quantity__gt=0)
    }


def levels_reported(clock):
    return {
        (row["batch_id"], row["location_id"]): (row["quantity"], row["value"])
        for row in stock_on_hand(clock, ALL).rows
    }


class History(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.scope = transaction.atomic()
        self.scope.__enter__()
        self.items = [product() for _ in range(3)]
        self.snapshots = []

    def teardown(self):
        try:
            for moment, levels, totals in self.snapshots:
                self.compare(moment, levels, totals)
            now = timezone.now()
            assert levels_reported(Clock(as_of=now)) == levels_now()
        finally:
            transaction.set_rollback(True)
            self.scope.__exit__(None, None, None)

    def compare(self, moment, levels, totals):
        clock = Clock(as_of=moment, known_at=moment)
        assert levels_reported(clock) == levels
        worth = sum((value for _, value in levels.values()), Decimal(0))
        quantity = sum(quantity for quantity, _ in levels.values())
        for by in ("product", "batch", "location", "category", "expiry_band"):
            report = valuation(clock, ALL, by=by, method="batch_cost", limits=limits())
            assert report.rows.totals == {"quantity": quantity, "value": worth}
            averaged = valuation(clock, ALL, by=by, method="weighted_average", limits=limits())
            assert averaged.rows.totals["quantity"] == quantity
        by_product = valuation(clock, ALL, by="product", method="batch_cost", limits=limits())
        assert {int(row["key"]): (row["quantity"], row["value"]) for row in by_product.rows} == {
            pk: figures for pk, figures in totals.items() if figures[0]
        }
        for report in (ageing(clock, ALL), expiry_calendar(clock, ALL, step="month")):
            assert report.rows.totals["value"] == worth
            assert report.rows.totals["quantity"] == quantity
        since = moment - timedelta(seconds=30)
        moved = movements(clock, ALL, since=since, by="batch").rows
        assert moved.totals["closing_value"] == worth
        for row in moved:
            for figure in ("quantity", "value"):
                came, went = row[f"{figure}_in"], row[f"{figure}_out"]
                assert row[f"opening_{figure}"] + came - went == row[f"closing_{figure}"]

    @rule(item=ITEMS, days=st.sampled_from([None, 1, 45, 400]), quantity=st.integers(1, 20),
          cost=st.decimals(0, 5000, places=2), late=LATE)  # fmt: skip
    def receive(self, item, days, quantity, cost, late):
        now = timezone.now()
        line = ReceiptLine(
            line=0,
            product_id=self.items[item],
            batch_number=f"B{days}",
            expiry_date=None if days is None else in_days(days),
            quantity=quantity,
            total_cost=cost,
        )
        stock_receive_by_hand(
            actor=SYSTEM, now=now, reason="gift", lines=[line],
            occurred_at=now - timedelta(seconds=late),
        )  # fmt: skip

    @rule(item=ITEMS, quantity=st.integers(1, 20), late=LATE)
    def issue(self, item, quantity, late):
        now = timezone.now()
        line = IssueLine(line=0, product_id=self.items[item], quantity=quantity)
        try:
            with transaction.atomic():
                stock_issue_by_hand(
                    actor=SYSTEM, now=now, reason="internal_use", lines=[line],
                    occurred_at=now - timedelta(seconds=late),
                )  # fmt: skip
        except InsufficientStock:
            return

    @rule(pick=st.integers(0, 50), quantity=st.integers(-5, 5).filter(bool))
    def adjust(self, pick, quantity):
        levels = list(StockLevel.objects.filter(quantity__gt=0).order_by("pk"))
        if not levels:
            return
        level = levels[pick % len(levels)]
        line = AdjustmentLine(
            line=0, batch_id=level.batch_id, quantity=max(quantity, -level.quantity)
        )
        stock_adjust(actor=SYSTEM, now=timezone.now(), reason="correction", lines=[line])

    @rule()
    def remember(self):
        moment = timezone.now()
        totals = {
            row.pk: (row.on_hand, row.value) for row in ProductStock.objects.filter(on_hand__gt=0)
        }
        self.snapshots.append((moment, levels_now(), totals))


@pytest.mark.slow
@pytest.mark.hypothesis
class HistoryTest(TestCase):
    def test_reports_of_any_moment_are_what_the_levels_were(self):
        run_state_machine_as_test(
            History,
            settings=settings(
                max_examples=tries(10, soak=200),
                stateful_step_count=15,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
