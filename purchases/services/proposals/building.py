"""Building proposals: the best basket for what is needed, one draft per supplier.

The basket is composed before any lock is taken, which may take seconds. Proposals are then written
in one short transaction that holds the lock of building and first makes sure that what was chosen
from is still so: offers, suppliers' terms, open proposals and the money. If not, it is composed
again (docs/flows/basket.md).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.db import connection, transaction

from core import audit
from core.audit import Actor
from core.models import local_date
from core.numbering import next_number
from purchases.basket import Answer, Candidate, compose
from purchases.choices import Chosen, build_figures, choices_of, unbought_of
from purchases.errors import NothingToPropose, ProposalBasisChanged
from purchases.models import Proposal, ProposalBuild, ProposalLine
from purchases.people import person_of
from purchases.selectors.baskets import Basis, basis_of
from purchases.selectors.market import from_minor, market_of, money_free
from purchases.selectors.wishes import wishes_of
from purchases.services.proposals.line_writing import quote_write
from purchases.services.proposals.proposals import expiry_of
from purchases.services.proposals.repricing import mixes_note
from purchases.unproposed import unproposed_summary
from purchases.wording import why

# One build at a time: what the first one proposes is no longer needed for the second.
_BUILD_LOCK = "purchases.proposals_build"
_ATTEMPTS = 3


def proposals_build(
    *,
    actor: Actor,
    now: datetime,
    product_ids: Collection[int] | None = None,
    budget: Decimal | None = None,
    cover_days: int | None = None,
    exclude_supplier_ids: Collection[int] = (),
    service_levels: Mapping[str, Decimal] | None = None,
) -> ProposalBuild:
    """Propose to buy what is needed in the way that costs least, one draft per supplier.

    product_ids: look at these only. budget: money, never exceeded; without it the money that is
    available and that no undecided proposal asks for. cover_days: most days to buy for.
    exclude_supplier_ids: buy nothing there. service_levels: by ABC class, instead of the policy's.
    A product on an open proposal is not proposed again. What could not be proposed is listed in
    ``excluded`` with its reason.

    Raises NothingToPropose (extra: excluded), ProductUnknown, ProposalBasisChanged.
    """
    wishes = wishes_of(
        product_ids=product_ids,
        budget=budget,
        cover_days=cover_days,
        exclude_supplier_ids=exclude_supplier_ids,
        service_levels=service_levels,
    )
    for _ in range(_ATTEMPTS):
        basis = basis_of(wishes, now=now)
        answer = compose(basis.basket, seconds=settings.PURCHASES_SOLVER_SECONDS)
        if not answer.chosen:
            excluded = [*basis.excluded, *unbought_of(basis, answer)]
            raise NothingToPropose(unproposed_summary(excluded), extra={"excluded": excluded})
        try:
            return _write(basis, answer, actor=actor, now=now)
        except _BasisChangedError:
            continue
    raise ProposalBasisChanged


class _BasisChangedError(Exception):
    """Offers, terms, open proposals or money are not what the basket was composed from."""


@transaction.atomic
def _write(basis: Basis, answer: Answer, *, actor: Actor, now: datetime) -> ProposalBuild:
    """The build with its proposals. Leaving with an exception gives the lock back."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [_BUILD_LOCK])
    _refuse_changed(basis, answer, now=now)
    build = ProposalBuild.objects.create(
        built_by_id=person_of(actor),
        built_at=now,
        excluded=[*basis.excluded, *unbought_of(basis, answer)],
        parameters=basis.wishes.as_json(),
        method=answer.method,
        status=answer.status,
        reason=answer.reason or "",
        budget=basis.budget,
        spent=from_minor(answer.spent),
        cost=from_minor(answer.costs.total),
        bound=None if answer.bound is None else from_minor(answer.bound),
        gap=None if answer.gap is None else Decimal(f"{answer.gap:.6f}"),
        seconds=Decimal(f"{answer.seconds:.3f}"),
        figures=build_figures(basis, answer),
    )
    by_supplier: dict[int, list[Chosen]] = defaultdict(list)
    for choice in choices_of(basis, answer):
        by_supplier[choice.supplier_id].append(choice)
    lines: list[ProposalLine] = []
    for supplier_id, chosen in sorted(by_supplier.items()):
        made = _proposal(build, supplier_id, chosen, actor=actor, now=now)
        mixes_note(made, basis.products, today=local_date(now))
        lines += made
    ProposalLine.objects.bulk_create(lines)
    return build


def _refuse_changed(basis: Basis, answer: Answer, *, now: datetime) -> None:
    wishes = basis.wishes
    market = market_of(basis.market.sources.keys(), wishes, now=now)
    enough = wishes.budget is not None or from_minor(answer.spent) <= money_free(wishes)
    if market != basis.market or not enough:
        raise _BasisChangedError


def _proposal(
    build: ProposalBuild,
    supplier_id: int,
    chosen: Sequence[Chosen],
    *,
    actor: Actor,
    now: datetime,
) -> list[ProposalLine]:
    """A new draft; its lines are still to be written."""
    proposal = Proposal(
        build=build,
        supplier_id=supplier_id,
        requested_by_id=person_of(actor),
        expires_at=expiry_of(now),
    )
    lines = [_line(proposal, position, choice) for position, choice in enumerate(chosen, start=1)]
    proposal.total = sum((line.amount for line in lines), Decimal(0))
    proposal.number = next_number("PP", on=local_date(now))
    proposal.save(force_insert=True)
    audit.record(
        actor=actor,
        action="purchases.proposal_built",
        subject=proposal,
        changes={"build_id": build.pk, "lines": len(lines), "total": proposal.total},
    )
    return lines


def _line(proposal: Proposal, position: int, choice: Chosen) -> ProposalLine:
    candidate: Candidate = choice.candidate
    line = ProposalLine(
        proposal=proposal,
        position=position,
        product_id=choice.product.id,
        offer_line=choice.source.line,
        purchase_units=candidate.quote.purchase_units,
        why={
            **why(
                need=choice.need,
                chosen=choice.source.line,
                price=candidate.source.price,
                quote=candidate.quote,
                rivals=choice.rivals,
                excluded=choice.excluded,
            ),
            **choice.reasons,
        },
    )
    quote_write(line, candidate.source.price, candidate.quote)
    return line
