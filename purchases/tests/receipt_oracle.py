"""What a supplier asks for a delivery, in exact fractions, with none of the code under test."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from purchases.services.receipts.deliveries import Delivery
from purchases.tests.printed_deals import half_up


def asked_for(
    delivery: Delivery, *, bought: int, units: int, ordered: int, before: int, counted: int
) -> Decimal | None:
    """Money for all that came; None where nothing is said but the order's price.

    bought, ordered: base units of the order line, without and with its free ones; units: of a
    pack; before: units the line had received; counted: those of the delivery that fulfil it.
    """
    if delivery.invoice_amount is not None:
        return delivery.invoice_amount
    if delivery.invoice_price is None:
        return None
    price = Fraction(delivery.invoice_price)
    each = price * bought / units / ordered
    beyond = half_up(price * (delivery.counted - counted) / units)
    return half_up(each * (before + counted)) - half_up(each * before) + beyond
