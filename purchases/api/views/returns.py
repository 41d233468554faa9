"""Endpoints of returns to suppliers and their policies."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import HTTP_201_CREATED, HTTP_204_NO_CONTENT

from core.api import ApiView
from core.models import local_date
from core.pagination import page_of, stream_of
from purchases.api.serializers.common import OptionalReasonIn, ReasonIn
from purchases.api.serializers.returns import (
    DispatchIn,
    PolicyFilter,
    ReturnableFilter,
    ReturnableOut,
    ReturnChangeIn,
    ReturnDetailOut,
    ReturnFilter,
    ReturnIn,
    ReturnOut,
    ReturnPolicyChangeIn,
    ReturnPolicyIn,
    ReturnPolicyOut,
)
from purchases.selectors.returnable import returnable_list
from purchases.selectors.returns import (
    return_by_id,
    return_policies,
    return_policy_by_id,
    returns,
)
from purchases.services.returns import returns as returning
from purchases.services.returns.policies import (
    return_policy_create,
    return_policy_delete,
    return_policy_update,
)

_LINES = {"lines": [{"receipt_line_id": 31, "quantity": 12, "reason": "near_expiry"}]}


class ReturnListView(ApiView):
    permissions = {"get": "purchases.view", "post": "purchases.manage_returns"}

    @extend_schema(
        operation_id="supplier_returns_list",
        parameters=[ReturnFilter],
        responses=stream_of(ReturnOut),
    )
    def get(self, request: Request) -> Response:
        """Returns to suppliers, newest first."""
        return self.stream(returns(**self.query(ReturnFilter)), ReturnOut)

    @extend_schema(
        operation_id="supplier_returns_create",
        request=ReturnIn,
        responses={201: ReturnDetailOut},
        examples=[
            OpenApiExample("Near expiry", value={"supplier_id": 3, **_LINES}, request_only=True)
        ],
    )
    def post(self, request: Request) -> Response:
        """Draft a return; lines outside the supplier's window are flagged."""
        found = returning.return_create(actor=self.actor, now=self.now, **self.parse(ReturnIn))
        return Response(
            ReturnDetailOut(return_by_id(found.pk), context=self.serializer_context()).data,
            status=HTTP_201_CREATED,
        )


class ReturnView(ApiView):
    permissions = {"get": "purchases.view", "put": "purchases.manage_returns"}

    @extend_schema(operation_id="supplier_returns_read", responses=ReturnDetailOut)
    def get(self, request: Request, return_id: int) -> Response:
        """One return with its lines and credit notes."""
        return Response(
            ReturnDetailOut(return_by_id(return_id), context=self.serializer_context()).data
        )

    @extend_schema(
        operation_id="supplier_returns_update",
        request=ReturnChangeIn,
        responses=ReturnDetailOut,
        examples=[OpenApiExample("Stated anew", value=_LINES, request_only=True)],
    )
    def put(self, request: Request, return_id: int) -> Response:
        """State a return that is not dispatched anew; it is a draft again."""
        returning.return_update(
            actor=self.actor, now=self.now, return_id=return_id, **self.parse(ReturnChangeIn)
        )
        return Response(
            ReturnDetailOut(return_by_id(return_id), context=self.serializer_context()).data
        )


class ReturnApproveView(ApiView):
    permissions = {"post": "purchases.approve_returns"}

    @extend_schema(
        operation_id="supplier_returns_approve",
        request=OptionalReasonIn,
        responses=ReturnDetailOut,
    )
    def post(self, request: Request, return_id: int) -> Response:
        """Let the goods go. A reason is required for lines outside the supplier's window.

        422 `return_needs_two` where controlled products would go by one person's word.
        """
        returning.return_approve(
            actor=self.actor, now=self.now, return_id=return_id, **self.parse(OptionalReasonIn)
        )
        return Response(
            ReturnDetailOut(return_by_id(return_id), context=self.serializer_context()).data
        )


class ReturnDispatchView(ApiView):
    permissions = {"post": "purchases.manage_returns"}

    @extend_schema(
        operation_id="supplier_returns_dispatch",
        request=DispatchIn,
        responses=ReturnDetailOut,
    )
    def post(self, request: Request, return_id: int) -> Response:
        """Take the goods off the shelves; the credit expected is owed no more."""
        returning.return_dispatch(
            actor=self.actor, now=self.now, return_id=return_id, **self.parse(DispatchIn)
        )
        return Response(
            ReturnDetailOut(return_by_id(return_id), context=self.serializer_context()).data
        )


