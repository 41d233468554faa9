"""Holds answers against the OpenAPI document: what a test is answered must be promised there."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import jsonschema_rs
from django.http import HttpResponse
from django.urls import Resolver404, resolve
from drf_spectacular.generators import SchemaGenerator

_CONVERTER = re.compile(r"<(?:\w+:)?(\w+)>")


def check_documented(response: HttpResponse, *, method: str, path: str) -> None:
    """Raises AssertionError where a JSON answer of the API is not of its documented shape."""
    if "json" not in response.get("Content-Type", "") or response.streaming:
        return
    template = _template(urlsplit(path).path)
    operation = _document()["paths"].get(template, {}).get(method.lower())
    if operation is None:
        return
    shape = _shape(template, method.lower(), response.status_code)
    assert shape is not None, f"{method} {template}: {response.status_code} is not documented"
    faults = [
        f"/{'/'.join(map(str, fault.instance_path))}: {fault.message}"
        for fault in shape.iter_errors(json.loads(response.content))
    ]
    assert not faults, f"{method} {template}: {response.status_code} is not as documented: {faults}"


def _template(path: str) -> str:
    """The path as the document writes it: `/api/v1/users/{user_id}/`."""
    try:
        return "/" + _CONVERTER.sub(r"{\1}", resolve(path).route)
    except Resolver404:
        return ""


@cache
def _document() -> dict[str, Any]:
    return SchemaGenerator().get_schema(public=True)


def _shape(template: str, method: str, status: int) -> jsonschema_rs.Draft202012Validator | None:
    """None where the document names no such status."""
    answer = _document()["paths"][template][method]["responses"].get(str(status))
    if answer is None:
        return None
    content = answer.get("content", {})
    schema: dict[str, Any] = next(
        (media["schema"] for kind, media in content.items() if "json" in kind), {}
    )
    return _validator(json.dumps(schema))


@cache
def _validator(schema: str) -> jsonschema_rs.Draft202012Validator:
    """One for each schema, as it is costly to make: all problems share theirs."""
    return jsonschema_rs.Draft202012Validator(
        {**json.loads(schema), "components": _document()["components"]}
    )
