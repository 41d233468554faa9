"""What documents say may be done with them is what the transition matrices say, for every role."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from django.utils import timezone

from capital.tests.factories import put_in
from core.audit import Actor
from purchases.tests.api.test_receiving_matrix import RECEIVINGS
from purchases.tests.api.test_transition_matrix import INVOICES, ORDERS, PROPOSALS, RETURNS
from purchases.tests.factories import placed_order, short_product, submitted_proposal
from purchases.tests.matrix import ROLES, Machine
from purchases.tests.services.taking_in import fresh, order_of, quarantine, receive

pytestmark = pytest.mark.django_db
V1 = "/api/v1"

# Of each matrix where its documents are read, and which row shows an action they name.
SHOWN: Mapping[str, tuple[Machine, str, Mapping[str, str]]] = {
    "proposal": (
        PROPOSALS,
        "purchase-proposals",
        {
            "add line": "edit",
            "refresh": "refresh",
            "submit": "submit",
            "approve": "approve",
            "ask changes": "request_changes",
            "reject": "reject",
            "cancel": "cancel",
        },
    ),
    "order": (
        ORDERS,
        "purchase-orders",
        {
            "mark sent": "send",
            "acknowledge": "acknowledge",
            "fewer packs": "amend",
            "receive part": "receive",
            "cancel part": "cancel_lines",
            "cancel": "cancel",
            "wait longer": "reschedule",
        },
    ),
    "invoice": (
        INVOICES,
        "supplier-invoices",
        {
            "change": "edit",
            "match": "match",
            "approve": "approve",
            "resolve": "resolve",
            "post": "post",
            "cancel": "cancel",
            "reverse": "reverse",
        },
    ),
    "return": (
        RETURNS,
        "supplier-returns",
        {
            "change": "edit",
            "approve": "approve",
            "dispatch": "dispatch",
            "credit": "credit",
            "close": "close",
            "cancel": "cancel",
        },
    ),
    "receiving": (
        RECEIVINGS,
        "receivings",
        {
            "scan": "scan",
            "change line": "edit",
            "note a check": "check",
            "say the price": "terms",
            "inspect": "inspect",
            "resume": "resume",
            "post": "post",
            "cancel": "cancel",
        },
    ),
}


@pytest.mark.parametrize(
    ("name", "state"),
    [(name, state) for name, (machine, _path, _names) in SHOWN.items() for state in machine.make],
)
def test_a_document_names_exactly_what_its_reader_may_do(name, state, client_as):
    put_in(10_000_000, now=timezone.now())
    machine, path, names = SHOWN[name]
    subject = machine.make[state]()
    rows = machine.rows()
    for letter, role in ROLES.items():
        answer = client_as(role).get(f"{V1}/{path}/{subject.pk}/")
        if role == "cashier":
            assert answer.status_code == 403
            continue
        expected = [
            action
            for row, action in names.items()
            if rows[row].expected(letter, state) not in (403, 409)
        ]
        assert sorted(answer.json()["allowed_actions"]) == sorted(expected), role


def test_whoever_asked_for_a_proposal_is_not_offered_to_decide_on_it(client_as, client_of, user_as):
    user = user_as("pharmacist")
    proposal = submitted_proposal(requester=Actor(id=user.pk, label=user.username))
    path = f"{V1}/purchase-proposals/{proposal.pk}/"
    assert client_of(user).get(path).json()["allowed_actions"] == ["cancel"]
    assert "approve" in client_as("pharmacist").get(path).json()["allowed_actions"]


def test_a_list_says_so_of_every_row(client_as):
    open_one, received = placed_order(), placed_order()
    receive(received, fresh(received.lines.get().outstanding_quantity))
    rows = client_as("purchasing").get(f"{V1}/purchase-orders/").json()["results"]
    shown = {row["id"]: row["allowed_actions"] for row in rows}
    assert shown[received.pk] == []
    assert shown[open_one.pk] == [
        "send", "acknowledge", "amend", "receive", "cancel_lines", "cancel", "reschedule",
    ]  # fmt: skip


def test_a_receipt_offers_what_still_stands_and_what_waits(client_as):
    quarantine()
    order = order_of(short_product(need=10))
    receipt = receive(order, fresh(10, quarantine=True))
    path = f"{V1}/goods-receipts/{receipt.pk}/"

    def offered(role):
        return client_as(role).get(path).json()["allowed_actions"]

    assert offered("owner") == ["inspect", "bill", "return", "spread_cost", "reverse"]
    assert offered("purchasing") == ["bill", "return", "spread_cost"]
    assert offered("accountant") == ["bill", "spread_cost"]
    assert offered("auditor") == []
    inspection = receipt.lines.get().inspection
    client_as("pharmacist").post(
        f"{V1}/goods-inspections/decide/",
        {"decisions": [{"inspection_id": inspection.pk, "accepted_quantity": 10}]},
    )
    assert offered("pharmacist") == ["bill", "return", "reverse"]
    undone = client_as("pharmacist").post(f"{path}reverse/", {"reason": "Not ours"})
    assert undone.status_code == 201, undone.json()
    assert offered("owner") == []
