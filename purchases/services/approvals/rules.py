"""What the owner decides about approvals: rules, and limits of roles."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.audit import Actor
from core.db import lock
from core.errors import FieldProblem
from core.money import MAX_AMOUNT, format_money
from inventory.public import category_exists
from purchases.constraints import refusing
from purchases.errors import (
    ApprovalLimitNotFound,
    ApprovalPolicyNameTaken,
    ApprovalPolicyNotFound,
    ApprovalPolicyRefused,
)
from purchases.models import ApprovalLimit, ApprovalPolicy, Supplier
from purchases.services.changes import changed
from rbac.public import role_codes

_TAKEN = {"purchases_approvalpolicy_name_once": ApprovalPolicyNameTaken}


@transaction.atomic
def approval_policy_create(
    *, actor: Actor, now: datetime, name: str, **fields: Any
) -> ApprovalPolicy:
    """A rule; it holds for what is submitted from now on, and where it is stricter than what was
    asked for, for what waits already.

    fields: min_amount, max_amount (money, of a whole proposal: from, below), category_id,
    controlled_class, supplier_id, approvers (1, 2), first_roles, second_roles (role codes).

    Raises ApprovalPolicyRefused, ApprovalPolicyNameTaken.
    """
    policy = ApprovalPolicy(name=name.strip(), **fields)
    _refuse_faulty(policy)
    with refusing(_TAKEN):
        policy.save(force_insert=True)
    audit.record(
        actor=actor,
        action="purchases.approval_policy_created",
        subject=policy,
        changes=_plain({"name": policy.name, **fields}),
    )
    return policy


@transaction.atomic
def approval_policy_update(
    *, actor: Actor, now: datetime, policy_id: int, **fields: Any
) -> ApprovalPolicy:
    """Change what is given of a rule; ``is_active=False`` takes it out of force.

    Raises ApprovalPolicyNotFound, ApprovalPolicyRefused, ApprovalPolicyNameTaken.
    """
    found = lock(ApprovalPolicy.objects.filter(pk=policy_id))
    if not found:
        raise ApprovalPolicyNotFound
    policy = found[0]
    if "name" in fields:
        fields["name"] = fields["name"].strip()
    changes = changed(policy, fields)
    _refuse_faulty(policy)
    if changes:
        with refusing(_TAKEN):
            policy.save()
        audit.record(
            actor=actor,
            action="purchases.approval_policy_changed",
            subject=policy,
            changes=_plain(changes),
        )
    return policy


@transaction.atomic
def approval_limit_set(
    *, actor: Actor, now: datetime, role_code: str, amount: Decimal
) -> ApprovalLimit:
    """The most (money, total of a proposal) somebody of this role may approve.

    Raises ApprovalPolicyRefused (no such role, an amount that cannot be).
    """
    problems = _role_problems("role_code", [role_code]) + _amount_problems("amount", amount)
    if problems:
        raise ApprovalPolicyRefused(errors=problems)
    before = ApprovalLimit.objects.filter(role_code=role_code).first()
    limit, _created = ApprovalLimit.objects.update_or_create(
        role_code=role_code, defaults={"amount": amount}
    )
    audit.record(
        actor=actor,
        action="purchases.approval_limit_set",
        subject=limit,
        changes={
            "role_code": role_code,
            "amount": [before and format_money(before.amount), format_money(amount)],
        },
    )
    return limit


@transaction.atomic
def approval_limit_remove(*, actor: Actor, now: datetime, limit_id: int) -> None:
    """Let a role approve without limit. Raises ApprovalLimitNotFound."""
    found = lock(ApprovalLimit.objects.filter(pk=limit_id))
    if not found:
        raise ApprovalLimitNotFound
    limit = found[0]
    audit.record(
        actor=actor,
        action="purchases.approval_limit_removed",
        subject=limit,
        changes={"role_code": limit.role_code, "amount": format_money(limit.amount)},
    )
    limit.delete()


def _refuse_faulty(policy: ApprovalPolicy) -> None:
    problems = [
        *_role_problems("first_roles", policy.first_roles),
        *_role_problems("second_roles", policy.second_roles),
        *_amount_problems("min_amount", policy.min_amount),
        *_amount_problems("max_amount", policy.max_amount),
        *_range_problems(policy),
        *_reference_problems(policy),
    ]
    if not policy.name:
        problems.append(FieldProblem("name", "required", _("Give a name.")))
    if policy.second_roles and policy.approvers == 1:
        problems.append(
            FieldProblem(
                "second_roles",
                "no_second_step",
                _("Roles of a second approver need two approvers."),
            )
        )
    if problems:
        raise ApprovalPolicyRefused(errors=problems)


def _range_problems(policy: ApprovalPolicy) -> list[FieldProblem]:
    least, most = policy.min_amount, policy.max_amount
    if most is None or most > (least or Decimal(0)):
        return []
    return [
        FieldProblem("max_amount", "empty_range", _("Give more than the amount it begins with."))
    ]


def _reference_problems(policy: ApprovalPolicy) -> list[FieldProblem]:
    problems = []
    if policy.category_id is not None and not category_exists(policy.category_id):
        problems.append(FieldProblem("category_id", "unknown", _("There is no such category.")))
    supplier_id = policy.supplier_id
    if supplier_id is not None and not Supplier.objects.filter(pk=supplier_id).exists():
        problems.append(FieldProblem("supplier_id", "unknown", _("There is no such supplier.")))
    return problems


def _role_problems(field: str, codes: Sequence[str]) -> list[FieldProblem]:
    unknown = sorted(set(codes) - role_codes()) if codes else []
    return [
        FieldProblem(field, "unknown_role", _("There is no role %(code)s.") % {"code": code})
        for code in unknown
    ]


def _amount_problems(field: str, amount: Decimal | None) -> list[FieldProblem]:
    if amount is None or 0 <= amount <= MAX_AMOUNT:
        return []
    return [FieldProblem(field, "out_of_range", _("The amount is out of range."))]


def _plain(changes: dict[str, Any]) -> dict[str, Any]:
    """Money as text, also inside [before, after]."""

    def one(value: Any) -> Any:
        if isinstance(value, list):
            return [one(part) for part in value]
        return format_money(value) if isinstance(value, Decimal) else value

    return {name: one(value) for name, value in changes.items()}
