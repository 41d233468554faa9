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
    PermissionSpec("purchases.manage_approval", _("Set rules and limits of approval")),
    PermissionSpec(
        "purchases.exceed_credit_limit",
        _("Order beyond the credit limit of a supplier, saying why"),
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
        "purchases.send_order",
        _("Send purchase orders and keep what suppliers answer"),
        roles=("pharmacist", "purchasing"),
    ),
    PermissionSpec(
        "purchases.amend_order",
        _("Change purchase orders; letting them grow needs the right to approve as well"),
        roles=("pharmacist", "purchasing"),
    ),
    PermissionSpec(
        "purchases.manage_need_policies",
        _("Set the service level and the times of supply that needs are worked out with"),
        roles=("pharmacist",),
    ),
    PermissionSpec(
        "purchases.manage_invoices",
        _("Enter, change, match and cancel supplier invoices"),
        roles=("pharmacist", "purchasing", "accountant"),
    ),
    PermissionSpec(
        "purchases.approve_invoices",
        _("Approve supplier invoices that agree with order and receipt"),
        roles=("pharmacist", "accountant"),
    ),
    PermissionSpec(
        "purchases.approve_invoice_differences",
        _("Accept or dispute what of a supplier invoice does not agree"),
        roles=("pharmacist",),
    ),
    PermissionSpec(
        "purchases.post_invoices",
        _("Post supplier invoices and credit notes, and take them back"),
        roles=("accountant",),
    ),
    PermissionSpec(
        "purchases.allocate_payments",
        _("Allocate payments and credit notes to supplier invoices"),
        roles=("accountant",),
    ),
    PermissionSpec(
        "purchases.view_accounts",
        _("See what is owed to suppliers: statement, ageing, open invoices"),
        roles=("pharmacist", "purchasing", "accountant", "auditor"),
    ),
    PermissionSpec(
        "purchases.manage_returns",
        _("Prepare, dispatch and cancel returns to suppliers"),
        roles=("pharmacist", "purchasing"),
    ),
    PermissionSpec(
        "purchases.approve_returns",
        _("Approve returns to suppliers, and close them without credit"),
        roles=("pharmacist",),
    ),
    PermissionSpec(
        "purchases.manage_return_policies",
        _("Say until when suppliers take goods back"),
        roles=("pharmacist", "purchasing"),
    ),
    # Taking deliveries in
    PermissionSpec(
        "purchases.receive_beyond_tolerance",
        _("Take in goods beyond a tolerance, saying why: too many, too short-dated, too dear"),
        roles=("pharmacist",),
    ),
    PermissionSpec(
        "purchases.receive_substitutes",
        _("Take in the same generics, strength and form in place of what was ordered"),
        roles=("pharmacist", "purchasing"),
    ),
    PermissionSpec(
        "purchases.receive_other_products",
        _("Take in any other product in place of what was ordered"),
        roles=("pharmacist",),
    ),
    PermissionSpec(
        "purchases.inspect_goods",
        _("Decide on goods that wait in quarantine"),
        roles=("pharmacist",),
    ),
    PermissionSpec(
        "purchases.reverse_receipt",
        _("Take a goods receipt back"),
        roles=("pharmacist",),
    ),
    PermissionSpec(
        "purchases.settle_free_goods",
        _("Settle free goods that suppliers owe"),
        roles=("pharmacist", "purchasing"),
    ),
    PermissionSpec(
        "purchases.manage_landed_costs",
        _("Spread freight, customs and handling over received goods, and take that back"),
        roles=("purchasing", "accountant"),
    ),
    PermissionSpec(
        "purchases.manage_receiving_policies",
        _("Set how exactly deliveries must fit their orders"),
        roles=("pharmacist",),
    ),
]
