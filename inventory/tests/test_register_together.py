"""The register while many sell at once, on real connections and with real commits."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from core.audit import SYSTEM
from core.tests.threads import together
from inventory.errors import InsufficientStock
from inventory.models import Product, RegisterEntry, StockMovement
from inventory.selectors.reconciliation import differences
from inventory.services.catalogue import product_update
from inventory.tests.stock import in_days, product, receive
from inventory.tests.test_register import controlled, sell

pytestmark = pytest.mark.django_db(transaction=True)


def balances(item):
    rows = RegisterEntry.objects.filter(product_id=item).order_by("sequence")
    return list(rows.values_list("sequence", "balance"))


def test_numbers_and_balances_have_no_gap_when_many_sell_at_once():
    item = controlled()
    receive((item, "A", in_days(60), 6, 60), (item, "B", in_days(90), 6, 60))
    outcomes = together([lambda n=n: sell(item, 1, source=str(n)) for n in range(16)])
    assert sum(isinstance(outcome, list) for outcome in outcomes) == 12
    assert sum(isinstance(outcome, InsufficientStock) for outcome in outcomes) == 4
    assert balances(item) == [(1, 0), (2, 6), (3, 12)] + [(4 + n, 11 - n) for n in range(12)]
    assert differences() == []


def test_a_product_that_becomes_controlled_while_it_is_sold_misses_no_movement():
    item = product()
    receive((item, "A", in_days(60), 50, 500))

    def control():
        return product_update(
            actor=SYSTEM, now=timezone.now(), product_id=item,
            changes={"controlled_class": "narcotic"},
        )  # fmt: skip

    outcomes = together(
        [lambda n=n: sell(item, 1, source=str(n)) for n in range(8)]
        + [control]
        + [lambda n=n: sell(item, 1, source=str(n)) for n in range(8, 16)]
    )
    assert [one for one in outcomes if isinstance(one, Exception)] == []
    rows = RegisterEntry.objects.filter(product_id=item).order_by("sequence")
    opening, last = rows.first(), rows.last()
    after = StockMovement.objects.filter(pk__gt=opening.ledger_mark).count()
    assert rows.count() == 1 + after
    assert opening.balance == 50 - (16 - after)
    assert last.balance == 34
    assert differences() == []


def test_a_movement_without_its_row_does_not_commit():
    item = controlled()
    receive((item, "A", in_days(60), 6, 60))
    movement = StockMovement.objects.get()
    movement.pk, movement.source_id = None, "another"
    with pytest.raises(DatabaseError, match="is not in the register"), transaction.atomic():
        movement.save(force_insert=True)
    assert StockMovement.objects.count() == 1


def test_a_class_set_past_every_service_opens_the_register_too():
    item = product()
    receive((item, "A", in_days(60), 6, 60))
    Product.objects.filter(pk=item).update(controlled_class="psychotropic")
    assert balances(item) == [(1, 6)]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE inventory_product SET controlled_class = 'none'")
        cursor.execute("UPDATE inventory_product SET controlled_class = 'narcotic'")
    assert balances(item) == [(1, 6)]
