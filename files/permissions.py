"""Permissions of stored files."""

from django.utils.translation import gettext_lazy as _

from core.permissions import PermissionSpec

PERMISSIONS = [
    PermissionSpec(
        "files.view",
        _("See and download files"),
        roles=("owner", "pharmacist", "purchasing", "accountant", "auditor"),
    ),
]
