"""What the OpenAPI document says of every operation, added in one place.

Stable operation ids come from each view's ``extend_schema``; here every operation gets its
errors, its permission, and the headers and paging parameters that ``core.api`` gives it.
"""

from __future__ import annotations

import re
from typing import Any

from drf_spectacular.extensions import (
    OpenApiAuthenticationExtension,
    OpenApiSerializerFieldExtension,
)
from drf_spectacular.openapi import AutoSchema
from rest_framework.permissions import SAFE_METHODS
from rest_framework.views import APIView

from core.api import AUTHENTICATED, PUBLIC, ApiView
from core.errors import PROBLEM_CONTENT_TYPE, PROBLEM_TYPE_PREFIX
from core.pagination import MAX_PAGE_SIZE, PAGE_SIZE

# Authentication of views for people; a public view with another one is for a machine.
_FOR_USERS = ((), tuple(APIView.authentication_classes))
# The end of a first sentence or paragraph; what follows is for whoever opens the operation.
_SENTENCE_END = re.compile(r"(?<=[.!?])\s|\n\s*\n")
_PROBLEM_REF = {"$ref": "#/components/schemas/Problem"}

PROBLEM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "description": "RFC 9457 problem. `code` is stable; `title` and `detail` are translated.",
    "required": ["type", "title", "status", "code", "detail", "instance", "request_id", "errors"],
    "properties": {
        "type": {"type": "string", "example": f"{PROBLEM_TYPE_PREFIX}insufficient_stock"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "example": "insufficient_stock"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "request_id": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "code", "detail"],
                "properties": {
                    "field": {"type": "string", "example": "lines.0.quantity"},
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                },
            },
        },
    },
    "additionalProperties": True,
}

_ERRORS = {
    "400": ("malformed_request", "Malformed: see `errors` for each faulty field."),
    "401": ("not_authenticated", "No valid access token."),
    "403": ("forbidden", "The permission is missing."),
    "404": ("not_found", "There is no such thing."),
    "405": ("method_not_allowed", "This method is not allowed here."),
    "406": ("not_acceptable", "Only JSON can be answered here."),
    "409": ("conflict", "State, duplicate or lock conflict."),
    "413": ("too_large", "The body is too large."),
    "415": ("unsupported_type", "This content type is not supported."),
    "422": ("rule_refused", "A rule of the pharmacy refused."),
    "429": ("throttled", "Too many requests; see Retry-After."),
    "500": ("internal_error", "A fault of ours; quote the request_id."),
    "503": ("unavailable", "Not available now; see Retry-After."),
}

_IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "minLength": 8, "maxLength": 100, "pattern": "^[!-~]{8,100}$"},
    "description": "A fresh UUID per intent. Sent again with the same body, the first answer is "
    "replayed and nothing happens twice; with another body, 422.",
}
_PAGE_SIZE = {
    "name": "page_size",
    "in": "query",
    "schema": {"type": "integer", "minimum": 1, "maximum": MAX_PAGE_SIZE, "default": PAGE_SIZE},
    "description": "Rows per page.",
}
_PAGING = {
    "Page": (
        {
            "name": "page",
            "in": "query",
            "schema": {"type": "integer", "minimum": 1, "default": 1},
            "description": "Number of the page, from 1.",
        },
        _PAGE_SIZE,
    ),
    "Stream": (
        {
            "name": "cursor",
            "in": "query",
            "schema": {"type": "string"},
            "description": "Opaque place in the list, from `next` or `previous`.",
        },
        _PAGE_SIZE,
    ),
}


