"""What a supplier's past says of its next lines: names people decided on, and products offered.

A decision about one line speaks for others like it. A name decided on is from then on one more
name of its product, for this supplier's lines. And the words that the supplier writes where the
catalogue has others (`كونفورت` for Concor) are understood in whatever strength or pack they
come. All of it is derived from the learnt names when needed, so that forgetting a name forgets
what it taught.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from operator import itemgetter
from typing import NamedTuple

from rapidfuzz.distance import Indel

from purchases.matching.index import (
    IndexedProduct,
    MatcherIndex,
    known_also_as,
    looked_up_by,
    same_price,
    telling_price,
)
from purchases.matching.reading import NameReading, read_name
from purchases.matching.words import WordList

__all__ = ["EMPTY_HISTORY", "KnownName", "SupplierHistory"]

# A word of a line that is this near to one of the product's says the same; it teaches nothing.
_SAID_ALREADY = 0.75
# With more words left over on either side nobody can tell which means which.
_MOST_LEFT_OVER = 2
_SHORTEST_WORD = 3
_SAYS_NOTHING = (0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class KnownName:
    """A name a person decided on. alias_id: where it is remembered."""

    alias_id: int
    name: str
    product_id: int


class _Remembered(NamedTuple):
    """taught: words of the name with the words of the catalogue they stand for."""

    known: KnownName
    said: NameReading
    joined: str
    words: frozenset[str]
    taught: tuple[tuple[str, str], ...]


class Meaning(NamedTuple):
    """A word of the catalogue that a word of the supplier's stands for, and who taught it."""

    word: str
    alias_id: int


@dataclass(frozen=True, slots=True)
class SupplierHistory:
    """Build with `SupplierHistory.build`; not changed afterwards.

    offered: products the supplier offered before, with the list price it asked last.
    """

    offered: Mapping[int, Decimal | None] = field(default_factory=dict)
    meanings: Mapping[str, tuple[Meaning, ...]] = field(default_factory=dict)
    # Products by their positions in the index, with the supplier's names beside their own.
    products: Mapping[int, IndexedProduct] = field(default_factory=dict)
    # Products by the words that only the supplier has for them.
    words: WordList = field(default_factory=WordList)
    holders: Mapping[str, Sequence[int]] = field(default_factory=dict)
    _names: Mapping[int, Sequence[_Remembered]] = field(default_factory=dict)  # by product id

    @classmethod
    def build(
        cls,
        index: MatcherIndex,
        known: Iterable[KnownName],
        offered: Mapping[int, Decimal | None] | None = None,
    ) -> "SupplierHistory":
        """known: the latest first, which wins where two teach different things."""
        names: defaultdict[int, list[_Remembered]] = defaultdict(list)
        meanings: defaultdict[str, dict[str, int]] = defaultdict(dict)
        brands: defaultdict[int, dict[str, None]] = defaultdict(dict)
        for each in known:
            position = index.positions.get(each.product_id)
            if position is None:
                continue
            name = _remembered(index, each, index.products[position])
            names[position].append(name)
            for word, meant in name.taught:
                meanings[word].setdefault(meant, each.alias_id)
            for word, brand in _spelled_brands(index, name, index.products[position]):
                for sister in index.sisters(brand):
                    brands[sister][word] = None
        products = {
            position: known_also_as(
                index.products[position],
                [name.said for name in names[position]],
                brands[position],
            )
            for position in names.keys() | brands.keys()
        }
        holders: defaultdict[str, list[int]] = defaultdict(list)
        for position, product in products.items():
            for word in looked_up_by(product) - looked_up_by(index.products[position]):
                holders[word].append(position)
        return cls(
            offered=offered or {},
            meanings={
                word: tuple(Meaning(*pair) for pair in found.items())
                for word, found in meanings.items()
            },
            products=products,
            words=WordList.build(holders),
            holders={word: tuple(found) for word, found in holders.items()},
            _names={index.products[position].product_id: name for position, name in names.items()},
        )

    def product_at(self, index: MatcherIndex, position: int) -> IndexedProduct:
        """A product of the index, with the supplier's names for it beside its own."""
        return self.products.get(position, index.products[position])

    def near(self, word: str) -> dict[str, float]:
        """The words of the supplier's and of the catalogue's names that it means by a word."""
        if not self.holders:
            return {}
        return {**self.words.near(word), **dict.fromkeys(self.meant(word), 1.0)}

    def meant(self, word: str) -> list[str]:
        """The catalogue's words that stand where the supplier writes this one."""
        return [meaning.word for meaning in self.meanings.get(word, ())]

    def heard(self, index: MatcherIndex, word: str) -> dict[int, float]:
        """Which products a word speaks for by the supplier's names, as `MatcherIndex.heard`."""
        if not self.holders:
            return {}
        loudest: dict[int, float] = {}
        for other, alike in self.words.near(word).items():
            rarity = index.rarity(other)
            if rarity >= index.least_rarity:
                for position in self.holders[other]:
                    gain = alike * alike * rarity
                    loudest[position] = max(gain, loudest.get(position, 0.0))
        return loudest

    def evidence(
        self, said: NameReading, product_id: int, price: Decimal | None
    ) -> tuple[float, float, float, float]:
        """How the supplier's past speaks for a product; see `EVIDENCE`. price: its list price."""
        if not self.offered and not self._names:
            return _SAYS_NOTHING
        names = self._names.get(product_id, ())
        words, numbers = frozenset(said.words), said.numbers
        asked, before = telling_price(price), telling_price(self.offered.get(product_id))
        return (
            float(any(words == name.words for name in names)),
            float(any(numbers == name.said.numbers for name in names)),
            float(product_id in self.offered),
            float(asked is not None and before is not None and same_price(asked, before)),
        )

    def nearest_name(
        self, said: NameReading, product_id: int, *, least: float = 0.0
    ) -> KnownName | None:
        """Of the product's names by this supplier the one most like a line, if at least so much."""
        joined = "".join(said.spelled)
        alike = [
            (Indel.normalized_similarity(joined, name.joined), name.known)
            for name in self._names.get(product_id, ())
        ]
        best, known = max(alike, key=itemgetter(0), default=(0.0, None))
        return known if best >= least else None

    def words_used(
        self, words: Iterable[str], product: IndexedProduct
    ) -> Iterator[tuple[str, Meaning]]:
        """The supplier's words among those of a line that stand for words of the product."""
        if not self.meanings:
            return
        for word in words:
            for meaning in self.meanings.get(word, ()):
                if meaning.word in product.words:
                    yield word, meaning

    def alias_behind(self, index: MatcherIndex, name: str, product_id: int) -> int | None:
        """The learnt name that speaks for a line of this name being the product, if one does."""
        if not self._names and not self.meanings:
            return None
        said = read_name(name, is_line=True)
        nearest = self.nearest_name(said, product_id)
        if nearest is not None:
            return nearest.alias_id
        used = self.words_used(said.words, index.products[index.positions[product_id]])
        return next((meaning.alias_id for _, meaning in used), None)


