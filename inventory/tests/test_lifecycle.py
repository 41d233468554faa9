"""What each state of a product's life allows, whoever asks."""

import pytest
from django.utils import timezone

from core.audit import SYSTEM
from core.errors import DomainError
from inventory.errors import LifecycleRefused, ProductNotReceivable
from inventory.lifecycle import EMPTY, TRANSITIONS, Lifecycle
from inventory.models import Product, ProductStock, StockMovement
from inventory.public import products_by_id, shortages
from inventory.services.catalogue import product_move
from inventory.tests.stock import in_days, issue, product, receive

pytestmark = pytest.mark.django_db
SELLS = {"active", "phase_out"}
BUYS = {"new", "active"}
TAKES_IN = {"new", "active", "phase_out"}  # what was ordered before still arrives


def in_state(state, *, stocked=False, **fields):
    item = product(**fields)
    if stocked:
        receive((item, "B", in_days(90), 5, 50))
    Product.objects.filter(pk=item).update(lifecycle=state)
    return item


def move(item, to):
    product_move(actor=SYSTEM, now=timezone.now(), product_id=item, to=to)


@pytest.mark.parametrize("state", Lifecycle.values)
def test_sold_only_while_active_or_phasing_out(state):
    item = in_state(state, stocked=state in SELLS)
    assert products_by_id([item])[item].sellable == (state in SELLS)
    moved = StockMovement.objects.count()
    if state in SELLS:
        assert [each.quantity for each in issue((item, 2))] == [2]
    else:
        with pytest.raises(DomainError):
            issue((item, 1))
        assert StockMovement.objects.count() == moved


@pytest.mark.parametrize("state", sorted(EMPTY))
def test_even_stock_that_should_not_be_there_is_not_sold(state):
    item = in_state(state, stocked=True)
    with pytest.raises(DomainError) as refusal:
        issue((item, 1))
    assert refusal.value.code == "product_not_sellable"
    assert ProductStock.objects.get(pk=item).on_hand == 5


@pytest.mark.parametrize("state", Lifecycle.values)
def test_ordered_only_while_new_or_active(state):
    item = in_state(state, min_stock=5, max_stock=9)
    assert products_by_id([item])[item].purchasable == (state in BUYS)
    assert bool(shortages(product_ids=[item])) == (state in BUYS)


@pytest.mark.parametrize("state", Lifecycle.values)
def test_taken_in_only_before_it_has_ended(state):
    item = in_state(state)
    if state in TAKES_IN:
        receive((item, "B", in_days(90), 5, 50))
        expected = "active" if state == "new" else state
        assert Product.objects.get(pk=item).lifecycle == expected
        return
    with pytest.raises(ProductNotReceivable):
        receive((item, "B", in_days(90), 5, 50))
    assert not StockMovement.objects.exists()


@pytest.mark.parametrize("stocked", [False, True])
@pytest.mark.parametrize("to", Lifecycle.values)
@pytest.mark.parametrize("before", Lifecycle.values)
def test_every_step_is_taken_or_refused_by_the_table(before, to, stocked):
    item = in_state(before, stocked=stocked)
    is_allowed = to in TRANSITIONS[before] and not (stocked and to in EMPTY)
    if is_allowed:
        move(item, to)
    else:
        with pytest.raises(LifecycleRefused):
            move(item, to)
    assert Product.objects.get(pk=item).lifecycle == (to if is_allowed else before)


def test_life_goes_from_new_to_archived_through_every_state():
    item = product()
    receive((item, "B", in_days(90), 5, 50))
    move(item, "phase_out")
    with pytest.raises(LifecycleRefused):
        move(item, "discontinued")
    issue((item, 5))
    move(item, "discontinued")
    move(item, "archived")
    assert Product.objects.get(pk=item).lifecycle == "archived"


@pytest.mark.parametrize(
    ("limits", "stock", "needed"),
    [
        ({"min_stock": 10, "max_stock": 50}, 10, None),
        ({"min_stock": 10, "max_stock": 50}, 9, 41),
        ({"min_stock": 10, "reorder_point": 20, "max_stock": 50}, 21, None),
        ({"min_stock": 10, "reorder_point": 20, "max_stock": 50}, 20, 30),
        ({"min_stock": 10, "reorder_point": 50, "max_stock": 50}, 50, None),
        ({"reorder_point": 0, "max_stock": 5}, 0, 5),
        ({"reorder_point": 0, "max_stock": 5}, 1, None),
        ({}, 0, None),
    ],
)
def test_reorder_point_decides_when_to_order(limits, stock, needed):
    item = product(**limits)
    if stock:
        receive((item, "B", in_days(90), stock, 10))
    found = shortages(product_ids=[item])
    assert [each.needed for each in found] == ([] if needed is None else [needed])
