"""Where goods that go back are taken from: faulty ones out of quarantine, good ones off shelves."""

from __future__ import annotations

import pytest
from django.apps import apps

from purchases.models import Inspection, SupplierReturn
from purchases.tests.factories import placed_order
from purchases.tests.services.taking_in import Batch, fresh, order_of, quarantine, receive

pytestmark = pytest.mark.django_db

Location = apps.get_model("inventory", "Location")
StockLevel = apps.get_model("inventory", "StockLevel")
V1 = "/api/v1"


def decide(client_as, *, accepted: int) -> None:
    decision = {
        "inspection_id": Inspection.objects.get().pk,
        "accepted_quantity": accepted,
        "note": "The others are wet",
    }
    decided = client_as("pharmacist").post(
        f"{V1}/goods-inspections/decide/", {"decisions": [decision]}, format="json"
    )
    assert decided.status_code == 200, decided.json()


@pytest.fixture
def apart() -> int:
    return quarantine()


@pytest.fixture
def inspected(apart, client_as):
    """Ten units of one batch arrived to be inspected; six are on the shelf, four were rejected."""
    receipt = receive(placed_order(need=10), fresh(10, quarantine=True))
    decide(client_as, accepted=6)
    return receipt


@pytest.fixture
def state(client_as):
    """Asks for a return of the receipt's only line: (quantity, reason, location or None), ..."""

    def ask(receipt, *lines):
        row = receipt.lines.get()
        return client_as("purchasing").post(
            f"{V1}/supplier-returns/",
            {
                "supplier_id": receipt.order.supplier_id,
                "lines": [
                    {
                        "receipt_line_id": row.pk,
                        "quantity": quantity,
                        "reason": reason,
                        **({} if place is None else {"location_id": place}),
                    }
                    for quantity, reason, place in lines
                ],
            },
            format="json",
        )

    return ask


def by_place():
    rows = StockLevel.objects.filter(quantity__gt=0)
    return dict(rows.values_list("location__kind", "quantity"))


def taken_from(answer):
    assert answer.status_code == 201, answer.json()
    kinds = dict(Location.objects.values_list("pk", "kind"))
    return [kinds[line["location_id"]] for line in answer.json()["lines"]]


def dispatch(client_as, return_id):
    approved = client_as("pharmacist").post(
        f"{V1}/supplier-returns/{return_id}/approve/", {"reason": "Agreed"}, format="json"
    )
    assert approved.status_code == 200, approved.json()
    sent = client_as("purchasing").post(
        f"{V1}/supplier-returns/{return_id}/dispatch/", {"reference": "V-1"}, format="json"
    )
    assert sent.status_code == 200, sent.json()


def test_rejected_goods_go_back_and_those_on_the_shelf_stay(inspected, state, client_as):
    assert by_place() == {"store": 6, "quarantine": 4}
    answer = state(inspected, (4, "rejected", None))
    assert taken_from(answer) == ["quarantine"]
    dispatch(client_as, answer.json()["id"])
    assert by_place() == {"store": 6}


def test_what_is_too_much_goes_off_the_shelf_and_rejected_goods_stay(inspected, state, client_as):
    answer = state(inspected, (3, "overstock", None))
    assert taken_from(answer) == ["store"]
    dispatch(client_as, answer.json()["id"])
    assert by_place() == {"store": 3, "quarantine": 4}


def test_lines_of_one_return_do_not_take_the_same_units(inspected, state):
    answer = state(inspected, (4, "rejected", None), (2, "damaged", None), (4, "overstock", None))
    assert taken_from(answer) == ["quarantine", "store", "store"]


@pytest.mark.parametrize(
    ("lines", "field", "code"),
    [
        ([(5, "rejected", None)], "lines.0.location_id", "in_several_places"),
        (
            [(2, "rejected", None), (3, "damaged", None)],
            "lines.1.location_id",
            "in_several_places",
        ),
        ([(5, "rejected", "quarantine")], "lines.0.location_id", "more_than_there"),
        (
            [(4, "rejected", "quarantine"), (1, "damaged", "quarantine")],
            "lines.1.location_id",
            "more_than_there",
        ),
    ],
)
def test_no_place_is_asked_for_more_than_it_has(inspected, state, apart, lines, field, code):
    stated = [
        (quantity, reason, apart if place == "quarantine" else place)
        for quantity, reason, place in lines
    ]
    answer = state(inspected, *stated)
    assert answer.status_code == 422, answer.json()
    assert [(one["field"], one["code"]) for one in answer.json()["errors"]] == [(field, code)]
    assert not SupplierReturn.objects.exists()


def test_a_line_for_each_place_does_it(inspected, state, apart, client_as):
    shelf = StockLevel.objects.get(location__kind="store").location_id
    answer = state(inspected, (4, "rejected", apart), (1, "damaged", shelf))
    assert taken_from(answer) == ["quarantine", "store"]
    dispatch(client_as, answer.json()["id"])
    assert by_place() == {"store": 5}


def test_faulty_goods_that_nobody_set_apart_go_off_the_shelf(apart, state):
    receipt = receive(placed_order(need=10), fresh(10))
    assert taken_from(state(receipt, (2, "damaged", None))) == ["store"]


def test_what_is_too_much_goes_out_of_quarantine_where_there_is_no_other(apart, state, client_as):
    receipt = receive(placed_order(need=10), Batch(quantity=10, batch_number="A", quarantine=True))
    decide(client_as, accepted=0)
    assert taken_from(state(receipt, (2, "overstock", None))) == ["quarantine"]


@pytest.mark.parametrize("place", [None, "quarantine"])
def test_goods_nobody_has_inspected_do_not_go_back(apart, state, client_as, place):
    receipt = receive(placed_order(need=10), fresh(10, quarantine=True))
    refused = state(receipt, (4, "damaged", apart if place else None))
    assert refused.status_code == 422, refused.json()
    [problem] = refused.json()["errors"]
    assert (problem["field"], problem["code"]) == ("lines.0.quantity", "waits_for_inspection")
    assert "10 of the batch wait for inspection" in problem["detail"]
    assert not SupplierReturn.objects.exists()
    decide(client_as, accepted=6)
    assert taken_from(state(receipt, (4, "damaged", apart if place else None))) == ["quarantine"]


def test_of_one_batch_what_was_rejected_goes_back_and_what_waits_stays(inspected, state, client_as):
    """A second delivery of the batch waits beside the four that were rejected."""
    batch = inspected.lines.get().batch
    batch.product.min_stock = batch.product.max_stock = 100
    batch.product.save()
    receive(
        order_of(batch.product_id),
        Batch(
            quantity=5, batch_number=batch.number, expiry_date=batch.expiry_date, quarantine=True
        ),
    )
    assert by_place() == {"store": 6, "quarantine": 9}
    refused = state(inspected, (5, "rejected", None))
    assert refused.status_code == 422
    answer = state(inspected, (4, "rejected", None))
    dispatch(client_as, answer.json()["id"])
    assert by_place() == {"store": 6, "quarantine": 5}
