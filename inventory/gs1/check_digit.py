"""The last digit of GTIN, SSCC and GLN (General Specifications 7.9)."""

from __future__ import annotations


def check_digit_fits(digits: str) -> bool:
    """Whether a whole number fits its last digit: weights 1, 3, 1… from the right, mod 10."""
    return _weighted(digits) % 10 == 0


def check_digit_of(digits: str) -> str:
    """The digit that belongs behind `digits`."""
    return str(-_weighted(f"{digits}0") % 10)


def _weighted(digits: str) -> int:
    return sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(digits)))
