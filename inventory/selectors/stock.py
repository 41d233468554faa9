"""Reads of stock."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from core.models import local_date
from inventory.errors import DocumentNotFound
from inventory.lifecycle import PURCHASABLE
from inventory.models import (
    Batch,
    Incoming,
    Product,
    StockDocument,
    StockLevel,
    StockMovement,
)
from inventory.models.incoming import STILL_TO_COME
from inventory.records import Shortage
from inventory.selectors.catalogue import products_with_stock
from inventory.services.documents import SOURCE_TYPE

MOVEMENTS_SHOWN = 500
# Orders of lists that are read page by page; see `core.pagination`.
BATCH_ORDER = ("expires_on", "id")
LEVEL_ORDER = ("batch__product_id", "expires_on", "id")
RECORDED_ORDER = ("-id",)
OCCURRED_ORDER = ("-occurred_at", "-id")


def expires_on(path: str) -> Coalesce:
    """The expiry date at `path`; the last day of all for an unknown one, so that it sorts last."""
    return Coalesce(path, Value(date.max))


def shortages(
    *, product_ids: Collection[int] | None = None, now: datetime | None = None
) -> list[Shortage]:
    """Products to be ordered, with what is on its way counted in, by id. One query.

    Only products that may be ordered. needed = max_stock - available - incoming.
    now: decides which batches have expired; the present moment if not given.
    """
    rows: QuerySet[Any] = shortages_list(now=now or timezone.now())
    if product_ids is not None:
        rows = rows.filter(pk__in=product_ids)
    return [_position(row) for row in rows]


def stock_positions(*, product_ids: Collection[int], now: datetime) -> list[Shortage]:
    """The same of these products whether short or not (needed is then 0), by id. One query."""
    rows = products_with_stock(now=now).filter(pk__in=product_ids)
    return [
        _position(row)
        for row in rows.annotate(
            needed=Greatest(F("max_stock") - F("available") - F("incoming_quantity"), 0)
        ).order_by("pk")
    ]


def _position(row: Any) -> Shortage:
    return Shortage(
        product_id=row.pk,
        on_hand=row.on_hand,
        available=row.available,
        incoming=row.incoming_quantity,
        min_stock=row.min_stock,
        order_at=row.order_at,
        max_stock=row.max_stock,
        needed=row.needed,
    )


def shortages_list(*, now: datetime) -> QuerySet[Product]:
    """Products to be ordered, annotated with `needed` and as `products_with_stock` does.

    What is available and on its way is below the minimum or, where a reorder point is set, has
    come down to it.
    """
    return (
        products_with_stock(now=now)
        .filter(lifecycle__in=PURCHASABLE)
        .annotate(
            position=F("available") + F("incoming_quantity"),
            needed=F("max_stock") - F("position"),
        )
        .filter(
            Q(reorder_point__isnull=True, min_stock__gt=F("position"))
            | Q(reorder_point__gte=F("position"), needed__gt=0)
        )
        .order_by("pk")
    )


def batches_list(
    *,
    now: datetime,
    product_id: int | None = None,
    status: str = "",
    expiry: str = "",
    expires_before: date | None = None,
    in_stock: bool | None = None,
) -> QuerySet[Batch]:
    """Batches with `on_hand` (base units), in BATCH_ORDER: by expiry, the unknown last.

    expiry: "expired", "usable" or "unknown", as of the pharmacy's present day.
    """
    today = local_date(now)
    of_batch = StockLevel.objects.filter(batch=OuterRef("pk")).order_by()
    on_hand = of_batch.values("batch").annotate(total=Sum("quantity")).values("total")
    batches = Batch.objects.select_related("product").annotate(
        on_hand=Coalesce(Subquery(on_hand), 0),
        expires_on=expires_on("expiry_date"),
    )
    if product_id is not None:
        batches = batches.filter(product_id=product_id)
    if status:
        batches = batches.filter(status=status)
    if expiry:
        batches = batches.filter(_EXPIRY_FILTERS[expiry](today))
    if expires_before is not None:
        batches = batches.filter(expiry_date__lt=expires_before)
    if in_stock is not None:
        something_left = Exists(of_batch.filter(quantity__gt=0))
        batches = batches.filter(something_left if in_stock else ~something_left)
    return batches.order_by(*BATCH_ORDER)


_EXPIRY_FILTERS = {
    "expired": lambda today: Q(expiry_date__lte=today),
    "usable": lambda today: Q(expiry_date__gt=today) | Q(expiry_date__isnull=True),
    "unknown": lambda today: Q(expiry_date__isnull=True),
}
EXPIRY_CHOICES = tuple(_EXPIRY_FILTERS)


def stock_list(
    *,
    product_id: int | None = None,
    location_id: int | None = None,
    include_empty: bool = False,
) -> QuerySet[StockLevel]:
    """Levels with batch, product and location, in LEVEL_ORDER: by product and expiry."""
    levels = StockLevel.objects.select_related("batch__product", "location").annotate(
        expires_on=expires_on("batch__expiry_date")
    )
    if product_id is not None:
        levels = levels.filter(batch__product_id=product_id)
    if location_id is not None:
        levels = levels.filter(location_id=location_id)
    if not include_empty:
        levels = levels.filter(quantity__gt=0)
    return levels.order_by(*LEVEL_ORDER)


def movements_list(
    *,
    product_id: int | None = None,
    batch_id: int | None = None,
    location_id: int | None = None,
    kind: str = "",
    reason: str = "",
    source_type: str = "",
    source_id: str = "",
    occurred_from: date | None = None,
    occurred_to: date | None = None,
) -> QuerySet[StockMovement]:
    """The ledger with batch, product and location. Days are the pharmacy's local ones."""
    exact = {
        "batch__product_id": product_id,
        "batch_id": batch_id,
        "location_id": location_id,
        "kind": kind,
        "reason": reason,
        "source_type": source_type,
        "source_id": source_id,
    }
    movements = StockMovement.objects.select_related("batch__product", "location", "actor").filter(
        **{field: value for field, value in exact.items() if value}
    )
    if occurred_from is not None:
        movements = movements.filter(occurred_at__gte=day_start(occurred_from))
    if occurred_to is not None and occurred_to < date.max:
        movements = movements.filter(occurred_at__lt=day_start(occurred_to + timedelta(days=1)))
    return movements


