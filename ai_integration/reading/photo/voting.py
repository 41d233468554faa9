"""One text out of several readings of the same print."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from .tesseract import Word

_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def visible(words: Sequence[Word]) -> list[Word]:
    """The words without direction marks, and without words that were nothing else."""
    bare = [replace(word, text=_INVISIBLE.sub("", word.text)) for word in words]
    return [word for word in bare if word.text]


def elect(readings: Sequence[Sequence[Word]]) -> list[Word]:
    """The words most readings see, weighted by the square of Tesseract's confidence.

    First the number of words is settled, then each word among the readings that have that many.
    A word's confidence is the mean of those who voted for it, lowered by up to 40 % by those who
    did not, readings of another length included.
    """
    by_length: dict[int, list[list[Word]]] = defaultdict(list)
    for reading in readings:
        if words := visible(reading):
            by_length[len(words)].append(words)
    if not by_length:
        return []
    agreed = max(by_length.values(), key=lambda group: sum(_weight(words) for words in group))
    return [
        _elect_word([words[place] for words in agreed], len(readings))
        for place in range(len(agreed[0]))
    ]


def _weight(words: Sequence[Word]) -> float:
    return sum(word.confidence**2 for word in words) / len(words)


def _elect_word(candidates: Sequence[Word], voters: int) -> Word:
    by_text: dict[str, list[Word]] = defaultdict(list)
    for word in candidates:
        by_text[word.text].append(word)
    winners = max(by_text.values(), key=lambda group: sum(word.confidence**2 for word in group))
    mean = sum(word.confidence for word in winners) / len(winners)
    best = max(winners, key=lambda word: word.confidence)
    return replace(best, confidence=mean * (0.6 + 0.4 * len(winners) / voters))


def joined(words: Sequence[Word], joint: str = " ") -> str:
    """The words as one text."""
    return joint.join(word.text for word in words)


def mean_confidence(words: Sequence[Word]) -> float:
    """Confidence of a line: of its words, weighted by their length; 0 for no words."""
    length = sum(len(word.text) for word in words)
    return sum(word.confidence * len(word.text) for word in words) / length if length else 0.0
