"""Permissions as every app declares them, and the gate that asks for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.utils.functional import Promise
from rest_framework import permissions
from rest_framework.request import Request

PUBLIC = "(public)"
AUTHENTICATED = "(authenticated)"


@dataclass(frozen=True, slots=True)
class PermissionSpec:
    """One permission an app declares. roles: system roles that hold it from the start."""

    code: str
    title: str | Promise
    roles: Sequence[str] = ()


def handler_name(method: str | None) -> str:
    """The name of the view method that serves an HTTP ``method``; HEAD is served as GET."""
    name = (method or "").lower()
    return "get" if name == "head" else name


def is_served(view: Any, method: str | None) -> bool:
    """Whether ``view`` has a handler for ``method``; without one the answer is 405."""
    name = handler_name(method)
    return name in view.http_method_names and hasattr(view, name)


class DeclaredPermission(permissions.BasePermission):
    """Grants what the view declares for the method, and denies what it does not declare."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if not is_served(view, request.method):
            return True  # answered with 405
        declared = declared_permission(view, request.method or "")
        if declared == PUBLIC:
            return True
        if not request.user.is_authenticated:
            return False
        return declared == AUTHENTICATED or request.user.has_perm(declared)


def declared_permission(view: Any, method: str) -> str:
    """The permission code or marker ``view`` declares for ``method``.

    Raises ImproperlyConfigured when there is none: an endpoint without one is a bug.
    """
    if method == "OPTIONS":
        return AUTHENTICATED
    declared = getattr(view, "permissions", {})
    name = handler_name(method)
    if name not in declared:
        raise ImproperlyConfigured(f"{type(view).__name__} declares no permission for {method}")
    return declared[name]
