"""What roles cannot do, each with a stable code."""

from django.utils.translation import gettext_lazy as _

from core.errors import Conflict, NotFound, RuleRefused


class RoleNotFound(NotFound):
    code = "role_not_found"
    title = _("There is no such role")


class UnknownPermission(RuleRefused):
    code = "unknown_permission"
    title = _("Some of these permissions do not exist")


class UnknownRole(RuleRefused):
    code = "unknown_role"
    title = _("Some of these roles do not exist")


class SystemRoleFixed(Conflict):
    code = "system_role_fixed"
    title = _("A system role cannot be changed; make a custom one")


class RoleCodeTaken(Conflict):
    code = "role_code_taken"
    title = _("Another role has this code or name")


class RoleInUse(Conflict):
    code = "role_in_use"
    title = _("Users have this role; take it from them first")
