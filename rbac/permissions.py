"""Permissions of roles and of the audit log."""

from django.utils.translation import gettext_lazy as _

from core.permissions import PermissionSpec

VIEW_ROLES = "rbac.view_roles"
MANAGE_ROLES = "rbac.manage_roles"
ASSIGN_ROLES = "rbac.assign_roles"
VIEW_AUDIT = "rbac.view_audit"

PERMISSIONS: list[PermissionSpec] = [
    PermissionSpec(
        VIEW_ROLES, _("See roles, permissions and who has them"), roles=("owner", "auditor")
    ),
    PermissionSpec(MANAGE_ROLES, _("Make, change and delete custom roles"), roles=("owner",)),
    PermissionSpec(ASSIGN_ROLES, _("Give roles to users and take them"), roles=("owner",)),
    PermissionSpec(VIEW_AUDIT, _("Read and export the audit log"), roles=("owner", "auditor")),
]
