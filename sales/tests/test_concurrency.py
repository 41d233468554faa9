"""Many tills at once, over HTTP, each on a thread and a database connection of its own."""

from __future__ import annotations

import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from capital.public import balances_check, capital_summary
from sales.models import Sale
from sales.tests.factories import on_hand, product_on_shelf

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

URL = "/api/v1/pos/checkout/"
TILLS = 32


def all_at_once(client_of, user, bodies: list[dict], keys: list[str]) -> list:
    barrier = Barrier(len(bodies))

    def checkout(body: dict, key: str):
        try:
            client = client_of(user)
            barrier.wait(timeout=30)
            return client.post(URL, body, headers={"Idempotency-Key": key})
        finally:
            connection.close()

    with ThreadPoolExecutor(len(bodies)) as pool:
        return list(pool.map(checkout, bodies, keys))


def basket(*product_ids: int) -> dict:
    return {
        "lines": [{"product_id": product_id, "quantity": 1} for product_id in product_ids],
        "payment": {"method": "cash", "tendered": "1000"},
    }


def test_thirty_two_tills_sell_the_last_unit_once(client_as, client_of, now):
    product_id = product_on_shelf(now=now, quantity=1)
    cashier = client_as("cashier").user
    keys = [str(uuid.uuid4()) for _ in range(TILLS)]

    responses = all_at_once(client_of, cashier, [basket(product_id)] * TILLS, keys)

    assert Counter(response.status_code for response in responses) == {201: 1, 409: TILLS - 1}
    refusals = {r.json()["code"] for r in responses if r.status_code == 409}
    assert refusals == {"insufficient_stock"}
    assert Sale.objects.count() == 1
    assert on_hand(product_id) == 0
    assert capital_summary().cash == 150
    assert balances_check() == []


def test_one_request_sent_by_many_retries_sells_once(client_as, client_of, now):
    product_id = product_on_shelf(now=now, quantity=10)
    cashier = client_as("cashier").user
    key = str(uuid.uuid4())

    responses = all_at_once(client_of, cashier, [basket(product_id)] * 8, [key] * 8)

    assert {response.status_code for response in responses} == {201}
    assert len({response.json()["number"] for response in responses}) == 1
    assert on_hand(product_id) == 9
    assert Sale.objects.count() == 1


def test_baskets_in_opposite_order_do_not_deadlock(client_as, client_of, now):
    first = product_on_shelf(now=now, quantity=20)
    second = product_on_shelf(now=now, quantity=20)
    cashier = client_as("cashier").user
    bodies = [basket(first, second), basket(second, first)] * 8

    responses = all_at_once(client_of, cashier, bodies, [str(uuid.uuid4()) for _ in bodies])

    assert {response.status_code for response in responses} == {201}
    assert (on_hand(first), on_hand(second)) == (4, 4)
    numbers = sorted(Sale.objects.values_list("number", flat=True))
    assert [number[-6:] for number in numbers] == [f"{n:06d}" for n in range(1, 17)]
