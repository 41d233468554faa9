"""What the till tells the rest of the house."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from core.outbox import Event


@dataclass(frozen=True, kw_only=True)
class SaleCompleted(Event):
    """Goods were sold and paid. total: money; lines: how many."""

    name: ClassVar[str] = "sales.sale_completed"
    sale_id: int
    number: str
    sold_at: datetime
    total: Decimal
    lines: int
