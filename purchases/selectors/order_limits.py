"""What of its supplier's terms stands in the way of a proposal, for looking before deciding."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from purchases.models import UNDECIDED_STATES, Proposal
from purchases.selectors.offered_terms import terms_of_proposals
from purchases.selectors.supplier_account import Exposure, supplier_exposure
from purchases.terms import SupplierTerms


class LimitCode(StrEnum):
    BELOW_MINIMUM = "below_minimum"
    ABOVE_MAXIMUM = "above_maximum"
    SMALL_ORDER_FEE = "small_order_fee"
    CREDIT_LIMIT = "credit_limit_exceeded"


class Weight(StrEnum):
    """blocks: nobody can set it aside. needs_override: who may says why. costs: only told."""

    BLOCKS = "blocks"
    NEEDS_OVERRIDE = "needs_override"
    COSTS = "costs"


@dataclass(frozen=True, slots=True)
class LimitFinding:
    """limit: money, what the terms say. by: money, what is missing, too much, or the fee."""

    code: LimitCode
    weight: Weight
    limit: Decimal
    by: Decimal


def proposals_limits(proposals: Collection[Proposal]) -> dict[int, list[LimitFinding]]:
    """What the terms of now, and those printed on its offers, say to each proposal, by its id.

    A constant number of queries.

    Credit is asked of those nobody has decided; of those approved it is used already.
    """
    suppliers = {proposal.supplier_id for proposal in proposals}
    terms, exposure = terms_of_proposals(proposals), supplier_exposure(suppliers)
    return {
        proposal.pk: [
            *_of_size(terms[proposal.pk].terms, proposal.total),
            *(
                _of_credit(exposure[proposal.supplier_id], proposal.total)
                if proposal.state in UNDECIDED_STATES
                else ()
            ),
        ]
        for proposal in proposals
    }


def _of_size(terms: SupplierTerms, total: Decimal) -> list[LimitFinding]:
    found = []
    least, most = terms.minimum_order_amount, terms.maximum_order_amount
    if short := terms.short_of_minimum(total):
        found.append(LimitFinding(LimitCode.BELOW_MINIMUM, Weight.BLOCKS, least, short))
    if fee := terms.fee_on(total):
        found.append(LimitFinding(LimitCode.SMALL_ORDER_FEE, Weight.COSTS, least, fee))
    if most is not None and (beyond := terms.beyond_maximum(total)):
        found.append(LimitFinding(LimitCode.ABOVE_MAXIMUM, Weight.BLOCKS, most, beyond))
    return found


def _of_credit(exposure: Exposure, total: Decimal) -> list[LimitFinding]:
    beyond = exposure.exceeded_by(total)
    if not beyond or exposure.limit is None:
        return []
    return [LimitFinding(LimitCode.CREDIT_LIMIT, Weight.NEEDS_OVERRIDE, exposure.limit, beyond)]
