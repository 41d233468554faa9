"""Deciding what an offer line is: accept, correct, create a product, ignore, reopen.

A decision is remembered as an alias of the product for that supplier, and used at once for the
supplier's other lines of the same name that no person has decided. Reopening forgets what the
line taught.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q

from core import audit
from core.audit import Actor
from core.db import lock
from core.money import round_money
from core.states import next_state
from inventory.public import product_create, products_by_id
from purchases.errors import (
    OfferLineInUse,
    OfferLineNotFound,
    OfferLineStateRefused,
    ProductNotSuggested,
    ProductUnknown,
)
from purchases.intake import deal_columns, is_held, read_deals
from purchases.jumps import price_jumps_mark
from purchases.models import (
    UNDECIDED_STATES,
    LineDecision,
    LineStatus,
    OfferLine,
    ProposalLine,
)
from purchases.services.offers.learning import (
    DECISION_FIELDS,
    lines_in_use,
    lines_open,
    name_forget,
    name_learn,
)
from purchases.services.suppliers.price_gate import prices_lock
from purchases.states import LINE_TRANSITIONS, LineAction


@dataclass(frozen=True, slots=True, kw_only=True)
class NewProduct:
    """What a product made from a line is called and how it is packed; see `product_create`."""

    name_ar: str
    name_en: str = ""
    strength: str = ""
    form: str = ""
    manufacturer: str = ""
    min_stock: int = 0
    max_stock: int = 0
    purchase_units: int = 1


@transaction.atomic
def offer_line_accept(
    *, actor: Actor, now: datetime, line_id: int, product_id: int | None = None, deal_text: str = ""
) -> OfferLine:
    """Take a suggested product, by default the best one; deal_text corrects a misread deal.

    Raises OfferLineNotFound, OfferLineStateRefused, ProductNotSuggested.
    """
    line, twins = _locked(line_id, LineAction.ACCEPT)
    suggested = [candidate["product_id"] for candidate in line.candidates]
    chosen = product_id if product_id is not None else next(iter(suggested), None)
    if chosen is None or chosen not in suggested:
        raise ProductNotSuggested
    return _settle(line, twins, chosen, LineDecision.ACCEPTED, actor, now, deal_text=deal_text)


@transaction.atomic
def offer_line_correct(
    *, actor: Actor, now: datetime, line_id: int, product_id: int, deal_text: str = ""
) -> OfferLine:
    """Say which product the line is; deal_text corrects a misread deal.

    Raises OfferLineNotFound, OfferLineStateRefused, OfferLineInUse, ProductUnknown.
    """
    line, twins = _locked(line_id, LineAction.CORRECT)
    _refuse_in_use(line)
    if product_id not in products_by_id([product_id]):
        raise ProductUnknown
    return _settle(line, twins, product_id, LineDecision.CORRECTED, actor, now, deal_text=deal_text)


@transaction.atomic
def offer_line_create_product(
    *, actor: Actor, now: datetime, line_id: int, product: NewProduct, deal_text: str = ""
) -> OfferLine:
    """Add a product to the catalogue and decide that the line is it.

    The line's public price, where it has one, becomes the product's (divided over the pack).
    Raises OfferLineNotFound, OfferLineStateRefused and what inventory refuses.
    """
    line, twins = _locked(line_id, LineAction.CREATE_PRODUCT)
    product_id = product_create(
        actor=actor, now=now, public_price=_public_unit_price(line, product), **asdict(product)
    )
    return _settle(line, twins, product_id, LineDecision.CREATED, actor, now, deal_text=deal_text)


@transaction.atomic
def offer_line_ignore(*, actor: Actor, now: datetime, line_id: int, reason: str = "") -> OfferLine:
    """Leave the line out: it is nothing the pharmacy buys.

    Raises OfferLineNotFound, OfferLineStateRefused, OfferLineInUse.
    """
    line, _twins = _locked(line_id, LineAction.IGNORE)
    _refuse_in_use(line)
    name_forget(line)
    before = _facts(line)
    line.status, line.product_id, line.suggested_product_id = LineStatus.IGNORED, None, None
    line.decision, line.decided_by_id, line.decided_at = LineDecision.IGNORED, actor.id, now
    line.alias, line.price_jumps = None, []
    line.save()
    _record(actor, "purchases.offer_line_ignored", line, before, reason=reason)
    return line


@transaction.atomic
def offer_line_reopen(*, actor: Actor, now: datetime, line_id: int) -> OfferLine:
    """Undo a decision: the line waits for review again, and what it taught is forgotten.

    Other lines that were settled by what it taught wait again too, except those an open
    proposal rests on. Raises OfferLineNotFound, OfferLineStateRefused, OfferLineInUse.
    """
    line, _twins = _locked(line_id, LineAction.REOPEN)
    _refuse_in_use(line)
    name_forget(line)
    before = _facts(line)
    lines_open([line])
    _record(actor, "purchases.offer_line_reopened", line, before)
    return line


def _locked(line_id: int, action: LineAction) -> tuple[OfferLine, list[OfferLine]]:
    """The line and its twins, locked in one go and in primary-key order.

    Twins: lines of the same name in the supplier's offers that no person has decided and no
    open proposal rests on.

    Raises OfferLineNotFound, OfferLineStateRefused.
    """
    seen = OfferLine.objects.select_related("offer").filter(pk=line_id).first()
    if seen is None:
        raise OfferLineNotFound
    twins = Q(
        offer__supplier_id=seen.offer.supplier_id,
        match_key=seen.match_key,
        decision__in=[LineDecision.NONE, LineDecision.MATCHER, LineDecision.ALIAS],
    ) & ~(Q(match_key="") | Q(pk__in=lines_in_use()))
    prices_lock(seen.offer.supplier_id)
    rows = lock(OfferLine.objects.select_related("offer").filter(Q(pk=line_id) | twins))
    line = next(row for row in rows if row.pk == line_id)
    next_state(LINE_TRANSITIONS, line.status, action, OfferLineStateRefused)
    return line, [row for row in rows if row.pk != line_id]


def _settle(
    line: OfferLine,
    twins: Sequence[OfferLine],
    product_id: int,
    decision: LineDecision,
    actor: Actor,
    now: datetime,
    *,
    deal_text: str,
) -> OfferLine:
    """Give the line its product, remember it, and give it to the twins no one must look at."""
    before = _facts(line)
    if deal_text:
        _reread_deal(line, deal_text)
    _match(line, product_id, decision, actor, now)
    alias = name_learn(actor=actor, now=now, line=line, product_id=product_id)
    settled = [twin for twin in twins if not is_held(twin)]
    for twin in settled:
        _match(twin, product_id, LineDecision.ALIAS, actor, now)
        twin.alias = alias
    price_jumps_mark([line, *settled], supplier_id=line.offer.supplier_id, now=now)
    OfferLine.objects.bulk_update([line, *settled], DECISION_FIELDS)
    verb = "product_created_from_offer_line" if decision == "created" else f"offer_line_{decision}"
    _record(actor, f"purchases.{verb}", line, before, twins=[twin.pk for twin in settled])
    return line


def _match(
    line: OfferLine, product_id: int, decision: LineDecision, actor: Actor, now: datetime
) -> None:
    line.status, line.product_id, line.suggested_product_id = LineStatus.MATCHED, product_id, None
    line.decision, line.decided_by_id, line.decided_at = decision, actor.id, now
    line.alias = None


def _reread_deal(line: OfferLine, deal_text: str) -> None:
    """A person typed the deal: read it in the offer's direction and trust it."""
    line.deal_text = deal_text
    deal_columns(line, read_deals([deal_text], line.offer.direction).deals[0])
    line.flags = sorted({*line.flags, "deal_typed_by_person"})


def _refuse_in_use(line: OfferLine) -> None:
    numbers = ProposalLine.objects.filter(
        offer_line=line, proposal__state__in=UNDECIDED_STATES
    ).values_list("proposal__number", flat=True)
    if numbers:
        raise OfferLineInUse(extra={"proposals": sorted(numbers)})


def _public_unit_price(line: OfferLine, product: NewProduct) -> Decimal | None:
    if line.public_price is None:
        return None
    return round_money(line.public_price / product.purchase_units) or None


def _facts(line: OfferLine) -> dict[str, Any]:
    return {
        "status": line.status,
        "product_id": line.product_id,
        "decision": line.decision,
        "deal_text": line.deal_text,
    }


def _record(
    actor: Actor,
    action: str,
    line: OfferLine,
    before: dict[str, Any],
    *,
    reason: str = "",
    **facts: Any,
) -> None:
    after = _facts(line)
    changes = {name: [value, after[name]] for name, value in before.items() if value != after[name]}
    audit.record(
        actor=actor, action=action, subject=line, changes={**changes, **facts}, reason=reason
    )
