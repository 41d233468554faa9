"""Roles, the permissions they hold, and who has them."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models import Timestamped

role_code_validator = RegexValidator(
    r"^[a-z][a-z0-9_]{1,49}\Z",
    _("Use 2 to 50 lower-case letters, digits and underscores, a letter first."),
)


class Permission(models.Model):
    """A permission some app declares in code. Written by ``rbac.services.catalogue`` only.

    A retired one is no longer declared: it grants nothing, and no role can be given it.
    """

    code = models.CharField(_("code"), max_length=100, unique=True)
    title = models.CharField(_("title"), max_length=200)
    retired_at = models.DateTimeField(_("retired at"), null=True, blank=True)

    class Meta:
        verbose_name = _("permission")
        verbose_name_plural = _("permissions")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=r"^[a-z_]+\.[a-z_]+$"), name="rbac_permission_code_form"
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Role(Timestamped):
    """A named set of permissions. System roles come from code; custom ones from administrators."""

    code = models.CharField(_("code"), max_length=50, unique=True, validators=[role_code_validator])
    name = models.CharField(_("name"), max_length=100)
    description = models.CharField(_("description"), max_length=500, blank=True, default="")
    is_system = models.BooleanField(_("system role"), default=False, editable=False)
    permissions = models.ManyToManyField(
        Permission, verbose_name=_("permissions"), related_name="roles", blank=True
    )
    users = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("users"),
        through="RoleAssignment",
        through_fields=("role", "user"),
        related_name="roles",
    )

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["name"], name="rbac_role_name_unique"),
            models.CheckConstraint(
                condition=Q(code__regex=r"^[a-z][a-z0-9_]{1,49}$"), name="rbac_role_code_form"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RoleAssignment(models.Model):
    """One role of one user. Who gave and took it is in the audit log."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="role_assignments"
    )
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="assignments")
    assigned_at = models.DateTimeField(_("assigned at"))
    assigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
    )

    class Meta:
        verbose_name = _("role assignment")
        verbose_name_plural = _("role assignments")
        constraints = [
            models.UniqueConstraint(fields=["user", "role"], name="rbac_assignment_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.role_id}"
