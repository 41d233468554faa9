"""Strengths that can be compared: 0.5 g is 500 mg, 250 mg in 5 mL is 50 mg/mL. Pure functions."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from inventory.classes import PerUnit, StrengthUnit

# unit -> the unit it is compared in, and how many of those it is.
_MASS, _VOLUME = "mg", "ml"
_BASE: dict[str, tuple[str, Fraction]] = {
    StrengthUnit.KILOGRAM: (_MASS, Fraction(1_000_000)),
    StrengthUnit.GRAM: (_MASS, Fraction(1000)),
    StrengthUnit.MILLIGRAM: (_MASS, Fraction(1)),
    StrengthUnit.MICROGRAM: (_MASS, Fraction(1, 1000)),
    StrengthUnit.LITRE: (_VOLUME, Fraction(1000)),
    StrengthUnit.MILLILITRE: (_VOLUME, Fraction(1)),
}
_PER_BASE: dict[str, tuple[str, Fraction]] = {
    PerUnit.LITRE: (_VOLUME, Fraction(1000)),
    PerUnit.MILLILITRE: (_VOLUME, Fraction(1)),
}
Part = tuple[int, Decimal | None, str, Decimal | None, str]


def strength_key(
    strength: Decimal, unit: str, per_value: Decimal | None = None, per_unit: str = ""
) -> str:
    """A strength in one spelling: equal keys are equal strengths.

    Mass is compared in mg and volume in mL, a concentration per one mL, g, dose or hour; percent,
    IU and the like only with themselves.
    """
    base, factor = _BASE.get(unit, (unit, Fraction(1)))
    amount = Fraction(strength) * factor
    if per_value is None:
        return f"{amount} {base}"
    per_base, per_factor = _PER_BASE.get(per_unit, (per_unit, Fraction(1)))
    return f"{amount / (Fraction(per_value) * per_factor)} {base}/{per_base}"


def composition_key(parts: Iterable[Part]) -> str:
    """What products of the same generics and strengths share, 64 characters; "" if not known.

    parts: (ingredient id, strength, unit, per_value, per_unit) in any order. Without parts, or
    where one strength is not known, nothing can be said to be the same.
    """
    known = []
    for ingredient_id, strength, unit, per_value, per_unit in parts:
        if strength is None:
            return ""
        known.append(f"{ingredient_id}={strength_key(strength, unit, per_value, per_unit)}")
    return hashlib.sha256("|".join(sorted(known)).encode()).hexdigest() if known else ""
