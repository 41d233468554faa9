import json
import logging
import sys

import pytest

from core.correlation import correlated
from core.logging import JsonFormatter, redact


def line(message="done", exc_info=None, **extra):
    record = logging.getLogger("test").makeRecord(
        "test", logging.INFO, __file__, 1, message, (), exc_info, extra=extra
    )
    return json.loads(JsonFormatter().format(record))


def test_line_is_one_json_object_with_the_correlation_id():
    with correlated("request-0003"):
        entry = line(product_id=5)
    assert entry["correlation_id"] == "request-0003"
    assert (entry["level"], entry["message"], entry["product_id"]) == ("info", "done", 5)
    assert entry["at"].endswith("+00:00")


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Bearer eyJhbGciOi.eyJzdWIi.sig",
        "token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-def",
        "password=hunter2",
        "postgres://user:hunter2@db/pharmacio",
        "mail to salma@example.org failed",
    ],
)
def test_secrets_and_addresses_in_text_are_blotted_out(text):
    cleaned = redact(text)
    assert "[redacted]" in cleaned
    for secret in ("hunter2", "eyJ", "salma@example.org"):
        assert secret not in cleaned


def test_secret_and_personal_fields_are_blotted_out_at_any_depth():
    entry = line(request={"password": "hunter2", "user": {"email": "a", "phone": "b", "id": 4}})
    assert entry["request"] == {
        "password": "[redacted]",
        "user": {"email": "[redacted]", "phone": "[redacted]", "id": 4},
    }


def test_exception_text_is_cleaned_too():
    try:
        raise ValueError("password=hunter2")
    except ValueError:
        entry = line(exc_info=sys.exc_info())
    assert "ValueError" in entry["exception"]
    assert "hunter2" not in entry["exception"]
