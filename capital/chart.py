"""The chart of accounts every pharmacy starts with.

Code names an account by its :class:`SystemAccount`; accountants by its number. Migration
``0002_chart_and_guards`` creates these accounts, and the database keeps anyone from removing or
redefining them.
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
    PAYABLES = "payables"
    TAX_PAYABLE = "tax_payable"
    OWNER_EQUITY = "owner_equity"
    OWNER_DRAWINGS = "owner_drawings"
    OPENING_EQUITY = "opening_equity"
    SALES_REVENUE = "sales_revenue"
    INVENTORY_GAIN = "inventory_gain"
    COST_OF_GOODS_SOLD = "cost_of_goods_sold"
    PURCHASE_PRICE_DIFFERENCE = "purchase_price_difference"
    INVENTORY_LOSS = "inventory_loss"
    EXPENSES = "expenses"


# Money that can be spent today. Their balance rows, cash first, are also the ledger's gate: see
# services.ledger.ledger_lock.
LIQUID_ACCOUNTS = (SystemAccount.CASH, SystemAccount.BANK)
