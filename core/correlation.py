"""Correlation ids: one id follows a request through logs, tasks, events and audit rows."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest, HttpResponse

HEADER = "X-Request-ID"
_ACCEPTED = re.compile(r"[A-Za-z0-9._-]{8,64}")
_correlation_id: ContextVar[str] = ContextVar("correlation_id", default="")


def current_correlation_id() -> str:
    """The id of what is being done now; ``""`` outside any request, task or event."""
    return _correlation_id.get()


@contextmanager
def correlated(correlation_id: str = "") -> Iterator[str]:
    """Run a block under ``correlation_id``, or under a fresh one."""
    token = _correlation_id.set(correlation_id or uuid.uuid4().hex)
    try:
        yield _correlation_id.get()
    finally:
        _correlation_id.reset(token)


class CorrelationIdMiddleware:
    """Takes ``X-Request-ID`` from the client where it is well formed, else makes one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        sent = request.headers.get(HEADER, "")
        with correlated(sent if _ACCEPTED.fullmatch(sent) else "") as correlation_id:
            response = self.get_response(request)
            response[HEADER] = correlation_id
            return response


def client_ip(request: HttpRequest) -> str:
    """The client's address, ``""`` if unknown.

    ``X-Forwarded-For`` counts only when the peer is in ``settings.TRUSTED_PROXIES`` (CIDRs);
    the right-most address that is not itself a trusted proxy is the client.
    """
    peer = request.META.get("REMOTE_ADDR", "")
    if not _is_trusted(peer):
        return peer
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")]
    for hop in reversed([hop for hop in hops if hop]):
        if not _is_address(hop):
            return peer
        if not _is_trusted(hop):
            return hop
    return peer


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _is_trusted(address: str) -> bool:
    if not _is_address(address):
        return False
    parsed = ip_address(address)
    return any(parsed in ip_network(cidr) for cidr in settings.TRUSTED_PROXIES)
