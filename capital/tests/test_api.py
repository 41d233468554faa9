from __future__ import annotations

import uuid
from decimal import Decimal

import pytest

from capital.chart import SystemAccount
from capital.models import JournalEntry
from capital.selectors import capital_summary
from capital.services.commitments import commitment_create
from capital.services.ledger import Posting, entry_post
from capital.services.operations import SUPPLIER_PARTY
from capital.tests.factories import post, put_in
from core.audit import SYSTEM

pytestmark = pytest.mark.django_db

URL = "/api/v1/capital"
CONTRIBUTION = {"amount": "2000000.50", "account": "cash", "memo": "float"}


@pytest.fixture
def accountant(client_as):
    return client_as("accountant")


def owe(now, supplier_id: int, amount: int) -> int:
    return entry_post(
        actor=SYSTEM,
        now=now,
        source_type="purchases.goods_receipt",
        source_id=str(supplier_id),
        kind="receipt",
        postings=[
            Posting(account=SystemAccount.INVENTORY, debit=Decimal(amount)),
            Posting(
                account=SystemAccount.PAYABLES,
                credit=Decimal(amount),
                party_type=SUPPLIER_PARTY,
                party_id=str(supplier_id),
            ),
        ],
    )


def test_a_contribution_is_answered_with_its_entry(accountant):
    response = accountant.post(f"{URL}/owner-contributions/", CONTRIBUTION)
    assert response.status_code == 201, response.json()
    entry = response.json()
    assert entry["kind"] == "owner_contribution"
    assert entry["total"] == "2000000.50"
    assert entry["memo"] == "float"
    assert entry["actor_id"] == accountant.user.pk
    assert [
        (line["account_system_code"], line["debit"], line["credit"]) for line in entry["lines"]
    ] == [("cash", "2000000.50", "0.00"), ("owner_equity", "0.00", "2000000.50")]
    assert accountant.get(f"{URL}/entries/{entry['id']}/").json() == entry


def test_the_same_idempotency_key_posts_once(accountant):
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    first = accountant.post(f"{URL}/owner-contributions/", CONTRIBUTION, headers=headers)
    second = accountant.post(f"{URL}/owner-contributions/", CONTRIBUTION, headers=headers)
    assert second.status_code == 201
    assert second.json() == first.json()
    assert JournalEntry.objects.count() == 1


@pytest.mark.parametrize("account", ["inventory", "1200", "expenses", "no such"])
def test_money_goes_to_cash_and_bank_only(accountant, account):
    response = accountant.post(
        f"{URL}/owner-contributions/", {**CONTRIBUTION, "account": account}, format="json"
    )
    assert response.status_code == 422
    problem = response.json()["errors"][0]
    assert (problem["field"], problem["code"]) == ("account", "unknown_account")
    assert not JournalEntry.objects.exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"amount": "0"}, "amount"),
        ({"amount": "-5"}, "amount"),
        ({"amount": "NaN"}, "amount"),
        ({"amount": "Infinity"}, "amount"),
        ({"amount": "1e20"}, "amount"),
        ({"amount": "1e400"}, "amount"),
        ({"amount": "0.001"}, "amount"),
        ({"amount": None}, "amount"),
        ({"amount": []}, "amount"),
        ({"account": None}, "account"),
        ({"account": "x" * 41}, "account"),
        ({"occurred_at": "yesterday"}, "occurred_at"),
        ({"total": "5"}, "total"),
        ({"memo": "x" * 501}, "memo"),
    ],
)
def test_a_faulty_contribution_is_refused_naming_the_field(accountant, change, field):
    response = accountant.post(f"{URL}/owner-contributions/", {**CONTRIBUTION, **change})
    assert response.status_code == 400
    assert [error["field"] for error in response.json()["errors"]] == [field]
    assert not JournalEntry.objects.exists()


def test_a_withdrawal_beyond_the_capital_says_what_is_available(accountant, now):
    put_in(100, now=now)
    response = accountant.post(f"{URL}/owner-withdrawals/", {"amount": "101", "account": "cash"})
    assert response.status_code == 409
    problem = response.json()
    assert problem["code"] == "insufficient_capital"
    assert (problem["available"], problem["requested"]) == ("100.00", "101.00")
    assert capital_summary().cash == 100


