"""The engine's own way to say who it is: the bare internal token, no ``Bearer``."""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request


class EngineTokenAuthentication(BaseAuthentication):
    """Compares in constant time; without the token nothing gets past."""

    def authenticate(self, request: Request) -> tuple[Any, str]:
        sent = request.headers.get("Authorization", "").encode()
        token = settings.INTERNAL_SERVICE_TOKEN.encode()
        if not token or not secrets.compare_digest(sent, token):
            raise AuthenticationFailed(_("Wrong or missing service token."))
        return AnonymousUser(), "engine"

    def authenticate_header(self, request: Request) -> str:
        return "Token"
