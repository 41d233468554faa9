"""Reads of the policy, of limits and of expense categories."""

from __future__ import annotations

from django.db.models import QuerySet

from capital.models import CapitalPolicy, ExpenseCategory, OperationLimit


def policy_get() -> CapitalPolicy:
    """The pharmacy's rules for money. One query."""
    return CapitalPolicy.objects.get(pk=1)


def limits() -> QuerySet[OperationLimit]:
    """All limits, by role and operation. One query."""
    return OperationLimit.objects.select_related("role").order_by("role_id", "operation")


def expense_categories(*, is_active: bool | None = None) -> QuerySet[ExpenseCategory]:
    """Expense categories in the order they were made, with their accounts. One query."""
    found = ExpenseCategory.objects.select_related("account").order_by("id")
    return found if is_active is None else found.filter(is_active=is_active)
