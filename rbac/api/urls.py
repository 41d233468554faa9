"""Paths of roles and the audit log, below ``/api/v1/``."""

from django.urls import path

from rbac.api import views

urlpatterns = [
    path("rbac/permissions/", views.PermissionListView.as_view(), name="rbac-permissions"),
    path("rbac/roles/", views.RoleListView.as_view(), name="rbac-roles"),
    path("rbac/roles/<id:role_id>/", views.RoleView.as_view(), name="rbac-role"),
    path("rbac/users/<id:user_id>/roles/", views.UserRolesView.as_view(), name="rbac-user-roles"),
    path("rbac/me/permissions/", views.MyPermissionsView.as_view(), name="rbac-my-permissions"),
    path("audit/", views.AuditLogView.as_view(), name="audit"),
    path("audit/export/", views.AuditExportView.as_view(), name="audit-export"),
]
