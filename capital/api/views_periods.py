"""Endpoints of accounting periods."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import HTTP_201_CREATED, HTTP_204_NO_CONTENT

from capital import selectors
from capital.api.serializers.chart import CapitalReasonIn
from capital.api.serializers.periods import PeriodIn, PeriodOut
from capital.services import periods
from core.api import ApiView
from core.pagination import page_of


class PeriodListView(ApiView):
    permissions = {"get": "capital.view", "post": "capital.close_period"}

    @extend_schema(operation_id="capital_periods_list", responses=page_of(PeriodOut))
    def get(self, request: Request) -> Response:
        """Accounting periods, newest first, with the trace of every closing."""
        return self.page(selectors.periods(), PeriodOut)

    @extend_schema(
        operation_id="capital_periods_create",
        request=PeriodIn,
        responses={201: PeriodOut},
        examples=[
            OpenApiExample(
                "January",
                value={"starts_on": "2026-01-01", "ends_on": "2026-01-31"},
                request_only=True,
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """An open period; 409 `period_overlaps` where another has some of its days."""
        period = periods.period_create(actor=self.actor, now=self.now, **self.parse(PeriodIn))
        return _period(period.pk, status=HTTP_201_CREATED)


class PeriodView(ApiView):
    permissions = {"get": "capital.view", "delete": "capital.close_period"}

    @extend_schema(operation_id="capital_periods_read", responses=PeriodOut)
    def get(self, request: Request, period_id: int) -> Response:
        """One period with its trace."""
        return _period(period_id)

    @extend_schema(operation_id="capital_periods_delete", responses={204: None})
    def delete(self, request: Request, period_id: int) -> Response:
        """Remove a period that was never closed."""
        periods.period_delete(actor=self.actor, now=self.now, period_id=period_id)
        return Response(status=HTTP_204_NO_CONTENT)


class PeriodClosingView(ApiView):
    permissions = {"post": "capital.close_period"}

    @extend_schema(
        operation_id="capital_periods_close", request=CapitalReasonIn, responses=PeriodOut
    )
    def post(self, request: Request, period_id: int) -> Response:
        """Close the books: no entry can be dated in the period any more.

        422 `period_not_over` before its last day is over.
        """
        periods.period_close(
            actor=self.actor, now=self.now, period_id=period_id, **self.parse(CapitalReasonIn)
        )
        return _period(period_id)


class PeriodReopeningView(ApiView):
    permissions = {"post": "capital.reopen_period"}

    @extend_schema(
        operation_id="capital_periods_reopen", request=CapitalReasonIn, responses=PeriodOut
    )
    def post(self, request: Request, period_id: int) -> Response:
        """Open closed books again; the reason stays on record."""
        periods.period_reopen(
            actor=self.actor, now=self.now, period_id=period_id, **self.parse(CapitalReasonIn)
        )
        return _period(period_id)


def _period(period_id: int, **kwargs: Any) -> Response:
    return Response(PeriodOut(selectors.period_get(period_id)).data, **kwargs)