def movements_order(
    occurred_from: date | None = None, occurred_to: date | None = None, **_: Any
) -> tuple[str, ...]:
    """How `movements_list` is to be read with these filters: an index serves either order.

    Within a span of days by when things happened, else by when they were recorded.
    """
    return OCCURRED_ORDER if occurred_from or occurred_to else RECORDED_ORDER


def day_start(day: date) -> datetime:
    """The first moment of a day where the pharmacy is."""
    return datetime.combine(day, time.min, tzinfo=ZoneInfo(settings.PHARMACY_TIME_ZONE))


def documents_list() -> QuerySet[StockDocument]:
    """What staff did to stock by hand, with who did it."""
    return StockDocument.objects.select_related("actor")


def document_detail(document_id: UUID) -> StockDocument:
    """A document by hand, with `movements`: its first 500, in order. Raises DocumentNotFound."""
    document: Any = documents_list().filter(pk=document_id).first()
    if document is None:
        raise DocumentNotFound
    movements = movements_list(source_type=SOURCE_TYPE, source_id=str(document_id))
    document.movements = movements.order_by("line", "part")[:MOVEMENTS_SHOWN]
    return document


def incoming_list(*, product_id: int | None = None, open_only: bool = True) -> QuerySet[Incoming]:
    """Announced goods with their product, newest first."""
    rows = Incoming.objects.select_related("product")
    if product_id is not None:
        rows = rows.filter(product_id=product_id)
    if open_only:
        rows = rows.filter(STILL_TO_COME)
    return rows.order_by("-pk")
