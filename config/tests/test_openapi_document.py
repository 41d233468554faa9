"""The OpenAPI document, its pages, and what they promise to those who read them."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser

import pytest
from django.test import Client
from drf_spectacular.generators import SchemaGenerator

VERBS = ("get", "post", "put", "patch", "delete")


@pytest.fixture(scope="module")
def document():
    return SchemaGenerator().get_schema(request=None, public=True)


@pytest.fixture(scope="module")
def operations(document):
    return {
        f"{verb.upper()} {path}": operation
        for path, verbs in document["paths"].items()
        for verb, operation in verbs.items()
        if verb in VERBS
    }


def test_it_is_openapi_3_1(document):
    assert document["openapi"].startswith("3.1")


def test_operation_ids_are_ours_and_unique(operations):
    ids = [operation["operationId"] for operation in operations.values()]
    assert [one for one, count in Counter(ids).items() if count > 1] == []
    # Those made up from paths begin with the version: they would change with the path.
    assert [one for one in ids if not re.fullmatch(r"[a-z][a-z0-9_]+", one)] == []
    assert [one for one in ids if one.startswith(("api_", "v1_"))] == []


def test_every_operation_says_in_one_line_what_it_does(operations):
    summaries = {name: operation["summary"] for name, operation in operations.items()}
    assert [name for name, text in summaries.items() if not 8 <= len(text) <= 140] == []
    assert [name for name, text in summaries.items() if "\n" in text] == []
    issue = operations["POST /api/v1/inventory/issue/"]
    assert issue["summary"] == "Take goods out of stock that are not sold, first expiring first"
    assert issue["description"].startswith(f"{issue['summary']}.\n\n409 `insufficient_stock`")


@pytest.mark.parametrize(
    ("schema", "name"),
    [("IngredientOut", "unit"), ("IngredientOut", "per_unit"), ("ProductOut", "route")],
)
def test_a_choice_that_may_be_empty_says_so(document, schema, name):
    schemas = document["components"]["schemas"]
    either = schemas[schema]["properties"][name]["oneOf"]
    allowed = [schemas[one["$ref"].rpartition("/")[2]]["enum"] for one in either]
    assert [""] in allowed
    assert len(allowed) == 2


def test_every_operation_documents_its_refusals_as_problems(operations):
    lacking = []
    for name, operation in operations.items():
        refusals = [
            answer
            for status, answer in operation["responses"].items()
            if status.startswith(("4", "5"))
        ]
        if not refusals or any(
            "application/problem+json" not in answer.get("content", {}) for answer in refusals
        ):
            lacking.append(name)
    assert lacking == []


def test_every_body_that_is_sent_has_an_example_or_says_what_its_members_are(document, operations):
    bare = []
    for name, operation in operations.items():
        for media in operation.get("requestBody", {}).get("content", {}).values():
            if "examples" in media or "example" in media:
                continue
            reference = media["schema"].get("$ref", "").rpartition("/")[2]
            schema = document["components"]["schemas"].get(reference, media["schema"])
            if not schema.get("properties") and "items" not in schema:
                bare.append(name)
    assert bare == []


class _Addresses(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag, attributes):
        wanted = {"script": "src", "link": "href", "img": "src", "iframe": "src"}.get(tag)
        self.found += [value for name, value in attributes if name == wanted and value]


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/api/docs/", "/api/redoc/"])
def test_the_pages_of_the_document_need_no_internet(path):
    page = Client().get(path)
    assert page.status_code == 200
    text = page.content.decode()
    addresses = _Addresses()
    addresses.feed(text)
    assert len(addresses.found) >= 1
    assert [one for one in addresses.found if re.match(r"(https?:)?//", one)] == []
    assert "fonts.googleapis" not in text


def test_every_action_a_document_may_offer_is_named(document):
    schemas = document["components"]["schemas"]
    enums = {
        name: schemas[f"{name.removesuffix('DetailOut')}ActionEnum"]["enum"]
        for name, schema in schemas.items()
        if name.endswith("DetailOut") and "allowed_actions" in schema["properties"]
        if schema["properties"]["allowed_actions"]["items"]["$ref"].endswith("ActionEnum")
    }
    assert set(enums) == {
        f"{name}DetailOut"
        for name in ("Invoice", "Order", "Proposal", "Receipt", "Receiving", "Return")
    }
    assert enums["ReceiptDetailOut"] == ["inspect", "bill", "return", "spread_cost", "reverse"]
    assert {"approve", "reject", "submit"} <= set(enums["ProposalDetailOut"])
