"""Expenses, transfers, customer receipts, their limits and the credit policy."""

from __future__ import annotations

import uuid
from decimal import Decimal
from functools import partial

import pytest
from django.apps import apps
from django.utils import timezone

from capital.chart import SystemAccount
from capital.errors import (
    CategoryNotFound,
    EntryBelongsToDocument,
    InsufficientCapital,
    InsufficientFunds,
    InvalidPosting,
    LimitNotFound,
    LimitRefused,
    OperationLimitExceeded,
    PolicyRefused,
    ReceiptExceedsReceivable,
)
from capital.models import (
    AccountBalance,
    CapitalPolicy,
    JournalEntry,
    JournalLine,
    OperationKind,
    OperationLimit,
)
from capital.selectors import balances_check, capital_summary, party_balance
from capital.services.commitments import commitment_create
from capital.services.limits import OPERATION_PERMISSIONS
from capital.services.operations import (
    CUSTOMER_PARTY,
    customer_receipt_record,
    operation_reverse,
    owner_contribution_record,
    owner_withdrawal_record,
    supplier_payment_record,
)
from capital.services.policies import (
    category_create,
    category_update,
    limit_remove,
    limit_set,
    policy_update,
)
from capital.services.spending import expense_record, transfer_record
from capital.tests.factories import own_account, put_in
from capital.tests.test_concurrency import kinds, together
from core.audit import SYSTEM, Actor
from core.models import AuditEntry

pytestmark = pytest.mark.django_db

URL = "/api/v1/capital"
BAD_AMOUNTS = ["0", "-1", "NaN", "Infinity", "0.001", "1e16"]


def rows() -> list[object]:
    models = (AccountBalance, JournalEntry, JournalLine, CapitalPolicy, OperationLimit, AuditEntry)
    return [list(model.objects.order_by("pk").values()) for model in models]


def lines(entry_id: int) -> list[tuple[str, Decimal, Decimal]]:
    found = JournalLine.objects.filter(entry_id=entry_id).order_by("line")
    return list(found.values_list("account__code", "debit", "credit"))


@pytest.fixture
def rent(now):
    own_account("expenses", "6010", now=now)
    return category_create(actor=SYSTEM, now=now, name_en="Rent", name_ar="إيجار", account="6010")


def spend(amount, *, category, now, actor=SYSTEM, **overrides):
    arguments = {"account": "cash", "category_id": category.pk, "amount": Decimal(amount)}
    return expense_record(actor=actor, now=now, **{**arguments, **overrides})


def owed_by_customer(amount, *, now):
    from capital.services.ledger import Posting, entry_post

    return entry_post(
        actor=SYSTEM,
        now=now,
        source_type="test.sale",
        source_id=str(uuid.uuid4()),
        kind="sale",
        postings=[
            Posting(
                account=SystemAccount.RECEIVABLES,
                debit=Decimal(amount),
                party_type=CUSTOMER_PARTY,
                party_id="31",
            ),
            Posting(account=SystemAccount.SALES_REVENUE, credit=Decimal(amount)),
        ],
    )


# --- Expenses


def test_an_expense_debits_its_category_and_the_tax(now, rent):
    put_in(100, now=now)
    entry_id = spend(55, category=rent, tax=Decimal(5), now=now, memo="March")
    assert lines(entry_id) == [("6010", 50, 0), ("1300", 5, 0), ("1000", 0, 55)]
    entry = JournalEntry.objects.get(pk=entry_id)
    assert (entry.kind, entry.total, entry.memo) == ("expense", 55, "March")
    assert entry.number == "JE-2026-000002"
    assert capital_summary().cash == 45


@pytest.mark.parametrize("tax", ["55", "56", "-1", "NaN", "0.001"])
def test_the_tax_is_a_part_of_the_amount(now, rent, tax):
    put_in(100, now=now)
    before = rows()
    with pytest.raises(InvalidPosting) as caught:
        spend(55, category=rent, tax=Decimal(tax), now=now)
    assert caught.value.errors[0].field == "tax"
    assert rows() == before


def test_an_expense_does_not_touch_money_promised_to_orders(now, rent):
    put_in(100, now=now)
    commitment_create(actor=SYSTEM, now=now, source_type="o", source_id="1", amount=Decimal(60))
    before = rows()
    with pytest.raises(InsufficientCapital):
        spend(41, category=rent, now=now)
    assert rows() == before
    assert spend(40, category=rent, now=now)


