"""Who sells what is needed, on which terms, and the money there is for it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet, Sum

from capital.public import capital_summary
from core.money import exponent
from inventory.public import ProductSummary
from purchases.basket import Money
from purchases.models import UNDECIDED_STATES, Offer, Proposal, ProposalLine
from purchases.selectors.offered_terms import as_offered
from purchases.selectors.sources import Exclusion, Source, sources_of
from purchases.selectors.supplier_account import supplier_exposure
from purchases.selectors.suppliers import supplier_terms
from purchases.selectors.wishes import Wishes
from purchases.terms import SupplierTerms
from purchases.wording import exclusion

__all__ = [
    "Market",
    "counts",
    "excluded_as",
    "from_minor",
    "market_of",
    "money_free",
    "to_minor",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """Who sells what and on which terms, and which products open proposals have already.

    credit: money that may still be ordered for at a supplier with a credit limit, by its id; what
    is owed, on order and asked for by proposals nobody has decided is taken off.
    """

    proposed: Mapping[int, str]
    sources: Mapping[int, Sequence[Source]]
    terms: Mapping[int, SupplierTerms]
    credit: Mapping[int, Decimal]

    def most_at(self, supplier_id: int) -> Decimal | None:
        """Money an order there may come to; None without limit."""
        limits = (self.terms[supplier_id].maximum_order_amount, self.credit.get(supplier_id))
        return min((each for each in limits if each is not None), default=None)

    def credit_binds(self, supplier_id: int) -> bool:
        """Whether it is the credit left, not the size of an order, that limits what is bought."""
        return supplier_id in self.credit and self.credit[supplier_id] == self.most_at(supplier_id)


def market_of(product_ids: Collection[int], wishes: Wishes, *, now: datetime) -> Market:
    """Sources, terms and open proposals of these products. A constant number of queries."""
    proposed = dict(
        ProposalLine.objects.filter(
            product_id__in=product_ids, proposal__in=_undecided(wishes)
        ).values_list("product_id", "proposal__number")
    )
    sources = {
        product_id: [_left_out(each, wishes.exclude_supplier_ids) for each in found]
        for product_id, found in sources_of(product_ids, now=now).items()
    }
    suppliers = {
        each.line.offer.supplier_id for found in sources.values() for each in found if counts(each)
    }
    return Market(
        proposed=proposed,
        sources=sources,
        terms=_as_offered(supplier_terms(suppliers), sources),
        credit=_credit(suppliers, wishes),
    )


def _as_offered(
    terms: Mapping[int, SupplierTerms], sources: Mapping[int, Sequence[Source]]
) -> dict[int, SupplierTerms]:
    """The suppliers' own terms with what the offers that count print."""
    offers: dict[int, dict[int, Offer]] = {key: {} for key in terms}
    for each in (each for found in sources.values() for each in found if counts(each)):
        offer = each.line.offer
        offers[offer.supplier_id][offer.pk] = offer
    return {key: as_offered(own, offers[key].values()).terms for key, own in terms.items()}


def _credit(suppliers: Collection[int], wishes: Wishes) -> dict[int, Decimal]:
    asked_for = {
        row["supplier_id"]: row["total__sum"]
        for row in _undecided(wishes).values("supplier_id").annotate(Sum("total"))
    }
    return {
        key: max(Decimal(0), exposure.room - asked_for.get(key, Decimal(0)))
        for key, exposure in supplier_exposure(suppliers).items()
        if exposure.room is not None
    }


def money_free(wishes: Wishes) -> Decimal:
    """Money available and not asked for by proposals nobody has decided yet; not below zero."""
    asked_for = _undecided(wishes).aggregate(total=Sum("total"))["total"] or Decimal(0)
    return max(Decimal(0), capital_summary().available - asked_for)


def _undecided(wishes: Wishes) -> QuerySet[Proposal]:
    found = Proposal.objects.filter(state__in=UNDECIDED_STATES)
    if wishes.instead_of_build is not None:
        found = found.exclude(build_id=wishes.instead_of_build)
    return found


def excluded_as(
    product: ProductSummary, needed: int, reason: str, *, market: Market | None = None
) -> dict[str, Any]:
    """A product that is not proposed, and why, as JSON values."""
    known = market is not None and product.id in market.sources
    sources = market.sources[product.id] if market is not None and known else ()
    proposal = market.proposed.get(product.id, "") if market is not None else ""
    return {
        "product_id": product.id,
        "product_name": product.name,
        "needed": needed,
        "reason": reason,
        "proposal": proposal if reason == "already_proposed" else "",
        "sources": [exclusion(each) for each in sources if each.exclusion],
    }


def counts(source: Source) -> bool:
    return source.exclusion is None and source.price is not None


def _left_out(source: Source, without: Collection[int]) -> Source:
    if source.exclusion is None and source.line.offer.supplier_id in without:
        return replace(source, exclusion=Exclusion.LEFT_OUT)
    return source


def to_minor(amount: Decimal) -> Money:
    """Money as whole smallest units, parts of one left out."""
    return int(amount.scaleb(exponent()))


def from_minor(amount: Money) -> Decimal:
    return Decimal(amount).scaleb(-exponent())
