"""Counting while everybody else works, on real connections; a process that dies while posting."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from core import audit
from core.audit import Actor
from core.tests.crashing import KILLED, run_killed_at
from core.tests.threads import together
from inventory.errors import AlreadyBeingCounted, CountStateRefused, InsufficientStock
from inventory.models import (
    StockCount,
    StockCountLine,
    StockDocument,
    StockLevel,
    StockMovement,
)
from inventory.selectors.reconciliation import differences
from inventory.services.counts.planning import count_start
from inventory.services.ledger import stock_lock
from inventory.tests.counting import (
    approve,
    finish,
    in_review,
    person,
    planned,
    started,
    state_of,
    tally,
)
from inventory.tests.stock import in_days, issue, product, receive

pytestmark = pytest.mark.django_db(transaction=True)


def stocked(quantity=100, *batches):
    item = product()
    receive(*[(item, batch, in_days(90 + n), quantity, 10 * quantity)
              for n, batch in enumerate(batches or ("A",))])  # fmt: skip
    return item


def look_and_tally(counter, count_id, item, line, missing):
    """Somebody at the shelf: what is there that moment, `missing` of which nobody knew."""
    with transaction.atomic():
        stock_lock([item])
        batch = StockCountLine.objects.get(count_id=count_id, line=line).batch_id
        there = StockLevel.objects.get(batch_id=batch).quantity - missing
        tally(counter, count_id, (line, there))


def test_sales_and_receipts_while_counting_and_posting_leave_what_is_really_there():
    items = [stocked() for _ in range(4)]
    counter, approver = person(), person()
    count_id = started(counter, tolerance_units=1000, tolerance_percent=100)
    line_of = {
        line.batch.product_id: line.line for line in StockCountLine.objects.select_related("batch")
    }
    outcomes = together(
        [lambda item=item: issue((item, 1)) for item in items for _ in range(4)]
        + [lambda item=item: receive((item, "A", in_days(90), 7, 70)) for item in items]
        + [
            lambda item=item: look_and_tally(counter, count_id, item, line_of[item], missing=3)
            for item in items
        ]
    )
    assert [one for one in outcomes if isinstance(one, Exception)] == []
    finish(counter, count_id)
    outcomes = together(
        [lambda: approve(approver, count_id)]
        + [lambda item=item: issue((item, 1)) for item in items for _ in range(3)]
    )
    assert [one for one in outcomes if isinstance(one, Exception)] == []
    assert set(StockLevel.objects.values_list("quantity", flat=True)) == {100 - 4 + 7 - 3 - 3}
    assert differences() == []


def test_of_two_approvers_at_once_one_posts():
    stocked()
    count_id = in_review(person(), (1, 90))
    approvers = [person() for _ in range(4)]
    outcomes = together([lambda who=who: approve(who, count_id) for who in approvers])
    assert sum(isinstance(outcome, CountStateRefused) for outcome in outcomes) == 3
    assert StockDocument.objects.count() == 1
    assert StockLevel.objects.get().quantity == 90
    assert differences() == []


def test_of_two_counts_of_the_same_goods_one_begins():
    stocked()
    who = person()
    counts = [planned(who) for _ in range(3)]
    outcomes = together(
        [
            lambda count_id=count_id: count_start(actor=who, now=timezone.now(), count_id=count_id)
            for count_id in counts
        ]
    )
    assert sum(isinstance(outcome, AlreadyBeingCounted) for outcome in outcomes) == 2
    assert StockCountLine.objects.count() == 1


def test_counters_of_one_line_add_up():
    stocked()
    count_id = started(person())
    tally(person(), count_id, (1, 0))
    counters = [person() for _ in range(6)]
    together([lambda who=who: tally(who, count_id, (1, 7), add=True) for who in counters])
    assert StockCountLine.objects.get().counted == 42


def test_last_units_go_to_a_buyer_or_to_the_count_never_to_both():
    item = stocked(5)
    count_id = in_review(person(), (1, 0))
    approver = person()
    outcomes = together([lambda: approve(approver, count_id), lambda: issue((item, 5))])
    assert sum(isinstance(outcome, Exception) for outcome in outcomes) == 1
    assert any(
        isinstance(outcome, InsufficientStock) or getattr(outcome, "code", "").startswith("count_")
        for outcome in outcomes
    )
    assert StockLevel.objects.get().quantity == 0
    assert differences() == []


# --- Killed while posting ------------------------------------------------------------------------


def post(argument: str) -> None:
    """Approves; runs in the process that is killed."""
    count_id, user_id = argument.split(":")
    approve(Actor(id=int(user_id), label="killed"), int(count_id))


@pytest.mark.slow
@pytest.mark.parametrize("statement", [2, 6, 10, 14, 18, 22, 26, 30])
def test_process_killed_while_posting_has_posted_nothing_and_the_next_posts_once(statement):
    stocked(100, "A", "B", "C")
    approver = person()
    count_id = in_review(person(), (1, 90), (2, 120), (3, 100))
    before = StockMovement.objects.count()
    argument = f"{count_id}:{approver.id}"
    assert run_killed_at(statement, "inventory.tests.test_counts_together", "post",
                         argument) == KILLED  # fmt: skip
    assert (state_of(count_id), StockMovement.objects.count()) == ("review", before)
    approve(approver, count_id)
    assert StockMovement.objects.count() == before + 2
    assert sorted(StockLevel.objects.values_list("quantity", flat=True)) == [90, 100, 120]
    assert differences() == []
    assert audit.verify().intact


@pytest.mark.slow
def test_process_that_is_not_killed_posts():
    stocked()
    approver = person()
    count_id = in_review(person(), (1, 90))
    argument = f"{count_id}:{approver.id}"
    assert run_killed_at(10_000, "inventory.tests.test_counts_together", "post", argument) == 0
    assert StockLevel.objects.get().quantity == 90


def test_database_takes_the_effect_of_a_count_once():
    stocked()
    count_id = in_review(person(), (1, 90))
    approve(person(), count_id)
    posting_id = StockCount.objects.get().posting_id
    again = StockMovement.objects.get(source_id=str(posting_id))
    again.pk = None
    with pytest.raises(IntegrityError, match="inventory_movement_effect_once"):
        again.save(force_insert=True)
