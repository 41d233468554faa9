"""What arrived and what it really costs.

The money of an order line is spread over everything that arrives for it, free goods included,
by running sums: after the last delivery the shares add up to the line exactly, whatever was taken
back in between. Formulas and worked examples: docs/flows/purchasing.md, docs/flows/receiving.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.money import allocate, round_money
from purchases.models import PurchaseOrderLine
from purchases.services.receipts.deliveries import Batch, Delivery
from purchases.services.receipts.free_goods import free_goods_missing
from purchases.services.receipts.tolerances import Verdict, is_substitute

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One batch with its money. amount: paid; ordered_amount: as ordered.

    counted, over: units of the order line it fulfils, and those beyond it.
    """

    line: int
    order_line: PurchaseOrderLine
    batch: Batch
    counted: int
    over: int
    amount: Decimal
    ordered_amount: Decimal
    flags: list[str]
    quarantine: tuple[str, ...] = ()
    accepted_because: str = ""

    @property
    def product_id(self) -> int:
        """What really came."""
        return self.batch.product_id or self.order_line.product_id

    @property
    def replaced_product_id(self) -> int | None:
        """What was ordered, where something else came."""
        return self.order_line.product_id if is_substitute(self.batch, self.order_line) else None


def arrivals_of(
    deliveries: Sequence[Delivery],
    lines: Mapping[int, PurchaseOrderLine],
    verdicts: Sequence[Verdict],
) -> list[Arrival]:
    """Each batch with its money, numbered from 1 in the order stated."""
    arrivals: list[Arrival] = []
    for delivery, verdict in zip(deliveries, verdicts, strict=True):
        line = lines[delivery.order_line_id]
        arrivals += _arrivals(delivery, line, verdict, first=len(arrivals) + 1)
    return arrivals


def _arrivals(
    delivery: Delivery, line: PurchaseOrderLine, verdict: Verdict, *, first: int
) -> list[Arrival]:
    counted = _counted(delivery, line)
    fulfilled = sum(counted)
    paid = allocate(_paid(line, delivery, fulfilled), [each.counted for each in delivery.batches])
    ordered = _shares(ordered_share(line, fulfilled), counted)
    closing = ["free_goods_missing"] if free_goods_missing(line, delivery) else []
    return [
        Arrival(
            line=first + place,
            order_line=line,
            batch=batch,
            counted=counted[place],
            over=batch.counted - counted[place],
            amount=paid[place],
            ordered_amount=ordered[place],
            flags=[*verdict.batches[place].flags, *verdict.flags, *closing],
            quarantine=verdict.batches[place].quarantine,
            accepted_because=delivery.reason.strip() if verdict.accepted else "",
        )
        for place, batch in enumerate(delivery.batches)
    ]


def _counted(delivery: Delivery, line: PurchaseOrderLine) -> list[int]:
    """How much of each batch the order still waits for; what is beyond comes last."""
    open_units, counted = line.outstanding_quantity, []
    for batch in delivery.batches:
        counted.append(min(batch.counted, open_units))
        open_units -= counted[-1]
    return counted


def _shares(amount: Decimal, weights: Sequence[int]) -> list[Decimal]:
    return allocate(amount, weights) if any(weights) else [ZERO for _ in weights]


def _paid(line: PurchaseOrderLine, delivery: Delivery, fulfilled: int) -> Decimal:
    """Money for what arrived: as invoiced in all, as invoiced per pack, or as ordered.

    What came beyond the order costs what the supplier asks for it: nothing as long as no price is
    stated.
    """
    if delivery.invoice_amount is not None:
        return delivery.invoice_amount
    if delivery.invoice_price is None:
        return ordered_share(line, fulfilled)
    packs = line.bought_quantity // line.purchase_units
    over = delivery.counted - fulfilled
    beyond = round_money(delivery.invoice_price * over / line.purchase_units)
    return _share(line, round_money(delivery.invoice_price * packs), fulfilled) + beyond


def ordered_share(line: PurchaseOrderLine, quantity: int) -> Decimal:
    """What the next ``quantity`` units cost by the order: up to them, less what has arrived.

    So the last ones bring the rest of the line's amount.
    """
    received = line.received_quantity + quantity
    upto = allocate(line.amount, [received, line.ordered_quantity - received])[0]
    return max(upto - line.received_amount, ZERO)


def open_amount(line: PurchaseOrderLine) -> Decimal:
    """The part of the order line's money for what is still to come."""
    called_off = line.cancelled_quantity
    expected = allocate(line.amount, [line.ordered_quantity - called_off, called_off])[0]
    return max(expected - line.received_amount, ZERO)


def _share(line: PurchaseOrderLine, amount: Decimal, quantity: int) -> Decimal:
    """The part of ``amount``, for the whole line, of the next ``quantity`` units to arrive."""
    rest = line.ordered_quantity - line.received_quantity - quantity
    return allocate(amount, [line.received_quantity, quantity, rest])[1]
