import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from core import audit
from core.correlation import correlated
from core.models import AuditEntry, DocumentSeries

SUBJECT = DocumentSeries(pk=7)
ACTOR = audit.Actor(id=5, label="salma", ip="192.0.2.1")


def record(action="core.thing_done", **changes):
    audit.record(actor=ACTOR, action=action, subject=SUBJECT, changes=changes)


def raw(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.fixture
def chain(transactional_db):
    for number in range(5):
        with transaction.atomic():
            record(number=number)


def tampering(sql):
    """Changes rows as somebody could who owns the tables and switches the triggers off."""
    tables = ("core_auditentry", "core_auditseal")
    with transaction.atomic():
        for table in tables:
            raw(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        raw(sql)
        raw("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables:
            raw(f"ALTER TABLE {table} ENABLE TRIGGER USER")


@pytest.mark.django_db
def test_entry_says_who_did_what_to_which_thing_under_which_request():
    with correlated("request-0001"):
        audit.record(
            actor=ACTOR,
            action="core.thing_done",
            subject=SUBJECT,
            changes={"quantity": [1, 2]},
            reason="because",
        )
    entry = AuditEntry.objects.get()
    assert (entry.actor_id, entry.actor_label, entry.client_ip) == (5, "salma", "192.0.2.1")
    assert (entry.subject_type, entry.subject_id) == ("core.documentseries", "7")
    assert (entry.changes, entry.reason) == ({"quantity": [1, 2]}, "because")
    assert entry.correlation_id == "request-0001"


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE core_auditentry SET reason = 'x'",
        "DELETE FROM core_auditentry",
        "TRUNCATE core_auditentry CASCADE",
        "UPDATE core_auditseal SET digest = 'x'",
        "DELETE FROM core_auditseal",
        "TRUNCATE core_auditseal",
    ],
)
def test_database_refuses_to_change_or_delete_audit_rows(chain, sql):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        raw(sql)
    assert audit.verify() == audit.ChainReport(entries=5, faults=())


def test_every_committed_entry_is_sealed_and_the_chain_is_intact(chain):
    assert audit.verify() == audit.ChainReport(entries=5, faults=())
    assert audit.head()[0] == 5
    call_command("verify_audit")


def test_an_empty_chain_is_intact(transactional_db):
    assert audit.verify() == audit.ChainReport(entries=0, faults=())
    assert audit.head() == (0, "")


def test_a_rolled_back_transaction_leaves_neither_entry_nor_gap(chain):
    with transaction.atomic():
        record()
        transaction.set_rollback(True)
    with transaction.atomic():
        record()
    assert audit.verify() == audit.ChainReport(entries=6, faults=())


def test_a_changed_entry_is_named(chain):
    changed = AuditEntry.objects.order_by("id")[2].pk
    tampering(f"UPDATE core_auditentry SET actor_label = 'somebody' WHERE id = {changed}")
    report = audit.verify()
    assert [f"entry {changed} " in fault for fault in report.faults] == [True]
    with pytest.raises(CommandError):
        call_command("verify_audit")


def test_an_entry_deleted_with_its_seal_leaves_a_named_gap(chain):
    tampering(
        "WITH seal AS (DELETE FROM core_auditseal WHERE sequence = 3 RETURNING entry_id)"
        " DELETE FROM core_auditentry WHERE id IN (SELECT entry_id FROM seal)"
    )
    assert AuditEntry.objects.count() == 4
    assert any("places 3 to 3 are missing" in fault for fault in audit.verify().faults)


def test_an_entry_slipped_in_without_a_seal_is_named(chain):
    tampering(
        "INSERT INTO core_auditentry (occurred_at, actor_label, client_ip, action, subject_type,"
        " subject_id, changes, reason, correlation_id)"
        " VALUES (now(), 'x', '', 'a.b', 't', '1', '{}', '', '')"
    )
    assert any("never sealed" in fault for fault in audit.verify().faults)
