"""The cost of a unit once discount and free goods are counted."""

from decimal import ROUND_HALF_UP, Decimal, localcontext

from purchases.deals.model import Deal

__all__ = ["true_unit_cost"]

_SIX_PLACES = Decimal("0.000001")
_HUNDRED = Decimal(100)
# Wide enough that only the final rounding rounds.
_PRECISION = 60


def true_unit_cost(
    list_price: Decimal,
    discount_percent: Decimal | None,
    deal: Deal,
    quantity: int,
    *,
    with_exceptions: bool = False,
) -> Decimal:
    """What one unit costs when `quantity` units are bought: paid / (bought + free).

    list_price: price of one bought unit, >= 0. discount_percent: 0 to 100, taken off the list
    price; None means the percentage printed in the deal, if any. quantity: bought units, > 0.
    Six decimal places, half up, rounded once. Raises ValueError outside these bounds.
    """
    discount = deal.added_discount if discount_percent is None else discount_percent
    discount = Decimal(0) if discount is None else discount
    if not (list_price.is_finite() and list_price >= 0):
        raise ValueError(f"list price must be a number not below zero, got {list_price}")
    if not (discount.is_finite() and 0 <= discount <= _HUNDRED):
        raise ValueError(f"discount must be 0 to 100 percent, got {discount}")
    if quantity < 1:
        raise ValueError(f"quantity must be at least 1, got {quantity}")
    received = quantity + deal.free_units(quantity, with_exceptions=with_exceptions)
    with localcontext(prec=_PRECISION):
        paid = list_price * (_HUNDRED - discount) / _HUNDRED * quantity
        return (paid / received).quantize(_SIX_PLACES, rounding=ROUND_HALF_UP)
