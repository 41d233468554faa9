"""The catalogue prepared for matching: inverted lists from words and sounds to products."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import pairwise
from math import log
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.text import fold, key_of_folded, search_key, tokens
from purchases.matching.descriptors import RIVAL_GROUP
from purchases.matching.garbage import collection_paused, left_out_of_collection
from purchases.matching.reading import NameReading, read_folded, read_name
from purchases.matching.records import CatalogueEntry
from purchases.matching.words import WordList

__all__ = [
    "Hearing",
    "IndexedName",
    "IndexedProduct",
    "MatcherIndex",
    "Positions",
    "joined_pairs",
    "known_also_as",
    "looked_up_by",
    "same_price",
    "telling_price",
]

Positions = NDArray[np.int64]

_SMALLEST_PRICE = Decimal(1)
_SAME_PRICE = 0.006  # as |log ratio|
# A shorter name may be any firm's.
_SHORTEST_EXACT_NAME = 8
# Only the first words of a name are also indexed joined (`كال ماج` for `كالماج`).
_JOINED_WORDS = 3
# Words held by more products than this are too common to look products up by.
_COMMON = 400
# A first word of more products than this is no brand.
_MOST_SISTERS = 60
# An index of so many products is long to walk over for the garbage collector.
_WORTH_LEAVING_OUT = 5_000
# Words of lines whose products are kept; an index may live as long as its process.
_MOST_REMEMBERED = 8_000


_NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class IndexedName:
    """One name of a product: its words, the first ones joined in pairs, and all joined."""

    words: tuple[str, ...]
    pairs: tuple[str, ...]
    joined: str
    is_latin: bool


@dataclass(frozen=True, slots=True)
class IndexedProduct:
    """A product with everything its names and fields say, merged."""

    product_id: int
    names: tuple[IndexedName, ...]
    words: frozenset[str]
    doses: frozenset[float]
    dose_sets: frozenset[tuple[float, ...]]
    sizes: frozenset[float]
    percents: frozenset[float]
    strengths: frozenset[float]  # doses and percentages as printed
    packs: frozenset[float]
    numbers: frozenset[float]
    forms: frozenset[str]
    rivals: Mapping[int, frozenset[str]]
    company: frozenset[str]
    price: float | None
    # The names as one comparable key each, and the maker's.
    keys: tuple[str, ...]
    maker: str
    # Natural logarithms of the largest size (g or ml) and pack, 0 where none is said.
    log_size: float
    log_pack: float


class Hearing(NamedTuple):
    """The products a word may speak for, and how loudly: likeness squared times rarity."""

    positions: Positions
    gains: NDArray[np.float64]


_UNHEARD = Hearing(np.array([], dtype=np.int64), np.array([]))


class _Sides(NamedTuple):
    """What products have beside their names, as columns over their positions."""

    prices: NDArray[np.float64]  # nan where unknown
    numbers: Mapping[float, Positions]
    forms: Mapping[str, Positions]


@dataclass(slots=True)
class MatcherIndex:
    """Build with `MatcherIndex.build(entries)`; not changed afterwards.

    One index may serve many threads: all it changes is what it remembers of words and names
    already looked up, which is the same for everybody and may be forgotten at any time.
    """

    products: list[IndexedProduct] = field(default_factory=list)
    products_of: Mapping[CatalogueEntry, IndexedProduct] = field(default_factory=dict)
    holders: Mapping[str, Positions] = field(default_factory=dict)
    words: WordList = field(default_factory=WordList)  # of the holders
    rarities: dict[str, float] = field(default_factory=dict)
    rarest: float = 1.0
    least_rarity: float = 0.0  # of words that products are looked up by
    same_names: dict[str, IndexedProduct] = field(default_factory=dict)
    positions: Mapping[int, int] = field(default_factory=dict)  # by product id
    sides: _Sides = field(default_factory=lambda: _sides([]))
    _heard: dict[str, Hearing] = field(default_factory=dict)
    _weights: dict[tuple[str, ...], tuple[float, ...]] = field(default_factory=dict)

    @classmethod
    def build(
        cls, entries: Iterable[CatalogueEntry], *, previous: "MatcherIndex | None" = None
    ) -> "MatcherIndex":
        """Read and index the catalogue: about 0.07 ms a product.

        previous: an index of an older catalogue, whose entries that are still the same need not
        be read again.
        """
        known = previous.products_of if previous is not None else {}
        with collection_paused():
            entries = list(entries)
            products = [known.get(entry) or _indexed(entry) for entry in entries]
            holders: defaultdict[str, list[int]] = defaultdict(list)
            for position, product in enumerate(products):
                for word in looked_up_by(product):
                    holders[word].append(position)
            rarest = log(1 + len(products))
            index = cls(
                products=products,
                products_of=dict(zip(entries, products, strict=True)),
                positions={product.product_id: n for n, product in enumerate(products)},
                holders={word: np.array(found) for word, found in holders.items()},
                words=WordList.build(holders),
                rarities={word: rarest - log(len(found)) for word, found in holders.items()},
                rarest=rarest,
                least_rarity=rarest - log(_COMMON),
                same_names=_same_names(products),
                sides=_sides(products),
            )
            # Before collection goes on: it would walk over all of it at once.
            if len(products) >= _WORTH_LEAVING_OUT:
                left_out_of_collection()
        return index

    def named_exactly(self, name: str, company: str) -> int | None:
        """The one product of exactly this name in any spelling, None if none or several.

        A company that stands on both sides must be the same one.
        """
        found = self.same_names.get(search_key(name))
        if found is None:
            return None
        is_same = not found.maker or not company or found.maker == search_key(company)
        return found.product_id if is_same else None

    def sisters(self, brand: str) -> list[int]:
        """Positions of the products with a name that this word begins; [] where those are many."""
        held = self.holders.get(brand, ())
        if len(held) > _MOST_SISTERS:
            return []
        return [
            position
            for position in held
            if any(name.words[:1] == (brand,) for name in self.products[position].names)
        ]

    def rarity(self, word: str) -> float:
        """How much a word tells, > 0: the logarithm of products per product holding it."""
        return self.rarities.get(word, self.rarest)

    def near(self, word: str) -> dict[str, float]:
        """The catalogue's words that a word may mean, with their likeness (0.6 to 1)."""
        return self.words.near(word)

    def heard(self, word: str) -> Hearing:
        """Which products a word of a line speaks for; words too common for that are left out."""
        known = self._heard.get(word)
        if known is None:
            if len(self._heard) >= _MOST_REMEMBERED:
                self._heard.clear()
            known = self._heard[word] = self._hear(word)
        return known

    def _hear(self, word: str) -> Hearing:
        near = {
            other: alike * alike * rarity
            for other, alike in self.words.near(word).items()
            if (rarity := self.rarities[other]) >= self.least_rarity
        }
        if not near:
            return _UNHEARD
        loudest = np.zeros(len(self.products))
        telling = sorted(near, key=near.__getitem__)
        holders = [self.holders[other] for other in telling]
        # Of several gains for one product the last, which is the largest, stays.
        loudest[np.concatenate(holders)] = np.repeat(
            [near[other] for other in telling], [len(held) for held in holders]
        )
        positions = np.flatnonzero(loudest > 0)
        return Hearing(positions, loudest[positions])

    def weights(self, words: tuple[str, ...]) -> tuple[float, ...]:
        """How much each word of a product's name tells."""
        known = self._weights.get(words)
        if known is None:
            known = self._weights[words] = tuple(map(self.rarity, words))
        return known


