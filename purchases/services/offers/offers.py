"""Offers: taking in what an engine read, matching again, withdrawing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import TypedDict, Unpack

from django.db import transaction

from core import audit, outbox
from core.audit import Actor
from core.db import lock
from core.models import local_date
from purchases.drafts import OfferDraft
from purchases.errors import OfferNotFound, OfferWithdrawn, SupplierInactive, SupplierNotFound
from purchases.events import OfferReady
from purchases.intake import DealReading, checked_lines, deal_columns, read_deals
from purchases.jumps import price_jumps_mark
from purchases.models import (
    UNDECIDED_STATES,
    LineDecision,
    LineStatus,
    Offer,
    OfferLine,
    Supplier,
)
from purchases.printed_terms import printed_terms
from purchases.recognition import recognise
from purchases.services.changes import changed
from purchases.services.suppliers.price_gate import prices_lock

# Texts kept with an offer, and characters of each.
MOST_TEXTS, LONGEST_TEXT = 200, 500

Progress = Callable[[int, int], None]

_SETTLED_BY_PEOPLE = (
    LineDecision.ACCEPTED,
    LineDecision.CORRECTED,
    LineDecision.CREATED,
    LineDecision.IGNORED,
)


def offer_create(
    *, actor: Actor, now: datetime, draft: OfferDraft, on_progress: Progress | None = None
) -> int:
    """Take in a document as an offer; returns the offer's id.

    Reads the terms printed beside the table, votes on the direction of its deals, reads them,
    matches its lines to products and publishes OfferReady. Once per source: a second call with the
    same (source_type, source_id) returns the first offer and changes nothing.
    on_progress(lines done, lines in all) is called outside any transaction of this function. The
    number of queries does not depend on the number of lines.

    Raises SupplierNotFound, SupplierInactive, OfferDraftInvalid (errors per faulty line).
    """
    known = _offer_of_source(draft)
    if known is not None:
        return known
    supplier = _active_supplier(draft.supplier_id)
    lines = checked_lines(draft.lines)
    reading = read_deals([line.deal_text for line in lines], supplier.deal_direction)
    for line, deal in zip(lines, reading.deals, strict=True):
        deal_columns(line, deal)
    recognise(lines, supplier_id=supplier.pk, now=now, on_progress=on_progress)
    return _store(actor=actor, now=now, draft=draft, supplier=supplier, lines=lines, read=reading)


@transaction.atomic
def offer_rematch(*, actor: Actor, now: datetime, offer_id: int) -> Offer:
    """Read the deals again and match again what no person has decided.

    For when products or aliases were added, or the supplier's deal direction was set. Lines on
    which an open proposal rests stay as they are.

    Raises OfferNotFound, OfferWithdrawn.
    """
    offer = _locked(offer_id)
    if offer.withdrawn_at is not None:
        raise OfferWithdrawn
    held = OfferLine.objects.filter(proposal_lines__proposal__state__in=UNDECIDED_STATES)
    lines = lock(OfferLine.objects.filter(offer=offer))
    reading = read_deals([line.deal_text for line in lines], offer.supplier.deal_direction)
    deals = dict(zip((line.pk for line in lines), reading.deals, strict=True))
    kept = set(held.filter(offer=offer).values_list("pk", flat=True))
    free = [
        line for line in lines if line.pk not in kept and line.decision not in _SETTLED_BY_PEOPLE
    ]
    before = Counter(line.status for line in free)
    for line in free:
        deal_columns(line, deals[line.pk])
    recognise(free, supplier_id=offer.supplier_id, now=now)
    price_jumps_mark(free, supplier_id=offer.supplier_id, now=now)
    _overwrite(free)
    offer.direction, offer.direction_votes = reading.direction, reading.votes
    offer.save(update_fields=["direction", "direction_votes", "updated_at"])
    audit.record(
        actor=actor,
        action="purchases.offer_rematched",
        subject=offer,
        changes={"before": before, "after": Counter(line.status for line in free)},
    )
    return offer


@transaction.atomic
def offer_withdraw(*, actor: Actor, now: datetime, offer_id: int, reason: str = "") -> Offer:
    """Take an offer out of every comparison for good. Doing it twice changes nothing.

    Raises OfferNotFound.
    """
    offer = _locked(offer_id)
    if offer.withdrawn_at is None:
        offer.withdrawn_at = now
        offer.save(update_fields=["withdrawn_at", "updated_at"])
        audit.record(actor=actor, action="purchases.offer_withdrawn", subject=offer, reason=reason)
    return offer


class OfferTermsFields(TypedDict, total=False):
    """What may be said of an offer's terms; see the model. None: the offer does not say."""

    valid_until: date | None
    minimum_order_amount: Decimal | None
    delivery_weekdays: list[int] | None
    delivery_days: int | None


