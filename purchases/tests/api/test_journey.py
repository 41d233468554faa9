"""Over HTTP, as different people: from an offer to goods on the shelf, and who may do what."""

import pytest

from capital.tests.factories import put_in
from purchases.models import GoodsReceipt, Offer, Proposal, PurchaseOrder, Supplier
from purchases.tasks import apply_proposal
from purchases.tests.factories import (
    OfferFactory,
    OfferLineFactory,
    SupplierFactory,
    draft_proposal,
    placed_order,
    short_product,
    source,
    submitted_proposal,
)
from purchases.tests.roles import ROLES, does_its_part

pytestmark = pytest.mark.django_db

V1 = "/api/v1"


def test_from_shortage_to_shelf(client_as, now):
    put_in(1_000_000, now=now)
    product = short_product(need=14, name_ar="سيتامول", name_en="Cetamol")
    source(product, price=100, deal="1+6", supplier=SupplierFactory(name="Sham"))
    buyer, pharmacist = client_as("purchasing"), client_as("pharmacist")

    compared = buyer.get(f"{V1}/offers/comparison/").json()
    assert compared["count"] == 1
    assert compared["results"][0]["quotes"][0]["true_unit_cost"] == "85.714286"

    built = buyer.post(f"{V1}/purchase-proposals/", {})
    assert built.status_code == 201, built.json()
    read_again = buyer.get(f"{V1}/purchase-proposals/builds/{built.json()['id']}/")
    assert read_again.json() == built.json()
    [proposal] = built.json()["proposals"]
    [line] = proposal["lines"]
    assert proposal["total"] == "1200.00"
    assert line["product"]["name_en"] == "Cetamol"
    assert "Cetamol" in line["explanation"]["en"]
    assert line["why"]["deal"] == {
        "printed": "1+6",
        "reading": "1+6",
        "tier": {"bought": 6, "free": 1},
        "worth": "200.00",
    }
    path = f"{V1}/purchase-proposals/{proposal['id']}"

    assert buyer.post(f"{path}/submit/").json()["state"] == "submitted"
    own = pharmacist.post(f"{path}/approve/", {"version": 2})
    assert own.json()["state"] == "approved"
    assert own.json()["decided_by"]["username"] == pharmacist.user.username

    apply_proposal(proposal["id"])
    shown = buyer.get(f"{path}/").json()
    assert shown["state"] == "ordered"
    order = buyer.get(f"{V1}/purchase-orders/{shown['order_id']}/").json()
    assert order["lines"][0]["outstanding_quantity"] == 14

    received = pharmacist.post(
        f"{V1}/purchase-orders/{order['id']}/receive/",
        {
            "delivery_note": "7781",
            "lines": [
                {
                    "order_line_id": order["lines"][0]["id"],
                    "invoice_price": "110.00",
                    "batches": [
                        {"batch_number": "A1", "expiry_date": "2099-01-31", "quantity": 6},
                        {"quantity": 1},
                    ],
                }
            ],
        },
    )
    assert received.status_code == 201, received.json()
    receipt = received.json()
    assert (receipt["total"], receipt["price_difference"]) == ("660.00", "60.00")
    dearer = ["price_above", "price_beyond_tolerance"]
    assert [line["flags"] for line in receipt["lines"]] == [
        dearer,
        ["batch_unknown", "expiry_unknown", *dearer],
    ]
    after = buyer.get(f"{V1}/purchase-orders/{order['id']}/").json()
    assert (after["state"], after["receipts"][0]["number"]) == (
        "partially_received",
        receipt["number"],
    )
    shown = buyer.get(f"{V1}/goods-receipts/{receipt['id']}/").json()
    # Another reader may do less with it.
    assert "reverse" in receipt.pop("allowed_actions")
    assert shown.pop("allowed_actions") == ["bill", "return", "spread_cost"]
    assert shown == receipt


def test_a_line_is_reviewed_and_its_product_created(client_as):
    line = OfferLineFactory(public_price=100)
    client = client_as("pharmacist")
    decided = client.post(
        f"{V1}/offer-lines/{line.pk}/create-product/",
        {"name_ar": "جديد", "min_stock": 5, "max_stock": 10},
    )
    assert decided.status_code == 200, decided.json()
    assert decided.json()["status"] == "matched"
    assert decided.json()["product"]["name_ar"] == "جديد"
    assert client.get(f"{V1}/offer-lines/{line.pk}/").json() == decided.json()


