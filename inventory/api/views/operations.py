"""Endpoints of transfers, repacking, chosen batches, reversals, reservations and limits."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import HTTP_201_CREATED, HTTP_204_NO_CONTENT

from core.api import ApiView
from core.pagination import page_of, stream_of
from inventory.api.serializers.operations import (
    ArrivalIn,
    ChosenIssueIn,
    LimitFilter,
    LimitIn,
    LimitOut,
    RepackIn,
    ReservationFilter,
    ReservationOut,
    StockReasonIn,
    TransferDetailOut,
    TransferFilter,
    TransferIn,
    TransferOut,
)
from inventory.api.serializers.stock import StockDocumentDetailOut
from inventory.api.views.catalogue import READ, WRITE, example
from inventory.api.views.stock import document_answer
from inventory.selectors import operations as selectors
from inventory.services import documents, limits, repacking, reversal, transfer_arrivals, transfers

TRANSFER = "inventory.transfer"


class TransferListView(ApiView):
    permissions = {"get": READ, "post": TRANSFER}

    @extend_schema(
        operation_id="inventory_transfers_list",
        parameters=[TransferFilter],
        responses=stream_of(TransferOut),
    )
    def get(self, request: Request) -> Response:
        """Transfers between places, newest first."""
        rows = selectors.transfers_list(**self.query(TransferFilter))
        return self.stream(rows, TransferOut, ordering=("-dispatched_at", "-id"))

    @extend_schema(
        operation_id="inventory_transfers_create",
        request=TransferIn,
        responses={201: TransferDetailOut},
        examples=example(
            "Refill the shop",
            origin_id=2,
            destination_id=1,
            lines=[{"product_id": 12, "quantity": 60}, {"batch_id": 31, "quantity": 10}],
        ),
    )
    def post(self, request: Request) -> Response:
        """Move goods to another place, at once or (`in_transit`) to be received there later."""
        transfer_id = transfers.transfer_post(
            actor=self.actor, now=self.now, **self.parse(TransferIn)
        )
        return _transfer(transfer_id, status=HTTP_201_CREATED)


class TransferView(ApiView):
    permissions = {"get": READ}

    @extend_schema(operation_id="inventory_transfers_read", responses=TransferDetailOut)
    def get(self, request: Request, transfer_id: UUID) -> Response:
        """One transfer with its goods."""
        return _transfer(transfer_id)


class TransferReceiveView(ApiView):
    permissions = {"post": TRANSFER}

    @extend_schema(
        operation_id="inventory_transfers_receive",
        request=ArrivalIn,
        responses=TransferDetailOut,
        examples=example("Part of it", lines=[{"line": 0, "quantity": 40}]),
    )
    def post(self, request: Request, transfer_id: UUID) -> Response:
        """Goods in transit have arrived, all that is left or some of it."""
        transfer_arrivals.transfer_receive(
            actor=self.actor, now=self.now, transfer_id=transfer_id, **self.parse(ArrivalIn)
        )
        return _transfer(transfer_id)


class TransferCancelView(ApiView):
    permissions = {"post": TRANSFER}

    @extend_schema(
        operation_id="inventory_transfers_cancel", request=None, responses=TransferDetailOut
    )
    def post(self, request: Request, transfer_id: UUID) -> Response:
        """Bring back what has not arrived."""
        transfer_arrivals.transfer_cancel(actor=self.actor, now=self.now, transfer_id=transfer_id)
        return _transfer(transfer_id)


class RepackView(ApiView):
    permissions = {"post": "inventory.repack"}

    @extend_schema(
        operation_id="inventory_repack",
        request=RepackIn,
        responses={201: StockDocumentDetailOut},
        examples=example(
            "A box opened into strips",
            lines=[
                {
                    "batch_id": 31,
                    "quantity": 1,
                    "to_product_id": 13,
                    "to_quantity": 3,
                    "to_batch_number": "B-771",
                    "to_expiry_date": "2028-05-31",
                }
            ],
        ),
    )
    def post(self, request: Request) -> Response:
        """Turn goods into other goods of exactly the same worth: open boxes, correct labels."""
        document_id = repacking.stock_repack(actor=self.actor, now=self.now, **self.parse(RepackIn))
        return document_answer(document_id, status=HTTP_201_CREATED)


class ChosenIssueView(ApiView):
    permissions = {"post": "inventory.override_allocation"}

    @extend_schema(
        operation_id="inventory_issue_chosen",
        request=ChosenIssueIn,
        responses={201: StockDocumentDetailOut},
        examples=example(
            "A batch that expires later",
            reason="donation",
            override_reason="The hospital asked for a long expiry",
            lines=[{"product_id": 12, "quantity": 10, "batch_id": 32}],
        ),
    )
    def post(self, request: Request) -> Response:
        """Take chosen batches out of stock although it is not their turn, or are short-dated.

        Expired, quarantined and recalled batches stay: 409 `batch_held_back`.
        """
        document_id = documents.stock_issue_by_hand(
            actor=self.actor, now=self.now, **self.parse(ChosenIssueIn)
        )
        return document_answer(document_id, status=HTTP_201_CREATED)


class DocumentReverseView(ApiView):
    permissions = {"post": "inventory.reverse_document"}

    @extend_schema(
        operation_id="inventory_documents_reverse",
        request=StockReasonIn,
        responses={201: StockDocumentDetailOut},
        examples=example("Typed twice", reason="The same delivery was entered twice"),
    )
    def post(self, request: Request, document_id: UUID) -> Response:
        """Undo a document: mirrored movements that name its own, and its money with them."""
        new_id = reversal.document_reverse(
            actor=self.actor, now=self.now, document_id=document_id, **self.parse(StockReasonIn)
        )
        return document_answer(new_id, status=HTTP_201_CREATED)


class ReservationListView(ApiView):
    permissions = {"get": READ}

    @extend_schema(
        operation_id="inventory_reservations_list",
        parameters=[ReservationFilter],
        responses=stream_of(ReservationOut),
    )
    def get(self, request: Request) -> Response:
        """What is promised to orders, newest first."""
        rows = selectors.reservations_list(**self.query(ReservationFilter))
        return self.stream(rows, ReservationOut)


class LimitListView(ApiView):
    permissions = {"get": READ}

    @extend_schema(
        operation_id="inventory_limits_list", parameters=[LimitFilter], responses=page_of(LimitOut)
    )
    def get(self, request: Request, location_id: int) -> Response:
        """How much of each product should be at a place, and is; what to refill or take away."""
        rows = selectors.limits_list(location_id=location_id, **self.query(LimitFilter))
        return self.page(rows, LimitOut)


class LimitView(ApiView):
    permissions = {"put": WRITE, "delete": WRITE}

    @extend_schema(
        operation_id="inventory_limits_set",
        request=LimitIn,
        responses=LimitOut,
        examples=example("In the shop", min_stock=20, max_stock=60),
    )
    def put(self, request: Request, location_id: int, product_id: int) -> Response:
        """Say how much of a product should be at a place, in base units."""
        limits.limit_set(
            actor=self.actor,
            now=self.now,
            location_id=location_id,
            product_id=product_id,
            **self.parse(LimitIn),
        )
        limit = selectors.limits_list(location_id=location_id).get(product_id=product_id)
        return Response(LimitOut(limit).data)

    @extend_schema(operation_id="inventory_limits_remove", responses={204: None})
    def delete(self, request: Request, location_id: int, product_id: int) -> Response:
        """No amount is wanted there any more."""
        limits.limit_remove(
            actor=self.actor, now=self.now, location_id=location_id, product_id=product_id
        )
        return Response(status=HTTP_204_NO_CONTENT)


def _transfer(transfer_id: UUID, **kwargs: Any) -> Response:
    return Response(TransferDetailOut(selectors.transfer_detail(transfer_id)).data, **kwargs)