def looked_up_by(product: IndexedProduct) -> frozenset[str]:
    """What a product is found by: its words, and the first ones of its names joined in pairs."""
    return product.words.union(*[name.pairs for name in product.names])


def joined_pairs(words: tuple[str, ...]) -> tuple[str, ...]:
    """Each word joined with the next: `كال ماج` may be written `كالماج`."""
    return tuple([one + other for one, other in pairwise(words)])


def telling_price(price: Decimal | None) -> float | None:
    """A price that says something: placeholders of imported catalogues (up to 1) do not."""
    if price is None or not price.is_finite() or price <= _SMALLEST_PRICE:
        return None
    return float(price)


def same_price(one: float, other: float) -> bool:
    """Whether two prices differ only by rounding: by no more than 0.6 percent."""
    return abs(log(one / other)) < _SAME_PRICE


def _indexed(entry: CatalogueEntry) -> IndexedProduct:
    folded = [fold(name) for name in entry.names if name]
    readings = [read_folded(name) for name in folded]
    everything = readings
    if entry.strength or entry.form:
        everything = [*readings, read_name(f"{entry.strength} {entry.form}")]
    names = tuple(_indexed_name(reading) for reading in readings)
    words = frozenset().union(*[name.words for name in names])
    facts = _facts(everything)
    sizes, packs = facts["sizes"], facts["packs"]
    return IndexedProduct(
        product_id=entry.product_id,
        names=names,
        words=words,
        **facts,
        rivals=_rivals(words),
        company=frozenset(tokens(entry.manufacturer)) if entry.manufacturer else _NOTHING,
        price=telling_price(entry.public_price),
        keys=tuple(map(key_of_folded, folded)),
        maker=search_key(entry.manufacturer) if entry.manufacturer else "",
        log_size=_log_size(max(sizes, default=0.0)),
        log_pack=log(max(packs)) if packs and max(packs) >= 1 else 0.0,
    )


