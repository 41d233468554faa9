"""Real names with the products they mean: halves to fit and to judge on, and what was learnt."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from bench._real_files import rows_of
from purchases.matching import (
    CatalogueEntry,
    KnownName,
    LineToMatch,
    MatcherIndex,
    SupplierHistory,
    alias_key,
)

FITTED_HALF, OTHER_HALF = 0, 1
KINDS = ("hard", "easy")
FIFTHS = 5


class Pair(NamedTuple):
    line: LineToMatch
    product_id: int


class Learnt(NamedTuple):
    """What people decided for one supplier: its history, and product ids by the very name."""

    history: SupplierHistory
    products: Mapping[str, int]


def catalogue_of(name: str) -> tuple[list[CatalogueEntry], dict[str, int]]:
    rows = rows_of(name)
    entries = [
        CatalogueEntry(
            product_id=number,
            names=(row["name_ar"], row["name_en"]),
            public_price=Decimal(row["price"] or 0),
        )
        for number, row in enumerate(rows, start=1)
    ]
    return entries, {row["sku"]: number for number, row in enumerate(rows, start=1)}


def pairs_of(kind: str, number_of: dict[str, int], half: int | None = None) -> list[Pair]:
    """The names of a kind; a product belongs wholly to one half."""
    return [
        Pair(
            LineToMatch(row["item_name"], price=Decimal(row["price"])),
            number_of[row["correct_sku"]],
        )
        for row in rows_of(f"matching/pairs_{kind}.csv")
        if half is None or zlib.crc32(row["correct_sku"].encode()) % 2 == half
    ]


def after_learning(
    index: MatcherIndex, everything: Sequence[Pair], judged: Sequence[Pair]
) -> Iterator[tuple[list[Pair], Learnt]]:
    """The names to judge, a fifth at a time, with what all names but those of the fifth taught."""
    for fifth in range(FIFTHS):
        before = [pair for pair in everything if _fifth_of(pair) != fifth]
        history = SupplierHistory.build(
            index,
            [KnownName(n, pair.line.name, pair.product_id) for n, pair in enumerate(before)],
            {pair.product_id: pair.line.price for pair in before},
        )
        products = {alias_key(pair.line.name): pair.product_id for pair in before}
        yield [pair for pair in judged if _fifth_of(pair) == fifth], Learnt(history, products)


def _fifth_of(pair: Pair) -> int:
    return zlib.crc32(pair.line.name.encode()) % FIFTHS