def test_an_expense_needs_a_category_in_use(now, rent):
    put_in(100, now=now)
    category_update(actor=SYSTEM, now=now, category_id=rent.pk, is_active=False)
    before = rows()
    with pytest.raises(InvalidPosting):
        spend(5, category=rent, now=now)
    with pytest.raises(CategoryNotFound):
        expense_record(actor=SYSTEM, now=now, category_id=10**9, amount=Decimal(1), account="cash")
    assert rows() == before


# --- Transfers


def test_a_transfer_moves_money_and_changes_no_total(now):
    put_in(100, now=now)
    own_account("bank", "1011", now=now)
    entry_id = transfer_record(
        actor=SYSTEM, now=now, amount=Decimal(70), account="cash", to_account="1011"
    )
    assert lines(entry_id) == [("1011", 70, 0), ("1000", 0, 70)]
    summary = capital_summary()
    assert (summary.cash, summary.bank, summary.liquid) == (30, 70, 100)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"to_account": "cash"}, "to_account"),
        ({"to_account": "1000"}, "to_account"),
        ({"to_account": "inventory"}, "to_account"),
        ({"account": "expenses"}, "account"),
    ],
)
def test_a_transfer_needs_two_accounts_of_money(now, change, field):
    put_in(100, now=now)
    before = rows()
    arguments = {"amount": Decimal(1), "account": "cash", "to_account": "bank", **change}
    with pytest.raises(InvalidPosting) as caught:
        transfer_record(actor=SYSTEM, now=now, **arguments)
    assert caught.value.errors[0].field == field
    assert rows() == before


def test_a_transfer_takes_no_more_than_the_account_holds(now):
    put_in(100, now=now)
    before = rows()
    with pytest.raises(InsufficientFunds):
        transfer_record(
            actor=SYSTEM, now=now, amount=Decimal(101), account="cash", to_account="bank"
        )
    assert rows() == before


# --- Customer receipts


def receive(amount, *, now, **overrides):
    arguments = {"party_id": "31", "account": "cash", **overrides}
    return customer_receipt_record(actor=SYSTEM, now=now, amount=Decimal(amount), **arguments)


def test_a_customer_pays_of_what_he_owes_and_no_more(now):
    owed_by_customer(50, now=now)
    assert lines(receive(20, now=now)) == [("1000", 20, 0), ("1100", 0, 20)]
    before = rows()
    with pytest.raises(ReceiptExceedsReceivable) as caught:
        receive("30.01", now=now)
    assert caught.value.extra == {"owed": "30.00", "allowed": "30.00"}
    with pytest.raises(ReceiptExceedsReceivable):
        receive(1, now=now, party_id="32")
    assert rows() == before


def test_the_policy_lets_customers_pay_ahead_up_to_its_limit(now):
    owed_by_customer(50, now=now)
    policy_update(actor=SYSTEM, now=now, customer_credit_limit=Decimal(10))
    receive(60, now=now)
    before = rows()
    with pytest.raises(ReceiptExceedsReceivable):
        receive("0.01", now=now)
    assert rows() == before
    party = {"party_type": CUSTOMER_PARTY, "party_id": "31"}
    assert party_balance(SystemAccount.RECEIVABLES, **party) == -10


# --- What holds for every operation


def operation(kind, *, actor, amount, now, category):
    """One operation of this kind, of `amount`."""
    base = {"actor": actor, "now": now, "amount": Decimal(amount), "account": "cash"}
    works = {
        OperationKind.OWNER_CONTRIBUTION: owner_contribution_record,
        OperationKind.OWNER_WITHDRAWAL: owner_withdrawal_record,
        OperationKind.EXPENSE: partial(expense_record, category_id=category.pk),
        OperationKind.TRANSFER: partial(transfer_record, to_account="bank"),
        OperationKind.SUPPLIER_PAYMENT: partial(supplier_payment_record, supplier_id=7),
        OperationKind.CUSTOMER_RECEIPT: partial(customer_receipt_record, party_id="31"),
    }
    return works[kind](**base)


def stocked(now) -> None:
    """Money in the drawer, a debt to supplier 7 and a claim on customer 31."""
    from capital.services.ledger import Posting, entry_post

    put_in(1000, now=now)
    owed_by_customer(1000, now=now)
    entry_post(
        actor=SYSTEM,
        now=now,
        source_type="test.receipt",
        source_id="1",
        kind="stock_receipt",
        postings=[
            Posting(account=SystemAccount.INVENTORY, debit=Decimal(1000)),
            Posting(
                account=SystemAccount.PAYABLES,
                credit=Decimal(1000),
                party_type="purchases.supplier",
                party_id="7",
            ),
        ],
    )


