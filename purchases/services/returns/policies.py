"""Until when suppliers take goods back: one policy per supplier and reason, and defaults."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TypedDict, Unpack

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.audit import Actor
from core.db import lock
from core.errors import FieldProblem
from purchases.constraints import refusing
from purchases.errors import (
    ReturnPolicyNotFound,
    ReturnPolicyTaken,
    SupplierNotFound,
    SupplierReturnInvalid,
)
from purchases.models import ReturnPolicy, Supplier

_TAKEN = {"purchases_returnpolicy_once": ReturnPolicyTaken}


class PolicyRules(TypedDict, total=False):
    """See `purchases.models.ReturnPolicy`."""

    accepted: bool
    days_after_receipt: int | None
    earliest_months_before_expiry: int | None
    latest_months_before_expiry: int | None
    latest_months_after_expiry: int | None
    credit_percent: Decimal


@transaction.atomic
def return_policy_create(
    *,
    actor: Actor,
    now: datetime,
    supplier_id: int | None = None,
    reason: str = "",
    **rules: Unpack[PolicyRules],
) -> ReturnPolicy:
    """Add a policy. Without a supplier it is the default of all, without a reason that of all.

    Raises SupplierNotFound, ReturnPolicyTaken, SupplierReturnInvalid (two last months).
    """
    if supplier_id is not None and not Supplier.objects.filter(pk=supplier_id).exists():
        raise SupplierNotFound
    policy = ReturnPolicy(supplier_id=supplier_id, reason=reason, **rules)
    _refuse_faulty(policy)
    with refusing(_TAKEN):
        policy.save(force_insert=True)
    audit.record(
        actor=actor,
        action="purchases.return_policy_created",
        subject=policy,
        changes={"supplier_id": supplier_id, "reason": reason, **rules},
    )
    return policy


@transaction.atomic
def return_policy_update(
    *, actor: Actor, now: datetime, policy_id: int, **rules: Unpack[PolicyRules]
) -> ReturnPolicy:
    """Change what is given, leave the rest. Lines of returns keep the day they were written with.

    Raises ReturnPolicyNotFound, SupplierReturnInvalid.
    """
    policy = _locked(policy_id)
    changes = {
        name: [getattr(policy, name), value]
        for name, value in rules.items()
        if getattr(policy, name) != value
    }
    for name, (_before, after) in changes.items():
        setattr(policy, name, after)
    if changes:
        _refuse_faulty(policy)
        policy.save()
        audit.record(
            actor=actor,
            action="purchases.return_policy_changed",
            subject=policy,
            changes=changes,
        )
    return policy


@transaction.atomic
def return_policy_delete(*, actor: Actor, now: datetime, policy_id: int) -> None:
    """Remove a policy; the more general one counts then. Raises ReturnPolicyNotFound."""
    policy = _locked(policy_id)
    audit.record(
        actor=actor,
        action="purchases.return_policy_deleted",
        subject=policy,
        changes={"supplier_id": policy.supplier_id, "reason": policy.reason},
    )
    policy.delete()


def _locked(policy_id: int) -> ReturnPolicy:
    found = lock(ReturnPolicy.objects.filter(pk=policy_id))
    if not found:
        raise ReturnPolicyNotFound
    return found[0]


def _refuse_faulty(policy: ReturnPolicy) -> None:
    if (
        policy.latest_months_before_expiry is not None
        and policy.latest_months_after_expiry is not None
    ):
        raise SupplierReturnInvalid(
            errors=[
                FieldProblem(
                    "latest_months_after_expiry",
                    "ambiguous",
                    _("The last day is before the expiry date or after it, not both."),
                )
            ]
        )
