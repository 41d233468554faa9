"""Two ways through a list: numbered pages for what stays small, cursors for what grows."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DataError
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination as DrfCursorPagination
from rest_framework.pagination import PageNumberPagination

PAGE_SIZE = 50
MAX_PAGE_SIZE = 200


class PagePagination(PageNumberPagination):
    """``?page=2&page_size=50`` with a total count."""

    page_size = PAGE_SIZE
    max_page_size = MAX_PAGE_SIZE
    page_size_query_param = "page_size"


class CursorPagination(DrfCursorPagination):
    """Keyset pages for ledgers and logs: cost does not grow with how far one reads."""

    page_size = PAGE_SIZE
    max_page_size = MAX_PAGE_SIZE
    page_size_query_param = "page_size"
    ordering = "-id"

    def paginate_queryset(self, queryset: Any, request: Any, view: Any = None) -> Any:
        try:
            return super().paginate_queryset(queryset, request, view)
        except (ValueError, TypeError, ValidationError, DataError) as exc:
            # A cursor that decodes, but to a place that cannot be in this list.
            raise NotFound(self.invalid_cursor_message) from exc


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