class ProblemAutoSchema(AutoSchema):
    """drf-spectacular's view inspector with the manners of this API."""

    def get_tags(self) -> list[str]:
        return [self.path.removeprefix("/api/v1/").split("/")[0]]

    def get_summary(self) -> str:
        """What a list of operations shows: the first sentence of what is said of this one."""
        stated: str = super().get_summary() or self.get_description()
        first = _SENTENCE_END.split(stated.strip(), maxsplit=1)[0]
        return " ".join(first.split()).removesuffix(".")

    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        operation = super().get_operation(*args, **kwargs)
        if operation is None:
            return None
        declared = getattr(self.view, "permissions", {}).get(self.method.lower(), AUTHENTICATED)
        self._describe_permission(operation, declared)
        self._add_parameters(operation)
        responses = operation["responses"]
        for status in self._error_statuses(declared, "parameters" in operation):
            responses.setdefault(status, _problem_response(status))
        operation["responses"] = dict(sorted(responses.items()))
        return operation

    def _describe_permission(self, operation: dict[str, Any], declared: str) -> None:
        if declared == PUBLIC:
            if tuple(self.view.authentication_classes) in _FOR_USERS:
                operation["security"] = []
        elif declared != AUTHENTICATED:
            text = operation.get("description", "")
            operation["description"] = f"{text}\n\nPermission: `{declared}`".strip()
            operation["x-permission"] = declared

    def _add_parameters(self, operation: dict[str, Any]) -> None:
        added = [*_PAGING.get(_paging_of(operation), ())]
        if self._runs_once():
            added.append(_IDEMPOTENCY_KEY)
        if added:
            operation.setdefault("parameters", []).extend(added)

    def _runs_once(self) -> bool:
        return (
            self.method not in SAFE_METHODS
            and isinstance(self.view, ApiView)
            and self.view.idempotent
        )

    def _error_statuses(self, declared: str, has_parameters: bool) -> list[str]:
        statuses = ["405", "406", "429", "500", "503"]
        statuses += [str(status) for status in getattr(self.view, "extra_problems", ())]
        if declared != PUBLIC:
            statuses.append("401")
        if declared not in (PUBLIC, AUTHENTICATED):
            statuses.append("403")
        if self.method not in SAFE_METHODS:
            statuses += ["400", "409", "413", "415", "422"]
        elif has_parameters:
            statuses.append("400")
        if "{" in self.path or has_parameters or self.method not in SAFE_METHODS:
            statuses.append("404")
        return statuses


def _paging_of(operation: dict[str, Any]) -> str:
    content = operation["responses"].get("200", {}).get("content", {})
    name = content.get("application/json", {}).get("schema", {}).get("$ref", "").split("/")[-1]
    return next((kind for kind in _PAGING if name.endswith(kind)), "")


def _problem_response(status: str) -> dict[str, Any]:
    code, description = _ERRORS[status]
    example = {
        "type": f"{PROBLEM_TYPE_PREFIX}{code}",
        "title": description,
        "status": int(status),
        "code": code,
        "detail": description,
        "instance": "/api/v1/…",
        "request_id": "5f0c2c4be3f24d1a9b7e6c1d2a3b4c5d",
        "errors": [],
    }
    return {
        "description": description,
        "content": {PROBLEM_CONTENT_TYPE: {"schema": _PROBLEM_REF, "example": example}},
    }


def add_problem_schema(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Post-processing hook: the one component every error response refers to."""
    schemas = result.setdefault("components", {}).setdefault("schemas", {})
    schemas["Problem"] = PROBLEM_SCHEMA
    result["components"]["schemas"] = dict(sorted(schemas.items()))
    return result


class EngineTokenScheme(OpenApiAuthenticationExtension):
    target_class = "ai_integration.api.authentication.EngineTokenAuthentication"
    name = "serviceToken"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "The bare INTERNAL_SERVICE_TOKEN, for the AI engine's callback.",
        }


class JWTScheme(OpenApiAuthenticationExtension):
    target_class = "users.authentication.JWTAuthentication"
    name = "accessToken"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}


class MoneyOutSchema(OpenApiSerializerFieldExtension):
    target_class = "core.api.MoneyOut"

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        return {
            "type": "string",
            "format": "decimal",
            "pattern": r"^-?\d+(\.\d+)?$",
            "example": "12500.00",
            "description": "Money in the pharmacy's currency, with the currency's places.",
        }
