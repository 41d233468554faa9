"""What a supplier's past says of its next lines: names people decided on, and products offered.

A decision about one line speaks for others like it: nearly the same name, and the words that the
supplier writes where the catalogue has others (`كونفورت` for Concor), in whatever strength or
pack they come. All of it is derived from the learnt names when needed, so that forgetting a name
forgets what it taught.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from typing import NamedTuple

from rapidfuzz.distance import Indel

from purchases.matching.index import IndexedProduct, MatcherIndex
from purchases.matching.lines import LineReading, Past
from purchases.matching.reading import NameReading, read_name

__all__ = ["EMPTY_HISTORY", "KnownName", "SupplierHistory"]

# Names less alike than this are of different products.
_LEAST_ALIKE = 0.85
# A name without the number another has may be of another strength.
_NUMBERS_UNSAID = 0.5
# A word of a line that is this near to one of the product's says the same; it teaches nothing.
_SAID_ALREADY = 0.75
# With more words left over on either side nobody can tell which means which.
_MOST_LEFT_OVER = 2
_SHORTEST_WORD = 3


@dataclass(frozen=True, slots=True)
class KnownName:
    """A name a person decided on. alias_id: where it is remembered."""

    alias_id: int
    name: str
    product_id: int


class _Remembered(NamedTuple):
    known: KnownName
    joined: str
    numbers: frozenset[float]
    forms: frozenset[str]


class Meaning(NamedTuple):
    """A word of the catalogue that a word of the supplier's stands for, and who taught it."""

    word: str
    alias_id: int


@dataclass(frozen=True, slots=True)
class SupplierHistory:
    """Build with `SupplierHistory.build`; not changed afterwards."""

    offered: Set[int] = frozenset()
    meanings: Mapping[str, tuple[Meaning, ...]] = field(default_factory=dict)
    _by_word: Mapping[str, tuple[_Remembered, ...]] = field(default_factory=dict)

    @classmethod
    def build(
        cls, index: MatcherIndex, known: Iterable[KnownName], offered: Iterable[int] = ()
    ) -> "SupplierHistory":
        """known: the latest first, which wins where two teach different things."""
        by_word: defaultdict[str, list[_Remembered]] = defaultdict(list)
        meanings: defaultdict[str, dict[str, int]] = defaultdict(dict)
        for each in known:
            said = read_name(each.name, is_line=True)
            remembered = _Remembered(
                each, "".join(said.spelled), frozenset(said.numbers), frozenset(said.forms)
            )
            for word in dict.fromkeys(said.words):
                by_word[word].append(remembered)
            position = index.positions.get(each.product_id)
            if position is not None:
                for word, meant in _taught(index, said, index.products[position]):
                    meanings[word].setdefault(meant, each.alias_id)
        return cls(
            offered=frozenset(offered),
            meanings={
                word: tuple(Meaning(*pair) for pair in found.items())
                for word, found in meanings.items()
            },
            _by_word={word: tuple(found) for word, found in by_word.items()},
        )

    def near(self, word: str) -> dict[str, float]:
        """The catalogue's words that this supplier means by a word."""
        return dict.fromkeys((meaning.word for meaning in self.meanings.get(word, ())), 1.0)

    def past(self, said: NameReading) -> Past:
        """What is known of a line: products by how near one of their known names is to it."""
        nearest: dict[int, tuple[float, KnownName]] = {}
        for remembered in self._sharing_a_word(said):
            alike = _alike(said, remembered)
            product_id = remembered.known.product_id
            if alike > nearest.get(product_id, (0.0, None))[0]:
                nearest[product_id] = (alike, remembered.known)
        return Past(
            near_names={product_id: alike for product_id, (alike, _) in nearest.items()},
            offered=self.offered,
            names={product_id: known.name for product_id, (_, known) in nearest.items()},
            aliases={product_id: known.alias_id for product_id, (_, known) in nearest.items()},
        )

    def words_used(
        self, line: LineReading, product: IndexedProduct
    ) -> Iterator[tuple[str, Meaning]]:
        """The supplier's words in a line that stand for words of the product."""
        if not self.meanings:
            return
        for word in line.words:
            for meaning in self.meanings.get(word, ()):
                if meaning.word in product.words:
                    yield word, meaning

    def alias_behind(self, line: LineReading, product: IndexedProduct) -> int | None:
        """The learnt name that speaks for the product being this line, if one does."""
        near = line.past.aliases.get(product.product_id)
        if near is not None:
            return near
        return next((meaning.alias_id for _, meaning in self.words_used(line, product)), None)

    def _sharing_a_word(self, said: NameReading) -> Iterator[_Remembered]:
        if self._by_word:
            for word in dict.fromkeys(said.words):
                yield from self._by_word.get(word, ())


EMPTY_HISTORY = SupplierHistory()


def _alike(said: NameReading, other: _Remembered) -> float:
    """0 to 1; 0 where a number or the form is another."""
    alike = Indel.normalized_similarity("".join(said.spelled), other.joined)
    if alike < _LEAST_ALIKE:
        return 0.0
    if said.forms and other.forms and other.forms.isdisjoint(said.forms):
        return 0.0
    if said.numbers == other.numbers:
        return alike
    if said.numbers and other.numbers:
        return 0.0
    return alike * _NUMBERS_UNSAID


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
