"""Endpoints of what becomes of an order: sending it, answers, changes, expected deliveries."""

from __future__ import annotations

from datetime import date, timedelta

from django.http import HttpResponseBase
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import HTTP_201_CREATED, HTTP_202_ACCEPTED

from core.api import ApiView
from core.models import local_date
from core.pagination import stream_of
from files.public import ExportableView, export_schema
from purchases.api.serializers.order_changes import (
    AcknowledgeIn,
    AcknowledgementOut,
    AmendIn,
    AmendmentOut,
    CalendarFilter,
    CalendarOut,
    CancelLinesIn,
    DispatchOut,
    MarkSentIn,
    SendIn,
)
from purchases.api.serializers.orders import OrderDetailOut
from purchases.documents import order_document
from purchases.selectors.calendar import deliveries_calendar
from purchases.selectors.orders import acknowledgements, amendments, dispatches, order_by_id
from purchases.services.orders.acknowledging import order_acknowledge
from purchases.services.orders.amending import order_amend, order_cancel_lines
from purchases.services.orders.dispatching import order_dispatch, order_mark_sent

EXCEED_CREDIT = "purchases.exceed_credit_limit"
VIEW, SEND = "purchases.view", "purchases.send_order"
CALENDAR_DAYS = 30


class OrderDocumentView(ExportableView):
    permissions = {"get": VIEW}

    @export_schema(operation_id="purchase_orders_document", response=OrderDetailOut)
    def get(self, request: Request, order_id: int) -> HttpResponseBase:
        """The order for its supplier: PDF, XLSX or CSV, in Arabic or in English."""
        order = order_by_id(order_id)
        return self.report(
            body=lambda: OrderDetailOut(order, context=self.serializer_context()).data,
            table=lambda: order_document(order, now=self.now),
        )


class OrderSendView(ApiView):
    permissions = {"post": SEND}

    @extend_schema(
        operation_id="purchase_orders_send",
        request=SendIn,
        responses={202: DispatchOut},
        examples=[
            OpenApiExample(
                "In Arabic, as PDF", value={"language": "ar", "format": "pdf"}, request_only=True
            )
        ],
    )
    def post(self, request: Request, order_id: int) -> Response:
        """Have the order sent by e-mail; a worker does it, `dispatches` says what became of it.

        422 `order_address_missing` where the supplier has no address.
        """
        dispatch = order_dispatch(
            actor=self.actor, now=self.now, order_id=order_id, **self.parse(SendIn)
        )
        return Response(DispatchOut(dispatch).data, status=HTTP_202_ACCEPTED)


class OrderMarkSentView(ApiView):
    permissions = {"post": SEND}

    @extend_schema(
        operation_id="purchase_orders_mark_sent",
        request=MarkSentIn,
        responses={201: DispatchOut},
        examples=[OpenApiExample("By WhatsApp", value={"channel": "whatsapp"}, request_only=True)],
    )
    def post(self, request: Request, order_id: int) -> Response:
        """Keep that somebody gave the downloaded order to the supplier."""
        dispatch = order_mark_sent(
            actor=self.actor, now=self.now, order_id=order_id, **self.parse(MarkSentIn)
        )
        return Response(DispatchOut(dispatch).data, status=HTTP_201_CREATED)


class OrderDispatchListView(ApiView):
    permissions = {"get": VIEW}

    @extend_schema(operation_id="purchase_orders_dispatches", responses=stream_of(DispatchOut))
    def get(self, request: Request, order_id: int) -> Response:
        """How the order was sent, newest first."""
        return self.stream(dispatches(order_id), DispatchOut)


