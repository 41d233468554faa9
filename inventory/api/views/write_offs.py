"""Endpoints of write-offs: asked for by one person, approved by another."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import HTTP_201_CREATED

from core.api import ApiView
from core.pagination import stream_of
from inventory.api.serializers.operations import (
    DecisionIn,
    ExpiredWriteOffIn,
    RejectionIn,
    WriteOffDetailOut,
    WriteOffFilter,
    WriteOffIn,
    WriteOffOut,
)
from inventory.api.views.catalogue import example
from inventory.api.views.stock import READ_COSTS
from inventory.selectors import operations as selectors
from inventory.services import write_offs

REQUEST = "inventory.request_write_off"
APPROVE = "inventory.approve_write_off"


class WriteOffListView(ApiView):
    permissions = {"get": READ_COSTS, "post": REQUEST}

    @extend_schema(
        operation_id="inventory_write_offs_list",
        parameters=[WriteOffFilter],
        responses=stream_of(WriteOffOut),
    )
    def get(self, request: Request) -> Response:
        """Requests to write goods off, newest first."""
        rows = selectors.write_offs_list(**self.query(WriteOffFilter))
        return self.stream(rows, WriteOffOut, ordering=("-requested_at", "-id"))

    @extend_schema(
        operation_id="inventory_write_offs_request",
        request=WriteOffIn,
        responses={201: WriteOffDetailOut},
        examples=example("Broken", reason="damage", lines=[{"batch_id": 31, "quantity": 2}]),
    )
    def post(self, request: Request) -> Response:
        """Ask for goods to be written off; somebody else approves it."""
        write_off_id = write_offs.write_off_request(
            actor=self.actor, now=self.now, **self.parse(WriteOffIn)
        )
        return _write_off(write_off_id, status=HTTP_201_CREATED)


class ExpiredWriteOffView(ApiView):
    permissions = {"post": REQUEST}

    @extend_schema(
        operation_id="inventory_write_offs_request_expired",
        request=ExpiredWriteOffIn,
        responses={201: WriteOffDetailOut},
        examples=example("Everywhere", note="End of the month"),
    )
    def post(self, request: Request) -> Response:
        """Ask for everything that has expired to be written off, controlled products included."""
        write_off_id = write_offs.write_off_request_expired(
            actor=self.actor, now=self.now, **self.parse(ExpiredWriteOffIn)
        )
        return _write_off(write_off_id, status=HTTP_201_CREATED)


class WriteOffView(ApiView):
    permissions = {"get": READ_COSTS}

    @extend_schema(operation_id="inventory_write_offs_read", responses=WriteOffDetailOut)
    def get(self, request: Request, write_off_id: UUID) -> Response:
        """One request with its goods."""
        return _write_off(write_off_id)


class WriteOffApproveView(ApiView):
    permissions = {"post": APPROVE}

    @extend_schema(
        operation_id="inventory_write_offs_approve",
        request=DecisionIn,
        responses=WriteOffDetailOut,
        examples=example("Seen", note="Counted and destroyed"),
    )
    def post(self, request: Request, write_off_id: UUID) -> Response:
        """Take the goods out of stock and book the loss. Not by who asked for it."""
        write_offs.write_off_approve(
            actor=self.actor, now=self.now, write_off_id=write_off_id, **self.parse(DecisionIn)
        )
        return _write_off(write_off_id)


class WriteOffRejectView(ApiView):
    permissions = {"post": APPROVE}

    @extend_schema(
        operation_id="inventory_write_offs_reject",
        request=RejectionIn,
        responses=WriteOffDetailOut,
        examples=example("Return it", note="The supplier takes it back"),
    )
    def post(self, request: Request, write_off_id: UUID) -> Response:
        """Refuse the request and say why; stock stays as it is."""
        write_offs.write_off_reject(
            actor=self.actor, now=self.now, write_off_id=write_off_id, **self.parse(RejectionIn)
        )
        return _write_off(write_off_id)


class WriteOffCancelView(ApiView):
    permissions = {"post": REQUEST}

    @extend_schema(
        operation_id="inventory_write_offs_cancel", request=None, responses=WriteOffDetailOut
    )
    def post(self, request: Request, write_off_id: UUID) -> Response:
        """Withdraw one's own request."""
        write_offs.write_off_cancel(actor=self.actor, now=self.now, write_off_id=write_off_id)
        return _write_off(write_off_id)


def _write_off(write_off_id: UUID, **kwargs: Any) -> Response:
    return Response(WriteOffDetailOut(selectors.write_off_detail(write_off_id)).data, **kwargs)
