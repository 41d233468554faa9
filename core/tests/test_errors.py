import threading

import pytest
from django.db import connection, transaction
from rest_framework.test import APIClient

from core.models import DocumentSeries

MEMBERS = {"type", "title", "status", "code", "detail", "instance", "request_id", "errors"}


def problem(response, status, code):
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    body = response.json()
    assert set(body) >= MEMBERS
    assert (body["status"], body["code"]) == (status, code)
    assert body["type"] == f"urn:pharmacio:problem:{code}"
    assert body["request_id"] == response["X-Request-ID"]
    return body


def test_faulty_fields_are_all_named_with_their_path(tiny_api):
    response = tiny_api.post(
        "/api/orders/",
        {"amount": "-1", "lines": [{"product_id": 1, "quantity": 1}, {"quantity": 0, "colour": 1}]},
    )
    body = problem(response, 400, "invalid_input")
    assert {(error["field"], error["code"]) for error in body["errors"]} >= {
        ("amount", "min_value"),
        ("lines.1.colour", "unknown_field"),
    }
    assert all(error["detail"] for error in body["errors"])


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "1e20", "0.001", "", None, [], {}])
def test_amounts_that_are_no_money_are_refused_by_field(tiny_api, amount):
    body = problem(tiny_api.post("/api/orders/", {"amount": amount}), 400, "invalid_input")
    assert [error["field"] for error in body["errors"]] == ["amount"]


def test_malformed_json_is_a_problem(tiny_api):
    response = tiny_api.post("/api/orders/", "{", content_type="application/json")
    problem(response, 400, "invalid_input")


def test_unsupported_content_type_is_a_problem(tiny_api):
    problem(tiny_api.post("/api/orders/", "<a/>", content_type="text/xml"), 415, "unsupported_type")


def test_missing_token_is_a_problem_with_a_challenge(tiny_api):
    response = APIClient().get("/api/orders/")
    problem(response, 401, "not_authenticated")
    assert response["WWW-Authenticate"].startswith("Bearer")


def test_missing_permission_is_a_problem(tiny_api):
    problem(tiny_api.get("/api/series/1/"), 403, "forbidden")


@pytest.mark.parametrize("path", ["/api/nowhere/", "/api/series/0/", f"/api/series/{2**63}/"])
def test_unknown_paths_and_impossible_ids_are_problems(tiny_api, path):
    problem(tiny_api.get(path), 404, "not_found")


@pytest.mark.parametrize("method", ["DELETE", "TRACE", "QUERY", "PARSE"])
def test_wrong_method_is_a_problem_that_lists_the_right_ones(tiny_api, method):
    response = tiny_api.generic(method, "/api/orders/")
    problem(response, 405, "method_not_allowed")
    assert response["Allow"] == "GET, POST, HEAD, OPTIONS"


def test_domain_error_carries_its_fields_and_facts(tiny_api):
    body = problem(tiny_api.post("/api/orders/", {"amount": "13"}), 409, "conflict")
    assert body["detail"] == "Thirteen is refused."
    assert body["errors"] == [{"field": "amount", "code": "unlucky", "detail": "Choose another."}]
    assert body["number"].startswith("ORDER-")


@pytest.mark.parametrize("path", ["/api/crash/", "/api/undeclared/"])
def test_unexpected_fault_says_nothing_of_its_cause(tiny_api, path):
    body = problem(tiny_api.get(path), 500, "internal_error")
    assert "secret detail" not in str(body)


def test_unexpected_fault_in_a_view_changes_nothing(tiny_api):
    problem(tiny_api.post("/api/orders/", {"amount": "500"}), 500, "internal_error")
    assert not DocumentSeries.objects.exists()


def test_problem_is_translated_and_its_code_is_not(tiny_api):
    english = tiny_api.get("/api/nowhere/", headers={"Accept-Language": "en"}).json()
    assert english["title"] == "There is no such thing"


def test_page_outside_the_api_keeps_its_own_error_page(tiny_api):
    response = tiny_api.get("/page/crash/")
    assert response.status_code == 500
    assert response["Content-Type"].startswith("text/html")


@pytest.mark.django_db(transaction=True)
def test_row_locked_by_somebody_else_is_a_conflict_to_retry(tiny_api):
    DocumentSeries.objects.create(series="X", fiscal_year=2026, last_number=1)
    locked, done = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            list(DocumentSeries.objects.select_for_update())
            locked.set()
            done.wait(10)
        connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    locked.wait(10)
    response = tiny_api.post("/api/locking/")
    done.set()
    thread.join()
    problem(response, 409, "resource_busy")
    assert response["Retry-After"] == "1"


def test_body_over_the_limit_is_refused_unread(tiny_api, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    response = tiny_api.post("/api/orders/", {"amount": "1" * 100})
    assert "100" in problem(response, 413, "too_large")["detail"]
