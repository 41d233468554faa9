"""Reads of transfers, write-offs, reservations, limits of places and what happened to batches."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import F, IntegerField, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from inventory.errors import (
    BatchNotFound,
    LocationNotFound,
    TransferNotFound,
    WriteOffNotFound,
)
from inventory.models import (
    Batch,
    BatchEvent,
    Location,
    LocationLimit,
    Reservation,
    ReservationStatus,
    StockLevel,
    Transfer,
    TransferLine,
    WriteOff,
    WriteOffLine,
)


def transfers_list(*, status: str = "", location_id: int | None = None) -> QuerySet[Transfer]:
    """Transfers with their places, newest first; location_id: from or to it."""
    rows = Transfer.objects.select_related("origin", "destination", "dispatched_by")
    if status:
        rows = rows.filter(status=status)
    if location_id is not None:
        rows = rows.filter(origin_id=location_id) | rows.filter(destination_id=location_id)
    return rows


def transfer_detail(transfer_id: UUID) -> Transfer:
    """A transfer with `goods`: its lines with batch and product. Raises TransferNotFound."""
    transfer: Any = transfers_list().filter(pk=transfer_id).first()
    if transfer is None:
        raise TransferNotFound
    lines = TransferLine.objects.select_related("batch__product").filter(transfer=transfer)
    transfer.goods = list(lines.order_by("line"))
    return transfer


def write_offs_list(*, status: str = "", reason: str = "") -> QuerySet[WriteOff]:
    """Requests to write off with who asked and decided, newest first."""
    rows = WriteOff.objects.select_related("requested_by", "decided_by")
    exact = {"status": status, "reason": reason}
    return rows.filter(**{field: value for field, value in exact.items() if value})


def write_off_detail(write_off_id: UUID) -> WriteOff:
    """A request with `goods`: its lines with batch and place. Raises WriteOffNotFound."""
    write_off: Any = write_offs_list().filter(pk=write_off_id).first()
    if write_off is None:
        raise WriteOffNotFound
    lines = WriteOffLine.objects.select_related("batch__product", "location")
    write_off.goods = list(lines.filter(write_off=write_off).order_by("line"))
    return write_off


def reservations_list(
    *,
    product_id: int | None = None,
    source_type: str = "",
    source_id: str = "",
    open_only: bool = True,
) -> QuerySet[Reservation]:
    """What is promised to orders, with the product, newest first."""
    exact = {"product_id": product_id, "source_type": source_type, "source_id": source_id}
    rows = Reservation.objects.select_related("product").filter(
        **{field: value for field, value in exact.items() if value}
    )
    return rows.filter(status=ReservationStatus.OPEN) if open_only else rows


def batch_detail(batch_id: int) -> Batch:
    """A batch with its product and `on_hand` (base units). Raises BatchNotFound."""
    batch = (
        Batch.objects.select_related("product", "status_by")
        .annotate(on_hand=Coalesce(Sum("levels__quantity"), 0))
        .filter(pk=batch_id)
        .first()
    )
    if batch is None:
        raise BatchNotFound
    return batch


def batch_events_list(*, batch_id: int) -> QuerySet[BatchEvent]:
    """What happened to a batch besides moving, newest first. Raises BatchNotFound."""
    if not Batch.objects.filter(pk=batch_id).exists():
        raise BatchNotFound
    return BatchEvent.objects.select_related("recall", "actor").filter(batch_id=batch_id)


def limits_list(
    *, location_id: int, below_minimum: bool = False, above_maximum: bool = False
) -> QuerySet[LocationLimit]:
    """The limits of a place with `quantity` there and `needed` up to the maximum, by product.

    below_minimum: only what should be refilled; above_maximum: only what there is too much of.
    Raises LocationNotFound.
    """
    if not Location.objects.filter(pk=location_id).exists():
        raise LocationNotFound
    there = (
        StockLevel.objects.filter(
            location=OuterRef("location"), batch__product=OuterRef("product"), quantity__gt=0
        )
        .order_by()
        .values("batch__product")
        .annotate(total=Sum("quantity"))
        .values("total")
    )
    rows = (
        LocationLimit.objects.select_related("product")
        .filter(location_id=location_id)
        .annotate(quantity=Coalesce(Subquery(there), Value(0), output_field=IntegerField()))
        .annotate(needed=F("max_stock") - F("quantity"))
    )
    if below_minimum:
        rows = rows.filter(quantity__lt=F("min_stock"))
    if above_maximum:
        rows = rows.filter(quantity__gt=F("max_stock"))
    return rows.order_by("product_id")
