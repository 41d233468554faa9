"""Endpoints of purchase proposals."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import HTTP_201_CREATED

from core.api import ApiView
from core.pagination import stream_of
from purchases.api.serializers.builds import BuildIn, BuildOut
from purchases.api.serializers.common import NothingIn, ReasonIn
from purchases.api.serializers.proposals import (
    LineChangeIn,
    ProposalDetailOut,
    ProposalFilter,
    ProposalOut,
)
from purchases.selectors.proposals import build_by_id, proposal_by_id, proposals
from purchases.services.building import proposals_build
from purchases.services.proposal_lines import proposal_line_remove, proposal_line_update
from purchases.services.proposals import (
    proposal_approve,
    proposal_cancel,
    proposal_reject,
    proposal_submit,
)


class ProposalListView(ApiView):
    permissions = {"get": "purchases.view", "post": "purchases.create_proposal"}

    @extend_schema(
        operation_id="purchase_proposals_list",
        parameters=[ProposalFilter],
        responses=stream_of(ProposalOut),
    )
    def get(self, request: Request) -> Response:
        """Proposals, newest first."""
        return self.stream(proposals(**self.query(ProposalFilter)), ProposalOut)

    @extend_schema(
        operation_id="purchase_proposals_build",
        request=BuildIn,
        responses={201: BuildOut},
        examples=[
            OpenApiExample("Everything needed", value={}, request_only=True),
            OpenApiExample("Some products", value={"product_ids": [17, 18]}, request_only=True),
            OpenApiExample(
                "A budget, without a supplier",
                value={"budget": "2500000.00", "cover_days": 30, "exclude_supplier_ids": [4]},
                request_only=True,
            ),
        ],
    )
    def post(self, request: Request) -> Response:
        """Propose to buy what is needed in the way that costs least, one draft per supplier.

        Products, suppliers, deal tiers and quantities are chosen together, within the budget.
        422 `nothing_to_propose` lists in `excluded` why nothing can be proposed; 409
        `proposal_basis_changed` where offers or money kept changing meanwhile.
        """
        build = proposals_build(actor=self.actor, now=self.now, **self.parse(BuildIn))
        return Response(BuildOut(build_by_id(build.pk)).data, status=HTTP_201_CREATED)


class ProposalBuildView(ApiView):
    permissions = {"get": "purchases.view"}

    @extend_schema(operation_id="purchase_proposals_builds_read", responses=BuildOut)
    def get(self, request: Request, build_id: int) -> Response:
        """One build: its proposals, and what could not be proposed, each with its reason."""
        return Response(BuildOut(build_by_id(build_id)).data)


class _OneProposalView(ApiView):
    def shown(self, proposal_id: int) -> Response:
        return Response(ProposalDetailOut(proposal_by_id(proposal_id)).data)


class ProposalView(_OneProposalView):
    permissions = {"get": "purchases.view"}

    @extend_schema(operation_id="purchase_proposals_read", responses=ProposalDetailOut)
    def get(self, request: Request, proposal_id: int) -> Response:
        """One proposal; every line says why, in figures and in words."""
        return self.shown(proposal_id)


class ProposalLineView(_OneProposalView):
    permissions = {
        "patch": "purchases.create_proposal",
        "delete": "purchases.create_proposal",
    }

    @extend_schema(
        operation_id="purchase_proposals_lines_update",
        request=LineChangeIn,
        responses=ProposalDetailOut,
        examples=[OpenApiExample("Twelve packs", value={"packs": 12}, request_only=True)],
    )
    def patch(self, request: Request, proposal_id: int, line_id: int) -> Response:
        """Buy another number of packs; only in a draft."""
        proposal_line_update(
            actor=self.actor,
            now=self.now,
            proposal_id=proposal_id,
            line_id=line_id,
            **self.parse(LineChangeIn),
        )
        return self.shown(proposal_id)

    @extend_schema(
        operation_id="purchase_proposals_lines_remove",
        request=None,
        responses={200: ProposalDetailOut},
    )
    def delete(self, request: Request, proposal_id: int, line_id: int) -> Response:
        """Leave a product out; only in a draft. Answers the proposal as it is then."""
        proposal_line_remove(
            actor=self.actor, now=self.now, proposal_id=proposal_id, line_id=line_id
        )
        return self.shown(proposal_id)


class ProposalSubmitView(_OneProposalView):
    permissions = {"post": "purchases.create_proposal"}

    @extend_schema(
        operation_id="purchase_proposals_submit", request=NothingIn, responses=ProposalDetailOut
    )
    def post(self, request: Request, proposal_id: int) -> Response:
        """Hand a draft to whoever may approve it."""
        self.parse(NothingIn)
        proposal_submit(actor=self.actor, now=self.now, proposal_id=proposal_id)
        return self.shown(proposal_id)


class ProposalApproveView(_OneProposalView):
    permissions = {"post": "purchases.approve"}

    @extend_schema(
        operation_id="purchase_proposals_approve", request=NothingIn, responses=ProposalDetailOut
    )
    def post(self, request: Request, proposal_id: int) -> Response:
        """Approve somebody else's proposal: capital is committed, a worker places the order.

        422 `approver_is_requester`, 409 `insufficient_capital` with what is available.
        """
        self.parse(NothingIn)
        proposal_approve(actor=self.actor, now=self.now, proposal_id=proposal_id)
        return self.shown(proposal_id)


class ProposalRejectView(_OneProposalView):
    permissions = {"post": "purchases.approve"}

    @extend_schema(
        operation_id="purchase_proposals_reject",
        request=ReasonIn,
        responses=ProposalDetailOut,
        examples=[
            OpenApiExample("Too much", value={"reason": "Half of it will do"}, request_only=True)
        ],
    )
    def post(self, request: Request, proposal_id: int) -> Response:
        """Turn somebody else's proposal down, saying why."""
        proposal_reject(
            actor=self.actor, now=self.now, proposal_id=proposal_id, **self.parse(ReasonIn)
        )
        return self.shown(proposal_id)


class ProposalCancelView(_OneProposalView):
    permissions = {"post": "purchases.create_proposal"}

    @extend_schema(
        operation_id="purchase_proposals_cancel",
        request=ReasonIn,
        responses=ProposalDetailOut,
        examples=[
            OpenApiExample("A new offer came", value={"reason": "Build again"}, request_only=True)
        ],
    )
    def post(self, request: Request, proposal_id: int) -> Response:
        """Give up a draft, or a submitted proposal nobody has decided."""
        proposal_cancel(
            actor=self.actor, now=self.now, proposal_id=proposal_id, **self.parse(ReasonIn)
        )
        return self.shown(proposal_id)
