from __future__ import annotations

import uuid
from datetime import date

import pytest
from django.apps import apps
from django.utils import timezone

from capital.public import capital_summary
from sales.models import Sale
from sales.tests.factories import on_hand, packaging_of, product_on_shelf, receive

pytestmark = pytest.mark.django_db

CHECKOUT = "/api/v1/pos/checkout/"
SALES = "/api/v1/sales/"


@pytest.fixture
def cashier(client_as):
    return client_as("cashier")


@pytest.fixture
def product_id(now):
    return product_on_shelf(now=now, quantity=10, price="150", unit_cost="100")


def body(product_id: int, quantity: int = 1, tendered: str = "1000", **line) -> dict:
    return {
        "lines": [{"product_id": product_id, "quantity": quantity, **line}],
        "payment": {"method": "cash", "tendered": tendered},
    }


def test_a_checkout_answers_with_the_sale_and_the_change(cashier, product_id):
    box = packaging_of(product_id, name="علبة", units=5, price="700")
    response = cashier.post(CHECKOUT, body(product_id, packaging_id=box))
    assert response.status_code == 201, response.json()
    sale = response.json()
    assert (sale["total"], sale["tendered"], sale["change"]) == ("700.00", "1000.00", "300.00")
    assert sale["cashier_id"] == cashier.user.pk
    (line,) = sale["lines"]
    assert (line["packaging_name"], line["base_quantity"]) == ("علبة", 5)
    assert (line["unit_price"], line["line_total"]) == ("700.00", "700.00")
    assert cashier.get(f"{SALES}{sale['id']}/").json() == sale


def test_the_cost_of_goods_is_not_told_at_the_till(cashier, product_id):
    sale = cashier.post(CHECKOUT, body(product_id)).json()
    assert "cost" not in sale
    assert "cost" not in sale["lines"][0]
    assert cashier.get(f"{SALES}{sale['id']}/costs/").status_code == 403


def test_a_pharmacist_sees_batches_and_cost(cashier, client_as, product_id, now):
    receive(product_id, now=now, quantity=1, unit_cost="80", expiry=date(2039, 1, 1))
    sale = cashier.post(CHECKOUT, body(product_id, quantity=2)).json()
    costs = client_as("pharmacist").get(f"{SALES}{sale['id']}/costs/").json()
    assert (costs["total"], costs["cost"]) == ("300.00", "180.00")
    allocations = costs["lines"][0]["allocations"]
    assert [(row["expiry_date"], row["quantity"], row["cost"]) for row in allocations] == [
        ("2039-01-01", 1, "80.00"),
        ("2040-01-01", 1, "100.00"),
    ]


def test_a_price_sent_by_the_client_is_refused(cashier, product_id):
    response = cashier.post(CHECKOUT, body(product_id, price="1"))
    assert response.status_code == 400
    (error,) = response.json()["errors"]
    assert (error["field"], error["code"]) == ("lines.0.price", "unknown_field")
    assert on_hand(product_id) == 10


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"lines": []}, "lines"),
        ({"lines": None}, "lines"),
        ({"lines": "all"}, "lines"),
        ({"payment": None}, "payment"),
        ({"payment": {"method": "cheque", "tendered": "1"}}, "payment.method"),
        ({"payment": {"method": "cash", "tendered": "-1"}}, "payment.tendered"),
        ({"payment": {"method": "cash", "tendered": "NaN"}}, "payment.tendered"),
        ({"payment": {"method": "cash", "tendered": "1e20"}}, "payment.tendered"),
        ({"payment": {"method": "cash"}}, "payment.tendered"),
        ({"discount": "5"}, "discount"),
    ],
)
def test_a_malformed_basket_is_refused_naming_the_field(cashier, product_id, change, field):
    response = cashier.post(CHECKOUT, {**body(product_id), **change})
    assert response.status_code == 400
    fields = [error["field"] for error in response.json()["errors"]]
    assert fields == [field]
    assert on_hand(product_id) == 10


