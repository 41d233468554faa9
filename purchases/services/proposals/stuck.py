"""Approved proposals that no worker gets done: kept count of, and told to people."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from core import audit, outbox
from core.audit import SYSTEM
from core.db import lock
from purchases.events import ProposalStuck
from purchases.models import APPROVED_STATES, Proposal
from purchases.selectors.waiting import proposals_to_apply

# A worker needs seconds; workers are tried again twice a minute meanwhile.
STUCK_AFTER = timedelta(minutes=10)


def proposal_apply_failed(*, proposal_id: int, code: str) -> None:
    """Remember that applying an approved proposal failed, for a reason with this stable code."""
    Proposal.objects.filter(pk=proposal_id, state__in=APPROVED_STATES).update(
        apply_failures=F("apply_failures") + 1, apply_error=code
    )


def proposal_apply_succeeded(*, proposal_id: int) -> None:
    """Forget earlier failures of a proposal that is done after all."""
    Proposal.objects.filter(
        Q(apply_failures__gt=0) | Q(stuck_at__isnull=False), pk=proposal_id
    ).update(apply_failures=0, apply_error="", stuck_at=None)


def proposals_report_stuck(*, now: datetime) -> int:
    """Tell people, once each, of proposals not done ``STUCK_AFTER`` their approval.

    Whether workers failed with an error, died, or never came makes no difference. Publishes
    ProposalStuck; returns how many are newly reported.
    """
    reported = 0
    for proposal_id in proposals_to_apply(before=now - STUCK_AFTER):
        reported += _report(proposal_id, now)
    return reported


@transaction.atomic
def _report(proposal_id: int, now: datetime) -> bool:
    found = lock(
        Proposal.objects.select_related("supplier").filter(
            pk=proposal_id, state__in=APPROVED_STATES, stuck_at__isnull=True
        )
    )
    if not found:
        return False
    proposal = found[0]
    proposal.stuck_at = now
    proposal.save(update_fields=["stuck_at", "updated_at"])
    outbox.publish(
        ProposalStuck(
            proposal_id=proposal.pk,
            number=proposal.number,
            supplier_name=proposal.supplier.name,
            requested_by_id=proposal.requested_by_id,
            approved_by_id=proposal.decided_by_id,
            error_code=proposal.apply_error,
            failures=proposal.apply_failures,
        )
    )
    audit.record(
        actor=SYSTEM,
        action="purchases.proposal_stuck",
        subject=proposal,
        changes={"error": proposal.apply_error, "failures": proposal.apply_failures},
    )
    return True
