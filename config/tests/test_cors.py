"""Which front ends on other origins may call the API."""


class TestCrossOrigin:
    PREFLIGHT = {
        "HTTP_ORIGIN": "https://till.example",
        "HTTP_ACCESS_CONTROL_REQUEST_METHOD": "POST",
        "HTTP_ACCESS_CONTROL_REQUEST_HEADERS": "authorization,idempotency-key",
    }

    def test_a_named_front_end_may_call_the_api(self, client, settings):
        settings.CORS_ALLOWED_ORIGINS = ["https://till.example"]

        response = client.options("/api/v1/auth/login/", **self.PREFLIGHT)

        assert response["Access-Control-Allow-Origin"] == "https://till.example"
        assert "idempotency-key" in response["Access-Control-Allow-Headers"]

    def test_any_other_may_not(self, client):
        response = client.options("/api/v1/auth/login/", **self.PREFLIGHT)

        assert "Access-Control-Allow-Origin" not in response

    def test_the_admin_is_not_shared(self, client, settings):
        settings.CORS_ALLOWED_ORIGINS = ["https://till.example"]

        assert "Access-Control-Allow-Origin" not in client.options("/admin/", **self.PREFLIGHT)