@pytest.mark.parametrize("quantity", [0, -1, 1.5, "two", None, 2_000_000_001, True])
def test_a_quantity_that_is_no_count_is_refused(cashier, product_id, quantity):
    response = cashier.post(CHECKOUT, body(product_id, quantity=quantity))
    assert response.status_code == 400
    assert response.json()["errors"][0]["field"] == "lines.0.quantity"
    assert on_hand(product_id) == 10


def test_five_hundred_and_one_lines_are_too_many(cashier, product_id):
    basket = body(product_id)
    basket["lines"] *= 501
    response = cashier.post(CHECKOUT, basket)
    assert response.status_code == 400
    assert response.json()["errors"][0]["field"] == "lines"


def test_too_little_stock_is_a_conflict_that_names_the_line(cashier, product_id):
    response = cashier.post(CHECKOUT, body(product_id, quantity=11, tendered="9999"))
    assert response.status_code == 409
    problem = response.json()
    assert problem["code"] == "insufficient_stock"
    assert problem["errors"][0]["field"] == "lines.0.quantity"
    assert not Sale.objects.exists()


def test_too_little_money_is_refused(cashier, product_id):
    response = cashier.post(CHECKOUT, body(product_id, tendered="149"))
    assert response.status_code == 422
    problem = response.json()
    assert (problem["code"], problem["total"]) == ("insufficient_tender", "150.00")
    assert problem["errors"][0]["field"] == "payment.tendered"
    assert on_hand(product_id) == 10


def test_a_product_without_a_price_is_refused_naming_it(cashier, now):
    response = cashier.post(CHECKOUT, body(product_on_shelf(now=now, price=None)))
    assert response.status_code == 422
    (error,) = response.json()["errors"]
    assert (error["field"], error["code"]) == ("lines.0.product_id", "price_missing")


def test_a_repeated_request_sells_once_and_answers_the_same(cashier, product_id):
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    first = cashier.post(CHECKOUT, body(product_id), headers=headers)
    second = cashier.post(CHECKOUT, body(product_id), headers=headers)
    assert (second.status_code, second.json()) == (201, first.json())
    assert on_hand(product_id) == 9
    assert capital_summary().cash == 150


def test_a_key_used_for_another_basket_is_refused(cashier, product_id):
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    cashier.post(CHECKOUT, body(product_id), headers=headers)
    response = cashier.post(CHECKOUT, body(product_id, quantity=2), headers=headers)
    assert response.status_code == 422
    assert on_hand(product_id) == 9


def test_sales_are_listed_newest_first_and_filtered(cashier, client_as, product_id, now):
    other = product_on_shelf(now=now)
    first = cashier.post(CHECKOUT, body(product_id)).json()
    second = cashier.post(CHECKOUT, body(other)).json()
    auditor = client_as("auditor")

    def found(**query) -> list[int]:
        response = auditor.get(SALES, query)
        assert response.status_code == 200, response.json()
        return [row["id"] for row in response.json()["results"]]

    assert found() == [second["id"], first["id"]]
    assert found(product_id=other) == [second["id"]]
    assert found(number=first["number"]) == [first["id"]]
    assert found(cashier_id=cashier.user.pk) == [second["id"], first["id"]]
    assert found(cashier_id=auditor.user.pk) == []
    day = first["business_date"]
    assert found(date_from=day, date_to=day) == [second["id"], first["id"]]
    assert found(date_to="2000-01-01") == []
    assert found(date_from="2100-01-01") == []


def test_an_unknown_sale_is_not_found(client_as):
    pharmacist = client_as("pharmacist")
    for path in ("4711/", "4711/costs/"):
        response = pharmacist.get(SALES + path)
        assert (response.status_code, response.json()["code"]) == (404, "sale_not_found")


