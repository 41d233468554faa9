"""Endpoints of the chart of accounts, expense categories, the policy and limits."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import HTTP_201_CREATED, HTTP_204_NO_CONTENT

from capital import selectors
from capital.api.serializers.chart import (
    AccountChangeIn,
    AccountFilter,
    AccountIn,
    CapitalReasonIn,
    CategoryFilter,
    ExpenseCategoryChangeIn,
    ExpenseCategoryIn,
    ExpenseCategoryOut,
    OperationLimitIn,
    OperationLimitOut,
    PolicyIn,
    PolicyOut,
)
from capital.api.serializers.ledger import AccountOut
from capital.services import accounts, policies
from core.api import ApiView


def _example(title: str, /, **value: Any) -> list[OpenApiExample]:
    return [OpenApiExample(title, value=value, request_only=True)]


class AccountListView(ApiView):
    permissions = {"get": "capital.view", "post": "capital.manage_accounts"}

    @extend_schema(
        operation_id="capital_accounts_list",
        parameters=[AccountFilter],
        responses=AccountOut(many=True),
    )
    def get(self, request: Request) -> Response:
        """The chart of accounts with balances."""
        found = selectors.accounts_with_balances(**self.query(AccountFilter))
        return Response(AccountOut(found, many=True).data)

    @extend_schema(
        operation_id="capital_accounts_create",
        request=AccountIn,
        responses={201: AccountOut},
        examples=_example("Rent", parent_id=15, code="6010", name_en="Rent", name_ar="إيجار"),
    )
    def post(self, request: Request) -> Response:
        """An own account below another; type and side are inherited.

        409 `duplicate_account_code`, 422 `account_refused` (above out of use, or stock).
        """
        account = accounts.account_create(actor=self.actor, now=self.now, **self.parse(AccountIn))
        return _account(account.pk, status=HTTP_201_CREATED)


class AccountView(ApiView):
    permissions = {
        "get": "capital.view",
        "patch": "capital.manage_accounts",
        "delete": "capital.manage_accounts",
    }

    @extend_schema(operation_id="capital_accounts_read", responses=AccountOut)
    def get(self, request: Request, account_id: int) -> Response:
        """One account with its balance."""
        return _account(account_id)

    @extend_schema(
        operation_id="capital_accounts_update",
        request=AccountChangeIn,
        responses=AccountOut,
        examples=_example("A clearer name", name_en="Rent of the shop"),
    )
    def patch(self, request: Request, account_id: int) -> Response:
        """Rename an account, or move an own one within its branch.

        409 `account_protected` for the number or place of a system account.
        """
        accounts.account_update(
            actor=self.actor, now=self.now, account_id=account_id, **self.parse(AccountChangeIn)
        )
        return _account(account_id)

    @extend_schema(operation_id="capital_accounts_delete", responses={204: None})
    def delete(self, request: Request, account_id: int) -> Response:
        """Remove an own account that was never posted to; 409 `account_in_use` otherwise."""
        accounts.account_delete(actor=self.actor, now=self.now, account_id=account_id)
        return Response(status=HTTP_204_NO_CONTENT)


class AccountDeactivationView(ApiView):
    permissions = {"post": "capital.manage_accounts"}

    @extend_schema(
        operation_id="capital_accounts_deactivate", request=CapitalReasonIn, responses=AccountOut
    )
    def post(self, request: Request, account_id: int) -> Response:
        """Take an own account out of use; 409 `account_in_use` while money stands on it."""
        accounts.account_deactivate(
            actor=self.actor, now=self.now, account_id=account_id, **self.parse(CapitalReasonIn)
        )
        return _account(account_id)


class AccountActivationView(ApiView):
    permissions = {"post": "capital.manage_accounts"}

    @extend_schema(
        operation_id="capital_accounts_activate", request=CapitalReasonIn, responses=AccountOut
    )
    def post(self, request: Request, account_id: int) -> Response:
        """Put an account back into use."""
        accounts.account_activate(
            actor=self.actor, now=self.now, account_id=account_id, **self.parse(CapitalReasonIn)
        )
        return _account(account_id)


class ExpenseCategoryListView(ApiView):
    permissions = {"get": "capital.view", "post": "capital.manage_accounts"}

    @extend_schema(
        operation_id="capital_expense_categories_list",
        parameters=[CategoryFilter],
        responses=ExpenseCategoryOut(many=True),
    )
    def get(self, request: Request) -> Response:
        """What money is spent on."""
        found = selectors.expense_categories(**self.query(CategoryFilter))
        return Response(ExpenseCategoryOut(found, many=True).data)

    @extend_schema(
        operation_id="capital_expense_categories_create",
        request=ExpenseCategoryIn,
        responses={201: ExpenseCategoryOut},
        examples=_example("Electricity", name_en="Electricity", name_ar="كهرباء", account="6020"),
    )
    def post(self, request: Request) -> Response:
        """A further kind of expense, on `expenses` or an account below it."""
        category = policies.category_create(
            actor=self.actor, now=self.now, **self.parse(ExpenseCategoryIn)
        )
        return Response(ExpenseCategoryOut(category).data, status=HTTP_201_CREATED)


class ExpenseCategoryView(ApiView):
    permissions = {"patch": "capital.manage_accounts"}

    @extend_schema(
        operation_id="capital_expense_categories_update",
        request=ExpenseCategoryChangeIn,
        responses=ExpenseCategoryOut,
    )
    def patch(self, request: Request, category_id: int) -> Response:
        """Rename a category, give it another account for the future, or take it out of use."""
        category = policies.category_update(
            actor=self.actor,
            now=self.now,
            category_id=category_id,
            **self.parse(ExpenseCategoryChangeIn),
        )
        return Response(ExpenseCategoryOut(category).data)


class PolicyView(ApiView):
    permissions = {"get": "capital.view", "patch": "capital.manage_policy"}

    @extend_schema(operation_id="capital_policy_read", responses=PolicyOut)
    def get(self, request: Request) -> Response:
        """The rules for money: credit terms, cash sessions, differences."""
        return Response(PolicyOut(selectors.policy_get()).data)

    @extend_schema(
        operation_id="capital_policy_update",
        request=PolicyIn,
        responses=PolicyOut,
        examples=_example("Suppliers give credit", credit_terms="limited", credit_limit="500000"),
    )
    def patch(self, request: Request) -> Response:
        """Change what is given; it holds from the next operation on, and is audited."""
        policy = policies.policy_update(actor=self.actor, now=self.now, **self.parse(PolicyIn))
        return Response(PolicyOut(policy).data)


class LimitListView(ApiView):
    permissions = {"get": "capital.view", "put": "capital.manage_policy"}

    @extend_schema(operation_id="capital_limits_list", responses=OperationLimitOut(many=True))
    def get(self, request: Request) -> Response:
        """The most each role may move; a role without a row has no limit."""
        return Response(OperationLimitOut(selectors.limits(), many=True).data)

    @extend_schema(
        operation_id="capital_limits_set",
        request=OperationLimitIn,
        responses=OperationLimitOut,
        examples=_example(
            "Small expenses",
            role_id=4,
            operation="expense",
            per_operation="50000",
            per_day="200000",
        ),
    )
    def put(self, request: Request) -> Response:
        """Set a role's limit of one operation; null is no limit."""
        limit = policies.limit_set(actor=self.actor, now=self.now, **self.parse(OperationLimitIn))
        return Response(OperationLimitOut(limit).data)


class LimitView(ApiView):
    permissions = {"delete": "capital.manage_policy"}

    @extend_schema(operation_id="capital_limits_delete", responses={204: None})
    def delete(self, request: Request, limit_id: int) -> Response:
        """Take a limit away."""
        policies.limit_remove(actor=self.actor, now=self.now, limit_id=limit_id)
        return Response(status=HTTP_204_NO_CONTENT)


def _account(account_id: int, **kwargs: Any) -> Response:
    return Response(AccountOut(selectors.account_get(account_id)).data, **kwargs)
