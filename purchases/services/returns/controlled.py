"""Controlled products go back to their supplier, or come back after all, by two people's word.

The register takes a return on the supplier's name. Who prepared it does not approve it alone; and a
dispatch that is taken back is entered with two signatures, as every correction of the register.
"""

from __future__ import annotations

from datetime import datetime

from core import audit
from core.audit import Actor
from inventory.public import products_by_id
from purchases.errors import ReturnNeedsTwo, ReturnSignatureForbidden
from purchases.models import SupplierReturn
from purchases.people import person_of


def holds_controlled(returned: SupplierReturn) -> bool:
    """Whether something of it is a controlled product. Two queries."""
    ids = set(returned.lines.values_list("product_id", flat=True))
    return any(product.is_controlled for product in products_by_id(ids).values())


def refuse_alone(returned: SupplierReturn, *, actor: Actor) -> None:
    """Nobody approves a return of controlled products that he stated. Raises ReturnNeedsTwo."""
    if returned.requested_by_id == actor.id and holds_controlled(returned):
        raise ReturnNeedsTwo


def cancel_signed(
    returned: SupplierReturn, *, actor: Actor, now: datetime, reason: str, may_sign: bool
) -> bool:
    """Whether two people now want a dispatched return taken back; one is enough where nothing of it
    is controlled. The first is written down, the second needs the right to sign.

    Raises ReturnNeedsTwo (the same person again), ReturnSignatureForbidden.
    """
    if not holds_controlled(returned):
        return True
    if returned.cancel_requested_by_id is None:
        returned.cancel_requested_by_id, returned.cancel_requested_at = person_of(actor), now
        returned.save()
        audit.record(
            actor=actor,
            action="purchases.return_cancel_requested",
            subject=returned,
            changes={"state": returned.state},
            reason=reason,
        )
        return False
    if returned.cancel_requested_by_id == actor.id:
        raise ReturnNeedsTwo
    if not may_sign:
        raise ReturnSignatureForbidden
    return True
