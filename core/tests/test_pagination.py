from base64 import b64encode

import pytest

from core.models import DocumentSeries


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


def test_pages_cost_the_same_however_far_one_reads(tiny_api, series, django_assert_num_queries):
    first = tiny_api.get("/api/orders/?page_size=2").json()
    with django_assert_num_queries(1):
        tiny_api.get(first["next"])


@pytest.mark.parametrize("position", [b"p=x", b"p=%00", b"p=1&o=abc", b"\xff", b"p=" + b"9" * 30])
def test_cursor_that_leads_nowhere_is_a_problem(tiny_api, series, position):
    response = tiny_api.get("/api/orders/", {"cursor": b64encode(position).decode()})
    assert response.status_code in (200, 404)
