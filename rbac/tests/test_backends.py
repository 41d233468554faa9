"""Permissions as roles grant them."""

import pytest
from django.utils import timezone

from rbac.models import Permission
from rbac.public import users_with_permission
from rbac.tests.factories import give_role, user_with_permissions, user_with_role
from users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_a_user_may_do_what_any_of_the_roles_holds():
    user = give_role(user_with_permissions("users.view"), "accountant")

    assert user.has_perm("users.view")
    assert user.has_perm("capital.view")
    assert not user.has_perm("users.administer")
    assert user.has_module_perms("capital")
    assert not user.has_module_perms("rbac")


def test_many_questions_cost_one_query_however_many_roles(django_assert_num_queries):
    user = user_with_role("pharmacist")
    for code in ("cashier", "auditor", "accountant"):
        user = give_role(user, code)

    with django_assert_num_queries(1):
        for code in ("users.view", "users.administer", "capital.view", "no.such"):
            user.has_perm(code)
        user.has_module_perms("users")
        user.get_all_permissions()


def test_a_permission_on_one_object_is_never_granted():
    user = user_with_role("owner")

    assert not user.has_perm("users.view", user)


def test_an_inactive_user_may_do_nothing_but_would_once_active():
    user = user_with_role("owner", deactivated=True)

    assert not user.has_perm("users.view")
    assert user.get_all_permissions() == set()
    assert "users.view" in user.granted_permissions()


def test_an_unknown_permission_is_granted_to_no_role():
    assert not user_with_role("owner").has_perm("users.fly")


def test_a_retired_permission_grants_nothing():
    user = user_with_permissions("users.view")
    Permission.objects.filter(code="users.view").update(retired_at=timezone.now())

    assert not user.has_perm("users.view")
    assert user.pk not in users_with_permission("users.view")


def test_who_holds_a_permission_are_active_users_and_superusers_once_each():
    holder = give_role(user_with_role("owner"), "auditor")
    superuser = UserFactory(is_superuser=True)
    user_with_role("cashier")
    user_with_role("owner", deactivated=True)
    user_with_role("owner", invited=True)
    UserFactory(is_superuser=True, deactivated=True)

    assert users_with_permission("users.view") == [holder.pk, superuser.pk]


def test_asking_who_holds_a_permission_costs_one_query(django_assert_num_queries):
    for _n in range(5):
        user_with_role("owner")

    with django_assert_num_queries(1):
        assert len(users_with_permission("users.view")) == 5


def test_there_is_one_notion_of_administrator():
    assert user_with_permissions("users.administer").is_staff
    assert not user_with_role("auditor").is_staff
    assert UserFactory(is_superuser=True).is_staff
