"""Goods on their way: counted down, called off in part, and counted back."""

import pytest
from django.utils import timezone

from core.audit import SYSTEM
from inventory.errors import IncomingExceeded, IncomingNotFound
from inventory.models import Incoming
from inventory.records import IncomingLine
from inventory.selectors.catalogue import products_with_stock
from inventory.selectors.stock import incoming_list
from inventory.services.incoming import (
    incoming_cancel,
    incoming_cancel_lines,
    incoming_receive_lines,
    incoming_register,
    incoming_restore,
)
from inventory.tests.stock import product

pytestmark = pytest.mark.django_db
ORDER = {"source_type": "tests.order", "source_id": "1"}


@pytest.fixture
def item():
    """Ten units of it are ordered, and five of another."""
    item = product()
    incoming_register(
        actor=SYSTEM,
        now=timezone.now(),
        lines=[
            IncomingLine(line=1, product_id=item, quantity=10),
            IncomingLine(line=2, product_id=product(), quantity=5),
        ],
        **ORDER,
    )
    return item


def figures():
    rows = Incoming.objects.order_by("line")
    return [(row.received, row.cancelled, row.outstanding) for row in rows]


def expected(item):
    return products_with_stock(now=timezone.now()).get(pk=item).incoming_quantity


def test_a_part_that_is_called_off_is_expected_no_more(item):
    incoming_receive_lines(received={1: 4}, **ORDER)
    incoming_cancel_lines(cancelled={1: 6}, **ORDER)
    assert figures() == [(4, 6, 0), (0, 0, 5)]
    assert expected(item) == 0
    assert [row.line for row in incoming_list()] == [2]


def test_more_than_is_expected_is_neither_received_nor_called_off(item):
    incoming_cancel_lines(cancelled={1: 3}, **ORDER)
    with pytest.raises(IncomingExceeded):
        incoming_receive_lines(received={1: 8}, **ORDER)
    with pytest.raises(IncomingExceeded):
        incoming_cancel_lines(cancelled={1: 8}, **ORDER)
    with pytest.raises(IncomingNotFound):
        incoming_cancel_lines(cancelled={3: 1}, **ORDER)
    assert figures() == [(0, 3, 7), (0, 0, 5)]


def test_what_went_back_is_expected_again(item):
    incoming_receive_lines(received={1: 4, 2: 5}, **ORDER)
    incoming_cancel_lines(cancelled={1: 6}, **ORDER)
    incoming_restore(received={1: 3}, cancelled={1: 6}, **ORDER)
    assert figures() == [(1, 0, 9), (5, 0, 0)]
    assert expected(item) == 9


def test_no_more_comes_back_than_had_arrived(item):
    incoming_receive_lines(received={1: 4}, **ORDER)
    with pytest.raises(IncomingExceeded):
        incoming_restore(received={1: 5}, **ORDER)
    with pytest.raises(IncomingExceeded):
        incoming_restore(received={}, cancelled={1: 1}, **ORDER)
    assert figures() == [(4, 0, 6), (0, 0, 5)]


def test_of_goods_given_up_altogether_nothing_is_expected_again(item):
    incoming_receive_lines(received={1: 4}, **ORDER)
    incoming_cancel(**ORDER)
    incoming_restore(received={1: 4}, **ORDER)
    assert figures() == [(0, 0, 0), (0, 0, 0)]
    assert expected(item) == 0
