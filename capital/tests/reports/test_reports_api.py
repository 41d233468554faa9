"""The reports over HTTP: formats, languages, permissions, query counts."""

from __future__ import annotations

import io
from decimal import Decimal

import openpyxl
import pypdfium2
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from capital import references
from capital.chart import SystemAccount
from capital.models import CashSession, JournalEntry
from capital.reports import capital_statement
from capital.services.ledger import Posting, entry_post
from capital.services.operations import operation_reverse, owner_contribution_record
from capital.services.sessions import session_open
from capital.tests.factories import drawer, own_account, post
from capital.tests.reports.month import on, post_month
from core.audit import SYSTEM, Actor

pytestmark = pytest.mark.django_db
ROOT = "/api/v1/capital/reports/"
MARCH = {"date_from": "2026-03-01", "date_to": "2026-03-31"}
AS_OF = {"as_of": "2026-03-31"}
REPORTS = {
    "trial-balance": AS_OF,
    "balance-sheet": {**AS_OF, "compare_to": "2026-02-28"},
    "profit-and-loss": {**MARCH, "compare_from": "2026-02-01", "compare_to": "2026-02-28"},
    "cash-flow": MARCH,
    "capital-statement": MARCH,
    "payables-ageing": AS_OF,
    "receivables-ageing": AS_OF,
    "tax-summary": MARCH,
}
each_report = pytest.mark.parametrize("name", REPORTS)


def get(client, name, **more):
    return client.get(f"{ROOT}{name}/", {**REPORTS[name], **more})


@each_report
@pytest.mark.parametrize("language", ["ar", "en"])
def test_every_report_is_written_in_every_format_and_language(client_as, name, language):
    post_month()
    client = client_as("accountant")
    assert get(client, name, language=language).json()
    csv = get(client, name, format="csv", language=language).getvalue().decode("utf-8-sig")
    assert len(csv.splitlines()) > 1
    sheet = get(client, name, format="xlsx", language=language).getvalue()
    assert openpyxl.load_workbook(io.BytesIO(sheet)).active.max_row > 3
    with pypdfium2.PdfDocument(
        get(client, name, format="pdf", language=language).getvalue()
    ) as pdf:
        assert "SYP" in pdf[0].get_textpage().get_text_range()


@each_report
def test_a_report_needs_its_permission(client_as, name):
    assert get(client_as("auditor"), name).status_code == 200
    assert get(client_as("cashier"), name).status_code == 403
    assert get(client_as("cashier"), name, format="pdf").status_code == 403


@each_report
def test_a_report_of_much_takes_as_many_queries_as_one_of_little(client_as, name):
    client = client_as("owner")
    post_month()
    counts = []
    for _round in range(2):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert get(client, name).status_code == 200
        counts.append(len(queries))
        own = own_account("own expenses")
        for number in range(12):
            party = {"party_type": "purchases.supplier", "party_id": str(number)}
            _receipt(party, own.pk)
    assert counts[0] == counts[1]


def _receipt(party, account):
    entry_post(
        actor=SYSTEM, now=on(3, 20), source_type="test.many", source_id=party["party_id"]
        + str(account), kind="stock_receipt",
        postings=[
            Posting(account=SystemAccount.CASH, debit=Decimal(3)),
            Posting(account=account, debit=Decimal(10)),
            Posting(account=SystemAccount.TAX_PAYABLE, credit=Decimal(1)),
            Posting(account=SystemAccount.OWNER_EQUITY, credit=Decimal(2)),
            Posting(account=SystemAccount.PAYABLES, credit=Decimal(10), **party),
        ],
    )  # fmt: skip