EMPTY_HISTORY = SupplierHistory()


def _remembered(index: MatcherIndex, known: KnownName, product: IndexedProduct) -> _Remembered:
    said = read_name(known.name, is_line=True)
    taught = tuple(_taught(index, said, product))
    return _Remembered(known, said, "".join(said.spelled), frozenset(said.words), taught)


def _spelled_brands(
    index: MatcherIndex, name: _Remembered, product: IndexedProduct
) -> Iterator[tuple[str, str]]:
    """How the name spells the product's brand, the first word of its names: spelling, brand."""
    for brand in dict.fromkeys(own.words[0] for own in product.names if own.words):
        alike = {word: index.near(word).get(brand, 0.0) for word in name.said.words}
        alike |= {word: 1.0 for word, meant in name.taught if meant == brand}
        word = max(alike, key=alike.__getitem__, default=brand)
        if alike.get(word) and word != brand:
            yield word, brand


def _taught(
    index: MatcherIndex, said: NameReading, product: IndexedProduct
) -> Iterator[tuple[str, str]]:
    """Which word of the line stands for which of the product's: those left over on both sides."""
    near = {word: index.near(word) for word in said.words}
    left = [
        word
        for word in said.words
        if len(word) >= _SHORTEST_WORD
        and max((near[word].get(other, 0.0) for other in product.words), default=0.0)
        < _SAID_ALREADY
    ]
    if not 0 < len(left) <= _MOST_LEFT_OVER:
        return
    for name in product.names:
        unsaid = [
            other
            for other in name.words
            if len(other) >= _SHORTEST_WORD
            and max((found.get(other, 0.0) for found in near.values()), default=0.0) < _SAID_ALREADY
        ]
        if 0 < len(unsaid) <= _MOST_LEFT_OVER:
            yield from ((word, other) for word in left for other in unsaid)
