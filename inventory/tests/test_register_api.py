import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.models import local_date
from inventory.models import RegisterEntry, SignatureRequest, StockMovement
from inventory.services.register.signatures import SIGNATURE_TRANSITIONS, SignatureAction
from inventory.tests.stock import in_days, product, receive, today
from inventory.tests.test_register import controlled, sell

pytestmark = pytest.mark.django_db
CONTROLLED = "/api/v1/inventory/controlled/"


@pytest.fixture
def item():
    item = controlled(name_ar="تراما", name_en="Trama", strength="50 mg", form="cap")
    receive((item, "A", in_days(60), 10, 100))
    sell(item, 3)
    return item


@pytest.fixture
def pharmacist(client_as):
    return client_as("pharmacist")


@pytest.fixture
def second(client_as):
    return client_as("pharmacist")


def period(item, **query):
    query = {"date_from": today(), "date_to": today(), **query}
    return f"{CONTROLLED}registers/{item}/", query


def test_registers_are_listed_with_their_balances(pharmacist, item):
    product()
    (row,) = pharmacist.get(f"{CONTROLLED}registers/").json()["results"]
    assert (row["product_id"], row["balance"], row["entries"]) == (item, 7, 3)


def test_rows_are_paged_by_keys_newest_first(pharmacist, item):
    first = pharmacist.get(f"{CONTROLLED}registers/{item}/entries/", {"page_size": 2}).json()
    assert [row["sequence"] for row in first["results"]] == [3, 2]
    rest = pharmacist.get(first["next"]).json()
    assert [row["sequence"] for row in rest["results"]] == [1]


def test_a_product_that_was_never_controlled_has_no_register(pharmacist):
    answer = pharmacist.get(f"{CONTROLLED}registers/{product()}/entries/")
    assert (answer.status_code, answer.json()["code"]) == (404, "register_not_found")


def test_a_period_has_opening_and_closing_balances_that_add_up(pharmacist, item):
    url, query = period(item)
    body = pharmacist.get(url, query).json()
    assert [body[name] for name in ("opening", "received", "issued", "closing")] == [0, 10, 3, 7]
    assert [row["balance"] for row in body["entries"]] == [0, 10, 7]
    tomorrow = today() + timedelta(days=1)
    body = pharmacist.get(*period(item, date_from=tomorrow, date_to=tomorrow)).json()
    assert [body[name] for name in ("opening", "received", "issued", "closing")] == [7, 0, 0, 7]
    assert body["entries"] == []


@pytest.mark.parametrize(
    ("language", "first", "closing"),
    [("en", "Brought forward", "Closing balance"), ("ar", None, None)],
)
def test_register_is_printed_as_csv_with_both_balances(pharmacist, item, language, first, closing):
    url, query = period(item, format="csv", language=language)
    answer = pharmacist.get(url, query)
    assert answer.status_code == 200
    table = list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    start = next(number for number, row in enumerate(table) if len(row) >= 13)
    rows = table[start + 1 : start + 6]
    assert [row[10] for row in rows] == ["0", "0", "10", "7", "7"]
    assert rows[3][5:8] == ["RX-77", "Dr. Haddad 1432", "P-900"]
    if first:
        assert (rows[0][3], rows[4][3]) == (first, closing)


@pytest.mark.parametrize("name", ["pdf", "xlsx"])
@pytest.mark.parametrize("language", ["ar", "en"])
def test_register_is_printed_as_pdf_and_xlsx(pharmacist, item, name, language):
    answer = pharmacist.get(*period(item, format=name, language=language))
    assert answer.status_code == 200
    assert answer.getvalue().startswith(b"%PDF" if name == "pdf" else b"PK")
    assert str(local_date(timezone.now())) in answer["Content-Disposition"]


def test_a_period_that_ends_before_it_begins_is_refused(pharmacist, item):
    answer = pharmacist.get(*period(item, date_to=today() - timedelta(days=1)))
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "date_to")


def test_who_may_not_see_the_register_does_not(client_as, item):
    assert client_as("cashier").get(f"{CONTROLLED}registers/").status_code == 403


def test_lists_cost_the_same_queries_for_any_number_of_rows(pharmacist):
    def queries(path):
        with CaptureQueriesContext(connection) as captured:
            assert pharmacist.get(f"{CONTROLLED}{path}").status_code == 200
        return len(captured)

    items = [controlled()]
    receive((items[0], "A", in_days(60), 100, 100))
    paths = ["registers/", f"registers/{items[0]}/entries/", "signatures/",
             f"registers/{items[0]}/?date_from={today()}&date_to={today()}"]  # fmt: skip
    asked(pharmacist, items[0])
    sell(items[0], 1)
    few = [queries(path) for path in paths]
    items += [controlled() for _ in range(20)]
    receive(*[(item, "A", in_days(60), 100, 100) for item in items])
    for number in range(20):
        sell(items[0], 1, source=f"again {number}")
        asked(pharmacist, items[0])
    assert [queries(path) for path in paths] == few


# --- Second signatures ---------------------------------------------------------------------------


def adjustment(item, quantity=-1):
    batch = StockMovement.objects.filter(batch__product=item).first().batch_id
    return {"reason": "damage", "note": "dropped", "lines": [{"batch_id": batch,
                                                              "quantity": quantity}]}  # fmt: skip


def asked(client, item):
    answer = client.post(f"{CONTROLLED}adjust/", adjustment(item))
    assert answer.status_code == 201, answer.json()
    return answer.json()["id"]


