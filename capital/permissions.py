"""What may be done with the pharmacy's money, and which system roles may do it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.api import PermissionSpec

PERMISSIONS: list[PermissionSpec] = [
    PermissionSpec("capital.view", _("See accounts, entries, commitments and the capital summary"),
                   roles=("owner", "accountant", "auditor")),
    PermissionSpec("capital.post", _("Record money the owner puts in or takes out"),
                   roles=("owner", "accountant")),
    PermissionSpec("capital.pay", _("Record payments to suppliers"),
                   roles=("owner", "accountant")),
    PermissionSpec("capital.reverse", _("Reverse a capital operation"), roles=("owner",)),
]  # fmt: skip
