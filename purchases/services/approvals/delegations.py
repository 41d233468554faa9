"""Approving in somebody's stead: given for a period, taken back at any time."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, outbox
from core.audit import Actor
from core.db import lock
from core.errors import FieldProblem
from core.money import MAX_AMOUNT, format_money
from purchases.errors import DelegationNotFound, DelegationRefused, DelegationStateRefused
from purchases.events import ApprovalDelegated
from purchases.models import ApprovalDelegation
from purchases.people import person_of
from purchases.services.approvals.authority import APPROVE
from rbac.public import users_with_permission
from users.public import users_by_id


@transaction.atomic
def delegation_create(
    *,
    actor: Actor,
    now: datetime,
    delegate_id: int,
    starts_at: datetime,
    ends_at: datetime,
    amount: Decimal | None = None,
    reason: str = "",
) -> ApprovalDelegation:
    """Let another approver approve in the actor's stead in [starts_at, ends_at).

    amount: the most (money, total of a proposal) he may approve so; None is what the actor may.
    Only somebody who may approve at all can be a substitute: who that is stays the owner's
    decision. Publishes ApprovalDelegated. Raises DelegationRefused.
    """
    delegation = ApprovalDelegation(
        delegator_id=person_of(actor),
        delegate_id=delegate_id,
        starts_at=starts_at,
        ends_at=ends_at,
        amount=amount,
        reason=reason.strip(),
        created_at=now,
    )
    _refuse_faulty(delegation, now=now)
    delegation.save(force_insert=True)
    audit.record(
        actor=actor,
        action="purchases.approval_delegated",
        subject=delegation,
        changes={
            "delegate_id": delegate_id,
            "starts_at": starts_at,
            "ends_at": ends_at,
            "amount": None if amount is None else format_money(amount),
        },
        reason=delegation.reason,
    )
    outbox.publish(
        ApprovalDelegated(
            delegation_id=delegation.pk,
            delegator_id=delegation.delegator_id,
            delegator_name=actor.label,
            delegate_id=delegate_id,
            starts_at=starts_at.isoformat(),
            ends_at=ends_at.isoformat(),
        )
    )
    return delegation


@transaction.atomic
def delegation_revoke(
    *, actor: Actor, now: datetime, delegation_id: int, of_anybody: bool = False
) -> ApprovalDelegation:
    """Take a delegation back at once; what was decided by it stays.

    of_anybody: the actor may take back other people's too; without it only those given by the
    actor are found. Raises DelegationNotFound, DelegationStateRefused (over or taken back).
    """
    rows = ApprovalDelegation.objects.filter(pk=delegation_id)
    found = lock(rows if of_anybody else rows.filter(delegator_id=actor.id))
    if not found:
        raise DelegationNotFound
    delegation = found[0]
    if delegation.revoked_at is not None or delegation.ends_at <= now:
        raise DelegationStateRefused
    delegation.revoked_at, delegation.revoked_by_id = now, actor.id
    delegation.save()
    audit.record(
        actor=actor,
        action="purchases.approval_delegation_revoked",
        subject=delegation,
        changes={"delegator_id": delegation.delegator_id, "delegate_id": delegation.delegate_id},
    )
    return delegation


def _refuse_faulty(delegation: ApprovalDelegation, *, now: datetime) -> None:
    problems = []
    if delegation.delegate_id == delegation.delegator_id:
        problems.append(FieldProblem("delegate_id", "oneself", _("Choose somebody else.")))
    if not users_by_id([delegation.delegate_id]):
        problems.append(FieldProblem("delegate_id", "unknown", _("There is no such user.")))
    elif delegation.delegate_id not in users_with_permission(APPROVE):
        problems.append(
            FieldProblem(
                "delegate_id",
                "may_not_approve",
                _("A substitute must be somebody who may approve proposals."),
            )
        )
    if delegation.ends_at <= max(delegation.starts_at, now):
        problems.append(
            FieldProblem(
                "ends_at",
                "no_period",
                _("It must end after it begins, and after now."),
            )
        )
    if delegation.amount is not None and not 0 < delegation.amount <= MAX_AMOUNT:
        problems.append(FieldProblem("amount", "out_of_range", _("The amount is out of range.")))
    if problems:
        raise DelegationRefused(errors=problems)
