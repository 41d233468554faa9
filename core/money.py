"""Money: exact decimals in the pharmacy's one currency, rounded once, in one place."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Any

from django.conf import settings
from django.db import models

UNIT_COST_PLACES = 6
MAX_AMOUNT = Decimal(10) ** 15

# ISO 4217 currencies whose minor unit is not 1/100.
_EXPONENTS = {
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(
        ("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI",
         "VND", "VUV", "XAF", "XOF", "XPF"),
        0,
    ),
}  # fmt: skip


def currency() -> str:
    """ISO 4217 code of the pharmacy's currency."""
    return settings.PHARMACY_CURRENCY


def exponent() -> int:
    """Decimal places of an amount: ``PHARMACY_CURRENCY_EXPONENT``, else ISO 4217's."""
    configured = settings.PHARMACY_CURRENCY_EXPONENT
    return _EXPONENTS.get(currency(), 2) if configured is None else configured


def smallest_amount() -> Decimal:
    """The currency's smallest unit, e.g. ``Decimal('0.01')``."""
    return Decimal(1).scaleb(-exponent())


def round_money(amount: Decimal | int) -> Decimal:
    """``amount`` to the currency's exponent, halves away from zero (commercial rounding)."""
    return _quantize(Decimal(amount), exponent())


def unit_cost(amount: Decimal | int) -> Decimal:
    """A cost per base unit, six places, halves away from zero."""
    return _quantize(Decimal(amount), UNIT_COST_PLACES)


def is_exact_money(amount: Decimal) -> bool:
    """Whether ``amount`` is finite, in range and has no more places than the currency."""
    return amount.is_finite() and abs(amount) <= MAX_AMOUNT and amount == round_money(amount)


def format_money(amount: Decimal) -> str:
    """``amount`` for JSON: plain digits with the currency's places, never an exponent."""
    return f"{round_money(amount):f}"


def allocate(total: Decimal, weights: Sequence[Decimal | int]) -> list[Decimal]:
    """Split ``total`` in proportion to ``weights`` (>= 0, not all 0) into exact money shares.

    Every share is the rounded difference of running sums, so that the shares add up to
    ``total`` exactly and no share is off by more than one smallest unit.
    """
    whole = sum((Decimal(weight) for weight in weights), Decimal(0))
    if whole <= 0 or any(weight < 0 for weight in weights):
        raise ValueError("weights must be non-negative and not all zero")
    shares: list[Decimal] = []
    running, given = Decimal(0), Decimal(0)
    with localcontext() as context:
        context.prec = 50
        for weight in weights:
            running += Decimal(weight)
            upto = total if running == whole else round_money(total * running / whole)
            shares.append(upto - given)
            given = upto
    return shares


def _quantize(amount: Decimal, places: int) -> Decimal:
    with localcontext() as context:
        context.prec = 50
        return amount.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


class MoneyModelField(models.DecimalField):
    """An amount of money; three places hold every ISO currency a pharmacy would use."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "max_digits": 20, "decimal_places": 3})

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_digits"], kwargs["decimal_places"]
        return name, path, args, kwargs


class UnitCostModelField(models.DecimalField):
    """Money per base unit, six places."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "max_digits": 22, "decimal_places": UNIT_COST_PLACES})

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_digits"], kwargs["decimal_places"]
        return name, path, args, kwargs
