"""The shared AI engine over HTTP; its wire contract is in docs/flows/reading-offers.md."""

from __future__ import annotations

from typing import ClassVar

import requests
from django.conf import settings

from ai_integration.engines import breaker
from ai_integration.engines.port import (
    EngineRefused,
    EngineRequest,
    EngineUnavailable,
    Progress,
)

_REFUSALS = {
    401: ("engine_key_refused", "The engine refuses AI_ENGINE_API_KEY."),
    403: ("engine_key_refused", "The engine refuses AI_ENGINE_API_KEY."),
    404: ("engine_address_wrong", "Nothing answers at AI_ENGINE_PROCESS_URL."),
    422: ("engine_refused_request", "The engine does not understand the request."),
}


class HttpEngine:
    name: ClassVar[str] = "http"
    answers_later: ClassVar[bool] = True

    def read(self, request: EngineRequest, on_progress: Progress) -> None:
        """Hand the job over; the result comes to ``/api/v1/ocr/result/``."""
        if not settings.AI_ENGINE_PROCESS_URL:
            raise EngineRefused("engine_not_configured", "AI_ENGINE_PROCESS_URL is not set.")
        breaker.check()
        try:
            response = requests.post(
                settings.AI_ENGINE_PROCESS_URL,
                json={
                    "job_id": str(request.job_id),
                    "file_reference": request.file_reference,
                    "target_items": [
                        {"product_name": name, "strength": strength}
                        for name, strength in request.target_items()
                    ],
                },
                headers={"Authorization": settings.AI_ENGINE_API_KEY},
                timeout=settings.AI_ENGINE_TIMEOUT_SECONDS,
                allow_redirects=False,
            )
        except requests.RequestException as exc:
            breaker.failed()
            raise EngineUnavailable("engine_unreachable", type(exc).__name__) from exc
        self._judge(response.status_code)

    def _judge(self, status: int) -> None:
        if status in _REFUSALS:
            breaker.succeeded()  # it is up, and says no
            raise EngineRefused(*_REFUSALS[status])
        if status != requests.codes.accepted:
            breaker.failed()
            raise EngineUnavailable("engine_error", f"The engine answered {status}.")
        breaker.succeeded()
