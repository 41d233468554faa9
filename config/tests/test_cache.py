import pytest
from django.core.cache import caches

CLOSED_PORT = 1


@pytest.fixture
def without_redis(settings):
    settings.CACHES = {
        "default": {
            **settings.CACHES["default"],
            "LOCATION": f"redis://127.0.0.1:{CLOSED_PORT}/0",
        }
    }


@pytest.mark.django_db
def test_keeps_values_while_redis_is_there():
    cache = caches["default"]

    cache.set("colour", "green", timeout=60)

    assert cache.get("colour") == "green"
    assert cache.add("colour", "red") is False
    assert cache.get_many(["colour", "shape"]) == {"colour": "green"}


def test_is_empty_without_redis(without_redis):
    cache = caches["default"]

    cache.set("colour", "green")

    assert cache.get("colour") is None
    assert cache.get("colour", "grey") == "grey"
    assert cache.get_many(["colour"]) == {}
    assert "colour" not in cache
    assert cache.add("colour", "red") is True
    assert cache.set_many({"colour": "green"}) == ["colour"]
    assert cache.delete("colour") is False


@pytest.mark.django_db
def test_the_api_answers_without_redis(client, without_redis):
    response = client.get("/api/v1/capital/summary/")

    assert response.status_code == 401
    assert response.json()["code"] == "not_authenticated"
