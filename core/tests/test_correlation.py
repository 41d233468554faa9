import pytest
from django.test import RequestFactory

from core.correlation import client_ip, correlated, current_correlation_id


def test_id_lives_as_long_as_its_block():
    assert current_correlation_id() == ""
    with correlated("abcdefgh") as correlation_id:
        assert current_correlation_id() == correlation_id == "abcdefgh"
    assert current_correlation_id() == ""


def test_well_formed_id_of_the_client_is_kept(tiny_api):
    response = tiny_api.get("/api/open/", headers={"X-Request-ID": "frontend-0001"})
    assert response["X-Request-ID"] == "frontend-0001"


@pytest.mark.parametrize("sent", ["", "short", "a b c d e f g", "x" * 65, "inject\\nlog-line"])
def test_other_ids_are_replaced(tiny_api, sent):
    answered = tiny_api.get("/api/open/", headers={"X-Request-ID": sent})["X-Request-ID"]
    assert answered != sent
    assert len(answered) == 32


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),  # not a proxy: its header is a claim
        ("10.0.0.2", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.2", "1.2.3.4, 198.51.100.1", "198.51.100.1"),  # the client wrote 1.2.3.4 itself
        ("10.0.0.2", "198.51.100.1, 10.0.0.7", "198.51.100.1"),
        ("10.0.0.2", "nonsense", "10.0.0.2"),
        ("10.0.0.2", "", "10.0.0.2"),
        ("10.0.0.2", "2001:db8::1", "2001:db8::1"),
    ],
)
def test_client_address_comes_only_from_trusted_proxies(settings, peer, forwarded, client):
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    request = RequestFactory().get("/", REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR=forwarded)
    assert client_ip(request) == client
