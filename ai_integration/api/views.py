"""Offers in, jobs watched, results taken."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.parsers import FormParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from ai_integration import selectors
from ai_integration.api.authentication import EngineTokenAuthentication
from ai_integration.api.parsers import EngineJSONParser
from ai_integration.api.serializers import (
    EngineCallbackSerializer,
    EngineReceiptSerializer,
    ExtractionJobSerializer,
    JobQuerySerializer,
    OfferUploadSerializer,
)
from ai_integration.services import results, uploads
from core.api import PUBLIC, ApiView
from core.pagination import stream_of

# Room for the other parts of a multipart body.
FORM_OVERHEAD_BYTES = 64 * 1024
# A 200-page result with boxes has about 10 MB.
MAX_RESULT_BYTES = 64 * 1024 * 1024

JOB_EXAMPLE = OpenApiExample(
    "A job just queued",
    value={
        "id": "0b2f7d0e-3a55-4a5c-9d0c-0c8d5c2f9c11",
        "state": "queued",
        "supplier_id": 3,
        "warehouse_name": "مستودع الشام",
        "file_id": "7b8dd5d5-3f5c-4a8e-8a4a-7d2d9c3f2f10",
        "file_name": "عرض تشرين.pdf",
        "engine": "",
        "pages_total": 30,
        "pages_done": 0,
        "rows_found": 0,
        "attempts": 0,
        "next_attempt_at": "2026-11-21T09:00:00+03:00",
        "offer_id": None,
        "failure_code": "",
        "failure_detail": "",
        "allowed_actions": ["cancel"],
        "uploaded_by_id": 5,
        "created_at": "2026-11-21T09:00:00+03:00",
        "finished_at": None,
    },
    response_only=True,
)


class OfferUploadView(ApiView):
    permissions = {"post": "ai_integration.upload"}
    parser_classes = (MultiPartParser, FormParser)

    @property
    def max_body_bytes(self) -> int:
        return settings.FILE_MAX_BYTES + FORM_OVERHEAD_BYTES

    def prepare(self, request: Request, **kwargs: Any) -> uploads.PreparedUpload:
        return uploads.upload_prepare(**self.parse(OfferUploadSerializer))

    @extend_schema(
        operation_id="offers_upload",
        request={"multipart/form-data": OfferUploadSerializer},
        responses={202: ExtractionJobSerializer},
        examples=[JOB_EXAMPLE],
    )
    def post(self, request: Request) -> Response:
        """Send a warehouse's offer; a worker reads it.

        409 `duplicate_offer` names the existing `job_id` where this supplier's file is known.
        """
        job = uploads.job_create(actor=self.actor, now=self.now, prepared=self.prepared)
        return Response(
            ExtractionJobSerializer(job).data,
            status=202,
            headers={"Location": reverse("ai_integration:job", args=[job.pk])},
        )


class JobsView(ApiView):
    permissions = {"get": "ai_integration.view_jobs"}

    @extend_schema(
        operation_id="offers_jobs_list",
        parameters=[JobQuerySerializer],
        responses=stream_of(ExtractionJobSerializer),
    )
    def get(self, request: Request) -> Response:
        """Jobs, newest first."""
        found = selectors.jobs(**self.query(JobQuerySerializer))
        return self.stream(found, ExtractionJobSerializer, ordering=("-created_at", "id"))


class JobView(ApiView):
    permissions = {"get": "ai_integration.view_jobs"}

    @extend_schema(operation_id="offers_jobs_read", responses=ExtractionJobSerializer)
    def get(self, request: Request, job_id: UUID) -> Response:
        """How far one job is."""
        return Response(ExtractionJobSerializer(selectors.job_by_id(job_id)).data)


class JobRetryView(ApiView):
    permissions = {"post": "ai_integration.upload"}

    @extend_schema(
        operation_id="offers_jobs_retry", request=None, responses=ExtractionJobSerializer
    )
    def post(self, request: Request, job_id: UUID) -> Response:
        """Read the file again after a failure, a timeout or a cancellation."""
        job = uploads.job_retry(actor=self.actor, now=self.now, job_id=job_id)
        return Response(ExtractionJobSerializer(job).data)


class JobCancelView(ApiView):
    permissions = {"post": "ai_integration.upload"}

    @extend_schema(
        operation_id="offers_jobs_cancel", request=None, responses=ExtractionJobSerializer
    )
    def post(self, request: Request, job_id: UUID) -> Response:
        """Stop a job that is not ready yet."""
        job = uploads.job_cancel(actor=self.actor, now=self.now, job_id=job_id)
        return Response(ExtractionJobSerializer(job).data)


class EngineResultView(ApiView):
    permissions = {"post": PUBLIC}  # the authentication below lets only the engine in
    authentication_classes = (EngineTokenAuthentication,)
    parser_classes = (EngineJSONParser,)
    throttle_classes = ()
    idempotent = False
    extra_problems = (401,)
    max_body_bytes = MAX_RESULT_BYTES

    @extend_schema(
        operation_id="ocr_result",
        request=EngineCallbackSerializer,
        responses={200: EngineReceiptSerializer},
    )
    def post(self, request: Request) -> Response:
        """The AI engine's callback. Header `Authorization`: the bare internal service token.

        The same result again is answered 200 and changes nothing; a different one is 409.
        """
        result = self.parse(EngineCallbackSerializer)
        job = results.result_accept(now=self.now, **result)
        return Response({"status": "received", "job_id": str(job.pk)})
