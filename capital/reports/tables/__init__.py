"""The reports as tables for CSV, XLSX and PDF."""

from capital.reports.tables.ageing import ageing_table
from capital.reports.tables.movements import (
    capital_statement_table,
    cash_flow_table,
    tax_summary_table,
)
from capital.reports.tables.statements import (
    balance_sheet_table,
    profit_and_loss_table,
    trial_balance_table,
)

__all__ = [
    "ageing_table",
    "balance_sheet_table",
    "capital_statement_table",
    "cash_flow_table",
    "profit_and_loss_table",
    "tax_summary_table",
    "trial_balance_table",
]
