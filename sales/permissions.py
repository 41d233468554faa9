"""What may be done at the till, and which system roles may do it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.api import PermissionSpec

PERMISSIONS: list[PermissionSpec] = [
    PermissionSpec("sales.checkout", _("Sell at the till"),
                   roles=("owner", "pharmacist", "cashier")),
    PermissionSpec("sales.view", _("See sales"),
                   roles=("owner", "pharmacist", "cashier", "accountant", "auditor")),
    PermissionSpec("sales.view_costs", _("See from which batches sold goods came, and their cost"),
                   roles=("owner", "pharmacist", "accountant", "auditor")),
]  # fmt: skip
