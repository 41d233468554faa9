"""Two signatures: one person asks for a stock document over controlled products, another signs.

Whoever signs posts the document; whoever asked stands in the register as its second signature.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db import transaction

from core import audit
from core.audit import Actor
from core.db import lock
from core.outbox import publish
from core.states import next_state
from inventory.errors import (
    DocumentNotFound,
    NotTheRequester,
    SignatureNotFound,
    SignatureStateRefused,
    SignerIsRequester,
)
from inventory.events import SignatureAsked
from inventory.models import MovementKind, SignatureRequest, SignatureState, StockDocument
from inventory.records import AdjustmentLine, IssueLine, ReceiptLine, RepackLine
from inventory.services.documents import stock_adjust, stock_issue_by_hand, stock_receive_by_hand
from inventory.services.repacking import stock_repack
from inventory.services.reversal import document_reverse

Line = ReceiptLine | IssueLine | AdjustmentLine | RepackLine


class SignatureAction(StrEnum):
    SIGN = "sign"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"


SIGNATURE_TRANSITIONS: Mapping[tuple[str, str], str] = {
    (SignatureState.WAITING, SignatureAction.SIGN): SignatureState.SIGNED,
    (SignatureState.WAITING, SignatureAction.REFUSE): SignatureState.REFUSED,
    (SignatureState.WAITING, SignatureAction.WITHDRAW): SignatureState.WITHDRAWN,
}


class _Rehearsed(Exception):
    """Undoes what was done only to see whether it can be done."""


@transaction.atomic
def signature_ask(
    *,
    actor: Actor,
    now: datetime,
    kind: str,
    reason: str,
    lines: Sequence[Line],
    note: str = "",
    occurred_at: datetime | None = None,
) -> uuid.UUID:
    """Ask for a second signature under a document by hand; returns the request's id.

    kind: receipt, issue, adjustment or repack, with lines of that kind. It is tried out at once,
    so that what could not be posted is not asked for. Publishes SignatureAsked. Raises what
    `stock_receive_by_hand`, `stock_issue_by_hand`, `stock_adjust` or `stock_repack` raises.
    """
    request = SignatureRequest(
        kind=kind,
        reason=reason,
        note=note,
        occurred_at=occurred_at or now,
        lines=[_to_json(line) for line in lines],
        requested_at=now,
        requested_by_id=_person(actor),
    )
    return _ask(actor, now, request)


@transaction.atomic
def signature_ask_reversal(
    *, actor: Actor, now: datetime, document_id: uuid.UUID, reason: str
) -> uuid.UUID:
    """Ask for a second signature under the undoing of a document; returns the request's id.

    reason: why. Raises DocumentNotFound and what `document_reverse` raises.
    """
    document = StockDocument.objects.filter(pk=document_id).first()
    if document is None:
        raise DocumentNotFound
    request = SignatureRequest(
        kind=document.kind,
        reason=document.reason,
        note=reason,
        occurred_at=now,
        lines=[],
        undoes=document,
        requested_at=now,
        requested_by_id=_person(actor),
    )
    return _ask(actor, now, request)


def _ask(actor: Actor, now: datetime, request: SignatureRequest) -> uuid.UUID:
    _rehearse(actor, now, request)
    request.save(force_insert=True)
    _record(actor, "asked", request)
    publish(
        SignatureAsked(
            request_id=str(request.pk),
            kind=request.kind,
            reason=request.reason,
            requested_by_id=_person(actor),
        )
    )
    return request.pk


@transaction.atomic
def signature_give(*, actor: Actor, now: datetime, request_id: uuid.UUID) -> uuid.UUID:
    """Sign a request and post its document; returns the document's id.

    Raises SignatureNotFound, SignatureStateRefused, SignerIsRequester and what posting raises.
    """
    request = _locked(request_id, SignatureAction.SIGN)
    if actor.id == request.requested_by_id:
        raise SignerIsRequester
    request.document_id = _post(actor, now, request, cosigner_id=request.requested_by_id)
    _decide(actor, now, request, SignatureAction.SIGN)
    return request.document_id


@transaction.atomic
def signature_refuse(*, actor: Actor, now: datetime, request_id: uuid.UUID, note: str) -> None:
    """Do not sign, saying why. Raises SignatureNotFound, SignatureStateRefused."""
    request = _locked(request_id, SignatureAction.REFUSE)
    request.decision_note = note.strip()
    _decide(actor, now, request, SignatureAction.REFUSE)


@transaction.atomic
def signature_withdraw(*, actor: Actor, now: datetime, request_id: uuid.UUID) -> None:
    """Take one's own request back.

    Raises SignatureNotFound, SignatureStateRefused, NotTheRequester.
    """
    request = _locked(request_id, SignatureAction.WITHDRAW)
    if actor.id != request.requested_by_id:
        raise NotTheRequester
    _decide(actor, now, request, SignatureAction.WITHDRAW)


def _person(actor: Actor) -> int:
    if actor.id is None:
        raise ValueError("signatures are those of people")
    return actor.id


def _locked(request_id: uuid.UUID, action: SignatureAction) -> SignatureRequest:
    found = lock(SignatureRequest.objects.filter(pk=request_id))
    if not found:
        raise SignatureNotFound
    next_state(SIGNATURE_TRANSITIONS, found[0].state, action, SignatureStateRefused)
    return found[0]


def _decide(
    actor: Actor, now: datetime, request: SignatureRequest, action: SignatureAction
) -> None:
    request.state = next_state(SIGNATURE_TRANSITIONS, request.state, action, SignatureStateRefused)
    request.decided_by_id, request.decided_at = _person(actor), now
    request.save()
    _record(actor, request.state, request, reason=request.decision_note)


def _rehearse(actor: Actor, now: datetime, request: SignatureRequest) -> None:
    nobody = 0  # no user has this id; it is rolled back before anything looks it up
    try:
        with transaction.atomic():
            _post(actor, now, request, cosigner_id=nobody)
            raise _Rehearsed
    except _Rehearsed:
        return


def _post(actor: Actor, now: datetime, request: SignatureRequest, *, cosigner_id: int) -> uuid.UUID:
    both: dict[str, Any] = {"actor": actor, "now": now, "cosigner_id": cosigner_id}
    if request.undoes_id is not None:
        return document_reverse(document_id=request.undoes_id, reason=request.note, **both)
    service, line_of = _POST[request.kind]
    lines = [line_of(line) for line in request.lines]
    if request.kind == MovementKind.REPACK:
        return service(lines=lines, note=request.note, **both)
    return service(
        lines=lines,
        note=request.note,
        reason=request.reason,
        occurred_at=request.occurred_at,
        **both,
    )


def _to_json(line: Line) -> dict[str, Any]:
    return {
        name: str(value) if isinstance(value, Decimal | date) else value
        for name, value in asdict(line).items()
    }


def _receipt_line(fields: Mapping[str, Any]) -> ReceiptLine:
    expiry = fields["expiry_date"]
    return ReceiptLine(
        **{
            **fields,
            "expiry_date": None if expiry is None else date.fromisoformat(expiry),
            "total_cost": Decimal(fields["total_cost"]),
        }
    )


def _issue_line(fields: Mapping[str, Any]) -> IssueLine:
    return IssueLine(**fields)


def _adjustment_line(fields: Mapping[str, Any]) -> AdjustmentLine:
    cost = fields["unit_cost"]
    return AdjustmentLine(**{**fields, "unit_cost": None if cost is None else Decimal(cost)})


def _repack_line(fields: Mapping[str, Any]) -> RepackLine:
    expiry = fields["to_expiry_date"]
    return RepackLine(
        **{**fields, "to_expiry_date": None if expiry is None else date.fromisoformat(expiry)}
    )


# kind -> what posts it, and how its lines are read back.
_POST: dict[str, tuple[Callable[..., uuid.UUID], Callable[[Mapping[str, Any]], Line]]] = {
    MovementKind.RECEIPT: (stock_receive_by_hand, _receipt_line),
    MovementKind.ISSUE: (stock_issue_by_hand, _issue_line),
    MovementKind.ADJUSTMENT: (stock_adjust, _adjustment_line),
    MovementKind.REPACK: (stock_repack, _repack_line),
}


def _record(actor: Actor, verb: str, request: SignatureRequest, *, reason: str = "") -> None:
    audit.record(
        actor=actor,
        action=f"inventory.signature_{verb}",
        subject=request,
        changes={
            "kind": request.kind,
            "reason": request.reason,
            "lines": len(request.lines),
            "document_id": request.document_id,
        },
        reason=reason,
    )
