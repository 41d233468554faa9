"""What the controlled-drug register asks of a movement, besides the movement itself."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings

from inventory.classes import ControlledClass
from inventory.models import MovementKind, MovementReason
from inventory.records import Prescription


@dataclass(frozen=True, slots=True, kw_only=True)
class Papers:
    """The documents and people behind one line.

    counterparty: the supplier's name, as it is to be printed. cosigner_id: the person who stands
    for it besides the one who posts it.
    """

    prescription: Prescription | None = None
    counterparty: str = ""
    cosigner_id: int | None = None


NO_PAPERS = Papers()


class Need(StrEnum):
    """What a kind of movement has to come with."""

    NOTHING = "nothing"
    PRESCRIPTION = "prescription"
    SUPPLIER = "supplier"
    COSIGNER = "cosigner"


# (kind, reason) -> need; a reason of "" is every other one of the kind. What is in neither, needs
# a second signature.
NEEDS: dict[tuple[str, str], Need] = {
    (MovementKind.OPENING, ""): Need.NOTHING,
    (MovementKind.RECEIPT, MovementReason.PURCHASE): Need.SUPPLIER,
    (MovementKind.ISSUE, MovementReason.SALE): Need.PRESCRIPTION,
    (MovementKind.RETURN_OUT, ""): Need.SUPPLIER,
    # Names the sale it undoes, whose row has the prescription.
    (MovementKind.RETURN_IN, ""): Need.NOTHING,
    # Stays in the pharmacy, in the same batch.
    (MovementKind.TRANSFER, ""): Need.NOTHING,
}


def need_of(kind: str, reason: str) -> Need:
    """What a movement of a controlled product has to come with."""
    return NEEDS.get((kind, reason), NEEDS.get((kind, ""), Need.COSIGNER))


def needs_prescription(controlled_class: str) -> bool:
    """Whether a sale of this class has to name a prescription (a setting of the pharmacy)."""
    return controlled_class in prescription_classes()


def prescription_classes() -> Collection[str]:
    """Precursors are registered too, but many a cold remedy with one is sold over the counter."""
    return {ControlledClass(name) for name in settings.CONTROLLED_PRESCRIPTION_CLASSES}
