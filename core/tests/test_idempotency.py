import threading
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.test import APIClient, APIRequestFactory

from core import idempotency
from core.models import DocumentSeries, IdempotencyRecord

KEY = {"Idempotency-Key": "3f0f1c9e-0001"}


def send(client, amount="5", headers=KEY):
    return client.post("/api/orders/", {"amount": amount}, headers=headers)


def orders():
    return sum(DocumentSeries.objects.values_list("last_number", flat=True))


def test_repeated_request_is_answered_the_same_and_happens_once(tiny_api):
    first, second = send(tiny_api), send(tiny_api)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert second["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first
    assert orders() == 1


def test_same_key_with_another_body_is_refused_and_changes_nothing(tiny_api):
    send(tiny_api)
    response = send(tiny_api, amount="6")
    assert (response.status_code, response.json()["code"]) == (422, "idempotency_key_reused")
    assert orders() == 1


def test_refused_request_frees_its_key_for_a_mended_one(tiny_api):
    assert send(tiny_api, amount="13").status_code == 409
    assert not IdempotencyRecord.objects.exists()
    assert send(tiny_api, amount="14").status_code == 201


def test_keys_belong_to_one_user(tiny_api):
    send(tiny_api)
    tiny_api.force_authenticate(get_user_model().objects.create(username="other"))
    assert send(tiny_api).status_code == 201
    assert orders() == 2


def test_without_a_key_every_request_counts(tiny_api):
    send(tiny_api, headers={})
    send(tiny_api, headers={})
    assert orders() == 2


@pytest.mark.parametrize("key", ["short", "x" * 101, "has space in it", "ÿÿÿÿÿÿÿÿ"])
def test_malformed_key_is_refused_by_name(tiny_api, key):
    response = send(tiny_api, headers={"Idempotency-Key": key})
    assert response.status_code == 400
    assert response.json()["errors"][0]["field"] == "Idempotency-Key"
    assert orders() == 0


@pytest.mark.django_db(transaction=True)
def test_concurrent_requests_with_one_key_happen_once(tiny_api):
    answers = []

    def run():
        client = APIClient()
        client.force_authenticate(tiny_api.user)
        answers.append(send(client))
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert orders() == 1


def upload(content):
    request = APIRequestFactory().post(
        "/", {"file": SimpleUploadedFile("a.csv", content)}, format="multipart"
    )
    return Request(request, parsers=[MultiPartParser()])


def test_uploaded_files_count_by_their_content():
    assert idempotency.request_hash(upload(b"a")) == idempotency.request_hash(upload(b"a"))
    assert idempotency.request_hash(upload(b"a")) != idempotency.request_hash(upload(b"b"))


def test_old_keys_are_forgotten(tiny_api):
    send(tiny_api)
    now = timezone.now()
    assert idempotency.purge(now=now) == 0
    assert idempotency.purge(now=now + idempotency.RETENTION + timedelta(seconds=1)) == 1
