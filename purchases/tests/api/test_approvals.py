"""Approval over HTTP: lines and history, versions, what changed, rules, limits, substitutes."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from capital.tests.factories import put_in
from purchases.tests.factories import (
    SupplierFactory,
    draft_proposal,
    short_product,
    source,
    submitted_proposal,
)
from purchases.tests.proposal_states import new_offer, rule
from purchases.tests.roles import ROLES, does_its_part
from purchases.tests.snapshots import everything

pytestmark = pytest.mark.django_db

V1 = "/api/v1"
PROPOSALS = f"{V1}/purchase-proposals"


@pytest.fixture(autouse=True)
def _money():
    put_in(10_000_000, now=timezone.now())


def test_lines_are_added_changed_switched_and_removed_and_the_history_tells(client_as):
    here, there = SupplierFactory(), SupplierFactory()
    proposal = draft_proposal(supplier=here, need=10, price=10)
    extra = source(short_product(), price=5, supplier=here)
    buyer = client_as("purchasing")
    path = f"{PROPOSALS}/{proposal.pk}"

    added = buyer.post(f"{path}/lines/", {"offer_line_id": extra.pk, "packs": 4})
    assert (added.status_code, added.json()["total"], added.json()["version"]) == (
        201, "120.00", 2,
    )  # fmt: skip
    first, second = added.json()["lines"]
    changed = buyer.patch(f"{path}/lines/{second['id']}/", {"packs": 2, "reason": "too many"})
    assert (changed.json()["total"], changed.json()["version"]) == ("110.00", 3)
    rival = source(first["product"]["id"], price=11, supplier=there)
    moved = buyer.post(
        f"{path}/lines/{first['id']}/source/", {"offer_line_id": rival.pk, "reason": "sooner"}
    )
    assert (moved.json()["supplier"]["id"], moved.json()["total"]) == (there.pk, "110.00")
    removed = buyer.post(f"{path}/lines/{second['id']}/remove/", {"reason": "not now"})
    assert (removed.json()["lines"], removed.json()["total"]) == ([], "0.00")

    told = buyer.get(f"{path}/history/").json()["results"]
    assert [(one["kind"], one["version"], one["reason"]) for one in told] == [
        ("line_removed", 5, "not now"),
        ("line_moved_out", 4, "sooner"),
        ("quantity_changed", 3, "too many"),
        ("line_added", 2, ""),
    ]
    assert told[2]["changed_by"]["username"] == buyer.user.username
    assert (told[2]["before"]["packs"], told[2]["after"]["packs"]) == (4, 2)


def test_removing_without_a_reason_is_a_400_that_names_it(client_as):
    proposal = draft_proposal()
    line, buyer = proposal.lines.get(), client_as("purchasing")
    before = everything()
    answer = buyer.post(f"{PROPOSALS}/{proposal.pk}/lines/{line.pk}/remove/", {})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "reason")
    assert everything() == before


def test_an_approval_must_name_the_version_it_saw(client_as):
    proposal = submitted_proposal()
    pharmacist = client_as("pharmacist")
    path = f"{PROPOSALS}/{proposal.pk}/approve/"
    without = pharmacist.post(path, {})
    assert (without.status_code, without.json()["errors"][0]["field"]) == (400, "version")
    old = pharmacist.post(path, {"version": 1})
    assert (old.status_code, old.json()["code"], old.json()["version"]) == (
        409, "proposal_version_outdated", 2,
    )  # fmt: skip
    assert [change["kind"] for change in old.json()["changes"]] == ["state_changed"]
    assert pharmacist.post(path, {"version": 2}).json()["state"] == "approved"


def test_stale_prices_are_told_asked_for_and_refreshed(client_as):
    buyer, pharmacist = client_as("purchasing"), client_as("pharmacist")
    proposal = submitted_proposal(need=7, price=100)
    path = f"{PROPOSALS}/{proposal.pk}"
    assert buyer.get(f"{path}/check/").json()["fresh"] is True
    new_offer(proposal.supplier, proposal.lines.get().product_id, price=120, source_id="newer")
    refused = pharmacist.post(f"{path}/approve/", {"version": 2})
    assert (refused.status_code, refused.json()["code"]) == (409, "proposal_stale")
    [line] = refused.json()["changed_lines"]
    assert (line["before"]["amount"], line["now"]["amount"]) == ("700.00", "840.00")
    assert "840.00" in refused.json()["errors"][0]["detail"]
    checked = buyer.get(f"{path}/check/").json()
    assert (checked["fresh"], checked["lines"]) == (False, [line])

    remark = {"line_id": line["line_id"], "remark": "look at the price"}
    given_back = pharmacist.post(
        f"{path}/request-changes/", {"reason": "dearer now", "remarks": [remark]}
    ).json()
    assert (given_back["state"], given_back["reason"]) == ("changes_requested", "dearer now")
    decision = given_back["submissions"][0]["steps"][0]["decision"]
    assert decision["remarks"] == [{**remark, "product_id": line["product_id"]}]
    refreshed = buyer.post(f"{path}/refresh/").json()
    assert (refreshed["total"], refreshed["version"]) == ("840.00", 3)
    again = buyer.post(f"{path}/submit/").json()
    approved = pharmacist.post(f"{path}/approve/", {"version": again["version"]}).json()
    assert (approved["state"], approved["total"]) == ("approved", "840.00")


def test_a_remark_on_a_line_that_is_not_there_is_refused(client_as):
    proposal, pharmacist = submitted_proposal(), client_as("pharmacist")
    before = everything()
    answer = pharmacist.post(
        f"{PROPOSALS}/{proposal.pk}/request-changes/",
        {"reason": "x", "remarks": [{"line_id": 999_999, "remark": "y"}]},
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "remark_refused")
    assert everything() == before


def test_two_steps_a_limit_and_a_substitute(client_as):
    owner, pharmacist, other = (client_as(r) for r in ("owner", "pharmacist", "pharmacist"))
    made = owner.post(
        f"{V1}/approval-policies/",
        {"name": "Large", "min_amount": "500.00", "approvers": 2, "second_roles": ["owner"]},
    )
    assert made.status_code == 201, made.json()
    limited = owner.post(f"{V1}/approval-limits/", {"role_code": "pharmacist", "amount": "1000.00"})
    assert limited.json()["amount"] == "1000.00"
    now = timezone.now()
    given = owner.post(
        f"{V1}/approval-delegations/",
        {
            "delegate_id": other.user.pk,
            "starts_at": now.isoformat(),
            "ends_at": (now + timedelta(days=2)).isoformat(),
            "amount": "900.00",
        },
    )
    assert given.status_code == 201, given.json()

    proposal = submitted_proposal(need=8, price=100)
    path = f"{PROPOSALS}/{proposal.pk}/approve/"
    first = pharmacist.post(path, {"version": 2}).json()
    assert first["state"] == "submitted"
    again = pharmacist.post(path, {"version": 2})
    assert (again.status_code, again.json()["code"]) == (422, "approver_decided_already")
    second = other.post(path, {"version": 2}).json()
    assert second["state"] == "approved"
    steps = second["submissions"][0]["steps"]
    assert [step["policy"] for step in steps] == ["Large", "Large"]
    assert [step["decision"]["decided_by"]["username"] for step in steps] == [
        pharmacist.user.username,
        other.user.username,
    ]
    assert steps[1]["decision"]["on_behalf_of"]["username"] == owner.user.username

    beyond = submitted_proposal(need=11, price=100)
    refused = pharmacist.post(f"{PROPOSALS}/{beyond.pk}/approve/", {"version": 2})
    assert (refused.status_code, refused.json()["code"]) == (422, "approval_limit_exceeded")
    assert (refused.json()["maximum"], refused.json()["requested"]) == ("1000.00", "1100.00")

    mine = other.get(f"{V1}/approval-delegations/?in_force=true").json()["results"]
    assert [one["id"] for one in mine] == [given.json()["id"]]
    assert pharmacist.get(f"{V1}/approval-delegations/").json()["results"] == []
    taken = owner.post(f"{V1}/approval-delegations/{given.json()['id']}/revoke/", {})
    assert taken.json()["revoked_at"] is not None
    assert other.get(f"{V1}/approval-delegations/?in_force=true").json()["results"] == []


def test_a_rule_is_taken_out_of_force_and_a_limit_away(client_as):
    owner = client_as("owner")
    policy = rule(name="Everything")
    changed = owner.patch(f"{V1}/approval-policies/{policy.pk}/", {"is_active": False})
    assert changed.json()["is_active"] is False
    assert owner.get(f"{V1}/approval-policies/?is_active=true").json()["results"] == []
    limit = owner.post(f"{V1}/approval-limits/", {"role_code": "owner", "amount": "1.00"}).json()
    assert owner.delete(f"{V1}/approval-limits/{limit['id']}/").status_code == 204
    assert owner.get(f"{V1}/approval-limits/").json()["results"] == []
    assert owner.delete(f"{V1}/approval-limits/{limit['id']}/").status_code == 404


def _period():
    now = timezone.now()
    return {
        "delegate_id": 999_999,
        "starts_at": now.isoformat(),
        "ends_at": (now + timedelta(days=1)).isoformat(),
    }


READERS = {"owner", "pharmacist", "purchasing", "accountant", "auditor"}
APPROVERS = {"owner", "pharmacist"}
ENDPOINTS = {
    "rules": ("get", READERS, lambda: ("approval-policies/", None)),
    "rule add": ("post", {"owner"}, lambda: ("approval-policies/", {"name": "R"})),
    "rule change": (
        "patch",
        {"owner"},
        lambda: (f"approval-policies/{rule().pk}/", {"is_active": False}),
    ),
    "limits": ("get", READERS, lambda: ("approval-limits/", None)),
    "limit set": (
        "post",
        {"owner"},
        lambda: ("approval-limits/", {"role_code": "owner", "amount": "5.00"}),
    ),
    "delegations": ("get", APPROVERS, lambda: ("approval-delegations/", None)),
    "delegate": ("post", APPROVERS, lambda: ("approval-delegations/", _period())),
    "history": (
        "get", READERS, lambda: (f"purchase-proposals/{draft_proposal().pk}/history/", None),
    ),
    "check": ("get", READERS, lambda: (f"purchase-proposals/{draft_proposal().pk}/check/", None)),
}  # fmt: skip


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_every_role_may_do_exactly_its_part(endpoint, role, client_as):
    # The substitute nobody knows is refused for itself, not for who asks.
    does_its_part(ENDPOINTS[endpoint], role, client_as, done=(200, 201, 422))


def test_showing_a_proposal_does_not_ask_per_submission_or_step(client_as):
    rule(approvers=2)
    buyer, owner = client_as("purchasing"), client_as("owner")
    proposal = submitted_proposal()
    path = f"{PROPOSALS}/{proposal.pk}/"
    counts = []
    for _round in range(3):
        with CaptureQueriesContext(connection) as queries:
            assert buyer.get(path).status_code == 200
        counts.append(len(queries))
        owner.post(f"{path}request-changes/", {"reason": "again"})
        buyer.post(f"{path}submit/")
    assert counts[1] == counts[2]