@pytest.mark.parametrize("amount", BAD_AMOUNTS)
@pytest.mark.parametrize("kind", list(OperationKind))
def test_no_operation_takes_an_amount_that_cannot_be(now, rent, kind, amount):
    stocked(now)
    before = rows()
    with pytest.raises(InvalidPosting) as caught:
        operation(kind, actor=SYSTEM, amount=amount, now=now, category=rent)
    assert caught.value.errors[0].field == "amount"
    assert rows() == before


@pytest.mark.parametrize("kind", list(OperationKind))
def test_every_operation_is_reversed_never_edited(now, rent, kind):
    stocked(now)
    held = list(AccountBalance.objects.order_by("pk"))
    before = [row.debit_balance for row in held]
    entry_id = operation(kind, actor=SYSTEM, amount=40, now=now, category=rent)
    operation_reverse(actor=SYSTEM, now=now, entry_id=entry_id, reason="typed twice")
    after = [row.debit_balance for row in AccountBalance.objects.order_by("pk")]
    assert after == before
    assert JournalEntry.objects.get(reverses_id=entry_id).memo == "typed twice"
    assert balances_check() == []


def test_entries_of_documents_are_not_reversed_here(now):
    entry_id = owed_by_customer(5, now=now)
    before = rows()
    with pytest.raises(EntryBelongsToDocument):
        operation_reverse(actor=SYSTEM, now=now, entry_id=entry_id, reason="x")
    assert rows() == before


# --- Limits


@pytest.fixture
def accountant(user_as):
    user = user_as("accountant")
    return Actor(id=user.pk, label=user.username)


def role_id(code: str) -> int:
    return apps.get_model("rbac", "Role").objects.get(code=code).pk


@pytest.mark.parametrize("kind", list(OperationKind))
def test_a_limit_per_operation_holds_for_every_kind(now, rent, accountant, kind):
    stocked(now)
    limit_set(
        actor=SYSTEM,
        now=now,
        role_id=role_id("accountant"),
        operation=kind,
        per_operation=Decimal(50),
    )
    assert operation(kind, actor=accountant, amount=50, now=now, category=rent)
    before = rows()
    with pytest.raises(OperationLimitExceeded) as caught:
        operation(kind, actor=accountant, amount="50.01", now=now, category=rent)
    assert caught.value.errors[0].code == "beyond_per_operation"
    assert caught.value.extra == {
        "limit": "per_operation",
        "operation": kind,
        "maximum": "50.00",
        "used": "0.00",
        "requested": "50.01",
    }
    assert rows() == before
    assert operation(kind, actor=SYSTEM, amount=60, now=now, category=rent)


def test_a_limit_per_day_counts_what_was_moved_today_and_not_reversed(rent, accountant):
    now = timezone.now()
    stocked(now)
    limit_set(
        actor=SYSTEM,
        now=now,
        role_id=role_id("accountant"),
        operation="expense",
        per_day=Decimal(50),
    )
    first = spend(30, category=rent, actor=accountant, now=now)
    before = rows()
    with pytest.raises(OperationLimitExceeded) as caught:
        spend(21, category=rent, actor=accountant, now=now)
    assert caught.value.extra["limit"] == "per_day"
    assert caught.value.extra["used"] == "30.00"
    # A moment of yesterday does not help: it is recorded today.
    with pytest.raises(OperationLimitExceeded):
        spend(
            21,
            category=rent,
            actor=accountant,
            now=now,
            occurred_at=now - timezone.timedelta(days=1),
        )
    assert rows() == before
    operation_reverse(actor=SYSTEM, now=now, entry_id=first, reason="wrong")
    assert spend(50, category=rent, actor=accountant, now=now)
    tomorrow = now + timezone.timedelta(days=1)
    assert spend(50, category=rent, actor=accountant, now=tomorrow)


def test_the_most_generous_of_the_roles_that_open_the_operation_counts(now, rent, user_as):
    from rbac.tests.factories import RoleFactory, give_role

    stocked(now)
    user = user_as("auditor")  # opens no expense, so that its lack of a limit lifts none
    user = give_role(user, "accountant")
    wide = RoleFactory(permissions=["capital.spend"])
    user = give_role(user, wide.code)
    both = Actor(id=user.pk, label=user.username)
    for role, most in ((role_id("accountant"), 10), (wide.pk, 20)):
        limit_set(
            actor=SYSTEM, now=now, role_id=role, operation="expense", per_operation=Decimal(most)
        )
    assert spend(20, category=rent, actor=both, now=now)
    with pytest.raises(OperationLimitExceeded):
        spend(21, category=rent, actor=both, now=now)
    limit = OperationLimit.objects.get(role=wide)
    limit_remove(actor=SYSTEM, now=now, limit_id=limit.pk)
    assert spend(21, category=rent, actor=both, now=now)
    with pytest.raises(LimitNotFound):
        limit_remove(actor=SYSTEM, now=now, limit_id=limit.pk)


