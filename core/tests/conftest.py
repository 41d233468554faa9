import pytest
from django.contrib.auth import get_user_model
from rest_framework.test import APIClient


@pytest.fixture
def tiny_api(settings, db):
    """An authenticated client on the API of ``core.tests.urls``."""
    settings.ROOT_URLCONF = "core.tests.urls"
    client = APIClient(raise_request_exception=False)
    client.user = get_user_model().objects.create(username="clerk")
    client.force_authenticate(client.user)
    return client
