"""Idempotency keys whose record commits in the same transaction as the effect.

The unique index does the waiting: a second request with the same key blocks on the insert
until the first commits (then it gets the stored answer) or rolls back (then it does the work).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from core.errors import FieldProblem, InvalidInput, RuleRefused
from core.models import IdempotencyRecord

HEADER = "Idempotency-Key"
REPLAYED_HEADER = "Idempotency-Replayed"
RETENTION = timedelta(days=3)
_KEY = re.compile(r"[\x21-\x7e]{8,100}")
_KEPT_HEADERS = ("Location", "ETag")


class IdempotencyKeyReused(RuleRefused):
    code = "idempotency_key_reused"
    title = _("This Idempotency-Key belongs to a different request")


def run_once(request: Request, handle: Callable[[], Response]) -> Response:
    """Run ``handle`` in one transaction; with an ``Idempotency-Key``, at most once.

    Same key and same request: the first answer again, marked ``Idempotency-Replayed: true``.
    Same key, other request: IdempotencyKeyReused (422). An answer of 400 or above rolls
    everything back, the key included, so that a mended request may use it again.
    """
    key = _key_of(request)
    with transaction.atomic():
        if key is None or request.user.pk is None:
            return _handled(handle)
        record, is_new = _claim(request, request.user.pk, key)
        if not is_new:
            return _replay(record, request)
        response = _handled(handle)
        if response.status_code < 400:
            _remember(record, response)
        return response


def _handled(handle: Callable[[], Response]) -> Response:
    response = handle()
    if response.status_code >= 400:
        transaction.set_rollback(True)
    return response


def _key_of(request: Request) -> str | None:
    key = request.headers.get(HEADER)
    if key is None:
        return None
    if not _KEY.fullmatch(key):
        raise InvalidInput(
            errors=[
                FieldProblem(
                    HEADER, "invalid", _("Send 8 to 100 printable ASCII characters, e.g. a UUID.")
                )
            ]
        )
    return key


def _claim(request: Request, user_id: int, key: str) -> tuple[IdempotencyRecord, bool]:
    fresh = IdempotencyRecord(user_id=user_id, key=key, request_hash=request_hash(request))
    IdempotencyRecord.objects.bulk_create([fresh], ignore_conflicts=True)
    record = IdempotencyRecord.objects.get(user_id=user_id, key=key)
    return record, record.response_status is None


def _replay(record: IdempotencyRecord, request: Request) -> Response:
    if record.request_hash != request_hash(request):
        raise IdempotencyKeyReused(_("Use a new key for a new request."))
    body = json.loads(record.response_body) if record.response_body else None
    response = Response(body, status=record.response_status)
    for name, value in record.response_headers.items():
        response[name] = value
    response[REPLAYED_HEADER] = "true"
    return response


def _remember(record: IdempotencyRecord, response: Response) -> None:
    record.response_status = response.status_code
    if response.data is not None:
        record.response_body = JSONRenderer().render(response.data).decode()
    record.response_headers = {name: response[name] for name in _KEPT_HEADERS if name in response}
    record.save()


def request_hash(request: Request) -> str:
    """SHA-256 over method, path, query and body; files count by their content."""
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    digest.update(json.dumps(_canonical(request.data), sort_keys=True, default=str).encode())
    return digest.hexdigest()


def _canonical(value: Any) -> Any:
    if isinstance(value, UploadedFile):
        return [value.name, _digest_of(value)]
    if hasattr(value, "lists"):  # a form: every key may have several values
        return {key: [_canonical(item) for item in items] for key, items in value.lists()}
    if isinstance(value, Mapping):
        return {str(key): _canonical(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_canonical(item) for item in value]
    return value


def _digest_of(upload: UploadedFile) -> str:
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    return digest.hexdigest()


def purge(*, now: datetime) -> int:
    """Forget keys older than ``RETENTION``; returns how many."""
    deleted, _rows = IdempotencyRecord.objects.filter(created_at__lt=now - RETENTION).delete()
    return deleted
