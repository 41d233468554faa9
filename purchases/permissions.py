"""Permissions of purchasing and the roles that carry them (the owner carries all)."""

from django.utils.translation import gettext_lazy as _

from core.api import PermissionSpec

PERMISSIONS = [
    PermissionSpec(
        "purchases.view",
        _("See suppliers, offers, proposals, orders and receipts"),
        roles=("pharmacist", "purchasing", "accountant", "auditor"),
    ),
    PermissionSpec(
        "purchases.manage_suppliers",
        _("Add and change suppliers"),
        roles=("pharmacist", "purchasing"),
    ),
    PermissionSpec(
        "purchases.review_offers",
        _("Decide which product an offer line is, withdraw offers"),
        roles=("pharmacist", "purchasing"),
    ),
    PermissionSpec(
        "purchases.create_proposal",
        _("Build, edit, submit and cancel purchase proposals"),
        roles=("pharmacist", "purchasing"),
    ),
    PermissionSpec(
        "purchases.approve",
        _("Approve or reject proposals of others"),
        roles=("pharmacist",),
    ),
    PermissionSpec(
        "purchases.receive",
        _("Receive goods on a purchase order"),
        roles=("pharmacist", "purchasing"),
    ),
    PermissionSpec(
        "purchases.cancel_order",
        _("Cancel what is still to arrive on a purchase order"),
        roles=("pharmacist", "purchasing"),
    ),
    PermissionSpec(
        "purchases.manage_need_policies",
        _("Set the service level and the times of supply that needs are worked out with"),
        roles=("pharmacist",),
    ),
]
