"""What the kinds of journal entries are called, and which part of the cash flow they belong to."""

from __future__ import annotations

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Activity(StrEnum):
    """Where cash came from and went to: trade, or the owner."""

    OPERATING = "operating"
    FINANCING = "financing"


ACTIVITY_TITLES: dict[Activity, Promise] = {
    Activity.OPERATING: _("Operating activities"),
    Activity.FINANCING: _("Financing by the owner"),
}
_FINANCING = frozenset({"owner_contribution", "owner_withdrawal"})

_TITLES: dict[str, Promise] = {
    "owner_contribution": _("Owner puts money in"),
    "owner_withdrawal": _("Owner takes money out"),
    "supplier_payment": _("Payments to suppliers"),
    "supplier_refund": _("Refunds from suppliers"),
    "customer_receipt": _("Receipts from customers"),
    "expense": _("Expenses"),
    "transfer": _("Transfers between cash and bank"),
    "sale": _("Sales"),
    "sale_return": _("Sales returns"),
    "cash_difference_opening": _("Cash differences when opening"),
    "cash_difference_closing": _("Cash differences when closing"),
    "safe_drop": _("Cash moved to the safe"),
    "bank_fee": _("Bank fees"),
    "bank_interest": _("Bank interest"),
    "stock_opening": _("Opening stock"),
    "stock_receipt": _("Goods received"),
    "stock_issue": _("Goods issued"),
    "stock_return_in": _("Goods returned by customers"),
    "stock_return_out": _("Goods returned to suppliers"),
    "stock_adjustment": _("Stock adjustments"),
    "stock_write_off": _("Stock written off"),
    "stock_revaluation": _("Stock revalued"),
    "landed_cost": _("Cost of getting goods here"),
    "commitment_created": _("Order approved"),
    "commitment_consumed": _("Ordered goods arrived"),
    "commitment_raised": _("Order increased"),
    "commitment_released": _("Order closed or cancelled"),
    "commitment_restored": _("Goods receipt taken back"),
    "commitment_reclaimed": _("Rest of an order expected again"),
    "reversal": _("Reversal"),
}


def activity_of(kind: str) -> Activity:
    return Activity.FINANCING if kind in _FINANCING else Activity.OPERATING


def cause_title(kind: str) -> str:
    """The name of a kind of entry in the active language; a kind of another app by its code."""
    return str(_TITLES.get(kind) or kind.replace("_", " "))
