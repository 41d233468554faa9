"""The engine inside the worker: digital PDFs, spreadsheets, and photos where OCR is installed."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings

from ai_integration.engines.port import EngineRefused, EngineRequest, Progress
from ai_integration.reading import read_document
from ai_integration.reading.errors import ReadingError


class EmbeddedEngine:
    name: ClassVar[str] = "embedded"
    answers_later: ClassVar[bool] = False

    def read(self, request: EngineRequest, on_progress: Progress) -> dict[str, Any]:
        try:
            document = read_document(
                request.open_content(),
                request.content_type,
                max_pages=settings.FILE_MAX_PAGES,
                on_progress=on_progress,
            )
        except ReadingError as exc:
            raise EngineRefused(exc.code, exc.detail) from exc
        return document.to_payload()
