"""The chart of accounts every pharmacy starts with.

Code names an account by its :class:`SystemAccount`; accountants by its number. These accounts are
created by a migration and the database keeps anyone from removing or redefining them.
"""

from __future__ import annotations

from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class ChartRow:
    """One account as it is first created. never_negative: the balance may not cross zero."""

    account: SystemAccount
    code: str
    name_en: str
    name_ar: str
    type: AccountType
    normal_side: Side
    never_negative: bool = False


CHART: tuple[ChartRow, ...] = (
    ChartRow(SystemAccount.CASH, "1000", "Cash", "الصندوق",
             AccountType.ASSET, Side.DEBIT, never_negative=True),
    ChartRow(SystemAccount.BANK, "1010", "Bank", "المصرف",
             AccountType.ASSET, Side.DEBIT, never_negative=True),
    ChartRow(SystemAccount.RECEIVABLES, "1100", "Receivables from customers", "ذمم الزبائن",
             AccountType.ASSET, Side.DEBIT),
    ChartRow(SystemAccount.INVENTORY, "1200", "Inventory at cost", "المخزون بالتكلفة",
             AccountType.ASSET, Side.DEBIT, never_negative=True),
    ChartRow(SystemAccount.PAYABLES, "2000", "Payables to suppliers", "ذمم الموردين",
             AccountType.LIABILITY, Side.CREDIT),
    ChartRow(SystemAccount.TAX_PAYABLE, "2100", "Tax payable", "ضرائب مستحقة",
             AccountType.LIABILITY, Side.CREDIT),
    ChartRow(SystemAccount.OWNER_EQUITY, "3000", "Owner's capital", "رأس مال المالك",
             AccountType.EQUITY, Side.CREDIT),
    ChartRow(SystemAccount.OWNER_DRAWINGS, "3010", "Owner's drawings", "مسحوبات المالك",
             AccountType.EQUITY, Side.DEBIT),
    ChartRow(SystemAccount.OPENING_EQUITY, "3100", "Opening balances", "أرصدة افتتاحية",
             AccountType.EQUITY, Side.CREDIT),
    ChartRow(SystemAccount.SALES_REVENUE, "4000", "Sales revenue", "إيرادات المبيعات",
             AccountType.INCOME, Side.CREDIT),
    ChartRow(SystemAccount.INVENTORY_GAIN, "4100", "Inventory gains", "زيادات الجرد",
             AccountType.INCOME, Side.CREDIT),
    ChartRow(SystemAccount.COST_OF_GOODS_SOLD, "5000", "Cost of goods sold",
             "تكلفة البضاعة المباعة", AccountType.EXPENSE, Side.DEBIT),
    ChartRow(SystemAccount.PURCHASE_PRICE_DIFFERENCE, "5100", "Purchase price differences",
             "فروق أسعار الشراء", AccountType.EXPENSE, Side.DEBIT),
    ChartRow(SystemAccount.INVENTORY_LOSS, "5200", "Inventory losses", "خسائر المخزون",
             AccountType.EXPENSE, Side.DEBIT),
    ChartRow(SystemAccount.EXPENSES, "6000", "Operating expenses", "مصاريف تشغيلية",
             AccountType.EXPENSE, Side.DEBIT),
)  # fmt: skip
