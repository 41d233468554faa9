from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.core.files.storage import default_storage
from django.utils import timezone

from files.tests.factories import StoredFileFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def stored():
    return StoredFileFactory(content=b"name,price\nx,1\n", original_name="عرض المستودع.csv")


def link(client_as, stored):
    return client_as("purchasing").get(f"/api/v1/files/{stored.pk}/link/").json()["url"]


def test_file_shows_what_is_known_of_it(client_as, stored):
    body = client_as("auditor").get(f"/api/v1/files/{stored.pk}/").json()
    assert body["original_name"] == "عرض المستودع.csv"
    assert body["byte_size"] == 15
    assert "storage_key" not in body


def test_link_downloads_the_content_without_a_token(client_as, api, stored):
    response = api.get(link(client_as, stored))
    assert response.getvalue() == b"name,price\nx,1\n"
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"


def test_link_expires(client_as, api, stored):
    url = link(client_as, stored)
    later = timezone.now() + timedelta(seconds=settings.FILE_LINK_TTL_SECONDS + 1)
    with time_machine.travel(later):
        response = api.get(url)
    assert (response.status_code, response.json()["code"]) == (403, "file_link_expired")


def test_forged_link_is_refused(client_as, api, stored):
    url = link(client_as, stored)
    response = api.get(url[:-3] + "xx/")
    assert (response.status_code, response.json()["code"]) == (403, "file_link_invalid")


def test_unknown_file_and_lost_content_are_not_found(client_as, api, stored):
    other = client_as("owner").get("/api/v1/files/00000000-0000-4000-8000-000000000000/")
    assert (other.status_code, other.json()["code"]) == (404, "file_not_found")
    url = link(client_as, stored)
    default_storage.delete(stored.storage_key)
    assert api.get(url).status_code == 404


def test_cashier_may_not_see_files(client_as, stored):
    assert client_as("cashier").get(f"/api/v1/files/{stored.pk}/").status_code == 403
