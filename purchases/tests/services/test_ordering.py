"""An approved proposal becomes one order, and one receipt, however often workers come and die."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
import redis
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from capital.public import balances_check, capital_summary
from core.models import DocumentSeries, OutboxEvent
from purchases.models import GoodsReceipt, Proposal, PurchaseOrder
from purchases.selectors.waiting import proposals_to_apply
from purchases.services.orders.ordering import order_cancel, order_place, proposal_apply
from purchases.services.receipts.receipts import order_receive_at_once
from purchases.tasks import apply_proposal, sweep_approved
from purchases.tests.factories import (
    SupplierFactory,
    approved_proposal,
    submitted_proposal,
)
from purchases.tests.lower import JournalEntry, StockLevel, StockMovement
from purchases.tests.snapshots import everything

pytestmark = pytest.mark.django_db


def immediate_proposal() -> Proposal:
    return approved_proposal(
        supplier=SupplierFactory(immediate=True), need=14, price=100, deal="1+6"
    )


def expect_applied_once(proposal: Proposal) -> None:
    """Exactly one order, one receipt, one movement, one debt, and the proposal closed once."""
    proposal.refresh_from_db()
    assert (proposal.state, proposal.closed_at is not None) == ("closed", True)
    states = proposal.changes.order_by("pk").values_list("after__state", flat=True)
    assert list(states)[-2:] == ["ordered", "closed"]
    assert len(set(states)) == len(states)
    order = PurchaseOrder.objects.get(proposal=proposal)
    assert order.state == "received"
    receipt = GoodsReceipt.objects.get(order=order)
    assert receipt.automatic
    assert receipt.total == Decimal(1200)
    level = StockLevel.objects.get()
    assert (level.quantity, level.value) == (14, Decimal(1200))
    assert StockMovement.objects.count() == 1
    assert capital_summary().payables == 1200
    assert capital_summary().committed == 0
    assert JournalEntry.objects.filter(source_type="purchases.goods_receipt").count() == 1
    assert OutboxEvent.objects.filter(name="purchases.order_placed").count() == 1
    assert OutboxEvent.objects.filter(name="purchases.goods_received").count() == 1
    assert sorted(
        DocumentSeries.objects.filter(series__in=["PO", "GRN"]).values_list(
            "last_number", flat=True
        )
    ) == [1, 1]
    assert balances_check() == []


def test_an_order_repeats_the_proposal_in_base_units():
    proposal = approved_proposal(need=140, purchase_units=10, price=100, deal="1+6")
    order = order_place(now=timezone.now(), proposal_id=proposal.pk)
    line = order.lines.get()
    assert (line.bought_quantity, line.free_quantity) == (120, 20)
    assert (line.amount, order.total) == (Decimal(1200), Decimal(1200))
    assert order.number.startswith("PO-")
    proposal.refresh_from_db()
    assert (proposal.state, proposal.ordered_at is not None) == ("ordered", True)


def test_an_immediate_supplier_is_received_with_batch_and_expiry_unknown():
    proposal = immediate_proposal()
    apply_proposal(proposal.pk)
    expect_applied_once(proposal)
    line = GoodsReceipt.objects.get().lines.get()
    assert (line.batch_number, line.expiry_date) == ("", None)
    assert line.flags == ["batch_unknown", "expiry_unknown"]


def test_an_ordinary_supplier_is_ordered_and_not_received():
    proposal = approved_proposal()
    apply_proposal(proposal.pk)
    assert PurchaseOrder.objects.get().state == "open"
    assert not GoodsReceipt.objects.exists()


def test_applying_again_changes_nothing():
    proposal = immediate_proposal()
    apply_proposal(proposal.pk)
    before = everything()
    apply_proposal(proposal.pk)
    sweep_approved()
    assert everything() == before


def test_a_proposal_that_is_not_approved_is_left_alone():
    proposal = submitted_proposal()
    before = everything()
    apply_proposal(proposal.pk)
    apply_proposal(999_999)
    assert everything() == before


def test_an_order_cancelled_before_its_immediate_receipt_is_not_received(pharmacist):
    proposal = immediate_proposal()
    order = order_place(now=timezone.now(), proposal_id=proposal.pk)
    order_cancel(actor=pharmacist, now=timezone.now(), order_id=order.pk, reason="wrong supplier")
    before = everything()
    proposal_apply(now=timezone.now(), proposal_id=proposal.pk)
    assert everything() == before


def test_the_sweeper_finds_both_steps_a_dead_worker_may_have_left():
    untouched, half_done, done = immediate_proposal(), immediate_proposal(), immediate_proposal()
    order_place(now=timezone.now(), proposal_id=half_done.pk)
    proposal_apply(now=timezone.now(), proposal_id=done.pk)
    later = timezone.now() + timedelta(minutes=1)
    assert proposals_to_apply(before=later) == [untouched.pk, half_done.pk]
    assert proposals_to_apply(before=timezone.now() - timedelta(minutes=1)) == []


@pytest.mark.django_db(transaction=True)
def test_an_approval_kicks_a_worker_once_it_is_committed():
    client = redis.Redis.from_url(settings.REDIS_URL)
    queue = f"{settings.REDIS_KEY_PREFIX}:celery"
    client.delete(queue)
    proposal = immediate_proposal()
    messages = [message for message in client.lrange(queue, 0, -1) if b"apply_proposal" in message]
    client.close()
    assert len(messages) == 1
    assert Proposal.objects.get(pk=proposal.pk).state == "approved"


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_apply_once(together):
    proposal = immediate_proposal()
    results = together([partial(apply_proposal, proposal.pk) for _ in range(4)])
    assert results == [None] * 4
    expect_applied_once(proposal)


# Where a worker is when it dies: each name is a table whose rows the test holds, so that the
# process stands still exactly there, in the middle of its transaction.
HELD = {
    "before the order, at the proposal": "SELECT * FROM purchases_proposal FOR UPDATE",
    "in the order, at the proposal's history": "LOCK TABLE purchases_proposalchange IN SHARE MODE",
    "in the order, at its number": (
        "INSERT INTO core_documentseries (series, fiscal_year, last_number)"
        " VALUES ('PO', {year}, 0)"
    ),
    "after the order, before the receipt": "LOCK TABLE purchases_goodsreceipt IN SHARE MODE",
    "in the receipt, at the goods on their way": "SELECT * FROM inventory_incoming FOR UPDATE",
    "in the receipt, at the stock": "LOCK TABLE inventory_stocklevel IN SHARE MODE",
    "in the receipt, at the money": "LOCK TABLE capital_journalentry IN SHARE MODE",
    "in the receipt, at the commitment": "SELECT * FROM capital_commitment FOR UPDATE",
    "in the receipt, at its event": ("LOCK TABLE purchases_goodsreceiptline IN SHARE MODE"),
    "at the very end, at the audit": "LOCK TABLE core_auditentry IN SHARE MODE",
}


def url_of_the_test_database() -> str:
    parts = urlsplit(os.environ["DATABASE_URL"])
    return urlunsplit(parts._replace(path=f"/{connection.settings_dict['NAME']}"))


def worker_process(proposal_id):
    return subprocess.Popen(
        [sys.executable, "-m", "purchases.tests.crashing", str(proposal_id)],
        cwd=Path(settings.BASE_DIR),
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings.test",
            "DATABASE_URL": url_of_the_test_database(),
        },
        stdout=subprocess.PIPE,
        text=True,
    )


def wait_until_it_waits(process):
    """Until some other session of this database waits for a lock we hold."""
    assert process.stdout.readline().strip() == "started"
    for _ in range(200):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND wait_event_type = 'Lock' AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
            )
            if cursor.fetchone()[0]:
                return
        time.sleep(0.05)
    raise AssertionError(f"the worker never got there; it ended with {process.poll()}")


def killed_at(held, proposal):
    """A worker applies the proposal and is killed where it waits for what the SQL holds."""
    process = worker_process(proposal.pk)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(held)
            wait_until_it_waits(process)
            process.send_signal(signal.SIGKILL)
            process.wait(timeout=10)
            transaction.set_rollback(True)
    finally:
        process.kill()
        process.wait(timeout=10)
        process.stdout.close()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("place", HELD)
def test_a_worker_killed_anywhere_loses_nothing_and_does_nothing_twice(place):
    proposal = immediate_proposal()
    killed_at(HELD[place].format(year=timezone.now().year), proposal)
    assert not GoodsReceipt.objects.exists()
    sweep_finds = proposals_to_apply(before=timezone.now() + timedelta(seconds=1))
    assert sweep_finds == [proposal.pk]
    for proposal_id in sweep_finds:
        apply_proposal(proposal_id)
    expect_applied_once(proposal)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_while_it_closes_the_proposal_leaves_the_receipt_undone_too():
    proposal = immediate_proposal()
    order_place(now=timezone.now(), proposal_id=proposal.pk)
    killed_at("LOCK TABLE purchases_proposalchange IN SHARE MODE", proposal)
    proposal.refresh_from_db()
    assert (proposal.state, proposal.order.state) == ("ordered", "open")
    assert not GoodsReceipt.objects.exists()
    apply_proposal(proposal.pk)
    expect_applied_once(proposal)


def test_receiving_at_once_is_only_for_orders_marked_so(pharmacist):
    proposal = approved_proposal()
    order = order_place(now=timezone.now(), proposal_id=proposal.pk)
    assert order_receive_at_once(now=timezone.now(), order_id=order.pk) is None
    assert not GoodsReceipt.objects.exists()