def test_offer_lines_show_suggestions_with_names(client_as):
    product = short_product(name_ar="سيتامول")
    line = OfferLineFactory(suggested_product_id=product)
    rows = client_as("auditor").get(f"{V1}/offers/{line.offer_id}/lines/?status=needs_review")
    assert rows.json()["results"][0]["candidates"][0]["product"]["name_ar"] == "سيتامول"
    assert rows.json()["results"][0]["provenance"]["engine"] == "tests"


def body_of_receipt(order):
    line = order.lines.get()
    return {"lines": [{"order_line_id": line.pk, "batches": [{"quantity": 1}]}]}


# (name, method, permission-bearing roles, how to make the path and body)
BUYERS = {"owner", "pharmacist", "purchasing"}
READERS = BUYERS | {"accountant", "auditor"}
ENDPOINTS = {
    "suppliers list": ("get", READERS, lambda: ("suppliers/", None)),
    "supplier add": ("post", BUYERS, lambda: ("suppliers/", {"name": "New one"})),
    "supplier change": (
        "patch",
        BUYERS,
        lambda: (f"suppliers/{SupplierFactory.create().pk}/", {"notes": "1"}),
    ),
    "offers list": ("get", READERS, lambda: ("offers/", None)),
    "offer withdraw": (
        "post",
        BUYERS,
        lambda: (f"offers/{OfferFactory.create().pk}/withdraw/", {}),
    ),
    "offer rematch": ("post", BUYERS, lambda: (f"offers/{OfferFactory.create().pk}/rematch/", {})),
    "line ignore": (
        "post",
        BUYERS,
        lambda: (f"offer-lines/{OfferLineFactory.create().pk}/ignore/", {}),
    ),
    "line accept": (
        "post",
        BUYERS,
        lambda: (
            f"offer-lines/{OfferLineFactory.create(suggested_product_id=short_product()).pk}/accept/",
            {},
        ),
    ),
    "comparison": ("get", READERS, lambda: ("offers/comparison/", None)),
    "proposals list": ("get", READERS, lambda: ("purchase-proposals/", None)),
    "proposal submit": (
        "post",
        BUYERS,
        lambda: (f"purchase-proposals/{draft_proposal().pk}/submit/", {}),
    ),
    "proposal cancel": (
        "post",
        BUYERS,
        lambda: (f"purchase-proposals/{draft_proposal().pk}/cancel/", {"reason": "no"}),
    ),
    "proposal reject": (
        "post",
        {"owner", "pharmacist"},
        lambda: (f"purchase-proposals/{submitted_proposal().pk}/reject/", {"reason": "no"}),
    ),
    "proposal approve": (
        "post",
        {"owner", "pharmacist"},
        lambda: (f"purchase-proposals/{submitted_proposal().pk}/approve/", {"version": 2}),
    ),
    "orders list": ("get", READERS, lambda: ("purchase-orders/", None)),
    "order cancel": (
        "post",
        BUYERS,
        lambda: (f"purchase-orders/{placed_order().pk}/cancel/", {"reason": "no"}),
    ),
    "order receive": (
        "post",
        BUYERS,
        lambda: (lambda order: (f"purchase-orders/{order.pk}/receive/", body_of_receipt(order)))(
            placed_order()
        ),
    ),
    "receipts list": ("get", READERS, lambda: ("goods-receipts/", None)),
}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_every_role_may_do_exactly_its_part(endpoint, role, client_as):
    does_its_part(ENDPOINTS[endpoint], role, client_as)


def test_nobody_unknown_sees_anything(api):
    for path in ("suppliers/", "offers/", "purchase-proposals/", "purchase-orders/"):
        assert api.get(f"{V1}/{path}").status_code == 401


def test_the_requester_cannot_approve_over_http(client_as, now):
    put_in(1_000_000, now=now)
    source(short_product(need=10), price=10)
    client = client_as("pharmacist")
    [proposal] = client.post(f"{V1}/purchase-proposals/", {}).json()["proposals"]
    client.post(f"{V1}/purchase-proposals/{proposal['id']}/submit/")
    answer = client.post(f"{V1}/purchase-proposals/{proposal['id']}/approve/", {"version": 2})
    assert (answer.status_code, answer.json()["code"]) == (422, "approver_is_requester")
    assert Proposal.objects.get().state == "submitted"