def known_also_as(
    product: IndexedProduct, readings: Sequence[NameReading], brands: Iterable[str] = ()
) -> IndexedProduct:
    """The product with further names: what they say of it counts like what its own names say.

    brands: further spellings of the first word of its names; the rest of them stays.
    """
    rebranded = (_rebranded(name, brand) for brand in brands for name in product.names)
    names = tuple(dict.fromkeys((*product.names, *map(_indexed_name, readings), *rebranded)))
    words = frozenset().union(*[name.words for name in names])
    return replace(
        product,
        names=names,
        words=words,
        **{fact: getattr(product, fact) | said for fact, said in _facts(readings).items()},
        rivals=_rivals(words),
    )


def _rebranded(name: IndexedName, brand: str) -> IndexedName:
    """The name with another first word, where that is of the same letters."""
    if not name.words or brand.isascii() is not name.is_latin:
        return name
    words = (brand, *name.words[1:])
    joined = brand + name.joined.removeprefix(name.words[0])
    return IndexedName(words, joined_pairs(words[:_JOINED_WORDS]), joined, name.is_latin)


def _facts(readings: Sequence[NameReading]) -> dict[str, frozenset[Any]]:
    """What the names say of the product, merged, by the names of its fields."""
    return {
        "doses": frozenset().union(*[reading.doses for reading in readings]),
        "dose_sets": frozenset(tuple(sorted(r.doses)) for r in readings if r.doses),
        "sizes": frozenset().union(*[reading.sizes for reading in readings]),
        "percents": frozenset().union(*[reading.percents for reading in readings]),
        "strengths": frozenset().union(*[reading.strengths for reading in readings]),
        "packs": frozenset().union(*[reading.packs for reading in readings]),
        "numbers": frozenset().union(*[_as_printed(reading) for reading in readings]),
        "forms": frozenset().union(*[reading.forms for reading in readings]),
    }


def _as_printed(reading: NameReading) -> set[float]:
    """The numbers of a name, a gram also as 1000 and 1000 mg also as 1."""
    thousands = {dose / 1000 for dose in reading.doses if dose >= 1000}
    return reading.numbers | thousands | {dose for dose in reading.doses if dose >= 1000}


def _log_size(largest: float) -> float:
    """Masses are in mg, volumes in ml: a gram and a millilitre count alike here."""
    return log(largest / 1000 if largest > 1000 else largest) if largest else 0.0


def _indexed_name(reading: NameReading) -> IndexedName:
    spelled = tuple(reading.spelled or reading.asides)
    joined = "".join(spelled)
    return IndexedName(
        words=tuple(reading.words or reading.asides),
        pairs=joined_pairs(spelled[:_JOINED_WORDS]),
        joined=joined,
        is_latin=joined.isascii(),
    )


def _rivals(words: frozenset[str]) -> Mapping[int, frozenset[str]]:
    groups: dict[int, frozenset[str]] = {}
    for word in words:
        if word in RIVAL_GROUP:
            group = RIVAL_GROUP[word]
            groups[group] = groups.get(group, frozenset()) | {word}
    return groups


def _same_names(products: list[IndexedProduct]) -> dict[str, IndexedProduct]:
    """Names that one product alone bears."""
    bearers: dict[str, IndexedProduct] = {}
    shared = set()
    for product in products:
        for key in product.keys:
            if bearers.setdefault(key, product) is not product:
                shared.add(key)
    return {
        key: product
        for key, product in bearers.items()
        if key not in shared and len(key) >= _SHORTEST_EXACT_NAME
    }


def _sides(products: list[IndexedProduct]) -> _Sides:
    numbers: defaultdict[float, list[int]] = defaultdict(list)
    forms: defaultdict[str, list[int]] = defaultdict(list)
    for position, product in enumerate(products):
        for number in product.numbers:
            numbers[number].append(position)
        for form in product.forms:
            forms[form].append(position)
    prices = [np.nan if product.price is None else product.price for product in products]
    return _Sides(
        prices=np.array(prices, dtype=np.float64),
        numbers={number: np.array(held, dtype=np.int64) for number, held in numbers.items()},
        forms={form: np.array(held, dtype=np.int64) for form, held in forms.items()},
    )
