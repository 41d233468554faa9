"""Counts over HTTP; above all: a blind one tells those who count nothing of what is expected."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inventory.models import StockCountLine, StockLevel
from inventory.services.locations import location_default
from inventory.tests.stock import in_days, issue, product, receive

pytestmark = pytest.mark.django_db
COUNTS = "/api/v1/inventory/counts/"
EXPECTED, FOUND = 7391, 7388  # nothing else in an answer looks like these
ANOTHER_EXPECTED = 5557


@pytest.fixture
def item():
    item = product()
    receive((item, "A", in_days(90), EXPECTED, 73910))
    receive((item, "B", in_days(200), ANOTHER_EXPECTED, 55570))
    return item


@pytest.fixture
def counter(client_as):
    return client_as("counter")


@pytest.fixture
def approver(client_as):
    return client_as("pharmacist")


def planned(client, **fields):
    body = {"mode": "blind", "scope": "location", "location_id": location_default(), **fields}
    answer = client.post(COUNTS, body)
    assert answer.status_code == 201, answer.json()
    return answer.json()["count"]["id"]


def act(client, count_id, action, body=None):
    return client.post(f"{COUNTS}{count_id}/{action}/", body or {})


def tallied(client, count_id, *figures):
    lines = [{"line": line, "quantity": quantity} for line, quantity in figures]
    return act(client, count_id, "tallies", {"lines": lines})


def in_review(counter, **fields):
    count_id = planned(counter, **fields)
    act(counter, count_id, "start")
    tallied(counter, count_id, (1, FOUND), (2, ANOTHER_EXPECTED))
    assert act(counter, count_id, "finish").status_code == 200
    return count_id


def lines_of(client, count_id, **query):
    return client.get(f"{COUNTS}{count_id}/lines/", query)


def test_a_blind_count_tells_its_counter_nothing(counter, approver, item):
    count_id = planned(counter)
    answers = [
        act(counter, count_id, "start"),
        lines_of(counter, count_id),
        tallied(counter, count_id, (1, FOUND)),
        tallied(counter, count_id, (1, 1), (99, 1)),
        act(counter, count_id, "scans", {"scans": [{"product_id": item}]}),
        act(counter, count_id, "scans",
            {"scans": [{"product_id": item, "batch_number": "B", "quantity": 3}]}),
        act(counter, count_id, "finish"),
        lines_of(counter, count_id),
        lines_of(counter, count_id, status="recount"),
        lines_of(counter, count_id, differing=True),
        counter.get(f"{COUNTS}{count_id}/entries/"),
        counter.get(f"{COUNTS}{count_id}/"),
        counter.get(COUNTS),
        tallied(counter, count_id, (1, 5)),
    ]  # fmt: skip
    assert {answer.status_code for answer in answers} == {200, 403, 422}
    for answer in answers:
        text = answer.content.decode()
        assert str(EXPECTED) not in text
        assert str(ANOTHER_EXPECTED) not in text
        assert f"{EXPECTED - FOUND}" not in [str(row.get("difference")) for row in rows(answer)]
    act(approver, count_id, "waive-recount", {"lines": [1, 2], "reason": "looked"})
    act(approver, count_id, "approve")
    for answer in (lines_of(counter, count_id), counter.get(f"{COUNTS}{count_id}/")):
        assert str(EXPECTED) not in answer.content.decode()


def rows(answer):
    body = answer.json()
    if isinstance(body, list):
        return body
    return body.get("results", [])


def test_a_counter_sees_levels_nowhere_else_either(counter, item):
    for path in ("products/", f"products/{item}/", "batches/", "stock/", "movements/",
                 "documents/", "shortages/", "alerts/", "incoming/"):  # fmt: skip
        assert counter.get(f"/api/v1/inventory/{path}").status_code == 403


def test_who_may_approve_sees_results_only_after_counting_and_if_he_did_not_count(
    counter, approver, client_as, item
):
    count_id = planned(counter, tolerance_units=100)
    act(counter, count_id, "start")
    tallied(counter, count_id, (1, FOUND), (2, ANOTHER_EXPECTED))
    assert str(EXPECTED) not in lines_of(approver, count_id).content.decode()
    act(counter, count_id, "finish")
    first, _second = lines_of(approver, count_id).json()["results"]
    assert (first["expected"], first["counted"], first["difference"]) == (EXPECTED, FOUND, -3)
    body = approver.get(f"{COUNTS}{count_id}/").json()
    assert (body["differences"], body["shortage"], body["surplus"]) == (1, 3, 0)
    act(approver, count_id, "recount", {"lines": [1]})
    assert str(EXPECTED) not in lines_of(approver, count_id).content.decode()
    other = client_as("pharmacist")
    assert tallied(other, count_id, (1, FOUND)).status_code == 200
    assert str(EXPECTED) not in lines_of(other, count_id).content.decode()
    assert str(EXPECTED) in lines_of(approver, count_id).content.decode()
    assert act(other, count_id, "approve").json()["code"] == "approver_counted"


def test_a_second_counter_does_not_see_what_the_first_found(counter, client_as, item):
    count_id = in_review(counter)
    second = client_as("counter")
    (line,) = lines_of(second, count_id, status="recount").json()["results"]
    assert (line["line"], line["counted"], line["expected"]) == (1, None, None)


def test_a_guided_count_shows_what_is_expected_once_counted(counter, item):
    count_id = planned(counter, mode="guided")
    act(counter, count_id, "start")
    assert lines_of(counter, count_id).json()["results"][0]["level_now"] == EXPECTED
    (line,) = tallied(counter, count_id, (1, FOUND)).json()
    assert (line["expected"], line["difference"]) == (EXPECTED, -3)
    assert len(lines_of(counter, count_id, differing=True).json()["results"]) == 1


def test_a_count_goes_from_plan_to_adjustment(counter, approver, item):
    count_id = in_review(counter, tolerance_units=10)
    answer = act(approver, count_id, "approve")
    assert answer.status_code == 200, answer.json()
    body = answer.json()
    assert (body["count"]["state"], body["value"], body["differences"]) == ("posted", "-30.00", 1)
    document = approver.get(f"/api/v1/inventory/documents/{body['document_id']}/").json()
    assert [movement["quantity"] for movement in document["movements"]] == [-3]
    assert StockLevel.objects.get(batch__number="A").quantity == FOUND


def test_problems_of_posting_name_their_lines(counter, approver, client_as, item):
    count_id = planned(counter, tolerance_units=10_000)
    act(counter, count_id, "start")
    tallied(counter, count_id, (1, 1), (2, ANOTHER_EXPECTED))
    act(counter, count_id, "finish")
    issue((item, EXPECTED - 5))
    answer = act(approver, count_id, "approve")
    assert (answer.status_code, answer.json()["code"]) == (409, "count_not_postable")
    (error,) = answer.json()["errors"]
    assert (error["field"], error["code"]) == ("lines.1", "sold_out")
    assert not approver.get("/api/v1/inventory/documents/").json()["results"]
    act(approver, count_id, "skip-lines", {"lines": [1], "reason": "counted wrongly"})
    assert act(approver, count_id, "approve").json()["count"]["state"] == "posted"


@pytest.mark.parametrize("action", ["recount", "waive-recount", "skip-lines", "costs", "approve"])
def test_a_counter_decides_nothing(counter, item, action):
    count_id = in_review(counter)
    assert act(counter, count_id, action).status_code == 403


@pytest.mark.parametrize(
    ("action", "body", "field"),
    [
        ("tallies", {"lines": []}, "lines"),
        ("tallies", {"lines": [{"line": 1, "quantity": -1}]}, "lines.0.quantity"),
        ("scans", {"scans": [{"quantity": 1}]}, "scans.0.code"),
        ("scans", {"scans": [{"code": "1", "product_id": 1}]}, "scans.0.code"),
        ("finish", {"uncounted": "guess"}, "uncounted"),
        ("cancel", {}, "reason"),
    ],
)
def test_malformed_input_names_the_field(counter, item, action, body, field):
    count_id = planned(counter)
    act(counter, count_id, "start")
    answer = act(counter, count_id, action, body)
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_a_count_nobody_made_is_not_found(counter):
    for answer in (
        counter.get(f"{COUNTS}987/"),
        lines_of(counter, 987),
        act(counter, 987, "start"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "count_not_found")


def test_lines_are_paged_by_keys_with_the_same_queries_for_any_number(counter, client_of):
    items = [product() for _ in range(60)]
    receive(*[(item, "A", in_days(90), 5, 50) for item in items])
    count_id = planned(counter)
    act(counter, count_id, "start")

    def page(size):
        with CaptureQueriesContext(connection) as captured:
            body = lines_of(counter, count_id, page_size=size).json()
        return body, len(captured)

    (few, one), (many, fifty) = page(1), page(50)
    assert (len(few["results"]), len(many["results"])) == (1, 50)
    assert one == fifty
    rest = counter.get(many["next"]).json()["results"]
    numbers = [row["line"] for row in many["results"] + rest]
    assert numbers == list(range(1, 61))
    assert StockCountLine.objects.count() == 60
