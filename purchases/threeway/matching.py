"""Finding which received goods an invoice bills, and where it does not agree with them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from decimal import Decimal

from core.money import smallest_amount
from purchases.models import DifferenceKind
from purchases.threeway.model import (
    ZERO,
    Billed,
    Difference,
    Match,
    Outcome,
    Pool,
    Received,
    Tolerance,
    share,
)


def match(
    lines: Sequence[Billed],
    received: Sequence[Received],
    *,
    ordered_products: Collection[int],
    tolerance: Tolerance,
) -> Outcome:
    """Match an invoice's lines with received goods, in the order given (oldest receipts first).

    ordered_products: products the supplier was ever asked for. A line takes the goods of the
    receipt or order line it names, else of its product; where the invoice names receipts, only
    theirs. A later line gets what earlier ones left.
    """
    pool = Pool(received)
    has_named = any(line.named for line in received)
    usable = [line for line in received if line.named or not has_named]
    matches: list[Match] = []
    differences: list[Difference] = []
    for line in lines:
        candidates = [goods for goods in usable if _fits(line, goods)]
        found = list(_taken(line, candidates, pool))
        matches += found
        differences += _faults(line, candidates, found, ordered_products, tolerance)
    differences += _missing(usable, pool)
    return Outcome(tuple(matches), tuple(differences))


def _fits(line: Billed, goods: Received) -> bool:
    if line.receipt_line_id is not None:
        return goods.receipt_line_id == line.receipt_line_id
    if line.order_line_id is not None:
        return goods.order_line_id == line.order_line_id
    return line.product_id is not None and goods.product_id == line.product_id


def _taken(line: Billed, candidates: Sequence[Received], pool: Pool) -> Iterator[Match]:
    wanted = line.units
    for goods in candidates:
        quantity = min(wanted, pool.left(goods))
        if quantity <= 0:
            continue
        place = {"before": pool.before(goods), "quantity": quantity, "whole": goods.quantity}
        yield Match(
            position=line.position,
            receipt_line_id=goods.receipt_line_id,
            quantity=quantity,
            received_amount=share(goods.amount, **place),
            ordered_amount=share(goods.ordered_amount, **place),
        )
        pool.take(goods, quantity)
        wanted -= quantity


def _faults(
    line: Billed,
    candidates: Sequence[Received],
    found: Sequence[Match],
    ordered_products: Collection[int],
    tolerance: Tolerance,
) -> Iterator[Difference]:
    if abs(line.computed_amount - line.amount) > smallest_amount():
        yield _difference(
            line, DifferenceKind.ARITHMETIC, expected=line.computed_amount, found=line.amount
        )
    if not found:
        kind = _why_nothing(line, candidates, ordered_products)
        yield _difference(line, kind, expected=ZERO, found=line.units, amount=line.amount)
        return
    units = sum(part.quantity for part in found)
    billed = matched_amount(line, units, tolerance)
    if billed != line.amount:
        yield _difference(
            line,
            DifferenceKind.QUANTITY,
            expected=Decimal(units),
            found=line.units,
            amount=line.amount - billed,
        )
    elif not tolerance.covers_quantity(units, line.units):
        # Free goods, or goods billed at nothing, that did not come: no money, but to be known.
        yield _difference(
            line,
            DifferenceKind.QUANTITY,
            expected=Decimal(units),
            found=line.units,
            amount=ZERO,
        )
    expected = sum((part.ordered_amount for part in found), ZERO)
    if not tolerance.covers_price(expected, billed):
        yield _difference(line, DifferenceKind.PRICE, expected=expected, found=billed)


def matched_amount(
    line: Billed, units: int, tolerance: Tolerance, *, amount: Decimal | None = None
) -> Decimal:
    """What of the line's amount (or of `amount`) is for the `units` that were received."""
    whole = line.amount if amount is None else amount
    if tolerance.covers_quantity(units, line.units):
        return whole
    return share(whole, before=0, quantity=units, whole=line.units)


def _why_nothing(
    line: Billed, candidates: Sequence[Received], ordered_products: Collection[int]
) -> DifferenceKind:
    if candidates:  # they were received, but are billed by others or by an earlier line
        return DifferenceKind.DUPLICATE
    if line.order_line_id is not None or line.product_id in ordered_products:
        return DifferenceKind.NOT_RECEIVED
    return DifferenceKind.NOT_ORDERED


def _missing(usable: Sequence[Received], pool: Pool) -> Iterator[Difference]:
    """Goods of the receipts the invoice names that none of its lines bills."""
    for goods in usable:
        left = pool.left(goods)
        if not goods.named or left <= 0:
            continue
        worth = share(goods.amount, before=pool.before(goods), quantity=left, whole=goods.quantity)
        yield Difference(
            kind=DifferenceKind.MISSING,
            receipt_line_id=goods.receipt_line_id,
            expected=Decimal(left),
            found=ZERO,
            amount=-worth,
        )


def _difference(
    line: Billed,
    kind: DifferenceKind,
    *,
    expected: Decimal,
    found: Decimal | int,
    amount: Decimal | None = None,
) -> Difference:
    return Difference(
        kind=kind,
        position=line.position,
        expected=expected,
        found=Decimal(found),
        amount=Decimal(found) - expected if amount is None else amount,
    )
