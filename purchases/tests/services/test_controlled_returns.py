"""Controlled products go back to their supplier, and come back, by two people's word."""

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from core.models import AuditEntry
from purchases.errors import (
    ReturnNeedsTwo,
    ReturnSignatureForbidden,
    SupplierReturnStateRefused,
)
from purchases.models import SupplierReturn
from purchases.services.returns.returns import (
    return_approve,
    return_cancel,
    return_create,
    return_dispatch,
    return_update,
)
from purchases.tests.factories import actor_with
from purchases.tests.invoicing import owed_to, received
from purchases.tests.lower import Product, RegisterEntry, StockLevel
from purchases.tests.returning import approved, credit, dispatched, going_back
from purchases.tests.snapshots import everything

pytestmark = pytest.mark.django_db


@pytest.fixture
def narcotic():
    """Ten received units of a product that is controlled."""
    receipt = received(need=10, price=100)
    Product.objects.filter(pk=receipt.lines.get().product_id).update(
        controlled_class="narcotic", prescription_class="prescription"
    )
    return receipt


def stated_by(actor, receipt):
    return return_create(
        actor=actor,
        now=timezone.now(),
        supplier_id=receipt.order.supplier_id,
        lines=[going_back(receipt, 4)],
    )


def approve_as(actor, returned):
    return return_approve(actor=actor, now=timezone.now(), return_id=returned.pk, reason="Agreed")


def cancel_as(actor, returned, *, may_sign=True):
    return return_cancel(
        actor=actor,
        now=timezone.now(),
        return_id=returned.pk,
        reason="the driver brought it back",
        may_sign=may_sign,
    )


def refused(error, work):
    before = everything()
    with pytest.raises(error):
        work()
    assert everything() == before


def rows_of(receipt):
    return RegisterEntry.objects.filter(product_id=receipt.lines.get().product_id).order_by(
        "sequence"
    )


def test_who_stated_a_controlled_return_does_not_approve_it(narcotic, pharmacist):
    returned = stated_by(pharmacist, narcotic)
    refused(ReturnNeedsTwo, lambda: approve_as(pharmacist, returned))
    assert approve_as(actor_with("owner"), returned).state == "approved"


def test_who_changed_it_last_stated_it(narcotic, pharmacist, now):
    returned = stated_by(actor_with("purchasing"), narcotic)
    return_update(actor=pharmacist, now=now, return_id=returned.pk, lines=[going_back(narcotic, 9)])
    refused(ReturnNeedsTwo, lambda: approve_as(pharmacist, returned))


def test_other_goods_may_go_back_by_one_persons_word(pharmacist):
    assert approve_as(pharmacist, stated_by(pharmacist, received(need=10))).state == "approved"


def test_the_register_says_to_whom_it_went(narcotic, now):
    returned = approved(narcotic)
    buyer = actor_with("purchasing")
    return_dispatch(actor=buyer, now=now, return_id=returned.pk, reference="V-1")
    opened, row = rows_of(narcotic)
    assert (opened.balance, row.quantity, row.balance) == (10, -4, 6)
    assert row.counterparty == returned.supplier.name
    assert row.actor_id == buyer.id
    call_command("reconcile")


def test_a_dispatch_is_taken_back_by_two_people_and_the_register_names_both(narcotic, now):
    asking, signing = actor_with("purchasing"), actor_with("pharmacist")
    returned = dispatched(narcotic)
    owed = owed_to(returned.supplier)
    first = cancel_as(asking, returned)
    assert (first.state, first.cancel_requested_by_id) == ("dispatched", asking.id)
    assert rows_of(narcotic).count() == 2  # nothing has moved
    assert owed_to(returned.supplier) == owed
    asked = AuditEntry.objects.get(action="purchases.return_cancel_requested")
    assert (asked.actor_id, asked.reason) == (asking.id, "the driver brought it back")
    refused(ReturnNeedsTwo, lambda: cancel_as(asking, returned))
    refused(
        ReturnSignatureForbidden,
        lambda: cancel_as(actor_with("purchasing"), returned, may_sign=False),
    )
    done = cancel_as(signing, returned)
    assert (done.state, done.ended_by_id) == ("cancelled", signing.id)
    back = rows_of(narcotic).last()
    assert (back.quantity, back.balance) == (4, 10)
    assert {back.actor_id, back.cosigner_id} == {asking.id, signing.id}
    assert StockLevel.objects.get(batch=narcotic.lines.get().batch_id).quantity == 10
    assert owed_to(returned.supplier) == 1000
    call_command("reconcile")


def test_other_dispatches_are_taken_back_by_one(pharmacist):
    assert cancel_as(pharmacist, dispatched(received(need=10)), may_sign=False).state == "cancelled"


def test_before_it_is_dispatched_one_may_give_it_up(narcotic, buyer):
    assert cancel_as(buyer, approved(narcotic), may_sign=False).state == "cancelled"


def test_what_is_credited_in_part_is_not_asked_back(narcotic, buyer):
    returned = dispatched(narcotic)
    credit(returned, 100, final=False)
    refused(SupplierReturnStateRefused, lambda: cancel_as(buyer, returned))


def test_the_database_itself_refuses_the_same_person_twice(narcotic, now):
    asking = actor_with("pharmacist")
    returned = dispatched(narcotic)
    cancel_as(asking, returned)
    cancel_as(actor_with("owner"), returned)
    rows = SupplierReturn.objects.filter(pk=returned.pk)
    with pytest.raises(IntegrityError, match="cancelled_by_two"), transaction.atomic():
        rows.update(ended_by_id=asking.id)


PATH = "/api/v1/supplier-returns"


def test_over_http_one_asks_and_another_who_may_sign_does_it(narcotic, client_as):
    returned = dispatched(narcotic)
    path, why = f"{PATH}/{returned.pk}/cancel/", {"reason": "came back"}
    buyer, colleague, pharmacist = (
        client_as(role) for role in ("purchasing", "purchasing", "pharmacist")
    )
    asked = buyer.post(path, why).json()
    assert (asked["state"], asked["cancel_requested_by"]["username"]) == (
        "dispatched", buyer.user.username,
    )  # fmt: skip
    accountant = client_as("accountant")
    before = everything()
    for client, status, code in (
        (buyer, 422, "return_needs_two"),
        (colleague, 403, "return_signature_forbidden"),
        (accountant, 403, "forbidden"),
    ):
        answer = client.post(path, why)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert everything() == before
    assert pharmacist.post(path, why).json()["state"] == "cancelled"


def test_over_http_nobody_approves_his_own_controlled_return(narcotic, client_as):
    pharmacist, other = client_as("pharmacist"), client_as("pharmacist")
    line = {"receipt_line_id": narcotic.lines.get().pk, "quantity": 2, "reason": "damaged"}
    body = {"supplier_id": narcotic.order.supplier_id, "lines": [line]}
    answer = pharmacist.post(f"{PATH}/", body, format="json")
    made = answer.json()
    assert answer.status_code == 201, made
    alone = pharmacist.post(f"{PATH}/{made['id']}/approve/", {})
    assert (alone.status_code, alone.json()["code"]) == (422, "return_needs_two")
    assert other.post(f"{PATH}/{made['id']}/approve/", {}).json()["state"] == "approved"
