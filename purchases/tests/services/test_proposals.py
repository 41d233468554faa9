"""The whole matrix of proposals: every state, every action, every role, and two people at once."""

from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from capital.public import InsufficientCapital, capital_summary
from capital.tests.factories import put_in
from core.models import AuditEntry, OutboxEvent
from inventory.public import shortages
from purchases.errors import (
    ApproverIsRequester,
    ProposalEmpty,
    ProposalNotFound,
    ProposalStateRefused,
    ReasonRequired,
)
from purchases.models import Proposal, ProposalLine
from purchases.services.ordering import order_place
from purchases.services.proposal_lines import proposal_line_remove
from purchases.services.proposals import (
    proposal_approve,
    proposal_cancel,
    proposal_reject,
    proposal_submit,
)
from purchases.states import PROPOSAL_TRANSITIONS, ProposalAction
from purchases.tests.factories import (
    actor_with,
    approved_proposal,
    draft_proposal,
    submitted_proposal,
)
from purchases.tests.snapshots import everything

pytestmark = pytest.mark.django_db


def ordered():
    proposal = approved_proposal()
    order_place(now=timezone.now(), proposal_id=proposal.pk)
    return proposal


def rejected():
    proposal = submitted_proposal()
    return proposal_reject(
        actor=actor_with("pharmacist"),
        now=timezone.now(),
        proposal_id=proposal.pk,
        reason="too much",
    )


def cancelled():
    proposal = draft_proposal()
    return proposal_cancel(
        actor=actor_with("purchasing"),
        now=timezone.now(),
        proposal_id=proposal.pk,
        reason="bought elsewhere",
    )


MAKE = {
    "draft": draft_proposal,
    "submitted": submitted_proposal,
    "approved": approved_proposal,
    "ordered": ordered,
    "rejected": rejected,
    "cancelled": cancelled,
}
ACTIONS = {
    "submit": proposal_submit,
    "approve": proposal_approve,
    "reject": partial(proposal_reject, reason="too much"),
    "cancel": partial(proposal_cancel, reason="bought elsewhere"),
}


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("state", MAKE)
def test_every_state_takes_exactly_the_actions_of_the_table(state, action, pharmacist):
    put_in(10_000_000, now=timezone.now())
    proposal = MAKE[state]()
    before = everything()
    call = partial(ACTIONS[action], actor=pharmacist, now=timezone.now(), proposal_id=proposal.pk)
    target = PROPOSAL_TRANSITIONS.get((state, action))
    if target is None:
        with pytest.raises(ProposalStateRefused) as refusal:
            call()
        assert refusal.value.extra["state"] == state
        assert everything() == before
    else:
        call()
        assert Proposal.objects.get(pk=proposal.pk).state == target


def test_the_table_names_every_state_and_action():
    assert {state for state, _action in PROPOSAL_TRANSITIONS} <= set(MAKE) | {
        "changes_requested",
        "closed",
    }
    assert {action for _state, action in PROPOSAL_TRANSITIONS} == set(ProposalAction)


@pytest.mark.parametrize("decide", ["approve", "reject"])
@pytest.mark.parametrize("own", ["requested", "submitted"])
def test_nobody_decides_what_they_built_or_submitted(decide, own, pharmacist, buyer, now):
    builder, submitter = (pharmacist, buyer) if own == "requested" else (buyer, pharmacist)
    draft = draft_proposal(requester=builder)
    proposal_submit(actor=submitter, now=now, proposal_id=draft.pk)
    before = everything()
    with pytest.raises(ApproverIsRequester):
        ACTIONS[decide](actor=pharmacist, now=now, proposal_id=draft.pk)
    assert everything() == before


