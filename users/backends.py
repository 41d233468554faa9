"""Signing in by e-mail address or username."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest

from users import selectors
from users.models import User


class LoginBackend(BaseBackend):
    """Verifies a password. Lockout is the business of ``users.services.credentials``."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **credentials: Any,
    ) -> User | None:
        """The active user, or None. A name nobody has costs as much as one somebody has."""
        if username is None or password is None:
            return None
        user = selectors.user_by_login(username)
        if user is None:
            make_password(password)
            return None
        verified = user.check_password(password)
        return user if verified and user.is_active else None

    def get_user(self, user_id: int) -> User | None:
        """For browser sessions (admin): a deactivated user is signed out at once."""
        return User.objects.filter(pk=user_id, is_active=True).first()
