"""The table of docs/flows/stock-postings.md: the same rows as the code's, and true figures."""

import re
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import pytest
from django.utils import timezone

from capital.public import SystemAccount, party_balance
from core.audit import SYSTEM, Actor
from inventory.models import MovementKind, MovementReason, StockMovement
from inventory.postings import COUNTER_ACCOUNTS, postings_for
from inventory.records import AdjustmentLine, IssueLine, ReceiptLine, WriteOffItem
from inventory.services.documents import (
    cause_of_new_document,
    stock_adjust,
    stock_issue_by_hand,
    stock_receive_by_hand,
)
from inventory.services.revaluation import RevaluationLine, stock_revalue
from inventory.services.stock import receipt_post
from inventory.services.write_offs import write_off_approve, write_off_request
from inventory.tests.stock import in_days, issue, move, place, product, receive
from inventory.tests.test_returns import bring_back, repack, send_back
from users.tests.factories import UserFactory

# Takes the rest of a supplier's return, beside the counterpart.
DIFFERENCE = "purchase_price_difference"
PAGE = Path(__file__).parents[2] / "docs" / "flows" / "stock-postings.md"


class Row(NamedTuple):
    kind: str
    reason: str
    values: tuple[int, ...]
    agreed: int | None
    lines: dict[str, int]  # account -> debit, or credit below zero

    def __str__(self):
        return f"{self.kind}-{self.reason}-{sum(self.values)}"


def amounts(cell, sign):
    return {} if cell == "-" else {
        account: sign * int(amount)
        for account, amount in (part.split() for part in cell.split(", "))
    }  # fmt: skip


def rows():
    found = []
    for line in PAGE.read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 6 and cells[0] in MovementKind.values:
            kind, reason, example, values, debit, credit = cells
            agreed = re.search(r"gives (\d+)", example)
            found.append(
                Row(
                    kind,
                    reason,
                    tuple(int(value) for value in values.split()),
                    int(agreed[1]) if agreed else None,
                    {**amounts(debit, 1), **amounts(credit, -1)},
                )
            )
    return found


def counterpart(lines):
    others = sorted(set(lines) - {"inventory"}, key=lambda account: account == DIFFERENCE)
    return others[0] if others else None


def test_the_page_has_the_rows_of_the_code_each_way_once():
    ways = set()
    for (kind, reason), parts in COUNTER_ACCOUNTS.items():
        if parts.grows:
            ways.add((kind, reason, parts.grows, "grows"))
        if parts.shrinks:
            ways.add((kind, reason, parts.shrinks, "shrinks"))
        if not parts.grows and not parts.shrinks:
            ways.add((kind, reason, None, "stays"))
    told = [
        (
            row.kind,
            row.reason,
            counterpart(row.lines),
            {1: "grows", -1: "shrinks", 0: "stays"}[(sum(row.values) > 0) - (sum(row.values) < 0)],
        )
        for row in rows()
    ]  # fmt: skip
    assert len(told) == len(set(told))
    assert {(*way[:2], way[2] and str(way[2]), way[3]) for way in ways} == set(told)


def test_every_reason_and_kind_is_in_the_table():
    assert {kind for kind, _reason in COUNTER_ACCOUNTS} == set(MovementKind.values)
    assert {reason for _kind, reason in COUNTER_ACCOUNTS} == set(MovementReason.values)


@pytest.mark.parametrize("row", rows(), ids=str)
def test_the_code_posts_the_figures_of_the_page(row):
    lines = postings_for(
        kind=row.kind,
        reason=row.reason,
        values=[Decimal(value) for value in row.values],
        agreed=None if row.agreed is None else Decimal(row.agreed),
    )
    assert {line.account: line.debit - line.credit for line in lines} == row.lines


