"""A pharmacy replayed day by day: the same customers for every way of ordering.

Every seven days an order is made before the shop opens; goods come two days later. What is not
there when asked for is a lost sale. Stock is sold first expiring first, and valued at what it cost
the pharmacy in question; what expires is lost with that value.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np
import openpyxl
from numpy.typing import NDArray

from bench._real_files import FOLDER, rows_of
from purchases.needs import (
    Demand,
    Limits,
    NeedFigures,
    StockPosition,
    SupplyTerms,
    need_figures,
)
from purchases.quotes import PackPrice, Quote

LEAD_DAYS, REVIEW_DAYS, HISTORY_DAYS = 2, 7, 90
SHEET_DAYS = 28  # so long the sheets of a month hold, and say so
HOLDING_RATE = 0.20  # a year, of the value lying there
_LEVELS = {"A": 0.98, "B": 0.95, "C": 0.90}
_BRANCHES, _DAYS_OF_REPORT = 6, 30


@dataclass(frozen=True, slots=True)
class World:
    """What happens whatever is ordered.

    demand: by product and day, history first. reference: money of a unit, the printed price at
    home less its discount. shelf_days: of fresh goods. prices: by month, product and supplier;
    past_prices: the same, of the months before the first.
    """

    demand: NDArray[np.int64]
    reference: NDArray[np.float64]
    shelf_days: Sequence[int]
    abc: Sequence[str]
    prices: Sequence[Sequence[Sequence[PackPrice]]]
    past_prices: Sequence[Sequence[Sequence[PackPrice]]]
    weekly_budget: int
    weeks: int


@dataclass(frozen=True, slots=True)
class Buy:
    product: int
    supplier: int
    quote: Quote


@dataclass(frozen=True, slots=True)
class Occasion:
    """What an order is decided by. needs: by product, also where nothing is needed.

    past: prices of the months before, as `World.prices`. days_left: days the sheets still hold
    after today.
    """

    needs: Sequence[NeedFigures]
    prices: Sequence[Sequence[PackPrice]]
    shelf_days: Sequence[int]
    budget: int
    past: Sequence[Sequence[Sequence[PackPrice]]] = ()
    days_left: int | None = None


Policy = Callable[[Occasion], list[Buy]]


@dataclass(slots=True)
class Books:
    """Money of one replay. value: of stock, at its cost."""

    paid: float = 0.0
    first_value: float = 0.0
    last_value: float = 0.0
    holding: float = 0.0
    expired: float = 0.0
    met: float = 0.0
    met_worth: float = 0.0
    asked: float = 0.0
    over_budget: int = 0
    orders: list[float] = field(default_factory=list)

    @property
    def fill_rate(self) -> float:
        return self.met / self.asked

    @property
    def goods(self) -> float:
        """Money the demand that was met cost, per money of its printed price."""
        return (self.paid + self.first_value - self.last_value) / self.met_worth

    @property
    def cost(self) -> float:
        """The same with what holding the stock costs."""
        return self.goods + self.holding / self.met_worth


@dataclass(slots=True)
class _Shelf:
    """Batches as [day of expiry, units, cost of a unit], first expiring first; and orders."""

    batches: list[list[float]] = field(default_factory=list)
    coming: list[tuple[int, list[float]]] = field(default_factory=list)

    @property
    def units(self) -> int:
        return int(sum(batch[1] for batch in self.batches))

    @property
    def value(self) -> float:
        return sum(units * cost for _, units, cost in self.batches)

    def sell(self, wanted: int) -> int:
        sold = 0
        for batch in self.batches:
            taken = min(wanted - sold, int(batch[1]))
            batch[1] -= taken
            sold += taken
        self.batches = [batch for batch in self.batches if batch[1] > 0]
        return sold

    def turn(self, day: int) -> float:
        """Receive what is due and throw away what expired; returns its value."""
        self.batches += [batch for due, batch in self.coming if due <= day]
        self.coming = [(due, batch) for due, batch in self.coming if due > day]
        lost = sum(units * cost for expiry, units, cost in self.batches if expiry <= day)
        self.batches = sorted(batch for batch in self.batches if batch[0] > day)
        return lost


def demand_of(products: int, days: int, *, seed: int) -> NDArray[np.int64]:
    """Units asked for by product and day: negative binomial around real sellers' rates.

    Rates: sales of products of a real report over six branches, as of one branch and 30 days.
    Spread: variance over mean of real daily sales of eight groups, one group for each product.
    """
    chance = np.random.default_rng(seed)
    rates = chance.choice(_real_rates(), size=products, replace=False)
    ratios = chance.choice(_real_ratios(), size=products)
    times = rates / (ratios - 1)
    return chance.negative_binomial(times[:, None], 1 / ratios[:, None], size=(products, days))


def _real_rates() -> NDArray[np.float64]:
    path = FOLDER / "sales" / "shortage_report_total_20260623.xlsx"
    sheet = openpyxl.load_workbook(path, read_only=True).active
    sold = [row[3] for row in sheet.iter_rows(min_row=2, values_only=True)]
    rates = [float(each) / _BRANCHES / _DAYS_OF_REPORT for each in sold if each and each > 0]
    return np.array([rate for rate in rates if rate >= 0.1])


def _real_ratios() -> NDArray[np.float64]:
    rows = rows_of("sales/atc_daily_2014_to_2018-06.csv")
    groups = ("M01AB", "M01AE", "N02BA", "N02BE", "N05B", "N05C", "R03", "R06")
    days = np.array([[float(row[group]) for group in groups] for row in rows])
    ratios: NDArray[np.float64] = days.var(axis=0) / days.mean(axis=0)
    return np.maximum(1.05, ratios)


def replay(world: World, policy: Policy, *, stricter: float = 1.0) -> Books:
    """stricter: the chance of missing demand the needs allow for, times this (below 1: less)."""
    books = Books()
    shelves = _first_shelves(world)
    books.first_value = sum(shelf.value for shelf in shelves)
    for day in range(world.weeks * 7):
        books.expired += sum(shelf.turn(day) for shelf in shelves)
        if day % REVIEW_DAYS == 0:
            _order(world, policy, shelves, books, day, stricter)
        for product, shelf in enumerate(shelves):
            asked = int(world.demand[product, HISTORY_DAYS + day])
            sold = shelf.sell(asked)
            books.asked += asked
            books.met += sold
            books.met_worth += sold * world.reference[product]
        books.holding += sum(shelf.value for shelf in shelves) * HOLDING_RATE / 365
    coming = sum(batch[1] * batch[2] for shelf in shelves for _, batch in shelf.coming)
    books.last_value = sum(shelf.value for shelf in shelves) + coming
    return books


def _first_shelves(world: World) -> list[_Shelf]:
    """Nine days of mean demand on every shelf, at its printed price."""
    shelves = []
    for product, history in enumerate(world.demand[:, :HISTORY_DAYS]):
        units = int(np.ceil(history.mean() * (LEAD_DAYS + REVIEW_DAYS)))
        batch = [float(world.shelf_days[product]), float(units), world.reference[product]]
        shelves.append(_Shelf([batch] if units else []))
    return shelves


def _order(
    world: World,
    policy: Policy,
    shelves: Sequence[_Shelf],
    books: Books,
    day: int,
    stricter: float,
) -> None:
    needs = [_needs(world, number, shelf, day, stricter) for number, shelf in enumerate(shelves)]
    month = day // SHEET_DAYS
    occasion = Occasion(
        needs,
        world.prices[month],
        world.shelf_days,
        world.weekly_budget,
        past=[*world.past_prices, *world.prices[:month]],
        days_left=SHEET_DAYS - 1 - day % SHEET_DAYS,
    )
    spent = 0.0
    for buy in policy(occasion):
        spent += float(buy.quote.amount)
        expiry = float(day + LEAD_DAYS + world.shelf_days[buy.product])
        batch = [expiry, float(buy.quote.quantity), float(buy.quote.true_unit_cost)]
        shelves[buy.product].coming.append((day + LEAD_DAYS, batch))
    books.paid += spent
    books.orders.append(spent)
    books.over_budget += spent > world.weekly_budget


def _needs(world: World, number: int, shelf: _Shelf, day: int, stricter: float) -> NeedFigures:
    """As the pharmacy would work it out from the last 90 days."""
    known = world.demand[number, day : day + HISTORY_DAYS]
    level = 1 - (1 - _LEVELS[world.abc[number]]) * stricter
    return need_figures(
        product_id=number,
        terms=SupplyTerms(
            abc_class=world.abc[number],
            service_level=Decimal(f"{level:.4f}"),
            lead_days=LEAD_DAYS,
            review_days=REVIEW_DAYS,
        ),
        limits=Limits(),
        demand=Demand(
            per_day=Decimal(f"{known.mean():.4f}"),
            deviation=Decimal(f"{known.std(ddof=1):.4f}"),
            observed_days=HISTORY_DAYS,
            stock_out_days=0,
            sold=int(known.sum()),
        ),
        position=StockPosition(
            on_hand=shelf.units,
            reserved=0,
            incoming=int(sum(batch[1] for _, batch in shelf.coming)),
            expiring=0,
            held_back=0,
        ),
        fewest_days=28,
    )
