"""What the owner decides about money: the policy, limits of operations, expense categories."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from capital.chart import SystemAccount
from capital.errors import (
    CategoryNotFound,
    CategoryRefused,
    LimitNotFound,
    LimitRefused,
    PolicyRefused,
)
from capital.models import CapitalPolicy, CreditTerms, ExpenseCategory, OperationLimit
from capital.selectors import account_of
from capital.services.ledger import ledger_lock
from capital.services.posting import amount_fault
from core import audit
from core.audit import Actor
from core.db import lock
from core.errors import FieldProblem
from core.money import format_money
from rbac.public import role_exists

ZERO = Decimal(0)
_AMOUNTS = ("credit_limit", "customer_credit_limit", "difference_tolerance")


@transaction.atomic
def policy_update(*, actor: Actor, now: datetime, **fields: Any) -> CapitalPolicy:
    """Change what is given of the policy; it holds from the next operation on.

    fields: credit_terms, credit_limit, customer_credit_limit, session_required, blind_close,
    difference_tolerance. Raises PolicyRefused.
    """
    ledger_lock()  # who is spending under the old policy has finished
    policy = lock(CapitalPolicy.objects.all())[0]
    changes = {}
    for name, value in fields.items():
        before = getattr(policy, name)
        if value != before:
            changes[name] = [_plain(before), _plain(value)]
            setattr(policy, name, value)
    _refuse_faulty_policy(policy)
    if not changes:
        return policy
    policy.updated_at, policy.updated_by_id = now, actor.id
    policy.save()
    audit.record(
        actor=actor,
        action="capital.policy_changed",
        subject=policy,
        changes=changes,
        occurred_at=now,
    )
    return policy


@transaction.atomic
def limit_set(
    *,
    actor: Actor,
    now: datetime,
    role_id: int,
    operation: str,
    per_operation: Decimal | None = None,
    per_day: Decimal | None = None,
) -> OperationLimit:
    """The most a role may move with one kind of operation; None is no limit.

    Raises LimitRefused (no such role, no amount at all, an amount that cannot be).
    """
    _refuse_faulty_limit(role_id, per_operation, per_day)
    ledger_lock()
    limit, created = OperationLimit.objects.get_or_create(
        role_id=role_id,
        operation=operation,
        defaults={"per_operation": per_operation, "per_day": per_day},
    )
    before = [None, None] if created else [limit.per_operation, limit.per_day]
    if not created:
        limit.per_operation, limit.per_day = per_operation, per_day
        limit.save()
    audit.record(
        actor=actor,
        action="capital.limit_set",
        subject=limit,
        changes={
            "role_id": role_id,
            "operation": operation,
            "per_operation": [_plain(before[0]), _plain(per_operation)],
            "per_day": [_plain(before[1]), _plain(per_day)],
        },
        occurred_at=now,
    )
    return limit


@transaction.atomic
def limit_remove(*, actor: Actor, now: datetime, limit_id: int) -> None:
    """Take a limit away. Raises LimitNotFound."""
    found = lock(OperationLimit.objects.filter(pk=limit_id))
    if not found:
        raise LimitNotFound
    limit = found[0]
    audit.record(
        actor=actor,
        action="capital.limit_removed",
        subject=limit,
        changes={
            "role_id": limit.role_id,
            "operation": limit.operation,
            "per_operation": _plain(limit.per_operation),
            "per_day": _plain(limit.per_day),
        },
        occurred_at=now,
    )
    limit.delete()


@transaction.atomic
def category_create(
    *, actor: Actor, now: datetime, name_en: str, name_ar: str, account: str = "expenses"
) -> ExpenseCategory:
    """A kind of expense. account: system code or number, of `expenses` or below it.

    Raises CategoryRefused, InvalidPosting (no such account).
    """
    category = ExpenseCategory(
        name_en=name_en.strip(),
        name_ar=name_ar.strip(),
        account=account_of(account, groups=[SystemAccount.EXPENSES], field="account"),
    )
    _save_category(category)
    audit.record(
        actor=actor,
        action="capital.expense_category_created",
        subject=category,
        changes={"name_en": category.name_en, "account": category.account.code},
        occurred_at=now,
    )
    return category


@transaction.atomic
def category_update(
    *, actor: Actor, now: datetime, category_id: int, **fields: Any
) -> ExpenseCategory:
    """Change what is given of: name_en, name_ar, account, is_active. Past entries stay.

    Raises CategoryNotFound, CategoryRefused, InvalidPosting (no such account).
    """
    found = lock(ExpenseCategory.objects.select_related("account").filter(pk=category_id))
    if not found:
        raise CategoryNotFound
    category = found[0]
    if "account" in fields:
        fields["account"] = account_of(
            fields["account"], groups=[SystemAccount.EXPENSES], field="account"
        )
    changes = {}
    for name, value in fields.items():
        value = value.strip() if isinstance(value, str) else value
        before = getattr(category, name)
        if value != before:
            changes[name] = [str(before), str(value)]
            setattr(category, name, value)
    _save_category(category)
    if changes:
        audit.record(
            actor=actor,
            action="capital.expense_category_changed",
            subject=category,
            changes=changes,
            occurred_at=now,
        )
    return category


def _save_category(category: ExpenseCategory) -> None:
    problems = [
        FieldProblem(name, "required", _("Give a name."))
        for name in ("name_en", "name_ar")
        if not getattr(category, name)
    ]
    if category.is_active and not category.account.is_active:
        problems.append(
            FieldProblem("account", "inactive_account", _("The account is no longer in use."))
        )
    if problems:
        raise CategoryRefused(errors=problems)
    try:
        with transaction.atomic():
            category.save()
    except IntegrityError as error:
        raise CategoryRefused(_("Another category has this name.")) from error


def _refuse_faulty_policy(policy: CapitalPolicy) -> None:
    problems = [
        FieldProblem(name, "invalid_amount", fault)
        for name in _AMOUNTS
        if (fault := amount_fault(getattr(policy, name), zero_allowed=True))
    ]
    if not problems and (policy.credit_limit > 0) != (policy.credit_terms == CreditTerms.LIMITED):
        problems.append(
            FieldProblem(
                "credit_limit",
                "does_not_fit",
                _("Give a credit limit above zero for limited credit terms, and zero otherwise."),
            )
        )
    if problems:
        raise PolicyRefused(errors=problems)


def _refuse_faulty_limit(
    role_id: int, per_operation: Decimal | None, per_day: Decimal | None
) -> None:
    problems = [
        FieldProblem(name, "invalid_amount", fault)
        for name, amount in (("per_operation", per_operation), ("per_day", per_day))
        if amount is not None and (fault := amount_fault(amount, zero_allowed=True))
    ]
    if per_operation is None and per_day is None:
        problems.append(
            FieldProblem("per_operation", "required", _("Give a limit per operation or per day."))
        )
    if not role_exists(role_id):
        problems.append(FieldProblem("role_id", "unknown", _("There is no such role.")))
    if problems:
        raise LimitRefused(errors=problems)


def _plain(value: Any) -> Any:
    return format_money(value) if isinstance(value, Decimal) else value
