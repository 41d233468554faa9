"""What arrived and what it really costs.

The money of an order line is spread over everything that arrives for it, free goods included,
by running sums: after the last delivery the shares add up to the line exactly. Formulas and a
worked example: docs/flows/purchasing.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.money import allocate, round_money
from purchases.models import PurchaseOrderLine
from purchases.services.deliveries import Batch, Delivery


@dataclass(frozen=True, slots=True)
class Arrival:
    """One batch with its money. amount: paid; ordered_amount: as ordered."""

    line: int
    order_line: PurchaseOrderLine
    batch: Batch
    amount: Decimal
    ordered_amount: Decimal

    @property
    def flags(self) -> list[str]:
        flags = []
        if not self.batch.batch_number:
            flags.append("batch_unknown")
        if self.batch.expiry_date is None:
            flags.append("expiry_unknown")
        return flags


def arrivals_of(
    deliveries: Sequence[Delivery], lines: Mapping[int, PurchaseOrderLine]
) -> list[Arrival]:
    """Each batch with its money, numbered from 1 in the order stated."""
    arrivals: list[Arrival] = []
    for delivery in deliveries:
        line = lines[delivery.order_line_id]
        quantities = [batch.quantity for batch in delivery.batches]
        paid = allocate(_paid(line, delivery), quantities)
        ordered = allocate(_ordered(line, delivery.quantity), quantities)
        for batch, amount, ordered_amount in zip(delivery.batches, paid, ordered, strict=True):
            arrivals.append(Arrival(len(arrivals) + 1, line, batch, amount, ordered_amount))
    return arrivals


def _paid(line: PurchaseOrderLine, delivery: Delivery) -> Decimal:
    """Money for what arrived: as invoiced in all, as invoiced per pack, or as ordered."""
    if delivery.invoice_amount is not None:
        return delivery.invoice_amount
    if delivery.invoice_price is None:
        return _ordered(line, delivery.quantity)
    packs = line.bought_quantity // line.purchase_units
    return _share(line, round_money(delivery.invoice_price * packs), delivery.quantity)


def _ordered(line: PurchaseOrderLine, quantity: int) -> Decimal:
    """What the next ``quantity`` units cost by the order: up to them, less what has arrived.

    So the last ones bring the rest of the line's amount, whatever was taken back in between.
    """
    received = line.received_quantity + quantity
    upto = allocate(line.amount, [received, line.ordered_quantity - received])[0]
    return max(upto - line.received_amount, Decimal(0))


def _share(line: PurchaseOrderLine, amount: Decimal, quantity: int) -> Decimal:
    """The part of the line's ``amount`` that belongs to the next ``quantity`` units to arrive."""
    rest = line.ordered_quantity - line.received_quantity - quantity
    return allocate(amount, [line.received_quantity, quantity, rest])[1]
