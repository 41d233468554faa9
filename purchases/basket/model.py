"""What a basket is composed from, and what comes out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from purchases.quotes import PackPrice, Quote

if TYPE_CHECKING:
    from purchases.basket.ways import Ways

__all__ = [
    "Answer",
    "Basket",
    "Candidate",
    "Conditions",
    "Costs",
    "Fallback",
    "Item",
    "Method",
    "Money",
    "Options",
    "Source",
    "Status",
    "Unbought",
]

Money = int  # whole smallest units of the currency


class Method(StrEnum):
    SOLVER = "solver"
    GREEDY = "greedy"


class Status(StrEnum):
    OPTIMAL = "optimal"  # proven best within the tolerance
    TIME_LIMIT = "time_limit"  # best found in time, with a proven gap
    UNPROVEN = "unproven"  # by the greedy rule


class Fallback(StrEnum):
    """Why the greedy rule chose."""

    MISSING = "solver_missing"
    NO_SOLUTION = "no_solution_in_time"
    FAILED = "solver_failed"
    ASKED = "asked_for"


class Unbought(StrEnum):
    """Why a product that is needed and offered is not in the basket."""

    OVER_BUDGET = "over_budget"
    BELOW_MINIMUM = "below_supplier_minimum"
    ABOVE_MAXIMUM = "above_supplier_maximum"
    CREDIT_EXHAUSTED = "supplier_credit_exhausted"
    SHELF_LIFE = "shelf_life_too_short"
    OUT_OF_RANGE = "quantity_out_of_range"
    NOT_WORTH_IT = "not_worth_buying_now"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A product that is needed.

    position: base units that cover demand (usable and on their way), below zero where more is
    promised than there is. per_day, deviation: mean and standard deviation of a day's demand,
    base units; per_day 0 where nothing is known of it and the product's limits decide.
    floor: a position a person wants at least. service_level: chance of meeting all demand until
    the next delivery, above 0 and below 1. cover_days: most days ahead that may be bought for.
    shelf_days: how long what is bought now may be sold, None where not known.
    only_need: never buy beyond the need (controlled drugs).

    usual_share: what a unit usually costs where it is cheapest, a share of what it costs so today;
    priced_days: for so many days demand can still be met at today's prices, after them at the
    usual ones; None where no end is in sight.
    """

    product_id: int
    position: int
    per_day: float = 0.0
    deviation: float = 0.0
    floor: int = 0
    service_level: float
    cover_days: int
    shelf_days: int | None = None
    only_need: bool = False
    usual_share: float = 1.0
    priced_days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a product can be bought.

    key: names the source (an offer line). units: base units of a pack. needed: base units needed
    if they come from this supplier. lead_days: from order to shelf; review_days: to the next
    occasion to order. most_packs: what the supplier has, None where not known. mix: sources of a
    supplier with the same mix earn their free packs together, under the deal all of them have.
    """

    key: int
    product_id: int
    supplier_id: int
    price: PackPrice
    units: int
    needed: int
    lead_days: int
    review_days: int
    most_packs: int | None = None
    mix: int | None = None

    @property
    def protection_days(self) -> int:
        """What is ordered now must last so long."""
        return self.lead_days + self.review_days


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """How a supplier takes an order.

    minimum: below it an order costs `fee` more, or is refused where there is no fee. maximum: of
    one order, None without limit.
    """

    supplier_id: int
    minimum: Money = 0
    fee: Money | None = None
    maximum: Money | None = None

    @property
    def indifferent(self) -> bool:
        """Whether any order is taken."""
        return self.minimum <= 0 and self.maximum is None

    def fee_on(self, amount: Money) -> Money:
        """What an order of `amount` costs more."""
        return self.fee or 0 if 0 < amount < self.minimum else 0

    def takes(self, amount: Money) -> bool:
        """Whether an order of `amount` is taken; nothing always is."""
        if amount == 0:
            return True
        too_small = amount < self.minimum and self.fee is None
        return not too_small and (self.maximum is None or amount <= self.maximum)


@dataclass(frozen=True, slots=True, kw_only=True)
class Basket:
    """A question: what to buy.

    budget: money, never exceeded. holding_rate: what holding costs in a year, a share of value.
    overage: what a unit too many costs, a share of its value; with the service level it says
    what a unit short costs (docs/flows/basket.md).
    """

    items: tuple[Item, ...]
    sources: tuple[Source, ...]
    conditions: tuple[Conditions, ...] = ()
    budget: Money
    holding_rate: float = 0.20
    overage: float = 0.05
    money_places: int = 2


@dataclass(frozen=True, slots=True)
class Costs:
    """What a choice costs, in parts. paid: now; later: still to be paid for the same demand."""

    paid: Money = 0
    later: Money = 0
    shortage: Money = 0
    holding: Money = 0
    expiring: Money = 0

    @property
    def total(self) -> Money:
        return self.paid + self.later + self.shortage + self.holding + self.expiring

    def __add__(self, other: Costs) -> Costs:
        return Costs(
            self.paid + other.paid,
            self.later + other.later,
            self.shortage + other.shortage,
            self.holding + other.holding,
            self.expiring + other.expiring,
        )


@dataclass(frozen=True, slots=True)
class Candidate:
    """One way to buy a product: a quantity at a source.

    units_short: base units expected to be missed until the next delivery. own: its free packs are
    earned by its own packs; of a mix others may earn them.
    """

    source: Source
    quote: Quote
    costs: Costs
    units_short: float
    own: bool = True

    @property
    def paid(self) -> Money:
        return self.costs.paid

    @property
    def supplier_id(self) -> int:
        return self.source.supplier_id


@dataclass(frozen=True, slots=True)
class Options:
    """What may be done about one product: buy nothing, or one of the candidates.

    unit_value: money of a base unit where it is always bought the best way; shortage_price: what
    a base unit costs that is missed. reason: why there are no candidates, if there are none.
    ways: all quantities of every source, of which the candidates are those looked at so far.
    """

    item: Item
    unit_value: float
    shortage_price: float
    nothing: Costs
    nothing_short: float
    candidates: tuple[Candidate, ...]
    reason: Unbought | None = None
    ways: tuple[Ways, ...] = field(default=(), repr=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The basket chosen.

    chosen: by product id. unbought: the rest of the items with reasons. costs: of everything,
    bought or not, `fees` (already in costs.paid) included. bound: no choice costs less; gap:
    (cost - bound) / cost; both None where not proven. shadow: money saved for one more of budget.
    supplier_prices: what one more of an order costs where its minimum (below zero) or maximum
    (above) binds, by supplier; closed: suppliers that get no order for their minimum.
    """

    chosen: Mapping[int, Candidate]
    unbought: Mapping[int, Unbought]
    options: Sequence[Options] = field(repr=False)
    costs: Costs
    fees: Money
    units_short: float
    method: Method
    status: Status
    reason: Fallback | None
    bound: Money | None
    gap: float | None
    shadow: float
    seconds: float
    supplier_prices: Mapping[int, float] = field(default_factory=dict)
    closed: frozenset[int] = frozenset()

    def price_of_money(self, supplier_id: int) -> float:
        """What one more of money costs at a supplier beyond itself: of budget, and of its order."""
        return self.shadow + self.supplier_prices.get(supplier_id, 0.0)

    @property
    def spent(self) -> Money:
        return self.costs.paid
