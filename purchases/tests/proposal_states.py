"""Proposals in every state, and rules, offers and people for tests of approvals."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from core.audit import Actor
from purchases.drafts import OfferDraft, OfferLineDraft
from purchases.models import ApprovalPolicy, OfferLine, ProductAlias, Proposal, Supplier
from purchases.recognition import match_key
from purchases.services.offers.offers import offer_create
from purchases.services.orders.ordering import order_cancel, order_place
from purchases.services.proposals.decisions import (
    proposal_approve,
    proposal_reject,
    proposal_request_changes,
)
from purchases.services.proposals.expiring import proposal_expire
from purchases.services.proposals.proposals import proposal_cancel
from purchases.tests.factories import (
    actor_with,
    approved_proposal,
    draft_proposal,
    placed_order,
    submitted_proposal,
)


def changes_requested(**kwargs: Any) -> Proposal:
    proposal = submitted_proposal(**kwargs)
    return proposal_request_changes(
        actor=actor_with("pharmacist"),
        now=timezone.now(),
        proposal_id=proposal.pk,
        reason="less of it",
    )


def ordered() -> Proposal:
    proposal = approved_proposal()
    order_place(now=timezone.now(), proposal_id=proposal.pk)
    return fresh(proposal)


def closed() -> Proposal:
    order = placed_order()
    order_cancel(
        actor=actor_with("purchasing"), now=timezone.now(), order_id=order.pk, reason="too late"
    )
    return fresh(order.proposal)


def rejected() -> Proposal:
    proposal = submitted_proposal()
    return proposal_reject(
        actor=actor_with("pharmacist"),
        now=timezone.now(),
        proposal_id=proposal.pk,
        reason="too much",
    )


def cancelled() -> Proposal:
    proposal = draft_proposal()
    return proposal_cancel(
        actor=actor_with("purchasing"),
        now=timezone.now(),
        proposal_id=proposal.pk,
        reason="bought elsewhere",
    )


def expired() -> Proposal:
    proposal = draft_proposal()
    assert proposal.expires_at is not None
    assert proposal_expire(now=proposal.expires_at, proposal_id=proposal.pk)
    return fresh(proposal)


MAKE: dict[str, Callable[[], Proposal]] = {
    "draft": draft_proposal,
    "submitted": submitted_proposal,
    "changes_requested": changes_requested,
    "approved": approved_proposal,
    "ordered": ordered,
    "closed": closed,
    "rejected": rejected,
    "cancelled": cancelled,
    "expired": expired,
}


def fresh(proposal: Proposal) -> Proposal:
    return Proposal.objects.get(pk=proposal.pk)


def rule(**fields: Any) -> ApprovalPolicy:
    """A rule in force; by default two approvers for everything."""
    count = ApprovalPolicy.objects.count()
    values = {"name": f"Rule {count}", "approvers": 2, **fields}
    return ApprovalPolicy.objects.create(**values)


def approve(proposal: Proposal, actor: Actor, *, version: int | None = None) -> Proposal:
    """As somebody who has read the present version."""
    return proposal_approve(
        actor=actor,
        now=timezone.now(),
        proposal_id=proposal.pk,
        version=version or fresh(proposal).version,
    )


def new_offer(
    supplier: Supplier, product_id: int, *, price: object, deal: str = "", source_id: str
) -> int:
    """A newer document of the supplier with the product, taken in through the service."""
    name = f"Offered {product_id}"
    if deal:  # one line alone does not say which of its numbers is free
        Supplier.objects.filter(pk=supplier.pk).update(deal_direction="free_first")
    ProductAlias.objects.get_or_create(
        supplier=supplier,
        key=match_key(name, ""),
        defaults={"product_id": product_id, "learnt_at": timezone.now() - timedelta(days=1)},
    )
    offer_id = offer_create(
        actor=actor_with("purchasing"),
        now=timezone.now(),
        draft=OfferDraft(
            supplier_id=supplier.pk,
            source_type="tests.newer",
            source_id=source_id,
            lines=(OfferLineDraft(name=name, list_price=Decimal(str(price)), deal_text=deal),),
        ),
    )
    line = OfferLine.objects.get(offer_id=offer_id)
    assert line.product_id == product_id, line.status
    return offer_id
