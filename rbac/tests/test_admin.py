"""The administration pages of roles: writes through services only."""

import pytest
from django.test import Client
from django.urls import reverse

from core.models import AuditEntry
from rbac.models import Permission, Role, RoleAssignment
from rbac.tests.factories import RoleFactory, user_with_permissions, user_with_role
from users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def browser_of(user):
    """A browser with a session of that user; the login form has its own tests."""
    client = Client()
    client.force_login(user, backend="users.backends.LoginBackend")
    return client


@pytest.fixture
def browser():
    return browser_of(user_with_role("owner"))


def test_a_system_role_can_be_looked_at(browser):
    role = Role.objects.get(code="auditor")

    assert browser.get(reverse("admin:rbac_role_change", args=[role.pk])).status_code == 200


def test_ledgers_and_system_roles_cannot_be_changed(browser):
    role = Role.objects.get(code="cashier")
    before = set(role.permissions.values_list("code", flat=True))

    changed = browser.post(
        reverse("admin:rbac_role_change", args=[role.pk]), {"name": "x", "permissions": []}
    )
    deleted = browser.post(reverse("admin:rbac_role_delete", args=[role.pk]), {"post": "yes"})
    user_deleted = browser.post(reverse("admin:users_user_delete", args=[1]), {"post": "yes"})

    assert changed.status_code == deleted.status_code == user_deleted.status_code == 403
    assert set(role.permissions.values_list("code", flat=True)) == before


def test_custom_roles_are_made_changed_given_and_deleted(browser):
    view = Permission.objects.get(code="users.view").pk
    browser.post(
        reverse("admin:rbac_role_add"), {"code": "helper", "name": "Helper", "permissions": [view]}
    )
    role = Role.objects.get(code="helper")
    assert list(role.permissions.values_list("code", flat=True)) == ["users.view"]

    browser.post(
        reverse("admin:rbac_role_change", args=[role.pk]), {"name": "Aide", "permissions": []}
    )
    assert not role.permissions.exists()
    user = UserFactory()
    browser.post(reverse("admin:rbac_roleassignment_add"), {"user": user.pk, "role": role.pk})
    assignment = RoleAssignment.objects.get(user=user)
    browser.post(reverse("admin:rbac_role_delete", args=[role.pk]), {"post": "yes"})
    assert Role.objects.filter(pk=role.pk).exists()
    browser.post(reverse("admin:rbac_roleassignment_delete", args=[assignment.pk]), {"post": "yes"})
    browser.post(reverse("admin:rbac_role_delete", args=[role.pk]), {"post": "yes"})

    assert not Role.objects.filter(pk=role.pk).exists()
    assert list(AuditEntry.objects.order_by("id").values_list("action", flat=True)) == [
        "rbac.role_created",
        "rbac.role_updated",
        "rbac.user_roles_changed",
        "rbac.user_roles_changed",
        "rbac.role_deleted",
    ]


def test_who_may_not_assign_roles_does_not_get_to_here():
    client = browser_of(user_with_permissions("users.administer"))
    role = RoleFactory()

    assert client.get(reverse("admin:rbac_roleassignment_add")).status_code == 403
    assert client.get(reverse("admin:rbac_role_add")).status_code == 403
    assert client.post(reverse("admin:rbac_role_delete", args=[role.pk])).status_code == 403
