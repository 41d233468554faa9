"""Own accounts below the system's: through the services, and against the database itself."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from capital.chart import SystemAccount
from capital.errors import (
    AccountInUse,
    AccountNotFound,
    AccountProtected,
    AccountRefused,
    DuplicateAccountCode,
    InsufficientFunds,
    InvalidPosting,
)
from capital.models import Account, AccountBalance, ExpenseCategory
from capital.selectors import balances_check, capital_summary
from capital.services.accounts import (
    account_activate,
    account_create,
    account_deactivate,
    account_delete,
    account_update,
)
from capital.services.ledger import entry_reverse
from capital.services.policies import category_create
from capital.tests.factories import own_account, post, put_in
from core.audit import SYSTEM
from core.models import AuditEntry

pytestmark = pytest.mark.django_db


def system(code: str) -> Account:
    return Account.objects.get(system_code=code)


def chart() -> list[object]:
    return [list(Account.objects.order_by("pk").values()), list(AccountBalance.objects.values())]


def test_an_own_account_inherits_type_side_group_and_the_rule_of_its_balance(now):
    till = own_account("cash", "1001", now=now)
    inner = account_create(
        actor=SYSTEM, now=now, parent_id=till.pk, code="1001-1", name_en="Tray", name_ar="درج"
    )
    for account in (till, inner):
        account.refresh_from_db()
        assert (account.type, account.normal_side, account.system_group) == (
            "asset",
            "debit",
            "cash",
        )
        assert account.balance.never_negative
    assert AuditEntry.objects.filter(action="capital.account_created").count() == 2


def test_money_on_own_accounts_counts_as_cash_and_cannot_be_overdrawn(now):
    till = own_account("cash", "1001", now=now)
    post(till.pk, SystemAccount.OWNER_EQUITY, 100, now=now)
    summary = capital_summary()
    assert (summary.cash, summary.liquid, summary.available) == (100, 100, 100)
    with pytest.raises(InsufficientFunds) as caught:
        post(SystemAccount.EXPENSES, till.pk, 101, now=now)
    assert caught.value.extra["account"] == "1001"
    assert capital_summary().cash == 100
    assert balances_check() == []


@pytest.mark.parametrize("code", ["1000", " 1000 "])
def test_a_number_is_given_once(now, code):
    before = chart()
    with pytest.raises(DuplicateAccountCode):
        own_account("expenses", code, now=now)
    assert chart() == before


@pytest.mark.parametrize("code", ["", "  ", "cash", "expenses"])
def test_a_number_is_neither_empty_nor_a_word_of_the_system(now, code):
    before = chart()
    with pytest.raises(AccountRefused) as caught:
        own_account("expenses", code, now=now)
    assert caught.value.errors[0].field == "code"
    assert chart() == before


def test_stock_is_not_divided_by_accounts(now):
    with pytest.raises(AccountRefused):
        own_account("inventory", "1201", now=now)


def test_nothing_stands_below_an_account_out_of_use(now):
    rent = own_account("expenses", "6010", now=now)
    account_deactivate(actor=SYSTEM, now=now, account_id=rent.pk, reason="moved out")
    with pytest.raises(AccountRefused):
        account_create(
            actor=SYSTEM, now=now, parent_id=rent.pk, code="6011", name_en="x", name_ar="x"
        )


def test_an_account_moves_within_its_branch_and_nowhere_else(now):
    rent, office = (own_account("expenses", code, now=now) for code in ("6010", "6020"))
    account_update(actor=SYSTEM, now=now, account_id=rent.pk, parent_id=office.pk)
    rent.refresh_from_db()
    assert rent.parent_id == office.pk
    before = chart()
    for parent_id in (system("cost_of_goods_sold").pk, system("cash").pk, rent.pk):
        with pytest.raises(AccountRefused):
            account_update(actor=SYSTEM, now=now, account_id=office.pk, parent_id=parent_id)
    assert chart() == before


def test_a_system_account_may_be_renamed_but_keeps_number_and_place(now):
    cash = system("cash")
    account_update(actor=SYSTEM, now=now, account_id=cash.pk, name_en="Cash in hand")
    assert system("cash").name_en == "Cash in hand"
    before = chart()
    for change in ({"code": "1"}, {"parent_id": system("bank").pk}):
        with pytest.raises(AccountProtected):
            account_update(actor=SYSTEM, now=now, account_id=cash.pk, **change)
    for service in (account_deactivate, account_activate):
        with pytest.raises(AccountProtected):
            service(actor=SYSTEM, now=now, account_id=cash.pk, reason="x")
    with pytest.raises(AccountProtected):
        account_delete(actor=SYSTEM, now=now, account_id=cash.pk)
    assert chart() == before


def test_nothing_is_posted_to_an_account_out_of_use_until_it_is_activated(now):
    put_in(100, now=now)
    rent = own_account("expenses", "6010", now=now)
    entry_id = post(rent.pk, SystemAccount.CASH, 10, now=now)
    account_deactivate(actor=SYSTEM, now=now, account_id=rent.pk, reason="moved out")
    for work in (
        lambda: post(rent.pk, SystemAccount.CASH, 10, now=now),
        lambda: entry_reverse(actor=SYSTEM, now=now, entry_id=entry_id, reason="wrong"),
    ):
        with pytest.raises(InvalidPosting) as caught:
            work()
        assert caught.value.errors[0].code == "inactive_account"
    account_activate(actor=SYSTEM, now=now, account_id=rent.pk, reason="back")
    entry_reverse(actor=SYSTEM, now=now, entry_id=entry_id, reason="wrong")
    assert capital_summary().cash == 100


def test_posting_to_an_unknown_account_names_the_line(now):
    with pytest.raises(InvalidPosting) as caught:
        post(10**9, SystemAccount.OWNER_EQUITY, 10, now=now)
    problem = caught.value.errors[0]
    assert (problem.field, problem.code) == ("postings.0.account", "unknown_account")


def test_an_account_with_money_accounts_or_a_category_on_it_stays_in_use(now):
    till = own_account("cash", "1001", now=now)
    post(till.pk, SystemAccount.OWNER_EQUITY, 5, now=now)
    rent = own_account("expenses", "6010", now=now)
    category_create(actor=SYSTEM, now=now, name_en="Rent", name_ar="إيجار", account="6010")
    office = own_account("expenses", "6020", now=now)
    account_create(
        actor=SYSTEM, now=now, parent_id=office.pk, code="6021", name_en="Paper", name_ar="ورق"
    )
    before = chart()
    for account in (till, rent, office):
        with pytest.raises(AccountInUse):
            account_deactivate(actor=SYSTEM, now=now, account_id=account.pk, reason="x")
    assert chart() == before


def test_an_account_is_removed_only_if_it_was_never_used(now):
    put_in(100, now=now)
    used, referred, free = (
        own_account("expenses", code, now=now) for code in ("6010", "6020", "6030")
    )
    entry_id = post(used.pk, SystemAccount.CASH, 10, now=now)
    entry_reverse(actor=SYSTEM, now=now, entry_id=entry_id, reason="wrong")
    category_create(actor=SYSTEM, now=now, name_en="Rent", name_ar="إيجار", account="6020")
    before = chart()
    for account in (used, referred):
        with pytest.raises(AccountInUse):
            account_delete(actor=SYSTEM, now=now, account_id=account.pk)
    assert chart() == before
    account_delete(actor=SYSTEM, now=now, account_id=free.pk)
    assert not Account.objects.filter(pk=free.pk).exists()
    with pytest.raises(AccountNotFound):
        account_delete(actor=SYSTEM, now=now, account_id=free.pk)


# --- The database itself


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE {t} SET parent_id = id WHERE code = '6010'", "below itself"),
        (
            "UPDATE {t} SET parent_id = (SELECT id FROM {t} WHERE code = '6011')"
            " WHERE code = '6010'",
            "below itself",
        ),
        ("UPDATE {t} SET type = 'asset' WHERE code = '6010'", "type and side"),
        ("UPDATE {t} SET normal_side = 'credit' WHERE code = '6010'", "type and side"),
        ("UPDATE {t} SET parent_id = NULL WHERE code = '6010'", "stays within"),
        (
            "UPDATE {t} SET parent_id = NULL, system_code = 'mine' WHERE code = '6010'",
            "stays within",
        ),
        (
            "UPDATE {t} SET parent_id = (SELECT id FROM {t} WHERE code = '5000')"
            " WHERE code = '6010'",
            "stays within",
        ),
        ("UPDATE {t} SET is_active = false WHERE code = '1000'", "own_below_system"),
        ("UPDATE {t} SET code = 'X' WHERE code = '1000'", "belongs to the system"),
        ("DELETE FROM {t} WHERE code = '1000'", "belongs to the system"),
        (
            "INSERT INTO {t} (code, name_en, name_ar, type, normal_side, system_group, is_active)"
            " VALUES ('7000', 'x', 'x', 'asset', 'debit', '', true)",
            "own_below_system",
        ),
        (
            "INSERT INTO {t} (code, name_en, name_ar, type, normal_side, system_group, is_active,"
            " parent_id) SELECT '1201', 'x', 'x', 'asset', 'debit', '', true, id FROM {t}"
            " WHERE code = '1200'",
            "divided by batches",
        ),
    ],
)
def test_the_database_refuses_accounts_that_break_the_chart(now, statement, words):
    rent = own_account("expenses", "6010", now=now)
    account_create(
        actor=SYSTEM, now=now, parent_id=rent.pk, code="6011", name_en="Shop", name_ar="محل"
    )
    connection.check_constraints()
    before = chart()
    with (
        pytest.raises(DatabaseError, match=words),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(t="capital_account"))
    assert chart() == before


def test_the_database_keeps_a_part_of_cash_from_being_overdrawn(now):
    till = own_account("cash", "1001", now=now)
    AccountBalance.objects.filter(account=till).update(never_negative=False)
    with pytest.raises(IntegrityError, match="exactly as its system account"):
        connection.check_constraints()


def test_the_database_refuses_a_line_on_an_account_out_of_use(now):
    rent = own_account("expenses", "6010", now=now)
    account_deactivate(actor=SYSTEM, now=now, account_id=rent.pk, reason="x")
    put_in(10, now=now)
    with (
        pytest.raises(IntegrityError, match="no longer in use"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "INSERT INTO capital_journalline (entry_id, line, account_id, debit, credit,"
            " party_type, party_id, memo) SELECT max(id), 9, %s, 1, 0, '', '', ''"
            " FROM capital_journalentry",
            [rent.pk],
        )


def test_the_database_keeps_categories_below_expenses(now):
    category = category_create(actor=SYSTEM, now=now, name_en="Rent", name_ar="إيجار")
    with pytest.raises(IntegrityError, match="does not belong"), transaction.atomic():
        ExpenseCategory.objects.filter(pk=category.pk).update(account=system("cash"))


# --- Over the wire


def test_an_account_lives_over_the_wire(client_as, now):
    owner = client_as("owner")
    made = owner.post(
        "/api/v1/capital/accounts/",
        {
            "parent_id": system("expenses").pk,
            "code": "6010",
            "name_en": "Rent",
            "name_ar": "إيجار",
        },
        format="json",
    )
    assert made.status_code == 201
    body = made.json()
    assert (body["system_group"], body["type"], body["balance"]) == ("expenses", "expense", "0.00")
    path = f"/api/v1/capital/accounts/{body['id']}/"
    renamed = owner.patch(path, {"name_en": "Rent of the shop"}, format="json")
    assert renamed.json()["name_en"] == "Rent of the shop"
    off = owner.post(f"{path}deactivate/", {"reason": "moved"}, format="json")
    assert off.json()["is_active"] is False
    listed = owner.get("/api/v1/capital/accounts/", {"group": "expenses", "is_active": "true"})
    assert [row["system_code"] for row in listed.json()] == ["expenses"]
    assert (
        owner.post(f"{path}activate/", {"reason": "back"}, format="json").json()["is_active"]
        is True
    )
    assert owner.delete(path).status_code == 204
    assert owner.get(path).json()["code"] == "account_not_found"


def test_listing_accounts_takes_the_same_queries_for_any_number(
    client_as, now, django_assert_num_queries, django_assert_max_num_queries
):
    client = client_as("accountant")
    before = len(client.get("/api/v1/capital/accounts/").json())
    with django_assert_max_num_queries(20) as few:
        client.get("/api/v1/capital/accounts/")
    queries = len(few)
    for number in range(30):
        own_account("expenses", f"61{number:02d}", now=now)
    with django_assert_num_queries(queries):
        assert len(client.get("/api/v1/capital/accounts/").json()) == before + 30


def test_a_transfer_between_own_accounts_leaves_the_sum_of_cash(now):
    put_in(100, now=now)
    safe = own_account("cash", "1001", now=now)
    post(safe.pk, SystemAccount.CASH, 40, now=now)
    assert capital_summary().cash == 100
    assert safe.balance.never_negative
    assert AccountBalance.objects.get(account=safe).debit_balance == Decimal(40)
