"""How much of a product should be at a place."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.audit import Actor
from core.errors import FieldProblem
from inventory.errors import InvalidLimit, LimitNotFound, LocationNotFound, ProductNotFound
from inventory.models import Location, LocationLimit, Product


@transaction.atomic
def limit_set(
    *,
    actor: Actor,
    now: datetime,
    location_id: int,
    product_id: int,
    min_stock: int,
    max_stock: int,
) -> None:
    """Set both limits, in base units, >= 0.

    Raises LocationNotFound, ProductNotFound, InvalidLimit.
    """
    if max_stock < min_stock:
        raise InvalidLimit(
            errors=[
                FieldProblem("max_stock", "below_minimum", _("Give at least the minimum here."))
            ]
        )
    location = Location.objects.select_for_update(no_key=True).filter(pk=location_id).first()
    if location is None:
        raise LocationNotFound
    if not Product.objects.filter(pk=product_id).exists():
        raise ProductNotFound
    limit = LocationLimit.objects.filter(location=location, product_id=product_id).first()
    before = (limit.min_stock, limit.max_stock) if limit else None
    limit = limit or LocationLimit(location=location, product_id=product_id)
    limit.min_stock, limit.max_stock = min_stock, max_stock
    limit.save()
    audit.record(
        actor=actor,
        action="inventory.limit_set",
        subject=limit,
        changes={"min_max": [before, (min_stock, max_stock)]},
        occurred_at=now,
    )


@transaction.atomic
def limit_remove(*, actor: Actor, now: datetime, location_id: int, product_id: int) -> None:
    """Forget the limits of a product at a place. Raises LimitNotFound."""
    limit = (
        LocationLimit.objects.select_for_update()
        .filter(location_id=location_id, product_id=product_id)
        .first()
    )
    if limit is None:
        raise LimitNotFound
    audit.record(
        actor=actor,
        action="inventory.limit_removed",
        subject=limit,
        changes={"min_stock": limit.min_stock, "max_stock": limit.max_stock},
        occurred_at=now,
    )
    limit.delete()
