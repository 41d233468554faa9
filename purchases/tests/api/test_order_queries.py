"""Whatever is done with an order costs as many queries for many lines as for few."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from purchases.services.orders.acknowledging import order_acknowledge
from purchases.services.orders.amending import (
    LineAmendment,
    LineCancellation,
    order_amend,
    order_cancel_lines,
)
from purchases.services.suppliers.contacts import contact_create
from purchases.services.suppliers.divisions import division_create
from purchases.tests.factories import SupplierFactory, order_of_lines

pytestmark = pytest.mark.django_db
FEW, MANY = 2, 12


def queries_of(work):
    with CaptureQueriesContext(connection) as queries:
        work()
    return len(queries)


def amend(order, actor, now):
    wanted = [LineAmendment(line_id=line.pk, packs=7) for line in order.lines.all()]
    order_amend(
        actor=actor, now=now, order_id=order.pk, lines=wanted, reason="x", may_approve=False
    )


def cut(order, actor, now):
    parts = [LineCancellation(line_id=line.pk, quantity=2) for line in order.lines.all()]
    order_cancel_lines(actor=actor, now=now, order_id=order.pk, lines=parts, reason="x")


def acknowledge(order, actor, now):
    order_acknowledge(actor=actor, now=now, order_id=order.pk)


@pytest.mark.parametrize("work", [amend, cut, acknowledge])
def test_a_step_costs_the_same_for_any_number_of_lines(work, pharmacist, now):
    few, many = order_of_lines(lines=FEW), order_of_lines(lines=MANY)
    assert queries_of(lambda: work(few, pharmacist, now)) == queries_of(
        lambda: work(many, pharmacist, now)
    )


@pytest.mark.parametrize(
    "path", ["", "document/?format=csv", "amendments/", "acknowledgements/", "dispatches/"]
)
def test_reading_costs_the_same_for_any_number_of_lines(path, client_as, pharmacist, now):
    client = client_as("owner")
    few, many = order_of_lines(lines=FEW), order_of_lines(lines=MANY)
    for order in (few, many):
        amend(order, pharmacist, now)
        acknowledge(order, pharmacist, now)

    def read(order):
        answer = client.get(f"/api/v1/purchase-orders/{order.pk}/{path}")
        assert answer.status_code == 200
        answer.getvalue()

    read(few)
    assert queries_of(lambda: read(few)) == queries_of(lambda: read(many))


def test_a_supplier_costs_the_same_for_any_number_of_people_and_divisions(client_as, buyer, now):
    client = client_as("owner")

    def supplier(divisions):
        made = SupplierFactory()
        for number in range(divisions):
            division = division_create(
                actor=buyer, now=now, supplier_id=made.pk, name=f"D{number}", companies=["A", "B"]
            )
            contact_create(
                actor=buyer, now=now, supplier_id=made.pk, name="X", division_id=division.pk
            )
        return made

    def read(one):
        assert client.get(f"/api/v1/suppliers/{one.pk}/").status_code == 200
        assert client.get(f"/api/v1/suppliers/{one.pk}/divisions/").status_code == 200
        assert client.get(f"/api/v1/suppliers/{one.pk}/contacts/").status_code == 200

    few, many = supplier(1), supplier(6)
    read(few)
    assert queries_of(lambda: read(few)) == queries_of(lambda: read(many))
