from base64 import b64encode
from typing import NamedTuple

import pytest
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from core.models import DocumentSeries
from core.pagination import CursorPagination


@pytest.fixture
def series(db):
    DocumentSeries.objects.bulk_create(
        DocumentSeries(series=f"S{n}", fiscal_year=2026, last_number=n) for n in range(7)
    )


def test_cursor_pages_show_every_row_once(tiny_api, series):
    numbers, url = [], "/api/orders/?page_size=3"
    while url:
        body = tiny_api.get(url).json()
        numbers += [row["last_number"] for row in body["results"]]
        url = body["next"]
    assert numbers == [6, 5, 4, 3, 2, 1, 0]


def test_cursor_pages_lead_back_as_well(tiny_api, series):
    first = tiny_api.get("/api/orders/?page_size=3").json()
    second = tiny_api.get(first["next"]).json()
    third = tiny_api.get(second["next"]).json()
    assert (first["previous"], third["next"]) == (None, None)
    back = tiny_api.get(third["previous"]).json()
    assert back["results"] == second["results"]
    again = tiny_api.get(back["previous"]).json()
    assert again["results"] == first["results"]
    assert again["previous"] is None
    assert tiny_api.get(again["next"]).json()["results"] == second["results"]


@pytest.mark.parametrize(
    "keys",
    [
        ("-last_number", "-id"),
        ("last_number", "id"),
        ("-last_number", "id"),
        ("last_number", "-id"),
    ],
)
@pytest.mark.parametrize("size", [1, 2, 3, 20])
def test_equal_rows_are_neither_lost_nor_shown_twice(db, keys, size):
    """However many rows share the first key, as all the lines of an opening balance do."""
    DocumentSeries.objects.bulk_create(
        DocumentSeries(series=f"S{n}", fiscal_year=2026, last_number=tie)
        for n, tie in enumerate([3, 1, 3, 3, 2, 3, 1, 3])
    )
    forwards, backwards = [], []
    url, last = f"/?page_size={size}", ""
    while url:
        forwards.append(_page(url, keys))
        url, last = forwards[-1].next, url
    url = last
    while url:
        backwards.append(_page(url, keys))
        url = backwards[-1].previous
    expected = list(DocumentSeries.objects.order_by(*keys))
    assert [row for page in forwards for row in page.rows] == expected
    assert [row for page in reversed(backwards) for row in page.rows] == expected


class Page(NamedTuple):
    rows: list
    next: str | None
    previous: str | None


def _page(url, keys):
    pages = CursorPagination()
    pages.ordering = keys
    rows = pages.paginate_queryset(
        DocumentSeries.objects.all(), Request(APIRequestFactory().get(url))
    )
    links = pages.get_paginated_response([]).data
    return Page(rows, links["next"], links["previous"])


def test_pages_cost_the_same_however_far_one_reads(tiny_api, series, django_assert_num_queries):
    first = tiny_api.get("/api/orders/?page_size=2").json()
    with django_assert_num_queries(1):
        tiny_api.get(first["next"])


@pytest.mark.parametrize(
    "position",
    [
        b"p=x", b"\xff", b"", b"null", b"[]", b"[false]", b"[false,1,2]", b"[1,2]", b"[false,[1]]",
        b'[false,"x"]', b'[true,"\\u0000"]', b"[false,%d]" % 10**30, b'{"a":1}', b"[" * 9000,
    ],
)  # fmt: skip
def test_cursor_that_leads_nowhere_is_a_problem(tiny_api, series, position):
    response = tiny_api.get("/api/orders/", {"cursor": b64encode(position).decode()})
    assert response.status_code in (200, 404)
