"""Endpoints for editing the lines of a proposal: in a draft, or one given back for changes."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import HTTP_201_CREATED

from purchases.api.serializers.common import ReasonIn
from purchases.api.serializers.proposals import (
    LineAddIn,
    LineChangeIn,
    LineSourceIn,
    ProposalDetailOut,
)
from purchases.api.views.proposals import OneProposalView
from purchases.services.proposals.lines import (
    proposal_line_add,
    proposal_line_remove,
    proposal_line_update,
)
from purchases.services.proposals.moves import proposal_line_switch

EDIT = "purchases.create_proposal"


class ProposalLineListView(OneProposalView):
    permissions = {"post": EDIT}

    @extend_schema(
        operation_id="purchase_proposals_lines_add",
        request=LineAddIn,
        responses={201: ProposalDetailOut},
        examples=[
            OpenApiExample(
                "A product by hand",
                value={"offer_line_id": 31, "packs": 6, "reason": "Asked for at the counter"},
                request_only=True,
            )
        ],
    )
    def post(self, request: Request, proposal_id: int) -> Response:
        """Buy a further product from a present offer line of the supplier."""
        proposal_line_add(
            actor=self.actor, now=self.now, proposal_id=proposal_id, **self.parse(LineAddIn)
        )
        return Response(self.shown(proposal_id).data, status=HTTP_201_CREATED)


class ProposalLineView(OneProposalView):
    permissions = {"patch": EDIT}

    @extend_schema(
        operation_id="purchase_proposals_lines_update",
        request=LineChangeIn,
        responses=ProposalDetailOut,
        examples=[
            OpenApiExample("Twelve packs", value={"packs": 12}, request_only=True),
            OpenApiExample(
                "All free packs of a mix in this strength",
                value={"packs": 20, "free_packs": 10},
                request_only=True,
            ),
        ],
    )
    def patch(self, request: Request, proposal_id: int, line_id: int) -> Response:
        """Buy another number of packs, or take other free packs of a mix.

        Lines that earn their free goods together with it are priced anew.
        """
        proposal_line_update(
            actor=self.actor,
            now=self.now,
            proposal_id=proposal_id,
            line_id=line_id,
            **self.parse(LineChangeIn),
        )
        return self.shown(proposal_id)


class ProposalLineRemoveView(OneProposalView):
    permissions = {"post": EDIT}

    @extend_schema(
        operation_id="purchase_proposals_lines_remove",
        request=ReasonIn,
        responses=ProposalDetailOut,
        examples=[
            OpenApiExample("No longer sold", value={"reason": "Out of season"}, request_only=True)
        ],
    )
    def post(self, request: Request, proposal_id: int, line_id: int) -> Response:
        """Leave a product out, saying why."""
        proposal_line_remove(
            actor=self.actor,
            now=self.now,
            proposal_id=proposal_id,
            line_id=line_id,
            **self.parse(ReasonIn),
        )
        return self.shown(proposal_id)


class ProposalLineSourceView(OneProposalView):
    permissions = {"post": EDIT}

    @extend_schema(
        operation_id="purchase_proposals_lines_switch",
        request=LineSourceIn,
        responses=ProposalDetailOut,
        examples=[
            OpenApiExample(
                "From another warehouse",
                value={"offer_line_id": 32, "reason": "Delivers tomorrow"},
                request_only=True,
            )
        ],
    )
    def post(self, request: Request, proposal_id: int, line_id: int) -> Response:
        """Buy a line elsewhere; another supplier's moves to that supplier's draft.

        Answers the proposal the line is in then.
        """
        proposal = proposal_line_switch(
            actor=self.actor,
            now=self.now,
            proposal_id=proposal_id,
            line_id=line_id,
            **self.parse(LineSourceIn),
        )
        return self.shown(proposal.pk)
