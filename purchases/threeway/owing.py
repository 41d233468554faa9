"""What of an invoice is owed, once its differences are decided."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.money import allocate, round_money
from purchases.models import DifferenceKind
from purchases.threeway.matching import matched_amount
from purchases.threeway.model import ZERO, Billed, Match, Outcome, Tolerance


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """The invoice in money. total = goods - discount + charges + tax + rounding.

    goods: per (position, receipt line); received: what the receipts owe for them already.
    """

    goods: Mapping[tuple[int, int], Decimal]
    received: Decimal
    discount: Decimal
    charges: Decimal
    tax: Decimal
    rounding: Decimal

    @property
    def goods_total(self) -> Decimal:
        return sum(self.goods.values(), ZERO)

    @property
    def total(self) -> Decimal:
        return self.goods_total - self.discount + self.charges + self.tax + self.rounding

    @property
    def price_difference(self) -> Decimal:
        """Money the goods cost more (> 0) or less (< 0) than their receipts said."""
        return self.goods_total - self.received - self.discount


def owed_of(
    lines: Sequence[Billed],
    outcome: Outcome,
    disputed: Collection[tuple[int, str]],
    *,
    tolerance: Tolerance,
    discount: Decimal = ZERO,
    charges: Decimal = ZERO,
    charges_tax: Decimal = ZERO,
    rounding: Decimal = ZERO,
) -> Owed:
    """What is owed if the differences (position, kind) of `disputed` are not paid for.

    Goods that did not come are never owed. A disputed price is paid as ordered, a disputed sum as
    the line computes. The line's tax and the invoice's discount follow in proportion; the
    rounding of the printed total counts against us only where all of it is owed.
    """
    goods: dict[tuple[int, int], Decimal] = {}
    tax = charges_tax
    whole = sum((line.amount for line in lines), ZERO)
    for line in lines:
        found = outcome.matches_of(line.position)
        parts = _line_owed(line, found, disputed, tolerance)
        goods |= {
            (line.position, part.receipt_line_id): amount
            for part, amount in zip(found, parts, strict=True)
        }
        tax += in_proportion(line.tax, sum(parts, ZERO), line.amount, matched=bool(found))
    owed = sum(goods.values(), ZERO)
    complete = owed == whole
    return Owed(
        goods=goods,
        received=sum((part.received_amount for part in outcome.matches), ZERO),
        discount=discount if complete else in_proportion(discount, owed, whole),
        charges=charges,
        tax=tax,
        rounding=rounding if complete else min(rounding, ZERO),
    )


def _line_owed(
    line: Billed,
    found: Sequence[Match],
    disputed: Collection[tuple[int, str]],
    tolerance: Tolerance,
) -> list[Decimal]:
    """Money per match of the line."""
    if not found:
        return []
    base = line.amount
    if (line.position, DifferenceKind.ARITHMETIC) in disputed:
        base = line.computed_amount
    owed = matched_amount(line, sum(part.quantity for part in found), tolerance, amount=base)
    if (line.position, DifferenceKind.PRICE) in disputed:
        owed = min(owed, sum((part.ordered_amount for part in found), ZERO))
    return allocate(owed, [part.quantity for part in found])


def in_proportion(
    amount: Decimal, part: Decimal, whole: Decimal, *, matched: bool = True
) -> Decimal:
    """Money: `amount` x part / whole; of a whole of nothing all, where anything is matched."""
    if not matched:
        return ZERO
    if part == whole or whole == 0:
        return amount
    return round_money(amount * part / whole)
