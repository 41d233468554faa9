"""Places: of every kind, opened, closed, and which of them goods are handed out from."""

import pytest
from django.utils import timezone

from core.audit import SYSTEM
from core.models import AuditEntry
from inventory.models import Location, LocationKind, StockMovement
from inventory.services.transfer_arrivals import transfer_cancel
from inventory.tests.stock import available, in_days, main_store, move, place, product, receive

pytestmark = pytest.mark.django_db
LOCATIONS = "/api/v1/inventory/locations/"


@pytest.fixture
def pharmacist(client_as):
    return client_as("pharmacist")


def change(client, location, **fields):
    return client.patch(f"{LOCATIONS}{location}/", fields, format="json")


def refused(client, location, **fields):
    before = list(Location.objects.order_by("pk").values())
    answer = change(client, location, **fields)
    assert (answer.status_code, answer.json()["code"]) == (409, "location_refused")
    assert list(Location.objects.order_by("pk").values()) == before
    (error,) = answer.json()["errors"]
    return error["field"], error["code"]


@pytest.mark.parametrize(
    ("kind", "handed_out"),
    [
        ("store", 10),
        ("back_store", 10),
        ("fridge", 10),
        ("quarantine", 6),
        ("in_transit", 6),
    ],
)
def test_goods_of_every_kind_of_place_are_kept_and_only_some_handed_out(
    pharmacist, kind, handed_out
):
    answer = pharmacist.post(LOCATIONS, {"code": "X", "name": "X", "kind": kind})
    assert (answer.status_code, answer.json()["kind"]) == (201, kind)
    item = product()
    (came,) = receive((item, "A", in_days(90), 10, 100))
    move(came.batch_id, 4, to=answer.json()["id"])
    assert available(item) == handed_out


def test_these_are_all_kinds_of_places():
    assert set(LocationKind.values) == {
        "store", "back_store", "fridge", "quarantine", "in_transit",
    }  # fmt: skip


def test_code_of_a_place_is_taken_once(pharmacist):
    body = {"code": "X", "name": "X", "kind": "store"}
    assert pharmacist.post(LOCATIONS, body).status_code == 201
    again = pharmacist.post(LOCATIONS, body)
    assert (again.status_code, again.json()["code"]) == (409, "location_refused")
    assert Location.objects.filter(code="X").count() == 1


def test_place_with_stock_stays_open(pharmacist):
    back = place()
    (came,) = receive((product(), "A", in_days(90), 10, 100))
    move(came.batch_id, 4, to=back)
    assert refused(pharmacist, back, is_active=False) == ("is_active", "not_empty")
    move(came.batch_id, 4, to=main_store(), origin=back)
    assert change(pharmacist, back, is_active=False).json()["is_active"] is False
    entry = AuditEntry.objects.filter(action="inventory.location_updated").last()
    assert entry.changes == {"is_active": [True, False]}


def test_place_that_goods_are_on_their_way_to_or_from_stays_open(pharmacist):
    origin, destination = place(), place()
    place("in_transit")
    (came,) = receive((product(), "A", in_days(90), 10, 100))
    move(came.batch_id, 4, to=origin)
    transfer = move(came.batch_id, 4, origin=origin, to=destination, in_transit=True)
    for end in (origin, destination):
        assert refused(pharmacist, end, is_active=False) == ("is_active", "goods_on_their_way")
    transfer_cancel(actor=SYSTEM, now=timezone.now(), transfer_id=transfer)
    assert change(pharmacist, destination, is_active=False).status_code == 200


def test_default_place_stays_open_and_is_given_to_another_not_away(pharmacist):
    back = place()
    main = main_store()
    assert refused(pharmacist, main, is_default=False) == ("is_default", "no_default")
    assert refused(pharmacist, main, is_active=False) == ("is_active", "default_is_open")
    assert change(pharmacist, back, is_default=True).status_code == 200
    assert list(Location.objects.filter(is_default=True).values_list("pk", flat=True)) == [back]


def test_closed_place_takes_no_goods(pharmacist):
    back = place()
    assert change(pharmacist, back, is_active=False).status_code == 200
    line = {"product_id": product(), "batch_number": "A", "quantity": 1, "total_cost": "1",
            "expiry_date": None, "location_id": back}  # fmt: skip
    answer = pharmacist.post(
        "/api/v1/inventory/receive/", {"reason": "gift", "lines": [line]}, format="json"
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_location")
    assert not StockMovement.objects.exists()