def decided(client, request_id, action, body=None):
    return client.post(f"{CONTROLLED}signatures/{request_id}/{action}/", body or {})


def test_one_person_alone_cannot_adjust(pharmacist, item):
    answer = pharmacist.post("/api/v1/inventory/adjust/", adjustment(item))
    assert (answer.status_code, answer.json()["code"]) == (422, "second_signature_required")
    assert RegisterEntry.objects.count() == 3


def test_two_people_can(pharmacist, second, item):
    request_id = asked(pharmacist, item)
    assert RegisterEntry.objects.count() == 3
    answer = decided(pharmacist, request_id, "sign")
    assert (answer.status_code, answer.json()["code"]) == (422, "signer_is_requester")
    answer = decided(second, request_id, "sign")
    assert (answer.status_code, answer.json()["state"]) == (200, "signed")
    row = RegisterEntry.objects.latest("sequence")
    assert (row.quantity, row.balance) == (-1, 6)
    assert (row.actor_id, row.cosigner_id) == (second.user.pk, pharmacist.user.pk)
    assert row.movement.source_id == answer.json()["document_id"]


@pytest.mark.parametrize(
    ("path", "body", "quantity"),
    [
        ("issue", {"reason": "donation", "lines": [{"product_id": "item", "quantity": 2}]}, -2),
        ("receive", {"reason": "gift", "lines": [{"product_id": "item", "quantity": 4,
         "batch_number": "G", "expiry_date": "2040-01-31", "total_cost": "8.50"}]}, 4),
    ],
)  # fmt: skip
def test_receipts_and_issues_by_hand_take_two_people_as_well(
    pharmacist, second, item, path, body, quantity
):
    line = {**body["lines"][0], "product_id": item}
    body = {**body, "lines": [line]}
    alone = pharmacist.post(f"/api/v1/inventory/{path}/", body)
    assert alone.json()["code"] == "second_signature_required"
    request_id = pharmacist.post(f"{CONTROLLED}{path}/", body).json()["id"]
    assert decided(second, request_id, "sign").status_code == 200
    assert RegisterEntry.objects.latest("sequence").quantity == quantity


def test_repacking_takes_two_people(pharmacist, second, item):
    line = {**adjustment(item)["lines"][0], "quantity": 2, "to_product_id": item, "to_quantity": 2,
            "to_batch_number": "A2", "to_expiry_date": str(in_days(30))}  # fmt: skip
    alone = pharmacist.post("/api/v1/inventory/repack/", {"lines": [line]})
    assert alone.json()["code"] == "second_signature_required", alone.json()
    request_id = pharmacist.post(f"{CONTROLLED}repack/", {"lines": [line]}).json()["id"]
    assert decided(second, request_id, "sign").json()["state"] == "signed"
    rows = RegisterEntry.objects.order_by("-sequence").values_list("quantity", "balance")[:2]
    assert list(rows) == [(2, 7), (-2, 5)]


def test_undoing_a_document_takes_two_people_again(client_as, second, item):
    owner = client_as("owner")
    signed = decided(second, asked(owner, item), "sign").json()
    body = {"reason": "it was the other batch"}
    path = f"documents/{signed['document_id']}/reverse/"
    alone = owner.post(f"/api/v1/inventory/{path}", body)
    assert alone.json()["code"] == "second_signature_required", alone.json()
    asking = owner.post(f"{CONTROLLED}reverse/{signed['document_id']}/", body)
    assert asking.json()["undoes_id"] == signed["document_id"]
    assert decided(second, asking.json()["id"], "sign").status_code == 200
    row = RegisterEntry.objects.latest("sequence")
    assert (row.quantity, row.balance, row.movement.reverses.quantity) == (1, 7, -1)


def test_what_could_not_be_posted_is_not_even_asked_for(pharmacist, item):
    answer = pharmacist.post(f"{CONTROLLED}adjust/", adjustment(item, quantity=-8))
    assert (answer.status_code, answer.json()["code"]) == (409, "insufficient_stock")
    assert not SignatureRequest.objects.exists()


def test_asking_leaves_nothing_behind_but_the_request(pharmacist, item):
    before = StockMovement.objects.count()
    asked(pharmacist, item)
    assert (StockMovement.objects.count(), SignatureRequest.objects.count()) == (before, 1)


def test_refusal_says_why_and_only_the_requester_withdraws(pharmacist, second, item):
    request_id = asked(pharmacist, item)
    assert decided(second, request_id, "withdraw").status_code == 403
    assert decided(second, request_id, "refuse").status_code == 400
    answer = decided(second, request_id, "refuse", {"note": "not broken"})
    assert (answer.json()["state"], answer.json()["decision_note"]) == ("refused", "not broken")
    other = asked(pharmacist, item)
    assert decided(pharmacist, other, "withdraw").json()["state"] == "withdrawn"


@pytest.mark.parametrize("action", list(SignatureAction))
@pytest.mark.parametrize("ended_by", list(SignatureAction))
def test_a_decided_request_stays_as_it_is(pharmacist, second, item, ended_by, action):
    request_id = asked(pharmacist, item)

    def take(step):
        client = pharmacist if step == SignatureAction.WITHDRAW else second
        return decided(client, request_id, step, {"note": "no"} if step == "refuse" else None)

    state = take(ended_by).json()["state"]
    assert state == SIGNATURE_TRANSITIONS["waiting", ended_by]
    answer = take(action)
    assert (answer.status_code, answer.json()["code"]) == (409, "signature_state_refused")
    assert SignatureRequest.objects.get().state == state
