"""The chart of accounts every pharmacy starts with.

Code names an account by its :class:`SystemAccount`; accountants by its number. Migrations
``0002`` and ``0004`` create these accounts, and the database keeps anyone from removing or
redefining them. Own accounts stand below them.
"""

from __future__ import annotations

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class AccountType(models.TextChoices):
    ASSET = "asset", _("Asset")
    LIABILITY = "liability", _("Liability")
    EQUITY = "equity", _("Equity")
    INCOME = "income", _("Income")
    EXPENSE = "expense", _("Expense")


class Side(models.TextChoices):
    DEBIT = "debit", _("Debit")
    CREDIT = "credit", _("Credit")


class SystemAccount(StrEnum):
    """Accounts the program itself posts to."""

    CASH = "cash"
    BANK = "bank"
    RECEIVABLES = "receivables"
    INVENTORY = "inventory"
    TAX_RECEIVABLE = "tax_receivable"
    PAYABLES = "payables"
    TAX_PAYABLE = "tax_payable"
    OWNER_EQUITY = "owner_equity"
    OWNER_DRAWINGS = "owner_drawings"
    OPENING_EQUITY = "opening_equity"
    SALES_REVENUE = "sales_revenue"
    INVENTORY_GAIN = "inventory_gain"
    CASH_OVER = "cash_over"
    OTHER_INCOME = "other_income"
    COST_OF_GOODS_SOLD = "cost_of_goods_sold"
    PURCHASE_PRICE_DIFFERENCE = "purchase_price_difference"
    INVENTORY_LOSS = "inventory_loss"
    CASH_SHORT = "cash_short"
    EXPENSES = "expenses"


# Money that can be spent today is what stands on these and on the own accounts below them.
LIQUID_ACCOUNTS = (SystemAccount.CASH, SystemAccount.BANK)

# Its balance row has the lowest key: where all who write to the ledger queue. See
# services.ledger.ledger_lock.
GATE_ACCOUNT = SystemAccount.CASH
