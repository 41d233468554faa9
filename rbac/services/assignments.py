"""Who has which role."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction

from core import audit
from core.audit import Actor
from core.errors import FieldProblem
from rbac.catalogue import SystemRole
from rbac.errors import UnknownRole
from rbac.models import Role, RoleAssignment
from rbac.services.roles import own_permissions_require
from users.public import account_create, administrators_kept, user_get


def user_roles_set(
    *, actor: Actor, now: datetime, user_id: int, roles: Collection[str]
) -> list[Role]:
    """Make `roles` (codes) exactly the roles of a user; returns them.

    What the roles given and taken away hold must be the actor's own. Raises UserNotFound,
    UnknownRole, BeyondOwnPermissions, LastAdministrator.
    """
    with administrators_kept():
        user = user_get(user_id)
        wanted = _roles(roles)
        present = {a.role_id: a for a in RoleAssignment.objects.filter(user=user)}
        added = [role for role in wanted if role.pk not in present]
        removed = list(Role.objects.filter(pk__in=set(present) - {role.pk for role in wanted}))
        if not added and not removed:
            return wanted
        own_permissions_require(actor=actor, codes=_codes([*added, *removed]), field="roles")
        RoleAssignment.objects.filter(user=user, role__in=removed).delete()
        RoleAssignment.objects.bulk_create(
            RoleAssignment(user=user, role=role, assigned_at=now, assigned_by_id=actor.id)
            for role in added
        )
        audit.record(
            actor=actor,
            action="rbac.user_roles_changed",
            subject=user,
            changes={
                "added": sorted(role.code for role in added),
                "removed": sorted(role.code for role in removed),
            },
            occurred_at=now,
        )
    return wanted


def _roles(codes: Collection[str]) -> list[Role]:
    # Locked, so that a role cannot be deleted or widened between the check and the grant.
    found = list(Role.objects.select_for_update(no_key=True).filter(code__in=codes).order_by("pk"))
    unknown = sorted(set(codes) - {role.code for role in found})
    if unknown:
        raise UnknownRole(errors=[FieldProblem("roles", "unknown_role", c) for c in unknown])
    return found


def _codes(roles: Iterable[Role]) -> set[str]:
    return set(
        Role.objects.filter(pk__in=[role.pk for role in roles], permissions__isnull=False)
        .values_list("permissions__code", flat=True)
        .distinct()
    )


@transaction.atomic
def owner_create(
    *,
    actor: Actor,
    now: datetime,
    username: str,
    password: str,
    email: str = "",
    full_name: str = "",
) -> int:
    """An active account with the owner's role, for the first one of a pharmacy; returns its id.

    Raises UsernameTaken, EmailTaken, PasswordRefused.
    """
    user_id = account_create(
        actor=actor,
        now=now,
        username=username,
        email=email,
        password=password,
        full_name=full_name,
    )
    user_roles_set(actor=actor, now=now, user_id=user_id, roles=[SystemRole.OWNER])
    return user_id
