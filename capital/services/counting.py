"""Whether a count of cash can be: an amount, and its notes and coins where they are given."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from capital.errors import InvalidPosting
from capital.services.posting import amount_fault
from core.errors import FieldProblem
from core.money import format_money

ZERO = Decimal(0)
MAX_PIECES = 1_000_000


def refuse_faulty_count(counted: Decimal, denominations: Mapping[str, int] | None) -> None:
    """Raise InvalidPosting unless `counted` is money >= 0 and the pieces add up to it.

    denominations: pieces by face value, `{"5000": 12}`; None or empty where they are not told.
    """
    fault = amount_fault(counted, zero_allowed=True)
    if fault:
        raise InvalidPosting(errors=[FieldProblem("counted", "invalid_amount", fault)])
    if not denominations:
        return
    total = sum((_value(face, pieces) for face, pieces in denominations.items()), ZERO)
    if total != counted:
        raise InvalidPosting(
            errors=[
                FieldProblem(
                    "denominations",
                    "does_not_add_up",
                    _("The pieces make %(total)s.") % {"total": format_money(total)},
                )
            ]
        )


def _value(face: str, pieces: int) -> Decimal:
    try:
        value = Decimal(face)
    except InvalidOperation:
        value = Decimal("NaN")
    fault = amount_fault(value)
    if fault is None and not 0 <= pieces <= MAX_PIECES:
        fault = _("Give a number of pieces from 0 to %(most)d.") % {"most": MAX_PIECES}
    if fault:
        raise InvalidPosting(errors=[FieldProblem(f"denominations.{face}", "invalid", fault)])
    return value * pieces