def balances():
    """Debits less credits of every account, with and without the supplier."""
    credit_side = {
        "payables", "tax_payable", "owner_equity", "opening_equity", "sales_revenue",
        "inventory_gain",
    }  # fmt: skip
    found = {}
    for account in SystemAccount:
        own = sum(
            party_balance(account, party_type=kind, party_id=party)
            for kind, party in (("", ""), ("purchases.supplier", "1"))
        )
        found[str(account)] = -own if account in credit_side else own
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("row", rows(), ids=str)
def test_doing_what_the_page_says_moves_the_accounts_as_it_says(row):
    item = product()
    if row.kind in ("opening", "receipt"):
        batch_id = None
    else:
        batch_id = receive((item, "A", in_days(90), 10, 1000))[0].batch_id
    work = DOES[row.kind](row, item, batch_id)
    before = balances()
    work()
    after = balances()
    moved = {name: after[name] - before[name] for name in after if after[name] != before[name]}
    assert moved == row.lines
    last = StockMovement.objects.order_by("-pk")[: len(row.values)]
    assert sorted(movement.value for movement in last) == sorted(row.values)
    assert {(movement.kind, movement.reason) for movement in last} == {(row.kind, row.reason)}


def _goods(item):
    return [
        ReceiptLine(line=0, product_id=item, batch_number="A", expiry_date=in_days(90), quantity=10,
                    total_cost=Decimal(1000))
    ]  # fmt: skip


def _opening(row, item, _batch):
    now = timezone.now()
    cause = cause_of_new_document(MovementKind.OPENING, MovementReason.OPENING, occurred_at=now)
    return lambda: receipt_post(actor=SYSTEM, now=now, cause=cause, lines=_goods(item))


def _receipt(row, item, _batch):
    if row.reason == "purchase":
        return lambda: receive((item, "A", in_days(90), 10, 1000))
    return lambda: stock_receive_by_hand(
        actor=SYSTEM, now=timezone.now(), reason=row.reason, lines=_goods(item)
    )


def _issue(row, item, _batch):
    if row.reason == "sale":
        return lambda: issue((item, 3))
    line = IssueLine(line=0, product_id=item, quantity=3)
    return lambda: stock_issue_by_hand(
        actor=SYSTEM, now=timezone.now(), reason=row.reason, lines=[line]
    )


def _return_in(row, item, _batch):
    (sold,) = issue((item, 3))
    return lambda: bring_back(sold.movement_id, 2)


def _return_out(row, _item, batch):
    return lambda: send_back(batch, 4, row.agreed)


def _transfer(row, _item, batch):
    back = place("back_store")
    return lambda: move(batch, 5, to=back)


def _repack(row, _item, batch):
    other = product()
    return lambda: repack(batch, 1, other, 3)


def _adjustment(row, _item, batch):
    line = AdjustmentLine(line=0, batch_id=batch, quantity=row.values[0] // 100)
    return lambda: stock_adjust(actor=SYSTEM, now=timezone.now(), reason=row.reason, lines=[line])


def _write_off(row, _item, batch):
    samir, huda = (Actor(id=UserFactory().pk, label=name) for name in ("Samir", "Huda"))
    now = timezone.now()
    line = WriteOffItem(line=0, batch_id=batch, quantity=3)
    asked = write_off_request(actor=samir, now=now, reason=row.reason, lines=[line])
    return lambda: write_off_approve(actor=huda, now=now, write_off_id=asked)


def _revaluation(row, _item, batch):
    line = RevaluationLine(line=0, batch_id=batch, quantity=10, amount=Decimal(row.values[0]))
    return lambda: stock_revalue(
        actor=SYSTEM, now=timezone.now(), source_type="tests.cost", source_id="1", lines=[line]
    )


DOES = {
    "opening": _opening, "receipt": _receipt, "issue": _issue, "return_in": _return_in,
    "return_out": _return_out, "transfer": _transfer, "repack": _repack,
    "adjustment": _adjustment, "write_off": _write_off, "revaluation": _revaluation,
}  # fmt: skip
