"""Two ways through a list: numbered pages for what stays small, cursors for what grows."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple, Protocol

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import DataError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.pagination import BasePagination, PageNumberPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

CURSOR = "cursor"
PAGE_SIZE_PARAMETER = "page_size"
PAGE_SIZE = 50
MAX_PAGE_SIZE = 200
LONGEST_CURSOR = 1000


class PagePagination(PageNumberPagination):
    """``?page=2&page_size=50`` with a total count."""

    page_size = PAGE_SIZE
    max_page_size = MAX_PAGE_SIZE
    page_size_query_param = PAGE_SIZE_PARAMETER


class Pages(Protocol):
    """What numbered pages can be made of besides a queryset; its rows have an order."""

    ordered: bool

    def count(self) -> int: ...

    def __getitem__(self, wanted: slice) -> list[Any]: ...


class KeysFirst:
    """A queryset for numbered pages whose annotations are dear: computed for the page's rows only.

    The database would otherwise compute them for every row it sorts or skips. Two queries a page.
    """

    ordered = True

    def __init__(self, queryset: QuerySet[Any]) -> None:
        self._queryset = queryset

    def count(self) -> int:
        return self._queryset.count()

    __len__ = count

    def __getitem__(self, wanted: slice) -> list[Any]:
        keys = list(self._queryset.values_list("pk", flat=True)[wanted])
        return list(self._queryset.filter(pk__in=keys))


class CursorPagination(BasePagination):
    """Keyset pages for ledgers and logs: cost does not grow with how far one reads.

    ordering: names of columns that are never NULL, unique taken together and indexed in this
    order; a leading "-" for descending. Relations are followed if the rows hold them already.
    """

    ordering: str | tuple[str, ...] = "-id"

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self._request = request
        self._keys = (self.ordering,) if isinstance(self.ordering, str) else self.ordering
        try:
            place = _place_of(request.query_params.get(CURSOR), len(self._keys))
            return self._read(queryset, place)
        except (ValueError, TypeError, ValidationError, DataError) as exc:
            # A cursor that decodes, but to a place that cannot be in this list.
            raise NotFound(_("Invalid cursor")) from exc

    def _read(self, queryset: Any, place: _Place | None) -> list[Any]:
        backwards = place is not None and place.backwards
        keys = tuple(_turned(key) for key in self._keys) if backwards else self._keys
        rows = queryset.order_by(*keys)
        if place is not None:
            rows = rows.filter(_beyond(keys, place.values))
        size = self._page_size()
        found = list(rows[: size + 1])
        more, page = len(found) > size, found[:size]
        if backwards:
            page.reverse()
        before, after = (more, True) if backwards else (place is not None, more)
        self._previous = self._link(page[0], backwards=True) if page and before else None
        self._next = self._link(page[-1], backwards=False) if page and after else None
        return page

    def _page_size(self) -> int:
        try:
            asked = int(self._request.query_params.get(PAGE_SIZE_PARAMETER, PAGE_SIZE))
        except ValueError:
            return PAGE_SIZE
        return min(asked, MAX_PAGE_SIZE) if asked > 0 else PAGE_SIZE

    def _link(self, row: Any, *, backwards: bool) -> str:
        values = [_value(row, key.removeprefix("-")) for key in self._keys]
        token = cursor_to(values, backwards=backwards)
        return replace_query_param(self._request.build_absolute_uri(), CURSOR, token)

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"next": self._next, "previous": self._previous, "results": data})


class _Place(NamedTuple):
    """The row a page begins beyond, by the values of its ordering."""

    values: list[Any]
    backwards: bool


def cursor_to(values: Sequence[Any], *, backwards: bool = False) -> str:
    """The cursor of the page after (or before) the row whose ordering has these values."""
    text = json.dumps([backwards, *values], cls=DjangoJSONEncoder, separators=(",", ":"))
    return urlsafe_b64encode(text.encode()).decode()


def _place_of(token: str | None, keys: int) -> _Place | None:
    """Raises ValueError for what `cursor_to` did not make."""
    if not token:
        return None
    if len(token) > LONGEST_CURSOR:
        raise ValueError(token)
    match json.loads(urlsafe_b64decode(token)):
        case [bool(backwards), *values] if len(values) == keys and all(
            isinstance(value, str | int) for value in values
        ):
            return _Place(values, backwards)
    raise ValueError(token)


def _turned(key: str) -> str:
    return key[1:] if key.startswith("-") else f"-{key}"


def _beyond(keys: Sequence[str], values: Sequence[Any]) -> Q:
    """Rows after the one with these values: (a, b) > (x, y), each key in its own direction."""
    name, way = keys[0].removeprefix("-"), "lt" if keys[0].startswith("-") else "gt"
    further = Q(**{f"{name}__{way}": values[0]})
    if len(keys) == 1:
        return further
    tied = Q(**{name: values[0]}) & _beyond(keys[1:], values[1:])
    # Implied by the rest, but what an index can be searched by.
    return Q(**{f"{name}__{way}e": values[0]}) & (further | tied)


def _value(row: Any, path: str) -> Any:
    for step in path.split("__"):
        row = getattr(row, step)
    return row


@cache
def page_of(row: type[serializers.Serializer]) -> type[serializers.Serializer]:
    """The envelope of ``ApiView.page`` around ``row``, for the OpenAPI document."""
    return _envelope("Page", row, count=serializers.IntegerField())


@cache
def stream_of(
    row: type[serializers.Serializer], **extra: serializers.Field
) -> type[serializers.Serializer]:
    """The envelope of ``ApiView.stream`` around ``row``, for the OpenAPI document.

    extra: members a view adds to the envelope.
    """
    return _envelope("Stream", row, **extra)


def _envelope(
    kind: str, row: type[serializers.Serializer], **extra: serializers.Field
) -> type[serializers.Serializer]:
    name = f"{row.__name__.removesuffix('Serializer')}{kind}"
    members = {
        **extra,
        "next": serializers.URLField(allow_null=True),
        "previous": serializers.URLField(allow_null=True),
        "results": row(many=True),
        "paging": kind.lower(),
    }
    return type(name, (serializers.Serializer,), members)
