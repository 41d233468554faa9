"""Permissions of reading offers."""

from django.utils.translation import gettext_lazy as _

from core.permissions import PermissionSpec

PERMISSIONS = [
    PermissionSpec(
        "ai_integration.upload",
        _("Upload offers, retry and cancel their reading"),
        roles=("owner", "pharmacist", "purchasing"),
    ),
    PermissionSpec(
        "ai_integration.view_jobs",
        _("See how far the reading of offers is"),
        roles=("owner", "pharmacist", "purchasing", "accountant", "auditor"),
    ),
]
