"""Structured logs: one JSON object per line, with the correlation id, without secrets."""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime
from typing import Any

from core.correlation import current_correlation_id

REDACTED = "[redacted]"
_STANDARD = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_SECRET_NAMES = re.compile(
    r"pass(word|wd)?|secret|token|authorization|cookie|api_?key|credential|signature|dsn", re.I
)
_PERSONAL_NAMES = re.compile(r"e?_?mail|phone|mobile|full_name|patient|address", re.I)
_SECRET_TEXT = (
    re.compile(r"eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*"),  # JWT
    re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]+"),
    re.compile(r"(?<=://)[^\s/@:]+:[^\s/@]+(?=@)"),  # credentials inside a URL
    re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+"),  # e-mail addresses
    re.compile(r"(?i)\b(password|secret|token|api_?key)(\s*[=:]\s*)\S+"),
)


def redact(text: str) -> str:
    """``text`` with tokens, credentials and e-mail addresses blotted out."""
    for pattern in _SECRET_TEXT:
        text = pattern.sub(REDACTED, text)
    return text


def _clean(name: str, value: Any) -> Any:
    if _SECRET_NAMES.search(name) or _PERSONAL_NAMES.search(name):
        return REDACTED
    if isinstance(value, dict):
        return {str(key): _clean(str(key), inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [_clean("", inner) for inner in value]
    if isinstance(value, (int, float, bool)) or value is None:
        return value
    return redact(str(value))


class CorrelationFilter(logging.Filter):
    """Puts the current correlation id on every record."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.correlation_id = current_correlation_id()
        return True


class JsonFormatter(logging.Formatter):
    """``{"at", "level", "logger", "message", "correlation_id", …extras, "exception"}``."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": redact(record.getMessage()),
            "correlation_id": getattr(record, "correlation_id", "") or current_correlation_id(),
        }
        for name, value in vars(record).items():
            if name not in _STANDARD and name != "correlation_id" and not name.startswith("_"):
                line[name] = _clean(name, value)
        if record.exc_info:
            line["exception"] = redact(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False, default=str)
