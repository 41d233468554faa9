"""Endpoints of strengths that may be mixed."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from core.api import ApiView
from purchases.api.serializers.mixes import MixIn, MixQuoteOut, StrengthMixOut
from purchases.api.serializers.quantities import OnDayIn
from purchases.selectors.mixes import mix_of_line, mix_quote, mixes_of_proposal


class OfferLineMixView(ApiView):
    permissions = {"get": "purchases.view", "post": "purchases.view"}
    extra_problems = (422,)

    @extend_schema(operation_id="offer_lines_mix", parameters=[OnDayIn], responses=StrengthMixOut)
    def get(self, request: Request, line_id: int) -> Response:
        """The lines of the offer whose packs count together with this one's."""
        found = mix_of_line(line_id=line_id, now=self.now, **self.query(OnDayIn))
        return Response(StrengthMixOut(found).data)

    @extend_schema(
        operation_id="offer_lines_mix_quote",
        request=MixIn,
        responses=MixQuoteOut,
        examples=[
            OpenApiExample(
                "Two strengths",
                value={
                    "lines": [
                        {"offer_line_id": 812, "quantity": 30},
                        {"offer_line_id": 814, "quantity": 30},
                    ]
                },
                request_only=True,
            )
        ],
    )
    def post(self, request: Request, line_id: int) -> Response:
        """The cheapest purchase of several strengths together: answered, not saved."""
        found = mix_quote(line_id=line_id, now=self.now, **self.parse(MixIn))
        return Response(MixQuoteOut(found).data)


class ProposalMixesView(ApiView):
    permissions = {"get": "purchases.view"}

    @extend_schema(operation_id="purchase_proposals_mixes", responses=MixQuoteOut(many=True))
    def get(self, request: Request, proposal_id: int) -> Response:
        """Strengths of the proposal that cost less together than each of them alone."""
        found = mixes_of_proposal(proposal_id, now=self.now)
        return Response(MixQuoteOut(found, many=True).data)
