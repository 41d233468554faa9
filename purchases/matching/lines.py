"""A line of an offer read against the index: its words with what they may mean."""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from decimal import Decimal

from core.text import tokens
from purchases.matching.descriptors import RIVAL_GROUP, SIZE_WORDS
from purchases.matching.history import EMPTY_HISTORY, SupplierHistory
from purchases.matching.index import MatcherIndex, joined_pairs, telling_price
from purchases.matching.prices import rescaled
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
class LineReading:
    """One line, ready to be compared with many products.

    meant: words of the catalogue that the supplier means by words of the line. list_price: as
    printed; ``prices`` are comparable with public ones.
    """

    said: NameReading
    words: tuple[str, ...]
    pairs: tuple[str, ...]  # each word joined with the next
    asides: tuple[str, ...]
    weights: tuple[float, ...]  # per word: how much it tells
    near: tuple[Mapping[str, float], ...]  # per word: the words of products like it
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
    list_price: Decimal | None
    wants_large: int  # > 0: says large, < 0: small
    history: SupplierHistory
    meant: tuple[str, ...]


def read_line(
    index: MatcherIndex,
    line: LineToMatch,
    history: SupplierHistory = EMPTY_HISTORY,
    *,
    factor: float = 1.0,
) -> LineReading:
    """Read a line. Words of the company's name that stand in the product's name are left out.

    factor: what the list price is multiplied by to be a public price.
    """
    said = read_name(line.name, is_line=True)
    company = frozenset(tokens(line.company))
    kept = [n for n, word in enumerate(said.spelled) if word not in company][:_MOST_WORDS]
    kept = kept or list(range(len(said.spelled)))[:_MOST_WORDS]
    words = tuple(said.words[n] for n in kept) or tuple(said.asides[:_MOST_WORDS])
    spelled = tuple(said.spelled[n] for n in kept) or words
    pairs = joined_pairs(spelled)
    asides = tuple(said.asides[:_MOST_WORDS])
    near = tuple(_near(index, history, word) for word in words)
    near_joined = tuple(_joined(index, history, pairs, said.glued))
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
        near_asides=tuple(_near(index, history, word) for word in asides),
        joined=joined,
        sound=skeleton(joined),
        is_latin=joined.isascii(),
        doses=tuple(sorted(said.doses)),
        rivals={RIVAL_GROUP[word]: word for word in (*words, *said.asides) if word in RIVAL_GROUP},
        company=company,
        prices=_prices(line, said, factor),
        list_price=line.price,
        history=history,
        meant=tuple(meant for word in words for meant in history.meant(word)),
        wants_large=sum(sign for word, sign in SIZE_WORDS.items() if word in words),
    )


def _near(index: MatcherIndex, history: SupplierHistory, word: str) -> Mapping[str, float]:
    """The words of products that a word of the line may mean."""
    learnt = history.near(word)
    return {**index.near(word), **learnt} if learnt else index.near(word)


def _joined(
    index: MatcherIndex, history: SupplierHistory, pairs: tuple[str, ...], glued: str
) -> Iterator[tuple[tuple[int, ...], Mapping[str, float]]]:
    for position, pair in enumerate(pairs):
        yield (position, position + 1), _near(index, history, pair)
    if glued:
        near = _near(index, history, glued)
        yield (0,), {word: alike for word, alike in near.items() if alike > _CLOSE}


def _weight(index: MatcherIndex, word: str, near: Mapping[str, float]) -> float:
    if not near:
        return _UNKNOWN_SHARE * index.rarest
    return index.rarity(max(near, key=near.__getitem__))


def _prices(line: LineToMatch, said: NameReading, factor: float) -> tuple[float, ...]:
    """Every price the line gives; the list's own columns and what was written into the name."""
    columns = {telling_price(line.public_price), telling_price(rescaled(line.price, factor))}
    written = {telling_price(Decimal(str(price))) for price in said.prices}
    return tuple(price for price in columns | written if price is not None)
