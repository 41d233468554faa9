"""Who may approve what: rules, limits, two people, substitutes."""

from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from capital.public import capital_summary
from capital.tests.factories import put_in
from core.models import AuditEntry, OutboxEvent
from inventory.public import products_by_id
from purchases.errors import (
    AmendmentNeedsTwo,
    ApprovalLimitExceeded,
    ApprovalPolicyNameTaken,
    ApprovalPolicyNotFound,
    ApprovalPolicyRefused,
    ApprovalRulesStricter,
    ApproverDecidedAlready,
    ApproverIsRequester,
    ApproverRoleRefused,
    DelegationNotFound,
    DelegationRefused,
    DelegationStateRefused,
    ProposalStateRefused,
)
from purchases.models import ApprovalDecision, ApprovalPolicy, Proposal
from purchases.services.approvals.delegations import delegation_create, delegation_revoke
from purchases.services.approvals.routes import NO_RULE, RouteStep, route_of, stricter_now
from purchases.services.approvals.rules import (
    approval_limit_remove,
    approval_limit_set,
    approval_policy_create,
    approval_policy_update,
)
from purchases.services.orders.amending import LineAmendment, order_amend
from purchases.services.proposals.decisions import proposal_reject, proposal_request_changes
from purchases.services.proposals.expiring import proposal_expire
from purchases.services.proposals.lines import proposal_line_update
from purchases.services.proposals.proposals import proposal_cancel, proposal_submit
from purchases.tests.factories import (
    SupplierFactory,
    actor_with,
    draft_proposal,
    placed_order,
    short_product,
    source,
    submitted_proposal,
)
from purchases.tests.proposal_states import approve, fresh, rule
from purchases.tests.snapshots import everything
from rbac.tests.factories import RoleFactory, give_role

pytestmark = pytest.mark.django_db

Category = apps.get_model("inventory", "Category")
Product = apps.get_model("inventory", "Product")


@pytest.fixture(autouse=True)
def _money(request):
    if "together" not in request.fixturenames:
        put_in(10_000_000, now=timezone.now())


@pytest.fixture
def owner():
    return actor_with("owner")


def refused(error, proposal, actor):
    before = everything()
    with pytest.raises(error) as refusal:
        approve(proposal, actor)
    assert everything() == before
    return refusal.value


# --- Nobody approves his own ---------------------------------------------------------------------


@pytest.mark.parametrize("decide", ["approve", "reject", "request_changes"])
@pytest.mark.parametrize("own", ["requested", "submitted", "edited"])
def test_nobody_decides_what_he_built_submitted_or_changed(decide, own, pharmacist, buyer, now):
    builder, editor, submitter = (
        pharmacist if own == name else buyer for name in ("requested", "edited", "submitted")
    )
    draft = draft_proposal(requester=builder)
    proposal_line_update(
        actor=editor,
        now=timezone.now(),
        proposal_id=draft.pk,
        line_id=draft.lines.get().pk,
        packs=3,
    )
    proposal = proposal_submit(actor=submitter, now=timezone.now(), proposal_id=draft.pk)
    calls = {
        "approve": partial(approve, proposal, pharmacist),
        "reject": partial(
            proposal_reject, actor=pharmacist, now=now, proposal_id=draft.pk, reason="x"
        ),
        "request_changes": partial(
            proposal_request_changes, actor=pharmacist, now=now, proposal_id=draft.pk, reason="x"
        ),
    }
    before = everything()
    with pytest.raises(ApproverIsRequester):
        calls[decide]()
    assert everything() == before


def test_who_submitted_an_earlier_version_does_not_approve_a_later_one(pharmacist, buyer, owner):
    draft = draft_proposal(requester=buyer)
    proposal_submit(actor=pharmacist, now=timezone.now(), proposal_id=draft.pk)
    proposal_request_changes(
        actor=owner, now=timezone.now(), proposal_id=draft.pk, reason="say why"
    )
    proposal_submit(actor=buyer, now=timezone.now(), proposal_id=draft.pk)
    refused(ApproverIsRequester, draft, pharmacist)


# --- One or two approvers ------------------------------------------------------------------------


