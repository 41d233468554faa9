"""One endpoint asked by one role: whom it is for does it, everybody else changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from django.utils import timezone

from capital.tests.factories import put_in
from purchases.tests.snapshots import everything

ROLES = ("owner", "pharmacist", "purchasing", "cashier", "accountant", "auditor")

# The method, the roles it is for, and what makes the path below /api/v1/ with its body.
Endpoint = tuple[str, Collection[str], Callable[[], tuple[str, Mapping[str, Any] | None]]]


def does_its_part(
    endpoint: Endpoint,
    role: str,
    client_as: Callable[[str], Any],
    *,
    done: Collection[int] = (200, 201, 204),
) -> None:
    """Asserts that a role whom the endpoint is for is answered with one of `done`; any other 403,
    with nothing changed at all."""
    method, allowed, make = endpoint
    put_in(10_000_000, now=timezone.now())
    path, body = make()
    client = client_as(role)
    before = everything()
    answer = getattr(client, method)(f"/api/v1/{path}", body)
    if role in allowed:
        assert answer.status_code in done, answer.json()
    else:
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
        assert everything() == before
