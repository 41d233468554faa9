"""Ingredients in one cell: `Paracetamol 500 mg + Caffeine 65 mg`, `Amoxicillin 250 mg/5 ml`.

Parted by ``+`` or by ``;``. A name that holds either, or ends like a strength, stands in double
quotation marks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from django.utils.translation import gettext as _

from core.text import canonical_units, fold, to_ascii_digits
from inventory.classes import PerUnit, StrengthUnit
from inventory.imports.cells import BadCell
from inventory.records import Strength

LONGEST_NAME = 150
MOST_INGREDIENTS = 60
LARGEST_STRENGTH = Decimal(10) ** 12
LARGEST_PER = Decimal(10) ** 8
_WORDS = {
    "%": StrengthUnit.PERCENT,
    "percent": StrengthUnit.PERCENT,
    "mmol": StrengthUnit.MILLIMOLE,
    "meq": StrengthUnit.MILLIEQUIVALENT,
    "cfu": StrengthUnit.COLONY_FORMING_UNIT,
}
_PER_WORDS = {
    "dose": PerUnit.DOSE,
    "جرعه": PerUnit.DOSE,
    "بخه": PerUnit.DOSE,
    "puff": PerUnit.DOSE,
    "hour": PerUnit.HOUR,
    "hr": PerUnit.HOUR,
    "h": PerUnit.HOUR,
    "ساعه": PerUnit.HOUR,
}
_NUMBER = r"\d[\d,]*(?:\.\d+)?"
_STRENGTH = re.compile(
    rf"\s(?P<amount>{_NUMBER})\s*(?P<unit>%|[^\d\s/%+;]+(?:\s[^\d\s/%+;]+)?)"
    rf"(?:\s*/\s*(?P<per>{_NUMBER})?\s*(?P<per_unit>[^\d\s/]+))?$"
)
_QUOTED = re.compile(r'"((?:[^"]|"")*)"')


def composition_read(text: str) -> tuple[Strength, ...]:
    """The ingredients of a cell, in order. Raises BadCell."""
    parts = [part.strip() for part in _parted(text)]
    if not all(parts) or len(parts) > MOST_INGREDIENTS:
        raise BadCell(
            "invalid_ingredients",
            _("Write the ingredients as: Paracetamol 500 mg + Caffeine 65 mg."),
        )
    return tuple(_part_read(part) for part in parts)


def composition_write(strengths: Sequence[Strength]) -> str:
    """Ingredients as `composition_read` reads them back; "" for none."""
    return " + ".join(_part_write(each) for each in strengths)


def _parted(text: str) -> Iterator[str]:
    """The parts between separators that stand outside of quotation marks."""
    marks = {match.start(): match.end() for match in _QUOTED.finditer(text)}
    begun = position = 0
    while position < len(text):
        if position in marks:
            position = marks[position]
            continue
        if text[position] in "+;":
            yield text[begun:position]
            begun = position + 1
        position += 1
    yield text[begun:]


def _part_read(text: str) -> Strength:
    quoted = _QUOTED.match(text)
    if quoted is not None:
        name, rest = quoted[1].replace('""', '"'), text[quoted.end() :]
    else:
        found = _STRENGTH.search(to_ascii_digits(text))
        known = found is not None and _unit(found["unit"]) is not None
        name, rest = (
            (text[: found.start()], text[found.start() :]) if found and known else (text, "")
        )
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise BadCell(
            "invalid_ingredients", _("“%(text)s” names no ingredient.") % {"text": text[:60]}
        )
    is_arabic = any("\u0600" <= letter <= "\u06ff" for letter in name)
    named = Strength(name_ar=name) if is_arabic else Strength(name_en=name)
    return _with_amounts(named, rest.strip()) if rest.strip() else named


def _with_amounts(named: Strength, text: str) -> Strength:
    found = _STRENGTH.match(to_ascii_digits(f" {text}"))
    unit = _unit(found["unit"]) if found else None
    if found is None or unit is None:
        raise BadCell(
            "unknown_strength",
            _("“%(text)s” is no strength. Write it as 500 mg, 2 % or 250 mg/5 ml.")
            % {"text": text[:40]},
        )
    dosed = replace(named, strength=_decimal(found["amount"]), unit=unit)
    if not found["per_unit"]:
        return dosed
    per_unit = _per_unit(found["per_unit"])
    if per_unit is None:
        raise BadCell(
            "unknown_strength",
            _("“%(text)s”: an amount is given per ml, l, g, dose or hour.") % {"text": text[:40]},
        )
    per = _decimal(found["per"] or "1", places=4, limit=LARGEST_PER)
    return replace(dosed, per_value=per, per_unit=per_unit)


def _unit(word: str) -> str | None:
    return _WORDS.get(fold(word)) or _canonical(word, StrengthUnit.values)


def _per_unit(word: str) -> str | None:
    return _PER_WORDS.get(fold(word)) or _canonical(word, PerUnit.values)


def _canonical(word: str, known: Sequence[str]) -> str | None:
    unit = canonical_units(f"1 {word}").removeprefix("1 ")
    return unit if unit in known else None


def _decimal(text: str, *, places: int = 6, limit: Decimal = LARGEST_STRENGTH) -> Decimal:
    number = Decimal(text.replace(",", ""))
    if not 0 < number < limit or number != round(number, places):
        raise BadCell(
            "unknown_strength",
            _("%(number)s is no amount: it is above 0, with at most %(places)d decimal places.")
            % {"number": text[:40], "places": places},
        )
    return number


def _part_write(each: Strength) -> str:
    name = each.name_en or each.name_ar
    amount = ""
    if each.strength is not None:
        amount = f" {_plain(each.strength)} {each.unit}"
    if each.per_value is not None:
        amount += f"/{_plain(each.per_value)} {each.per_unit}"
    return (
        name + amount if _reads_back(name, amount) else '"' + name.replace('"', '""') + f'"{amount}'
    )


def _reads_back(name: str, amount: str) -> bool:
    if '"' in name or "+" in name or ";" in name:
        return False
    read = _part_read(name + amount)
    return (read.name_ar or read.name_en) == name and (read.strength is not None) == bool(amount)


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"