def test_without_a_rule_one_approver_is_enough(pharmacist):
    proposal = submitted_proposal()
    assert proposal.submissions.get().steps.get().role_codes == []
    assert approve(proposal, pharmacist).state == "approved"


def test_two_approvals_are_of_two_people(pharmacist, owner):
    rule(approvers=2)
    proposal = submitted_proposal(need=10, price=100)
    committed = capital_summary().committed
    first = approve(proposal, pharmacist)
    assert (first.state, first.decided_by_id) == ("submitted", None)
    assert capital_summary().committed == committed
    waiting = OutboxEvent.objects.get(name="purchases.proposal_endorsed")
    assert owner.id in waiting.payload["approver_ids"]
    assert pharmacist.id not in waiting.payload["approver_ids"]
    refused(ApproverDecidedAlready, proposal, pharmacist)
    second = approve(proposal, owner)
    assert (second.state, second.decided_by_id) == ("approved", owner.id)
    assert capital_summary().committed == committed + 1000
    decisions = ApprovalDecision.objects.order_by("step__number")
    assert [one.decided_by_id for one in decisions] == [pharmacist.id, owner.id]


def test_the_second_person_may_reject_what_the_first_approved(pharmacist, owner, now):
    rule(approvers=2)
    proposal = submitted_proposal()
    approve(proposal, pharmacist)
    rejected = proposal_reject(
        actor=owner, now=timezone.now(), proposal_id=proposal.pk, reason="not this month"
    )
    assert (rejected.state, rejected.decided_by_id) == ("rejected", owner.id)


def test_what_was_given_back_needs_both_approvals_again(pharmacist, owner, buyer, now):
    rule(approvers=2)
    proposal = submitted_proposal(requester=buyer)
    approve(proposal, pharmacist)
    proposal_request_changes(
        actor=owner, now=timezone.now(), proposal_id=proposal.pk, reason="less"
    )
    proposal_submit(actor=buyer, now=timezone.now(), proposal_id=proposal.pk)
    assert approve(proposal, owner).state == "submitted"
    assert approve(proposal, pharmacist).state == "approved"


def test_the_database_refuses_a_second_decision_of_a_step_and_of_a_person(pharmacist, owner):
    rule(approvers=2)
    proposal = submitted_proposal()
    approve(proposal, pharmacist)
    decision = ApprovalDecision.objects.get()
    second = proposal.submissions.get().steps.get(number=2)
    same_person = ApprovalDecision(
        **{
            **{
                field.attname: getattr(decision, field.attname)
                for field in ApprovalDecision._meta.fields
                if not field.primary_key
            },
            "step_id": second.pk,
        }
    )
    with pytest.raises(IntegrityError, match="person_once"), transaction.atomic():
        same_person.save()
    own = ApprovalDecision.objects.get()
    own.pk, own.step_id, own.decided_by_id = None, second.pk, proposal.requested_by_id
    with pytest.raises(IntegrityError, match="not_own"), transaction.atomic():
        own.save(force_insert=True)
    for spoil in (
        lambda: ApprovalDecision.objects.update(reason="x"),
        lambda: proposal.submissions.all().delete(),
        lambda: proposal.submissions.get().steps.all().delete(),
    ):
        with pytest.raises((DatabaseError, IntegrityError)), transaction.atomic():
            spoil()


# --- Rules ---------------------------------------------------------------------------------------


def products(*facts):
    """Products that may be bought, each with the given fields, as the rules see them."""
    ids = []
    for fields in facts:
        pk = short_product()
        Product.objects.filter(pk=pk).update(**fields)
        ids.append(pk)
    return list(products_by_id(ids).values())


def steps(total=1000, supplier_id=1, of=None):
    found = route_of(total=Decimal(total), supplier_id=supplier_id, products=of or products({}))
    return [step.role_codes for step in found]


def test_an_amount_is_from_and_below():
    rule(min_amount=1000, max_amount=2000)
    assert steps(999) == [()]
    assert steps(1000) == [(), ()]
    assert steps(Decimal("1999.99")) == [(), ()]
    assert steps(2000) == [()]


def test_a_rule_may_be_of_one_supplier():
    mine, other = SupplierFactory(), SupplierFactory()
    rule(supplier=mine)
    assert steps(supplier_id=mine.pk) == [(), ()]
    assert steps(supplier_id=other.pk) == [()]


