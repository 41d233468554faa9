import threading

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from ai_integration.models import ExtractionJob
from ai_integration.tests.factories import OFFER_CSV, ExtractionJobFactory
from files.tests import documents
from files.tests.factories import StoredFileFactory
from purchases.tests.factories import SupplierFactory

pytestmark = pytest.mark.django_db
URL = "/api/v1/offers/upload/"
StoredFile = StoredFileFactory._meta.model


def send(client, content=OFFER_CSV, name="offer.csv", **fields):
    upload = SimpleUploadedFile(name, content)
    return client.post(URL, {"file": upload, **fields}, format="multipart")


@pytest.fixture
def supplier():
    return SupplierFactory(name="مستودع الشام")


def test_upload_queues_a_job_and_says_where_to_look(client_as, supplier):
    client = client_as("purchasing")
    response = send(client, supplier_id=supplier.pk)
    assert response.status_code == 202
    body = response.json()
    assert (body["state"], body["warehouse_name"]) == ("queued", "مستودع الشام")
    assert client.get(response["Location"]).json()["id"] == body["id"]
    job = ExtractionJob.objects.get()
    assert (str(job.pk), job.uploaded_by_id) == (body["id"], client.user.pk)


def test_warehouse_may_be_named_in_another_spelling(client_as, supplier):
    response = send(client_as("purchasing"), warehouse_name="مُستَودَع الشـام ")
    assert response.json()["supplier_id"] == supplier.pk


def test_same_content_of_the_same_supplier_is_answered_with_the_existing_job(client_as, supplier):
    client = client_as("purchasing")
    first = send(client, supplier_id=supplier.pk).json()
    again = send(client, name="other name.csv", supplier_id=supplier.pk)
    assert (again.status_code, again.json()["code"]) == (409, "duplicate_offer")
    assert again.json()["job_id"] == first["id"]
    assert (ExtractionJob.objects.count(), StoredFile.objects.count()) == (1, 1)


def test_same_content_of_another_supplier_is_its_own_job(client_as, supplier):
    client = client_as("purchasing")
    send(client, supplier_id=supplier.pk)
    assert send(client, supplier_id=SupplierFactory().pk).status_code == 202


@pytest.mark.parametrize("state", ["failed", "cancelled", "timed_out"])
def test_file_whose_job_came_to_nothing_may_be_sent_again(client_as, supplier, state):
    client = client_as("purchasing")
    send(client, supplier_id=supplier.pk)
    ExtractionJob.objects.update(
        state=state,
        finished_at="2026-01-01T00:00Z",
        failure_code="" if state == "cancelled" else "x",
    )
    assert send(client, supplier_id=supplier.pk).status_code == 202


@pytest.mark.parametrize(
    ("fields", "status", "field"),
    [
        ({}, 400, "supplier_id"),
        ({"supplier_id": 999_999}, 422, "supplier_id"),
        ({"supplier_id": "x"}, 400, "supplier_id"),
        ({"warehouse_name": "nobody"}, 422, "warehouse_name"),
        ({"supplier_id": 1, "warehouse_name": "both"}, 400, "supplier_id"),
        ({"supplier_id": 1, "ware_house_name": "typo"}, 400, "ware_house_name"),
    ],
)
def test_upload_without_a_good_supplier_is_refused_by_field(client_as, fields, status, field):
    response = send(client_as("purchasing"), **fields)
    assert response.status_code == status
    assert [error["field"] for error in response.json()["errors"]] == [field]
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 422, "file_empty"),
        (documents.executable(), 415, "file_type_not_supported"),
        (documents.pdf(password="secret"), 422, "file_encrypted"),
        (documents.pdf()[:-200], 422, "file_unreadable"),
        (documents.pdf(pages=201), 413, "file_has_too_many_pages"),
        (documents.pdf_with_image(60_000, 60_000), 413, "image_has_too_many_pixels"),
        (documents.png_bomb(60_000, 60_000), 413, "image_has_too_many_pixels"),
        (documents.xlsx_bomb(210 * 1024 * 1024), 413, "file_unpacks_too_large"),
        (documents.csv() + b" " * (10 * 1024 * 1024), 413, "file_too_large"),
        (documents.csv() + b" " * (11 * 1024 * 1024), 413, "too_large"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_bad_file_is_refused_and_changes_nothing(client_as, supplier, content, status, code):
    response = send(client_as("purchasing"), content, "offer.pdf", supplier_id=supplier.pk)
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert not ExtractionJob.objects.exists()
    assert not StoredFile.objects.exists()


@pytest.mark.slow
def test_pdf_of_ten_thousand_pages_is_refused_and_changes_nothing(client_as, supplier):
    content = documents.pdf(pages=10_000)
    response = send(client_as("purchasing"), content, supplier_id=supplier.pk)
    assert (response.status_code, response.json()["code"]) == (413, "file_has_too_many_pages")
    assert not ExtractionJob.objects.exists()
    assert not StoredFile.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_concurrent_uploads_of_one_file_make_one_job(client_as, supplier):
    client = client_as("purchasing")
    answers = []

    def run():
        own = APIClient()
        own.force_authenticate(client.user)
        answers.append(send(own, supplier_id=supplier.pk))
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status_code for answer in answers) == [202, 409]
    assert (ExtractionJob.objects.count(), StoredFile.objects.count()) == (1, 1)


def test_jobs_are_listed_newest_first_and_cost_does_not_grow_with_them(
    client_as, django_assert_num_queries
):
    client = client_as("auditor")
    jobs = [ExtractionJobFactory(file__content=b"a,%d" % number) for number in range(2)]
    with CaptureQueriesContext(connection) as few:
        client.get("/api/v1/offers/jobs/")
    jobs += [ExtractionJobFactory(file__content=b"b,%d" % number) for number in range(5)]
    with django_assert_num_queries(len(few)):
        body = client.get("/api/v1/offers/jobs/?state=queued").json()
    assert [row["id"] for row in body["results"]] == [str(job.pk) for job in reversed(jobs)]
