"""Sources of one supplier whose packs count together under one deal: mixes of strengths.

For such a source a quantity is not only how many packs are bought but also how many of the mix's
free packs are taken in it. Each of these is priced; that all free packs taken are earned by all
packs bought is asked of the sources together (`Plan`, `Within`). A strength is never had for
nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from purchases.basket.model import Options
from purchases.deals import Deal, Tier, split_purchase

__all__ = ["Mixed", "Spread", "mixes_of", "spread_alone", "spread_mixed"]

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

# Up to so many free packs every number is looked at, beyond that so many in even steps.
_ALL_FREE_UP_TO = 120


@dataclass(frozen=True, slots=True)
class Mixed:
    """A deal of several sources. most: packs that may be bought of all of them."""

    tiers: tuple[Tier, ...]
    most: int

    def free(self, packs: int) -> int:
        """What comes free with so many packs bought of all of them."""
        return _free(self.tiers, packs)


@lru_cache(maxsize=65_536)
def _free(tiers: tuple[Tier, ...], packs: int) -> int:
    return split_purchase(tiers, packs).free


def mixes_of(options: Iterable[Options]) -> Mapping[int, Mixed]:
    """The mixes of the sources, by their keys."""
    found: dict[int, Mixed] = {}
    for some in options:
        for ways in some.ways:
            source = ways.curve.source
            if source.mix is not None:
                known = found.get(source.mix, Mixed(source.price.deal.usable_tiers(), 0))
                most = known.most + int(ways.curve.packs.max())
                found[source.mix] = Mixed(known.tiers, most)
    return found


@dataclass(frozen=True, slots=True)
class Spread:
    """Quantities of one source. packs, free: bought and free, nothing first.

    own: all it earns alone, and no more, comes free: nothing is asked of other sources. fair: no
    more comes free than its share in what the whole mix might earn.
    """

    packs: Ints
    free: Ints
    own: Flags
    fair: Flags

    def only(self, kept: Flags) -> Spread:
        return Spread(self.packs[kept], self.free[kept], self.own[kept], self.fair[kept])


def spread_alone(packs: Ints, free: Ints) -> Spread:
    every = np.ones(len(packs), dtype=np.bool_)
    return Spread(packs, free, every, every)


def spread_mixed(deal: Deal, packs: Ints, own: Ints, *, together: int) -> Spread:
    """own: what each number of packs earns alone; together: packs the whole mix may come to."""
    tiers = deal.usable_tiers()
    most = _free(tiers, together)
    each = np.unique(
        np.concatenate(
            [
                np.linspace(0, most, min(most, _ALL_FREE_UP_TO) + 1).astype(np.int64),
                np.unique(own[own <= most]),
            ]
        )
    )
    bought = np.concatenate([[0], np.repeat(packs[packs > 0], len(each))])
    free = np.concatenate([[0], np.tile(each, int((packs > 0).sum()))])
    alone = np.concatenate([[0], np.repeat(own[packs > 0], len(each))])
    best = deal.best_tier(together)
    fair = free == 0 if best is None else free * best.bought <= bought * best.free
    return Spread(bought, free, free == alone, fair | (free == alone))