def test_a_withdrawal_lowers_the_capital(accountant, now):
    put_in(100, now=now)
    response = accountant.post(f"{URL}/owner-withdrawals/", {"amount": "40", "account": "cash"})
    assert response.status_code == 201
    summary = accountant.get(f"{URL}/summary/").json()
    assert (summary["cash"], summary["available"]) == ("60.00", "60.00")


def test_a_supplier_is_paid_and_leaves_the_payables(accountant, now):
    put_in(500, now=now)
    owe(now, 7, 300)
    assert accountant.get(f"{URL}/payables/").json() == [
        {"party_type": "purchases.supplier", "party_id": "7", "balance": "300.00"}
    ]
    response = accountant.post(
        f"{URL}/supplier-payments/", {"supplier_id": 7, "amount": "300", "account": "cash"}
    )
    assert response.status_code == 201
    assert response.json()["lines"][0]["party_id"] == "7"
    assert accountant.get(f"{URL}/payables/").json() == []


def test_paying_more_than_is_owed_is_refused(accountant, now):
    put_in(500, now=now)
    owe(now, 7, 300)
    response = accountant.post(
        f"{URL}/supplier-payments/", {"supplier_id": 7, "amount": "301", "account": "cash"}
    )
    assert response.status_code == 422
    assert response.json()["code"] == "payment_exceeds_payable"
    assert response.json()["owed"] == "300.00"
    assert capital_summary().cash == 500


def test_the_owner_reverses_an_operation(client_as, now):
    owner = client_as("owner")
    entry = owner.post(f"{URL}/owner-contributions/", CONTRIBUTION).json()
    response = owner.post(f"{URL}/entries/{entry['id']}/reverse/", {"reason": "typed twice"})
    assert response.status_code == 201
    assert response.json()["reverses_id"] == entry["id"]
    assert response.json()["reverses_number"] == entry["number"]
    reversed_entry = owner.get(f"{URL}/entries/{entry['id']}/").json()
    assert reversed_entry["reversed_by_number"] == response.json()["number"]
    assert capital_summary().cash == 0


def test_the_entry_of_a_receipt_is_not_reversed_here(client_as, now):
    entry_id = owe(now, 7, 300)
    response = client_as("owner").post(f"{URL}/entries/{entry_id}/reverse/", {"reason": "x"})
    assert response.status_code == 409
    assert response.json()["code"] == "entry_belongs_to_document"
    assert JournalEntry.objects.count() == 1


def test_an_unknown_entry_is_not_found(client_as):
    owner = client_as("owner")
    assert owner.get(f"{URL}/entries/4711/").status_code == 404
    response = owner.post(f"{URL}/entries/4711/reverse/", {"reason": "x"})
    assert response.status_code == 404
    assert response.json()["code"] == "entry_not_found"


def test_the_journal_is_filtered(accountant, now):
    first = put_in(10, now=now)
    second = post(SystemAccount.BANK, SystemAccount.OWNER_EQUITY, 20, now=now)
    third = owe(now, 7, 30)

    def found(**query):
        response = accountant.get(f"{URL}/entries/", query)
        assert response.status_code == 200, response.json()
        return [entry["id"] for entry in response.json()["results"]]

    assert found() == [third, second, first]
    assert found(account="cash") == [first]
    assert found(account="1010") == [second]
    assert found(account="owner_equity") == [second, first]
    assert found(party_type=SUPPLIER_PARTY, party_id="7") == [third]
    assert found(party_id="8") == []
    assert found(kind="receipt") == [third]
    assert found(source_type="purchases.goods_receipt", source_id="7") == [third]
    assert found(number="JE-2026-000002") == [second]
    assert found(date_from="2026-03-10", date_to="2026-03-10") == [third, second, first]
    assert found(date_from="2026-03-11") == []
    assert found(date_to="2026-03-09") == []


