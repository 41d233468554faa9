"""Reads of roles and permissions."""

from __future__ import annotations

from django.db.models import Count, Prefetch, QuerySet

from rbac.errors import RoleNotFound
from rbac.models import Permission, Role


def permissions_declared() -> QuerySet[Permission]:
    return Permission.objects.filter(retired_at__isnull=True).order_by("code")


def roles_listed() -> QuerySet[Role]:
    """Roles with their permissions and `user_count`, in three queries however many there are."""
    return (
        Role.objects.annotate(user_count=Count("assignments"))
        .prefetch_related(Prefetch("permissions", queryset=permissions_declared()))
        .order_by("id")
    )


def role_get(role_id: int) -> Role:
    """Raises RoleNotFound."""
    role = roles_listed().filter(pk=role_id).first()
    if role is None:
        raise RoleNotFound
    return role


def role_permissions(role: Role) -> list[str]:
    return sorted(role.permissions.values_list("code", flat=True))


def roles_of(user_id: int) -> QuerySet[Role]:
    return roles_listed().filter(pk__in=Role.objects.filter(users=user_id).values("pk"))


def permission_codes_of(user_id: int) -> set[str]:
    """What the roles of a user hold, whether or not the user is active; one query."""
    return set(permissions_declared().filter(roles__users=user_id).values_list("code", flat=True))


def permission_codes() -> set[str]:
    return set(permissions_declared().values_list("code", flat=True))


def role_exists(role_id: int) -> bool:
    return Role.objects.filter(pk=role_id).exists()


def role_codes() -> set[str]:
    """The codes of all roles."""
    return set(Role.objects.values_list("code", flat=True))


def role_codes_granting(code: str) -> dict[int, set[str]]:
    """User id -> codes of the roles through which an active user holds a permission. One query.

    Superusers hold it without a role and are absent unless they have one.
    """
    found: dict[int, set[str]] = {}
    rows = Role.objects.filter(
        permissions__code=code,
        permissions__retired_at__isnull=True,
        users__is_active=True,
    ).values_list("users", "code")
    for user_id, role in rows:
        found.setdefault(user_id, set()).add(role)
    return found


def roles_granting(user_id: int, code: str) -> list[int]:
    """Ids of the roles through which a user holds a permission; none for superusers' own."""
    return list(
        Role.objects.filter(
            users=user_id, permissions__code=code, permissions__retired_at__isnull=True
        )
        .order_by("id")
        .values_list("id", flat=True)
    )
