"""What a decision about a line teaches, and forgetting it again.

A decision is remembered as an alias of the product for that supplier. It decides lines of the
same name at once and speaks for similar ones; every line that rests on it names it, so that
forgetting it brings them back to review.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from core import audit
from core.audit import Actor
from core.db import lock
from inventory.public import aliases_forget, aliases_learn
from purchases.errors import LearntNameNotFound, OfferLineInUse
from purchases.models import (
    UNDECIDED_STATES,
    LineDecision,
    LineStatus,
    OfferLine,
    ProductAlias,
    ProposalLine,
)
from purchases.services.suppliers.price_gate import prices_lock

DECISION_FIELDS = [
    "status", "product", "suggested_product", "decision", "decided_by", "decided_at", "alias",
    "price_jumps", "deal_text", "deal", "register_required", "flags",
]  # fmt: skip


def name_learn(
    *, actor: Actor, now: datetime, line: OfferLine, product_id: int
) -> ProductAlias | None:
    """Remember that the supplier's name of the line means the product; None for an unreadable one.

    Where it meant another product until now, lines that were only similar wait for review again.
    """
    if not line.match_key:
        return None
    supplier_id = line.offer.supplier_id
    known = ProductAlias.objects.filter(supplier_id=supplier_id, key=line.match_key).first()
    if known is not None and known.product_id != product_id:
        aliases_forget(names=[(known.product_id, line.name)])
        similar = OfferLine.objects.filter(alias=known, decision=LineDecision.MATCHER)
        lines_open(lock(similar.exclude(pk__in=lines_in_use())))
    aliases_learn(actor=actor, now=now, names=[(product_id, line.name)])
    alias, _is_new = ProductAlias.objects.update_or_create(
        supplier_id=supplier_id,
        key=line.match_key,
        defaults={
            "product_id": product_id,
            "learnt_from": line,
            "learnt_by_id": actor.id,
            "learnt_at": now,
        },
    )
    return alias


def name_forget(line: OfferLine) -> None:
    """Drop the alias this line taught, and reopen the lines that rest on it."""
    for alias in ProductAlias.objects.filter(learnt_from=line):
        _drop(alias, lock(_resting_on(alias).exclude(pk__in=lines_in_use())))


@transaction.atomic
def learnt_name_forget(*, actor: Actor, now: datetime, alias_id: int) -> None:
    """Forget a learnt name: the line that taught it and all that rest on it wait for review.

    Lines other than the teacher on which an undecided proposal rests stay as they are.
    Raises LearntNameNotFound, OfferLineInUse.
    """
    seen = ProductAlias.objects.filter(pk=alias_id).first()
    if seen is None:
        raise LearntNameNotFound
    if seen.supplier_id is not None:
        prices_lock(seen.supplier_id)
    alias = next(iter(lock(ProductAlias.objects.filter(pk=alias_id))), None)
    if alias is None:
        raise LearntNameNotFound
    if lines_in_use().filter(offer_line_id=alias.learnt_from_id).exists():
        raise OfferLineInUse
    taught_by = Q(pk=alias.learnt_from_id, product_id=alias.product_id, status=LineStatus.MATCHED)
    lines = lock(
        OfferLine.objects.filter(taught_by | Q(pk__in=_resting_on(alias).values("pk"))).exclude(
            pk__in=lines_in_use()
        )
    )
    audit.record(
        actor=actor,
        action="purchases.learnt_name_forgotten",
        subject=alias,
        changes={
            "key": [alias.key, None],
            "product_id": [alias.product_id, None],
            "reopened": [line.pk for line in lines],
        },
    )
    _drop(alias, lines)


def lines_open(lines: Sequence[OfferLine]) -> None:
    """Let locked lines wait for review, without product."""
    for line in lines:
        line.status = LineStatus.NEEDS_REVIEW
        best = line.candidates[0]["product_id"] if line.candidates else None
        line.product_id, line.suggested_product_id = None, best
        line.decision, line.decided_by_id, line.decided_at = LineDecision.NONE, None, None
        line.alias, line.price_jumps = None, []
    OfferLine.objects.bulk_update(lines, DECISION_FIELDS)


def lines_in_use() -> QuerySet[ProposalLine, Any]:
    """Ids of offer lines on which an undecided proposal rests."""
    return ProposalLine.objects.filter(proposal__state__in=UNDECIDED_STATES).values("offer_line_id")


def _resting_on(alias: ProductAlias) -> QuerySet[OfferLine]:
    """Lines that the alias decided; those decided before lines named it, by their name."""
    return OfferLine.objects.filter(
        Q(alias=alias)
        | Q(
            alias=None,
            offer__supplier_id=alias.supplier_id,
            match_key=alias.key,
            decision=LineDecision.ALIAS,
            product_id=alias.product_id,
        )
    )


def _drop(alias: ProductAlias, lines: Sequence[OfferLine]) -> None:
    lines_open(lines)
    name = alias.learnt_from.name if alias.learnt_from else alias.key.rpartition("|")[0]
    aliases_forget(names=[(alias.product_id, name)])
    alias.delete()
