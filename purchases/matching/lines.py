"""A line of an offer read against the index: its words with what they may mean."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from core.text import tokens
from purchases.matching.descriptors import RIVAL_GROUP
from purchases.matching.index import MatcherIndex, joined_pairs, telling_price
from purchases.matching.reading import NameReading, read_name
from purchases.matching.records import LineToMatch
from purchases.matching.spelling import skeleton

__all__ = ["LineReading", "read_line"]

# A line that spells out a sentence is still about one product.
_MOST_WORDS = 8
# A word unlike any of the catalogue tells a little less than the rarest one in it.
_UNKNOWN_SHARE = 0.6


@dataclass(frozen=True, slots=True)
class LineReading:
    """One line, ready to be compared with many products."""

    said: NameReading
    words: tuple[str, ...]
    near: tuple[Mapping[str, float], ...]  # per word: the catalogue's words like it
    weights: tuple[float, ...]  # per word: how much it tells
    near_pairs: tuple[Mapping[str, float], ...]  # of each word joined with the next
    near_glued: Mapping[str, float]  # of the first word joined with the form after it
    near_asides: tuple[Mapping[str, float], ...]
    joined: str
    sound: str
    is_latin: bool
    doses: tuple[float, ...]
    rivals: Mapping[int, str]  # group of exclusive descriptions -> the one said
    company: frozenset[str]
    prices: tuple[float, ...]


def read_line(index: MatcherIndex, line: LineToMatch) -> LineReading:
    """Read a line. Words of the company's name that stand in the product's name are left out."""
    said = read_name(line.name, is_line=True)
    company = frozenset(tokens(line.company))
    kept = [n for n, word in enumerate(said.spelled) if word not in company][:_MOST_WORDS]
    kept = kept or list(range(len(said.spelled)))[:_MOST_WORDS]
    words = tuple(said.words[n] for n in kept) or tuple(said.asides[:_MOST_WORDS])
    spelled = tuple(said.spelled[n] for n in kept) or words
    near = tuple(index.near(word) for word in words)
    joined = "".join(spelled)
    return LineReading(
        said=said,
        words=words,
        near=near,
        weights=tuple(_weight(index, word, alike) for word, alike in zip(words, near, strict=True)),
        near_pairs=tuple(index.near(pair) for pair in joined_pairs(spelled)),
        near_glued=index.near(said.glued) if said.glued else {},
        near_asides=tuple(index.near(word) for word in said.asides[:_MOST_WORDS]),
        joined=joined,
        sound=skeleton(joined),
        is_latin=joined.isascii(),
        doses=tuple(sorted(said.doses)),
        rivals={RIVAL_GROUP[word]: word for word in (*words, *said.asides) if word in RIVAL_GROUP},
        company=company,
        prices=_prices(line, said),
    )


def _weight(index: MatcherIndex, word: str, near: Mapping[str, float]) -> float:
    if not near:
        return _UNKNOWN_SHARE * index.rarest
    return index.rarity(max(near, key=near.__getitem__))


def _prices(line: LineToMatch, said: NameReading) -> tuple[float, ...]:
    """Every price the line gives; the list's own columns and what was written into the name."""
    columns = {telling_price(line.public_price), telling_price(line.price)}
    written = {telling_price(Decimal(str(price))) for price in said.prices}
    return tuple(price for price in columns | written if price is not None)