class ReturnCloseView(ApiView):
    permissions = {"post": "purchases.approve_returns"}

    @extend_schema(
        operation_id="supplier_returns_close",
        request=ReasonIn,
        responses=ReturnDetailOut,
        examples=[OpenApiExample("Refused", value={"reason": "Refused"}, request_only=True)],
    )
    def post(self, request: Request, return_id: int) -> Response:
        """Expect no more credit: what is missing is owed again, and a loss."""
        returning.return_close(
            actor=self.actor, now=self.now, return_id=return_id, **self.parse(ReasonIn)
        )
        return Response(
            ReturnDetailOut(return_by_id(return_id), context=self.serializer_context()).data
        )


class ReturnCancelView(ApiView):
    permissions = {"post": "purchases.manage_returns"}

    @extend_schema(
        operation_id="supplier_returns_cancel",
        request=ReasonIn,
        responses=ReturnDetailOut,
        examples=[OpenApiExample("Sold", value={"reason": "Sold after all"}, request_only=True)],
    )
    def post(self, request: Request, return_id: int) -> Response:
        """Give a return up; goods that were dispatched and not credited are back on the shelf.

        A dispatch of controlled products takes two calls: the first person asks
        (`cancel_requested_by`, it stays `dispatched`), another who may sign does it. 422
        `return_needs_two`, 403 `return_signature_forbidden`.
        """
        returning.return_cancel(
            actor=self.actor,
            now=self.now,
            return_id=return_id,
            may_sign=request.user.has_perm("inventory.sign_controlled"),
            **self.parse(ReasonIn),
        )
        return Response(
            ReturnDetailOut(return_by_id(return_id), context=self.serializer_context()).data
        )


class ReturnableListView(ApiView):
    permissions = {"get": "purchases.view"}

    @extend_schema(
        operation_id="supplier_returns_returnable",
        parameters=[ReturnableFilter],
        responses=page_of(ReturnableOut),
    )
    def get(self, request: Request) -> Response:
        """The calendar of what can still go back: what ends first on top, with supplier, receipt,
        invoice, price paid and last day."""
        found = returnable_list(today=local_date(self.now), **self.query(ReturnableFilter))
        return self.page(found, ReturnableOut)


class PolicyListView(ApiView):
    permissions = {"get": "purchases.view", "post": "purchases.manage_return_policies"}

    @extend_schema(
        operation_id="return_policies_list",
        parameters=[PolicyFilter],
        responses=page_of(ReturnPolicyOut),
    )
    def get(self, request: Request) -> Response:
        """Until when suppliers take goods back, and for how much."""
        return self.page(return_policies(**self.query(PolicyFilter)), ReturnPolicyOut)

    @extend_schema(
        operation_id="return_policies_create",
        request=ReturnPolicyIn,
        responses={201: ReturnPolicyOut},
        examples=[
            OpenApiExample(
                "Near expiry: from six to three months before",
                value={
                    "supplier_id": 3,
                    "reason": "near_expiry",
                    "earliest_months_before_expiry": 6,
                    "latest_months_before_expiry": 3,
                    "credit_percent": "90.00",
                },
                request_only=True,
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """Add a policy; without a supplier or reason it is the default."""
        policy = return_policy_create(actor=self.actor, now=self.now, **self.parse(ReturnPolicyIn))
        return Response(ReturnPolicyOut(policy).data, status=HTTP_201_CREATED)


class PolicyView(ApiView):
    permissions = {
        "get": "purchases.view",
        "patch": "purchases.manage_return_policies",
        "delete": "purchases.manage_return_policies",
    }

    @extend_schema(operation_id="return_policies_read", responses=ReturnPolicyOut)
    def get(self, request: Request, policy_id: int) -> Response:
        """One policy."""
        return Response(ReturnPolicyOut(return_policy_by_id(policy_id)).data)

    @extend_schema(
        operation_id="return_policies_update",
        request=ReturnPolicyChangeIn,
        responses=ReturnPolicyOut,
        examples=[OpenApiExample("90 days", value={"days_after_receipt": 90}, request_only=True)],
    )
    def patch(self, request: Request, policy_id: int) -> Response:
        """Change what is given, leave the rest."""
        policy = return_policy_update(
            actor=self.actor, now=self.now, policy_id=policy_id, **self.parse(ReturnPolicyChangeIn)
        )
        return Response(ReturnPolicyOut(return_policy_by_id(policy.pk)).data)

    @extend_schema(operation_id="return_policies_delete", responses={204: None})
    def delete(self, request: Request, policy_id: int) -> Response:
        """Remove a policy; the more general one counts then."""
        return_policy_delete(actor=self.actor, now=self.now, policy_id=policy_id)
        return Response(status=HTTP_204_NO_CONTENT)
