"""Endpoint of the scorecards of suppliers."""

from __future__ import annotations

from django.http import HttpResponseBase
from rest_framework.request import Request

from files.public import ExportableView, export_schema
from purchases.api.serializers.scorecards import ScorecardFilter, ScorecardsOut
from purchases.selectors.scorecards import scorecards
from purchases.tables.scorecards import scorecards_table


class ScorecardListView(ExportableView):
    permissions = {"get": "purchases.view"}

    @export_schema(
        operation_id="supplier_scorecards",
        parameters=[ScorecardFilter],
        response=ScorecardsOut,
    )
    def get(self, request: Request) -> HttpResponseBase:
        """Fill rate, delay, price rank, short-dated share, differences and returns per supplier."""
        report = scorecards(now=self.now, **self.query(ScorecardFilter))
        return self.report(
            body=lambda: ScorecardsOut(report).data,
            table=lambda: scorecards_table(report, now=self.now),
        )
