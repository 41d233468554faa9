"""Reports over HTTP: JSON for programs, CSV, XLSX or PDF for people, from one endpoint."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.http import HttpResponseBase, StreamingHttpResponse
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from core.api import ApiView
from core.errors import FieldProblem, InvalidInput
from files.rendering import ExportFormat, TableDocument, render

LANGUAGES = ("ar", "en")
_JSON = "json"
_FORMATS = (_JSON, *ExportFormat)


class _ExportRenderer(BaseRenderer):
    """Lets a client ask for a file. The view answers with the file; errors stay JSON."""

    charset = None

    def render(self, data: Any, *args: Any, **kwargs: Any) -> bytes:
        return JSONRenderer().render(data, *args, **kwargs)


class CsvRenderer(_ExportRenderer):
    media_type = ExportFormat.CSV.content_type.split(";")[0]
    format = ExportFormat.CSV


class XlsxRenderer(_ExportRenderer):
    media_type = ExportFormat.XLSX.content_type
    format = ExportFormat.XLSX


class PdfRenderer(_ExportRenderer):
    media_type = ExportFormat.PDF.content_type
    format = ExportFormat.PDF


class ExportableView(ApiView):
    """A report as JSON, and as CSV, XLSX or PDF by ``?format=`` or ``Accept``.

    ``?language=`` (else Accept-Language) is the language of names and titles, in JSON too.
    A view's ``get`` ends in ``return self.report(...)``.
    """

    renderer_classes = (JSONRenderer, CsvRenderer, XlsxRenderer, PdfRenderer)
    unqueried = (*ApiView.unqueried, "format", "language")
    extra_problems = (400, 422)

    def report(
        self, *, body: Callable[[], Any], table: Callable[[], TableDocument]
    ) -> HttpResponseBase:
        """Answer in the format asked for. body, table: called only if that one is wanted."""
        language = self._language()
        wanted = getattr(self.request.accepted_renderer, "format", _JSON)
        if wanted == _JSON:
            with translation.override(language):
                return Response(body(), headers={"Content-Language": language})
        with translation.override(language):
            file = render(table(), format=wanted, language=language)
        return StreamingHttpResponse(
            file.content,
            content_type=file.content_type,
            headers={
                "Content-Disposition": file.content_disposition,
                "Content-Language": language,
                "Cache-Control": "private, no-store",
                "X-Content-Type-Options": "nosniff",
            },
        )

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        wanted = request.query_params.get("format")
        if wanted is None or force:
            return super().perform_content_negotiation(request, force=force)
        for renderer in self.get_renderers():
            if renderer.format == wanted:
                return renderer, renderer.media_type
        raise _unknown("format", _FORMATS)

    def _language(self) -> str:
        wanted = self.request.query_params.get("language")
        if wanted is None:
            return (get_language() or LANGUAGES[0])[:2]
        if wanted not in LANGUAGES:
            raise _unknown("language", LANGUAGES)
        return wanted


def _unknown(field: str, known: Sequence[str]) -> InvalidInput:
    return InvalidInput(
        errors=[
            FieldProblem(
                field,
                "invalid_choice",
                _("Choose one of: %(known)s.") % {"known": ", ".join(known)},
            )
        ]
    )


def export_schema(
    *,
    operation_id: str,
    response: Any,
    parameters: Sequence[Any] = (),
    examples: Sequence[Mapping[str, Any]] = (),
) -> Callable[..., Any]:
    """``extend_schema`` of an :class:`ExportableView`'s ``get``.

    examples: ``{"name": ..., "value": ...}`` of the JSON answer.
    """
    files = {
        (200, kind.content_type.split(";")[0]): OpenApiResponse(
            OpenApiTypes.BINARY, description="The report."
        )
        for kind in ExportFormat
    }
    return extend_schema(
        operation_id=operation_id,
        parameters=[
            *parameters,
            OpenApiParameter(
                "format", enum=[str(name) for name in _FORMATS],
                description="Instead of an Accept header.",
            ),
            OpenApiParameter(
                "language", enum=LANGUAGES, description="Instead of an Accept-Language header."
            ),
        ],
        responses={(200, "application/json"): response, **files},
        examples=[
            OpenApiExample(
                example["name"], value=example["value"], response_only=True,
                media_type="application/json",
            )
            for example in examples
        ],
    )  # fmt: skip