def test_the_owner_has_no_limit_unless_one_is_set(now, rent, user_as):
    stocked(now)
    user = user_as("owner")
    owner = Actor(id=user.pk, label=user.username)
    limit_set(
        actor=SYSTEM,
        now=now,
        role_id=role_id("accountant"),
        operation="expense",
        per_operation=Decimal(1),
    )
    assert spend(900, category=rent, actor=owner, now=now)


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"per_operation": Decimal(-1)},
        {"per_day": Decimal("NaN")},
        {"per_operation": Decimal("0.001")},
        {"per_operation": Decimal(1), "role_id": 10**9},
    ],
)
def test_a_limit_is_an_amount_of_a_role(now, change):
    before = rows()
    arguments = {"role_id": role_id("accountant"), "operation": "expense", **change}
    with pytest.raises(LimitRefused):
        limit_set(actor=SYSTEM, now=now, **arguments)
    assert rows() == before


def test_every_operation_has_a_permission_that_is_declared():
    from capital.permissions import PERMISSIONS

    declared = {spec.code for spec in PERMISSIONS}
    assert set(OPERATION_PERMISSIONS) == set(OperationKind)
    assert set(OPERATION_PERMISSIONS.values()) <= declared
    assert len(set(OPERATION_PERMISSIONS.values())) == len(OperationKind)


@pytest.mark.django_db(transaction=True)
def test_two_expenses_at_once_cannot_both_use_the_rest_of_a_day(user_as):
    now = timezone.now()
    put_in(1000, now=now)
    category = category_create(actor=SYSTEM, now=now, name_en="Rent", name_ar="إيجار")
    user = user_as("accountant")
    both = Actor(id=user.pk, label=user.username)
    limit_set(
        actor=SYSTEM,
        now=now,
        role_id=role_id("accountant"),
        operation="expense",
        per_day=Decimal(50),
    )
    results = together([partial(spend, 30, category=category, actor=both, now=now)] * 3)
    assert kinds(results) == ["OperationLimitExceeded"] * 2 + ["int"]
    assert capital_summary().cash == 970


# --- Credit policy


def commit(amount, *, now, source_id="1"):
    return commitment_create(
        actor=SYSTEM, now=now, source_type="o", source_id=source_id, amount=Decimal(amount)
    )


def test_credit_terms_let_orders_go_beyond_the_available_capital_up_to_the_limit(now):
    put_in(100, now=now)
    with pytest.raises(InsufficientCapital):
        commit("100.01", now=now)
    policy_update(actor=SYSTEM, now=now, credit_terms="limited", credit_limit=Decimal(50))
    before = rows()
    with pytest.raises(InsufficientCapital) as caught:
        commit("150.01", now=now)
    assert caught.value.extra["credit_limit"] == "50.00"
    assert rows() == before
    commit(150, now=now)
    assert capital_summary().available == -50
    with pytest.raises(InsufficientCapital):
        commit("0.01", now=now, source_id="2")
    policy_update(actor=SYSTEM, now=now, credit_terms="unlimited", credit_limit=Decimal(0))
    commit(10_000, now=now, source_id="2")


def test_credit_terms_are_for_orders_not_for_the_owner(now):
    put_in(100, now=now)
    policy_update(actor=SYSTEM, now=now, credit_terms="unlimited")
    commit(100, now=now)
    before = rows()
    with pytest.raises(InsufficientCapital):
        owner_withdrawal_record(actor=SYSTEM, now=now, amount=Decimal(1), account="cash")
    assert rows() == before


@pytest.mark.parametrize(
    "change",
    [
        {"credit_terms": "limited"},
        {"credit_limit": Decimal(5)},
        {"credit_terms": "unlimited", "credit_limit": Decimal(5)},
        {"credit_terms": "limited", "credit_limit": Decimal(-5)},
        {"customer_credit_limit": Decimal("-0.01")},
        {"difference_tolerance": Decimal("NaN")},
    ],
)
def test_a_policy_that_contradicts_itself_is_refused(now, change):
    before = rows()
    with pytest.raises(PolicyRefused):
        policy_update(actor=SYSTEM, now=now, **change)
    assert rows() == before


