from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from core.audit import SYSTEM
from core.models import AuditEntry
from files import services
from files.inspection import file_inspect
from files.models import StoredFile
from files.selectors import file_open
from files.tests import documents
from files.tests.factories import StoredFileFactory


@pytest.fixture
def inspected():
    return file_inspect(SimpleUploadedFile("offer.csv", documents.csv()))


def test_content_lies_under_its_hash_and_is_stored_once(inspected):
    key = services.file_put(inspected)
    assert key == f"offers/{inspected.sha256[:2]}/{inspected.sha256}.csv"
    assert services.file_put(inspected) == key


def test_content_cut_short_by_a_crash_is_not_taken_for_the_file(inspected):
    key = services.file_put(inspected)
    with open(default_storage.path(key), "wb") as half:
        half.write(inspected.content[:5])
    again = services.file_put(inspected)
    assert again != key
    with default_storage.open(again) as content:
        assert content.read() == inspected.content


@pytest.mark.django_db
def test_registered_file_can_be_opened_and_is_audited(inspected):
    key = services.file_put(inspected)
    stored = services.file_register(
        actor=SYSTEM, now=timezone.now(), inspected=inspected, storage_key=key
    )
    with file_open(stored.pk) as content:
        assert content.read() == inspected.content
    assert AuditEntry.objects.get().action == "files.file_stored"


@pytest.mark.django_db
def test_sweep_deletes_only_old_content_that_no_row_refers_to(inspected):
    kept = StoredFileFactory(content=b"kept,1")
    orphan = services.file_put(inspected)
    now = timezone.now()
    services.orphans_sweep(before=now - timedelta(hours=1))
    assert default_storage.exists(orphan)
    services.orphans_sweep(before=now + timedelta(hours=1))
    assert not default_storage.exists(orphan)
    assert default_storage.exists(kept.storage_key)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fault", [{"byte_size": 0}, {"sha256": "x" * 64}, {"storage_key": "/etc/passwd"}]
)
def test_database_refuses_impossible_files(fault):
    with pytest.raises(IntegrityError), transaction.atomic():
        StoredFileFactory(**fault)
    assert not StoredFile.objects.exists()
