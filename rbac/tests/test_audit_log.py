"""Reading and exporting the audit log."""

import csv
import io
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from core import audit
from core.audit import SYSTEM, Actor
from core.correlation import correlated
from core.models import AuditEntry
from rbac.audit_log import EXPORT_COLUMNS
from users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

AUDIT = "/api/v1/audit/"
EXPORT = "/api/v1/audit/export/"
DAMASCUS = ZoneInfo("Asia/Damascus")


@pytest.fixture
def auditor(client_as):
    return client_as("auditor")


def record(action, *, actor=SYSTEM, subject=None, at=None, **extra):
    audit.record(
        actor=actor,
        action=action,
        subject=subject or UserFactory(),
        occurred_at=at or datetime(2026, 3, 1, 12, tzinfo=DAMASCUS),
        **extra,
    )


def actions(client, query=""):
    answer = client.get(AUDIT + query)
    assert answer.status_code == 200, answer.content
    return [row["action"] for row in answer.json()["results"]]


def exported(client, query=""):
    answer = client.get(EXPORT + query)
    assert answer.status_code == 200
    text = b"".join(answer.streaming_content).decode()
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


def test_newest_first_and_on_by_cursor(auditor):
    for number in range(5):
        record(f"test.step_{number}")

    first = auditor.get(AUDIT + "?action=test.&page_size=2").json()
    second = auditor.get(first["next"]).json()

    shown = [row["action"] for row in first["results"] + second["results"]]
    assert shown == ["test.step_4", "test.step_3", "test.step_2", "test.step_1"]


def test_entries_are_found_by_each_filter(auditor):
    layla, product = UserFactory(), UserFactory()
    record("test.by_layla", actor=Actor(id=layla.pk, label="layla"))
    record("test.on_product", subject=product)
    with correlated("a-correlation-id"):
        record("test.correlated")
    record("other.thing")

    assert actions(auditor, f"?actor_id={layla.pk}") == ["test.by_layla"]
    assert actions(auditor, f"?subject_type=users.user&subject_id={product.pk}") == [
        "test.on_product"
    ]
    assert actions(auditor, "?correlation_id=a-correlation-id") == ["test.correlated"]
    assert actions(auditor, "?action=other.") == ["other.thing"]
    assert actions(auditor, "?action=test.&actor_id=987654321") == []


def test_days_are_those_of_the_pharmacy_and_both_included(auditor):
    record("test.before", at=datetime(2026, 2, 28, 23, 59, 59, tzinfo=DAMASCUS))
    record("test.first", at=datetime(2026, 3, 1, 0, 0, tzinfo=DAMASCUS))
    record("test.last", at=datetime(2026, 3, 2, 23, 59, 59, tzinfo=DAMASCUS))
    record("test.after", at=datetime(2026, 3, 3, 0, 0, tzinfo=DAMASCUS))

    found = actions(auditor, "?date_from=2026-03-01&date_to=2026-03-02")

    assert found == ["test.last", "test.first"]


def test_the_first_and_the_last_day_there_are_can_be_asked_for(auditor):
    record("test.thing")

    found = actions(auditor, "?action=test.&date_from=0001-01-01&date_to=9999-12-31")

    assert found == ["test.thing"]


def test_a_prefix_is_taken_literally(auditor):
    record("test.thing")

    assert actions(auditor, "?action=test%25") == []
    assert actions(auditor, "?action=tes_.") == []


@pytest.mark.parametrize(
    "query",
    [
        "?actor_id=abc",
        "?actor_id=0",
        "?date_from=yesterday",
        "?date_from=2026-02-30",
        "?actor=1",
        "?action=" + "x" * 101,
        "?action=%00",
    ],
)
def test_malformed_filters_are_refused(auditor, query):
    assert auditor.get(AUDIT + query).status_code == 400
    assert auditor.get(EXPORT + query).status_code == 400
    assert not AuditEntry.objects.filter(action="rbac.audit_exported").exists()


def test_a_page_costs_the_same_however_many_entries(auditor, django_assert_num_queries):
    for _round in range(2):
        for _n in range(20):
            record("test.thing")
        with django_assert_num_queries(3):
            auditor.get(AUDIT)


def test_an_export_holds_the_chosen_entries_oldest_first_and_is_itself_audited(auditor):
    record("test.one", reason="سبب", changes={"name": ["أ", "ب"]})
    record("test.two")
    record("other.thing")

    rows = exported(auditor, "?action=test.")

    assert rows[0] == list(EXPORT_COLUMNS)
    by_name = [dict(zip(EXPORT_COLUMNS, row, strict=True)) for row in rows[1:]]
    assert [row["action"] for row in by_name] == ["test.one", "test.two"]
    assert by_name[0]["reason"] == "سبب"
    assert by_name[0]["changes"] == '{"name": ["أ", "ب"]}'
    assert by_name[0]["occurred_at"] == "2026-03-01T12:00:00+03:00"
    entry = AuditEntry.objects.get(action="rbac.audit_exported")
    assert entry.actor_id == auditor.user.pk
    assert entry.changes["filters"] == {"action": "test."}


def test_an_export_says_what_it_is(auditor):
    answer = auditor.get(EXPORT, HTTP_ACCEPT="text/csv")

    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="audit.csv"'
    b"".join(answer.streaming_content)


@pytest.mark.parametrize(
    "evil",
    [
        '=HYPERLINK("http://evil.example","click")',
        "+1+cmd|' /C calc'!A0",
        "-2+3",
        "@SUM(1+1)",
        "\t=1+1",
        "\r=1+1",
        "\n=1+1",
        "  =1+1",
        "＝1+1",
    ],
)
def test_no_cell_is_a_formula(auditor, evil):
    record("test.evil", reason=evil, actor=Actor(id=None, label=evil))

    rows = exported(auditor, "?action=test.evil")

    row = dict(zip(EXPORT_COLUMNS, rows[1], strict=True))
    assert row["reason"] == f"'{evil}"
    assert row["actor_label"] == f"'{evil}"


def test_a_long_export_is_read_in_pieces(auditor):
    AuditEntry.objects.bulk_create(
        AuditEntry(
            occurred_at=datetime(2026, 1, 1, tzinfo=DAMASCUS),
            actor_label="x",
            action="test.bulk",
            subject_type="users.user",
            subject_id=str(number),
        )
        for number in range(2500)
    )

    answer = auditor.get(EXPORT + "?action=test.bulk")

    assert answer.streaming
    assert sum(1 for _line in answer.streaming_content) == 2501
