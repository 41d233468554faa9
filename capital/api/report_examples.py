"""Examples of the reports for the OpenAPI document: the month of docs/flows/financial-reports.md,
shortened to a row or two each."""

from __future__ import annotations

from typing import Any


def _line(code: str, system_code: str, name: str, amount: str) -> dict[str, Any]:
    return {
        "code": code,
        "system_code": system_code,
        "name": name,
        "level": 0,
        "own": [amount],
        "amounts": [amount],
    }


TRIAL_BALANCE = {
    "name": "March",
    "value": {
        "as_of": "2026-03-31",
        "date_from": "2026-03-01",
        "known_at": None,
        "rows": [
            {
                "code": "1000",
                "system_code": "cash",
                "name": "Cash",
                "level": 0,
                "opening_balance": "0.00",
                "debit_turnover": "2150000.00",
                "credit_turnover": "600000.00",
                "debit_balance": "1550000.00",
                "credit_balance": "0.00",
                "branch_balance": "1550000.00",
            }
        ],
        "debit_turnover": "3820000.00",
        "credit_turnover": "3820000.00",
        "debit_total": "2450000.00",
        "credit_total": "2450000.00",
    },
}
BALANCE_SHEET = {
    "name": "End of March",
    "value": {
        "days": ["2026-03-31"],
        "known_at": None,
        "assets": [_line("1000", "cash", "Cash", "1550000.00")],
        "liabilities": [_line("2000", "payables", "Payables to suppliers", "400000.00")],
        "equity": [_line("3000", "owner_equity", "Owner's capital", "1100000.00")],
        "retained_earnings": ["0.00"],
        "current_earnings": ["50000.00"],
        "assets_total": ["1550000.00"],
        "liabilities_total": ["400000.00"],
        "equity_total": ["1150000.00"],
        "claims_total": ["1550000.00"],
    },
}
PROFIT_AND_LOSS = {
    "name": "March",
    "value": {
        "periods": [{"date_from": "2026-03-01", "date_to": "2026-03-31"}],
        "revenue": [_line("4000", "sales_revenue", "Sales", "450000.00")],
        "cost_of_sales": [_line("5000", "cost_of_goods_sold", "Cost of goods sold", "300000.00")],
        "other_income": [],
        "expenses": [_line("6000", "expenses", "Expenses", "100000.00")],
        "revenue_total": ["450000.00"],
        "cost_of_sales_total": ["300000.00"],
        "gross_profit": ["150000.00"],
        "gross_margin_percent": ["33.33"],
        "other_income_total": ["0.00"],
        "expenses_total": ["100000.00"],
        "net_profit": ["50000.00"],
    },
}
CASH_FLOW = {
    "name": "March",
    "value": {
        "date_from": "2026-03-01",
        "date_to": "2026-03-31",
        "opening": "0.00",
        "lines": [
            {
                "kind": "sale",
                "title": "Sales",
                "activity": "operating",
                "inflow": "450000.00",
                "outflow": "0.00",
                "net": "450000.00",
            }
        ],
        "net": "450000.00",
        "closing": "450000.00",
    },
}
CAPITAL_STATEMENT = {
    "name": "First day",
    "value": {
        "date_from": "2026-03-01",
        "date_to": "2026-03-01",
        "owner": {
            "opening": "0.00",
            "changes": [
                {
                    "kind": "owner_contribution",
                    "title": "Owner puts money in",
                    "day": "2026-03-01",
                    "occurred_at": "2026-03-01T09:00:00+03:00",
                    "number": "JE-2026-000001",
                    "source_type": "capital.operation",
                    "source_id": "4f6c0f9e-6a6e-4f0e-9d7e-3a2b1c0d9e8f",
                    "document": "",
                    "memo": "Opening float",
                    "amount": "2000000.00",
                    "balance": "2000000.00",
                }
            ],
            "closing": "2000000.00",
        },
        "available": {"opening": "0.00", "changes": [], "closing": "0.00"},
    },
}
AGEING = {
    "name": "One supplier",
    "value": {
        "as_of": "2026-03-31",
        "bounds": [30, 60, 90],
        "rows": [
            {
                "party_type": "purchases.supplier",
                "party_id": "7",
                "name": "مستودع الشام",
                "buckets": ["150000.00", "250000.00", "0.00", "0.00"],
                "unapplied": "0.00",
                "balance": "400000.00",
                "items": [
                    {
                        "number": "JE-2026-000004",
                        "source_type": "purchases.receipt",
                        "source_id": "3",
                        "day": "2026-02-20",
                        "days": 39,
                        "amount": "350000.00",
                        "open_amount": "250000.00",
                    }
                ],
            }
        ],
        "bucket_totals": ["150000.00", "250000.00", "0.00", "0.00"],
        "unapplied": "0.00",
        "balance": "400000.00",
    },
}
TAX_SUMMARY = {
    "name": "March",
    "value": {
        "date_from": "2026-03-01",
        "date_to": "2026-03-31",
        "accounts": [
            {
                "code": "2100",
                "system_group": "tax_payable",
                "name": "Tax payable",
                "opening": "0.00",
                "charged": "45000.00",
                "deducted": "0.00",
                "closing": "45000.00",
                "causes": [
                    {"kind": "sale", "title": "Sales", "charged": "45000.00", "deducted": "0.00"}
                ],
            }
        ],
        "opening": "0.00",
        "charged": "45000.00",
        "deducted": "0.00",
        "due": "45000.00",
    },
}
