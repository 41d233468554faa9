"""What the code declares: every app's permissions, and the system roles made of them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from importlib import import_module
from types import MappingProxyType

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.utils.functional import Promise
from django.utils.module_loading import module_has_submodule
from django.utils.translation import gettext_lazy as _

from core.permissions import PermissionSpec


class SystemRole(StrEnum):
    OWNER = "owner"
    PHARMACIST = "pharmacist"
    PURCHASING = "purchasing"
    CASHIER = "cashier"
    ACCOUNTANT = "accountant"
    AUDITOR = "auditor"
    COUNTER = "counter"  # counts stock without seeing what the books expect


ROLE_NAMES: Mapping[SystemRole, Promise] = MappingProxyType(
    {
        SystemRole.OWNER: _("Owner"),
        SystemRole.PHARMACIST: _("Pharmacist"),
        SystemRole.PURCHASING: _("Purchasing"),
        SystemRole.CASHIER: _("Cashier"),
        SystemRole.ACCOUNTANT: _("Accountant"),
        SystemRole.AUDITOR: _("Auditor"),
        SystemRole.COUNTER: _("Stock counter"),
    }
)


@cache
def declared_permissions() -> Mapping[str, PermissionSpec]:
    """Every declared permission by code.

    Raises ImproperlyConfigured for a code declared twice, one that does not begin with its
    app's name, and a role nobody knows: each would silently grant or deny something.
    """
    found: dict[str, PermissionSpec] = {}
    for config in apps.get_app_configs():
        if config.module is None or not module_has_submodule(config.module, "permissions"):
            continue
        for spec in getattr(import_module(f"{config.name}.permissions"), "PERMISSIONS", ()):
            _check(spec, config.label, found)
            found[spec.code] = spec
    return MappingProxyType(found)


def _check(spec: PermissionSpec, app_label: str, found: Mapping[str, PermissionSpec]) -> None:
    if spec.code in found:
        raise ImproperlyConfigured(f"permission {spec.code} is declared twice")
    if not spec.code.startswith(f"{app_label}."):
        raise ImproperlyConfigured(f"permission {spec.code} of {app_label} must begin with it")
    unknown = set(spec.roles) - set(SystemRole)
    if unknown:
        raise ImproperlyConfigured(f"permission {spec.code} names unknown roles {unknown}")


def permissions_of_role(role: SystemRole) -> frozenset[str]:
    """The codes a system role holds; the owner's holds them all."""
    return frozenset(
        code
        for code, spec in declared_permissions().items()
        if role is SystemRole.OWNER or role in spec.roles
    )
