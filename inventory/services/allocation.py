"""Which batches a quantity is taken from, and at what cost. Pure: no query is made here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from core.money import round_money, unit_cost
from inventory.models import StockLevel
from inventory.records import IssueLine
from inventory.selectors.availability import Terms
from inventory.services.held_back import HeldBack, held_back
from inventory.services.shortfalls import (
    Choice,
    Lack,
    held_back_error,
    insufficient,
    override_required,
)

ZERO = Decimal(0)


def unit_cost_of(level: StockLevel) -> Decimal:
    """Present cost per base unit of a level, six places; 0 for an empty one."""
    return unit_cost(level.value / level.quantity) if level.quantity else ZERO


def cost_of(level: StockLevel, quantity: int) -> Decimal:
    """Money at which `quantity` (> 0, <= the level's) leaves the level.

    The last unit takes the remaining value, so that nothing left is worth nothing.
    """
    if quantity == level.quantity:
        return level.value
    return min(level.value, round_money(unit_cost_of(level) * quantity))


@dataclass(frozen=True, slots=True)
class Pick:
    """What one line takes from one level. quantity > 0, cost >= 0; part counts from 0."""

    line: IssueLine
    part: int
    level: StockLevel
    quantity: int
    cost: Decimal
    unit_cost: Decimal


@dataclass(slots=True)
class Promises:
    """Units of products promised to orders, counted down while lines are served.

    reserved: product -> all open reservations; own: product -> those of the order served now.
    """

    reserved: dict[int, int] = field(default_factory=dict)
    own: dict[int, int] = field(default_factory=dict)

    def of_others(self, product_id: int) -> int:
        return self.reserved.get(product_id, 0) - self.own.get(product_id, 0)

    def keep(self, product_id: int, quantity: int) -> None:
        """`quantity` has been handed out: first what was promised to this order."""
        kept = min(quantity, self.own.get(product_id, 0))
        if kept:
            self.own[product_id] -= kept
            self.reserved[product_id] -= kept


@dataclass(frozen=True, slots=True)
class Allocation:
    picks: list[Pick]
    choices: list[Choice]


def fefo(level: StockLevel, default_location: int | None = None) -> tuple[object, ...]:
    """First expiring first, then first received; an unknown expiry comes last.

    Of one batch in several places, what lies at the default location goes first.
    """
    batch = level.batch
    return (
        batch.expiry_date is None,
        batch.expiry_date or date.max,
        batch.received_at,
        batch.pk,
        level.location_id != default_location,
        level.location_id,
    )


def take(level: StockLevel, quantity: int) -> tuple[Decimal, Decimal]:
    """Take `quantity` off the level in memory; returns (cost, unit cost before)."""
    cost, each = cost_of(level, quantity), unit_cost_of(level)
    level.quantity -= quantity
    level.value -= cost
    return cost, each


class _Shelves:
    """The levels of some products, lowered in memory while lines are served."""

    def __init__(
        self, levels: Iterable[StockLevel], *, default_location: int, terms: Terms
    ) -> None:
        self.terms = terms
        self.by_product: dict[int, list[StockLevel]] = defaultdict(list)
        for level in sorted(levels, key=lambda level: fefo(level, default_location)):
            self.by_product[level.batch.product_id].append(level)

    def at(self, line: IssueLine) -> list[StockLevel]:
        """Every level the line could mean, whether usable or not, in FEFO order."""
        shelf = self.by_product[line.product_id]
        if line.location_id is None:
            return shelf
        return [level for level in shelf if level.location_id == line.location_id]

    def usable(self, levels: Iterable[StockLevel]) -> list[StockLevel]:
        return [
            level for level in levels if level.quantity and held_back(level, self.terms) is None
        ]

    def free(self, product_id: int, promises: Promises) -> int:
        """Usable base units of a product, anywhere, that are not promised to another order."""
        total = sum(level.quantity for level in self.usable(self.by_product[product_id]))
        return max(0, total - promises.of_others(product_id))


def allocate(
    lines: Sequence[IssueLine],
    levels: Iterable[StockLevel],
    *,
    default_location: int,
    terms: Terms,
    promises: Promises | None = None,
    override_allowed: bool = False,
) -> Allocation:
    """Serve `lines` from `levels` (with batch and location), lowering the levels in memory.

    A line without a location is served from wherever goods are handed out. A line naming a batch
    gets that batch; if it is not the one whose turn it is, or is short-dated, somebody must be
    allowed to override. What is promised to other orders is not touched.

    Raises InsufficientStock naming every line that cannot be served, AllocationOverrideRequired,
    BatchHeldBack (a chosen batch is expired, quarantined, recalled or in a place that is not for
    handing out). The levels are then not to be written.
    """
    promises = promises or Promises()
    shelves = _Shelves(levels, default_location=default_location, terms=terms)
    picks: list[Pick] = []
    lacking: list[Lack] = []
    choices: list[Choice] = []
    for position, line in enumerate(lines):
        shelf = shelves.at(line)
        usable = shelves.usable(shelf)
        free = shelves.free(line.product_id, promises)
        if line.batch_id is not None:
            usable, choice = _chosen(position, line, shelf, usable, terms)
            if choice is not None:
                choices.append(choice)
                if choice.why_not == HeldBack.SHORT_DATED:
                    free = line.quantity  # nobody was promised goods that are not handed out
        here = sum(level.quantity for level in usable)
        if min(here, free) < line.quantity:
            lacking.append(_lack(position, line, shelf, here, free, shelves))
            continue
        promises.keep(line.product_id, line.quantity)
        picks.extend(_serve(line, usable))
    if lacking:
        raise insufficient(lacking)
    if choices and not override_allowed:
        raise override_required(lines, choices)
    return Allocation(picks, choices)


def _chosen(
    position: int,
    line: IssueLine,
    shelf: Sequence[StockLevel],
    usable: Sequence[StockLevel],
    terms: Terms,
) -> tuple[list[StockLevel], Choice | None]:
    """The levels of the batch a line names, and what there is to say against choosing it."""
    assert line.batch_id is not None  # noqa: S101 - the caller has looked
    named = [level for level in shelf if level.batch_id == line.batch_id and level.quantity]
    reasons = {held_back(level, terms) for level in named}
    allowed = [level for level in named if held_back(level, terms) in _CHOOSABLE]
    if named and not allowed:
        raise held_back_error(position, next(reason for reason in reasons if reason is not None))
    turn = usable[0].batch_id if usable else None
    if turn == line.batch_id:
        return [level for level in usable if level.batch_id == line.batch_id], None
    if not allowed:
        return [], None
    short = any(held_back(level, terms) is HeldBack.SHORT_DATED for level in allowed)
    why = HeldBack.SHORT_DATED if short else "another_expires_first"
    return allowed, Choice(line, line.batch_id, turn, why)


_CHOOSABLE = (None, HeldBack.SHORT_DATED)


def _serve(line: IssueLine, usable: Iterable[StockLevel]) -> Iterator[Pick]:
    wanted, part = line.quantity, 0
    for level in usable:
        quantity = min(wanted, level.quantity)
        if quantity == 0:
            continue
        cost, each = take(level, quantity)
        yield Pick(line, part, level, quantity, cost, each)
        wanted -= quantity
        part += 1
        if wanted == 0:
            return


def _lack(
    position: int,
    line: IssueLine,
    shelf: Sequence[StockLevel],
    here: int,
    free: int,
    shelves: _Shelves,
) -> Lack:
    why = [(held_back(level, shelves.terms), level.quantity) for level in shelf]
    expired = sum(quantity for reason, quantity in why if reason is HeldBack.EXPIRED)
    held = sum(quantity for reason, quantity in why if reason not in (None, HeldBack.EXPIRED))
    return Lack(position, line, min(here, free), expired, held, max(0, here - free))
