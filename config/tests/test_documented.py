"""The check of answers against the OpenAPI document fails where it should."""

import pytest
from django.http import HttpResponse, JsonResponse

from config.tests.documented import check_documented

ME = "/api/v1/auth/me/"


def check(answer: dict, status: int, method: str = "GET", path: str = ME) -> None:
    check_documented(JsonResponse(answer, status=status), method=method, path=path)


def test_an_answer_of_another_shape_fails_naming_the_place():
    with pytest.raises(AssertionError, match=r"auth/me/: 200 .*/id: null is not"):
        check({"id": None}, 200)


def test_a_status_the_document_does_not_name_fails():
    with pytest.raises(AssertionError, match="418 is not documented"):
        check({}, 418)


def test_what_is_no_json_of_the_api_is_left_alone():
    check({"id": None}, 200, path="/admin/")
    check({"id": None}, 200, method="DELETE")
    check_documented(HttpResponse("id"), method="GET", path=ME)
