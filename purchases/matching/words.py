"""A list of words in which a word is found again however it is spelled or transliterated."""

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field

from purchases.matching.descriptors import SPELLINGS_OF
from purchases.matching.spelling import (
    likeness_of_sounding,
    skeleton,
    skeleton_neighbourhood,
    sound_likeness,
)

__all__ = ["WordList"]

# Words less alike than this are different words.
_LEAST_LIKENESS = 0.6
# A describing word in another spelling or language.
_SAME_DESCRIPTION = 0.95
# Words looked up whose near words are kept; a list may live as long as its process.
_MOST_REMEMBERED = 8_000


@dataclass(frozen=True, slots=True)
class WordList:
    """Build with `WordList.build`; all it changes is what it remembers of words looked up."""

    words: Container[str] = frozenset()
    # The words of a skeleton, and the skeletons that are near one.
    spelled: Mapping[str, list[str]] = field(default_factory=dict)
    sounding: Mapping[str, list[str]] = field(default_factory=dict)
    _near: dict[str, dict[str, float]] = field(default_factory=dict)

    @classmethod
    def build(cls, words: Iterable[str]) -> "WordList":
        """words: each once; equally likely ones are found in their order."""
        words = list(words)
        spelled: defaultdict[str, list[str]] = defaultdict(list)
        for word in words:
            spelled[skeleton(word)].append(word)
        sounding: defaultdict[str, list[str]] = defaultdict(list)
        for sounds in spelled:
            for near in skeleton_neighbourhood(sounds):
                sounding[near].append(sounds)
        return cls(frozenset(words), dict(spelled), dict(sounding))

    def near(self, word: str) -> dict[str, float]:
        """The words of the list that a word may mean, with their likeness (0.6 to 1)."""
        known = self._near.get(word)
        if known is None:
            if len(self._near) >= _MOST_REMEMBERED:
                self._near.clear()
            known = self._near[word] = self._find(word)
        return known

    def _find(self, word: str) -> dict[str, float]:
        found = {word: 1.0} if word in self.words else {}
        if word in SPELLINGS_OF:
            spellings = (other for other in SPELLINGS_OF[word] if other in self.words)
            return {**dict.fromkeys(spellings, _SAME_DESCRIPTION), **found}
        sounds = skeleton(word)
        neighbours = skeleton_neighbourhood(sounds)
        for others in dict.fromkeys(n for s in neighbours for n in self.sounding.get(s, ())):
            sound = sound_likeness(sounds, others)
            for other in self.spelled[others]:
                alike = 1.0 if other == word else likeness_of_sounding(word, other, sound)
                if alike >= _LEAST_LIKENESS:
                    found[other] = alike
        return found