def test_an_unknown_filter_is_refused(accountant):
    response = accountant.get(f"{URL}/entries/", {"acount": "cash"})
    assert response.status_code == 400
    assert response.json()["errors"][0]["field"] == "acount"


def test_the_journal_is_read_in_pages(accountant, now):
    for _ in range(3):
        put_in(1, now=now)
    page = accountant.get(f"{URL}/entries/", {"page_size": 2}).json()
    assert len(page["results"]) == 2
    rest = accountant.get(page["next"]).json()
    assert len(rest["results"]) == 1
    assert rest["next"] is None


def test_commitments_are_listed_with_what_is_left(accountant, now):
    put_in(100, now=now)
    commitment_create(actor=SYSTEM, now=now, source_type="order", source_id="1", amount=Decimal(30))
    (row,) = accountant.get(f"{URL}/commitments/", {"status": "open"}).json()["results"]
    assert (row["amount"], row["remaining"], row["status"]) == ("30.00", "30.00", "open")
    assert accountant.get(f"{URL}/commitments/", {"status": "closed"}).json()["results"] == []


def test_the_trial_balance_of_a_day_is_balanced(accountant, now):
    put_in(100, now=now)
    balance = accountant.get(f"{URL}/trial-balance/", {"as_of": "2026-03-10"}).json()
    assert balance["debit_total"] == balance["credit_total"] == "100.00"
    assert balance["rows"][0]["system_code"] == "cash"
    assert accountant.get(f"{URL}/trial-balance/", {"as_of": "2026-03-09"}).json()[
        "debit_total"
    ] == ("0.00")


def test_accounts_show_their_balance_on_the_normal_side(accountant, now):
    put_in(100, now=now)
    accounts = {row["system_code"]: row for row in accountant.get(f"{URL}/accounts/").json()}
    assert set(accounts) == set(SystemAccount)
    assert accounts["cash"]["balance"] == "100.00"
    assert accounts["owner_equity"]["balance"] == "100.00"


def test_account_names_follow_the_language_of_the_request(accountant):
    def name(language: str) -> str:
        rows = accountant.get(f"{URL}/accounts/", headers={"Accept-Language": language}).json()
        return rows[0]["name"]

    assert (name("en"), name("ar")) == ("Cash", "الصندوق")


@pytest.mark.parametrize(
    "path", ["summary/", "accounts/", "trial-balance/", "payables/", "entries/", "commitments/"]
)
def test_reading_takes_the_same_number_of_queries_for_one_and_for_many_rows(
    accountant, now, path, django_assert_max_num_queries, django_assert_num_queries
):
    def fill(first: int, last: int) -> None:
        for number in range(first, last):
            put_in(100, now=now)
            owe(now, number, 5)
            commitment_create(
                actor=SYSTEM,
                now=now,
                source_type="order",
                source_id=str(number),
                amount=Decimal(1),
            )

    fill(0, 1)
    accountant.get(f"{URL}/{path}")
    with django_assert_max_num_queries(10) as few:
        accountant.get(f"{URL}/{path}")
    fill(1, 12)
    with django_assert_num_queries(len(few)):
        assert accountant.get(f"{URL}/{path}").status_code == 200


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        ("owner", {"view", "post", "pay", "reverse"}),
        ("accountant", {"view", "post", "pay"}),
        ("auditor", {"view"}),
        ("pharmacist", set()),
        ("purchasing", set()),
        ("cashier", set()),
    ],
)
def test_each_role_does_what_it_may_and_nothing_else(client_as, now, role, allowed):
    client = client_as(role)
    calls = {
        "view": client.get(f"{URL}/summary/"),
        "post": client.post(f"{URL}/owner-contributions/", CONTRIBUTION),
        "pay": client.post(f"{URL}/supplier-payments/", {}),
        "reverse": client.post(f"{URL}/entries/1/reverse/", {}),
    }
    permitted = {name for name, response in calls.items() if response.status_code != 403}
    assert permitted == allowed
    assert JournalEntry.objects.count() == (1 if "post" in allowed else 0)


def test_strangers_are_turned_away(api):
    response = api.get(f"{URL}/summary/")
    assert response.status_code == 401
    assert response.json()["code"] == "not_authenticated"
