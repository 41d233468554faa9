"""Which products the lines of an offer are: the matcher, fed with the catalogue and aliases."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from threading import Lock
from typing import Any

from django.db.models import F, Q

from core.text import search_key
from inventory.public import catalogue_entries, catalogue_version
from purchases.intake import is_held
from purchases.matching import (
    CatalogueEntry,
    KnownName,
    LineToMatch,
    MatchDecision,
    MatcherIndex,
    SupplierHistory,
    alias_key,
    document_factor,
    match_many,
)
from purchases.models import LineDecision, LineStatus, OfferLine, ProductAlias
from purchases.models.offers import LONGEST_MATCH_KEY

LINES_AT_ONCE = 250
# The latest of a supplier's learnt names speak for similar ones, and offers of so many days.
MOST_LEARNT_NAMES = 2_000
OFFERED_WITHIN_DAYS = 180
MOST_CANDIDATES = 5


@dataclass(slots=True)
class _IndexOfCatalogue:
    """The matcher's index of one version of the catalogue; kept for the life of the process."""

    version: str = ""
    index: MatcherIndex | None = None


_kept = _IndexOfCatalogue()
_building = Lock()


def catalogue_index() -> MatcherIndex:
    """The index of the present catalogue, built again only when the catalogue has changed.

    The version is read before the entries: a change in between only means building once more.
    """
    version = catalogue_version()
    with _building:
        if _kept.index is None or _kept.version != version:
            _kept.index = MatcherIndex.build(
                (
                    CatalogueEntry(
                        product_id=product.product_id,
                        names=product.names,
                        strength=product.strength,
                        form=product.form,
                        manufacturer=product.manufacturer,
                        public_price=product.public_price,
                    )
                    for product in catalogue_entries()
                ),
                previous=_kept.index,
            )
            _kept.version = version
        return _kept.index


def match_key(name: str, company: str) -> str:
    """What a decision about a line is remembered under; "" for a name without letter or digit."""
    return alias_key(name, company)[:LONGEST_MATCH_KEY] if search_key(name) else ""


def recognise(
    lines: Sequence[OfferLine],
    *,
    supplier_id: int,
    now: datetime,
    on_progress: Callable[[int, int], None] | None = None,
) -> None:
    """Write status, product and suggestions onto ``lines``. Saves nothing.

    What a person once decided about a name (for this supplier, else for all) wins over the
    matcher; a held line is never matched, its product becomes the first suggestion.
    """
    for line in lines:
        line.match_key = match_key(line.name, line.company)
    aliases = _aliases(supplier_id, {key for line in lines for key in _keys(line)})
    products = {key: product_id for key, (product_id, _) in aliases.items()}
    index = catalogue_index()
    history = _history(index, supplier_id, now)
    factor = document_factor(index, [_to_match(line) for line in lines])
    for start in range(0, len(lines), LINES_AT_ONCE):
        chunk = lines[start : start + LINES_AT_ONCE]
        decisions = match_many(
            index,
            [_to_match(line) for line in chunk],
            aliases=products,
            factor=factor,
            history=history,
        )
        for line, decision in zip(chunk, decisions, strict=True):
            exact = next((aliases[key] for key in _keys(line) if key in aliases), None)
            _decide(line, decision, exact=exact and exact[1], now=now)
        if on_progress is not None:
            on_progress(start + len(chunk), len(lines))


def _keys(line: OfferLine) -> tuple[str, str]:
    """Under which aliases may speak for the line: a name learnt without company is for any."""
    return line.match_key, match_key(line.name, "")


def _history(index: MatcherIndex, supplier_id: int, now: datetime) -> SupplierHistory:
    """What people decided about the supplier's names, and which products it has offered."""
    names = (
        ProductAlias.objects.filter(supplier_id=supplier_id)
        .order_by("-learnt_at", "-pk")
        .values_list("pk", "key", "product_id")[:MOST_LEARNT_NAMES]
    )
    offered = (
        OfferLine.objects.filter(
            offer__supplier_id=supplier_id,
            offer__received_at__gte=now - timedelta(days=OFFERED_WITHIN_DAYS),
            product_id__isnull=False,
        )
        .exclude(decision=LineDecision.MATCHER)
        .order_by("product_id", "-offer__received_at", "-pk")
        .distinct("product_id")
        .values_list("product_id", "list_price")
    )
    known = [KnownName(pk, key.rpartition("|")[0], product) for pk, key, product in names]
    return SupplierHistory.build(index, known, dict(offered))


def _aliases(supplier_id: int, keys: set[str]) -> dict[str, tuple[int, int]]:
    """key -> product, alias; the supplier's own word comes last and so wins over everybody's."""
    rows = (
        ProductAlias.objects.filter(
            Q(supplier_id=supplier_id) | Q(supplier__isnull=True), key__in=keys - {""}
        )
        .order_by(F("supplier_id").asc(nulls_first=True))
        .values_list("key", "product_id", "pk")
    )
    return {key: (product_id, alias_id) for key, product_id, alias_id in rows}


def _to_match(line: OfferLine) -> LineToMatch:
    return LineToMatch(
        name=line.name,
        company=line.company,
        price=line.list_price,
        public_price=line.public_price,
    )


def _decide(line: OfferLine, decision: MatchDecision, *, exact: int | None, now: datetime) -> None:
    """exact: the alias of the line's very name, if there is one."""
    line.candidates = _candidates(decision)
    line.decided_by_id, line.alias_id = None, None
    if decision.product_id is not None and not is_held(line):
        line.status, line.product_id = LineStatus.MATCHED, decision.product_id
        line.decision = LineDecision.ALIAS if exact else LineDecision.MATCHER
        line.alias_id = exact or decision.alias_id
        line.decided_at, line.suggested_product_id = now, None
        return
    line.status = LineStatus.NEEDS_REVIEW if line.candidates else LineStatus.UNMATCHED
    if is_held(line):
        line.status = LineStatus.NEEDS_REVIEW
    line.product_id, line.decision, line.decided_at = None, LineDecision.NONE, None
    line.suggested_product_id = line.candidates[0]["product_id"] if line.candidates else None


def _candidates(decision: MatchDecision) -> list[dict[str, Any]]:
    found = [
        {
            "product_id": candidate.product_id,
            "score": str(Decimal(candidate.score).quantize(Decimal("0.001"))),
            "reasons": list(candidate.reasons),
        }
        for candidate in decision.candidates[:MOST_CANDIDATES]
    ]
    if not found and decision.product_id is not None:
        return [
            {
                "product_id": decision.product_id,
                "score": "1.000",
                "reasons": [["remembered", "", ""]],
            }
        ]
    return found
