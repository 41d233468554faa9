"""The database follows what the code declares."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.utils import timezone

from core.permissions import PermissionSpec
from core.tests.threads import together
from rbac.catalogue import SystemRole, declared_permissions, permissions_of_role
from rbac.models import Permission, Role
from rbac.permissions import PERMISSIONS
from rbac.services.synchronisation import Synchronised, permissions_synchronise
from rbac.tests.factories import RoleFactory

DECLARING = "rbac.permissions.PERMISSIONS"


@pytest.fixture
def declare(monkeypatch):
    """Make the code declare something else, as the next release would."""

    def declare(specs):
        declared_permissions.cache_clear()
        monkeypatch.setattr(DECLARING, specs)

    yield declare
    monkeypatch.undo()
    declared_permissions.cache_clear()


def held(role):
    return set(Role.objects.get(code=role).permissions.values_list("code", flat=True))


@pytest.mark.django_db
def test_a_second_run_finds_nothing_to_do():
    assert permissions_synchronise(now=timezone.now()) == Synchronised()


@pytest.mark.django_db
def test_every_system_role_holds_what_the_code_says():
    for role in SystemRole:
        assert held(role) == permissions_of_role(role)
    assert held("owner") == set(declared_permissions())


@pytest.mark.django_db
def test_a_new_permission_reaches_its_roles_and_the_owner(declare):
    declare([*PERMISSIONS, PermissionSpec("rbac.greet", "Greet", roles=("cashier",))])

    outcome = permissions_synchronise(now=timezone.now())

    assert outcome.added == ("rbac.greet",)
    assert outcome.roles_changed == ("owner", "cashier")
    assert "rbac.greet" in held("cashier")
    assert "rbac.greet" in held("owner")
    assert "rbac.greet" not in held("auditor")


@pytest.mark.django_db
def test_a_vanished_permission_is_retired_and_taken_from_every_role(declare):
    custom = RoleFactory(permissions=["rbac.view_roles"])
    declare([spec for spec in PERMISSIONS if spec.code != "rbac.view_roles"])

    outcome = permissions_synchronise(now=timezone.now())

    assert outcome.retired == ("rbac.view_roles",)
    assert Permission.objects.get(code="rbac.view_roles").retired_at is not None
    assert held(custom.code) == held("auditor") & {"rbac.view_roles"} == set()

    declare(PERMISSIONS)
    assert permissions_synchronise(now=timezone.now()).added == ("rbac.view_roles",)
    assert "rbac.view_roles" in held("auditor")
    assert held(custom.code) == set()


@pytest.mark.django_db
def test_what_was_changed_behind_its_back_is_put_right():
    cashier = Role.objects.get(code="cashier")
    cashier.permissions.add(Permission.objects.get(code="users.administer"))

    outcome = permissions_synchronise(now=timezone.now())

    assert outcome.roles_changed == ("cashier",)
    assert "users.administer" not in held("cashier")


@pytest.mark.parametrize(
    "spec",
    [
        PermissionSpec("rbac.view_roles", "Twice"),
        PermissionSpec("capital.fly", "Of another app"),
        PermissionSpec("rbac.fly", "For nobody", roles=("pilot",)),
    ],
)
def test_a_wrong_declaration_stops_the_start(declare, spec):
    declare([*PERMISSIONS, spec])

    with pytest.raises(ImproperlyConfigured):
        declared_permissions()


@pytest.mark.django_db(transaction=True)
def test_two_migrations_at_once_do_not_disturb_each_other():
    results = together([lambda: permissions_synchronise(now=timezone.now())] * 3)

    assert results == [Synchronised()] * 3


@pytest.mark.django_db
def test_migrating_brings_the_roles_back():
    Role.objects.all().delete()
    call_command("migrate", verbosity=0)

    assert set(Role.objects.values_list("code", flat=True)) == set(SystemRole)