def test_without_the_money_the_answer_says_what_there_is(client_as):
    proposal = submitted_proposal(need=10, price=100)
    answer = client_as("pharmacist").post(
        f"{V1}/purchase-proposals/{proposal.pk}/approve/", {"version": proposal.version}
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "insufficient_capital")
    assert (answer.json()["available"], answer.json()["requested"]) == ("0.00", "1000.00")


def test_nothing_to_propose_says_why(client_as):
    product = short_product()
    answer = client_as("purchasing").post(f"{V1}/purchase-proposals/", {"product_ids": [product]})
    assert (answer.status_code, answer.json()["code"]) == (422, "nothing_to_propose")
    assert answer.json()["excluded"][0]["reason"] == "not_offered"


def test_over_delivery_names_the_line(client_as):
    order = placed_order(need=7)
    body = body_of_receipt(order)
    body["lines"][0]["batches"] = [{"quantity": 8}]
    answer = client_as("pharmacist").post(f"{V1}/purchase-orders/{order.pk}/receive/", body)
    assert (answer.status_code, answer.json()["code"]) == (422, "goods_receipt_refused")
    assert [e["field"] for e in answer.json()["errors"]] == ["lines.0.batches"]
    assert not GoodsReceipt.objects.exists()


@pytest.mark.parametrize(
    ("batch", "field"),
    [
        ({"quantity": 0}, "lines.0.batches.0.quantity"),
        ({"quantity": 1, "expiry": "2099-01-01"}, "lines.0.batches.0.expiry"),
        ({"quantity": 1, "expiry_date": "31/01/2099"}, "lines.0.batches.0.expiry_date"),
    ],
)
def test_malformed_deliveries_are_400_with_the_place(batch, field, client_as):
    order = placed_order(need=7)
    body = body_of_receipt(order)
    body["lines"][0]["batches"] = [batch]
    answer = client_as("pharmacist").post(f"{V1}/purchase-orders/{order.pk}/receive/", body)
    assert answer.status_code == 400
    assert [e["field"] for e in answer.json()["errors"]] == [field]
    assert PurchaseOrder.objects.get().state == "open"


def test_the_same_key_receives_once(client_as):
    order = placed_order(need=7)
    client = client_as("pharmacist")
    answers = [
        client.post(
            f"{V1}/purchase-orders/{order.pk}/receive/",
            body_of_receipt(order),
            headers={"Idempotency-Key": "delivery-0001"},
        )
        for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert GoodsReceipt.objects.count() == 1


@pytest.mark.parametrize(
    "path",
    [
        "suppliers/999999/",
        "offers/999999/",
        "offers/999999/lines/",
        "offers/comparison/?product_id=999999",
        "offer-lines/999999/",
        "purchase-proposals/999999/",
        "purchase-proposals/builds/999999/",
        "purchase-orders/999999/",
        "goods-receipts/999999/",
        "offers/99999999999999999999/",
    ],
)
def test_what_is_not_there_is_404(path, client_as):
    answer = client_as("owner").get(f"{V1}/{path}")
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_quantity_without_its_product_is_refused(client_as):
    answer = client_as("owner").get(f"{V1}/offers/comparison/?quantity=5")
    assert answer.status_code == 400
    assert [e["field"] for e in answer.json()["errors"]] == ["quantity"]


def test_a_supplier_is_added_changed_and_taken_once(client_as):
    client = client_as("purchasing")
    added = client.post(f"{V1}/suppliers/", {"name": "مستودع الأمانة"})
    assert added.status_code == 201
    changed = client.patch(
        f"{V1}/suppliers/{added.json()['id']}/", {"deal_direction": "free_first"}
    )
    assert changed.json()["deal_direction"] == "free_first"
    again = client.post(f"{V1}/suppliers/", {"name": "مستودع الامانه"})
    assert (again.status_code, again.json()["code"]) == (409, "supplier_name_taken")
    assert Supplier.objects.count() == 1


def test_an_offers_last_day_is_set(client_as):
    offer = OfferFactory()
    answer = client_as("purchasing").patch(
        f"{V1}/offers/{offer.pk}/", {"valid_until": "2099-12-31"}
    )
    assert answer.json()["valid_until"] == "2099-12-31"
    assert str(Offer.objects.get().valid_until) == "2099-12-31"
