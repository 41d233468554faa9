"""What the system does to proposals in every state, and what people are asked for."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from capital.tests.factories import put_in
from core.models import AuditEntry, OutboxEvent
from purchases.errors import (
    ProposalEmpty,
    ProposalNotFound,
    ProposalStateRefused,
    ReasonRequired,
)
from purchases.models import Proposal, ProposalLine
from purchases.services.orders.ordering import order_place
from purchases.services.proposals.closing import proposal_follow_order
from purchases.services.proposals.decisions import proposal_reject, proposal_request_changes
from purchases.services.proposals.expiring import proposal_expire
from purchases.services.proposals.lines import proposal_line_remove
from purchases.services.proposals.proposals import proposal_cancel, proposal_submit
from purchases.states import PROPOSAL_TRANSITIONS, ProposalAction
from purchases.tests.factories import actor_with, draft_proposal, submitted_proposal
from purchases.tests.proposal_states import MAKE, approve, fresh
from purchases.tests.snapshots import everything

pytestmark = pytest.mark.django_db

# What people do; walked over HTTP in purchases/tests/api/test_transition_matrix.py.
BY_PEOPLE = {
    "edit", "refresh", "submit", "endorse", "approve", "reject", "request_changes", "cancel",
}  # fmt: skip


# What the system does: action -> call.
def _reopen(proposal):
    order = proposal.order
    order.state = "partially_received"
    proposal_follow_order(actor=actor_with("owner"), now=timezone.now(), order=order)


def _close(proposal):
    order = getattr(proposal, "order", None)
    if order is None:
        return
    order.state = "received"
    proposal_follow_order(actor=actor_with("owner"), now=timezone.now(), order=order)


BY_THE_SYSTEM = {
    "expire": lambda proposal: proposal_expire(
        now=proposal.expires_at or timezone.now(), proposal_id=proposal.pk
    ),
    "order": lambda proposal: order_place(now=timezone.now(), proposal_id=proposal.pk),
    "close": _close,
    "reopen": lambda proposal: _reopen(proposal) if hasattr(proposal, "order") else None,
}


def test_the_table_names_every_state_and_action_and_every_one_is_tried():
    assert {state for state, _action in PROPOSAL_TRANSITIONS} <= set(MAKE)
    assert set(PROPOSAL_TRANSITIONS.values()) <= set(MAKE)
    assert {action for _state, action in PROPOSAL_TRANSITIONS} == set(ProposalAction)
    assert {*BY_PEOPLE, *BY_THE_SYSTEM} == set(ProposalAction)


@pytest.mark.parametrize("action", BY_THE_SYSTEM)
@pytest.mark.parametrize("state", MAKE)
def test_the_system_in_every_state_does_exactly_what_the_table_allows(state, action):
    proposal = fresh(MAKE[state]())
    before = everything()
    BY_THE_SYSTEM[action](proposal)
    target = PROPOSAL_TRANSITIONS.get((state, action))
    assert fresh(proposal).state == (target or state)
    if target is None:
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
    assert fresh(proposal).state == "submitted"


@pytest.mark.parametrize("state", ["rejected", "changes_requested", "cancelled"])
def test_the_database_itself_wants_a_reason(state):
    proposal = MAKE[state]()
    with pytest.raises(IntegrityError, match="refusal_has_reason"), transaction.atomic():
        Proposal.objects.filter(pk=proposal.pk).update(reason="")


@pytest.mark.parametrize("refuse", [proposal_reject, proposal_request_changes, proposal_cancel])
@pytest.mark.parametrize("reason", ["", "  "])
def test_a_refusal_needs_a_reason(refuse, reason, pharmacist, now):
    proposal = submitted_proposal()
    before = everything()
    with pytest.raises(ReasonRequired):
        refuse(actor=pharmacist, now=now, proposal_id=proposal.pk, reason=reason)
    assert everything() == before


def test_an_empty_proposal_cannot_be_submitted(buyer, now):
    proposal = draft_proposal(requester=buyer)
    proposal_line_remove(
        actor=buyer,
        now=now,
        proposal_id=proposal.pk,
        line_id=proposal.lines.get().pk,
        reason="none",
    )
    with pytest.raises(ProposalEmpty):
        proposal_submit(actor=buyer, now=now, proposal_id=proposal.pk)
    assert fresh(proposal).state == "draft"
    assert not ProposalLine.objects.exists()


def test_an_unknown_proposal_is_not_found(buyer, now):
    with pytest.raises(ProposalNotFound):
        proposal_submit(actor=buyer, now=now, proposal_id=999_999)


def test_each_step_of_a_proposals_life_is_in_its_history_and_in_the_audit_log(pharmacist, buyer):
    put_in(10_000_000, now=timezone.now())
    proposal = submitted_proposal(requester=buyer)
    proposal_request_changes(
        actor=pharmacist, now=timezone.now(), proposal_id=proposal.pk, reason="less of it"
    )
    proposal_submit(actor=buyer, now=timezone.now(), proposal_id=proposal.pk)
    approve(proposal, pharmacist)
    order_place(now=timezone.now(), proposal_id=proposal.pk)
    steps = fresh(proposal).changes.order_by("pk")
    assert [(one.before["state"], one.after["state"], one.changed_by_id) for one in steps] == [
        ("draft", "submitted", buyer.id),
        ("submitted", "changes_requested", pharmacist.id),
        ("changes_requested", "submitted", buyer.id),
        ("submitted", "approved", pharmacist.id),
        ("approved", "ordered", None),
    ]
    assert steps[1].reason == "less of it"
    audited = AuditEntry.objects.filter(
        subject_type="purchases.proposal", subject_id=str(proposal.pk)
    ).order_by("pk")
    assert list(audited.values_list("action", flat=True))[1:] == [
        "purchases.proposal_submitted",
        "purchases.proposal_changes_requested",
        "purchases.proposal_submitted",
        "purchases.proposal_approved",
    ]


def test_what_was_given_back_is_edited_and_submitted_again(pharmacist, buyer, now):
    proposal = submitted_proposal(requester=buyer)
    line = proposal.lines.get()
    proposal_request_changes(
        actor=pharmacist,
        now=now,
        proposal_id=proposal.pk,
        reason="less of it",
        remarks={line.pk: "half will do"},
    )
    event = OutboxEvent.objects.get(name="purchases.proposal_changes_requested")
    assert event.payload["reason"] == "less of it"
    decision = fresh(proposal).submissions.get().decisions.get()
    assert decision.remarks == [
        {"line_id": line.pk, "product_id": line.product_id, "remark": "half will do"}
    ]
    again = proposal_submit(actor=buyer, now=now, proposal_id=proposal.pk)
    assert (again.state, again.reason, again.version) == ("submitted", "", proposal.version + 1)
    assert again.submissions.count() == 2


def test_who_refused_in_the_wrong_state_is_told_what_is_possible(buyer, now):
    proposal = draft_proposal(requester=buyer)
    with pytest.raises(ProposalStateRefused) as refusal:
        proposal_reject(actor=buyer, now=now, proposal_id=proposal.pk, reason="no")
    assert refusal.value.extra["allowed_actions"] == [
        "cancel", "edit", "expire", "refresh", "submit",
    ]  # fmt: skip
