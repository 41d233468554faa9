"""Nobody approves his own, not by way of a delegation either, and not what changed in between."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from capital.tests.factories import put_in
from core.models import OutboxEvent
from purchases.errors import (
    ApproverDecidedAlready,
    ApproverIsRequester,
    ApproverRoleRefused,
    ProposalStale,
)
from purchases.models import ApprovalDecision
from purchases.services.approvals.delegations import delegation_create
from purchases.services.approvals.rules import approval_limit_set
from purchases.services.proposals.decisions import proposal_reject, proposal_request_changes
from purchases.services.proposals.lines import proposal_line_update
from purchases.services.proposals.proposals import proposal_submit
from purchases.tests.factories import actor_with, draft_proposal, submitted_proposal
from purchases.tests.proposal_states import approve, fresh, new_offer, rule
from purchases.tests.snapshots import everything

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _money():
    put_in(10_000_000, now=timezone.now())


@pytest.fixture
def owner():
    return actor_with("owner")


def delegate(delegator, to, **fields):
    now = timezone.now()
    return delegation_create(
        actor=delegator,
        now=now,
        delegate_id=to.id,
        starts_at=now,
        ends_at=now + timedelta(days=7),
        **fields,
    )


def proposal_of(part, person, buyer):
    """Submitted; `person` did this part of it, the buyer the others."""
    draft = draft_proposal(requester=person if part == "requested" else buyer)
    if part == "edited":
        proposal_line_update(
            actor=person,
            now=timezone.now(),
            proposal_id=draft.pk,
            line_id=draft.lines.get().pk,
            packs=3,
        )
    return proposal_submit(
        actor=person if part == "submitted" else buyer,
        now=timezone.now(),
        proposal_id=draft.pk,
    )


def decide(how, proposal, actor):
    if how == "approve":
        return approve(proposal, actor)
    service = proposal_reject if how == "reject" else proposal_request_changes
    return service(actor=actor, now=timezone.now(), proposal_id=proposal.pk, reason="because")


def refused(error, how, proposal, actor):
    before = everything()
    with pytest.raises(error):
        decide(how, proposal, actor)
    assert everything() == before


HOW = pytest.mark.parametrize("how", ["approve", "reject", "request_changes"])
PART = pytest.mark.parametrize("part", ["requested", "edited", "submitted"])


@HOW
@PART
def test_who_had_a_part_in_it_decides_in_nobodys_stead(part, how, owner, pharmacist, buyer):
    """A (the owner) delegates to B (a pharmacist), who had a part in it."""
    rule(approvers=1, first_roles=["owner"])
    delegate(owner, pharmacist)
    refused(ApproverIsRequester, how, proposal_of(part, pharmacist, buyer), pharmacist)


@HOW
@PART
def test_who_had_a_part_in_it_lends_nobody_his_right(part, how, owner, pharmacist, buyer):
    """B (the owner), who had a part in it, delegates to A, who has no right of his own."""
    rule(approvers=1, first_roles=["owner"])
    delegate(owner, pharmacist)
    refused(ApproverRoleRefused, how, proposal_of(part, owner, buyer), pharmacist)


@PART
def test_two_who_delegate_to_each_other_gain_nothing(part, pharmacist, buyer, owner):
    other = actor_with("pharmacist")
    approval_limit_set(
        actor=owner, now=timezone.now(), role_code="pharmacist", amount=Decimal(10**6)
    )
    delegate(pharmacist, other)
    delegate(other, pharmacist)
    proposal = proposal_of(part, pharmacist, buyer)
    refused(ApproverIsRequester, "approve", proposal, pharmacist)
    assert approve(proposal, other).state == "approved"  # by own right, and it is said so
    decision = ApprovalDecision.objects.get()
    assert (decision.decided_by_id, decision.on_behalf_of_id) == (other.id, None)


def test_two_who_delegate_to_each_other_are_two_people_once_each(owner, pharmacist):
    rule(approvers=2)
    delegate(owner, pharmacist)
    delegate(pharmacist, owner)
    proposal = submitted_proposal()
    approve(proposal, pharmacist)
    refused(ApproverDecidedAlready, "approve", proposal, pharmacist)
    assert approve(proposal, owner).state == "approved"
    assert set(ApprovalDecision.objects.values_list("decided_by_id", "on_behalf_of_id")) == {
        (owner.id, None),
        (pharmacist.id, None),
    }


def test_nobody_with_a_part_in_it_is_asked_to_approve_it(owner, pharmacist, buyer):
    rule(approvers=1, first_roles=["owner"])
    delegate(owner, pharmacist)
    proposal_of("requested", owner, buyer)
    told = OutboxEvent.objects.filter(name="purchases.proposal_submitted").latest("pk")
    assert not {owner.id, pharmacist.id} & {*told.payload["approver_ids"]}


@pytest.mark.parametrize("column", ["requested_by_id", "submitted_by_id"])
def test_the_database_itself_refuses_a_decision_in_the_stead_of_requester_or_submitter(
    column, owner, pharmacist
):
    rule(approvers=1, first_roles=["owner"])
    delegation = delegate(owner, pharmacist)
    proposal = submitted_proposal()
    submission = proposal.submissions.get()
    people = {
        "requested_by_id": proposal.requested_by_id,
        "submitted_by_id": submission.submitted_by_id,
        column: owner.id,
    }
    with pytest.raises(IntegrityError, match="not_delegators_own"), transaction.atomic():
        ApprovalDecision.objects.create(
            step=submission.steps.get(),
            submission=submission,
            decision="approved",
            decided_by_id=pharmacist.id,
            decided_at=timezone.now(),
            on_behalf_of_id=owner.id,
            delegation=delegation,
            **people,
        )


def test_a_price_that_changes_between_two_approvals_stops_the_second(owner, pharmacist):
    rule(approvers=2)
    proposal = submitted_proposal(need=7, price=100)
    approve(proposal, pharmacist)
    new_offer(proposal.supplier, proposal.lines.get().product_id, price=120, source_id="later")
    before = everything()
    with pytest.raises(ProposalStale) as refusal:
        approve(proposal, owner)
    assert everything() == before
    [line] = refusal.value.extra["changed_lines"]
    assert (line["before"]["amount"], line["now"]["amount"]) == ("700.00", "840.00")
    assert {"price_changed", "amount_changed"} <= set(line["reasons"])
    assert fresh(proposal).state == "submitted"
