"""Which drawer a sale's money goes into, over HTTP."""

from __future__ import annotations

import pytest

from capital.public import balances_check
from sales.models import Sale
from sales.tests.factories import on_hand, product_on_shelf

pytestmark = pytest.mark.django_db

CHECKOUT = "/api/v1/pos/checkout/"
CAPITAL = "/api/v1/capital"


@pytest.fixture
def product_id(now):
    return product_on_shelf(now=now, quantity=10, price="150", unit_cost="100")


@pytest.fixture
def owner(client_as):
    return client_as("owner")


@pytest.fixture
def till(owner):
    made = owner.post(f"{CAPITAL}/drawers/", {"code": "T1", "name": "Till 1"}, format="json")
    return made.json()["id"]


def sell(client, product_id):
    body = {
        "lines": [{"product_id": product_id, "quantity": 1}],
        "payment": {"method": "cash", "tendered": "150"},
    }
    return client.post(CHECKOUT, body, format="json")


def held(owner, drawer_id) -> str:
    return owner.get(f"{CAPITAL}/drawers/{drawer_id}/").json()["held"]


def start(client, till) -> str:
    body = {"drawer_id": till, "counted": "0"}
    made = client.post(f"{CAPITAL}/sessions/", body, format="json")
    assert made.status_code == 201, made.json()
    return f"{CAPITAL}/sessions/{made.json()['id']}/"


def test_a_sale_goes_into_the_drawer_of_the_cashiers_session(client_as, owner, till, product_id):
    cashier, other = client_as("cashier"), client_as("cashier")
    main = next(row["id"] for row in owner.get(f"{CAPITAL}/drawers/").json() if row["is_default"])
    session = start(cashier, till)
    assert sell(cashier, product_id).status_code == 201
    assert sell(other, product_id).status_code == 201  # no session: the default drawer
    assert (held(owner, till), held(owner, main)) == ("150.00", "150.00")
    report = cashier.get(f"{session}report/").json()
    assert report["movements"] == [
        {"kind": "sale", "entries": 1, "received": "150.00", "paid": "0.00"}
    ]
    counted = cashier.post(f"{session}count/", {"counted": "150"}, format="json").json()
    assert counted["difference"] == "0.00"
    assert balances_check() == []


def test_the_till_stands_still_while_its_drawer_is_counted(client_as, owner, till, product_id):
    cashier = client_as("cashier")
    session = start(cashier, till)
    cashier.post(f"{session}count/", {"counted": "0"}, format="json")
    refused = sell(cashier, product_id)
    assert (refused.status_code, refused.json()["code"]) == (409, "cash_session_state_refused")
    assert (Sale.objects.count(), on_hand(product_id)) == (0, 10)
    cashier.post(f"{session}resume/", format="json")
    assert sell(cashier, product_id).status_code == 201


def test_where_the_policy_wants_sessions_nothing_is_sold_without_one(
    client_as, owner, till, product_id
):
    owner.patch(f"{CAPITAL}/policy/", {"session_required": True}, format="json")
    cashier = client_as("cashier")
    refused = sell(cashier, product_id)
    assert (refused.status_code, refused.json()["code"]) == (409, "cash_session_required")
    assert (Sale.objects.count(), on_hand(product_id)) == (0, 10)
    start(cashier, till)
    assert sell(cashier, product_id).status_code == 201
