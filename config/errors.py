"""Error answers for requests that are refused before any view or problem middleware sees them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views import defaults

from core.errors import InvalidInput, problem_response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400 of an unknown host name and the like: a problem under /api/, else Django's page."""
    if request.path.startswith("/api/"):
        return problem_response(request, InvalidInput())
    return defaults.bad_request(request, exception)
