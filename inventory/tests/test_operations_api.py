"""Transfers, write-offs, recalls and the rest over HTTP."""

import pytest

from inventory.models import Batch, Location
from inventory.tests.stock import (
    everything,
    in_days,
    issue,
    main_store,
    on_hand,
    place,
    product,
    receive,
    reserve,
)

pytestmark = pytest.mark.django_db
API = "/api/v1/inventory"


@pytest.fixture
def pharmacist(client_as):
    return client_as("pharmacist")


@pytest.fixture
def goods():
    """A product of two batches, five units each; (product, SOON, LATE)."""
    item = product()
    soon, late = receive((item, "SOON", in_days(30), 5, 50), (item, "LATE", in_days(300), 5, 50))
    return item, soon.batch_id, late.batch_id


def test_a_transfer_travels_and_arrives(pharmacist, goods):
    item, soon, _late = goods
    back = pharmacist.post(
        f"{API}/locations/", {"code": "back", "name": "المستودع الخلفي", "kind": "back_store"}
    ).json()["id"]
    place("in_transit")
    answer = pharmacist.post(
        f"{API}/transfers/",
        {"origin_id": main_store(), "destination_id": back, "in_transit": True,
         "lines": [{"batch_id": soon, "quantity": 2}, {"product_id": item, "quantity": 4}]},
        format="json",
    )  # fmt: skip
    assert answer.status_code == 201
    assert [line["quantity"] for line in answer.json()["lines"]] == [2, 3, 1]
    path = f"{API}/transfers/{answer.json()['id']}/"
    arrived = pharmacist.post(
        f"{path}receive/", {"lines": [{"line": 0, "quantity": 2}]}, format="json"
    )
    assert (arrived.status_code, arrived.json()["status"]) == (200, "in_transit")
    assert pharmacist.post(f"{path}receive/", {}, format="json").json()["status"] == "completed"
    refused = pharmacist.post(f"{path}cancel/")
    assert (refused.status_code, refused.json()["code"]) == (409, "transfer_refused")
    assert [row["id"] for row in pharmacist.get(f"{API}/transfers/").json()["results"]] == [
        answer.json()["id"]
    ]


def test_what_a_place_lacks_or_has_too_much_of_is_listed(pharmacist, goods):
    item, _soon, _late = goods
    path = f"{API}/locations/{main_store()}/limits/"
    assert pharmacist.put(f"{path}{item}/", {"min_stock": 20, "max_stock": 30}).status_code == 200
    (row,) = pharmacist.get(path, {"below_minimum": True}).json()["results"]
    assert (row["product_id"], row["quantity"], row["needed"]) == (item, 10, 20)
    pharmacist.put(f"{path}{item}/", {"min_stock": 10, "max_stock": 30})
    assert pharmacist.get(path, {"below_minimum": True}).json()["results"] == []
    assert pharmacist.get(path, {"above_maximum": True}).json()["results"] == []
    pharmacist.put(f"{path}{item}/", {"min_stock": 1, "max_stock": 9})
    (row,) = pharmacist.get(path, {"above_maximum": True}).json()["results"]
    assert (row["product_id"], row["needed"]) == (item, -1)
    elsewhere = f"{API}/locations/{place()}/limits/"
    pharmacist.put(f"{elsewhere}{item}/", {"min_stock": 1, "max_stock": 9})
    (row,) = pharmacist.get(elsewhere, {"below_minimum": True}).json()["results"]
    assert (row["quantity"], row["needed"]) == (0, 9)  # what lies in the shop is not there
    assert pharmacist.put(f"{path}{item}/", {"min_stock": 9, "max_stock": 3}).status_code == 422
    assert pharmacist.delete(f"{path}{item}/").status_code == 204
    assert pharmacist.delete(f"{path}{item}/").status_code == 404


def test_choosing_a_batch_needs_the_permission_and_a_reason(user_holding, client_of, goods):
    item, _soon, late = goods
    body = {"reason": "donation", "lines": [{"product_id": item, "quantity": 1, "batch_id": late}]}
    without = client_of(user_holding("inventory.issue", "inventory.view_costs"))
    allowed = client_of(user_holding("inventory.override_allocation", "inventory.view_costs"))
    before = everything()
    path = f"{API}/issue/chosen/"
    reasoned = {**body, "override_reason": "Long expiry asked for"}
    assert without.post(path, reasoned, format="json").status_code == 403
    assert allowed.post(path, body, format="json").status_code == 400
    assert without.post(f"{API}/issue/", body, format="json").status_code == 400
    assert everything() == before
    answer = allowed.post(path, reasoned, format="json")
    assert answer.status_code == 201
    assert [row["batch_id"] for row in answer.json()["movements"]] == [late]


def test_a_write_off_takes_two_people(client_as, pharmacist, goods):
    item, soon, _late = goods
    body = {"reason": "damage", "lines": [{"batch_id": soon, "quantity": 2}]}
    answer = pharmacist.post(f"{API}/write-offs/", body, format="json")
    assert (answer.status_code, answer.json()["value"]) == (201, None)
    path = f"{API}/write-offs/{answer.json()['id']}/"
    assert pharmacist.post(f"{path}approve/", {}).status_code == 403
    approved = client_as("accountant").post(f"{path}approve/", {"note": "Seen"})
    assert (approved.status_code, approved.json()["value"]) == (200, "20.00")
    assert on_hand(item) == 8
    again = client_as("owner").post(f"{path}reject/", {"note": "No"})
    assert (again.status_code, again.json()["code"]) == (409, "write_off_refused")


