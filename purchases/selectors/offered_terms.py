"""The terms of suppliers together with what the offers that are bought from print."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from purchases.models import Offer, Proposal, SupplierDivision
from purchases.selectors.suppliers import divisions_by_product, supplier_terms, terms_within
from purchases.terms import SupplierTerms, next_delivery

__all__ = ["OrderTerms", "as_offered", "expected_delivery", "terms_of_proposals"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderTerms:
    """The terms an order is made under. printed_minimum_on: the offer whose minimum order it is;
    None where it is the supplier's own.
    """

    terms: SupplierTerms
    printed_minimum_on: int | None = None


def as_offered(terms: SupplierTerms, offers: Iterable[Offer]) -> OrderTerms:
    """The terms of a supplier with what these offers of it print.

    The larger minimum and the longer delivery hold. Printed weekdays hold where the supplier's
    terms name none and all offers that print some print the same.
    """
    printed_on, printed_days = None, set()
    for offer in offers:
        least = offer.minimum_order_amount
        if least is not None and least > terms.minimum_order_amount:
            terms, printed_on = replace(terms, minimum_order_amount=least), offer.pk
        if offer.delivery_days is not None and offer.delivery_days > terms.lead_days:
            terms = replace(terms, lead_days=offer.delivery_days)
        if offer.delivery_weekdays:
            printed_days.add(tuple(offer.delivery_weekdays))
    if len(printed_days) == 1 and not terms.delivery_weekdays:
        terms = replace(terms, delivery_weekdays=printed_days.pop())
    return OrderTerms(terms=terms, printed_minimum_on=printed_on)


def terms_of_proposals(proposals: Collection[Proposal]) -> dict[int, OrderTerms]:
    """The terms of each proposal's supplier and of the offers its lines rest on, by its id.

    Two queries.
    """
    own = supplier_terms({proposal.supplier_id for proposal in proposals})
    offers = _offers_of({proposal.pk for proposal in proposals})
    return {
        proposal.pk: as_offered(own[proposal.supplier_id], offers.get(proposal.pk, ()))
        for proposal in proposals
    }


def expected_delivery(
    proposal: Proposal, division: SupplierDivision | None, *, now: datetime
) -> date:
    """The day on which all that is ordered now by this proposal will have come.

    division: the one that delivers all of it. Without, each product comes on the days of the
    division that sells it, and the latest of them counts.
    """
    terms = terms_of_proposals([proposal])[proposal.pk].terms
    if division is not None:
        return next_delivery(terms_within(terms, division), now)
    product_ids = set(proposal.lines.values_list("product_id", flat=True))
    selling = divisions_by_product(product_ids, supplier_ids=[proposal.supplier_id])
    found = {key[0]: terms_within(terms, each) for key, each in selling.items()}
    return max(next_delivery(found.get(key, terms), now) for key in product_ids)


def _offers_of(proposal_ids: Collection[int]) -> Mapping[int, list[Offer]]:
    rows = (
        Offer.objects.filter(lines__proposal_lines__proposal__in=proposal_ids)
        .values_list(
            "lines__proposal_lines__proposal_id",
            "pk",
            "minimum_order_amount",
            "delivery_weekdays",
            "delivery_days",
        )
        .order_by("pk")
        .distinct()
    )
    found: dict[int, list[Offer]] = defaultdict(list)
    for proposal_id, pk, least, weekdays, days in rows:
        found[proposal_id].append(
            Offer(
                pk=pk,
                minimum_order_amount=least,
                delivery_weekdays=weekdays,
                delivery_days=days,
            )
        )
    return found
