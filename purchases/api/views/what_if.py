"""What would be bought otherwise."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from core.api import ApiView
from purchases.api.serializers.builds import WhatIfIn, WhatIfOut
from purchases.selectors.what_if import what_if
from purchases.selectors.wishes import wishes_of


class WhatIfView(ApiView):
    permissions = {"post": "purchases.create_proposal"}

    @extend_schema(
        operation_id="purchase_proposals_what_if",
        request=WhatIfIn,
        responses=WhatIfOut,
        examples=[
            OpenApiExample(
                "Half the money", value={"build_id": 12, "budget": "1250000.00"}, request_only=True
            ),
            OpenApiExample(
                "Without a supplier", value={"exclude_supplier_ids": [4]}, request_only=True
            ),
            OpenApiExample(
                "Fewer days, fewer gaps",
                value={"cover_days": 14, "service_levels": {"A": "0.9900"}},
                request_only=True,
            ),
        ],
    )
    def post(self, request: Request) -> Response:
        """Another budget, cover or service level, or without a supplier: answered, not saved.

        The difference is told against what would be bought as things are, or against a build.
        """
        answer = what_if(wishes_of(**self.parse(WhatIfIn)), now=self.now)
        return Response(WhatIfOut(answer).data)