def test_the_owner_does_not_approve_what_the_owner_asked_for(client_as, goods):
    _item, soon, _late = goods
    owner = client_as("owner")
    body = {"reason": "damage", "lines": [{"batch_id": soon, "quantity": 2}]}
    asked = owner.post(f"{API}/write-offs/", body, format="json").json()["id"]
    answer = owner.post(f"{API}/write-offs/{asked}/approve/", {})
    assert (answer.status_code, answer.json()["code"]) == (422, "write_off_needs_another_person")
    assert owner.post(f"{API}/write-offs/{asked}/cancel/").json()["status"] == "cancelled"


def test_nothing_expired_is_nothing_to_write_off(pharmacist, goods):
    answer = pharmacist.post(f"{API}/write-offs/expired/", {})
    assert (answer.status_code, answer.json()["code"]) == (422, "nothing_to_write_off")


def test_a_batch_is_held_back_and_let_go_with_a_reason(pharmacist, goods):
    _item, soon, _late = goods
    path = f"{API}/batches/{soon}/"
    assert pharmacist.post(f"{path}quarantine/", {}).status_code == 400
    held = pharmacist.post(f"{path}quarantine/", {"reason": "Smells"})
    assert (held.json()["status"], held.json()["status_reason"]) == ("quarantined", "Smells")
    again = pharmacist.post(f"{path}quarantine/", {"reason": "Smells"})
    assert (again.status_code, again.json()["code"]) == (409, "batch_transition_refused")
    pharmacist.post(f"{path}release/", {"reason": "Tested"})
    correction = {"number": "SOON-1", "expiry_date": None, "reason": "Illegible"}
    assert pharmacist.post(f"{path}correct/", correction, format="json").status_code == 200
    kinds = [event["kind"] for event in pharmacist.get(f"{path}events/").json()["results"]]
    assert kinds == ["correction", "release", "quarantine"]
    assert pharmacist.get(path).json()["number"] == "SOON-1"


def test_a_recall_answers_who_has_the_goods(pharmacist, goods):
    _item, soon, late = goods
    issue((_item, 2), source="S-1")
    body = {"batch_ids": [soon], "reason": "Ministry", "reference": "118"}
    answer = pharmacist.post(f"{API}/recalls/", body, format="json")
    assert answer.status_code == 201
    report = pharmacist.get(f"{API}/recalls/{answer.json()['recall']['id']}/").json()
    assert [(row["source_id"], row["quantity"]) for row in report["went"]] == [("S-1", 2)]
    assert [(row["location_id"], row["quantity"]) for row in report["left"]] == [(main_store(), 3)]
    both = {**body, "party_type": "purchases.supplier", "party_id": "1"}
    assert pharmacist.post(f"{API}/recalls/", both, format="json").status_code == 400
    lifted = pharmacist.post(f"{API}/batches/{soon}/lift-recall/", {"reason": "Wrong number"})
    assert lifted.json()["status"] == "quarantined"
    assert Batch.objects.get(pk=late).status == "released"


def test_goods_are_repacked_and_documents_undone(client_as, pharmacist, goods):
    item, soon, _late = goods
    strip = product()
    line = {"batch_id": soon, "quantity": 1, "to_product_id": strip, "to_quantity": 3,
            "to_batch_number": "SOON", "to_expiry_date": in_days(30).isoformat()}  # fmt: skip
    answer = pharmacist.post(f"{API}/repack/", {"lines": [line]}, format="json")
    assert (answer.status_code, on_hand(strip)) == (201, 3)
    path = f"{API}/documents/{answer.json()['id']}/reverse/"
    assert pharmacist.post(path, {"reason": "Typed twice"}).status_code == 403
    owner = client_as("owner")
    undone = owner.post(path, {"reason": "Typed twice"})
    assert (undone.status_code, undone.json()["reverses_id"]) == (201, answer.json()["id"])
    assert (on_hand(item), on_hand(strip)) == (10, 0)
    assert owner.post(path, {"reason": "Typed twice"}).json()["code"] == "reversal_refused"


def test_what_is_reserved_is_listed_and_counted(pharmacist, goods):
    item, _soon, _late = goods
    reserve((item, 4))
    (row,) = pharmacist.get(f"{API}/reservations/", {"product_id": item}).json()["results"]
    assert (row["outstanding"], row["status"]) == (4, "open")
    shown = pharmacist.get(f"{API}/products/{item}/").json()
    assert (shown["on_hand"], shown["reserved"], shown["available"]) == (10, 4, 6)


def test_excursions_are_noted_over_http(pharmacist):
    (cold,) = receive((product(cold_chain=True), "A", in_days(90), 1, 1))
    body = {"batch_ids": [cold.batch_id], "min_celsius": "4", "max_celsius": "14.5", "minutes": 9,
            "action_taken": "Moved", "reason": "Power cut", "quarantine": True}  # fmt: skip
    assert pharmacist.post(f"{API}/excursions/", body, format="json").status_code == 204
    assert Batch.objects.get(pk=cold.batch_id).status == "quarantined"
    wrong = pharmacist.post(f"{API}/excursions/", {**body, "max_celsius": "NaN"}, format="json")
    assert wrong.status_code == 400


@pytest.mark.parametrize("kind", ["quarantine", "in_transit"])
def test_the_default_place_is_one_goods_are_handed_out_from(pharmacist, kind):
    there = place(kind)
    answer = pharmacist.patch(f"{API}/locations/{there}/", {"is_default": True}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (409, "location_refused")
    assert Location.objects.get(is_default=True).pk == main_store()
