"""Offers: taking in what an engine read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from core.audit import Actor
from purchases.drafts import OfferDraft

Progress = Callable[[int, int], None]


def offer_create(
    *, actor: Actor, now: datetime, draft: OfferDraft, on_progress: Progress | None = None
) -> int:
    """Take in a document as an offer; returns the offer's id.

    Votes on the direction of its deals, reads them, matches its lines to products and publishes
    OfferReady. Once per source: a second call with the same (source_type, source_id) returns the
    first offer and changes nothing. on_progress(lines done, lines in all) is called outside any
    transaction of this function.

    Raises SupplierNotFound, SupplierInactive, OfferDraftInvalid (errors per faulty line).
    """
    raise NotImplementedError