def test_own_accounts_are_rolled_up_into_their_branch(client_as):
    rent = own_account("own expenses")
    post(SystemAccount.CASH, SystemAccount.OWNER_EQUITY, 500, now=on(3, 1))
    post(rent.pk, SystemAccount.CASH, 200, now=on(3, 2))
    post(SystemAccount.EXPENSES, SystemAccount.CASH, 30, now=on(3, 2))
    body = get(client_as("owner"), "profit-and-loss").json()
    assert [(line["code"], line["level"], line["own"][0], line["amounts"][0])
            for line in body["expenses"]] == [
        ("6000", 0, "30.00", "230.00"), (rent.code, 1, "200.00", "200.00"),
    ]  # fmt: skip
    assert body["expenses_total"][0] == "230.00"
    lines = get(client_as("owner"), "profit-and-loss", format="csv", language="en").getvalue()
    assert f"Expenses,{rent.code},Own" in lines.decode()
    assert 'directly",30.00' in lines.decode()


def test_parties_have_the_names_that_their_app_knows(client_as, monkeypatch):
    monkeypatch.setitem(references._resolvers, "test.party", lambda ids: {"7": "مستودع الشام"})
    for party_id in ("7", "8"):
        party = {"party_type": "test.party", "party_id": party_id}
        _receipt(party, own_account("own expenses").pk)
    rows = get(client_as("owner"), "payables-ageing").json()["rows"]
    assert [row["name"] for row in rows] == ["مستودع الشام", "8"]
    text = get(client_as("owner"), "payables-ageing", format="csv").getvalue().decode()
    assert "مستودع الشام" in text


def test_today_is_the_day_where_none_is_given(client_as):
    body = client_as("owner").get(f"{ROOT}balance-sheet/").json()
    assert len(body["days"]) == 1


@pytest.mark.parametrize(
    ("name", "sent", "field"),
    [
        ("cash-flow", {"date_from": "2026-03-02", "date_to": "2026-03-01"}, "date_to"),
        ("cash-flow", {"date_from": "2026-03-02"}, "date_to"),
        ("payables-ageing", {"buckets": "30,30"}, "buckets"),
        ("payables-ageing", {"buckets": "x"}, "buckets"),
        ("profit-and-loss", {**MARCH, "compare_from": "2026-01-01"}, "compare_to"),
        ("balance-sheet", {"as_of": "31.3.2026"}, "as_of"),
        ("trial-balance", {"as_of": "2026-03-31", "date_from": "0001-01-01"}, "date_from"),
        ("capital-statement", {**MARCH, "date_to": "9999-12-31"}, "date_to"),
    ],
)
def test_a_faulty_filter_is_named(client_as, name, sent, field):
    response = client_as("owner").get(f"{ROOT}{name}/", sent)
    assert response.status_code == 400
    assert [problem["field"] for problem in response.json()["errors"]] == [field]


def test_a_statement_of_too_much_is_refused_with_a_remedy(client_as, monkeypatch):
    monkeypatch.setattr(capital_statement, "MAX_ROWS", 2)
    post_month()
    response = get(client_as("owner"), "capital-statement")
    assert (response.status_code, response.json()["code"]) == (422, "report_too_long")


def test_the_file_is_named_after_report_and_period(client_as):
    header = get(client_as("owner"), "cash-flow", format="csv")["Content-Disposition"]
    assert 'filename="cash-flow-2026-03-01_2026-03-31.csv"' in header


def test_every_change_is_told_with_its_document_not_with_its_key(client_as):
    client = client_as("owner")
    entry_id = owner_contribution_record(
        actor=SYSTEM, now=on(3, 1), amount=Decimal(500), account="cash"
    )
    operation_reverse(actor=SYSTEM, now=on(3, 2), entry_id=entry_id, reason="Typed twice")
    till = drawer("T1", now=on(3, 1))
    session_open(
        actor=Actor(id=client.user.pk, label="x"), now=on(3, 3), drawer_id=till.pk,
        counted=Decimal(5), reason="Found behind the till",
    )  # fmt: skip
    numbers = list(JournalEntry.objects.order_by("pk").values_list("number", flat=True))
    body = get(client, "capital-statement").json()
    told = [change["document"] for change in body["available"]["changes"]]
    assert told == [numbers[0], numbers[0], CashSession.objects.get().number]
    paper = get(client, "capital-statement", format="csv").getvalue().decode()
    assert "capital." not in paper
