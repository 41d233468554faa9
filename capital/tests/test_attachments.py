"""Documents that prove entries."""

from __future__ import annotations

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction

from capital.models import EntryAttachment
from capital.services.periods import period_close, period_create
from capital.tests.factories import put_in
from core.audit import SYSTEM
from core.models import AuditEntry, local_date
from files.tests.documents import pdf

pytestmark = pytest.mark.django_db


def url(entry_id: int) -> str:
    return f"/api/v1/capital/entries/{entry_id}/attachments/"


def body(content: bytes = b"", note: str = "") -> dict[str, object]:
    return {"file": SimpleUploadedFile("invoice.pdf", content or pdf()), "note": note}


def test_a_document_is_attached_and_shown_with_its_entry(client_as, now):
    entry_id = put_in(5, now=now)
    accountant = client_as("accountant")
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    made = accountant.post(url(entry_id), body(note="INV 5"), format="multipart", headers=headers)
    assert made.status_code == 201
    assert (made.json()["file_name"], made.json()["content_type"]) == (
        "invoice.pdf",
        "application/pdf",
    )
    shown = accountant.get(f"/api/v1/capital/entries/{entry_id}/").json()
    assert shown["attachments"] == [made.json()]
    assert accountant.get(f"/api/v1/files/{made.json()['file_id']}/link/").status_code == 200
    assert AuditEntry.objects.filter(action="capital.entry_attachment_added").count() == 1


def test_the_same_document_is_attached_to_an_entry_once(client_as, now):
    first, second = put_in(5, now=now), put_in(5, now=now)
    accountant, content = client_as("accountant"), pdf()
    assert accountant.post(url(first), body(content), format="multipart").status_code == 201
    refused = accountant.post(url(first), body(content), format="multipart")
    assert (refused.status_code, refused.json()["code"]) == (409, "duplicate_attachment")
    assert accountant.post(url(second), body(content), format="multipart").status_code == 201
    assert EntryAttachment.objects.count() == 2


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [(b"MZ\x90\x00 no document", 415, "file_type_not_supported"), (b" ", 415, None)],
)
def test_what_is_no_document_is_refused(client_as, now, content, status, code):
    entry_id = put_in(5, now=now)
    refused = client_as("accountant").post(url(entry_id), body(content), format="multipart")
    assert refused.status_code == status
    assert code in {None, refused.json()["code"]}
    assert not EntryAttachment.objects.exists()


def test_an_unknown_entry_takes_nothing(client_as):
    response = client_as("accountant").post(url(10**9), body(), format="multipart")
    assert (response.status_code, response.json()["code"]) == (404, "entry_not_found")


def test_attaching_takes_its_permission(client_as, now):
    entry_id = put_in(5, now=now)
    assert client_as("auditor").post(url(entry_id), body(), format="multipart").status_code == 403
    assert not EntryAttachment.objects.exists()


def test_a_proof_can_be_added_after_the_books_were_closed(client_as, now):
    entry_id = put_in(5, now=now)
    later = now.replace(month=4)
    day = local_date(now)
    period = period_create(actor=SYSTEM, now=later, starts_on=day, ends_on=day)
    period_close(actor=SYSTEM, now=later, period_id=period.pk, reason="month end")
    made = client_as("accountant").post(url(entry_id), body(), format="multipart")
    assert made.status_code == 201


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE capital_entryattachment SET note = 'x'",
        "DELETE FROM capital_entryattachment",
        "TRUNCATE capital_entryattachment",
    ],
)
def test_the_database_keeps_attachments(client_as, now, statement):
    entry_id = put_in(5, now=now)
    client_as("accountant").post(url(entry_id), body(), format="multipart")
    connection.check_constraints()
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert EntryAttachment.objects.count() == 1


def test_an_entry_with_many_documents_takes_the_same_queries(
    client_as, now, django_assert_num_queries, django_assert_max_num_queries
):
    entry_id = put_in(5, now=now)
    accountant = client_as("accountant")
    accountant.post(url(entry_id), body(), format="multipart")
    path = f"/api/v1/capital/entries/{entry_id}/"
    accountant.get(path)
    with django_assert_max_num_queries(20) as few:
        accountant.get(path)
    queries = len(few)
    for pages in range(2, 6):
        accountant.post(url(entry_id), body(pdf(pages=pages)), format="multipart")
    with django_assert_num_queries(queries):
        assert len(accountant.get(path).json()["attachments"]) == 5
