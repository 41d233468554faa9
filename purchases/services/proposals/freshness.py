"""Nothing is submitted or approved unseen, or on prices, deals or products of yesterday."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from core.errors import FieldProblem
from inventory.public import ProductSummary, products_hold
from purchases.errors import ProposalStale, ProposalVersionOutdated
from purchases.models import Proposal, ProposalChange, ProposalLine, ProposalSubmission
from purchases.selectors.staleness import LineCheck, lines_check
from purchases.services.suppliers.price_gate import prices_lock

LONGEST_REPORT = 200


def refuse_stale(
    proposal: Proposal,
    lines: Sequence[ProposalLine],
    *,
    now: datetime,
    submission: ProposalSubmission | None = None,
) -> Mapping[int, ProductSummary]:
    """Hold the supplier's prices and the products still, and look whether the lines rest on them.

    submission: what they were submitted on; without it, their own figures. Returns the products,
    held. Raises ProposalStale (409) with, per line, what it rested on and what holds now. A
    constant number of queries.
    """
    prices_lock(proposal.supplier_id)
    products = products_hold({line.product_id for line in lines})
    rested_on = {row["line_id"]: row for row in submission.lines} if submission else None
    checks = lines_check(proposal, lines, products=products, now=now, rested_on=rested_on)
    stale = [(index, check) for index, check in enumerate(checks) if check.stale]
    if stale:
        raise ProposalStale(
            errors=[_problem(index, check) for index, check in stale],
            extra={"changed_lines": [check.as_json() for _index, check in stale]},
        )
    return products


def refuse_outdated(proposal: Proposal, seen: int) -> None:
    """Nobody approves what he has not seen. Raises ProposalVersionOutdated with what changed."""
    if seen == proposal.version:
        return
    since = ProposalChange.objects.filter(proposal=proposal, version__gt=seen).order_by("pk")
    raise ProposalVersionOutdated(
        errors=[
            FieldProblem(
                "version",
                "outdated",
                _("Version %(now)d is the present one: read it, then approve it.")
                % {"now": proposal.version},
            )
        ],
        extra={
            "version": proposal.version,
            "changes": [
                {
                    "version": change.version,
                    "kind": change.kind,
                    "product_id": change.product_id,
                    "before": change.before,
                    "after": change.after,
                    "reason": change.reason,
                }
                for change in since[:LONGEST_REPORT]
            ],
        },
    )


def _problem(index: int, check: LineCheck) -> FieldProblem:
    words: dict[str, Any] = {
        "product": check.product.name,
        "before": check.before["amount"],
        "now": check.offered.figures["amount"] if check.offered else "",
    }
    detail = (
        _("%(product)s: it was to cost %(before)s and costs %(now)s now. Refresh the proposal.")
        if check.offered and check.product.purchasable
        else _("%(product)s cannot be bought so any more. Change or remove the line.")
    )
    return FieldProblem(f"lines.{index}", check.reasons[0], detail % words)
