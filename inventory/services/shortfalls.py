"""What is said when lines of an issue cannot be served."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from core.errors import FieldProblem
from inventory.errors import AllocationOverrideRequired, BatchHeldBack, InsufficientStock
from inventory.records import IssueLine
from inventory.services.held_back import HeldBack


@dataclass(frozen=True, slots=True)
class Choice:
    """A line for which somebody chose a batch that would not have been its turn."""

    line: IssueLine
    batch_id: int
    instead_of: int | None
    why_not: str


@dataclass(frozen=True, slots=True)
class Lack:
    """A line that asks for more than there is for it, and where the rest is. Base units."""

    position: int
    line: IssueLine
    available: int
    expired: int
    held: int
    reserved: int


def insufficient(lacking: Sequence[Lack]) -> InsufficientStock:
    problems, shortfalls = [], []
    for lack in lacking:
        text = _("Asked for %(asked)d, available %(available)d.")
        if lack.expired:
            text = _("Asked for %(asked)d, available %(available)d; %(expired)d more have expired.")
        elif lack.reserved:
            text = _(
                "Asked for %(asked)d, available %(available)d; %(reserved)d more are reserved."
            )
        elif lack.held:
            text = _("Asked for %(asked)d, available %(available)d; %(held)d more are held back.")
        values = {
            "asked": lack.line.quantity,
            "available": lack.available,
            "expired": lack.expired,
            "reserved": lack.reserved,
            "held": lack.held,
        }
        problems.append(
            FieldProblem(f"lines.{lack.position}.quantity", "insufficient_stock", text % values)
        )
        shortfalls.append(
            {
                "line": lack.line.line,
                "product_id": lack.line.product_id,
                "requested": lack.line.quantity,
                "available": lack.available,
                "expired": lack.expired,
                "held_back": lack.held,
                "reserved": lack.reserved,
            }
        )
    return InsufficientStock(errors=problems, extra={"shortfalls": shortfalls})


def held_back_error(position: int, reason: HeldBack) -> BatchHeldBack:
    texts: Mapping[HeldBack, str] = {
        HeldBack.EXPIRED: _("The batch has expired; choose another one."),
        HeldBack.QUARANTINED: _("The batch is in quarantine; release it first."),
        HeldBack.RECALLED: _("The batch has been recalled; choose another one."),
        HeldBack.NOT_FOR_SALE_HERE: _("Nothing is handed out from there; transfer it first."),
    }
    return BatchHeldBack(
        errors=[FieldProblem(f"lines.{position}.batch_id", str(reason), texts[reason])]
    )


def override_required(
    lines: Sequence[IssueLine], choices: Sequence[Choice]
) -> AllocationOverrideRequired:
    positions = {line.line: position for position, line in enumerate(lines)}
    texts = {
        "another_expires_first": _("Batch %(turn)s is to go first."),
        HeldBack.SHORT_DATED: _("The batch expires too soon to be handed out."),
    }
    return AllocationOverrideRequired(
        errors=[
            FieldProblem(
                f"lines.{positions[choice.line.line]}.batch_id",
                str(choice.why_not),
                texts[choice.why_not] % {"turn": choice.instead_of},
            )
            for choice in choices
        ]
    )


def lacking(position: int, asked: int, available: int) -> FieldProblem:
    """A line that takes more from one place than is there. Base units."""
    text = _("Cannot take away %(asked)d: %(available)d are there.")
    values = {"asked": asked, "available": available}
    return FieldProblem(f"lines.{position}.quantity", "insufficient_stock", text % values)
