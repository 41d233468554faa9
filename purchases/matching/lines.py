"""A line of an offer read against the index: its words with what they may mean."""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol

from core.text import tokens
from purchases.matching.descriptors import RIVAL_GROUP, SIZE_WORDS
from purchases.matching.index import MatcherIndex, joined_pairs, telling_price
from purchases.matching.reading import NameReading, read_name
from purchases.matching.records import LineToMatch
from purchases.matching.spelling import skeleton

__all__ = ["LineReading", "read_line"]

# A line that spells out a sentence is still about one product.
_MOST_WORDS = 8
# A word unlike any of the catalogue tells a little less than the rarest one in it.
_UNKNOWN_SHARE = 0.6
# A word joined with its form is only the catalogue's word when nearly the same.
_CLOSE = 0.8


@dataclass(frozen=True, slots=True)
class Past:
    """What the supplier's past says of one line: products by how near a name they had is."""

    near_names: Mapping[int, float] = field(default_factory=dict)
    offered: Set[int] = frozenset()
    names: Mapping[int, str] = field(default_factory=dict)  # … and that name
    aliases: Mapping[int, int] = field(default_factory=dict)  # … and where it is remembered

    def of(self, product_id: int) -> tuple[float, float]:
        """The evidence `supplier_history` and `offered_before`."""
        return self.near_names.get(product_id, 0.0), float(product_id in self.offered)


NO_PAST = Past()
_NOTHING: dict[str, float] = {}


@dataclass(frozen=True, slots=True)
class LineReading:
    """One line, ready to be compared with many products.

    meant: words of the catalogue that the supplier means by words of the line.
    """

    said: NameReading
    words: tuple[str, ...]
    pairs: tuple[str, ...]  # each word joined with the next
    asides: tuple[str, ...]
    weights: tuple[float, ...]  # per word: how much it tells
    near: tuple[Mapping[str, float], ...]  # per word: the catalogue's words like it
    near_any: Set[str]  # all of these together
    # The same of words joined: with the next one, or the first with the form after it. The places
    # are those of the words that are joined.
    near_joined: tuple[tuple[tuple[int, ...], Mapping[str, float]], ...]
    near_any_joined: Set[str]
    near_asides: tuple[Mapping[str, float], ...]
    joined: str
    sound: str
    is_latin: bool
    doses: tuple[float, ...]
    rivals: Mapping[int, str]  # group of exclusive descriptions -> the one said
    company: frozenset[str]
    prices: tuple[float, ...]
    wants_large: int  # > 0: says large, < 0: small
    past: Past
    meant: tuple[str, ...]


class Knowing(Protocol):
    """What is known of the supplier whose line it is; `purchases.matching.history`."""

    def near(self, word: str) -> dict[str, float]: ...

    def past(self, said: NameReading) -> Past: ...


def read_line(
    index: MatcherIndex, line: LineToMatch, history: Knowing | None = None
) -> LineReading:
    """Read a line. Words of the company's name that stand in the product's name are left out."""
    said = read_name(line.name, is_line=True)
    company = frozenset(tokens(line.company))
    kept = [n for n, word in enumerate(said.spelled) if word not in company][:_MOST_WORDS]
    kept = kept or list(range(len(said.spelled)))[:_MOST_WORDS]
    words = tuple(said.words[n] for n in kept) or tuple(said.asides[:_MOST_WORDS])
    spelled = tuple(said.spelled[n] for n in kept) or words
    pairs = joined_pairs(spelled)
    asides = tuple(said.asides[:_MOST_WORDS])
    learnt = [history.near(word) for word in words] if history else [_NOTHING] * len(words)
    near = tuple(
        {**index.near(word), **more} if more else index.near(word)
        for word, more in zip(words, learnt, strict=True)
    )
    near_joined = tuple(_joined(index, pairs, said.glued))
    joined = "".join(spelled)
    return LineReading(
        said=said,
        words=words,
        pairs=pairs,
        asides=asides,
        weights=tuple(_weight(index, word, alike) for word, alike in zip(words, near, strict=True)),
        near=near,
        near_any=frozenset().union(*near),
        near_joined=near_joined,
        near_any_joined=frozenset().union(*(alike for _, alike in near_joined)),
        near_asides=tuple(index.near(word) for word in asides),
        joined=joined,
        sound=skeleton(joined),
        is_latin=joined.isascii(),
        doses=tuple(sorted(said.doses)),
        rivals={RIVAL_GROUP[word]: word for word in (*words, *said.asides) if word in RIVAL_GROUP},
        company=company,
        prices=_prices(line, said),
        past=history.past(said) if history else NO_PAST,
        meant=tuple(word for more in learnt for word in more),
        wants_large=sum(sign for word, sign in SIZE_WORDS.items() if word in words),
    )


def _joined(
    index: MatcherIndex, pairs: tuple[str, ...], glued: str
) -> Iterator[tuple[tuple[int, ...], Mapping[str, float]]]:
    for position, pair in enumerate(pairs):
        yield (position, position + 1), index.near(pair)
    if glued:
        close = {word: alike for word, alike in index.near(glued).items() if alike > _CLOSE}
        yield (0,), close


def _weight(index: MatcherIndex, word: str, near: Mapping[str, float]) -> float:
    if not near:
        return _UNKNOWN_SHARE * index.rarest
    return index.rarity(max(near, key=near.__getitem__))


def _prices(line: LineToMatch, said: NameReading) -> tuple[float, ...]:
    """Every price the line gives; the list's own columns and what was written into the name."""
    columns = {telling_price(line.public_price), telling_price(line.price)}
    written = {telling_price(Decimal(str(price))) for price in said.prices}
    return tuple(price for price in columns | written if price is not None)