@transaction.atomic
def offer_set_terms(
    *, actor: Actor, now: datetime, offer_id: int, **terms: Unpack[OfferTermsFields]
) -> Offer:
    """Say the terms of an offer where it prints none or they were read wrongly.

    What is not given stays. What is said settles a disagreement of the texts about it, also where
    the value stays. Raises OfferNotFound.
    """
    offer = _locked(offer_id)
    if (days := terms.get("delivery_weekdays")) is not None:
        terms["delivery_weekdays"] = sorted(set(days))
    open_terms = [name for name in offer.disagreeing_terms if name not in terms]
    if changes := changed(offer, {**terms, "disagreeing_terms": open_terms}):
        offer.save(update_fields=[*changes, "updated_at"])
        audit.record(
            actor=actor, action="purchases.offer_terms_set", subject=offer, changes=changes
        )
    return offer


def _offer_of_source(draft: OfferDraft) -> int | None:
    return (
        Offer.objects.filter(source_type=draft.source_type, source_id=draft.source_id)
        .values_list("pk", flat=True)
        .first()
    )


def _active_supplier(supplier_id: int) -> Supplier:
    supplier = Supplier.objects.filter(pk=supplier_id).first()
    if supplier is None:
        raise SupplierNotFound
    if not supplier.is_active:
        raise SupplierInactive
    return supplier


def _locked(offer_id: int) -> Offer:
    supplier_id = Offer.objects.filter(pk=offer_id).values_list("supplier_id", flat=True).first()
    if supplier_id is None:
        raise OfferNotFound
    prices_lock(supplier_id)
    found = lock(Offer.objects.select_related("supplier").filter(pk=offer_id))
    if not found:
        raise OfferNotFound
    return found[0]


@transaction.atomic
def _store(
    *,
    actor: Actor,
    now: datetime,
    draft: OfferDraft,
    supplier: Supplier,
    lines: list[OfferLine],
    read: DealReading,
) -> int:
    prices_lock(supplier.pk)
    texts = [text[:LONGEST_TEXT] for text in draft.texts][:MOST_TEXTS]
    terms = printed_terms(texts, printed_on=local_date(now))
    offer, is_new = Offer.objects.get_or_create(
        source_type=draft.source_type,
        source_id=draft.source_id,
        defaults={
            "supplier": supplier,
            "file_id": draft.file_id,
            "engine": draft.engine[:60],
            "pages": draft.pages,
            "direction": read.direction,
            "direction_votes": read.votes,
            "received_at": now,
            "printed_terms": texts,
            "valid_until": terms.valid_until,
            "minimum_order_amount": terms.minimum_order_amount,
            "delivery_weekdays": terms.delivery_weekdays and list(terms.delivery_weekdays),
            "delivery_days": terms.delivery_days,
            "disagreeing_terms": list(terms.disagreeing),
        },
    )
    if not is_new:
        return offer.pk
    for line in lines:
        line.offer = offer
    price_jumps_mark(lines, supplier_id=supplier.pk, now=now)
    OfferLine.objects.bulk_create(lines)
    counts = Counter(line.status for line in lines)
    outbox.publish(
        OfferReady(
            offer_id=offer.pk,
            supplier_id=supplier.pk,
            supplier_name=supplier.name,
            lines=len(lines),
            matched=counts[LineStatus.MATCHED],
            needs_review=counts[LineStatus.NEEDS_REVIEW],
            unmatched=counts[LineStatus.UNMATCHED],
        )
    )
    audit.record(
        actor=actor,
        action="purchases.offer_created",
        subject=offer,
        changes={
            "source": f"{draft.source_type}:{draft.source_id}",
            "supplier_id": supplier.pk,
            "lines": len(lines),
            **counts,
        },
    )
    return offer.pk


def _overwrite(lines: list[OfferLine]) -> None:
    """Save matching and deals of existing lines in one statement, however many they are."""
    OfferLine.objects.bulk_create(
        lines,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=[
            "match_key", "deal", "register_required", "flags", "status", "candidates",
            "product", "suggested_product", "decision", "decided_by", "decided_at", "alias",
            "price_jumps",
        ],
    )  # fmt: skip
