"""Request rates per client address, as a first and cheap barrier in Redis.

The lockout that counts is ``users.services.attempts``; it is in the database. The address is
the one ``core.correlation.client_ip`` vouches for: DRF's own would believe any X-Forwarded-For.
"""

from __future__ import annotations

import logging
from typing import Any

from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.throttling import (
    AnonRateThrottle,
    ScopedRateThrottle,
    SimpleRateThrottle,
    UserRateThrottle,
)

from core.correlation import client_ip

logger = logging.getLogger(__name__)


class _ByTrustedAddress(SimpleRateThrottle):
    def get_ident(self, request: Request) -> str:
        return client_ip(request)

    def allow_request(self, request: Request, view: Any) -> bool:
        """Without Redis nobody is held up: work goes on, and the lockout still counts."""
        try:
            return super().allow_request(request, view)
        except RedisError:
            logger.warning("request rates are not counted: Redis is unreachable")
            return True


class AddressThrottle(_ByTrustedAddress, AnonRateThrottle):
    """Requests without a user, per address."""


class UserThrottle(_ByTrustedAddress, UserRateThrottle):
    """Requests of one user."""


class ScopedThrottle(_ByTrustedAddress, ScopedRateThrottle):
    """Requests of a view's ``throttle_scope``, per user or address."""
