"""What may be done with products and stock, and which system roles may do it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.api import PermissionSpec

PERMISSIONS: list[PermissionSpec] = [
    PermissionSpec(
        "inventory.view",
        _("See products, batches, stock and what is on its way"),
        roles=("owner", "pharmacist", "purchasing", "cashier", "accountant", "auditor"),
    ),
    PermissionSpec(
        "inventory.view_costs",
        _("See what stock cost and every movement of it"),
        roles=("owner", "pharmacist", "purchasing", "accountant", "auditor"),
    ),
    PermissionSpec(
        "inventory.manage_catalogue",
        _("Add and change products, packagings, barcodes and locations"),
        roles=("owner", "pharmacist", "purchasing"),
    ),
    PermissionSpec(
        "inventory.merge",
        _("Merge two products that are one"),
        roles=("owner",),
    ),
    PermissionSpec(
        "inventory.receive",
        _("Take goods into stock outside of purchasing"),
        roles=("owner", "pharmacist"),
    ),
    PermissionSpec(
        "inventory.issue",
        _("Take goods out of stock outside of sales"),
        roles=("owner", "pharmacist"),
    ),
    PermissionSpec(
        "inventory.adjust",
        _("Correct the quantity of a batch"),
        roles=("owner", "pharmacist"),
    ),
    PermissionSpec(
        "inventory.import_catalogue",
        _("Import products from a file"),
        roles=("owner", "pharmacist", "purchasing"),
    ),
    PermissionSpec(
        "inventory.override_allocation",
        _("Hand out another batch than the one whose turn it is"),
        roles=("owner", "pharmacist"),
    ),
    PermissionSpec(
        "inventory.transfer",
        _("Move goods between places"),
        roles=("owner", "pharmacist", "purchasing"),
    ),
    PermissionSpec(
        "inventory.repack",
        _("Repack and relabel goods"),
        roles=("owner", "pharmacist"),
    ),
    PermissionSpec(
        "inventory.reverse_document",
        _("Undo what was done to stock by hand"),
        roles=("owner",),
    ),
    PermissionSpec(
        "inventory.request_write_off",
        _("Ask for goods to be written off"),
        roles=("owner", "pharmacist", "purchasing"),
    ),
    PermissionSpec(
        "inventory.approve_write_off",
        _("Approve what others ask to be written off"),
        roles=("owner", "accountant"),
    ),
    PermissionSpec(
        "inventory.hold_batches",
        _("Quarantine and recall batches, note temperature excursions"),
        roles=("owner", "pharmacist"),
    ),
    PermissionSpec(
        "inventory.release_batches",
        _("Release quarantined batches and lift recalls"),
        roles=("owner", "pharmacist"),
    ),
    PermissionSpec(
        "inventory.correct_batches",
        _("Correct number and expiry of batches"),
        roles=("owner", "pharmacist"),
    ),
    PermissionSpec(
        "inventory.import_opening",
        _("Import the opening balance"),
        roles=("owner", "accountant"),
    ),
    PermissionSpec(
        "inventory.count",
        _("Count stock: plan counts and enter what is on the shelves"),
        roles=("owner", "pharmacist", "counter"),
    ),
    PermissionSpec(
        "inventory.approve_count",
        _("See the differences of a count, ask for second counts and approve it"),
        roles=("owner", "pharmacist"),
    ),
    PermissionSpec(
        "inventory.view_register",
        _("See and print the register of controlled products"),
        roles=("owner", "pharmacist", "auditor"),
    ),
    PermissionSpec(
        "inventory.sign_controlled",
        _("Give the second signature for controlled products"),
        roles=("owner", "pharmacist"),
    ),
]
