"""Administration pages of roles."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from core.admin import ReadOnlyAdmin, ServiceFormAdmin, actor_of
from rbac import selectors
from rbac.models import Permission, Role, RoleAssignment
from rbac.permissions import ASSIGN_ROLES, MANAGE_ROLES
from rbac.services import assignments, roles


class RoleForm(forms.ModelForm):
    permissions = forms.ModelMultipleChoiceField(
        queryset=selectors.permissions_declared(), required=False
    )

    class Meta:
        model = Role
        fields = ("code", "name", "description", "permissions")


@admin.register(Role)
class RoleAdmin(ServiceFormAdmin):
    form = RoleForm
    list_display = ("code", "name", "is_system")
    list_filter = ("is_system",)
    fields = ("code", "name", "description", "permissions")
    filter_horizontal = ("permissions",)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._allowed(request) and request.user.has_perm(MANAGE_ROLES)

    def has_change_permission(self, request: HttpRequest, obj: Role | None = None) -> bool:
        return self.has_add_permission(request) and not (obj and obj.is_system)

    has_delete_permission = has_change_permission

    def get_readonly_fields(self, request: HttpRequest, obj: Role | None = None) -> Any:
        return ("code",) if obj else ()

    def save_model(self, request: HttpRequest, obj: Role, form: Any, change: bool) -> None:
        wanted = {
            **form.cleaned_data,
            "permissions": [permission.code for permission in form.cleaned_data["permissions"]],
            "actor": actor_of(request),
            "now": timezone.now(),
        }
        if change:
            roles.role_update(role_id=obj.pk, **wanted)
        else:
            obj.pk = roles.role_create(**wanted).pk

    def save_related(self, *args: Any) -> None:
        """The service has written the permissions."""

    def delete_model(self, request: HttpRequest, obj: Role) -> None:
        roles.role_delete(actor=actor_of(request), now=timezone.now(), role_id=obj.pk)


@admin.register(RoleAssignment)
class RoleAssignmentAdmin(ServiceFormAdmin):
    list_display = ("user", "role", "assigned_at", "assigned_by")
    list_filter = ("role",)
    list_select_related = ("user", "role", "assigned_by")
    search_fields = ("user__username", "user__full_name")
    fields = ("user", "role")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._allowed(request) and request.user.has_perm(ASSIGN_ROLES)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_add_permission(request)

    def save_model(
        self, request: HttpRequest, obj: RoleAssignment, form: Any, change: bool
    ) -> None:
        held = self._held(obj) | {obj.role.code}
        self._set(request, obj, held)
        obj.pk = RoleAssignment.objects.get(user=obj.user_id, role=obj.role_id).pk

    def delete_model(self, request: HttpRequest, obj: RoleAssignment) -> None:
        self._set(request, obj, self._held(obj) - {obj.role.code})

    def _held(self, obj: RoleAssignment) -> set[str]:
        return set(selectors.roles_of(obj.user_id).values_list("code", flat=True))

    def _set(self, request: HttpRequest, obj: RoleAssignment, codes: set[str]) -> None:
        assignments.user_roles_set(
            actor=actor_of(request), now=timezone.now(), user_id=obj.user_id, roles=codes
        )


@admin.register(Permission)
class PermissionAdmin(ReadOnlyAdmin):
    list_display = ("code", "title", "retired_at")
    search_fields = ("code", "title")
