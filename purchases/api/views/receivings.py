"""Endpoints of taking deliveries in, box by box."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import HTTP_200_OK, HTTP_201_CREATED, HTTP_204_NO_CONTENT

from core.api import ApiView
from core.pagination import stream_of
from purchases.api.serializers.common import NothingIn, ReasonIn
from purchases.api.serializers.receipts import ReceiptDetailOut
from purchases.api.serializers.receivings import (
    ReceivingDetailOut,
    ReceivingFilter,
    ReceivingIn,
    ReceivingLineEditIn,
    ReceivingOut,
    ReceivingScansIn,
    ReceivingTermsIn,
    ScanRowOut,
    ScansTakenOut,
)
from purchases.api.views.receipts import leave_of
from purchases.selectors.receipts import receipt_by_id
from purchases.selectors.receivings import receiving_by_id, receiving_scans, receivings
from purchases.services.receiving import editing, scanning, sessions

SEE = "purchases.view"
RECEIVE = "purchases.receive"


class ReceivingApiView(ApiView):
    """Base of the views that answer with a receiving as it now is."""

    def detail(self, receiving_id: int, status: int = HTTP_200_OK) -> Response:
        return Response(
            ReceivingDetailOut(
                receiving_by_id(receiving_id), context=self.serializer_context()
            ).data,
            status=status,
        )


class ReceivingListView(ReceivingApiView):
    permissions = {"get": SEE, "post": RECEIVE}

    @extend_schema(
        operation_id="receivings_list",
        parameters=[ReceivingFilter],
        responses=stream_of(ReceivingOut),
    )
    def get(self, request: Request) -> Response:
        """Deliveries being taken in, and those that were, newest first."""
        return self.stream(receivings(**self.query(ReceivingFilter)), ReceivingOut)

    @extend_schema(
        operation_id="receivings_create",
        request=ReceivingIn,
        responses={201: ReceivingDetailOut},
        examples=[
            OpenApiExample(
                "A van is here",
                value={"order_id": 12, "delivery_note": "7781"},
                request_only=True,
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """Begin to take in a delivery on an order; 409 `receiving_already_open` names the open one.

        Nothing is in stock before it is posted.
        """
        started = sessions.receiving_start(
            actor=self.actor, now=self.now, **self.parse(ReceivingIn)
        )
        return self.detail(started.pk, HTTP_201_CREATED)


class ReceivingView(ReceivingApiView):
    permissions = {"get": SEE}

    @extend_schema(operation_id="receivings_read", responses=ReceivingDetailOut)
    def get(self, request: Request, receiving_id: int) -> Response:
        """What was taken in so far, line by line, and how it stands to the order."""
        return self.detail(receiving_id)


class ReceivingScansView(ReceivingApiView):
    permissions = {"get": SEE, "post": RECEIVE}

    @extend_schema(operation_id="receivings_scans_list", responses=stream_of(ScanRowOut))
    def get(self, request: Request, receiving_id: int) -> Response:
        """Every scan with who made it, newest first."""
        return self.stream(receiving_scans(receiving_id), ScanRowOut)

    @extend_schema(
        operation_id="receivings_scans_create",
        request=ReceivingScansIn,
        responses={201: ScansTakenOut},
        examples=[
            OpenApiExample(
                "A DataMatrix, an EAN with the batch typed in, and a substitute by hand",
                value={
                    "scans": [
                        {"code": "]d20109501101530003172805311012A4\u001d21S1"},
                        {
                            "code": "4006381333931",
                            "quantity": 5,
                            "batch_number": "A12",
                            "expiry_date": "2028-05-31",
                        },
                        {
                            "product_id": 88,
                            "quantity": 20,
                            "order_line_id": 31,
                            "substitution_reason": "They only had the other maker's",
                        },
                    ]
                },
                request_only=True,
            )
        ],
    )
    def post(self, request: Request, receiving_id: int) -> Response:
        """Take in what was scanned or entered, all or none.

        422 `receiving_refused` names every scan that says nothing, is not of this order, has
        expired or has a serial number that was scanned before. Send it again with the same
        `Idempotency-Key` when in doubt whether it arrived.
        """
        taken = scanning.receiving_scan(
            actor=self.actor,
            now=self.now,
            receiving_id=receiving_id,
            **self.parse(ReceivingScansIn),
        )
        return Response(ScansTakenOut({"scans": taken}).data, status=HTTP_201_CREATED)


class ReceivingScanView(ReceivingApiView):
    permissions = {"delete": RECEIVE}

    @extend_schema(operation_id="receivings_scans_undo", responses={204: None})
    def delete(self, request: Request, receiving_id: int, scan_id: int) -> Response:
        """Take one scan back."""
        editing.receiving_scan_undo(
            actor=self.actor, now=self.now, receiving_id=receiving_id, scan_id=scan_id
        )
        return Response(status=HTTP_204_NO_CONTENT)


class ReceivingLineView(ReceivingApiView):
    permissions = {"patch": RECEIVE, "delete": RECEIVE}

    @extend_schema(
        operation_id="receivings_lines_update",
        request=ReceivingLineEditIn,
        responses=ReceivingDetailOut,
        examples=[
            OpenApiExample(
                "Cold goods with a dented carton",
                value={"temperature_celsius": "5.4", "packaging_intact": False},
                request_only=True,
            )
        ],
    )
    def patch(self, request: Request, receiving_id: int, line: int) -> Response:
        """Correct a line, or note what was looked at; the latter while it is inspected too."""
        editing.receiving_line_edit(
            actor=self.actor,
            now=self.now,
            receiving_id=receiving_id,
            line=line,
            **self.parse(ReceivingLineEditIn),
        )
        return self.detail(receiving_id)

    @extend_schema(operation_id="receivings_lines_delete", responses={204: None})
    def delete(self, request: Request, receiving_id: int, line: int) -> Response:
        """Take a line out again."""
        editing.receiving_line_remove(
            actor=self.actor, now=self.now, receiving_id=receiving_id, line=line
        )
        return Response(status=HTTP_204_NO_CONTENT)


class ReceivingTermsView(ReceivingApiView):
    permissions = {"put": RECEIVE, "delete": RECEIVE}

    @extend_schema(
        operation_id="receivings_terms_set",
        request=ReceivingTermsIn,
        responses=ReceivingDetailOut,
        examples=[
            OpenApiExample(
                "Dearer than ordered, and the rest will not come",
                value={"invoice_price": "19000", "close_rest": True},
                request_only=True,
            )
        ],
    )
    def put(self, request: Request, receiving_id: int, order_line_id: int) -> Response:
        """Say what the supplier asks for an order line, and whether its rest is given up."""
        editing.receiving_terms_set(
            actor=self.actor,
            now=self.now,
            receiving_id=receiving_id,
            order_line_id=order_line_id,
            **self.parse(ReceivingTermsIn),
        )
        return self.detail(receiving_id)

    @extend_schema(operation_id="receivings_terms_clear", responses={204: None})
    def delete(self, request: Request, receiving_id: int, order_line_id: int) -> Response:
        """Say nothing special of an order line any more."""
        editing.receiving_terms_clear(
            actor=self.actor,
            now=self.now,
            receiving_id=receiving_id,
            order_line_id=order_line_id,
        )
        return Response(status=HTTP_204_NO_CONTENT)


class ReceivingActionView(ReceivingApiView):
    """Base of the actions that need no words."""

    permissions = {"post": RECEIVE}
    step: Any

    def act(self, receiving_id: int) -> Response:
        self.parse(NothingIn)
        type(self).step(actor=self.actor, now=self.now, receiving_id=receiving_id)
        return self.detail(receiving_id)


class ReceivingInspectView(ReceivingActionView):
    step = staticmethod(sessions.receiving_inspect)

    @extend_schema(
        operation_id="receivings_inspect", request=NothingIn, responses=ReceivingDetailOut
    )
    def post(self, request: Request, receiving_id: int) -> Response:
        """All is scanned: from now on goods are checked, and no more are added."""
        return self.act(receiving_id)


class ReceivingResumeView(ReceivingActionView):
    step = staticmethod(sessions.receiving_resume)

    @extend_schema(
        operation_id="receivings_resume", request=NothingIn, responses=ReceivingDetailOut
    )
    def post(self, request: Request, receiving_id: int) -> Response:
        """There is more to be scanned after all."""
        return self.act(receiving_id)


class ReceivingCancelView(ReceivingApiView):
    permissions = {"post": RECEIVE}

    @extend_schema(
        operation_id="receivings_cancel",
        request=ReasonIn,
        responses=ReceivingDetailOut,
        examples=[
            OpenApiExample("Wrong order", value={"reason": "Not our van"}, request_only=True)
        ],
    )
    def post(self, request: Request, receiving_id: int) -> Response:
        """Give it up: nothing of it came in."""
        sessions.receiving_cancel(
            actor=self.actor, now=self.now, receiving_id=receiving_id, **self.parse(ReasonIn)
        )
        return self.detail(receiving_id)


class ReceivingPostView(ReceivingApiView):
    permissions = {"post": RECEIVE}

    @extend_schema(
        operation_id="receivings_post", request=NothingIn, responses={201: ReceiptDetailOut}
    )
    def post(self, request: Request, receiving_id: int) -> Response:
        """Make the goods receipt: stock, debt and order in one go.

        422 `goods_receipt_refused` names every line that does not fit the order.
        """
        self.parse(NothingIn)
        receipt = sessions.receiving_post(
            actor=self.actor,
            now=self.now,
            receiving_id=receiving_id,
            leave=leave_of(request.user),
        )
        return Response(
            ReceiptDetailOut(receipt_by_id(receipt.pk), context=self.serializer_context()).data,
            status=HTTP_201_CREATED,
        )
