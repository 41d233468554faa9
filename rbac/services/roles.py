"""Custom roles. System roles are the code's."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import IntegrityError, transaction

from core import audit
from core.audit import Actor
from core.errors import FieldProblem
from rbac import selectors
from rbac.errors import RoleCodeTaken, RoleInUse, RoleNotFound, SystemRoleFixed, UnknownPermission
from rbac.models import Permission, Role
from users.public import BeyondOwnPermissions, administrators_kept, user_get


def own_permissions_require(*, actor: Actor, codes: Collection[str], field: str) -> None:
    """The actor must hold every one of `codes`; the system may do anything.

    Raises BeyondOwnPermissions naming those that are missing.
    """
    if actor.id is None:
        return
    beyond = sorted(set(codes) - user_get(actor.id).get_all_permissions())
    if beyond:
        raise BeyondOwnPermissions(
            errors=[FieldProblem(field, "beyond_own_permissions", code) for code in beyond]
        )


@transaction.atomic
def role_create(
    *,
    actor: Actor,
    now: datetime,
    code: str,
    name: str,
    description: str = "",
    permissions: Collection[str] = (),
) -> Role:
    """A custom role. Raises RoleCodeTaken, UnknownPermission, BeyondOwnPermissions."""
    wanted = _permissions(permissions)
    own_permissions_require(actor=actor, codes=permissions, field="permissions")
    with _unique_role():
        role = Role.objects.create(code=code, name=name, description=description)
    role.permissions.set(wanted)
    audit.record(
        actor=actor,
        action="rbac.role_created",
        subject=role,
        changes={"code": code, "name": name, "permissions": sorted(permissions)},
        occurred_at=now,
    )
    return role


def role_update(
    *,
    actor: Actor,
    now: datetime,
    role_id: int,
    name: str | None = None,
    description: str | None = None,
    permissions: Collection[str] | None = None,
) -> Role:
    """Change a custom role; None leaves a part as it is.

    Permissions given and taken away must both be the actor's own. Raises RoleNotFound,
    SystemRoleFixed, RoleCodeTaken, UnknownPermission, BeyondOwnPermissions, LastAdministrator.
    """
    with administrators_kept():
        role = _custom_role_locked(role_id)
        changes: dict[str, list[object]] = {}
        for field, value in (("name", name), ("description", description)):
            if value is not None and value != getattr(role, field):
                changes[field] = [getattr(role, field), value]
                setattr(role, field, value)
        with _unique_role():
            role.save()
        if permissions is not None:
            changes |= _permissions_replace(actor, role, permissions)
        if changes:
            audit.record(
                actor=actor,
                action="rbac.role_updated",
                subject=role,
                changes=changes,
                occurred_at=now,
            )
    return role


def _permissions_replace(
    actor: Actor, role: Role, permissions: Collection[str]
) -> dict[str, list[object]]:
    wanted = _permissions(permissions)
    before = set(role.permissions.values_list("code", flat=True))
    after = set(permissions)
    if before == after:
        return {}
    own_permissions_require(actor=actor, codes=before ^ after, field="permissions")
    role.permissions.set(wanted)
    return {"permissions": [sorted(before), sorted(after)]}


@transaction.atomic
def role_delete(*, actor: Actor, now: datetime, role_id: int) -> None:
    """Delete a custom role nobody has. Raises RoleNotFound, SystemRoleFixed, RoleInUse."""
    role = _custom_role_locked(role_id)
    if role.assignments.exists():
        raise RoleInUse
    audit.record(
        actor=actor,
        action="rbac.role_deleted",
        subject=role,
        changes={"code": role.code, "permissions": selectors.role_permissions(role)},
        occurred_at=now,
    )
    role.delete()


def _custom_role_locked(role_id: int) -> Role:
    role = Role.objects.select_for_update().filter(pk=role_id).first()
    if role is None:
        raise RoleNotFound
    if role.is_system:
        raise SystemRoleFixed
    return role


def _permissions(codes: Collection[str]) -> list[Permission]:
    found = list(Permission.objects.filter(code__in=codes, retired_at__isnull=True))
    unknown = sorted(set(codes) - {permission.code for permission in found})
    if unknown:
        raise UnknownPermission(
            errors=[FieldProblem("permissions", "unknown_permission", code) for code in unknown]
        )
    return found


@contextmanager
def _unique_role() -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        constraint = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") or ""
        if not constraint.startswith(("rbac_role_name", "rbac_role_code")):
            raise
        field = "name" if constraint.startswith("rbac_role_name") else "code"
        raise RoleCodeTaken(errors=[FieldProblem(field, "taken", RoleCodeTaken.title)]) from error
