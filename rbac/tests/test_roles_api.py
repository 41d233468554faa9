"""Roles, and who has them, over HTTP."""

import pytest

from core.models import AuditEntry
from rbac.models import Role, RoleAssignment
from rbac.tests.factories import RoleFactory, give_role, user_with_permissions, user_with_role
from users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

ROLES = "/api/v1/rbac/roles/"
PERMISSIONS = "/api/v1/rbac/permissions/"
MINE = "/api/v1/rbac/me/permissions/"
MANAGER = ("rbac.view_roles", "rbac.manage_roles", "rbac.assign_roles", "users.view")


def roles_path(user):
    return f"/api/v1/rbac/users/{user.pk}/roles/"


def codes(user):
    return set(user.roles.values_list("code", flat=True))


def held(role):
    return set(role.permissions.values_list("code", flat=True))


def audited(action):
    return AuditEntry.objects.filter(action=action)


@pytest.fixture
def owner(client_as):
    return client_as("owner")


@pytest.fixture
def manager(client_of):
    """Somebody trusted with roles, but not with everything."""
    return client_of(user_with_permissions(*MANAGER))


def test_permissions_are_listed_in_the_language_of_the_request(owner):
    answer = owner.get(PERMISSIONS, {"page_size": 200}, HTTP_ACCEPT_LANGUAGE="en")

    titles = {row["code"]: row["title"] for row in answer.json()["results"]}
    assert titles["rbac.view_audit"] == "Read and export the audit log"


def test_the_lists_cost_the_same_however_long_they_are(owner, django_assert_num_queries):
    for _round in range(2):
        for _n in range(10):
            RoleFactory(permissions=["users.view", "rbac.view_roles"])
        with django_assert_num_queries(5):
            owner.get(ROLES)


def test_a_custom_role_is_made_changed_and_deleted(owner):
    made = owner.post(
        ROLES, {"code": "night_shift", "name": "مناوب", "permissions": ["users.view"]}
    )
    assert made.status_code == 201
    assert made.json()["permissions"] == ["users.view"]
    path = f"{ROLES}{made.json()['id']}/"

    changed = owner.patch(path, {"name": "Night", "permissions": ["rbac.view_roles"]})
    assert (changed.json()["name"], changed.json()["permissions"]) == ("Night", ["rbac.view_roles"])
    assert owner.delete(path).status_code == 204
    assert owner.get(path).status_code == 404
    assert audited("rbac.role_updated").get().changes == {
        "name": ["مناوب", "Night"],
        "permissions": [["users.view"], ["rbac.view_roles"]],
    }
    assert audited("rbac.role_created").count() == audited("rbac.role_deleted").count() == 1


@pytest.mark.parametrize("code", ["owner", "cashier", "auditor"])
def test_system_roles_are_fixed(owner, code):
    role = Role.objects.get(code=code)
    before = held(role)

    changed = owner.patch(f"{ROLES}{role.pk}/", {"permissions": []})
    deleted = owner.delete(f"{ROLES}{role.pk}/")

    assert changed.status_code == deleted.status_code == 409
    assert changed.json()["code"] == deleted.json()["code"] == "system_role_fixed"
    assert held(role) == before


def test_a_role_somebody_has_is_not_deleted(owner):
    role = RoleFactory()
    give_role(UserFactory(), role.code)

    answer = owner.delete(f"{ROLES}{role.pk}/")

    assert answer.json()["code"] == "role_in_use"
    assert Role.objects.filter(pk=role.pk).exists()


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"permissions": ["users.fly"]}, 422, "unknown_permission"),
        ({"code": "owner"}, 409, "role_code_taken"),
        ({"name": "Owner"}, 409, "role_code_taken"),
        ({"code": "With Space"}, 400, "invalid_input"),
        ({"code": "x"}, 400, "invalid_input"),
        ({"name": ""}, 400, "invalid_input"),
        ({"permissions": "users.view"}, 400, "invalid_input"),
        ({"permissions": [{}]}, 400, "invalid_input"),
        ({"is_system": True}, 400, "invalid_input"),
    ],
)
def test_a_role_that_cannot_be(owner, fields, status, code):
    body = {"code": "fresh", "name": "Fresh", "permissions": [], **fields}
    before = Role.objects.count()

    answer = owner.post(ROLES, body)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert Role.objects.count() == before


def test_nobody_makes_a_role_beyond_their_own_permissions(manager):
    answer = manager.post(
        ROLES, {"code": "more", "name": "More", "permissions": ["users.view", "users.administer"]}
    )

    assert answer.status_code == 403
    assert answer.json()["code"] == "beyond_own_permissions"
    assert [problem["detail"] for problem in answer.json()["errors"]] == ["users.administer"]
    assert not Role.objects.filter(code="more").exists()