def test_a_rule_may_be_of_a_category_and_all_below_it():
    drugs = Category.objects.create(name_en="Drugs", key="drugs")
    below = Category.objects.create(name_en="Antibiotics", key="antibiotics", parent=drugs)
    other = Category.objects.create(name_en="Cosmetics", key="cosmetics")
    rule(category=drugs)
    assert steps(of=products({"category_id": below.pk}, {})) == [(), ()]
    assert steps(of=products({"category_id": other.pk}, {})) == [()]


@pytest.mark.parametrize(
    ("asked", "has", "expected"),
    [
        ("narcotic", "narcotic", 2),
        ("narcotic", "psychotropic", 1),
        ("any", "psychotropic", 2),
        ("any", "none", 1),
    ],
)
def test_a_rule_may_be_of_controlled_drugs(asked, has, expected):
    rule(controlled_class=asked)
    assert len(steps(of=products({}, {"controlled_class": has}))) == expected


def test_category_and_class_must_be_of_the_same_line():
    drugs = Category.objects.create(name_en="Drugs", key="drugs")
    rule(category=drugs, controlled_class="narcotic")
    apart = products({"category_id": drugs.pk}, {"controlled_class": "narcotic"})
    assert len(steps(of=apart)) == 1
    one = products({"category_id": drugs.pk, "controlled_class": "narcotic"})
    assert len(steps(of=one)) == 2


def test_a_rule_out_of_force_does_not_count():
    rule(is_active=False)
    assert steps() == [()]


def test_the_most_approvers_and_every_rules_roles_hold_together():
    rule(approvers=1, controlled_class="any", first_roles=["owner"])
    rule(approvers=2, min_amount=1000)
    controlled = products({"controlled_class": "narcotic"})
    assert steps(500, of=controlled) == [("owner",)]
    assert steps(1000) == [(), ()]
    assert steps(1000, of=controlled) == [("owner",), ()]


def test_roles_of_two_rules_are_those_both_accept():
    rule(approvers=1, first_roles=["owner", "pharmacist"])
    rule(approvers=1, first_roles=["accountant", "pharmacist"])
    assert steps() == [("pharmacist",)]


def test_where_rules_contradict_the_stricter_holds():
    rule(approvers=1, first_roles=["accountant"])
    rule(approvers=2, first_roles=["owner"], second_roles=["pharmacist"])
    assert steps() == [("owner",), ("pharmacist",)]


def test_a_rule_that_asks_for_roles_is_kept(pharmacist, owner):
    rule(approvers=1, first_roles=["owner"])
    proposal = submitted_proposal()
    refusal = refused(ApproverRoleRefused, proposal, pharmacist)
    assert refusal.extra == {"roles": ["owner"]}
    submitted = OutboxEvent.objects.get(name="purchases.proposal_submitted")
    assert owner.id in submitted.payload["approver_ids"]
    assert pharmacist.id not in submitted.payload["approver_ids"]
    assert approve(proposal, owner).state == "approved"


def test_rules_that_became_stricter_hold_for_what_waits_already(pharmacist, owner, buyer, now):
    proposal = submitted_proposal(requester=buyer)
    strict = rule(approvers=2, second_roles=["owner"])
    refusal = refused(ApprovalRulesStricter, proposal, pharmacist)
    assert refusal.extra == {"steps_then": [[]], "steps_now": [[], ["owner"]]}
    proposal_request_changes(
        actor=pharmacist, now=timezone.now(), proposal_id=proposal.pk, reason="rules changed"
    )
    proposal_submit(actor=buyer, now=timezone.now(), proposal_id=proposal.pk)
    ApprovalPolicy.objects.filter(pk=strict.pk).update(is_active=False)
    # Milder rules do not shorten what was asked for.
    assert approve(proposal, pharmacist).state == "submitted"
    assert approve(proposal, owner).state == "approved"


