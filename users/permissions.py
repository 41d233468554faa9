"""Permissions of accounts."""

from django.utils.translation import gettext_lazy as _

from core.permissions import PermissionSpec
from users.models import ADMINISTER

PERMISSIONS: list[PermissionSpec] = [
    PermissionSpec("users.view", _("See the list of users"), roles=("owner", "auditor")),
    PermissionSpec(
        ADMINISTER, _("Invite, change and deactivate users; use the admin pages"), roles=("owner",)
    ),
]