@pytest.mark.parametrize("column", ["requested_by_id", "submitted_by_id"])
def test_the_database_itself_refuses_a_decision_by_requester_or_submitter(column):
    proposal = submitted_proposal()
    with (
        pytest.raises(IntegrityError, match="not_approver"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            f"UPDATE purchases_proposal SET state = 'approved', decided_at = now(),"
            f" decided_by_id = {column} WHERE id = %s",
            [proposal.pk],
        )
    assert Proposal.objects.get(pk=proposal.pk).state == "submitted"


def test_an_approval_commits_capital_and_announces_the_goods(pharmacist, now):
    approved_proposal()
    available = capital_summary().available
    proposal = submitted_proposal(need=14, price=100, deal="1+6")
    product = proposal.lines.get().product_id
    proposal_approve(actor=pharmacist, now=now, proposal_id=proposal.pk)
    assert capital_summary().available == available - Decimal(1200)
    assert shortages(product_ids=[product], now=now) == []
    approved = OutboxEvent.objects.filter(name="purchases.proposal_approved").latest("pk")
    assert approved.payload["approved_by_id"] == pharmacist.id
    assert AuditEntry.objects.filter(
        action="purchases.proposal_approved", subject_id=str(proposal.pk)
    ).exists()


def test_without_the_money_nothing_is_approved(pharmacist, now):
    proposal = submitted_proposal(need=10, price=1000)
    before = everything()
    with pytest.raises(InsufficientCapital) as refusal:
        proposal_approve(actor=pharmacist, now=now, proposal_id=proposal.pk)
    assert refusal.value.extra == {"available": "0.00", "requested": "10000.00"}
    assert everything() == before


def test_a_rejection_needs_a_reason(pharmacist, now):
    proposal = submitted_proposal()
    before = everything()
    with pytest.raises(ReasonRequired):
        proposal_reject(actor=pharmacist, now=now, proposal_id=proposal.pk, reason="  ")
    assert everything() == before


def test_an_empty_proposal_cannot_be_submitted(buyer, now):
    proposal = draft_proposal(requester=buyer)
    proposal_line_remove(
        actor=buyer, now=now, proposal_id=proposal.pk, line_id=proposal.lines.get().pk
    )
    with pytest.raises(ProposalEmpty):
        proposal_submit(actor=buyer, now=now, proposal_id=proposal.pk)
    assert Proposal.objects.get().state == "draft"
    assert not ProposalLine.objects.exists()


def test_an_unknown_proposal_is_not_found(buyer, now):
    with pytest.raises(ProposalNotFound):
        proposal_submit(actor=buyer, now=now, proposal_id=999_999)


def test_submission_tells_who_may_approve(buyer, now):
    proposal = draft_proposal(requester=buyer)
    proposal_submit(actor=buyer, now=now + timedelta(hours=1), proposal_id=proposal.pk)
    event = OutboxEvent.objects.get(name="purchases.proposal_submitted")
    assert event.payload["number"] == proposal.number
    assert Decimal(event.payload["total"]) == proposal.total


@pytest.mark.django_db(transaction=True)
def test_two_approvals_at_once_approve_once(together):
    money_for_many = approved_proposal(funds=10_000_000)
    proposal = submitted_proposal(need=10, price=100)
    committed = capital_summary().committed
    approvers = [actor_with("pharmacist"), actor_with("owner")]
    results = together(
        [
            partial(proposal_approve, actor=approver, now=timezone.now(), proposal_id=proposal.pk)
            for approver in approvers
        ]
    )
    assert sorted(type(result).__name__ for result in results) == [
        "Proposal",
        ProposalStateRefused.__name__,
    ]
    assert capital_summary().committed == committed + 1000
    events = OutboxEvent.objects.filter(name="purchases.proposal_approved")
    assert events.exclude(payload__proposal_id=money_for_many.pk).count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_approval_and_a_cancellation_at_once_do_one_of_both(together, pharmacist, buyer):
    approved_proposal()
    proposal = submitted_proposal(need=10, price=100)
    committed = capital_summary().committed
    together(
        [
            partial(
                proposal_approve, actor=pharmacist, now=timezone.now(), proposal_id=proposal.pk
            ),
            partial(
                proposal_cancel,
                actor=buyer,
                now=timezone.now(),
                proposal_id=proposal.pk,
                reason="bought elsewhere",
            ),
        ]
    )
    state = Proposal.objects.get(pk=proposal.pk).state
    assert (state, capital_summary().committed - committed) in [
        ("approved", 1000),
        ("cancelled", 0),
    ]
