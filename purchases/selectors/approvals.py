"""Reading rules of approval, limits and delegations."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from purchases.models import ApprovalDelegation, ApprovalLimit, ApprovalPolicy


def approval_policies(*, is_active: bool | None = None) -> QuerySet[ApprovalPolicy]:
    rules = ApprovalPolicy.objects.select_related("supplier").order_by("pk")
    return rules if is_active is None else rules.filter(is_active=is_active)


def approval_limits() -> QuerySet[ApprovalLimit]:
    return ApprovalLimit.objects.order_by("role_code")


def delegations(
    *, person_id: int | None, in_force_at: datetime | None = None
) -> QuerySet[ApprovalDelegation]:
    """Delegations given by or to a person, of everybody for None; only those in force, if asked."""
    rows = ApprovalDelegation.objects.select_related("delegator", "delegate", "revoked_by")
    if person_id is not None:
        rows = rows.filter(Q(delegator_id=person_id) | Q(delegate_id=person_id))
    if in_force_at is not None:
        rows = rows.filter(
            starts_at__lte=in_force_at, ends_at__gt=in_force_at, revoked_at__isnull=True
        )
    return rows
