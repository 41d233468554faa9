"""Calling goods back: certain batches, or all that a supplier delivered."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from core.audit import Actor
from core.models import local_date
from core.numbering import next_number
from core.outbox import publish
from inventory.errors import BatchNotFound, NothingToRecall
from inventory.events import BatchesRecalled
from inventory.models import (
    Batch,
    BatchEventKind,
    BatchStatus,
    MovementKind,
    Recall,
    StockMovement,
)
from inventory.services.batches import status_change
from inventory.services.ledger import stock_lock

SERIES = "RC"


@transaction.atomic
def batches_recall(
    *,
    actor: Actor,
    now: datetime,
    reason: str,
    reference: str = "",
    batch_ids: Sequence[int] = (),
    party_type: str = "",
    party_id: str = "",
    product_id: int | None = None,
) -> uuid.UUID:
    """Recall batches and what was repacked from them; returns the recall's id.

    By `batch_ids`, or all that the party ever delivered (product_id: of this product only). They
    are no longer handed out, wherever they are; `recall_report` says who has them. Raises
    BatchNotFound, NothingToRecall (none, or all recalled before).
    """
    wanted = set(batch_ids) or _delivered(party_type, party_id, product_id)
    if batch_ids and Batch.objects.filter(pk__in=wanted).count() != len(wanted):
        raise BatchNotFound
    rows = Batch.objects.filter(pk__in=wanted | batches_repacked_from(wanted))
    stock = stock_lock(rows.values_list("product_id", flat=True))
    batches = list(
        rows.exclude(status=BatchStatus.RECALLED)
        .filter(product_id__in=stock.products)
        .order_by("pk")
    )
    if not batches:
        raise NothingToRecall
    recall = Recall.objects.create(
        number=next_number(SERIES, on=local_date(now)),
        reason=reason,
        reference=reference,
        party_type=party_type,
        party_id=party_id,
        announced_at=now,
        announced_by_id=actor.id,
    )
    status_change(
        actor=actor, now=now, stock=stock, batches=batches, kind=BatchEventKind.RECALL,
        reason=reason, recall=recall,
    )  # fmt: skip
    publish(
        BatchesRecalled(
            recall_id=str(recall.pk), number=recall.number, batches=len(batches), reason=reason
        )
    )
    return recall.pk


def _delivered(party_type: str, party_id: str, product_id: int | None) -> set[int]:
    """Batches of which anything came from the party."""
    if not party_id:
        return set()
    came = _standing(MovementKind.RECEIPT).filter(party_type=party_type, party_id=party_id)
    if product_id is not None:
        came = came.filter(batch__product_id=product_id)
    return set(came.values_list("batch_id", flat=True))


def batches_repacked_from(batch_ids: set[int]) -> set[int]:
    """Batches that goods of these were repacked into, and from those again. A query a step."""
    found: set[int] = set()
    step = set(batch_ids)
    while step:
        repacked = _standing(MovementKind.REPACK)
        went = repacked.filter(quantity__lt=0, batch_id__in=step)
        keys = set(went.values_list("source_type", "source_id", "line"))
        came = repacked.filter(
            quantity__gt=0, source_id__in={source_id for _type, source_id, _line in keys}
        ).values_list("source_type", "source_id", "line", "batch_id")
        step = {batch for *key, batch in came if tuple(key) in keys} - found - batch_ids
        found |= step
    return found


def _standing(kind: MovementKind) -> QuerySet[StockMovement]:
    """Movements of a kind that neither undo another nor were undone: mistakes bring no goods."""
    return StockMovement.objects.filter(kind=kind, reverses__isnull=True, reversed_by__isnull=True)
