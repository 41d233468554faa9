"""Where products can be bought: lines of present offers, and why the others do not count."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.db.models import Q

from core.models import local_date
from purchases.line_prices import line_price
from purchases.models import LineStatus, OfferLine
from purchases.models.offers import OPEN_STATUSES
from purchases.quotes import PackPrice, Quote, quote_for_need

# Offers this many times older than the limit are not even mentioned as stale.
MENTIONED_AGES = 4


class Exclusion(StrEnum):
    """Why a line does not count as a source of its product."""

    WITHDRAWN = "offer_withdrawn"
    EXPIRED = "offer_expired"
    STALE = "offer_stale"
    NEWER_OFFER = "newer_offer"
    SUPPLIER_INACTIVE = "supplier_inactive"
    UNDER_REVIEW = "line_under_review"
    NO_PRICE = "price_unknown"
    OUT_OF_RANGE = "quantity_out_of_range"
    LEFT_OUT = "supplier_left_out"


@dataclass(frozen=True, slots=True)
class Source:
    """A line that offers a product; counts only without an exclusion, and then has a price."""

    line: OfferLine
    product_id: int
    exclusion: Exclusion | None
    price: PackPrice | None


@dataclass(frozen=True, slots=True)
class Priced:
    """A source with what the quantity in question costs there."""

    source: Source
    quote: Quote


def offer_age_limit(now: datetime) -> datetime:
    """Offers received before this moment are stale."""
    return now - timedelta(days=settings.PURCHASES_OFFER_MAX_AGE_DAYS)


def sources_of(product_ids: Collection[int], *, now: datetime) -> dict[int, list[Source]]:
    """Every line that offers one of the products, newest offer first. One query.

    A line under review counts for the product the matcher would suggest first. Of a supplier's
    offers only the newest usable one that has the product counts.
    """
    oldest = now - timedelta(days=settings.PURCHASES_OFFER_MAX_AGE_DAYS * MENTIONED_AGES)
    rows = (
        OfferLine.objects.filter(
            Q(product_id__in=product_ids)
            | Q(suggested_product_id__in=product_ids, status__in=OPEN_STATUSES),
            offer__received_at__gte=oldest,
        )
        .select_related("offer__supplier")
        .order_by("-offer__received_at", "-offer_id", "position")
    )
    found: dict[int, list[Source]] = {product_id: [] for product_id in product_ids}
    newest: dict[tuple[int, int], int] = {}
    for line in rows:
        product_id = line.product_id or line.suggested_product_id
        if product_id is not None:
            found[product_id].append(_source(line, product_id, now=now, newest=newest))
    return found


def priced(sources: Iterable[Source], *, needed: int, purchase_units: int) -> list[Priced]:
    """Usable sources of one product, cheapest first by true unit cost for ``needed`` base units.

    One per supplier. Ties go to the smaller amount, then to the newer offer.
    """
    quotes = []
    for source in sources:
        if source.price is not None and source.exclusion is None:
            quote = quote_for_need(source.price, needed=needed, purchase_units=purchase_units)
            if quote is not None:
                quotes.append(Priced(source, quote))
    quotes.sort(key=_cheapest_first)
    best: dict[int, Priced] = {}
    for candidate in quotes:
        best.setdefault(candidate.source.line.offer.supplier_id, candidate)
    return list(best.values())


def _cheapest_first(priced: Priced) -> tuple[object, ...]:
    line = priced.source.line
    return (priced.quote.true_unit_cost, priced.quote.amount, -line.offer_id, line.pk)


def _source(
    line: OfferLine, product_id: int, *, now: datetime, newest: dict[tuple[int, int], int]
) -> Source:
    price = line_price(line, today=local_date(now))
    exclusion = _exclusion(line, today=local_date(now), age_limit=offer_age_limit(now))
    if exclusion is None and price is None:
        exclusion = Exclusion.NO_PRICE
    if exclusion is None:
        place = (line.offer.supplier_id, product_id)
        if newest.setdefault(place, line.offer_id) != line.offer_id:
            exclusion = Exclusion.NEWER_OFFER
    return Source(line=line, product_id=product_id, exclusion=exclusion, price=price)


def _exclusion(line: OfferLine, *, today: date, age_limit: datetime) -> Exclusion | None:
    offer = line.offer
    reasons: Mapping[Exclusion, bool] = {
        Exclusion.SUPPLIER_INACTIVE: not offer.supplier.is_active,
        Exclusion.WITHDRAWN: offer.withdrawn_at is not None,
        Exclusion.EXPIRED: offer.valid_until is not None and offer.valid_until < today,
        Exclusion.STALE: offer.received_at < age_limit,
        Exclusion.UNDER_REVIEW: line.status != LineStatus.MATCHED,
    }
    return next((reason for reason, holds in reasons.items() if holds), None)
