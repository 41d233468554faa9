"""What quantities of an offer line cost, and which are worth buying."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from core.models import local_date
from inventory.public import products_by_id
from purchases.errors import PriceUnknown, QuantityOutOfRange
from purchases.line_prices import line_price
from purchases.models import OfferLine
from purchases.quantities import Purchase, cheapest_purchase, lowest_unit_cost, sweet_spots
from purchases.quotes import LARGEST_QUANTITY
from purchases.selectors.offers import offer_line_by_id

# Without a cap, up to so many times what is needed is looked at.
TIMES_NEEDED = 4


@dataclass(frozen=True, slots=True)
class LineQuantities:
    """quantity: base units needed; cap: base units that may arrive; on: the day it holds for."""

    line: OfferLine
    purchase_units: int
    quantity: int
    cap: int
    on: date
    least_money: Purchase
    least_unit_cost: Purchase
    sweet_spots: Sequence[Purchase]


def line_quantities(
    *,
    line_id: int,
    now: datetime,
    quantity: int | None = None,
    cap: int | None = None,
    on: date | None = None,
    with_exceptions: bool = False,
) -> LineQuantities:
    """The cheapest ways to buy `quantity` base units of a line, by default one pack.

    cap: base units that may arrive, by default TIMES_NEEDED the quantity; on: the local day, by
    default today; with_exceptions: as if the supplier consents to the tiers that need it. A line
    without product counts in packs.

    Raises OfferLineNotFound, PriceUnknown, QuantityOutOfRange.
    """
    line = offer_line_by_id(line_id)
    day = on or local_date(now)
    price = line_price(line, today=day)
    if price is None:
        raise PriceUnknown
    units = purchase_units_of([line])[line.pk]
    needed = quantity or units
    most = cap or min(LARGEST_QUANTITY, max(needed, units) * TIMES_NEEDED)
    money = cheapest_purchase(
        price, needed=needed, purchase_units=units, with_exceptions=with_exceptions
    )
    unit = lowest_unit_cost(
        price, needed=needed, most=most, purchase_units=units, with_exceptions=with_exceptions
    )
    if money is None or unit is None:
        raise QuantityOutOfRange
    return LineQuantities(
        line=line,
        purchase_units=units,
        quantity=needed,
        cap=most,
        on=day,
        least_money=money,
        least_unit_cost=unit,
        sweet_spots=sweet_spots(
            price, most=most, purchase_units=units, with_exceptions=with_exceptions
        ),
    )


def purchase_units_of(lines: Sequence[OfferLine]) -> dict[int, int]:
    """Base units of the packs of lines, by the line's id; without a product a pack is one."""
    products = products_by_id([line.product_id for line in lines if line.product_id])
    return {
        line.pk: products[line.product_id].purchase_units if line.product_id else 1
        for line in lines
    }
