"""Roles, who has them, and the audit log."""

from __future__ import annotations

from typing import cast

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import HTTP_201_CREATED, HTTP_204_NO_CONTENT

from core.api import AUTHENTICATED, ApiView
from core.pagination import page_of, stream_of
from rbac import audit_log, selectors
from rbac.api.renderers import CsvRenderer
from rbac.api.serializers import (
    AuditEntryOut,
    AuditFilter,
    MyPermissionsOut,
    PermissionOut,
    RoleChangesIn,
    RoleIn,
    RoleOut,
    UserRolesIn,
    UserRolesOut,
)
from rbac.permissions import ASSIGN_ROLES, MANAGE_ROLES, VIEW_AUDIT, VIEW_ROLES
from rbac.services import assignments, roles
from users.public import ADMINISTER, user_get


class PermissionListView(ApiView):
    permissions = {"get": VIEW_ROLES}

    @extend_schema(operation_id="rbac_permissions_list", responses=page_of(PermissionOut))
    def get(self, request: Request) -> Response:
        """Every permission there is."""
        return self.page(selectors.permissions_declared(), PermissionOut)


class RoleListView(ApiView):
    permissions = {"get": VIEW_ROLES, "post": MANAGE_ROLES}

    @extend_schema(operation_id="rbac_roles_list", responses=page_of(RoleOut))
    def get(self, request: Request) -> Response:
        """System roles and custom ones."""
        return self.page(selectors.roles_listed(), RoleOut)

    @extend_schema(
        operation_id="rbac_roles_create",
        request=RoleIn,
        responses={201: RoleOut},
        examples=[
            OpenApiExample(
                "A custom role",
                value={
                    "code": "night_shift",
                    "name": "مناوب الليل",
                    "permissions": ["inventory.view"],
                },
                request_only=True,
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """Make a custom role. Nobody can put in what they may not do themselves."""
        role = roles.role_create(actor=self.actor, now=self.now, **self.parse(RoleIn))
        return Response(RoleOut(selectors.role_get(role.pk)).data, status=HTTP_201_CREATED)


class RoleView(ApiView):
    permissions = {"get": VIEW_ROLES, "patch": MANAGE_ROLES, "delete": MANAGE_ROLES}

    @extend_schema(operation_id="rbac_roles_read", responses=RoleOut)
    def get(self, request: Request, role_id: int) -> Response:
        """One role."""
        return Response(RoleOut(selectors.role_get(role_id)).data)

    @extend_schema(operation_id="rbac_roles_update", request=RoleChangesIn, responses=RoleOut)
    def patch(self, request: Request, role_id: int) -> Response:
        """Change a custom role; system roles are fixed."""
        roles.role_update(
            actor=self.actor, now=self.now, role_id=role_id, **self.parse(RoleChangesIn)
        )
        return Response(RoleOut(selectors.role_get(role_id)).data)

    @extend_schema(operation_id="rbac_roles_delete", responses={204: None})
    def delete(self, request: Request, role_id: int) -> Response:
        """Delete a custom role nobody has."""
        roles.role_delete(actor=self.actor, now=self.now, role_id=role_id)
        return Response(status=HTTP_204_NO_CONTENT)


class UserRolesView(ApiView):
    permissions = {"get": VIEW_ROLES, "put": ASSIGN_ROLES}

    @extend_schema(operation_id="rbac_user_roles_read", responses=UserRolesOut)
    def get(self, request: Request, user_id: int) -> Response:
        """The roles of one user."""
        return self._roles_of(user_get(user_id).pk)

    @extend_schema(
        operation_id="rbac_user_roles_set",
        request=UserRolesIn,
        responses=UserRolesOut,
        examples=[
            OpenApiExample(
                "Two roles", value={"roles": ["pharmacist", "purchasing"]}, request_only=True
            )
        ],
    )
    def put(self, request: Request, user_id: int) -> Response:
        """Set the roles of one user. Only permissions of one's own can be given or taken."""
        assignments.user_roles_set(
            actor=self.actor, now=self.now, user_id=user_id, **self.parse(UserRolesIn)
        )
        return self._roles_of(user_id)

    def _roles_of(self, user_id: int) -> Response:
        shown = {"user_id": user_id, "roles": selectors.roles_of(user_id)}
        return Response(UserRolesOut(shown).data)


class MyPermissionsView(ApiView):
    permissions = {"get": AUTHENTICATED}

    @extend_schema(operation_id="rbac_my_permissions", responses=MyPermissionsOut)
    def get(self, request: Request) -> Response:
        """What one may do oneself, for showing and hiding in the user interface."""
        held = request.user.get_all_permissions()
        shown = {
            "is_administrator": ADMINISTER in held,
            "roles": selectors.roles_of(cast(int, request.user.pk)),
            "permissions": sorted(held),
        }
        return Response(MyPermissionsOut(shown).data)


class AuditLogView(ApiView):
    permissions = {"get": VIEW_AUDIT}

    @extend_schema(
        operation_id="audit_list", parameters=[AuditFilter], responses=stream_of(AuditEntryOut)
    )
    def get(self, request: Request) -> Response:
        """Who did what, newest first."""
        return self.stream(audit_log.entries_filtered(**self.query(AuditFilter)), AuditEntryOut)


class AuditExportView(ApiView):
    permissions = {"get": VIEW_AUDIT}
    renderer_classes = (*ApiView.renderer_classes, CsvRenderer)

    @extend_schema(
        operation_id="audit_export",
        parameters=[AuditFilter],
        responses={(200, "text/csv"): OpenApiResponse(OpenApiTypes.STR)},
    )
    def get(self, request: Request) -> StreamingHttpResponse:
        """The audit log as CSV, oldest first. The export is itself audited."""
        lines = audit_log.audit_export(
            actor=self.actor, now=self.now, filters=self.query(AuditFilter)
        )
        return StreamingHttpResponse(
            lines,
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": 'attachment; filename="audit.csv"'},
        )