def test_changing_the_policy_takes_its_permission_and_is_audited(client_as):
    refused = client_as("accountant").patch(
        f"{URL}/policy/", {"credit_terms": "unlimited"}, format="json"
    )
    assert refused.status_code == 403
    owner = client_as("owner")
    changed = owner.patch(
        f"{URL}/policy/", {"credit_terms": "limited", "credit_limit": "500000"}, format="json"
    )
    assert changed.json()["credit_limit"] == "500000.00"
    entry = AuditEntry.objects.get(action="capital.policy_changed")
    assert entry.changes == {
        "credit_terms": ["none", "limited"],
        "credit_limit": ["0.00", "500000.00"],
    }
    assert entry.actor_id == owner.user.pk


# --- Over the wire


@pytest.mark.parametrize(
    ("path", "body", "permission"),
    [
        ("owner-contributions", {}, "capital.post"),
        ("owner-withdrawals", {}, "capital.withdraw"),
        ("expenses", {"category": True}, "capital.spend"),
        ("transfers", {"to_account": "bank"}, "capital.transfer"),
        ("supplier-payments", {"supplier_id": 7}, "capital.pay"),
        ("customer-receipts", {"party_id": "31"}, "capital.receive"),
    ],
)
def test_each_operation_takes_its_own_permission_and_an_idempotency_key(
    client_of, user_holding, now, rent, path, body, permission
):
    stocked(now)
    body = {**body, "amount": "40", "account": "cash"}
    if body.pop("category", False):
        body["category_id"] = rent.pk
    others = [code for code in OPERATION_PERMISSIONS.values() if code != permission]
    before = list(JournalEntry.objects.values())
    refused = client_of(user_holding(*others)).post(f"{URL}/{path}/", body, format="json")
    assert refused.status_code == 403
    assert list(JournalEntry.objects.values()) == before
    client = client_of(user_holding(permission))
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    first = client.post(f"{URL}/{path}/", body, format="json", headers=headers)
    again = client.post(f"{URL}/{path}/", body, format="json", headers=headers)
    assert (first.status_code, again.json()) == (201, first.json())
    assert first.json()["total"] == "40.00"
    other = client.post(f"{URL}/{path}/", {**body, "amount": "41"}, format="json", headers=headers)
    assert other.status_code == 422
    assert JournalEntry.objects.filter(source_type="capital.operation").count() == 1


def test_a_limit_beyond_is_a_clear_problem_over_the_wire(client_as, rent, now):
    put_in(1000, now=now)
    owner = client_as("owner")
    body = {
        "role_id": role_id("accountant"),
        "operation": "expense",
        "per_operation": "50",
        "per_day": None,
    }
    limit = owner.put(f"{URL}/limits/", body, format="json")
    assert limit.json()["per_operation"] == "50.00"
    spent = {"category_id": rent.pk, "amount": "51", "account": "cash"}
    refused = client_as("accountant").post(f"{URL}/expenses/", spent, format="json")
    assert refused.status_code == 422
    problem = refused.json()
    assert problem["code"] == "operation_limit_exceeded"
    assert problem["errors"][0]["field"] == "amount"
    assert "50.00" in problem["errors"][0]["detail"]
    assert [row["role_code"] for row in owner.get(f"{URL}/limits/").json()] == ["accountant"]
    assert owner.delete(f"{URL}/limits/{limit.json()['id']}/").status_code == 204


def test_a_category_lives_over_the_wire(client_as, now):
    own_account("expenses", "6020", now=now)
    owner = client_as("owner")
    body = {"name_en": "Electricity", "name_ar": "كهرباء", "account": "6020"}
    made = owner.post(f"{URL}/expense-categories/", body, format="json")
    assert (made.status_code, made.json()["account_code"]) == (201, "6020")
    twice = owner.post(f"{URL}/expense-categories/", body, format="json")
    assert twice.json()["code"] == "expense_category_refused"
    wrong = owner.post(
        f"{URL}/expense-categories/",
        {"name_en": "x", "name_ar": "x", "account": "cash"},
        format="json",
    )
    assert wrong.status_code == 422
    one = f"{URL}/expense-categories/{made.json()['id']}/"
    assert owner.patch(one, {"is_active": False}, format="json").json()["is_active"] is False
    assert owner.get(f"{URL}/expense-categories/", {"is_active": "true"}).json() == []
