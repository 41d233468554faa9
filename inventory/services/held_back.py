"""Why goods that are there are not handed out. Pure: no query is made here."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from inventory.models import BatchStatus, StockLevel
from inventory.selectors.availability import Terms


class HeldBack(StrEnum):
    """Why goods that are there are not handed out."""

    EXPIRED = "expired"
    SHORT_DATED = "short_dated"
    QUARANTINED = "quarantined"
    RECALLED = "recalled"
    NOT_FOR_SALE_HERE = "not_for_sale_here"


def is_expired(expiry_date: date | None, *, on: date) -> bool:
    """Whether goods may no longer be handed out on the day `on` (pharmacy's local date).

    The printed date itself is no day of sale any more. An unknown expiry is not expired.
    """
    return expiry_date is not None and expiry_date <= on


def held_back(level: StockLevel, terms: Terms) -> HeldBack | None:
    """Why the goods of a level (with its batch and location) are not handed out, or None."""
    batch = level.batch
    if batch.status == BatchStatus.RECALLED:
        return HeldBack.RECALLED
    if batch.status == BatchStatus.QUARANTINED:
        return HeldBack.QUARANTINED
    if is_expired(batch.expiry_date, on=terms.today):
        return HeldBack.EXPIRED
    if not level.location.is_allocatable:
        return HeldBack.NOT_FOR_SALE_HERE
    if is_expired(batch.expiry_date, on=terms.last_refused):
        return HeldBack.SHORT_DATED
    return None
