"""Items whose sources are mixed, decided together and exactly at given prices.

The prices of free and bought packs in `Prices` count parts of a tier's step, which no deal gives:
their bound alone is too low. Money and suppliers' conditions have their prices, and items that
share no mix have nothing to do with each other; so those that do are few, and what they cost
together at the least is found by a small programme. It lifts the bound, and says which quantities
to look at first.

A free pack more, for the same goods, is a pack less to be paid: a binary for every number of packs
received, and one whole number of free packs for a source, say as much as a binary for each pair.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from purchases.basket.model import Options
from purchases.basket.prices import Prices
from purchases.basket.programme import INFINITY, Programme, steps_of
from purchases.basket.ways import Ways

__all__ = ["Joint", "clusters_of"]

# More than rounding can make of a difference; money.
_ROUNDING = 3.0


def clusters_of(options: Sequence[Options]) -> list[tuple[int, ...]]:
    """Places of items that are linked by mixes, each in one cluster; those of no mix in none."""
    clusters: list[tuple[set[int], set[int]]] = []  # items and mixes
    for item, some in enumerate(options):
        sources = [ways.curve.source.mix for ways in some.ways]
        mixes = {mix for mix in sources if mix is not None}
        if mixes:
            linked = [each for each in clusters if each[1] & mixes]
            clusters = [each for each in clusters if not each[1] & mixes]
            items = {item}.union(*(each[0] for each in linked))
            clusters.append((items, mixes.union(*(each[1] for each in linked))))
    return sorted(tuple(sorted(items)) for items, _mixes in clusters)


@dataclass(frozen=True, slots=True)
class _Column:
    """So many packs received from a source, the fewest of them free; extra: more may be."""

    item: int
    ways: Ways
    place: int
    extra: int


class Joint:
    """The programme of one cluster at prices. least: no choice costs less by the prices alone."""

    def __init__(self, prices: Prices, options: Sequence[Options], cluster: Sequence[int]) -> None:
        self.cluster, self.prices = cluster, prices
        self.scale = max([1, *(options[item].nothing.total for item in cluster)]) / 1000
        self.least = prices.least_of(cluster)
        room = prices.alone_of(cluster) - self.least + _ROUNDING
        self.programme = programme = Programme()
        self.columns: list[_Column] = []
        self.extras: dict[tuple[int, int], int] = {}  # columns of free packs, by item and source
        self._bought: dict[int, dict[int, float]] = {}  # rows by mix
        self._free: dict[int, dict[int, float]] = {}
        for item in cluster:
            row: dict[int, float] = {}
            for ways, costs in prices.costs_of(item):
                columns = list(_columns(item, ways, costs - prices.cheapest_of(item), room))
                row.update(dict.fromkeys(self._put(columns), 1.0))
            programme.row(-INFINITY, 1.0, row)
        for item in cluster:
            for ways, _costs in prices.costs_of(item):
                self._put_extra(item, ways)
        for key, mix in prices.mixes_of(cluster).items():
            steps_of(programme, mix, self._bought.get(key, {}), self._free.get(key, {}))

    def _put(self, columns: Sequence[_Column]) -> list[int]:
        places = []
        for each in columns:
            cost = self.prices.plain(each.ways, each.item, each.place)
            column = self.programme.column(cost / self.scale)
            self.columns.append(each)
            places.append(column)
            curve = each.ways.curve
            if (mix := curve.source.mix) is not None:
                self._bought.setdefault(mix, {})[column] = int(curve.packs[each.place])
                self._free.setdefault(mix, {})[column] = int(curve.free[each.place])
        return places

    def _put_extra(self, item: int, ways: Ways) -> None:
        """The free packs of a mixed source beyond the fewest: each is one less to be bought."""
        source = ways.curve.source
        mine = {
            column: each.extra
            for column, each in enumerate(self.columns)
            if each.item == item and each.ways is ways and each.extra
        }
        if source.mix is None or not mine:
            return
        cost = -self.prices.of_a_pack(ways) / self.scale
        extra = self.programme.column(cost, upper=max(mine.values()))
        self.extras[item, source.key] = extra
        self._bought[source.mix][extra], self._free[source.mix][extra] = -1.0, 1.0
        rows = {column: -float(most) for column, most in mine.items()}
        self.programme.row(-INFINITY, 0.0, {**rows, extra: 1.0})

    def settle(self, values: Sequence[float] | None, bound: float) -> None:
        """Let the prices know what was found. bound: of the programme."""
        lifted = max(0.0, bound * self.scale - self.least)
        self.prices.lift(self.cluster, lifted, list(self._chosen(values or ())))

    def _chosen(self, values: Sequence[float]) -> Iterator[tuple[int, Ways, int]]:
        for each, value in zip(self.columns, values, strict=False):
            if value < 0.5:
                continue
            curve = each.ways.curve
            extra = self.extras.get((each.item, curve.source.key))
            more = 0 if extra is None or not each.extra else round(values[extra])
            packs = curve.packs[each.place] - more
            free = curve.free[each.place] + more
            found = np.flatnonzero((curve.packs == packs) & (curve.free == free))
            if len(found):
                yield each.item, each.ways, int(found[0])


def _columns(item: int, ways: Ways, above: np.ndarray, room: float) -> Iterator[_Column]:
    """What may be in the best choice: no more than `room` above the cheapest of the item."""
    curve = ways.curve
    if curve.source.mix is None:
        for place in 1 + np.flatnonzero(above[1:] <= room):
            yield _Column(item, ways, int(place), 0)
        return
    received = (curve.packs + curve.free)[1:]
    order = 1 + np.lexsort((curve.free[1:], received))
    starts = np.flatnonzero(np.diff(received[order - 1], prepend=-1))
    ends = np.append(starts[1:], len(order)) - 1
    least = np.minimum.reduceat(above[order], starts)
    for start, end in zip(starts[least <= room], ends[least <= room], strict=True):
        extra = int(curve.free[order[end]] - curve.free[order[start]])
        yield _Column(item, ways, int(order[start]), extra)
