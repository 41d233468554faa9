"""Endpoints of rules of approval, limits of roles, and delegations."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import HTTP_201_CREATED, HTTP_204_NO_CONTENT

from core.api import ApiView
from core.pagination import page_of, stream_of
from purchases.api.serializers.approvals import (
    ApprovalLimitIn,
    ApprovalLimitOut,
    ApprovalPolicyChangeIn,
    ApprovalPolicyFilter,
    ApprovalPolicyIn,
    ApprovalPolicyOut,
    DelegationFilter,
    DelegationIn,
    DelegationOut,
)
from purchases.api.serializers.common import NothingIn
from purchases.selectors.approvals import approval_limits, approval_policies, delegations
from purchases.services.approvals.delegations import delegation_create, delegation_revoke
from purchases.services.approvals.rules import (
    approval_limit_remove,
    approval_limit_set,
    approval_policy_create,
    approval_policy_update,
)

MANAGE = "purchases.manage_approval"


class PolicyListView(ApiView):
    permissions = {"get": "purchases.view", "post": MANAGE}

    @extend_schema(
        operation_id="approval_policies_list",
        parameters=[ApprovalPolicyFilter],
        responses=page_of(ApprovalPolicyOut),
    )
    def get(self, request: Request) -> Response:
        """Rules of approval. Without any that holds, one approver is asked for."""
        return self.page(approval_policies(**self.query(ApprovalPolicyFilter)), ApprovalPolicyOut)

    @extend_schema(
        operation_id="approval_policies_add",
        request=ApprovalPolicyIn,
        responses={201: ApprovalPolicyOut},
        examples=[
            OpenApiExample(
                "Large orders: two people, one of them the owner",
                value={
                    "name": "Large orders",
                    "min_amount": "5000000.00",
                    "approvers": 2,
                    "second_roles": ["owner"],
                },
                request_only=True,
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """Add a rule. 422 `approval_policy_refused` names what cannot be."""
        policy = approval_policy_create(
            actor=self.actor, now=self.now, **self.parse(ApprovalPolicyIn)
        )
        return Response(ApprovalPolicyOut(policy).data, status=HTTP_201_CREATED)


class PolicyView(ApiView):
    permissions = {"patch": MANAGE}

    @extend_schema(
        operation_id="approval_policies_change",
        request=ApprovalPolicyChangeIn,
        responses=ApprovalPolicyOut,
        examples=[OpenApiExample("Out of force", value={"is_active": False}, request_only=True)],
    )
    def patch(self, request: Request, policy_id: int) -> Response:
        """Change a rule, or take it out of force; rules are kept for what they decided."""
        policy = approval_policy_update(
            actor=self.actor,
            now=self.now,
            policy_id=policy_id,
            **self.parse(ApprovalPolicyChangeIn),
        )
        return Response(ApprovalPolicyOut(policy).data)


class LimitListView(ApiView):
    permissions = {"get": "purchases.view", "post": MANAGE}

    @extend_schema(operation_id="approval_limits_list", responses=page_of(ApprovalLimitOut))
    def get(self, request: Request) -> Response:
        """The most each role may approve; a role that is not named has no limit."""
        return self.page(approval_limits(), ApprovalLimitOut)

    @extend_schema(
        operation_id="approval_limits_set",
        request=ApprovalLimitIn,
        responses=ApprovalLimitOut,
        examples=[
            OpenApiExample(
                "Pharmacists up to a million",
                value={"role_code": "pharmacist", "amount": "1000000.00"},
                request_only=True,
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """Set the limit of a role. Of several roles of one person the most generous counts."""
        limit = approval_limit_set(actor=self.actor, now=self.now, **self.parse(ApprovalLimitIn))
        return Response(ApprovalLimitOut(limit).data)


class LimitView(ApiView):
    permissions = {"delete": MANAGE}

    @extend_schema(operation_id="approval_limits_remove", request=None, responses={204: None})
    def delete(self, request: Request, limit_id: int) -> Response:
        """Let a role approve without limit."""
        approval_limit_remove(actor=self.actor, now=self.now, limit_id=limit_id)
        return Response(status=HTTP_204_NO_CONTENT)


class DelegationListView(ApiView):
    permissions = {"get": "purchases.approve", "post": "purchases.approve"}

    @extend_schema(
        operation_id="approval_delegations_list",
        parameters=[DelegationFilter],
        responses=stream_of(DelegationOut),
    )
    def get(self, request: Request) -> Response:
        """Delegations given by you or to you, newest first; everybody's for who manages them."""
        asked = self.query(DelegationFilter)
        rows = delegations(
            person_id=None if request.user.has_perm(MANAGE) else request.user.pk,
            in_force_at=self.now if asked["in_force"] else None,
        )
        return self.stream(rows, DelegationOut)

    @extend_schema(
        operation_id="approval_delegations_add",
        request=DelegationIn,
        responses={201: DelegationOut},
        examples=[
            OpenApiExample(
                "A week away",
                value={
                    "delegate_id": 4,
                    "starts_at": "2027-03-01T00:00:00+03:00",
                    "ends_at": "2027-03-08T00:00:00+03:00",
                    "amount": "2000000.00",
                    "reason": "On leave",
                },
                request_only=True,
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """Let another approver approve in your stead for a while. It cannot be passed on."""
        delegation = delegation_create(actor=self.actor, now=self.now, **self.parse(DelegationIn))
        return Response(DelegationOut(delegation).data, status=HTTP_201_CREATED)


class DelegationRevokeView(ApiView):
    permissions = {"post": "purchases.approve"}

    @extend_schema(
        operation_id="approval_delegations_revoke", request=NothingIn, responses=DelegationOut
    )
    def post(self, request: Request, delegation_id: int) -> Response:
        """Take a delegation back at once; who manages approval may take back anybody's."""
        self.parse(NothingIn)
        delegation = delegation_revoke(
            actor=self.actor,
            now=self.now,
            delegation_id=delegation_id,
            of_anybody=request.user.has_perm(MANAGE),
        )
        return Response(DelegationOut(delegation).data)
