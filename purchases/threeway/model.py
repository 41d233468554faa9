"""What goes into a three-way match and what comes out."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from decimal import Decimal

from core.money import allocate, round_money

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Billed:
    """A line of the invoice. quantity, free_quantity: base units; amount: money without tax.

    pack_price: money per pack of pack_units base units, None where it is not printed.
    """

    position: int
    product_id: int | None
    quantity: int
    free_quantity: int = 0
    amount: Decimal
    pack_units: int = 1
    pack_price: Decimal | None = None
    discount: Decimal = ZERO
    tax: Decimal = ZERO
    order_line_id: int | None = None
    receipt_line_id: int | None = None

    @property
    def units(self) -> int:
        """Base units, free ones included."""
        return self.quantity + self.free_quantity

    @property
    def computed_amount(self) -> Decimal:
        """What the printed price and discount come to; the amount itself without a price."""
        if self.pack_price is None:
            return self.amount
        gross = round_money(self.pack_price * self.quantity / self.pack_units)
        return max(gross - self.discount, ZERO)


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A line of a receipt. quantity: base units received, free ones included; billed: of them by
    other invoices already. amount: money owed for it, ordered_amount: as ordered.

    named: the invoice says that it is of this receipt.
    """

    receipt_line_id: int
    order_line_id: int | None
    product_id: int
    quantity: int
    billed: int
    amount: Decimal
    ordered_amount: Decimal
    named: bool = False

    @property
    def open_quantity(self) -> int:
        return self.quantity - self.billed


@dataclass(frozen=True, slots=True, kw_only=True)
class Tolerance:
    """What is too little to ask about. percent: of the expected amount or quantity; amount: money.

    An amount may differ by the larger of the two.
    """

    price_percent: Decimal = ZERO
    price_amount: Decimal = ZERO
    quantity_percent: Decimal = ZERO

    def covers_price(self, expected: Decimal, found: Decimal) -> bool:
        allowed = max(self.price_amount, expected * self.price_percent / 100)
        return abs(found - expected) <= allowed

    def covers_quantity(self, expected: int, found: int) -> bool:
        return abs(found - expected) <= expected * self.quantity_percent / 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Base units of an invoice line that came with a receipt line, with the receipt's and the
    order's money for them."""

    position: int
    receipt_line_id: int
    quantity: int
    received_amount: Decimal
    ordered_amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """See `purchases.models.InvoiceDifference`; position: of the invoice line, None for what was
    received and is not on the invoice."""

    kind: str
    position: int | None = None
    receipt_line_id: int | None = None
    expected: Decimal
    found: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Outcome:
    matches: tuple[Match, ...] = ()
    differences: tuple[Difference, ...] = ()

    def matches_of(self, position: int) -> list[Match]:
        return [found for found in self.matches if found.position == position]


@dataclass(slots=True)
class Pool:
    """What of the received goods no line has taken yet, by receipt line."""

    received: Collection[Received]
    taken: dict[int, int] = field(default_factory=dict)

    def left(self, line: Received) -> int:
        return line.open_quantity - self.taken.get(line.receipt_line_id, 0)

    def before(self, line: Received) -> int:
        """Units of the receipt line that are spoken for: by other invoices or by this one."""
        return line.billed + self.taken.get(line.receipt_line_id, 0)

    def take(self, line: Received, quantity: int) -> None:
        self.taken[line.receipt_line_id] = self.taken.get(line.receipt_line_id, 0) + quantity


def share(amount: Decimal, *, before: int, quantity: int, whole: int) -> Decimal:
    """The part of `amount` of the `quantity` units that follow the first `before` of `whole`.

    By running sums: the parts of a whole add up to it exactly.
    """
    return allocate(amount, [before, quantity, whole - before - quantity])[1]
