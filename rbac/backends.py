"""Django's authentication backend that answers permission questions from roles."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from rbac import selectors

_CACHE = "_rbac_permission_codes"


class RoleBackend(BaseBackend):
    """One query per user object, and so per request; signs nobody in.

    Permissions on single objects are not a thing of this house: `obj` is refused.
    """

    def authenticate(self, request: Any, **credentials: Any) -> None:
        return None

    def get_user(self, user_id: int) -> None:
        return None

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        return perm in self.get_all_permissions(user_obj, obj)

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        return any(code.startswith(f"{app_label}.") for code in self.get_all_permissions(user_obj))

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        if obj is not None or isinstance(user_obj, AnonymousUser) or not user_obj.is_active:
            return set()
        return self.granted_permissions(user_obj)

    def granted_permissions(self, user: Any) -> set[str]:
        """What the user's roles hold; everything for a superuser. Active or not."""
        if not hasattr(user, _CACHE):
            codes = (
                selectors.permission_codes()
                if user.is_superuser
                else selectors.permission_codes_of(user.pk)
            )
            setattr(user, _CACHE, codes)
        return getattr(user, _CACHE)

    def with_perm(self, perm: str) -> QuerySet[Any]:
        """Active users whose roles hold `perm` (superusers are not this backend's)."""
        return get_user_model().objects.filter(
            is_active=True,
            roles__permissions__code=perm,
            roles__permissions__retired_at__isnull=True,
        )
