from datetime import timedelta

import pytest
from django.utils import timezone

from core.errors import DomainError
from core.models import AuditEntry, OutboxEvent
from purchases import tasks
from purchases.models import Proposal
from purchases.services.proposals.stuck import STUCK_AFTER, proposals_report_stuck
from purchases.tests.factories import approved_proposal

pytestmark = pytest.mark.django_db


class ShelfOnFire(DomainError):
    code = "shelf_on_fire"
    status = 409


@pytest.fixture
def applying(monkeypatch):
    """Applying fails with what is in the list, and works once the list is empty."""
    faults = []
    works = tasks.proposal_apply

    def apply(**arguments):
        if faults:
            raise faults[0]
        works(**arguments)

    monkeypatch.setattr(tasks, "proposal_apply", apply)
    return faults


def told():
    return OutboxEvent.objects.filter(name="purchases.proposal_stuck")


def test_a_failure_is_kept_with_the_proposal_by_its_code(applying):
    proposal = approved_proposal()
    applying.append(ShelfOnFire())
    tasks.apply_proposal(proposal.pk)
    tasks.apply_proposal(proposal.pk)
    proposal.refresh_from_db()
    assert (proposal.apply_failures, proposal.apply_error) == (2, "shelf_on_fire")
    assert proposal.state == "approved"


def test_an_unexpected_failure_keeps_none_of_its_words(applying):
    proposal = approved_proposal()
    applying.append(RuntimeError("password=hunter2"))
    tasks.apply_proposal(proposal.pk)
    proposal.refresh_from_db()
    assert proposal.apply_error == "internal_error"


def test_success_forgets_earlier_failures(applying):
    proposal = approved_proposal()
    applying.append(ShelfOnFire())
    tasks.apply_proposal(proposal.pk)
    proposals_report_stuck(now=timezone.now() + STUCK_AFTER)
    applying.clear()
    tasks.apply_proposal(proposal.pk)
    proposal.refresh_from_db()
    assert (proposal.state, proposal.apply_failures, proposal.apply_error, proposal.stuck_at) == (
        "ordered", 0, "", None,
    )  # fmt: skip


def test_people_are_told_once_of_a_proposal_that_is_not_getting_done(applying):
    proposal = approved_proposal()
    applying.append(ShelfOnFire())
    tasks.apply_proposal(proposal.pk)
    assert proposals_report_stuck(now=timezone.now() + STUCK_AFTER - timedelta(minutes=1)) == 0
    late = timezone.now() + STUCK_AFTER + timedelta(seconds=1)
    assert proposals_report_stuck(now=late) == 1
    assert proposals_report_stuck(now=late) == 0
    event = told().get()
    assert event.payload["error_code"] == "shelf_on_fire"
    assert event.payload["number"] == proposal.number
    assert AuditEntry.objects.filter(action="purchases.proposal_stuck").count() == 1


def test_one_whose_workers_died_without_a_word_is_told_of_too():
    proposal = approved_proposal()
    Proposal.objects.filter(pk=proposal.pk).update(decided_at=timezone.now() - 2 * STUCK_AFTER)
    tasks.sweep_approved()
    assert told().get().payload["error_code"] == ""
    proposal.refresh_from_db()
    assert proposal.stuck_at is not None
