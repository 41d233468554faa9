"""Reading offers and their lines."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet

from core.text import search_key
from purchases.errors import OfferLineNotFound, OfferNotFound
from purchases.models import LineStatus, Offer, OfferLine


def offers(
    *,
    supplier_id: int | None = None,
    withdrawn: bool | None = None,
    terms_disagree: bool | None = None,
) -> QuerySet[Offer]:
    """Offers with their lines counted by status: line_count, matched_count and so on."""
    found = Offer.objects.select_related("supplier").annotate(
        line_count=Count("lines"),
        **{
            f"{status.value}_count": Count("lines", filter=Q(lines__status=status))
            for status in LineStatus
        },
    )
    if supplier_id is not None:
        found = found.filter(supplier_id=supplier_id)
    if withdrawn is not None:
        found = found.filter(withdrawn_at__isnull=not withdrawn)
    if terms_disagree is not None:
        agreeing = Q(disagreeing_terms=[])
        found = found.filter(~agreeing if terms_disagree else agreeing)
    return found


def offer_by_id(offer_id: int) -> Offer:
    """One offer as in ``offers``. Raises OfferNotFound."""
    offer = offers().filter(pk=offer_id).first()
    if offer is None:
        raise OfferNotFound
    return offer


def offer_lines(
    offer_id: int,
    *,
    status: str = "",
    flag: str = "",
    search: str = "",
    product_id: int | None = None,
    price_jump: str = "",
) -> QuerySet[OfferLine]:
    """An offer's lines as they stood in the document.

    search: a part of the name, in any spelling the normalisation knows. price_jump: up, down or
    any. Raises OfferNotFound.
    """
    if not Offer.objects.filter(pk=offer_id).exists():
        raise OfferNotFound
    found = _lines().filter(offer_id=offer_id).order_by("position")
    if status:
        found = found.filter(status=status)
    if flag:
        found = found.filter(flags__contains=[flag])
    if product_id is not None:
        found = found.filter(product_id=product_id)
    if price_jump:
        found = _jumping(found, price_jump)
    if search:
        wanted = Q(name__icontains=search)
        if key := search_key(search):
            wanted |= Q(match_key__contains=key)
        found = found.filter(wanted)
    return found


def _jumping(lines: QuerySet[OfferLine], direction: str) -> QuerySet[OfferLine]:
    if direction == "any":
        return lines.exclude(price_jumps=[])
    return lines.filter(price_jumps__contains=[{"direction": direction}])


def offer_line_by_id(line_id: int) -> OfferLine:
    """Raises OfferLineNotFound."""
    line = _lines().filter(pk=line_id).first()
    if line is None:
        raise OfferLineNotFound
    return line


def _lines() -> QuerySet[OfferLine]:
    return OfferLine.objects.select_related("offer", "decided_by")
