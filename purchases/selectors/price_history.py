"""What a product has cost at its suppliers over time."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from inventory.public import products_by_id
from purchases.errors import ProductNotFound
from purchases.models import LineStatus, OfferLine


def price_history(
    product_id: int,
    *,
    supplier_id: int | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> QuerySet[OfferLine]:
    """Every offered price of a product, to be read newest first by id (the order of intake).

    since, until: moments the offer was received, both inclusive. Raises ProductNotFound.
    """
    if product_id not in products_by_id([product_id]):
        raise ProductNotFound
    found = OfferLine.objects.filter(
        product_id=product_id, status=LineStatus.MATCHED
    ).select_related("offer__supplier")
    if supplier_id is not None:
        found = found.filter(offer__supplier_id=supplier_id)
    if since is not None:
        found = found.filter(offer__received_at__gte=since)
    if until is not None:
        found = found.filter(offer__received_at__lte=until)
    return found
