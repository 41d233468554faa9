"""What may be done with the pharmacy's money, and which system roles may do it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.api import PermissionSpec

VIEW_REPORTS = "capital.view_reports"
IMPORT_STATEMENTS = "capital.import_statements"
RECONCILE_BANK = "capital.reconcile_bank"

PERMISSIONS: list[PermissionSpec] = [
    PermissionSpec("capital.view", _("See accounts, entries, commitments and the capital summary"),
                   roles=("owner", "accountant", "auditor")),
    PermissionSpec("capital.post", _("Record money the owner puts in"),
                   roles=("owner", "accountant")),
    PermissionSpec("capital.withdraw", _("Record money the owner takes out"),
                   roles=("owner", "accountant")),
    PermissionSpec("capital.spend", _("Record expenses"), roles=("owner", "accountant")),
    PermissionSpec("capital.transfer", _("Move money between cash drawers and bank"),
                   roles=("owner", "accountant")),
    PermissionSpec("capital.pay", _("Record payments to suppliers"),
                   roles=("owner", "accountant")),
    PermissionSpec("capital.receive", _("Record what customers pay of their debts"),
                   roles=("owner", "accountant", "pharmacist")),
    PermissionSpec("capital.reverse", _("Reverse a capital operation"), roles=("owner",)),
    PermissionSpec("capital.attach", _("Attach documents to journal entries"),
                   roles=("owner", "accountant")),
    PermissionSpec("capital.manage_accounts",
                   _("Change the chart of accounts and the expense categories"),
                   roles=("owner", "accountant")),
    PermissionSpec("capital.close_period", _("Close the books of a period"),
                   roles=("owner", "accountant")),
    PermissionSpec("capital.reopen_period", _("Open closed books again"), roles=("owner",)),
    PermissionSpec("capital.manage_policy",
                   _("Change the capital policy and the limits of operations"),
                   roles=("owner",)),
    PermissionSpec("capital.manage_drawers", _("Set up cash drawers"),
                   roles=("owner", "accountant")),
    PermissionSpec("capital.view_sessions", _("See cash drawers and one's own cash sessions"),
                   roles=("owner", "accountant", "auditor", "pharmacist", "cashier")),
    PermissionSpec("capital.view_all_sessions",
                   _("See all cash sessions and what is expected in them"),
                   roles=("owner", "accountant", "auditor")),
    PermissionSpec("capital.operate_session", _("Open, count and close one's own cash session"),
                   roles=("owner", "accountant", "pharmacist", "cashier")),
    PermissionSpec("capital.supervise_session", _("Count and close the cash sessions of others"),
                   roles=("owner", "accountant")),
    PermissionSpec(VIEW_REPORTS, _("See and export financial reports"),
                   roles=("owner", "accountant", "auditor")),
    PermissionSpec(IMPORT_STATEMENTS, _("Import bank statements"), roles=("owner", "accountant")),
    PermissionSpec(RECONCILE_BANK, _("Reconcile bank statements with the journal"),
                   roles=("owner", "accountant")),
]  # fmt: skip
