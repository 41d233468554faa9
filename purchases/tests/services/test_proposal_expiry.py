"""Proposals nobody decides in time, or whose offers are past, are given up."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.models import AuditEntry, OutboxEvent
from purchases.models import Offer, Proposal
from purchases.selectors.waiting import proposals_to_expire
from purchases.services.proposals.expiring import proposal_expire
from purchases.tasks import expire_proposals
from purchases.tests.factories import approved_proposal, draft_proposal, submitted_proposal
from purchases.tests.proposal_states import MAKE, changes_requested, fresh
from purchases.tests.snapshots import everything

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("days", "expected"), [(14, timedelta(days=14)), (0, None)])
def test_a_proposal_expires_as_the_setting_says(settings, days, expected, now):
    settings.PROPOSAL_VALIDITY_DAYS = days
    proposal = draft_proposal(now=now)
    assert (proposal.expires_at and proposal.expires_at - now) == expected


@pytest.mark.parametrize("make", [draft_proposal, submitted_proposal, changes_requested])
def test_whoever_asked_is_told_and_it_happens_once(make):
    proposal = make()
    when = fresh(proposal).expires_at
    assert not proposal_expire(now=when - timedelta(microseconds=1), proposal_id=proposal.pk)
    assert proposal_expire(now=when, proposal_id=proposal.pk)
    after = fresh(proposal)
    assert (after.state, after.expired_at) == ("expired", when)
    event = OutboxEvent.objects.get(name="purchases.proposal_expired")
    assert event.payload["requested_by_id"] == proposal.requested_by_id
    assert AuditEntry.objects.filter(action="purchases.proposal_expired").count() == 1
    before = everything()
    assert not proposal_expire(now=when, proposal_id=proposal.pk)
    assert everything() == before


def test_it_expires_with_the_last_day_of_its_offers(now):
    proposal = submitted_proposal()
    line = proposal.lines.get()
    today = timezone.localdate()
    Offer.objects.filter(pk=line.offer_line.offer_id).update(valid_until=today)
    assert proposals_to_expire(now=timezone.now()) == []
    Offer.objects.filter(pk=line.offer_line.offer_id).update(valid_until=today - timedelta(days=2))
    assert proposals_to_expire(now=timezone.now()) == [proposal.pk]


def test_the_worker_gives_up_exactly_those_whose_time_is_over():
    due, waiting, for_ever, decided = (
        draft_proposal(), draft_proposal(), draft_proposal(), approved_proposal(),
    )  # fmt: skip
    past = timezone.now() - timedelta(seconds=1)
    Proposal.objects.filter(pk__in=[due.pk, decided.pk]).update(expires_at=past)
    Proposal.objects.filter(pk=for_ever.pk).update(expires_at=None)
    expire_proposals()
    expire_proposals()
    states = dict(Proposal.objects.values_list("pk", "state"))
    assert states == {
        due.pk: "expired",
        waiting.pk: "draft",
        for_ever.pk: "draft",
        decided.pk: "approved",
    }


@pytest.mark.parametrize("state", ["draft", "submitted", "changes_requested"])
def test_whatever_is_not_decided_yet_expires(state):
    proposal = MAKE[state]()
    Proposal.objects.filter(pk=proposal.pk).update(expires_at=timezone.now())
    expire_proposals()
    assert Proposal.objects.get(pk=proposal.pk).state == "expired"
