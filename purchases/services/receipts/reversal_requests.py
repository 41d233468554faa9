"""Reversals that need two people: one asks, another agrees.

Goods of controlled products leave the register only with two signatures, as every other movement
of them that no prescription or supplier stands behind.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from core import audit
from core.audit import Actor
from core.db import lock
from inventory.public import products_by_id
from purchases.errors import (
    ReceiptNotFound,
    ReversalRequestDecided,
    ReversalRequestNotFound,
    ReversalRequestOwn,
)
from purchases.models import GoodsReceipt, ReceiptReversalRequest
from purchases.people import person_of, reason_given
from purchases.services.receipts.reversal import lines_to_reverse, receipt_reverse
from purchases.services.receipts.reversal_grounds import refuse_built_upon
from purchases.services.receipts.reversal_stock import refuse_gone


@transaction.atomic
def reversal_request(
    *,
    actor: Actor,
    now: datetime,
    receipt_id: int,
    reason: str,
    lines: Collection[int] | None = None,
) -> ReceiptReversalRequest:
    """Ask for a receipt, or these `lines` of it, to be taken back by somebody else's signature.

    What could not be taken back now is not asked for; whether it still can be is asked again when
    somebody agrees. Raises ReceiptNotFound, ReceiptLineNotFound, ReasonRequired,
    ReceiptAlreadyReversed and ReceiptNotReversible (invoiced, going back to the supplier, bearing
    a landed cost, sold).
    """
    receipt = GoodsReceipt.objects.filter(pk=receipt_id).first()
    if receipt is None:
        raise ReceiptNotFound
    reason = reason_given(reason)
    chosen = lines_to_reverse(receipt, lines)
    refuse_built_upon(chosen)
    refuse_gone(chosen, products_by_id({line.product_id for line in chosen}))
    asked = ReceiptReversalRequest.objects.create(
        receipt=receipt,
        lines=None if lines is None else sorted(set(lines)),
        reason=reason,
        requested_at=now,
        requested_by_id=person_of(actor),
    )
    audit.record(
        actor=actor,
        action="purchases.receipt_reversal_requested",
        subject=asked,
        changes={"receipt": receipt.number, "lines": asked.lines},
        reason=asked.reason,
        occurred_at=now,
    )
    return asked


@transaction.atomic
def reversal_request_approve(
    *, actor: Actor, now: datetime, request_id: int
) -> ReceiptReversalRequest:
    """Agree, and take the receipt back with both names; see `receipt_reverse`.

    Raises ReversalRequestNotFound, ReversalRequestDecided, ReversalRequestOwn and what
    `receipt_reverse` raises.
    """
    asked = _locked(request_id, actor)
    asked.reversal = receipt_reverse(
        actor=actor,
        now=now,
        receipt_id=asked.receipt_id,
        reason=asked.reason,
        lines=asked.lines,
        cosigner_id=asked.requested_by_id,
    )
    return _decide(asked, actor=actor, now=now, note="")


@transaction.atomic
def reversal_request_reject(
    *, actor: Actor, now: datetime, request_id: int, reason: str
) -> ReceiptReversalRequest:
    """Do not agree: the receipt stands.

    Raises ReversalRequestNotFound, ReversalRequestDecided, ReversalRequestOwn, ReasonRequired.
    """
    asked = _locked(request_id, actor)
    reason = reason_given(reason)
    return _decide(asked, actor=actor, now=now, note=reason)


def _locked(request_id: int, actor: Actor) -> ReceiptReversalRequest:
    found = lock(ReceiptReversalRequest.objects.filter(pk=request_id))
    if not found:
        raise ReversalRequestNotFound
    if found[0].decided_at is not None:
        raise ReversalRequestDecided
    if found[0].requested_by_id == actor.id:
        raise ReversalRequestOwn
    return found[0]


def _decide(
    asked: ReceiptReversalRequest, *, actor: Actor, now: datetime, note: str
) -> ReceiptReversalRequest:
    asked.decided_at, asked.decided_by_id, asked.rejection_reason = now, actor.id, note
    asked.save()
    audit.record(
        actor=actor,
        action="purchases.receipt_reversal_decided",
        subject=asked,
        changes={"reversal": asked.reversal.number if asked.reversal else None},
        reason=note,
        occurred_at=now,
    )
    return asked
