"""Errors of the house and their one shape on the wire: RFC 9457 problem+json.

Domain code raises a subclass of :class:`DomainError`; nothing but this module turns an
exception into a response. Unexpected exceptions become a 500 that says nothing of its cause.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from http import HTTPStatus
from typing import Any, ClassVar

from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions as drf
from rest_framework.response import Response

from core.correlation import current_correlation_id

logger = logging.getLogger(__name__)

PROBLEM_CONTENT_TYPE = "application/problem+json"
PROBLEM_TYPE_PREFIX = "urn:pharmacio:problem:"
RETRY_AFTER_BUSY_SECONDS = 1

# PostgreSQL SQLSTATEs of a transaction that lost a race and may simply be tried again.
_BUSY_SQLSTATES = {"55P03", "40P01", "40001"}


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One faulty field.

    field: dotted path into the request (``lines.0.quantity``), ``""`` for the whole body.
    code: stable English word for programs. detail: what is wrong and what would be right.
    """

    field: str
    code: str
    detail: str | Promise


class DomainError(Exception):
    """Something the domain refuses. Subclasses fix ``code``, ``status`` and ``title``."""

    status: ClassVar[int] = HTTPStatus.UNPROCESSABLE_ENTITY
    code: ClassVar[str] = "rule_refused"
    title: ClassVar[str | Promise] = _("The request breaks a rule")

    def __init__(
        self,
        detail: str | Promise | None = None,
        *,
        errors: Sequence[FieldProblem] = (),
        extra: Mapping[str, Any] | None = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(detail if detail is not None else self.title)
        self.detail = detail if detail is not None else self.title
        self.errors = tuple(errors)
        self.extra = dict(extra or {})
        self.retry_after = retry_after


class InvalidInput(DomainError):
    status = HTTPStatus.BAD_REQUEST
    code = "invalid_input"
    title = _("The request is not well formed")


class Forbidden(DomainError):
    status = HTTPStatus.FORBIDDEN
    code = "forbidden"
    title = _("You may not do this")


class NotFound(DomainError):
    status = HTTPStatus.NOT_FOUND
    code = "not_found"
    title = _("There is no such thing")


class Conflict(DomainError):
    status = HTTPStatus.CONFLICT
    code = "conflict"
    title = _("The request conflicts with the present state")


class ResourceBusy(Conflict):
    code = "resource_busy"
    title = _("Someone else is changing the same records; try again in a moment")


class TooLarge(DomainError):
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    code = "too_large"
    title = _("The request is too large")


class UnsupportedType(DomainError):
    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    code = "unsupported_type"
    title = _("This type of content is not supported")


class RuleRefused(DomainError):
    pass


class Unavailable(DomainError):
    status = HTTPStatus.SERVICE_UNAVAILABLE
    code = "unavailable"
    title = _("The service is not available at the moment")


class InternalError(DomainError):
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    code = "internal_error"
    title = _("Something went wrong on our side")


class MethodNotAllowed(DomainError):
    status = HTTPStatus.METHOD_NOT_ALLOWED
    code = "method_not_allowed"
    title = _("This method is not allowed here")


class NotAuthenticated(DomainError):
    status = HTTPStatus.UNAUTHORIZED
    code = "not_authenticated"
    title = _("Sign in first")


class Throttled(DomainError):
    status = HTTPStatus.TOO_MANY_REQUESTS
    code = "throttled"
    title = _("Too many requests; slow down")


class NotAcceptable(DomainError):
    status = HTTPStatus.NOT_ACCEPTABLE
    code = "not_acceptable"
    title = _("Only JSON can be answered here")


def problem_body(error: DomainError, *, instance: str) -> dict[str, Any]:
    """The RFC 9457 members of ``error``; ``instance`` is the path of the request."""
    body: dict[str, Any] = {
        "type": f"{PROBLEM_TYPE_PREFIX}{error.code}",
        "title": str(error.title),
        "status": int(error.status),
        "code": error.code,
        "detail": str(error.detail),
        "instance": instance,
        "request_id": current_correlation_id(),
        "errors": [{**asdict(problem), "detail": str(problem.detail)} for problem in error.errors],
    }
    return {**error.extra, **body}


def problem_exception_handler(exc: Exception, context: Mapping[str, Any]) -> Response:
    """DRF's exception handler: every exception becomes a problem, none escapes."""
    error = as_domain_error(exc)
    request = context["request"]
    if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR and not isinstance(exc, DomainError):
        logger.exception("unexpected error", extra={"path": request.path})
    response = Response(
        problem_body(error, instance=request.path),
        status=int(error.status),
        content_type=PROBLEM_CONTENT_TYPE,
    )
    for name, value in _headers(exc, error).items():
        response[name] = value
    return response


def _headers(exc: Exception, error: DomainError) -> dict[str, str]:
    headers: dict[str, str] = {}
    challenge = getattr(exc, "auth_header", None)
    if error.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = challenge or "Bearer"
    if error.retry_after is not None:
        headers["Retry-After"] = str(error.retry_after)
    return headers


def as_domain_error(exc: Exception) -> DomainError:
    """Translate what frameworks and the database raise into an error of the house."""
    if isinstance(exc, DomainError):
        return exc
    for kinds, translate in _TRANSLATIONS:
        if isinstance(exc, kinds):
            return translate(exc)
    return InternalError()


def _from_validation(exc: Any) -> DomainError:
    return InvalidInput(
        _("Some fields are missing or wrong; see errors."), errors=flatten_errors(exc.detail)
    )


def flatten_errors(detail: Any, path: str = "") -> list[FieldProblem]:
    """DRF's nested error detail as a flat list with dotted paths."""
    if isinstance(detail, Mapping):
        pairs: Iterable[tuple[str, Any]] = ((str(key), value) for key, value in detail.items())
    elif isinstance(detail, list):
        if all(isinstance(item, drf.ErrorDetail) for item in detail):
            return [FieldProblem(path, item.code, str(item)) for item in detail]
        pairs = ((str(index), value) for index, value in enumerate(detail))
    else:
        return [FieldProblem(path, getattr(detail, "code", "invalid"), str(detail))]
    problems: list[FieldProblem] = []
    for key, value in pairs:
        inner = path if key == "non_field_errors" else f"{path}.{key}".lstrip(".")
        problems.extend(flatten_errors(value, inner))
    return problems


def _from_operational(exc: Any) -> DomainError:
    if getattr(exc.__cause__, "sqlstate", None) in _BUSY_SQLSTATES:
        return ResourceBusy(retry_after=RETRY_AFTER_BUSY_SECONDS)
    logger.exception("database unavailable")
    return Unavailable(retry_after=5)


def _from_authentication(exc: Any) -> DomainError:
    detail = exc.detail.get("detail") if isinstance(exc.detail, Mapping) else exc.detail
    return NotAuthenticated(str(detail))


def _from_api_exception(exc: Any) -> DomainError:
    class Other(DomainError):
        status = exc.status_code
        code = str(getattr(exc, "default_code", "error"))
        title = HTTPStatus(exc.status_code).phrase

    return Other(str(exc.detail))


_TRANSLATIONS: tuple[tuple[Any, Callable[[Any], DomainError]], ...] = (
    (drf.ValidationError, _from_validation),
    (drf.ParseError, lambda exc: InvalidInput(str(exc.detail))),
    ((drf.NotAuthenticated, drf.AuthenticationFailed), _from_authentication),
    ((drf.PermissionDenied, PermissionDenied), lambda exc: Forbidden()),
    ((drf.NotFound, Http404), lambda exc: NotFound()),
    (drf.MethodNotAllowed, lambda exc: MethodNotAllowed(str(exc.detail))),
    (drf.NotAcceptable, lambda exc: NotAcceptable()),
    (drf.UnsupportedMediaType, lambda exc: UnsupportedType(str(exc.detail))),
    (drf.Throttled, lambda exc: Throttled(retry_after=int(exc.wait or 1))),
    (RequestDataTooBig, lambda exc: TooLarge()),
    (BadRequest, lambda exc: InvalidInput()),
    (OperationalError, _from_operational),
    (drf.APIException, _from_api_exception),
)


class ProblemMiddleware:
    """Problems for what fails outside a DRF view: unknown paths, wrong methods, crashes.

    Pages outside ``/api/`` and ``/health/`` (the admin) keep Django's own error pages.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code < HTTPStatus.BAD_REQUEST or not _is_api(request):
            return response
        if response.get("Content-Type", "").startswith(("application/json", PROBLEM_CONTENT_TYPE)):
            return response
        replacement = problem_response(request, _error_for_status(response.status_code))
        for name in ("Allow", "Retry-After", "WWW-Authenticate"):
            if name in response:
                replacement[name] = response[name]
        return replacement

    def process_exception(self, request: HttpRequest, exc: Exception) -> HttpResponse | None:
        if not _is_api(request):
            return None
        error = as_domain_error(exc)
        if isinstance(error, InternalError):
            logger.exception("unexpected error", extra={"path": request.path})
        return problem_response(request, error)


def problem_response(request: HttpRequest, error: DomainError) -> JsonResponse:
    response = JsonResponse(
        problem_body(error, instance=request.path),
        status=int(error.status),
        content_type=PROBLEM_CONTENT_TYPE,
    )
    for name, value in _headers(error, error).items():
        response[name] = value
    return response


def _is_api(request: HttpRequest) -> bool:
    return request.path.startswith(("/api/", "/health/"))


def _error_for_status(status: int) -> DomainError:
    known: dict[int, type[DomainError]] = {
        kind.status: kind
        for kind in (
            InvalidInput, NotAuthenticated, Forbidden, NotFound, MethodNotAllowed, Conflict,
            TooLarge, UnsupportedType, Throttled, Unavailable,
        )
    }  # fmt: skip
    return known.get(status, InternalError if status >= 500 else InvalidInput)()
