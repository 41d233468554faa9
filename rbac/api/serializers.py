"""Shapes of the roles and audit API."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from core.api import IdIn, InputSerializer
from rbac.catalogue import ROLE_NAMES, SystemRole, declared_permissions
from rbac.models import Permission, Role, role_code_validator


class PermissionOut(serializers.Serializer):
    code = serializers.CharField()
    title = serializers.SerializerMethodField(help_text="In the language of the request.")

    def get_title(self, permission: Permission) -> str:
        spec = declared_permissions().get(permission.code)
        return str(spec.title) if spec else permission.title


class RoleBriefOut(serializers.Serializer):
    id = serializers.IntegerField()
    code = serializers.CharField()
    name = serializers.SerializerMethodField(
        help_text="System roles: in the language of the request."
    )
    is_system = serializers.BooleanField()

    def get_name(self, role: Role) -> str:
        return str(ROLE_NAMES[SystemRole(role.code)]) if role.is_system else role.name


class RoleOut(RoleBriefOut):
    description = serializers.CharField(allow_blank=True)
    user_count = serializers.IntegerField()
    permissions = serializers.SerializerMethodField()

    def get_permissions(self, role: Role) -> list[str]:
        return [permission.code for permission in role.permissions.all()]


def _codes(**kwargs: Any) -> serializers.ListField:
    return serializers.ListField(
        child=serializers.CharField(max_length=100), max_length=500, **kwargs
    )


class RoleIn(InputSerializer):
    code = serializers.CharField(max_length=50, validators=[role_code_validator])
    name = serializers.CharField(max_length=100)
    description = serializers.CharField(max_length=500, allow_blank=True, default="")
    permissions = _codes(help_text="Permission codes; only ones you have yourself.")


class RoleChangesIn(InputSerializer):
    name = serializers.CharField(max_length=100, required=False)
    description = serializers.CharField(max_length=500, allow_blank=True, required=False)
    permissions = _codes(required=False, help_text="Replaces all the role's permissions.")


class UserRolesIn(InputSerializer):
    roles = _codes(help_text="Role codes; replaces all the user's roles.")


class UserRolesOut(serializers.Serializer):
    user_id = serializers.IntegerField()
    roles = RoleBriefOut(many=True)


class MyPermissionsOut(serializers.Serializer):
    is_administrator = serializers.BooleanField()
    roles = RoleBriefOut(many=True)
    permissions = serializers.ListField(child=serializers.CharField())


class AuditFilter(InputSerializer):
    actor_id = IdIn(required=False, help_text="Id of the user who acted.")
    action = serializers.CharField(
        max_length=100, required=False, help_text="An action or its beginning: `users.login`."
    )
    subject_type = serializers.CharField(
        max_length=100, required=False, help_text="Kind of the object, e.g. `users.user`."
    )
    subject_id = serializers.CharField(max_length=64, required=False)
    date_from = serializers.DateField(required=False, help_text="First day, local time.")
    date_to = serializers.DateField(required=False, help_text="Last day, local time.")
    correlation_id = serializers.CharField(max_length=64, required=False)


class AuditEntryOut(serializers.Serializer):
    id = serializers.IntegerField()
    occurred_at = serializers.DateTimeField()
    actor_id = serializers.IntegerField(allow_null=True)
    actor_label = serializers.CharField()
    client_ip = serializers.CharField(allow_blank=True)
    action = serializers.CharField()
    subject_type = serializers.CharField()
    subject_id = serializers.CharField()
    changes = serializers.JSONField()
    reason = serializers.CharField(allow_blank=True)
    correlation_id = serializers.CharField(allow_blank=True)