def test_nobody_widens_or_narrows_a_role_beyond_their_own_permissions(manager):
    plain = RoleFactory(permissions=["users.view"])
    strong = RoleFactory(permissions=["users.administer"])

    widened = manager.patch(f"{ROLES}{plain.pk}/", {"permissions": ["capital.pay"]})
    narrowed = manager.patch(f"{ROLES}{strong.pk}/", {"permissions": []})

    assert widened.status_code == narrowed.status_code == 403
    assert held(plain) == {"users.view"}
    assert held(strong) == {"users.administer"}


def test_nobody_widens_their_own_role(client_of):
    user = user_with_permissions(*MANAGER)
    role = user.roles.get()

    answer = client_of(user).patch(
        f"{ROLES}{role.pk}/", {"permissions": [*MANAGER, "users.administer"]}
    )

    assert answer.status_code == 403
    assert held(role) == set(MANAGER)


def test_roles_are_given_and_taken(owner):
    user = user_with_role("cashier")

    answer = owner.put(roles_path(user), {"roles": ["pharmacist", "accountant"]})

    assert [role["code"] for role in answer.json()["roles"]] == ["pharmacist", "accountant"]
    assert owner.get(roles_path(user)).json() == answer.json()
    assert codes(user) == {"pharmacist", "accountant"}
    assert RoleAssignment.objects.filter(user=user, assigned_by=owner.user).count() == 2
    assert audited("rbac.user_roles_changed").get().changes == {
        "added": ["accountant", "pharmacist"],
        "removed": ["cashier"],
    }


def test_giving_what_is_had_already_leaves_no_trace(owner):
    user = user_with_role("cashier")

    assert owner.put(roles_path(user), {"roles": ["cashier", "cashier"]}).status_code == 200
    assert not audited("rbac.user_roles_changed").exists()


def test_nobody_gives_or_takes_roles_beyond_their_own_permissions(manager):
    user, boss = UserFactory(), user_with_role("owner")

    given = manager.put(roles_path(user), {"roles": ["owner"]})
    given_to_self = manager.put(roles_path(manager.user), {"roles": ["owner"]})
    taken = manager.put(roles_path(boss), {"roles": []})

    assert {a.json()["code"] for a in (given, given_to_self, taken)} == {"beyond_own_permissions"}
    assert codes(user) == set()
    assert "owner" not in codes(manager.user)
    assert codes(boss) == {"owner"}


def test_within_their_own_permissions_a_manager_gives_roles(manager):
    role, user = RoleFactory(permissions=["users.view"]), UserFactory()

    assert manager.put(roles_path(user), {"roles": [role.code]}).status_code == 200
    assert codes(user) == {role.code}


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"roles": ["pilot"]}, 422, "unknown_role"),
        ({"roles": "owner"}, 400, "invalid_input"),
        ({}, 400, "invalid_input"),
        ({"roles": [], "extra": 1}, 400, "invalid_input"),
    ],
)
def test_roles_that_cannot_be_given(owner, body, status, code):
    user = user_with_role("cashier")

    answer = owner.put(roles_path(user), body)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert codes(user) == {"cashier"}


def test_an_unknown_user_is_404(owner):
    path = "/api/v1/rbac/users/987654321/roles/"

    assert owner.get(path).status_code == 404
    assert owner.put(path, {"roles": []}).json()["code"] == "user_not_found"


def test_the_last_administrator_keeps_the_role(owner):
    answer = owner.put(roles_path(owner.user), {"roles": ["pharmacist"]})

    assert answer.status_code == 409
    assert answer.json()["code"] == "last_administrator"
    assert codes(owner.user) == {"owner"}
    assert not audited("rbac.user_roles_changed").exists()


def test_the_last_administrator_keeps_the_permission(client_of):
    user = user_with_permissions(*MANAGER, "users.administer")
    role = user.roles.get()

    answer = client_of(user).patch(f"{ROLES}{role.pk}/", {"permissions": list(MANAGER)})

    assert answer.json()["code"] == "last_administrator"
    assert "users.administer" in held(role)


def test_a_role_taken_away_is_gone_with_the_next_request(owner, client_as):
    auditor = client_as("auditor")
    assert auditor.get(ROLES).status_code == 200

    owner.put(roles_path(auditor.user), {"roles": []})

    assert auditor.get(ROLES).status_code == 403


def test_everybody_sees_their_own_permissions(client_as):
    cashier = client_as("cashier").get(MINE).json()
    owner = client_as("owner").get(MINE).json()

    assert cashier["is_administrator"] is False
    assert [role["code"] for role in cashier["roles"]] == ["cashier"]
    assert "users.administer" not in cashier["permissions"]
    assert owner["is_administrator"] is True
    assert set(cashier["permissions"]) < set(owner["permissions"])
