from django.conf import settings


def test_an_unknown_host_is_refused_with_a_problem(client):
    response = client.get("/api/v1/auth/me/", HTTP_HOST="evil.example")

    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["status"] == 400
    assert response.json()["request_id"] == response["X-Request-ID"]


def test_outside_the_api_an_unknown_host_gets_a_page(client):
    response = client.get("/admin/", HTTP_HOST="evil.example")

    assert response.status_code == 400
    assert response["Content-Type"].startswith("text/html")


def test_the_correlation_id_comes_first():
    assert settings.MIDDLEWARE[0] == "core.correlation.CorrelationIdMiddleware"
