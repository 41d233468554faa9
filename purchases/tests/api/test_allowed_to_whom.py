"""Actions are offered to whom the rules let do them, and do what they say when taken."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from capital.tests.factories import put_in
from core.audit import Actor
from inventory.public import IssueLine, stock_issue
from purchases.models import ApprovalDelegation, ApprovalLimit, ApprovalPolicy
from purchases.tests.factories import (
    actor_with,
    short_product,
    submitted_proposal,
)
from purchases.tests.services.taking_in import fresh, order_of, receive

pytestmark = pytest.mark.django_db
V1 = "/api/v1"
DECISIONS = ["approve", "request_changes", "reject"]


@pytest.fixture(autouse=True)
def _money():
    put_in(10_000_000, now=timezone.now())


@pytest.fixture
def people(user_as, client_of):
    """name -> (user, client): one owner, two pharmacists, one buyer."""
    users = {
        "owner": user_as("owner"),
        "first": user_as("pharmacist"),
        "second": user_as("pharmacist"),
        "buyer": user_as("purchasing"),
    }
    return {name: (user, client_of(user)) for name, user in users.items()}


def decides(people, name, proposal):
    """Whether the decisions are offered to a person, in the detail and in the list alike."""
    _user, client = people[name]
    shown = client.get(f"{V1}/purchase-proposals/{proposal.pk}/").json()["allowed_actions"]
    rows = client.get(f"{V1}/purchase-proposals/").json()["results"]
    assert next(row for row in rows if row["id"] == proposal.pk)["allowed_actions"] == shown
    offered = [action for action in shown if action in DECISIONS]
    assert offered in ([], DECISIONS)
    return bool(offered)


def approve(people, name, proposal):
    proposal.refresh_from_db()
    return people[name][1].post(
        f"{V1}/purchase-proposals/{proposal.pk}/approve/", {"version": proposal.version}
    )


def deciders(people, proposal):
    """Who is offered the decision; of everybody else a try is refused as the rules say."""
    offered = {name for name in people if decides(people, name, proposal)}
    for name in people.keys() - offered:
        assert approve(people, name, proposal).status_code in (403, 409, 422), name
    return offered


def acting(people, name):
    user = people[name][0]
    return Actor(id=user.pk, label=user.username)


class TestProposals:
    def test_not_to_whoever_asked_for_it(self, people):
        proposal = submitted_proposal(requester=acting(people, "first"))
        assert deciders(people, proposal) == {"owner", "second"}
        assert approve(people, "second", proposal).status_code == 200

    def test_not_to_whoever_changed_a_line(self, people):
        proposal = submitted_proposal(requester=acting(people, "buyer"))
        client = people["owner"][1]
        asked = {"reason": "Fewer of it"}
        path = f"{V1}/purchase-proposals/{proposal.pk}/"
        assert client.post(f"{path}request-changes/", asked).status_code == 200
        line = proposal.lines.get()
        changed = people["first"][1].patch(f"{path}lines/{line.pk}/", {"packs": line.packs + 1})
        assert changed.status_code == 200, changed.json()
        assert people["buyer"][1].post(f"{path}submit/").status_code == 200
        assert deciders(people, proposal) == {"owner", "second"}

    def test_not_above_the_limit_of_the_role(self, people):
        proposal = submitted_proposal(requester=acting(people, "buyer"))
        limit = ApprovalLimit.objects.create(role_code="pharmacist", amount=proposal.total)
        assert decides(people, "first", proposal)
        limit.amount -= Decimal("0.01")
        limit.save()
        assert deciders(people, proposal) == {"owner"}

    def test_only_to_the_role_a_rule_asks_for(self, people):
        ApprovalPolicy.objects.create(name="Owners", approvers=1, first_roles=["owner"])
        proposal = submitted_proposal(requester=acting(people, "buyer"))
        assert deciders(people, proposal) == {"owner"}

    def test_to_a_substitute_as_long_as_the_delegation_holds(self, people):
        ApprovalPolicy.objects.create(name="Owners", approvers=1, first_roles=["owner"])
        proposal = submitted_proposal(requester=acting(people, "buyer"))
        now = timezone.now()
        delegation = ApprovalDelegation.objects.create(
            delegator=people["owner"][0],
            delegate=people["first"][0],
            starts_at=now - timedelta(days=1),
            ends_at=now + timedelta(days=1),
            created_at=now - timedelta(days=1),
            reason="On leave",
        )
        assert deciders(people, proposal) == {"owner", "first"}
        ApprovalDelegation.objects.filter(pk=delegation.pk).update(ends_at=now)
        assert not decides(people, "first", proposal)

    def test_not_to_whoever_gave_the_first_of_two_approvals(self, people):
        ApprovalPolicy.objects.create(name="Two", approvers=2)
        proposal = submitted_proposal(requester=acting(people, "buyer"))
        assert deciders(people, proposal) == {"owner", "first", "second"}
        assert approve(people, "first", proposal).status_code == 200
        assert deciders(people, proposal) == {"owner", "second"}

    def test_a_page_costs_as_many_queries_with_many_waiting_as_with_one(self, people):
        client = people["owner"][1]

        def queries():
            with CaptureQueriesContext(connection) as seen:
                assert client.get(f"{V1}/purchase-proposals/").status_code == 200
            return len(seen)

        submitted_proposal(requester=acting(people, "buyer"))
        queries()
        one = queries()
        for _ in range(4):
            submitted_proposal(requester=acting(people, "buyer"))
        assert queries() == one


class TestReceipts:
    @pytest.fixture
    def receipt(self):
        return receive(order_of(short_product(need=10)), fresh(10))

    def offered(self, people, receipt):
        client = people["owner"][1]
        return client.get(f"{V1}/goods-receipts/{receipt.pk}/").json()["allowed_actions"]

    def reversed_by(self, people, receipt):
        return people["owner"][1].post(
            f"{V1}/goods-receipts/{receipt.pk}/reverse/", {"reason": "Not ours"}
        )

    def test_whole_one_can_be_taken_back(self, people, receipt):
        assert "reverse" in self.offered(people, receipt)
        assert self.reversed_by(people, receipt).status_code == 201

    def test_not_once_its_goods_are_sold(self, people, receipt):
        stock_issue(
            actor=actor_with("pharmacist"),
            now=timezone.now(),
            source_type="tests.sale",
            source_id="1",
            lines=[IssueLine(line=1, product_id=receipt.lines.get().product_id, quantity=1)],
        )
        assert "reverse" not in self.offered(people, receipt)
        assert self.reversed_by(people, receipt).status_code == 409

    def test_not_once_it_is_invoiced_or_goes_back(self, people, receipt):
        client = people["owner"][1]
        line = receipt.lines.get()
        answer = client.post(
            f"{V1}/supplier-returns/",
            {
                "supplier_id": receipt.order.supplier_id,
                "lines": [{"receipt_line_id": line.pk, "quantity": 1, "reason": "damaged"}],
            },
        )
        assert answer.status_code == 201, answer.json()
        assert "reverse" not in self.offered(people, receipt)
        assert self.reversed_by(people, receipt).status_code == 409
