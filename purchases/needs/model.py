"""The figures a need is made of. Quantities are base units, times are days of the calendar."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, cast

__all__ = [
    "Basis",
    "Demand",
    "Limits",
    "Lot",
    "NeedFigures",
    "StockPosition",
    "SupplyTerms",
]


class Basis(StrEnum):
    """What a need rests on."""

    DEMAND = "demand"  # sold per day, and how much that varies
    MIN_MAX = "min_max"  # the product's own limits, where its history is short


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """What was asked for per day.

    per_day: the mean of a day; deviation: the standard deviation of one day. observed_days: days
    on which it could have been sold; stock_out_days: days it could not, which count as nothing
    known. sold: units sold on the observed days, less what customers brought back.
    """

    per_day: Decimal
    deviation: Decimal
    observed_days: int
    stock_out_days: int
    sold: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """Units that may be sold for `days` more days (today included) and not after."""

    days: int
    units: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StockPosition:
    """What there is, what is promised, and what comes.

    on_hand: everything on the shelves; held_back: what of it may not be handed out (expired,
    quarantined, recalled, in a closed place); expiring: what of the rest will expire before it can
    be sold; reserved: promised to customers' orders; incoming: ordered and not yet here. lots:
    what may be handed out and expires soonest, first expiring first.
    """

    on_hand: int
    reserved: int
    incoming: int
    expiring: int
    held_back: int
    lots: tuple[Lot, ...] = ()

    @property
    def usable(self) -> int:
        """Units that cover demand: below zero when more is promised than there is and comes."""
        return self.on_hand - self.held_back - self.expiring - self.reserved + self.incoming


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The product's own limits, as a person set them. 0 and None: not set."""

    min_stock: int = 0
    reorder_point: int | None = None
    max_stock: int = 0

    @property
    def order_at(self) -> int:
        """Units at which it is time to order: the reorder point, else the minimum."""
        return self.min_stock if self.reorder_point is None else self.reorder_point

    def is_reached(self, usable: int) -> bool:
        """Below the minimum or, where a reorder point is set, down to it."""
        if self.reorder_point is None:
            return usable < self.min_stock
        return usable <= self.reorder_point


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplyTerms:
    """How supply is arranged.

    service_level: the chance of meeting all demand between two deliveries, above 0 and below 1.
    lead_days: from the order to the shelf, and lead_deviation its standard deviation.
    review_days: from one occasion to order to the next.
    """

    abc_class: str
    service_level: Decimal
    lead_days: int
    review_days: int
    lead_deviation: Decimal = Decimal(0)

    @property
    def protection_days(self) -> int:
        """What is ordered now must last so long: until what is ordered next has arrived."""
        return self.lead_days + self.review_days


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedFigures:
    """How much of a product is needed, and why.

    safety_stock: units against what varies. At or below `reorder_point` the order cannot wait for
    the next occasion. order_up_to: the position an order should bring. needed: units to order.
    review_due: whether this is an occasion to order what has not come down to the reorder point.
    """

    product_id: int
    basis: Basis
    terms: SupplyTerms
    limits: Limits
    demand: Demand
    position: StockPosition
    review_due: bool
    safety_stock: Decimal
    reorder_point: int
    order_up_to: int
    needed: int

    @property
    def abc_class(self) -> str:
        return self.terms.abc_class

    @property
    def service_level(self) -> Decimal:
        return self.terms.service_level

    @property
    def lead_days(self) -> int:
        return self.terms.lead_days

    @property
    def review_days(self) -> int:
        return self.terms.review_days

    @property
    def urgent(self) -> bool:
        """Whether the order cannot wait for the next occasion."""
        if self.basis is Basis.MIN_MAX:
            return self.needed > 0
        return self.needed > 0 and self.position.usable <= self.reorder_point

    @property
    def cover_days(self) -> Decimal | None:
        """Days the usable units last at the present demand, one place; None without demand."""
        if self.demand.per_day <= 0:
            return None
        return round(max(0, self.position.usable) / self.demand.per_day, 1)

    def as_json(self) -> dict[str, Any]:
        """Plain JSON values, for a JSON column; `purchases.needs.from_json` reads them back.

        Decimals are text, so that nothing is lost. `usable` is shown with the position.
        """
        kept = cast(dict[str, Any], _plain(asdict(self)))
        kept["position"]["usable"] = self.position.usable
        return kept


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return f"{value:f}" if isinstance(value, Decimal) else value
