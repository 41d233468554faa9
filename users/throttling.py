"""Request rates per client address, as a first and cheap barrier in Redis.

The lockout that counts is ``users.services.attempts``; it is in the database. The address is
the one ``core.correlation.client_ip`` vouches for: DRF's own would believe any X-Forwarded-For.
"""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.throttling import (
    AnonRateThrottle,
    ScopedRateThrottle,
    UserRateThrottle,
)

from core.correlation import client_ip


class _ByTrustedAddress:
    def get_ident(self, request: Request) -> str:
        return client_ip(request)


class AddressThrottle(_ByTrustedAddress, AnonRateThrottle):
    """Requests without a user, per address."""


class UserThrottle(_ByTrustedAddress, UserRateThrottle):
    """Requests of one user."""


class ScopedThrottle(_ByTrustedAddress, ScopedRateThrottle):
    """Requests of a view's ``throttle_scope``, per user or address."""
