"""Free goods for a purchase: tiers are steps that repeat and combine.

Buying 15 under `1+5 او 3+10` (free+bought) is one step of 10 and one of 5: 4 units free. Which
combination gives most is the unbounded knapsack problem, solved exactly.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

__all__ = ["Split", "Tier", "best_tier", "free_table", "most_generous", "split_purchase"]


@dataclass(frozen=True, slots=True, order=True)
class Tier:
    """Buying `bought` units (>= 1) gives `free` units (>= 1) of the same product."""

    bought: int
    free: int

    def __post_init__(self) -> None:
        if self.bought < 1 or self.free < 1:
            raise ValueError(f"a tier needs units on both sides, got {self.bought}+{self.free}")


@dataclass(frozen=True, slots=True)
class Split:
    """A purchase divided over tiers: `steps` are (tier, times), largest tier first."""

    quantity: int
    free: int
    steps: tuple[tuple[Tier, int], ...]

    @property
    def outside(self) -> int:
        """Bought units that no step uses."""
        return self.quantity - sum(tier.bought * times for tier, times in self.steps)


def best_tier(tiers: Sequence[Tier], quantity: int) -> Tier | None:
    """The tier within reach of `quantity` with most free units per bought unit.

    Of equally generous tiers the smallest purchase is named.
    """
    best: Tier | None = None
    for tier in sorted(tiers):
        if tier.bought > quantity:
            break
        if best is None or tier.free * best.bought > best.free * tier.bought:
            best = tier
    return best


def most_generous(tiers: Sequence[Tier]) -> Tier | None:
    """The tier with most free units per bought unit, the smallest of equal ones."""
    return best_tier(tiers, max((tier.bought for tier in tiers), default=0))


def free_table(tiers: Sequence[Tier], most: int) -> list[int]:
    """The most units that come free with 0, 1, … `most` bought units."""
    free = [0] * (most + 1)
    ranked = sorted(set(tiers))
    for bought in range(1, most + 1):
        best = free[bought - 1]
        for tier in ranked:
            if tier.bought > bought:
                break
            best = max(best, free[bought - tier.bought] + tier.free)
        free[bought] = best
    return free


def split_purchase(tiers: Sequence[Tier], quantity: int) -> Split:
    """Divide `quantity` bought units (>= 0) over the tiers so that most units come free.

    Only as much as needed is worked out unit by unit. Let D be the most generous tier, needing d
    units. In some best split fewer than d steps are of other tiers: among any d of them some have
    sizes that sum to a multiple of d (pigeonhole on prefix sums), and giving those units to D
    loses nothing. So all but d x (largest tier) units go to D in one multiplication, and a
    purchase of a million units costs no more than one of a few hundred.

    Raises ValueError for a negative quantity.
    """
    if quantity < 0:
        raise ValueError(f"quantity must not be negative, got {quantity}")
    within_reach = tuple(sorted(tier for tier in set(tiers) if tier.bought <= quantity))
    densest = best_tier(within_reach, quantity)
    if densest is None:
        return Split(quantity=quantity, free=0, steps=())
    kept_open = densest.bought * within_reach[-1].bought
    bulk = max(0, (quantity - kept_open) // densest.bought)
    times = dict(_best_steps(within_reach, quantity - bulk * densest.bought))
    times[densest] = times.get(densest, 0) + bulk
    steps = tuple(sorted(((t, n) for t, n in times.items() if n), reverse=True))
    return Split(quantity=quantity, free=sum(t.free * n for t, n in steps), steps=steps)


@lru_cache(maxsize=4096)
def _best_steps(tiers: tuple[Tier, ...], quantity: int) -> tuple[tuple[Tier, int], ...]:
    """Exact knapsack by dynamic programming over every quantity up to the one asked for."""
    most_free = [0] * (quantity + 1)
    last_step: list[Tier | None] = [None] * (quantity + 1)
    for bought in range(1, quantity + 1):
        most_free[bought] = most_free[bought - 1]
        for tier in tiers:
            if tier.bought > bought:
                break
            free = most_free[bought - tier.bought] + tier.free
            if free > most_free[bought]:
                most_free[bought] = free
                last_step[bought] = tier
    return _read_back(last_step, quantity)


def _read_back(last_step: list[Tier | None], quantity: int) -> tuple[tuple[Tier, int], ...]:
    times: dict[Tier, int] = {}
    rest = quantity
    while rest > 0:
        tier = last_step[rest]
        if tier is None:
            rest -= 1
            continue
        times[tier] = times.get(tier, 0) + 1
        rest -= tier.bought
    return tuple(times.items())
