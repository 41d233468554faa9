"""What would be chosen for one product if one source had another price, all else as it is.

Money keeps its price (`Answer.shadow`), and so do suppliers' minimums: the product is decided
alone. The value of a unit follows the price, as it would if the basket were composed again.
Everything a way costs beside the money paid is proportional to that value.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from core.money import round_money
from purchases.basket.model import Answer, Options
from purchases.basket.ways import Floats, Ways, value_of

__all__ = ["Market"]

_STEPS = 40
# Beyond so many times the price nothing is looked for.
_FURTHEST = 64.0


@dataclass(frozen=True, slots=True)
class _Stand:
    """A source in the comparison. paid: with the price of money. waits: in units, times value."""

    key: int
    supplier_id: int
    paid: Floats
    waits: Floats
    unit_cost: float


class Market:
    """The sources of one product at suppliers that get orders."""

    def __init__(self, answer: Answer, some: Options) -> None:
        self._stands = [
            _stand(answer, ways)
            for ways in some.ways
            if ways.supplier_id not in answer.closed and len(ways.own_places())
        ]
        self._suppliers = {stand.key: stand.supplier_id for stand in self._stands}
        self._prices = {ways.curve.source.key: ways.curve.source.price.price for ways in some.ways}

    def flips_at(self, key: int) -> Decimal | None:
        """The highest price of a pack of this source from which down its supplier is chosen.

        Its price where it is now, None where no price would do. For a supplier not chosen.
        """
        if not self._holds(key, 0.0):
            return None
        if self._holds(key, 1.0):
            return self._prices[key]
        return self._price(key, _border(0.0, 1.0, lambda factor: self._holds(key, factor)))

    def holds_up_to(self, key: int) -> Decimal | None:
        """The highest price of a pack of this source up to which its supplier stays the choice.

        None where none is too high. For the source chosen.
        """
        if self._holds(key, _FURTHEST):
            return None
        if not self._holds(key, 1.0):
            return self._prices[key]
        return self._price(key, _border(1.0, _FURTHEST, lambda factor: self._holds(key, factor)))

    def _price(self, key: int, factor: float) -> Decimal | None:
        price = round_money(self._prices[key] * Decimal(repr(factor)))
        return price if price > 0 else None

    def _holds(self, key: int, factor: float) -> bool:
        """Whether its supplier is chosen at `factor` times the price."""
        supplier_id = self._suppliers.get(key)
        if supplier_id is None:
            return False
        times = [factor if stand.key == key else 1.0 for stand in self._stands]
        value = min(stand.unit_cost * each for stand, each in zip(self._stands, times, strict=True))
        # Buying nothing waits for whoever can deliver soonest.
        nothing = value * min(float(stand.waits[0]) for stand in self._stands)
        least: dict[int, float] = {}
        for stand, each in zip(self._stands, times, strict=True):
            cost = float((stand.paid[1:] * each + value * stand.waits[1:]).min())
            least[stand.supplier_id] = min(cost, least.get(stand.supplier_id, cost))
        own = least.pop(supplier_id)
        return own <= nothing and all(own <= cost for cost in least.values())


def _stand(answer: Answer, ways: Ways) -> _Stand:
    """Of a mix it is what its own packs earn, and where it is chosen what others earn for it."""
    curve, value = ways.curve, ways.valuation.value
    chosen = answer.chosen.get(curve.source.product_id)
    had = curve.own
    if chosen is not None and chosen.source.key == curve.source.key:
        had = had | (curve.free == chosen.quote.free_packs)
    had = had | (curve.packs == 0)
    return _Stand(
        key=curve.source.key,
        supplier_id=ways.supplier_id,
        paid=curve.paid[had] * (1.0 + answer.price_of_money(ways.supplier_id)),
        waits=(ways.cost - curve.paid)[had] / value,
        unit_cost=value_of(curve, rate=ways.valuation.basket.holding_rate),
    )


def _border(inside: float, outside: float, holds: Callable[[float], bool]) -> float:
    """The factor nearest to `outside` at which it still holds, by bisection."""
    for _ in range(_STEPS):
        middle = (inside + outside) / 2
        if holds(middle):
            inside = middle
        else:
            outside = middle
    return inside
