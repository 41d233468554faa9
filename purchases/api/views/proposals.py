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
    ApproveIn,
    ChangeOut,
    ChangesRequestIn,
    FreshnessOut,
    ProposalDetailOut,
    ProposalFilter,
    ProposalOut,
)
from purchases.selectors.proposals import (
    build_by_id,
    proposal_by_id,
    proposal_changes,
    proposal_freshness,
    proposals,
)
from purchases.services.proposals.building import proposals_build
from purchases.services.proposals.decisions import (
    proposal_approve,
    proposal_reject,
    proposal_request_changes,
)
from purchases.services.proposals.moves import proposal_refresh
from purchases.services.proposals.proposals import proposal_cancel, proposal_submit


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
        return Response(
            BuildOut(build_by_id(build.pk), context=self.serializer_context()).data,
            status=HTTP_201_CREATED,
        )


class ProposalBuildView(ApiView):
    permissions = {"get": "purchases.view"}

    @extend_schema(operation_id="purchase_proposals_builds_read", responses=BuildOut)
    def get(self, request: Request, build_id: int) -> Response:
        """One build: its proposals, and what could not be proposed, each with its reason."""
        return Response(BuildOut(build_by_id(build_id), context=self.serializer_context()).data)


class OneProposalView(ApiView):
    def shown(self, proposal_id: int) -> Response:
        return Response(
            ProposalDetailOut(proposal_by_id(proposal_id), context=self.serializer_context()).data
        )


class ProposalView(OneProposalView):
    permissions = {"get": "purchases.view"}

    @extend_schema(operation_id="purchase_proposals_read", responses=ProposalDetailOut)
    def get(self, request: Request, proposal_id: int) -> Response:
        """One proposal; every line says why, in figures and in words."""
        return self.shown(proposal_id)


class ProposalSubmitView(OneProposalView):
    permissions = {"post": "purchases.create_proposal"}

    @extend_schema(
        operation_id="purchase_proposals_submit", request=NothingIn, responses=ProposalDetailOut
    )
    def post(self, request: Request, proposal_id: int) -> Response:
        """Hand a draft to whoever may approve it.

        422 `supplier_minimum_not_met`, `supplier_maximum_exceeded`, naming supplier and amounts;
        409 `proposal_stale`.
        """
        self.parse(NothingIn)
        proposal_submit(actor=self.actor, now=self.now, proposal_id=proposal_id)
        return self.shown(proposal_id)


class ProposalRefreshView(OneProposalView):
    permissions = {"post": "purchases.create_proposal"}

    @extend_schema(
        operation_id="purchase_proposals_refresh", request=NothingIn, responses=ProposalDetailOut
    )
    def post(self, request: Request, proposal_id: int) -> Response:
        """Bring a draft, or one given back, to what its supplier asks now; packs stay.

        What cannot be bought there any more stays as it is; `check` names it.
        """
        self.parse(NothingIn)
        proposal_refresh(actor=self.actor, now=self.now, proposal_id=proposal_id)
        return self.shown(proposal_id)


class ProposalCheckView(ApiView):
    permissions = {"get": "purchases.view"}

    @extend_schema(operation_id="purchase_proposals_check", responses=FreshnessOut)
    def get(self, request: Request, proposal_id: int) -> Response:
        """Whether it still rests on present prices, what changed, and what the terms say to it."""
        return Response(FreshnessOut(proposal_freshness(proposal_id, now=self.now)).data)


class ProposalHistoryView(ApiView):
    permissions = {"get": "purchases.view"}

    @extend_schema(operation_id="purchase_proposals_history", responses=stream_of(ChangeOut))
    def get(self, request: Request, proposal_id: int) -> Response:
        """Every change, newest first: who, when, what, before, after, why."""
        return self.stream(proposal_changes(proposal_id), ChangeOut)


class ProposalApproveView(OneProposalView):
    permissions = {"post": "purchases.approve"}

    @extend_schema(
        operation_id="purchase_proposals_approve",
        request=ApproveIn,
        responses=ProposalDetailOut,
        examples=[
            OpenApiExample("As I read it", value={"version": 2}, request_only=True),
            OpenApiExample(
                "Beyond the supplier's credit limit",
                value={"version": 2, "credit_override_reason": "Paid tomorrow, agreed by phone"},
                request_only=True,
            ),
        ],
    )
    def post(self, request: Request, proposal_id: int) -> Response:
        """Approve somebody else's proposal, or take the first of two steps.

        The last approval commits the capital and a worker places the order. 422
        `approver_is_requester`, `approver_decided_already`, `approver_role_refused`,
        `approval_limit_exceeded`; 409 `proposal_version_outdated`, `proposal_stale` (with
        `changed_lines`), `approval_rules_stricter`, `insufficient_capital`,
        `supplier_credit_exceeded` unless somebody who may says why (`credit_override_reason`).
        """
        proposal_approve(
            actor=self.actor,
            now=self.now,
            proposal_id=proposal_id,
            may_exceed_credit=request.user.has_perm("purchases.exceed_credit_limit"),
            **self.parse(ApproveIn),
        )
        return self.shown(proposal_id)


class ProposalRequestChangesView(OneProposalView):
    permissions = {"post": "purchases.approve"}

    @extend_schema(
        operation_id="purchase_proposals_request_changes",
        request=ChangesRequestIn,
        responses=ProposalDetailOut,
        examples=[
            OpenApiExample(
                "Less of one line",
                value={
                    "reason": "We are short of money this week",
                    "remarks": [{"line_id": 12, "remark": "Half will do"}],
                },
                request_only=True,
            )
        ],
    )
    def post(self, request: Request, proposal_id: int) -> Response:
        """Give somebody else's proposal back, saying what to change."""
        proposal_request_changes(
            actor=self.actor, now=self.now, proposal_id=proposal_id, **self.parse(ChangesRequestIn)
        )
        return self.shown(proposal_id)


class ProposalRejectView(OneProposalView):
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


class ProposalCancelView(OneProposalView):
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
