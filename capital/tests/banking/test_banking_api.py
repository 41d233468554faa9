"""Bank statements over HTTP."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from capital.chart import SystemAccount as A
from capital.models import BankStatement, BankStatementLine
from capital.tests.banking.files import ARABIC_CSV
from capital.tests.banking.test_reconciliation import books, on  # noqa: F401 - a fixture
from capital.tests.factories import post

pytestmark = pytest.mark.django_db
ROOT = "/api/v1/capital/bank-statements/"


def upload(client, text=ARABIC_CSV, path="", **fields):
    file = SimpleUploadedFile("آذار.csv", text.encode() if isinstance(text, str) else text)
    return client.post(f"{ROOT}{path}", {"file": file, **fields}, format="multipart")


@pytest.fixture
def client(client_as, books):  # noqa: F811
    return client_as("accountant")


def test_from_the_file_to_the_reconciled_line(client):
    imported = upload(client)
    assert imported.status_code == 201, imported.json()
    statement = imported.json()
    assert (statement["line_count"], statement["open_count"]) == (4, 4)

    suggested = client.get(f"{ROOT}{statement['id']}/suggestions/").json()
    chosen = suggested[1]["suggestions"][0]
    assert chosen["journal_lines"][0]["memo"] == "INV 553"
    made = client.post(
        f"{ROOT}reconciliations/",
        {
            "bank_line_ids": [suggested[1]["line"]["id"]],
            "journal_line_ids": [chosen["journal_lines"][0]["id"]],
        },
    )
    assert made.status_code == 201
    fee = client.post(f"{ROOT}lines/{suggested[3]['line']['id']}/entry/", {"kind": "bank_fee"})
    assert (fee.status_code, fee.json()["kind"]) == (201, "bank_fee")

    still_open = client.get(f"{ROOT}{statement['id']}/lines/", {"is_open": "true"}).json()
    assert [line["line"] for line in still_open["results"]] == [1, 3]
    done = client.get(f"{ROOT}{statement['id']}/lines/", {"is_open": "false"}).json()
    assert next(line["reconciliation_id"] for line in done["results"]) == made.json()["id"]

    undone = client.post(f"{ROOT}reconciliations/{made.json()['id']}/undo/", {"reason": "Mistaken"})
    assert undone.json()["undone_reason"] == "Mistaken"
    assert client.get(f"{ROOT}{statement['id']}/").json()["open_count"] == 3
    assert len(client.get(f"{ROOT}reconciliations/").json()["results"]) == 2
    status = client.get(f"{ROOT}status/", {"as_of": "2026-03-31"}).json()
    assert (status["difference"], status["bank_balance"]) == ("0.00", "386000.00")


def test_a_rejected_suggestion_is_gone(client):
    statement = upload(client).json()["id"]
    row = client.get(f"{ROOT}{statement}/suggestions/").json()[2]
    ids = [line["id"] for line in row["suggestions"][0]["journal_lines"]]
    path = f"{ROOT}lines/{row['line']['id']}/reject/"
    assert client.post(path, {"journal_line_ids": ids}).status_code == 204
    assert client.get(f"{ROOT}{statement}/suggestions/").json()[2]["suggestions"] == []


def test_a_preview_stores_nothing(client):
    shown = upload(client, path="preview/").json()
    assert (shown["line_count"], shown["closing_balance"]) == (4, "386000.00")
    assert shown["lines"][1]["amount"] == "-310000.00"
    assert not BankStatement.objects.exists()


def test_columns_can_be_named(client):
    text = "يوم,كم\n2026-03-31,5\n"
    assert upload(client, text).status_code == 422
    named = upload(client, text, columns=json.dumps({"date": "يوم", "amount": "كم"}))
    assert named.status_code == 201


@pytest.mark.parametrize("columns", ["[]", "x", '{"colour": "x"}', '{"date": 1}'])
def test_unknown_columns_are_named(client, columns):
    response = upload(client, columns=columns)
    assert response.status_code == 400
    assert response.json()["errors"][0]["field"] == "columns"


def test_faulty_rows_are_named_and_nothing_is_stored(client):
    response = upload(client, "Date,Amount\n2026-03-31,5\nyesterday,5\n2999-01-01,5\n")
    assert response.status_code == 422
    assert response.json()["code"] == "statement_unreadable"
    assert response.json()["errors"][0]["field"] == "rows.3.date"
    assert not BankStatementLine.objects.exists()


def test_a_day_to_come_and_a_fraction_of_a_piastre_are_refused(client):
    response = upload(client, "Date,Amount\n2999-01-01,5\n2026-03-01,5.001\n0026-03-01,5\n")
    assert {problem["field"] for problem in response.json()["errors"]} == {
        "rows.2.date", "rows.3.amount", "rows.4.date",
    }  # fmt: skip


def test_a_file_too_large_or_too_long_is_refused(client, settings):
    settings.BANK_STATEMENT_MAX_LINES = 3
    assert upload(client).status_code == 422
    settings.BANK_STATEMENT_MAX_BYTES = 100
    assert upload(client).status_code == 413


def test_the_same_file_is_a_conflict_that_names_the_statement(client):
    first = upload(client).json()["id"]
    again = upload(client)
    assert (again.status_code, again.json()["code"]) == (409, "statement_already_imported")
    assert again.json()["statement_id"] == first


def test_who_may_only_look_cannot_import_or_reconcile(client, client_as):
    statement = upload(client).json()["id"]
    auditor = client_as("auditor")
    assert auditor.get(f"{ROOT}{statement}/lines/").status_code == 200
    assert upload(auditor).status_code == 403
    assert auditor.get(f"{ROOT}{statement}/suggestions/").status_code == 403
    body = {"bank_line_ids": [1], "journal_line_ids": [1]}
    assert auditor.post(f"{ROOT}reconciliations/", body).status_code == 403
    assert client_as("cashier").get(ROOT).status_code == 403


def test_unknown_statements_and_lines_are_not_found(client):
    for path in ("9/", "9/lines/", "9/suggestions/"):
        assert client.get(f"{ROOT}{path}").status_code == 404
    assert client.post(f"{ROOT}lines/9/entry/", {"kind": "bank_fee"}).status_code == 404
    assert client.post(f"{ROOT}reconciliations/9/undo/", {"reason": "x"}).status_code == 404


@pytest.mark.parametrize("kind", ["csv", "xlsx", "pdf"])
@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_status_is_written_in_every_format_and_language(client, kind, language):
    upload(client)
    sent = {"as_of": "2026-03-31", "format": kind, "language": language}
    response = client.get(f"{ROOT}status/", sent)
    assert response.status_code == 200
    assert response.getvalue()


def test_queries_do_not_grow_with_lines(client):
    counts = {}
    for lines in (2, 60):
        body = "".join(f"2026-03-{1 + n % 28:02},{n + 1}.{lines}\n" for n in range(lines))
        with CaptureQueriesContext(connection) as queries:
            statement = upload(client, f"Date,Amount\n{body}").json()["id"]
            client.get(f"{ROOT}{statement}/suggestions/")
            client.get(f"{ROOT}{statement}/lines/", {"page_size": 100})
            client.get(f"{ROOT}status/")
            client.get(ROOT)
        counts[lines] = len(queries)
        for number in range(lines):
            post(A.BANK, A.OWNER_EQUITY, f"{number + 1}.{lines}", now=on(1 + number % 28))
    assert counts[2] == counts[60]
