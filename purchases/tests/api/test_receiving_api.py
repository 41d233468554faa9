"""Taking deliveries in over HTTP: a phone at the door, who may do what, lists that stay fast."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from purchases.models import GoodsReceipt, Inspection, LandedCost, Receiving, ReceivingScan
from purchases.services.receipts.landed_costs import Bearer, Bill, landed_cost_post
from purchases.services.receipts.policies import receiving_policy_set, shelf_life_minimum_set
from purchases.services.receiving.scanning import Scan, receiving_scan
from purchases.services.receiving.sessions import receiving_start
from purchases.tests.factories import (
    SupplierFactory,
    actor_with,
    placed_order,
    short_product,
)
from purchases.tests.lower import StockLevel
from purchases.tests.roles import ROLES, does_its_part
from purchases.tests.services.taking_in import (
    datamatrix,
    fresh,
    gtin_of,
    in_days,
    like_product,
    line_of,
    order_of,
    quarantine,
    receive,
)
from purchases.tests.snapshots import everything

pytestmark = pytest.mark.django_db

V1 = "/api/v1"


def test_a_phone_takes_a_delivery_in_box_after_box(client_as):
    item = short_product(need=3)
    order = order_of(item)
    quarantine()
    client = client_as("purchasing")
    started = client.post(f"{V1}/receivings/", {"order_id": order.pk, "delivery_note": "7781"})
    assert started.status_code == 201, started.json()
    path = f"{V1}/receivings/{started.json()['id']}"
    gtin, expiry = gtin_of(item), in_days(700)
    for serial in ("1", "2"):
        code = datamatrix(gtin, batch="A4", expiry=expiry, serial=serial)
        # The answer got lost in the cellar: the phone sends it again.
        answers = [
            client.post(
                f"{path}/scans/",
                {"scans": [{"code": code}]},
                headers={"Idempotency-Key": f"phone-7-{serial}"},
            )
            for _ in range(2)
        ]
        assert [answer.status_code for answer in answers] == [201, 201], answers[0].json()
        assert answers[0].json() == answers[1].json()
    [taken] = answers[1].json()["scans"]
    assert (taken["batch_number"], taken["quantity"], taken["warnings"]) == ("A4", 2, [])
    again = client.post(f"{path}/scans/", {"scans": [{"code": code}]})
    assert (again.status_code, again.json()["code"]) == (422, "receiving_refused")
    assert [e["code"] for e in again.json()["errors"]] == ["serial_scanned"]

    by_hand = {"product_id": item, "quantity": 1, "batch_number": "B", "expiry_date": str(expiry)}
    assert client.post(f"{path}/scans/", {"scans": [by_hand]}).status_code == 201
    checked = client.patch(f"{path}/lines/2/", {"packaging_intact": False, "note": "Torn"})
    assert checked.status_code == 200, checked.json()
    assert client.post(f"{path}/inspect/").json()["state"] == "inspecting"
    terms = f"{path}/terms/{line_of(order).pk}/"
    shown = client.put(terms, {"invoice_amount": "33.00"}).json()
    assert (shown["terms"][0]["invoice_amount"], shown["progress"][0]["arrived"]) == ("33.00", 3)

    posted = client.post(f"{path}/post/")
    assert posted.status_code == 201, posted.json()
    receipt = posted.json()
    assert [line["flags"] for line in receipt["lines"]] == [
        ["price_below", "price_beyond_tolerance"],
        ["packaging_damaged", "price_below", "price_beyond_tolerance"],
    ]
    assert client.get(f"{path}/").json()["receipt_id"] == receipt["id"]
    assert len(client.get(f"{path}/scans/").json()["results"]) == 3

    pharmacist = client_as("pharmacist")
    [waiting] = pharmacist.get(f"{V1}/goods-inspections/?state=pending").json()["results"]
    assert waiting["because"] == ["packaging_damaged"]
    decision = {"inspection_id": waiting["id"], "accepted_quantity": 0, "note": "Wet"}
    decided = pharmacist.post(f"{V1}/goods-inspections/decide/", {"decisions": [decision]})
    assert decided.json()["inspections"][0]["rejected_quantity"] == 1, decided.json()
    [rejected] = client.get(f"{V1}/goods-rejected/").json()["results"]
    assert (rejected["batch_number"], rejected["in_quarantine"]) == ("B", 1)


def test_nothing_is_in_stock_before_it_is_posted(client_as):
    order = placed_order(need=5)
    client = client_as("pharmacist")
    path = f"{V1}/receivings/{start(order).pk}"
    scan = {"scans": [{"product_id": line_of(order).product_id, "quantity": 5}]}
    [taken] = client.post(f"{path}/scans/", scan).json()["scans"]
    assert not StockLevel.objects.exists()
    assert client.delete(f"{path}/scans/{taken['scan_id']}/").status_code == 204
    client.post(f"{path}/scans/", scan)
    assert client.delete(f"{path}/lines/1/").status_code == 204
    assert client.post(f"{path}/post/").json()["code"] == "receiving_refused"
    assert client.post(f"{path}/cancel/", {"reason": "Not ours"}).json()["state"] == "cancelled"
    assert client.post(f"{path}/resume/").json()["code"] == "receiving_state_refused"


def test_the_open_receiving_of_an_order_is_named(client_as):
    order = placed_order(need=5)
    started = start(order)
    answer = client_as("pharmacist").post(f"{V1}/receivings/", {"order_id": order.pk})
    assert (answer.status_code, answer.json()["receiving_id"]) == (409, started.pk)


@pytest.mark.parametrize(
    ("scan", "field"),
    [
        ({}, "scans.0.code"),
        ({"code": "x", "product_id": 1}, "scans.0.code"),
        ({"product_id": 1, "quantity": 0}, "scans.0.quantity"),
        ({"product_id": 1, "serial": "7"}, "scans.0.serial"),
    ],
)
def test_malformed_scans_are_400_with_the_place(scan, field, client_as):
    started = start(placed_order(need=5))
    answer = client_as("pharmacist").post(f"{V1}/receivings/{started.pk}/scans/", {"scans": [scan]})
    assert answer.status_code == 400
    assert [e["field"] for e in answer.json()["errors"]] == [field]
    assert not ReceivingScan.objects.exists()


# --- Leave ---


def over(order):
    line = line_of(order)
    return {
        "lines": [
            {
                "order_line_id": line.pk,
                "batches": [{"quantity": line.outstanding_quantity + 1}],
                "reason": "They insisted",
            }
        ]
    }


def instead(order, product):
    line = line_of(order)
    batch = {"quantity": 10, "product_id": product, "substitution_reason": "None left"}
    return {"lines": [{"order_line_id": line.pk, "batches": [batch]}]}


LEAVES = {
    "more than tolerated": ({"owner", "pharmacist"}, lambda order: over(order)),
    "a like product": (
        {"owner", "pharmacist", "purchasing"},
        lambda order: instead(order, like_product(need=0)),
    ),
    "another product": (
        {"owner", "pharmacist"},
        lambda order: instead(order, short_product(need=0)),
    ),
}


@pytest.mark.parametrize("role", ["owner", "pharmacist", "purchasing"])
@pytest.mark.parametrize("what", LEAVES)
def test_what_comes_in_beyond_the_order_depends_on_the_role(what, role, client_as):
    allowed, make = LEAVES[what]
    order = order_of(like_product(need=10))
    body = make(order)
    client = client_as(role)
    before = everything()
    answer = client.post(f"{V1}/purchase-orders/{order.pk}/receive/", body)
    if role in allowed:
        assert answer.status_code == 201, answer.json()
    else:
        assert (answer.status_code, answer.json()["code"]) == (422, "goods_receipt_refused")
        assert everything() == before


# --- Roles ---


def start(order):
    return receiving_start(actor=actor_with("pharmacist"), now=timezone.now(), order_id=order.pk)


def filled(state="draft"):
    order = placed_order(need=10)
    started = start(order)
    receiving_scan(
        actor=actor_with("pharmacist"),
        now=timezone.now(),
        receiving_id=started.pk,
        scans=[Scan(product_id=line_of(order).product_id, quantity=10)],
    )
    Receiving.objects.filter(pk=started.pk).update(state=state)
    return started


def waiting():
    quarantine()
    receive(placed_order(need=10), fresh(10, quarantine=True))
    return Inspection.objects.latest("pk")


def cost():
    receipt = receive(placed_order(need=10), fresh(10))
    return landed_cost_post(
        actor=actor_with("accountant"),
        now=timezone.now(),
        bill=Bill(
            kind="freight",
            spread="value",
            amount=Decimal(5),
            supplier_id=SupplierFactory.create().pk,
        ),
        bearers=[Bearer(receipt_id=receipt.pk)],
    )


def cost_body():
    receipt = receive(placed_order(need=10), fresh(10))
    return {
        "kind": "customs", "spread": "quantity", "amount": "5.00",
        "supplier_id": SupplierFactory.create().pk, "bearers": [{"receipt_id": receipt.pk}],
    }  # fmt: skip


def owing():
    order = placed_order(need=7, deal="1+6")
    receive(order, fresh(6))
    return line_of(order).pk


RECEIVERS = {"owner", "pharmacist", "purchasing"}
READERS = RECEIVERS | {"accountant", "auditor"}
LEADERS = {"owner", "pharmacist"}
ENDPOINTS = {
    "receivings list": ("get", READERS, lambda: ("receivings/", None)),
    "receiving start": (
        "post", RECEIVERS, lambda: ("receivings/", {"order_id": placed_order().pk}),
    ),
    "receiving read": ("get", READERS, lambda: (f"receivings/{filled().pk}/", None)),
    "receiving scans": ("get", READERS, lambda: (f"receivings/{filled().pk}/scans/", None)),
    "receiving inspect": ("post", RECEIVERS, lambda: (f"receivings/{filled().pk}/inspect/", {})),
    "receiving resume": (
        "post", RECEIVERS, lambda: (f"receivings/{filled('inspecting').pk}/resume/", {}),
    ),
    "receiving post": ("post", RECEIVERS, lambda: (f"receivings/{filled().pk}/post/", {})),
    "receiving cancel": (
        "post", RECEIVERS, lambda: (f"receivings/{filled().pk}/cancel/", {"reason": "no"}),
    ),
    "receiving line": (
        "patch", RECEIVERS, lambda: (f"receivings/{filled().pk}/lines/1/", {"quantity": 9}),
    ),
    "receiving line out": (
        "delete", RECEIVERS, lambda: (f"receivings/{filled().pk}/lines/1/", None),
    ),
    "inspections list": ("get", READERS, lambda: ("goods-inspections/", None)),
    "inspections decide": (
        "post",
        LEADERS,
        lambda: (
            "goods-inspections/decide/",
            {"decisions": [{"inspection_id": waiting().pk, "accepted_quantity": 10}]},
        ),
    ),
    "rejected list": ("get", READERS, lambda: ("goods-rejected/", None)),
    "receipt reverse": (
        "post",
        LEADERS,
        lambda: (
            f"goods-receipts/{receive(placed_order(need=10), fresh(10)).pk}/reverse/",
            {"reason": "no"},
        ),
    ),
    "free goods list": ("get", READERS, lambda: ("free-goods-owed/", None)),
    "free goods settle": (
        "post",
        RECEIVERS,
        lambda: (f"free-goods-owed/{owing()}/settle/", {"quantity": 1, "reason": "Waived"}),
    ),
    "landed costs list": ("get", READERS, lambda: ("landed-costs/", None)),
    "landed cost post": (
        "post", {"owner", "purchasing", "accountant"}, lambda: ("landed-costs/", cost_body()),
    ),
    "landed cost reverse": (
        "post",
        {"owner", "purchasing", "accountant"},
        lambda: (f"landed-costs/{cost().pk}/reverse/", {"reason": "no"}),
    ),
    "policies list": ("get", READERS, lambda: ("receiving-policies/", None)),
    "policy of all": (
        "put", LEADERS, lambda: ("receiving-policies/default/", {"over_percent": "5"}),
    ),
    "policy of a supplier": (
        "put",
        LEADERS,
        lambda: (f"receiving-policies/suppliers/{SupplierFactory.create().pk}/", {}),
    ),
    "policy away": ("delete", LEADERS, lambda: ("receiving-policies/default/", None)),
    "shelf lives list": ("get", READERS, lambda: ("shelf-life-minimums/", None)),
    "shelf life": (
        "put", LEADERS, lambda: (f"shelf-life-minimums/{short_product()}/", {"min_days": 90}),
    ),
}  # fmt: skip


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_every_role_may_do_exactly_its_part(endpoint, role, client_as):
    does_its_part(ENDPOINTS[endpoint], role, client_as)


@pytest.mark.parametrize(
    "path",
    [
        "receivings/999999/",
        "receivings/999999/scans/",
        "landed-costs/999999/",
    ],
)
def test_what_is_not_there_is_404(path, client_as):
    answer = client_as("owner").get(f"{V1}/{path}")
    assert answer.status_code == 404


# --- Policies ---


def test_a_policy_is_set_shown_and_taken_away(client_as):
    supplier = SupplierFactory.create()
    client = client_as("pharmacist")
    path = f"{V1}/receiving-policies/suppliers/{supplier.pk}/"
    assert client.put(path, {"over_percent": "2.50", "inspect_all": True}).status_code == 200
    [shown] = client.get(f"{V1}/receiving-policies/").json()["results"]
    assert (shown["supplier"]["id"], shown["over_percent"], shown["inspect_all"]) == (
        supplier.pk, "2.50", True,
    )  # fmt: skip
    # What is left out is as if never set.
    assert client.put(path, {"under_percent": "1"}).json()["over_percent"] == "0.00"
    assert client.delete(path).status_code == 204
    assert client.get(f"{V1}/receiving-policies/").json()["results"] == []
    unknown = client.put(f"{V1}/receiving-policies/suppliers/999999/", {})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "supplier_not_found")
    assert client.put(path, {"over_percent": "101"}).status_code == 400


def test_a_minimum_shelf_life_is_set_and_taken_away(client_as):
    product = short_product()
    client = client_as("pharmacist")
    path = f"{V1}/shelf-life-minimums/{product}/"
    assert client.put(path, {"min_days": 90}).status_code == 204
    [shown] = client.get(f"{V1}/shelf-life-minimums/").json()["results"]
    assert (shown["product"]["id"], shown["min_days"]) == (product, 90)
    assert client.put(path, {"min_days": None}).status_code == 204
    assert client.get(f"{V1}/shelf-life-minimums/").json()["results"] == []
    unknown = client.put(f"{V1}/shelf-life-minimums/999999/", {"min_days": 1})
    assert (unknown.status_code, unknown.json()["code"]) == (422, "product_unknown")


# --- Lists ---


def rule():
    receiving_policy_set(
        actor=actor_with("pharmacist"), now=timezone.now(), supplier_id=SupplierFactory().pk,
        values={},
    )  # fmt: skip


def minimum():
    shelf_life_minimum_set(
        actor=actor_with("pharmacist"), now=timezone.now(), product_id=short_product(),
        min_days=9,
    )  # fmt: skip


def rejected():
    inspection = waiting()
    Inspection.objects.filter(pk=inspection.pk).update(
        state="decided", rejected_quantity=10, note="x", decided_at=timezone.now(),
        decided_by_id=actor_with("pharmacist").id,
    )  # fmt: skip


LISTS = {
    "receivings/": filled,
    "goods-inspections/": waiting,
    "goods-rejected/": rejected,
    "free-goods-owed/": owing,
    "landed-costs/": cost,
    "receiving-policies/": rule,
    "shelf-life-minimums/": minimum,
}


@pytest.mark.parametrize("path", LISTS)
def test_a_list_does_not_ask_per_row(path, client_as):
    client = client_as("owner")
    counts = []
    for more in (1, 4):
        for _ in range(more):
            LISTS[path]()
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(f"{V1}/{path}")
        counts.append((len(queries), len(answer.json()["results"])))
    assert [rows for _queries, rows in counts] == [1, 5]
    assert counts[0][0] == counts[1][0]


def test_details_do_not_ask_per_line(client_as, now):
    client = client_as("owner")
    counts = []
    for size in (1, 100):
        order = order_of(*[short_product(need=10) for _ in range(size)])
        started = start(order)
        receiving_scan(
            actor=actor_with("pharmacist"), now=now, receiving_id=started.pk,
            scans=[Scan(product_id=line.product_id) for line in order.lines.all()],
        )  # fmt: skip
        with CaptureQueriesContext(connection) as reading:
            client.get(f"{V1}/receivings/{started.pk}/")
        with CaptureQueriesContext(connection) as posting:
            posted = client.post(f"{V1}/receivings/{started.pk}/post/")
        assert posted.status_code == 201, posted.json()
        with CaptureQueriesContext(connection) as shown:
            client.get(f"{V1}/goods-receipts/{posted.json()['id']}/")
        counts.append((len(reading), len(posting), len(shown)))
    assert counts[0] == counts[1]


def test_a_receipt_shows_what_its_lines_bear_of_each_landed_cost(client_as):
    order = order_of(short_product(need=10), short_product(need=10))
    own, other = (receive(order, fresh(10), line=line) for line in order.lines.order_by("position"))
    client = client_as("owner")
    body = {
        "kind": "freight", "spread": "value", "amount": "30.00",
        "supplier_id": SupplierFactory.create().pk,
        "bearers": [{"receipt_id": own.pk}, {"receipt_id": other.pk}],
    }  # fmt: skip
    shared = client.post(f"{V1}/landed-costs/", body).json()
    body |= {"amount": "5.00", "bearers": [{"receipt_id": own.pk}]}
    single = client.post(f"{V1}/landed-costs/", body).json()
    client.post(f"{V1}/landed-costs/{single['id']}/reverse/", {"reason": "Wrong"})

    def shown(receipt):
        rows = client.get(f"{V1}/goods-receipts/{receipt.pk}/").json()["landed_costs"]
        return [(row["number"], row["amount"], row["reversed_at"] is None) for row in rows]

    assert shown(own) == [(shared["number"], "15.00", True), (single["number"], "5.00", False)]
    assert shown(other) == [(shared["number"], "15.00", True)]


def test_what_was_rejected_names_the_receipt_line_its_return_wants(client_as):
    rejected()
    client = client_as("purchasing")
    [row] = client.get(f"{V1}/goods-rejected/").json()["results"]
    line = {
        "receipt_line_id": row["receipt_line_id"],
        "quantity": row["rejected_quantity"],
        "reason": "rejected",
    }
    stated = {"supplier_id": row["supplier"]["id"], "lines": [line]}
    made = client.post(f"{V1}/supplier-returns/", stated, format="json")
    assert made.status_code == 201, made.json()
    [back] = made.json()["lines"]
    assert (back["batch_id"], back["location_id"]) == (row["batch_id"], row["quarantine_id"])


def test_reversals_and_costs_are_answered_in_full(client_as, now):
    receipt = receive(placed_order(need=10, price=100), fresh(10))
    client = client_as("owner")
    body = {
        "kind": "freight", "spread": "value", "amount": "10.00", "supplier_id":
        SupplierFactory.create().pk, "bearers": [{"receipt_id": receipt.pk, "lines": [1]}],
    }  # fmt: skip
    posted = client.post(f"{V1}/landed-costs/", body)
    assert posted.status_code == 201, posted.json()
    [line] = posted.json()["lines"]
    assert (line["amount"], line["on_hand_amount"], line["gone_amount"]) == (
        "10.00", "10.00", "0.00",
    )  # fmt: skip
    reverse = f"{V1}/goods-receipts/{receipt.pk}/reverse/"
    refused = client.post(reverse, {"reason": "Not ours"})
    assert (refused.status_code, refused.json()["code"]) == (409, "goods_receipt_not_reversible")
    [row] = client.get(f"{V1}/landed-costs/?receipt_id={receipt.pk}").json()["results"]
    undone = client.post(f"{V1}/landed-costs/{row['id']}/reverse/", {"reason": "Wrong"})
    assert undone.json()["reversal_reason"] == "Wrong"
    reversed_ = client.post(reverse, {"reason": "Not ours", "lines": [1]})
    assert (reversed_.status_code, reversed_.json()["total"]) == (201, "1000.00")
    shown = client.get(f"{V1}/goods-receipts/{receipt.pk}/").json()
    assert [line["reversed"] for line in shown["lines"]] == [True]
    [taken_back] = shown["reversals"]
    assert taken_back == {
        "id": reversed_.json()["id"],
        "number": reversed_.json()["number"],
        "reason": "Not ours",
        "total": "1000.00",
        "reversed_at": taken_back["reversed_at"],
        "reversed_by": reversed_.json()["reversed_by"],
        "lines": [1],
    }
    assert GoodsReceipt.objects.count() == LandedCost.objects.count() == 1
