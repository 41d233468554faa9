"""Promising money to a document, and taking the promise back as goods or refusals arrive."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from capital.errors import (
    CommitmentNotFound,
    DuplicateCommitment,
    DuplicateConsumption,
    InsufficientCapital,
    InvalidPosting,
)
from capital.models import (
    Commitment,
    CommitmentChange,
    CommitmentChangeKind,
    CommitmentStatus,
    CreditTerms,
)
from capital.selectors import committed_total, liquid_total, policy_get
from capital.services.ledger import ledger_lock
from capital.services.posting import amount_fault
from core import audit
from core.audit import Actor
from core.errors import FieldProblem
from core.money import currency, format_money

ZERO = Decimal(0)


@transaction.atomic
def commitment_create(
    *, actor: Actor, now: datetime, source_type: str, source_id: str, amount: Decimal
) -> int:
    """Promise `amount` (money, > 0) of the available capital to a document; returns the id.

    How far beyond the available capital it may go is the policy's: not at all, up to a credit
    limit, or without limit.

    Raises InsufficientCapital (extra: available, requested), DuplicateCommitment, InvalidPosting.
    """
    _refuse_faulty(amount)
    ledger_lock()  # a second approval waits here until this one has committed
    if Commitment.objects.filter(source_type=source_type, source_id=source_id).exists():
        raise DuplicateCommitment
    _refuse_beyond_credit(amount)
    commitment = Commitment.objects.create(
        source_type=source_type, source_id=source_id, amount=amount, created_at=now
    )
    _log(commitment, actor=actor, now=now, kind=CommitmentChangeKind.CREATED, amount=amount)
    _audit(commitment, actor=actor, action="capital.commitment_created", amount=amount)
    return commitment.pk


def commitment_foresee(*, amount: Decimal) -> None:
    """Refuse early what could not be promised now; promises nothing and holds nothing.

    For a decision that another one follows: that one promises, and looks again.
    Raises InsufficientCapital (extra: available, requested).
    """
    _refuse_beyond_credit(amount)


@transaction.atomic
def commitment_raise(
    *,
    actor: Actor,
    now: datetime,
    source_type: str,
    source_id: str,
    amount: Decimal,
    reason: str,
) -> None:
    """Promise `amount` (money, > 0) more to a document that has a promise already.

    What is available, and how far beyond it a promise may go, is looked at as for a new one.
    Raises CommitmentNotFound, InsufficientCapital, InvalidPosting.
    """
    _refuse_faulty(amount)
    ledger_lock()
    commitment = _locked(source_type, source_id)
    _refuse_beyond_credit(amount)
    commitment.amount += amount
    commitment.status, commitment.closed_at = CommitmentStatus.OPEN, None
    _save(commitment, now=now)
    _log(
        commitment,
        actor=actor,
        now=now,
        kind=CommitmentChangeKind.RAISED,
        amount=amount,
        reason=reason,
    )
    _audit(
        commitment, actor=actor, action="capital.commitment_raised", amount=amount, reason=reason
    )


@transaction.atomic
def commitment_consume(
    *,
    actor: Actor,
    now: datetime,
    source_type: str,
    source_id: str,
    amount: Decimal,
    document_type: str = "",
    document_id: str = "",
) -> Decimal:
    """Turn up to `amount` (money, > 0) of a promise into something owed; returns how much.

    Goods may cost more than was ordered: the promise never falls below zero and the rest is
    simply not covered by it. `document_type` and `document_id` name the receipt; the same receipt
    cannot consume twice.

    Raises CommitmentNotFound, DuplicateConsumption, InvalidPosting.
    """
    _refuse_faulty(amount)
    commitment = _locked(source_type, source_id)
    _refuse_second_consumption(commitment, document_type, document_id)
    taken = min(amount, commitment.remaining)
    if taken <= 0:
        return ZERO
    commitment.consumed += taken
    _save(commitment, now=now)
    _log(
        commitment,
        actor=actor,
        now=now,
        kind=CommitmentChangeKind.CONSUMED,
        amount=taken,
        document=(document_type, document_id),
    )
    _audit(commitment, actor=actor, action="capital.commitment_consumed", amount=taken)
    return taken


@transaction.atomic
def commitment_release(
    *,
    actor: Actor,
    now: datetime,
    source_type: str,
    source_id: str,
    reason: str,
    amount: Decimal | None = None,
) -> Decimal:
    """Give back what a document still has promised, or of it at most `amount` (money, > 0).

    Returns how much was given back, 0 if nothing was left.

    Raises CommitmentNotFound, InvalidPosting.
    """
    if amount is not None:
        _refuse_faulty(amount)
    commitment = _locked(source_type, source_id)
    rest = commitment.remaining if amount is None else min(amount, commitment.remaining)
    if rest == 0:
        return ZERO
    commitment.released += rest
    _save(commitment, now=now)
    _log(
        commitment,
        actor=actor,
        now=now,
        kind=CommitmentChangeKind.RELEASED,
        amount=rest,
        reason=reason,
    )
    _audit(
        commitment, actor=actor, action="capital.commitment_released", amount=rest, reason=reason
    )
    return rest


@transaction.atomic
def commitment_restore(
    *,
    actor: Actor,
    now: datetime,
    source_type: str,
    source_id: str,
    reason: str,
    consumed: Decimal = ZERO,
    released: Decimal = ZERO,
    document_type: str = "",
    document_id: str = "",
) -> Decimal:
    """Promise again what a document turned out not to have used; returns how much.

    consumed: of goods that went back, and are owed no longer; released: of what is expected
    again; each >= 0 and at most what the promise has of it. What was promised once needs no
    capital anew: the debt that replaced it ends in the same transaction. `document_type` and
    `document_id` name what takes it back, once.

    Raises CommitmentNotFound, InvalidPosting.
    """
    for amount in (consumed, released):
        if fault := amount_fault(amount, zero_allowed=True):
            raise InvalidPosting(errors=[FieldProblem("amount", "invalid_amount", fault)])
    commitment = _locked(source_type, source_id)
    consumed = min(consumed, commitment.consumed)
    released = min(released, commitment.released)
    if consumed + released == 0:
        return ZERO
    commitment.consumed -= consumed
    commitment.released -= released
    commitment.status, commitment.closed_at = CommitmentStatus.OPEN, None
    _save(commitment, now=now)
    for kind, amount in (
        (CommitmentChangeKind.RESTORED, consumed),
        (CommitmentChangeKind.RECLAIMED, released),
    ):
        if amount:
            _log(
                commitment,
                actor=actor,
                now=now,
                kind=kind,
                amount=amount,
                document=(document_type, document_id),
                reason=reason,
            )
    _audit(
        commitment,
        actor=actor,
        action="capital.commitment_restored",
        amount=consumed + released,
        reason=reason,
    )
    return consumed + released


def refuse_beyond_capital(*, requested: Decimal, credit: Decimal = ZERO) -> None:
    """Raise InsufficientCapital unless `requested` is available; call under the ledger lock.

    credit: money, how far beyond the available capital it may go.
    """
    available = liquid_total() - committed_total()
    if requested > available + credit:
        raise InsufficientCapital(
            _("%(available)s %(currency)s are available, %(requested)s were asked for.")
            % {
                "available": format_money(available),
                "currency": currency(),
                "requested": format_money(requested),
            },
            extra={
                "available": format_money(available),
                "requested": format_money(requested),
                **({"credit_limit": format_money(credit)} if credit else {}),
            },
        )


def _refuse_beyond_credit(requested: Decimal) -> None:
    policy = policy_get()
    if policy.credit_terms != CreditTerms.UNLIMITED:
        refuse_beyond_capital(requested=requested, credit=policy.credit_limit)


def _locked(source_type: str, source_id: str) -> Commitment:
    commitment = (
        Commitment.objects.select_for_update(no_key=True)
        .filter(source_type=source_type, source_id=source_id)
        .first()
    )
    if commitment is None:
        raise CommitmentNotFound
    return commitment


def _save(commitment: Commitment, *, now: datetime) -> None:
    if commitment.remaining == 0:
        commitment.status, commitment.closed_at = CommitmentStatus.CLOSED, now
    commitment.save(update_fields=["amount", "consumed", "released", "status", "closed_at"])


def _refuse_second_consumption(
    commitment: Commitment, document_type: str, document_id: str
) -> None:
    if not document_type:
        return
    if commitment.changes.filter(
        kind=CommitmentChangeKind.CONSUMED, document_type=document_type, document_id=document_id
    ).exists():
        raise DuplicateConsumption


def _refuse_faulty(amount: Decimal) -> None:
    fault = amount_fault(amount)
    if fault:
        raise InvalidPosting(errors=[FieldProblem("amount", "invalid_amount", fault)])


def _log(
    commitment: Commitment,
    *,
    actor: Actor,
    now: datetime,
    kind: CommitmentChangeKind,
    amount: Decimal,
    document: tuple[str, str] = ("", ""),
    reason: str = "",
) -> None:
    CommitmentChange.objects.create(
        commitment=commitment,
        kind=kind,
        amount=amount,
        document_type=document[0],
        document_id=document[1],
        reason=reason,
        occurred_at=now,
        actor_id=actor.id,
    )


def _audit(
    commitment: Commitment, *, actor: Actor, action: str, amount: Decimal, reason: str = ""
) -> None:
    audit.record(
        actor=actor,
        action=action,
        subject=commitment,
        changes={
            "source": f"{commitment.source_type}:{commitment.source_id}",
            "amount": format_money(amount),
            "remaining": format_money(commitment.remaining),
        },
        reason=reason,
    )
