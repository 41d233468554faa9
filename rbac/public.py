"""What other apps may ask of roles."""

from rbac.selectors import role_codes, role_codes_granting, role_exists, roles_granting
from users import public as users

__all__ = [
    "role_codes",
    "role_codes_granting",
    "role_exists",
    "roles_granting",
    "users_with_permission",
]


def users_with_permission(code: str) -> list[int]:
    """Ids of active users who hold a permission, superusers included, in ascending order."""
    return users.users_with_permission(code)
