"""Who has recalled goods: where they came from, who got them, what is left and where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Min, QuerySet, Sum

from inventory.errors import RecallNotFound
from inventory.models import (
    Batch,
    BatchEventKind,
    MovementKind,
    Recall,
    StockLevel,
    StockMovement,
)
from inventory.sources import names_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """Goods of a batch that came from or went to something. quantity: base units, > 0.

    name: what the source or party is called, "" where nobody says. returned: what came back.
    """

    batch_id: int
    source_type: str
    source_id: str
    name: str
    reason: str
    quantity: int
    returned: int
    occurred_at: datetime
    party_type: str = ""
    party_id: str = ""
    party_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecallReport:
    """came: receipts; went: sales and other issues; left: levels with batch and location."""

    recall: Recall
    batches: Sequence[Batch]
    came: Sequence[Trace]
    went: Sequence[Trace]
    left: Sequence[StockLevel]


def recalls_list() -> QuerySet[Recall]:
    """Recalls with who announced them, newest first."""
    return Recall.objects.select_related("announced_by")


def recall_report(recall_id: UUID) -> RecallReport:
    """Everything to know about a recall, as of now. Raises RecallNotFound.

    A constant number of queries, plus one per kind of source that can be named.
    """
    recall = recalls_list().filter(pk=recall_id).first()
    if recall is None:
        raise RecallNotFound
    batches = list(
        Batch.objects.select_related("product")
        .filter(events__recall=recall, events__kind=BatchEventKind.RECALL)
        .order_by("pk")
    )
    ids = [batch.pk for batch in batches]
    left = StockLevel.objects.select_related("batch__product", "location").filter(
        batch_id__in=ids, quantity__gt=0
    )
    came = _traces(ids, (MovementKind.OPENING, MovementKind.RECEIPT))
    went = _traces(ids, (MovementKind.ISSUE,))
    return RecallReport(
        recall=recall,
        batches=batches,
        came=came,
        went=went,
        left=list(left.order_by("batch_id", "location_id")),
    )


def _traces(batch_ids: Sequence[int], kinds: Sequence[str]) -> list[Trace]:
    rows: Sequence[Any] = list(
        _standing(batch_ids)
        .filter(kind__in=kinds)
        .values("batch_id", "source_type", "source_id", "reason", "party_type", "party_id")
        .annotate(units=Sum("quantity"), first_at=Min("occurred_at"))
        .order_by("first_at", "source_type", "source_id", "batch_id")
    )
    back = {
        (batch, source_type, source_id): abs(units)
        for batch, source_type, source_id, units in _standing(batch_ids)
        .filter(returns__kind__in=kinds)
        .order_by()
        .values_list("batch_id", "returns__source_type", "returns__source_id")
        .annotate(units=Sum("quantity"))
    }
    names = names_of(
        {(row["source_type"], row["source_id"]) for row in rows}
        | {(row["party_type"], row["party_id"]) for row in rows if row["party_id"]}
    )
    return [
        Trace(
            batch_id=row["batch_id"],
            source_type=row["source_type"],
            source_id=row["source_id"],
            name=names[row["source_type"], row["source_id"]],
            reason=row["reason"],
            quantity=abs(row["units"]),
            returned=back.get((row["batch_id"], row["source_type"], row["source_id"]), 0),
            occurred_at=row["first_at"],
            party_type=row["party_type"],
            party_id=row["party_id"],
            party_name=names.get((row["party_type"], row["party_id"]), ""),
        )
        for row in rows
    ]


def _standing(batch_ids: Sequence[int]) -> QuerySet[StockMovement]:
    """Movements of the batches that neither undo another nor were undone."""
    return StockMovement.objects.filter(
        batch_id__in=batch_ids, reverses__isnull=True, reversed_by__isnull=True
    )
