"""What other apps may ask of accounts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from users import selectors
from users.errors import BeyondOwnPermissions, LastAdministrator, UserNotFound
from users.models import ADMINISTER, User, UserStatus
from users.services.accounts import account_create
from users.services.administration import administrators_kept, authority_require

__all__ = [
    "ADMINISTER",
    "BeyondOwnPermissions",
    "LastAdministrator",
    "UserNotFound",
    "UserSummary",
    "account_create",
    "administrators_kept",
    "authority_require",
    "user_get",
    "user_label",
    "users_by_id",
    "users_with_permission",
]

user_get = selectors.user_get


@dataclass(frozen=True, slots=True)
class UserSummary:
    """One person, as others show them."""

    id: int
    username: str
    full_name: str
    language: str
    status: UserStatus

    @property
    def label(self) -> str:
        return self.full_name or self.username


def users_by_id(ids: Iterable[int]) -> dict[int, UserSummary]:
    """The users with these ids, in one query; unknown ids are absent."""
    return {user.pk: _summary(user) for user in User.objects.filter(pk__in=set(ids))}


def user_label(user_id: int) -> str:
    """The name to show for a user. Raises UserNotFound."""
    return str(user_get(user_id))


def users_with_permission(code: str) -> list[int]:
    """Ids of active users some authentication backend grants a permission, ascending."""
    return list(selectors.users_with_perm(code).order_by("pk").values_list("pk", flat=True))


def _summary(user: User) -> UserSummary:
    return UserSummary(
        id=user.pk,
        username=user.username,
        full_name=user.full_name,
        language=user.language,
        status=user.status,
    )
