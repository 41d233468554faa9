"""Roles under real threads."""

from functools import partial

import pytest
from django.utils import timezone

from core.audit import SYSTEM, Actor
from core.tests.threads import together
from rbac.models import RoleAssignment
from rbac.services.assignments import user_roles_set
from rbac.services.roles import role_update
from rbac.tests.factories import RoleFactory, user_with_permissions, user_with_role
from users.public import LastAdministrator, user_get, users_with_permission
from users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


def kinds(results):
    return sorted(type(result).__name__ for result in results)


def test_two_owners_who_take_each_others_role_at_once_leave_one():
    first, second = user_with_role("owner"), user_with_role("owner")

    results = together(
        [
            partial(
                user_roles_set,
                actor=Actor(id=actor.pk, label=actor.username),
                now=timezone.now(),
                user_id=target.pk,
                roles=[],
            )
            for actor, target in ((first, second), (second, first))
        ]
    )

    # The loser either was the last administrator or had lost the right to decide.
    assert sum(not isinstance(result, Exception) for result in results) == 1
    assert len(users_with_permission("users.administer")) == 1


def test_the_role_and_the_permission_taken_at_once_leave_an_administrator():
    user = user_with_permissions("users.administer")
    other = user_with_role("owner")
    role = user.roles.get()
    now = timezone.now()

    results = together(
        [
            partial(role_update, actor=SYSTEM, now=now, role_id=role.pk, permissions=[]),
            partial(user_roles_set, actor=SYSTEM, now=now, user_id=other.pk, roles=[]),
        ]
    )

    assert kinds(results)[0] == LastAdministrator.__name__
    assert len(users_with_permission("users.administer")) == 1


def test_a_role_is_given_once_by_many_at_once():
    role, user = RoleFactory(), UserFactory()
    give = partial(
        user_roles_set, actor=SYSTEM, now=timezone.now(), user_id=user.pk, roles=[role.code]
    )

    results = together([give] * 5)

    assert kinds(results) == ["list"] * 5
    assert RoleAssignment.objects.filter(user=user).count() == 1
    assert user_get(user.pk).pk == user.pk
