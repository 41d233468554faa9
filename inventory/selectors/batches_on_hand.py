"""Batches that are there, wherever they stand and whatever their state."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from inventory.models import ALLOCATABLE_KINDS, StockLevel


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchOnHand:
    """A batch with its stock. quantity: base units; value: money at cost.

    status: released, quarantined or recalled. places: (location id, base units), fullest first.
    set_apart: those of them nothing is handed out from, such as quarantine.
    """

    batch_id: int
    product_id: int
    number: str
    expiry_date: date | None
    status: str
    quantity: int
    value: Decimal
    places: tuple[tuple[int, int], ...]
    set_apart: frozenset[int]


def batches_on_hand(batch_ids: Collection[int] | None = None) -> dict[int, BatchOnHand]:
    """Batches with stock by id, all or those asked for. One query."""
    levels = StockLevel.objects.filter(quantity__gt=0).select_related("batch", "location")
    if batch_ids is not None:
        levels = levels.filter(batch_id__in=batch_ids)
    found: dict[int, list[StockLevel]] = {}
    for level in levels.order_by("batch_id", "-quantity", "pk"):
        found.setdefault(level.batch_id, []).append(level)
    return {batch_id: _batch(rows) for batch_id, rows in found.items()}


def _batch(rows: list[StockLevel]) -> BatchOnHand:
    batch = rows[0].batch
    return BatchOnHand(
        batch_id=batch.pk,
        product_id=batch.product_id,
        number=batch.number,
        expiry_date=batch.expiry_date,
        status=batch.status,
        quantity=sum(row.quantity for row in rows),
        value=sum((row.value for row in rows), Decimal(0)),
        places=tuple((row.location_id, row.quantity) for row in rows),
        set_apart=frozenset(
            row.location_id for row in rows if row.location.kind not in ALLOCATABLE_KINDS
        ),
    )