@pytest.mark.parametrize(
    ("present", "then", "stricter"),
    [
        ([()], [()], False),
        ([("owner",)], [()], True),
        ([("owner",)], [("owner", "pharmacist")], True),
        ([("owner",)], [("pharmacist",)], True),
        ([("owner", "pharmacist")], [("owner",)], False),
        ([()], [("owner",)], False),
        ([(), ()], [()], True),
        ([()], [(), ("owner",)], False),
        ([("owner",), ("pharmacist",)], [("owner",), ("owner", "pharmacist")], True),
    ],
)
def test_rules_are_stricter_that_ask_more_people_or_fewer_roles(present, then, stricter):
    assert stricter_now([RouteStep(role_codes=roles) for roles in present], then) is stricter


def test_no_rule_at_all_is_one_open_step():
    assert route_of(total=Decimal(1), supplier_id=1, products=[]) == NO_RULE


def test_rules_are_set_changed_and_audited(owner, now):
    policy = approval_policy_create(
        actor=owner, now=now, name=" Narcotics ", controlled_class="narcotic", approvers=2
    )
    assert policy.name == "Narcotics"
    approval_policy_update(actor=owner, now=now, policy_id=policy.pk, is_active=False)
    changed = AuditEntry.objects.get(action="purchases.approval_policy_changed")
    assert changed.changes == {"is_active": [True, False]}
    with pytest.raises(ApprovalPolicyNameTaken):
        approval_policy_create(actor=owner, now=now, name="Narcotics")
    with pytest.raises(ApprovalPolicyNotFound):
        approval_policy_update(actor=owner, now=now, policy_id=10**9, is_active=True)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": " "}, "name"),
        ({"first_roles": ["emperor"]}, "first_roles"),
        ({"second_roles": ["owner"]}, "second_roles"),
        ({"min_amount": Decimal(5), "max_amount": Decimal(5)}, "max_amount"),
        ({"max_amount": Decimal(0)}, "max_amount"),
        ({"category_id": 10**9}, "category_id"),
        ({"supplier_id": 10**9}, "supplier_id"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_with_the_field(fields, field, owner, now):
    before = everything()
    with pytest.raises(ApprovalPolicyRefused) as refusal:
        approval_policy_create(actor=owner, now=now, **{"name": "R", **fields})
    assert [problem.field for problem in refusal.value.errors] == [field]
    assert everything() == before


# --- Limits --------------------------------------------------------------------------------------


def test_a_role_approves_up_to_its_limit_and_the_owner_without(pharmacist, owner, now):
    approval_limit_set(actor=owner, now=now, role_code="pharmacist", amount=Decimal(1000))
    just, beyond = (submitted_proposal(need=10, price=price) for price in (100, 101))
    assert approve(just, pharmacist).state == "approved"
    refusal = refused(ApprovalLimitExceeded, beyond, pharmacist)
    assert refusal.extra == {"maximum": "1000.00", "requested": "1010.00"}
    assert approve(beyond, owner).state == "approved"


def test_of_several_roles_the_most_generous_counts_but_only_those_the_step_asks_for(owner, now):
    user = get_user_model().objects.get(pk=actor_with("pharmacist").id)
    senior = RoleFactory(permissions=["purchases.approve"])
    give_role(user, senior.code)
    both = type(owner)(id=user.pk, label=user.username)
    approval_limit_set(actor=owner, now=now, role_code="pharmacist", amount=Decimal(1000))
    approval_limit_set(actor=owner, now=now, role_code=senior.code, amount=Decimal(5000))
    assert approve(submitted_proposal(need=10, price=400), both).state == "approved"
    rule(approvers=1, first_roles=["pharmacist"])
    refused(ApprovalLimitExceeded, submitted_proposal(need=10, price=400), both)


def test_a_role_without_a_limit_beside_one_with_a_limit_has_none(pharmacist, owner, now):
    senior = RoleFactory(permissions=["purchases.approve"])
    give_role(get_user_model().objects.get(pk=pharmacist.id), senior.code)
    approval_limit_set(actor=owner, now=now, role_code="pharmacist", amount=Decimal(1))
    assert approve(submitted_proposal(need=10, price=400), pharmacist).state == "approved"


def test_a_limit_is_taken_away_again(pharmacist, owner, now):
    limit = approval_limit_set(actor=owner, now=now, role_code="pharmacist", amount=Decimal(1))
    proposal = submitted_proposal()
    refused(ApprovalLimitExceeded, proposal, pharmacist)
    approval_limit_remove(actor=owner, now=now, limit_id=limit.pk)
    assert approve(proposal, pharmacist).state == "approved"
    with pytest.raises(ApprovalPolicyRefused):
        approval_limit_set(actor=owner, now=now, role_code="emperor", amount=Decimal(1))


# --- Substitutes ---------------------------------------------------------------------------------


def delegate(delegator, to, *, days=7, **fields):
    now = timezone.now()
    return delegation_create(
        actor=delegator,
        now=now,
        delegate_id=to.id,
        **{"starts_at": now, "ends_at": now + timedelta(days=days), **fields},
    )


@pytest.fixture
def _only_the_owner(owner):
    rule(approvers=1, first_roles=["owner"])


@pytest.mark.usefixtures("_only_the_owner")
def test_a_substitute_approves_for_the_delegator_and_it_is_said(pharmacist, owner):
    delegation = delegate(owner, pharmacist, reason="on leave")
    told = OutboxEvent.objects.get(name="purchases.approval_delegated")
    assert told.payload["delegate_id"] == pharmacist.id
    proposal = submitted_proposal()
    submitted = OutboxEvent.objects.get(name="purchases.proposal_submitted")
    assert pharmacist.id in submitted.payload["approver_ids"]
    assert approve(proposal, pharmacist).state == "approved"
    decision = ApprovalDecision.objects.get()
    assert (decision.decided_by_id, decision.on_behalf_of_id, decision.delegation_id) == (
        pharmacist.id, owner.id, delegation.pk,
    )  # fmt: skip


def test_who_may_himself_decides_for_himself(pharmacist, owner):
    delegate(owner, pharmacist)
    approve(submitted_proposal(), pharmacist)
    assert ApprovalDecision.objects.get().on_behalf_of_id is None


@pytest.mark.usefixtures("_only_the_owner")
@pytest.mark.parametrize("when", ["before", "after", "revoked"])
def test_a_delegation_holds_in_its_period_and_until_revoked(when, pharmacist, owner, now):
    starts = now + timedelta(hours=1) if when == "before" else now
    ends = now + timedelta(milliseconds=1) if when == "after" else now + timedelta(days=1)
    delegation = delegation_create(
        actor=owner, now=now, delegate_id=pharmacist.id, starts_at=starts, ends_at=ends
    )
    if when == "revoked":
        delegation_revoke(actor=owner, now=timezone.now(), delegation_id=delegation.pk)
        with pytest.raises(DelegationStateRefused):
            delegation_revoke(actor=owner, now=timezone.now(), delegation_id=delegation.pk)
    refused(ApproverRoleRefused, submitted_proposal(), pharmacist)


def test_a_delegation_lifts_a_limit_up_to_its_own(pharmacist, owner, now):
    approval_limit_set(actor=owner, now=now, role_code="pharmacist", amount=Decimal(1000))
    delegate(owner, pharmacist, amount=Decimal(5000))
    assert approve(submitted_proposal(need=10, price=500), pharmacist).state == "approved"
    refused(ApprovalLimitExceeded, submitted_proposal(need=10, price=501), pharmacist)


def test_nobody_can_give_more_than_he_may_himself(pharmacist, owner, now):
    approval_limit_set(actor=owner, now=now, role_code="pharmacist", amount=Decimal(1000))
    other = actor_with("pharmacist")
    delegate(other, pharmacist, amount=Decimal(5000))
    refused(ApprovalLimitExceeded, submitted_proposal(need=10, price=500), pharmacist)


@pytest.mark.usefixtures("_only_the_owner")
def test_a_delegation_cannot_be_passed_on(pharmacist, owner):
    last = actor_with("pharmacist")
    delegate(owner, pharmacist)
    delegate(pharmacist, last)
    refused(ApproverRoleRefused, submitted_proposal(), last)


@pytest.mark.usefixtures("_only_the_owner")
def test_a_substitute_does_not_approve_what_the_delegator_asked_for(pharmacist, owner, buyer, now):
    delegate(owner, pharmacist)
    proposal = submitted_proposal(requester=owner)
    refused(ApproverRoleRefused, proposal, pharmacist)
    own = submitted_proposal(requester=pharmacist)
    refused(ApproverIsRequester, own, pharmacist)


def test_a_substitute_is_no_second_person_beside_the_delegator(pharmacist, owner):
    rule(approvers=2, first_roles=["owner"], second_roles=["owner"])
    delegate(owner, pharmacist)
    proposal = submitted_proposal()
    approve(proposal, owner)
    refused(ApproverRoleRefused, proposal, pharmacist)
    other = submitted_proposal()
    approve(other, pharmacist)
    refused(ApproverDecidedAlready, other, owner)


@pytest.mark.usefixtures("_only_the_owner")
def test_who_may_no_longer_approve_gives_no_right_to_anybody(pharmacist, owner):
    delegate(owner, pharmacist)
    get_user_model().objects.filter(pk=owner.id).update(is_active=False)
    refused(ApproverRoleRefused, submitted_proposal(), pharmacist)


@pytest.mark.usefixtures("_only_the_owner")
def test_a_substitute_who_may_no_longer_approve_decides_for_nobody(pharmacist, owner):
    delegate(owner, pharmacist)
    user = get_user_model().objects.get(pk=pharmacist.id)
    user.role_assignments.all().delete()
    give_role(user, "purchasing")
    refused(ApproverRoleRefused, submitted_proposal(), pharmacist)


def test_who_cannot_be_a_substitute_is_refused_with_the_field(pharmacist, owner, buyer, now):
    cases = {
        "delegate_id": [{"to": owner}, {"to": buyer}, {"to": type(owner)(id=10**9, label="x")}],
        "ends_at": [{"to": pharmacist, "days": 0}, {"to": pharmacist, "days": -1}],
        "amount": [{"to": pharmacist, "amount": Decimal(0)}],
    }
    before = everything()
    for field, attempts in cases.items():
        for attempt in attempts:
            with pytest.raises(DelegationRefused) as refusal:
                delegate(owner, attempt.pop("to"), **attempt)
            assert [problem.field for problem in refusal.value.errors] == [field]
    assert everything() == before


def test_a_delegation_is_taken_back_by_its_giver_or_who_manages(pharmacist, owner, now):
    delegation = delegate(pharmacist, owner)
    other = actor_with("pharmacist")
    with pytest.raises(DelegationNotFound):
        delegation_revoke(actor=other, now=timezone.now(), delegation_id=delegation.pk)
    delegation_revoke(actor=owner, now=timezone.now(), delegation_id=delegation.pk, of_anybody=True)
    assert AuditEntry.objects.filter(action="purchases.approval_delegation_revoked").count() == 1


# --- At once -------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_approvers_at_once_make_exactly_one_decision(together):
    put_in(10_000_000, now=timezone.now())
    approvers = [actor_with("pharmacist"), actor_with("owner"), actor_with("pharmacist")]
    for _round in range(4):
        proposal = submitted_proposal(need=10, price=100)
        committed = capital_summary().committed
        version = proposal.version
        results = together([partial(approve, proposal, one, version=version) for one in approvers])
        assert sorted(type(result).__name__ for result in results) == [
            "Proposal", ProposalStateRefused.__name__, ProposalStateRefused.__name__,
        ]  # fmt: skip
        assert ApprovalDecision.objects.filter(submission__proposal=proposal).count() == 1
        assert capital_summary().committed == committed + 1000


@pytest.mark.django_db(transaction=True)
def test_two_steps_at_once_are_taken_by_two_people_once_each(together):
    put_in(10_000_000, now=timezone.now())
    rule(approvers=2)
    approvers = [actor_with("pharmacist"), actor_with("owner")]
    for _round in range(4):
        proposal = submitted_proposal(need=10, price=100)
        committed = capital_summary().committed
        version = proposal.version
        # Each of two people presses twice.
        results = together(
            [partial(approve, proposal, one, version=version) for one in approvers * 2]
        )
        done = [result for result in results if isinstance(result, Proposal)]
        assert len(done) == 2
        assert {type(result) for result in results} - {Proposal} <= {
            ApproverDecidedAlready,
            ProposalStateRefused,
        }
        decisions = ApprovalDecision.objects.filter(submission__proposal=proposal)
        assert {one.decided_by_id for one in decisions} == {one.id for one in approvers}
        assert decisions.count() == 2
        assert fresh(proposal).state == "approved"
        assert capital_summary().committed == committed + 1000


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("rival", ["cancel", "reject", "request_changes", "expire"])
def test_an_approval_and_something_else_at_once_do_one_of_both(rival, together):
    put_in(10_000_000, now=timezone.now())
    pharmacist, buyer, owner = (actor_with(r) for r in ("pharmacist", "purchasing", "owner"))
    ends = {
        "cancel": ("cancelled", partial(proposal_cancel, actor=buyer, reason="x")),
        "reject": ("rejected", partial(proposal_reject, actor=owner, reason="x")),
        "request_changes": (
            "changes_requested",
            partial(proposal_request_changes, actor=owner, reason="x"),
        ),
        "expire": ("expired", proposal_expire),
    }
    other, call = ends[rival]
    for _round in range(3):
        proposal = submitted_proposal(need=10, price=100)
        committed = capital_summary().committed
        when = proposal.expires_at if rival == "expire" else timezone.now()
        together(
            [
                partial(approve, proposal, pharmacist, version=proposal.version),
                partial(call, now=when, proposal_id=proposal.pk),
            ]
        )
        assert (fresh(proposal).state, capital_summary().committed - committed) in [
            ("approved", 1000),
            (other, 0),
        ]


def test_a_source_of_another_supplier_changes_no_rule(pharmacist):
    """What was routed by its supplier stays so: lines of others cannot come in."""
    supplier = SupplierFactory()
    rule(supplier=supplier, approvers=2)
    proposal = submitted_proposal(supplier=supplier)
    source(proposal.lines.get().product_id)
    assert approve(proposal, pharmacist).state == "submitted"


# --- The page and the order ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("total", "controlled", "asked", "by_a_pharmacist"),
    [
        (400_000, "none", [()], None),
        (400_000, "narcotic", [("owner",)], ApproverRoleRefused),
        (1_500_000, "none", [(), ("owner",)], None),
        (1_500_000, "narcotic", [("owner",), ("owner",)], ApproverRoleRefused),
        (2_400_000, "none", [(), ("owner",)], ApprovalLimitExceeded),
    ],
)
def test_the_worked_example_of_the_page(
    total, controlled, asked, by_a_pharmacist, pharmacist, owner, now
):
    rule(name="Large", min_amount=1_000_000, approvers=2, second_roles=["owner"])
    rule(name="Controlled", controlled_class="any", approvers=1, first_roles=["owner"])
    approval_limit_set(actor=owner, now=now, role_code="pharmacist", amount=Decimal(2_000_000))
    draft = draft_proposal(need=10, price=total // 10)
    product = draft.lines.get().product_id
    Product.objects.filter(pk=product).update(controlled_class=controlled)
    proposal = proposal_submit(
        actor=actor_with("purchasing"), now=timezone.now(), proposal_id=draft.pk
    )
    steps = proposal.submissions.get().steps.order_by("number")
    assert [tuple(step.role_codes) for step in steps] == asked
    if by_a_pharmacist is None:
        state = "approved" if len(asked) == 1 else "submitted"
        assert approve(proposal, pharmacist).state == state
    else:
        refused(by_a_pharmacist, proposal, pharmacist)


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (lambda owner, now: approval_limit_set(
            actor=owner, now=now, role_code="pharmacist", amount=Decimal(1100)),
         ApprovalLimitExceeded),
        (lambda owner, now: rule(approvers=2, min_amount=1100), AmendmentNeedsTwo),
        (lambda owner, now: rule(approvers=1, min_amount=1100, first_roles=["owner"]),
         ApproverRoleRefused),
    ],
)  # fmt: skip
def test_an_order_does_not_grow_beyond_what_its_approver_may(make, error, pharmacist, owner, now):
    order = placed_order(need=10, price=100)
    make(owner, now)
    line = order.lines.get()
    grow = partial(
        order_amend,
        actor=pharmacist,
        now=timezone.now(),
        order_id=order.pk,
        reason="more",
        may_approve=True,
    )
    before = everything()
    with pytest.raises(error):
        grow(lines=[LineAmendment(line_id=line.pk, packs=12)])
    assert everything() == before
