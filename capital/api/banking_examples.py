"""Examples of bank statements for the OpenAPI document, from docs/flows/bank-reconciliation.md."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample

_LINE: dict[str, Any] = {
    "id": 31,
    "statement_id": 4,
    "line": 2,
    "date": "2026-03-13",
    "amount": "-310000.00",
    "description": "حوالة إلى مستودع الشام",
    "reference": "553",
    "bank_id": "20260313-7",
    "balance": None,
}
_BOOK_LINE: dict[str, Any] = {
    "id": 88,
    "entry_id": 40,
    "entry_number": "JE-2026-000012",
    "entry_date": "2026-03-12",
    "kind": "supplier_payment",
    "memo": "INV 553",
    "debit": "0.00",
    "credit": "310000.00",
}
STATEMENT = OpenApiExample(
    "March",
    value={
        "id": 4,
        "account_id": 2,
        "account_code": "1010",
        "account_name": "Bank",
        "format": "csv",
        "file_name": "آذار.csv",
        "starts_on": "2026-03-08",
        "ends_on": "2026-03-31",
        "opening_balance": "0.00",
        "closing_balance": "386000.00",
        "line_count": 4,
        "known_count": 0,
        "open_count": 4,
        "imported_at": "2026-04-01T09:00:00+03:00",
        "imported_by_id": 3,
    },
    response_only=True,
)
SUGGESTIONS = OpenApiExample(
    "One likely match",
    value=[
        {
            "line": _LINE,
            "suggestions": [{"score": 81, "days_apart": 1, "journal_lines": [_BOOK_LINE]}],
        }
    ],
    response_only=True,
)
REJECTION = OpenApiExample("Another payment", value={"journal_line_ids": [88]}, request_only=True)
MISSING_ENTRY = OpenApiExample(
    "A fee", value={"kind": "bank_fee", "memo": "رسوم آذار"}, request_only=True
)
RECONCILIATION = OpenApiExample(
    "One to one", value={"bank_line_ids": [31], "journal_line_ids": [88]}, request_only=True
)
UNDO = OpenApiExample("Mistaken", value={"reason": "It was the other invoice"}, request_only=True)
STATUS = {
    "name": "All explained",
    "value": {
        "account_id": 2,
        "account_code": "1010",
        "account_name": "Bank",
        "as_of": "2026-03-31",
        "book_balance": "316000.00",
        "bank_balance": "386000.00",
        "opening_difference": "0.00",
        "open_bank": [],
        "open_bank_total": "0.00",
        "open_journal": [{**_BOOK_LINE, "credit": "70000.00"}],
        "open_journal_total": "-70000.00",
        "expected_bank_balance": "386000.00",
        "difference": "0.00",
        "is_reconciled": False,
        "checks": [
            {
                "statement_id": 4,
                "starts_on": "2026-03-08",
                "ends_on": "2026-03-31",
                "stated": "386000.00",
                "computed": "386000.00",
                "agrees": True,
            }
        ],
    },
}
