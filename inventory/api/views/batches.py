"""Endpoints of what happens to batches, and of recalls."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import HTTP_201_CREATED, HTTP_204_NO_CONTENT

from core.api import ApiView
from core.pagination import stream_of
from inventory.api.serializers.batches import (
    BatchCorrectionIn,
    BatchDetailOut,
    BatchEventOut,
    ExcursionIn,
    RecallIn,
    RecallOut,
    RecallReportOut,
)
from inventory.api.serializers.operations import StockReasonIn
from inventory.api.views.catalogue import READ, example
from inventory.selectors import operations as selectors
from inventory.selectors import recalls
from inventory.services import batches
from inventory.services.recalls import batches_recall

HOLD = "inventory.hold_batches"
RELEASE = "inventory.release_batches"


class BatchView(ApiView):
    permissions = {"get": READ}

    @extend_schema(operation_id="inventory_batches_read", responses=BatchDetailOut)
    def get(self, request: Request, batch_id: int) -> Response:
        """One batch, and whether it may be handed out."""
        return _batch(batch_id)


class BatchEventListView(ApiView):
    permissions = {"get": READ}

    @extend_schema(operation_id="inventory_batch_events_list", responses=stream_of(BatchEventOut))
    def get(self, request: Request, batch_id: int) -> Response:
        """What happened to a batch besides moving, newest first."""
        return self.stream(selectors.batch_events_list(batch_id=batch_id), BatchEventOut)


class BatchQuarantineView(ApiView):
    permissions = {"post": HOLD}

    @extend_schema(
        operation_id="inventory_batches_quarantine",
        request=StockReasonIn,
        responses=BatchDetailOut,
        examples=example("Doubt", reason="The seal is broken on two bottles"),
    )
    def post(self, request: Request, batch_id: int) -> Response:
        """Hold a batch back wherever it lies."""
        batches.batch_quarantine(
            actor=self.actor, now=self.now, batch_id=batch_id, **self.parse(StockReasonIn)
        )
        return _batch(batch_id)


class BatchReleaseView(ApiView):
    permissions = {"post": RELEASE}

    @extend_schema(
        operation_id="inventory_batches_release",
        request=StockReasonIn,
        responses=BatchDetailOut,
        examples=example("Tested", reason="The maker confirms that it is good"),
    )
    def post(self, request: Request, batch_id: int) -> Response:
        """Let a quarantined batch be handed out again."""
        batches.batch_release(
            actor=self.actor, now=self.now, batch_id=batch_id, **self.parse(StockReasonIn)
        )
        return _batch(batch_id)


class BatchRecallLiftView(ApiView):
    permissions = {"post": RELEASE}

    @extend_schema(
        operation_id="inventory_batches_lift_recall",
        request=StockReasonIn,
        responses=BatchDetailOut,
        examples=example("Wrong batch", reason="The ministry corrected the number"),
    )
    def post(self, request: Request, batch_id: int) -> Response:
        """A recalled batch goes into quarantine, from where it can be released."""
        batches.batch_recall_lift(
            actor=self.actor, now=self.now, batch_id=batch_id, **self.parse(StockReasonIn)
        )
        return _batch(batch_id)


class BatchCorrectView(ApiView):
    permissions = {"post": "inventory.correct_batches"}

    @extend_schema(
        operation_id="inventory_batches_correct",
        request=BatchCorrectionIn,
        responses=BatchDetailOut,
        examples=example(
            "Misread", number="B-771", expiry_date="2028-05-31", reason="Read 2023 for 2028"
        ),
    )
    def post(self, request: Request, batch_id: int) -> Response:
        """Write number and expiry as they are printed.

        409 `batch_already_exists` names the batch that has them; repack the goods into it.
        """
        batches.batch_correct(
            actor=self.actor, now=self.now, batch_id=batch_id, **self.parse(BatchCorrectionIn)
        )
        return _batch(batch_id)


class ExcursionView(ApiView):
    permissions = {"post": HOLD}

    @extend_schema(
        operation_id="inventory_excursions_note",
        request=ExcursionIn,
        responses={204: None},
        examples=example(
            "Power cut",
            batch_ids=[31, 32],
            min_celsius="4.00",
            max_celsius="14.50",
            minutes=190,
            action_taken="Moved to the second fridge; asked the maker",
            reason="Power cut",
            quarantine=True,
        ),
    )
    def post(self, request: Request) -> Response:
        """Note that cold-chain batches were too warm or too cold, and hold them back if asked."""
        batches.excursion_record(actor=self.actor, now=self.now, **self.parse(ExcursionIn))
        return Response(status=HTTP_204_NO_CONTENT)


class RecallListView(ApiView):
    permissions = {"get": READ, "post": HOLD}

    @extend_schema(operation_id="inventory_recalls_list", responses=stream_of(RecallOut))
    def get(self, request: Request) -> Response:
        """Recalls, newest first."""
        return self.stream(recalls.recalls_list(), RecallOut, ordering=("-announced_at", "-id"))

    @extend_schema(
        operation_id="inventory_recalls_announce",
        request=RecallIn,
        responses={201: RecallReportOut},
        examples=example(
            "All of a supplier's insulin",
            party_type="purchases.supplier",
            party_id="7",
            product_id=12,
            reason="Cold chain broken at the wholesaler",
            reference="MOH 2026/118",
        ),
    )
    def post(self, request: Request) -> Response:
        """Call goods back: batches, or all that a supplier delivered; answers who has them."""
        recall_id = batches_recall(actor=self.actor, now=self.now, **self.parse(RecallIn))
        return _recall(recall_id, status=HTTP_201_CREATED)


class RecallView(ApiView):
    permissions = {"get": READ}

    @extend_schema(operation_id="inventory_recalls_read", responses=RecallReportOut)
    def get(self, request: Request, recall_id: UUID) -> Response:
        """Where recalled goods came from, who got them, what is left and where, as of now."""
        return _recall(recall_id)


def _batch(batch_id: int) -> Response:
    return Response(BatchDetailOut(selectors.batch_detail(batch_id)).data)


def _recall(recall_id: UUID, **kwargs: Any) -> Response:
    return Response(RecallReportOut(recalls.recall_report(recall_id)).data, **kwargs)
