"""What waits for a worker: approved proposals, orders to send, orders whose time is over."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from core.models import local_date
from purchases.models import (
    UNDECIDED_STATES,
    UNRECEIVED_STATES,
    WAITING_STATES,
    DispatchState,
    OrderDispatch,
    Proposal,
    ProposalLine,
    ProposalState,
    PurchaseOrder,
)
from purchases.selectors.sources import offer_age_limit


def proposals_to_apply(*, before: datetime, limit: int = 500) -> list[int]:
    """Ids of proposals approved, or ordered but not received at once, before ``before``."""
    approved = Proposal.objects.filter(
        state=ProposalState.APPROVED, decided_at__lt=before
    ).order_by("decided_at")
    unreceived = PurchaseOrder.objects.filter(
        state__in=UNRECEIVED_STATES, receive_on_order=True, ordered_at__lt=before
    ).order_by("ordered_at")
    return [
        *approved.values_list("pk", flat=True)[:limit],
        *unreceived.values_list("proposal_id", flat=True)[:limit],
    ]


def orders_to_expire(*, now: datetime, limit: int = 500) -> list[int]:
    """Ids of orders that wait for goods and whose ``expires_at`` has come, oldest first."""
    return list(
        PurchaseOrder.objects.filter(state__in=WAITING_STATES, expires_at__lte=now)
        .order_by("expires_at")
        .values_list("pk", flat=True)[:limit]
    )


def dispatches_due(*, now: datetime, limit: int = 500) -> list[int]:
    """Ids of orders' e-mails that are to be sent, or sent again, by now; oldest first."""
    return list(
        OrderDispatch.objects.filter(state=DispatchState.QUEUED, due_at__lte=now)
        .order_by("due_at")
        .values_list("pk", flat=True)[:limit]
    )


def proposals_overdue(*, now: datetime) -> QuerySet[Proposal]:
    """Undecided proposals past ``expires_at``, or all of whose offers are past their last day."""
    lines = ProposalLine.objects.filter(proposal=OuterRef("pk"))
    present = lines.filter(
        Q(offer_line__offer__valid_until__isnull=True)
        | Q(offer_line__offer__valid_until__gte=local_date(now)),
        offer_line__offer__received_at__gte=offer_age_limit(now),
    )
    return Proposal.objects.filter(
        Q(expires_at__lte=now) | (Exists(lines) & ~Exists(present)), state__in=UNDECIDED_STATES
    )


def proposals_to_expire(*, now: datetime, limit: int = 500) -> list[int]:
    """Ids of proposals to be given up, oldest first."""
    overdue = proposals_overdue(now=now).order_by("pk")
    return list(overdue.values_list("pk", flat=True)[:limit])