def test_reading_takes_the_same_number_of_queries_for_one_and_for_many_sales(
    client_as, now, django_assert_max_num_queries, django_assert_num_queries
):
    pharmacist = client_as("pharmacist")
    products = [product_on_shelf(now=now, quantity=50) for _ in range(6)]

    def sell(count: int) -> int:
        basket = body(products[0], tendered="9999")
        basket["lines"] = [{"product_id": pk, "quantity": 1} for pk in products[:count]]
        return pharmacist.post(CHECKOUT, basket).json()["id"]

    small = sell(1)
    pharmacist.get(SALES)
    paths = {"": SALES, "one": f"{SALES}{small}/", "costs": f"{SALES}{small}/costs/"}
    few = {}
    for name, path in paths.items():
        with django_assert_max_num_queries(12) as captured:
            pharmacist.get(path)
        few[name] = len(captured)
    large = [sell(6) for _ in range(5)][-1]
    for name, path in paths.items():
        with django_assert_num_queries(few[name]):
            assert pharmacist.get(path.replace(f"/{small}/", f"/{large}/")).status_code == 200


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        ("owner", {"sell", "view", "costs"}),
        ("pharmacist", {"sell", "view", "costs"}),
        ("cashier", {"sell", "view"}),
        ("accountant", {"view", "costs"}),
        ("auditor", {"view", "costs"}),
        ("purchasing", set()),
    ],
)
def test_each_role_does_what_it_may_and_nothing_else(client_as, product_id, role, allowed):
    client = client_as(role)
    calls = {
        "sell": client.post(CHECKOUT, body(product_id)),
        "view": client.get(SALES),
        "costs": client.get(f"{SALES}4711/costs/"),
    }
    permitted = {name for name, response in calls.items() if response.status_code != 403}
    assert permitted == allowed
    assert on_hand(product_id) == (9 if "sell" in allowed else 10)


def test_strangers_are_turned_away(api, product_id):
    assert api.post(CHECKOUT, body(product_id)).status_code == 401
    assert api.get(SALES).status_code == 401
    assert on_hand(product_id) == 10


SLIP = {"number": "RX-5", "prescriber": "Dr. Nour 88", "patient_reference": "P-31"}


def controlled_sale(client, now, **line):
    product_id = product_on_shelf(now=now, controlled_class="narcotic")
    body = {"lines": [{"product_id": product_id, "quantity": 2, **line}],
            "payment": {"method": "cash", "tendered": "300"}}  # fmt: skip
    return product_id, client.post("/api/v1/pos/checkout/", body)


def test_controlled_product_is_sold_on_prescription_and_enters_the_register(client_as, now):
    product_id, answer = controlled_sale(client_as("cashier"), now, prescription=SLIP)
    assert answer.status_code == 201, answer.json()
    row = apps.get_model("inventory", "RegisterEntry").objects.get(
        product_id=product_id, quantity=-2
    )
    assert (row.prescription_number, row.prescriber, row.patient_reference, row.balance) == (
        "RX-5", "Dr. Nour 88", "P-31", 8,
    )  # fmt: skip


@pytest.mark.parametrize("line", [{}, {"prescription": None}])
def test_controlled_product_is_not_sold_without_a_prescription(client_as, now, line):
    _product_id, answer = controlled_sale(client_as("cashier"), now, **line)
    assert (answer.status_code, answer.json()["code"]) == (422, "sale_lines_refused")
    (error,) = answer.json()["errors"]
    assert (error["field"], error["code"]) == ("lines.0.prescription", "prescription_required")
    assert apps.get_model("inventory", "StockMovement").objects.count() == 1


def test_half_a_prescription_is_not_taken(client_as, now):
    half = {**SLIP, "patient_reference": " "}
    _product_id, answer = controlled_sale(client_as("cashier"), now, prescription=half)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"].endswith("prescription.patient_reference")


def test_a_recall_names_the_sales_its_goods_went_out_with(cashier, client_as, product_id):
    other = product_on_shelf(now=timezone.now())
    first = cashier.post(CHECKOUT, body(product_id, quantity=3)).json()
    second = cashier.post(CHECKOUT, body(product_id, quantity=2)).json()
    cashier.post(CHECKOUT, body(other))
    pharmacist = client_as("pharmacist")
    batches = pharmacist.get("/api/v1/inventory/batches/", {"product_id": product_id}).json()
    recalled = {"batch_ids": [row["id"] for row in batches["results"]], "reason": "Ministry"}
    report = pharmacist.post("/api/v1/inventory/recalls/", recalled, format="json").json()
    assert [(row["name"], row["quantity"]) for row in report["went"]] == [
        (first["number"], 3), (second["number"], 2),
    ]  # fmt: skip
    assert [row["quantity"] for row in report["left"]] == [5]