class OrderAcknowledgementView(ApiView):
    permissions = {"get": VIEW, "post": SEND}

    @extend_schema(
        operation_id="purchase_orders_acknowledgements",
        responses=stream_of(AcknowledgementOut),
    )
    def get(self, request: Request, order_id: int) -> Response:
        """What the supplier answered, newest first."""
        return self.stream(acknowledgements(order_id), AcknowledgementOut)

    @extend_schema(
        operation_id="purchase_orders_acknowledge",
        request=AcknowledgeIn,
        responses={201: AcknowledgementOut},
        examples=[
            OpenApiExample(
                "Delivered on the 3rd, one line dearer and smaller",
                value={
                    "promised_date": "2026-12-03",
                    "reference": "SO-881",
                    "lines": [{"line_id": 31, "packs": 4, "pack_price": "19500"}],
                },
                request_only=True,
            )
        ],
    )
    def post(self, request: Request, order_id: int) -> Response:
        """Keep the supplier's answer: the day, and per line what differs in packs or price."""
        kept = order_acknowledge(
            actor=self.actor, now=self.now, order_id=order_id, **self.parse(AcknowledgeIn)
        )
        shown = acknowledgements(order_id).get(pk=kept.pk)
        return Response(AcknowledgementOut(shown).data, status=HTTP_201_CREATED)


class OrderAmendmentView(ApiView):
    permissions = {"get": VIEW, "post": "purchases.amend_order"}

    @extend_schema(operation_id="purchase_orders_amendments", responses=stream_of(AmendmentOut))
    def get(self, request: Request, order_id: int) -> Response:
        """The revisions of the order, newest first: who, why, before and after."""
        return self.stream(amendments(order_id), AmendmentOut)

    @extend_schema(
        operation_id="purchase_orders_amend",
        request=AmendIn,
        responses=OrderDetailOut,
        examples=[
            OpenApiExample(
                "Fewer of one, none of another",
                value={
                    "lines": [{"line_id": 31, "packs": 4}, {"line_id": 32, "packs": 0}],
                    "reason": "They have only four boxes",
                },
                request_only=True,
            )
        ],
    )
    def post(self, request: Request, order_id: int) -> Response:
        """Change lines of which nothing has arrived; free goods and amounts follow the deal.

        403 `order_amendment_needs_approval` where something grows and you may not approve; 422
        `supplier_minimum_not_met`, `supplier_maximum_exceeded`; 409 `supplier_credit_exceeded`,
        unless somebody who may says why.
        """
        order_amend(
            actor=self.actor,
            now=self.now,
            order_id=order_id,
            may_approve=request.user.has_perm("purchases.approve"),
            may_exceed_credit=request.user.has_perm(EXCEED_CREDIT),
            **self.parse(AmendIn),
        )
        return Response(
            OrderDetailOut(order_by_id(order_id), context=self.serializer_context()).data
        )


class OrderCancelLinesView(ApiView):
    permissions = {"post": "purchases.cancel_order"}

    @extend_schema(
        operation_id="purchase_orders_cancel_lines",
        request=CancelLinesIn,
        responses=OrderDetailOut,
        examples=[
            OpenApiExample(
                "All that is left of one line",
                value={"lines": [{"line_id": 31}], "reason": "Out of stock"},
                request_only=True,
            )
        ],
    )
    def post(self, request: Request, order_id: int) -> Response:
        """Cancel a part of what has not arrived; the last part ends the order."""
        order_cancel_lines(
            actor=self.actor, now=self.now, order_id=order_id, **self.parse(CancelLinesIn)
        )
        return Response(
            OrderDetailOut(order_by_id(order_id), context=self.serializer_context()).data
        )


class DeliveriesCalendarView(ApiView):
    permissions = {"get": VIEW}

    @extend_schema(
        operation_id="purchase_orders_calendar",
        parameters=[CalendarFilter],
        responses=CalendarOut,
    )
    def get(self, request: Request) -> Response:
        """What is to arrive on which day: as promised, else by the suppliers' terms."""
        asked, today = self.query(CalendarFilter), local_date(self.now)
        days = deliveries_calendar(
            first=asked.get("from", date.min),
            last=asked.get("to", today + timedelta(days=CALENDAR_DAYS)),
            today=today,
        )
        return Response(CalendarOut({"days": days}).data)
