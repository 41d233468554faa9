"""Over HTTP, as different people: invoice, payment, return, credit note, statement."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.models import local_date
from files.tests.documents import pdf
from purchases.models import CreditNote, SupplierInvoice, SupplierPayment, SupplierReturn
from purchases.services.payments.payments import payment_make
from purchases.services.returns.returns import return_create
from purchases.tests.factories import SupplierFactory, actor_with
from purchases.tests.invoicing import posted, received
from purchases.tests.returning import credit, dispatched, going_back
from purchases.tests.snapshots import everything

pytestmark = pytest.mark.django_db

V1 = "/api/v1"


def body_of(receipt, **change):
    goods = receipt.lines.get()
    return {
        "supplier_id": receipt.order.supplier_id,
        "supplier_number": "S-1",
        "invoice_date": local_date(receipt.received_at).isoformat(),
        "receipt_ids": [receipt.pk],
        "lines": [
            {
                "receipt_line_id": goods.pk,
                "quantity": goods.quantity,
                "pack_price": "110",
                "amount": "1100.00",
            }
        ],
        "total": "1100.00",
        **change,
    }


def test_from_the_invoice_to_the_last_payment(client_as, now):
    receipt = received(need=10, price=100)
    supplier = receipt.order.supplier_id
    buyer, pharmacist, accountant = (
        client_as(role) for role in ("purchasing", "pharmacist", "accountant")
    )
    made = buyer.post(f"{V1}/supplier-invoices/", body_of(receipt), format="json")
    assert made.status_code == 201, made.json()
    path = f"{V1}/supplier-invoices/{made.json()['id']}"
    again = buyer.post(f"{V1}/supplier-invoices/", body_of(receipt), format="json")
    assert (again.status_code, again.json()["code"]) == (409, "supplier_invoice_number_taken")
    file = SimpleUploadedFile("s-1.pdf", pdf())
    attached = buyer.post(f"{path}/files/", {"file": file, "note": "p. 1"}, format="multipart")
    assert (attached.status_code, attached.json()["name"]) == (201, "s-1.pdf")

    shown = buyer.post(f"{path}/match/").json()
    assert shown["state"] == "differences"
    [difference] = shown["differences"]
    assert difference["kind"] == "price"
    assert (difference["expected"], difference["found"]) == ("1000.00", "1100.00")
    assert shown["lines"][0]["matches"][0]["receipt_number"] == receipt.number
    assert accountant.post(f"{path}/approve/").status_code == 409
    resolution = {"difference_id": difference["id"], "resolution": "accept"}
    shown = pharmacist.post(
        f"{path}/resolve/", {"resolutions": [resolution], "reason": "Agreed"}, format="json"
    ).json()
    assert (shown["state"], shown["payable"]) == ("approved", "1100.00")
    shown = accountant.post(f"{path}/post/").json()
    assert (shown["state"], shown["open_amount"]) == ("posted", "1100.00")

    paid = accountant.post(
        f"{V1}/supplier-payments/",
        {"supplier_id": supplier, "amount": "400.00", "account": "cash"},
        format="json",
    )
    assert paid.status_code == 201, paid.json()
    [settlement] = paid.json()["settlements"]
    undone = accountant.post(f"{V1}/supplier-settlements/{settlement['id']}/undo/")
    assert undone.json()["open_amount"] == "1100.00"
    payment = f"{V1}/supplier-payments/{paid.json()['id']}"
    named = {"invoices": [{"invoice_id": shown["id"], "amount": "150.00"}]}
    assert accountant.post(f"{payment}/allocate/", named, format="json").json()["free"] == "250.00"
    account = accountant.get(f"{V1}/supplier-accounts/{supplier}/").json()
    assert (account["balance"], account["open_invoices"]) == ("700.00", "950.00")
    assert (account["free_payments"], account["other"]) == ("250.00", "0.00")
    statement = accountant.get(f"{V1}/supplier-accounts/{supplier}/statement/").json()
    assert statement["closing"] == "700.00"
    ageing = accountant.get(f"{V1}/supplier-accounts/ageing/?buckets=10,20").json()
    assert ageing["bounds"] == [10, 20]
    assert ageing["rows"][0]["balance"] == "700.00"
    reason = {"reason": "Cheque came back"}
    assert client_as("owner").post(f"{payment}/reverse/", reason).json()["reversed_at"]


def test_from_the_calendar_to_the_credit_note(client_as, now):
    receipt = received(need=10, price=100)
    supplier = receipt.order.supplier_id
    buyer, pharmacist, accountant = (
        client_as(role) for role in ("purchasing", "pharmacist", "accountant")
    )
    policy = buyer.post(
        f"{V1}/return-policies/", {"supplier_id": supplier, "days_after_receipt": 30}
    )
    assert policy.status_code == 201, policy.json()
    until = (local_date(now) + timedelta(days=30)).isoformat()
    [row] = buyer.get(f"{V1}/supplier-returns/returnable/?until={until}").json()["results"]
    assert (row["receipt_number"], row["value"], row["last_day"]) == (
        receipt.number,
        "1000.00",
        until,
    )
    line = {"receipt_line_id": row["receipt_line_id"], "quantity": 4, "reason": "overstock"}
    made = buyer.post(
        f"{V1}/supplier-returns/", {"supplier_id": supplier, "lines": [line]}, format="json"
    )
    assert made.status_code == 201, made.json()
    path = f"{V1}/supplier-returns/{made.json()['id']}"
    assert pharmacist.post(f"{path}/approve/").json()["state"] == "approved"
    sent = buyer.post(f"{path}/dispatch/", {"reference": "V-9"}).json()
    assert (sent["state"], sent["lines"][0]["cost"]) == ("dispatched", "400.00")
    note = accountant.post(
        f"{V1}/supplier-credit-notes/",
        {
            "supplier_id": supplier,
            "supplier_number": "C-1",
            "note_date": local_date(now).isoformat(),
            "amount": "390.00",
            "return_id": sent["id"],
        },
        format="json",
    )
    assert note.status_code == 201, note.json()
    assert note.json()["difference"] == "-10.00"
    assert buyer.get(f"{path}/").json()["state"] == "credited"
    scores = buyer.get(
        f"{V1}/supplier-scorecards/?date_from={local_date(now)}&date_to={local_date(now)}"
    ).json()
    assert scores["rows"][0]["goods"]["returned_units"] == 4


FORBIDDEN = [
    ("cashier", "get", "supplier-invoices/"),
    ("cashier", "get", "supplier-accounts/ageing/"),
    ("cashier", "get", "supplier-returns/returnable/"),
    ("auditor", "post", "supplier-invoices/"),
    ("auditor", "post", "supplier-returns/"),
    ("purchasing", "post", "supplier-invoices/1/approve/"),
    ("purchasing", "post", "supplier-invoices/1/resolve/"),
    ("purchasing", "post", "supplier-invoices/1/post/"),
    ("purchasing", "post", "supplier-payments/"),
    ("purchasing", "post", "supplier-credit-notes/"),
    ("purchasing", "post", "supplier-returns/1/approve/"),
    ("accountant", "post", "supplier-invoices/1/resolve/"),
    ("accountant", "post", "supplier-returns/1/dispatch/"),
    ("accountant", "post", "return-policies/"),
    ("pharmacist", "post", "supplier-invoices/1/post/"),
    ("pharmacist", "post", "supplier-settlements/1/undo/"),
]


@pytest.mark.parametrize(("role", "method", "path"), FORBIDDEN)
def test_who_may_not_is_refused_and_nothing_changes(role, method, path, client_as):
    client = client_as(role)
    before = everything()
    answer = getattr(client, method)(f"{V1}/{path}", {}, format="json")
    assert answer.status_code == 403
    assert everything() == before


@pytest.mark.parametrize("kind", ["csv", "xlsx", "pdf"])
@pytest.mark.parametrize("language", ["ar", "en"])
def test_reports_are_taken_away_in_every_format_and_language(kind, language, client_as, now):
    receipt = received(need=10, price=100)
    posted(receipt)
    client, today = client_as("owner"), local_date(now)
    for path in (
        f"supplier-accounts/{receipt.order.supplier_id}/statement/?",
        "supplier-accounts/ageing/?",
        f"supplier-scorecards/?date_from={today}&date_to={today}&",
    ):
        answer = client.get(f"{V1}/{path}format={kind}&language={language}")
        content = b"".join(answer.streaming_content)
        assert answer.status_code == 200
        assert answer["Content-Language"] == language
        assert len(content) > 100
        if kind == "pdf":
            assert content.startswith(b"%PDF")


def _note():
    return credit(dispatched(received(need=4, price=10)), 40)


def _paid():
    invoice = posted(received(need=10, price=100))
    return payment_make(
        actor=actor_with("accountant"),
        now=invoice.posted_at,
        supplier_id=invoice.supplier_id,
        amount=invoice.payable / 2,
        account="cash",
    )


def _drafted():
    receipt = received(need=4, price=10)
    return return_create(
        actor=actor_with("purchasing"),
        now=receipt.received_at,
        supplier_id=receipt.order.supplier_id,
        lines=[going_back(receipt, 1)],
    )


LISTS = {
    "supplier-invoices/": lambda: posted(received(need=10, price=100)),
    "supplier-payments/": _paid,
    "supplier-credit-notes/": _note,
    "supplier-returns/": _drafted,
    "supplier-returns/returnable/": lambda: received(need=10, price=100),
}


@pytest.mark.parametrize("path", LISTS)
def test_a_list_does_not_ask_per_row(path, client_as):
    client = client_as("owner")

    def read():
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(f"{V1}/{path}")
        assert answer.status_code == 200
        return len(queries), len(answer.json()["results"])

    LISTS[path]()
    few, one = read()
    for _ in range(4):
        LISTS[path]()
    many, five = read()
    assert (one, five) == (1, 5)
    assert few == many


def test_the_calendar_comes_in_pages_that_end_soonest_first(client_as, now):
    buyer = client_as("purchasing")
    today = local_date(now)
    for days in (30, 10, 20):
        receipt = received(need=10, price=100)
        buyer.post(
            f"{V1}/return-policies/",
            {"supplier_id": receipt.order.supplier_id, "days_after_receipt": days},
        )
    path = f"{V1}/supplier-returns/returnable/?page_size=2"
    first = buyer.get(path).json()
    second = buyer.get(first["next"]).json()
    assert (first["count"], second["next"]) == (3, None)
    assert [row["last_day"] for row in first["results"] + second["results"]] == [
        (today + timedelta(days=days)).isoformat() for days in (10, 20, 30)
    ]


def test_a_receipt_shows_the_lines_that_invoices_and_returns_name(client_as):
    receipt = received(need=10, price=100)
    buyer = client_as("purchasing")
    [shown] = buyer.get(f"{V1}/goods-receipts/{receipt.pk}/").json()["lines"]
    line = {"receipt_line_id": shown["id"], "quantity": 4, "reason": "damaged"}
    made = buyer.post(
        f"{V1}/supplier-returns/",
        {"supplier_id": receipt.order.supplier_id, "lines": [line]},
        format="json",
    )
    assert made.status_code == 201, made.json()


@pytest.mark.parametrize(
    ("model", "path", "make"),
    [
        (SupplierInvoice, "supplier-invoices", LISTS["supplier-invoices/"]),
        (SupplierPayment, "supplier-payments", _paid),
        (CreditNote, "supplier-credit-notes", _note),
        (SupplierReturn, "supplier-returns", _drafted),
    ],
)
def test_one_is_read_and_an_unknown_one_is_not_found(model, path, make, client_as):
    row = make()
    client = client_as("owner")
    assert client.get(f"{V1}/{path}/{row.pk}/").json()["id"] == row.pk
    assert client.get(f"{V1}/{path}/{10**9}/").status_code == 404


def test_policies_are_read_changed_and_removed(client_as):
    buyer, supplier = client_as("purchasing"), SupplierFactory()
    made = buyer.post(
        f"{V1}/return-policies/",
        {"supplier_id": supplier.pk, "reason": "expired", "latest_months_after_expiry": 6},
        format="json",
    ).json()
    path = f"{V1}/return-policies/{made['id']}/"
    assert buyer.get(path).json() == made
    changed = buyer.patch(path, {"credit_percent": "80.00"}, format="json").json()
    assert changed == made | {"credit_percent": "80.00"}
    [listed] = buyer.get(f"{V1}/return-policies/?supplier_id={supplier.pk}").json()["results"]
    assert listed == changed
    assert buyer.delete(path).status_code == 204
    assert buyer.get(path).status_code == 404


def test_allocating_is_answered_again_for_the_same_key_and_refused_anew_for_another(client_as, now):
    receipt = received(need=10, price=100)
    posted(receipt)
    payment = payment_make(
        actor=actor_with("accountant"),
        now=now,
        supplier_id=receipt.order.supplier_id,
        amount=Decimal(400),
        account="cash",
        allocate=False,
    )
    client = client_as("accountant")
    path = f"{V1}/supplier-payments/{payment.pk}/allocate/"
    first = client.post(path, {}, headers={"Idempotency-Key": "allocate-0001"})
    assert (first.status_code, first.json()["allocated"]) == (200, "400.00"), first.json()
    before = everything()
    again = client.post(path, {}, headers={"Idempotency-Key": "allocate-0001"})
    assert (again.status_code, again.json()) == (200, first.json())
    anew = client.post(path, {}, headers={"Idempotency-Key": "allocate-0002"})
    assert (anew.status_code, anew.json()["code"]) == (409, "nothing_to_settle")
    assert everything() == before
