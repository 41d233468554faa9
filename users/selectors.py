"""Reads of accounts."""

from __future__ import annotations

from django.contrib import auth
from django.db.models import Q, QuerySet

from users.errors import UserNotFound
from users.models import ADMINISTER, User, UserStatus

_STATUS = {
    UserStatus.ACTIVE: Q(is_active=True),
    UserStatus.INVITED: Q(is_active=False, deactivated_at__isnull=True),
    UserStatus.DEACTIVATED: Q(deactivated_at__isnull=False),
}


def user_by_login(identifier: str) -> User | None:
    """The user with this username or e-mail address, ignoring case; active or not."""
    try:
        return User.objects.get_by_login(identifier)
    except User.DoesNotExist:
        return None


def user_get(user_id: int) -> User:
    """Raises UserNotFound."""
    user = User.objects.filter(pk=user_id).first()
    if user is None:
        raise UserNotFound
    return user


def users_listed(*, search: str = "", status: UserStatus | None = None) -> QuerySet[User]:
    """Users in the order they came; ``search`` looks in names, e-mail address and phone."""
    users = User.objects.order_by("id")
    if search:
        users = users.filter(
            Q(username__icontains=search)
            | Q(full_name__icontains=search)
            | Q(email__icontains=search)
            | Q(phone__icontains=search)
        )
    return users.filter(_STATUS[status]) if status else users


def users_with_perm(permission: str) -> QuerySet[User]:
    """Active users to whom some authentication backend grants ``permission``."""
    granted = Q(is_superuser=True)
    for backend in auth.get_backends():
        if hasattr(backend, "with_perm"):
            granted |= Q(pk__in=backend.with_perm(permission).values("pk"))
    return User.objects.filter(granted, is_active=True)


def administrator_exists() -> bool:
    """Whether anybody active may administer users."""
    return users_with_perm(ADMINISTER).exists()
