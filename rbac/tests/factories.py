"""Users with roles, and roles, for tests."""

import factory
from django.contrib.auth import get_user_model
from django.utils import timezone

from rbac.models import Permission, Role, RoleAssignment
from users.tests.factories import UserFactory


class RoleFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Role
        skip_postgeneration_save = True

    code = factory.Sequence(lambda n: f"custom_{n}")
    name = factory.Sequence(lambda n: f"Custom role {n}")

    @factory.post_generation
    def permissions(role, create, codes, **kwargs):
        for code in codes or ():
            role.permissions.add(Permission.objects.get(code=code))


def give_role(user, code):
    """`user`, read afresh, with one more role: what a user may do is cached on the object."""
    role = Role.objects.get(code=code)
    RoleAssignment.objects.create(user=user, role=role, assigned_at=timezone.now())
    return get_user_model().objects.get(pk=user.pk)


def user_with_role(code, **fields):
    """A fresh active user with one role."""
    return give_role(UserFactory(**fields), code)


def user_with_permissions(*codes: str, **fields):
    """A fresh active user with a custom role that holds exactly these permissions."""
    return user_with_role(RoleFactory(permissions=codes).code, **fields)
