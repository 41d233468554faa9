"""Bringing the database in step with what the code declares."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.utils import translation

from rbac.catalogue import ROLE_NAMES, SystemRole, declared_permissions, permissions_of_role
from rbac.models import Permission, Role

_SYNCHRONISATION_LOCK = 0x50484152_52424143


@dataclass(frozen=True, slots=True)
class Synchronised:
    """Codes that changed; empty when everything was in step already."""

    added: tuple[str, ...] = ()
    retired: tuple[str, ...] = ()
    roles_changed: tuple[str, ...] = ()


@transaction.atomic
def permissions_synchronise(*, now: datetime) -> Synchronised:
    """Write declared permissions and system roles. Idempotent; safe when run twice at once.

    A code that is not declared any more is retired: it is taken from every role and grants
    nothing. Should it come back, custom roles must be given it again.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_SYNCHRONISATION_LOCK])
    added = _write_declared()
    retired = _retire_vanished(now)
    changed = [role for role in SystemRole if _write_system_role(role)]
    return Synchronised(tuple(added), tuple(retired), tuple(changed))


def _write_declared() -> list[str]:
    known = {permission.code: permission for permission in Permission.objects.all()}
    added = []
    with translation.override("en"):
        for code, spec in declared_permissions().items():
            title = str(spec.title)
            present = known.get(code)
            if present and present.title == title and present.retired_at is None:
                continue
            Permission.objects.update_or_create(
                code=code, defaults={"title": title, "retired_at": None}
            )
            if present is None or present.retired_at is not None:
                added.append(code)
    return added


def _retire_vanished(now: datetime) -> list[str]:
    vanished = list(
        Permission.objects.exclude(code__in=declared_permissions()).filter(retired_at__isnull=True)
    )
    for permission in vanished:
        permission.roles.clear()
        permission.retired_at = now
        permission.save(update_fields=["retired_at"])
    return [permission.code for permission in vanished]


def _write_system_role(code: SystemRole) -> bool:
    with translation.override("en"):
        name = str(ROLE_NAMES[code])
    role, created = Role.objects.update_or_create(
        code=code, defaults={"name": name, "is_system": True}
    )
    wanted = permissions_of_role(code)
    if not created and set(role.permissions.values_list("code", flat=True)) == wanted:
        return False
    role.permissions.set(Permission.objects.filter(code__in=wanted))
    return True
