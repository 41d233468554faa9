"""What a quantity costs under an offer line. Pure functions; formulas in docs/flows/bonus-cost.md.

A supplier sells packs, the pharmacy needs base units: prices and deals count packs, need and
true unit cost count base units.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction

from core.money import MAX_AMOUNT, round_money, unit_cost
from purchases.deals import Deal

LARGEST_QUANTITY = 2_000_000_000  # base units of one line
HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True, kw_only=True)
class PackPrice:
    """What one pack costs before free goods.

    price: money per pack before the discount. discount_percent: 0 to 100, taken off the price.
    """

    price: Decimal
    discount_percent: Decimal
    deal: Deal

    @property
    def net(self) -> Fraction:
        """Money per bought pack, exact."""
        return Fraction(self.price) * (100 - Fraction(self.discount_percent)) / 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """A purchase that covers a need.

    packs, free_packs: bought and free. amount: money paid for all of them. true_pack_cost and
    true_unit_cost: money per pack and per base unit, free goods counted, six places.
    """

    packs: int
    free_packs: int
    purchase_units: int
    amount: Decimal
    true_pack_cost: Decimal
    true_unit_cost: Decimal

    @property
    def quantity(self) -> int:
        """Base units that arrive."""
        return (self.packs + self.free_packs) * self.purchase_units


def pack_price(
    *,
    list_price: Decimal | None,
    public_price: Decimal | None,
    discount_percent: Decimal | None,
    deal: Deal,
) -> PackPrice | None:
    """What a pack costs under a line, None where the line does not say.

    The discount is the line's own, or the one printed in the deal. It is taken off the list
    price; where only the public price is printed it is taken off that (and a public price
    without a discount is no purchase price).
    """
    discount = deal.added_discount if discount_percent is None else discount_percent
    price = list_price
    if price is None and discount is not None:
        price = public_price
    if price is None or price <= 0 or (discount is not None and discount >= HUNDRED):
        return None
    return PackPrice(price=price, discount_percent=discount or Decimal(0), deal=deal)


def packs_needed(*, needed: int, purchase_units: int) -> int:
    """Whole packs of ``purchase_units`` that cover ``needed`` base units (> 0)."""
    return -(-needed // purchase_units)


def packs_to_buy(deal: Deal, *, packs: int, with_exceptions: bool = False) -> int:
    """The fewest packs to buy so that with the free ones at least ``packs`` (> 0) arrive.

    Buying more never brings fewer free packs, so bisection finds it. Never fewer than are sold.
    """
    bought = range(1, packs + 1)
    fewest = bought[
        bisect_left(
            bought,
            packs,
            key=lambda q: q + deal.free_units(q, with_exceptions=with_exceptions),
        )
    ]
    return max(fewest, deal.least_packs or 1)


def quote(
    price: PackPrice, *, packs: int, purchase_units: int, with_exceptions: bool = False
) -> Quote | None:
    """Buying ``packs`` (> 0) at ``price``; None where an amount or quantity is out of range.

    amount = price x (100 - discount) / 100 x packs, rounded once to the currency.
    true unit cost = amount / ((packs + free packs) x units of a pack).
    Out of range is also fewer than the supplier sells. with_exceptions: as the supplier consents.
    """
    if packs < (price.deal.least_packs or 1):
        return None
    free_packs = price.deal.free_units(packs, with_exceptions=with_exceptions)
    return quote_with_free(price, packs=packs, free_packs=free_packs, purchase_units=purchase_units)


def quote_with_free(
    price: PackPrice, *, packs: int, free_packs: int, purchase_units: int
) -> Quote | None:
    """Buying ``packs`` (> 0) of which ``free_packs`` (>= 0) more come; else as ``quote``.

    For packs that earn their free goods together with those of other lines.
    """
    quantity = (packs + free_packs) * purchase_units
    with localcontext(prec=60):
        paid = price.price * (HUNDRED - price.discount_percent) / HUNDRED * packs
        amount = round_money(paid)
        if not 0 < amount <= MAX_AMOUNT or quantity > LARGEST_QUANTITY:
            return None
        return Quote(
            packs=packs,
            free_packs=free_packs,
            purchase_units=purchase_units,
            amount=amount,
            true_pack_cost=unit_cost(paid / (packs + free_packs)),
            true_unit_cost=unit_cost(amount / quantity),
        )


def quote_for_need(price: PackPrice, *, needed: int, purchase_units: int) -> Quote | None:
    """The smallest purchase that brings ``needed`` base units (> 0), free goods counted."""
    packs = packs_needed(needed=needed, purchase_units=purchase_units)
    if packs > LARGEST_QUANTITY:
        return None
    return quote(price, packs=packs_to_buy(price.deal, packs=packs), purchase_units=purchase_units)
