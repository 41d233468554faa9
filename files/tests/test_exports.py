"""One endpoint, four formats, two languages."""

import pytest
from rest_framework.test import APIClient

pytestmark = pytest.mark.urls("files.tests.urls")
URL = "/api/v1/balances/"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def client():
    return APIClient()


def test_a_report_is_json_unless_something_else_is_asked_for(client):
    response = client.get(URL, headers={"Accept-Language": "en"})
    assert response["Content-Type"] == "application/json"
    assert response.json() == {"title": "Balances"}


@pytest.mark.parametrize(
    ("name", "media_type", "start"),
    [
        ("csv", "text/csv", b"\xef\xbb\xbf"),
        ("xlsx", XLSX, b"PK"),
        ("pdf", "application/pdf", b"%PDF"),
    ],
)
def test_a_report_is_a_file_by_format_or_by_accept(client, name, media_type, start):
    by_format = client.get(URL, {"format": name})
    by_accept = client.get(URL, headers={"Accept": media_type})
    for response in (by_format, by_accept):
        assert response.status_code == 200
        assert response["Content-Type"].startswith(media_type)
        assert f'filename="balances-2026-03-31.{name}"' in response["Content-Disposition"]
        assert response.getvalue().startswith(start)


def test_the_language_is_asked_for_by_parameter_or_by_header(client):
    by_parameter = client.get(URL, {"format": "csv", "language": "en"})
    by_header = client.get(URL, {"format": "csv"}, headers={"Accept-Language": "en"})
    arabic = client.get(URL, {"format": "csv", "language": "ar"}, headers={"Accept-Language": "en"})
    assert "Account" in by_parameter.getvalue().decode()
    assert "Account" in by_header.getvalue().decode()
    assert "الحساب" in arabic.getvalue().decode()
    assert arabic["Content-Language"] == "ar"
    assert "filename*=UTF-8''%D9%83" in arabic["Content-Disposition"]


@pytest.mark.parametrize(("parameter", "value"), [("format", "docx"), ("language", "fr")])
def test_an_unknown_format_or_language_names_the_known_ones(client, parameter, value):
    response = client.get(URL, {parameter: value})
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    (problem,) = response.json()["errors"]
    assert problem["field"] == parameter
    assert "ar" in problem["detail"] or "csv" in problem["detail"]


def test_a_refusal_of_an_export_is_a_problem_not_a_file(client):
    response = client.get(URL, {"format": "pdf", "surprise": "1"})
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["errors"][0]["field"] == "surprise"


def test_what_cannot_be_answered_is_not_acceptable(client):
    response = client.get(URL, headers={"Accept": "image/png"})
    assert (response.status_code, response.json()["code"]) == (406, "not_acceptable")
