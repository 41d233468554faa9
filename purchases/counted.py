"""Numbers with the noun they count, as Arabic and English say them: `1 pack`, `3 عبوات`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

__all__ = ["Language", "Noun", "counted"]

Language = Literal["ar", "en"]
Noun = Literal["pack", "unit", "day"]


class _Arabic(NamedTuple):
    """The forms by which Arabic counts a noun.

    The dual stands alone, as does the singular with its adjective. dual_oblique: after a
    preposition, a noun or a verb that it is the object of.
    """

    one: str
    dual: str
    dual_oblique: str
    plural: str  # after 3 to 10
    singular: str  # after 11 to 99; an adverb of time ends otherwise then
    hundred: str  # after whole hundreds, and after 0


_ENGLISH: Mapping[Noun, tuple[str, str]] = {
    "pack": ("pack", "packs"),
    "unit": ("unit", "units"),
    "day": ("day", "days"),
}
_ARABIC: Mapping[Noun, _Arabic] = {
    "pack": _Arabic("عبوة واحدة", "عبوتان", "عبوتين", "عبوات", "عبوة", "عبوة"),
    "unit": _Arabic("وحدة واحدة", "وحدتان", "وحدتين", "وحدات", "وحدة", "وحدة"),
    "day": _Arabic("يوم واحد", "يومان", "يومين", "أيام", "يوما", "يوم"),
}
# The plural rules of CLDR for Arabic: of the last two digits, 3 to 10 are few and 11 to 99 many.
_FEW, _MANY = range(3, 11), range(11, 100)


def counted(number: int, noun: Noun, language: Language, *, oblique: bool = False) -> str:
    """A whole number, not negative, with its noun. oblique: see `_Arabic`; English has one form."""
    if language == "en":
        one, more = _ENGLISH[noun]
        return f"{number} {one if number == 1 else more}"
    forms = _ARABIC[noun]
    if number == 1:
        return forms.one
    if number == 2:
        return forms.dual_oblique if oblique else forms.dual
    if number % 100 in _FEW:
        return f"{number} {forms.plural}"
    return f"{number} {forms.singular if number % 100 in _MANY else forms.hundred}"
