"""One line costs as many queries as a hundred."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.audit import SYSTEM
from inventory.records import (
    CustomerReturnLine,
    RepackLine,
    SupplierReturnLine,
    TransferItem,
)
from inventory.services.repacking import stock_repack
from inventory.services.returns import stock_return_in, stock_return_out
from inventory.services.transfer_arrivals import transfer_receive
from inventory.services.transfers import transfer_post
from inventory.tests.stock import in_days, issue, main_store, place, product, receive, reserve

pytestmark = pytest.mark.django_db
MANY = 100


@pytest.fixture
def items():
    """A hundred and one products of two batches each."""
    items = [product() for _ in range(MANY + 1)]
    for number, days in (("A", 60), ("B", 90)):
        receive(*[(item, number, in_days(days), 50, 500) for item in items])
    return items


def cost_of(work, *arguments):
    with CaptureQueriesContext(connection) as queries:
        result = work(*arguments)
    return len(queries), result


def same(work, few, many):
    """Both cost the same; the results."""
    (one, first), (hundred, second) = cost_of(work, few), cost_of(work, many)
    assert one == hundred
    return first, second


def test_receipts_issues_and_their_returns(items):
    first, rest = items[:1], items[1:]
    same(lambda some: receive(*[(item, "C", in_days(9), 5, 50) for item in some]), first, rest)
    one, many = same(lambda some: issue(*[(item, 60) for item in some]), first, rest)

    def bring_back(effects):
        return stock_return_in(
            actor=SYSTEM, now=timezone.now(), source_type="tests.return",
            source_id=str(len(effects)),
            lines=[
                CustomerReturnLine(line=n, movement_id=effect.movement_id, quantity=1)
                for n, effect in enumerate(effects)
            ],
        )  # fmt: skip

    same(bring_back, one, many)

    def send_back(effects):
        return stock_return_out(
            actor=SYSTEM, now=timezone.now(), source_type="tests.debit",
            source_id=str(len(effects)),
            party_type="purchases.supplier", party_id="1",
            lines=[
                SupplierReturnLine(
                    line=n, batch_id=effect.batch_id, quantity=1, credit=Decimal(5)
                )
                for n, effect in enumerate(effects)
            ],
        )  # fmt: skip

    same(send_back, one[:1], [effect for effect in many if effect.batch_number == "C"])


def test_issues_of_what_was_reserved(items):
    one, many = items[:1], items[1:]
    same(lambda some: reserve(*[(i, 60) for i in some], order=str(len(some))), one, many)
    same(
        lambda some: issue(*[(i, 60) for i in some], reserved_for=("tests.order", str(len(some)))),
        one,
        many,
    )


def test_transfers_at_once_and_in_two_steps(items):
    back = place("back_store")
    place("in_transit")

    def transfer(some, *, in_transit=False):
        return transfer_post(
            actor=SYSTEM, now=timezone.now(), origin_id=main_store(), destination_id=back,
            lines=[TransferItem(line=n, product_id=i, quantity=20) for n, i in enumerate(some)],
            in_transit=in_transit,
        )  # fmt: skip

    same(transfer, items[:1], items[1:])
    one, many = same(lambda some: transfer(some, in_transit=True), items[:1], items[1:])
    same(lambda pk: transfer_receive(actor=SYSTEM, now=timezone.now(), transfer_id=pk), one, many)


def test_repacking(items):
    batches = [effect.batch_id for effect in receive(
        *[(item, "D", in_days(50), 4, 40) for item in items]
    )]  # fmt: skip
    target = product()
    receive((target, "T", in_days(50), 1, 1))

    def repack(some):
        return stock_repack(
            actor=SYSTEM, now=timezone.now(),
            lines=[
                RepackLine(line=n, batch_id=batch, quantity=1, to_product_id=target, to_quantity=10,
                           to_batch_number=f"N{batch}", to_expiry_date=in_days(40))
                for n, batch in enumerate(some)
            ],
        )  # fmt: skip

    same(repack, batches[:1], batches[1:])
