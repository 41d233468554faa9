"""How words sound: one consonant skeleton for Arabic and Latin letters, and likeness of words.

Trade names are transliterated by ear, so vowels come and go (`اتوموكس`, `اتومكس`, Atomox) while
consonants stay. The skeleton keeps the consonants, merged where ears merge them.
"""

import re
from functools import lru_cache

from rapidfuzz.distance import Indel, JaroWinkler

__all__ = [
    "likeness",
    "likeness_of_sounding",
    "skeleton",
    "skeleton_neighbourhood",
    "sound_likeness",
]


class _Sounds(dict[int, str]):
    """Letter to sound; letters without one (vowels, other scripts) are silent."""

    def __missing__(self, letter: int) -> str:
        return ""


# Letters with the sounds below them. Capitals are sounds already.
_ARABIC = ("بپتثجحخدذرزسشصضطظغفڤقكلمنه", "BBTSGHHDZRZSXSDTZGFFKKLMNH")
_LATIN = ("bcdfghjklmnpqrstvzAWX", "BKDFGHGKLMNBKRSTFZAWX")
_SOUNDS = _Sounds(str.maketrans(dict(zip(*(_ARABIC[n] + _LATIN[n] for n in (0, 1)), strict=True))))
# Letters that sound together, replaced by one letter (or a capital: the sound itself).
_CLUSTERS = (
    ("ph", "f"),
    ("sh", "X"),
    ("ch", "k"),
    ("th", "t"),
    ("x", "ks"),
    ("ce", "se"),
    ("ci", "si"),
    ("cy", "sy"),
)
_VOWELS = frozenset("aeiouyايع")
_HALF_VOWELS = frozenset("wو")
_SILENT_ENDING = "ه"
_REPEATED = re.compile(r"(.)\1+")

# With vowels, for words that are written in different scripts.
_VOICED = {
    **dict(
        zip(map(ord, "بتثجحخدذرزسشصضطظغفقكلمنهويا"), "btsghhdzrzsssdtzgfkklmnhoia", strict=True)
    ),
    **dict(zip(map(ord, "eyuwpvcj"), "iioobfkg", strict=True)),
    ord("ع"): None,
}
# Cross-script likeness: how much sound and how much the vowels count; never quite certain.
_SOUND_SHARE, _VOICED_SHARE = 0.6, 0.35
# Words with the same beginning are likelier the same; but this is weaker than the same letters.
_PREFIX_ALLOWANCE = 0.1

# Shorter skeletons say too little for a sound of them to be forgiven.
_SHORTEST_FORGIVING = 4


@lru_cache(maxsize=2**16)
def skeleton(word: str) -> str:
    """The consonants of a folded word as sounds: `باراسيتامول` and `paracetamol` → BRSTML.

    A vowel counts only at the beginning (A, or W for و and w).
    """
    if not word:
        return ""
    if word.isascii():
        for letters, sound in _CLUSTERS:
            if letters in word:
                word = word.replace(letters, sound)
    first = "A" if word[0] in _VOWELS else "W" if word[0] in _HALF_VOWELS else ""
    return _REPEATED.sub(r"\1", first + word.removesuffix(_SILENT_ENDING).translate(_SOUNDS))


@lru_cache(maxsize=2**16)
def _voiced(word: str) -> str:
    return word.translate(_VOICED)


def skeleton_neighbourhood(sounds: str) -> list[str]:
    """The skeleton and, when long enough, all of it but one sound; always in the same order.

    Two skeletons that share a member differ by at most one sound added, dropped, changed or
    swapped with its neighbour.
    """
    if len(sounds) < _SHORTEST_FORGIVING:
        return [sounds]
    shorter = [sounds[:i] + sounds[i + 1 :] for i in range(len(sounds))]
    return list(dict.fromkeys((sounds, *shorter)))


def likeness(one: str, other: str) -> float:
    """How alike two folded words are, 0 to 1, by spelling and by sound."""
    if one == other:
        return 1.0
    return likeness_of_sounding(one, other, sound_likeness(skeleton(one), skeleton(other)))


def sound_likeness(sounds: str, other_sounds: str) -> float:
    """How alike two skeletons are, 0 to 1."""
    return Indel.normalized_similarity(sounds, other_sounds)


def likeness_of_sounding(one: str, other: str, sound: float) -> float:
    """`likeness` of two different words; sound: how alike their skeletons are."""
    if one.isascii() is not other.isascii():
        voiced = Indel.normalized_similarity(_voiced(one), _voiced(other))
        return _SOUND_SHARE * sound + _VOICED_SHARE * voiced
    return max(
        0.5 * (Indel.normalized_similarity(one, other) + sound),
        JaroWinkler.similarity(one, other) - _PREFIX_ALLOWANCE,
    )
