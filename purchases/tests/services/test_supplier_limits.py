"""A supplier's minimum, maximum and credit limit hold where money is committed."""

from decimal import Decimal
from functools import partial

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from capital.public import InsufficientCapital, supplier_payment_record
from capital.tests.factories import put_in
from core.models import AuditEntry
from purchases.errors import (
    CreditOverrideForbidden,
    SupplierCreditExceeded,
    SupplierMaximumExceeded,
    SupplierMinimumNotMet,
)
from purchases.models import CreditOverride, Proposal, PurchaseOrder, Supplier
from purchases.selectors.order_limits import proposals_limits
from purchases.selectors.supplier_account import supplier_exposure
from purchases.services.orders.amending import (
    LineAmendment,
    LineCancellation,
    order_amend,
    order_cancel_lines,
)
from purchases.services.orders.ordering import order_place
from purchases.services.proposals.decisions import proposal_approve
from purchases.services.proposals.proposals import proposal_submit
from purchases.services.receipts.receipts import goods_receive
from purchases.tests.factories import (
    SupplierFactory,
    actor_with,
    delivery,
    draft_proposal,
    order_of_lines,
    placed_order,
    submitted_proposal,
)
from purchases.tests.proposal_states import approve, fresh, rule
from purchases.tests.snapshots import everything

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _money(request):
    if "together" not in request.fixturenames:
        put_in(10_000_000, now=timezone.now())


@pytest.fixture
def owner():
    return actor_with("owner")


def terms(supplier, **fields):
    """As they become, whatever was built under others."""
    Supplier.objects.filter(pk=supplier.pk).update(**fields)


def refused(error, work, /, **kwargs):
    before = everything()
    with pytest.raises(error) as refusal:
        work(**kwargs)
    assert everything() == before
    return refusal.value


def submit(proposal):
    return proposal_submit(
        actor=actor_with("purchasing"), now=timezone.now(), proposal_id=proposal.pk
    )


def beyond_credit(*, limit=999, amount_of=10):
    """A submitted proposal of 100 each, with a supplier that gives credit up to `limit`."""
    proposal = submitted_proposal(need=amount_of, price=100)
    terms(proposal.supplier, credit_limit=Decimal(limit))
    return proposal


def override(proposal, actor, *, reason="paid tomorrow", may=True):
    return proposal_approve(
        actor=actor,
        now=timezone.now(),
        proposal_id=proposal.pk,
        version=fresh(proposal).version,
        credit_override_reason=reason,
        may_exceed_credit=may,
    )


# --- Size ----------------------------------------------------------------------------------------


def test_what_is_below_the_minimum_is_not_submitted_and_it_says_what_is_missing():
    proposal = draft_proposal(need=4, price=100)
    terms(proposal.supplier, minimum_order_amount=Decimal(1000))
    refusal = refused(SupplierMinimumNotMet, submit, proposal=proposal)
    assert refusal.extra == {
        "supplier_id": proposal.supplier_id,
        "supplier_name": proposal.supplier.name,
        "total": "400.00",
        "minimum": "1000.00",
        "shortfall": "600.00",
        "printed_on_offer_id": None,
    }
    assert all(word in refusal.detail for word in (proposal.supplier.name, "1000.00", "600.00"))
    assert [(problem.field, problem.code) for problem in refusal.errors] == [
        ("lines", "below_minimum")
    ]


def test_exactly_the_minimum_and_exactly_the_maximum_are_taken():
    proposal = draft_proposal(need=4, price=100)
    terms(proposal.supplier, minimum_order_amount=Decimal(400), maximum_order_amount=Decimal(400))
    assert submit(proposal).state == "submitted"


def test_a_fee_lets_a_small_order_through_and_is_told(pharmacist):
    proposal = draft_proposal(need=4, price=100)
    terms(proposal.supplier, minimum_order_amount=Decimal(1000), small_order_fee=Decimal(25))
    [finding] = proposals_limits([proposal])[proposal.pk]
    assert (finding.code, finding.weight, finding.limit, finding.by) == (
        "small_order_fee", "costs", 1000, 25,
    )  # fmt: skip
    submit(proposal)
    assert approve(proposal, pharmacist).state == "approved"


def test_what_is_above_the_maximum_is_not_submitted():
    proposal = draft_proposal(need=4, price=100)
    terms(proposal.supplier, maximum_order_amount=Decimal("399.99"))
    refusal = refused(SupplierMaximumExceeded, submit, proposal=proposal)
    assert (refusal.extra["maximum"], refusal.extra["exceeded_by"]) == ("399.99", "0.01")


@pytest.mark.parametrize("step", [1, 2])
@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"minimum_order_amount": Decimal(1001)}, SupplierMinimumNotMet),
        ({"maximum_order_amount": Decimal(999)}, SupplierMaximumExceeded),
    ],
)
def test_terms_that_changed_since_the_submission_hold_at_every_approval(
    changed, error, step, pharmacist, owner
):
    rule(approvers=2)
    proposal = submitted_proposal(need=10, price=100)
    if step == 2:
        approve(proposal, pharmacist)
    terms(proposal.supplier, **changed)
    refused(error, approve, proposal=proposal, actor=owner)


# --- Credit --------------------------------------------------------------------------------------


def test_an_approval_beyond_the_credit_limit_is_refused_with_how_things_stand(pharmacist):
    supplier = SupplierFactory()
    received = placed_order(supplier=supplier, need=3, price=100)
    goods_receive(
        actor=pharmacist, now=timezone.now(), order_id=received.pk, deliveries=[delivery(received)]
    )
    placed_order(supplier=supplier, need=2, price=100)
    proposal = submitted_proposal(supplier=supplier, need=6, price=100)
    terms(supplier, credit_limit=Decimal(1000))
    refusal = refused(SupplierCreditExceeded, approve, proposal=proposal, actor=pharmacist)
    assert refusal.extra == {
        "supplier_id": supplier.pk,
        "supplier_name": supplier.name,
        "credit_limit": "1000.00",
        "owed": "300.00",
        "on_order": "200.00",
        "requested": "600.00",
        "exceeded_by": "100.00",
    }
    assert all(word in refusal.detail for word in (supplier.name, "1000.00", "100.00"))
    supplier_payment_record(
        actor=actor_with("owner"),
        now=timezone.now(),
        supplier_id=supplier.pk,
        amount=Decimal(100),
        account="cash",
    )
    assert approve(proposal, pharmacist).state == "approved"


def test_what_is_approved_and_not_ordered_yet_uses_credit_too(pharmacist, now):
    supplier = SupplierFactory()
    first, second = (submitted_proposal(supplier=supplier, need=6, price=100) for _ in "12")
    terms(supplier, credit_limit=Decimal(1000))
    approve(first, pharmacist)
    assert supplier_exposure([supplier.pk])[supplier.pk].on_order == 600
    refused(SupplierCreditExceeded, approve, proposal=second, actor=pharmacist)
    order_place(now=now, proposal_id=first.pk)
    assert supplier_exposure([supplier.pk])[supplier.pk].on_order == 600


def test_submitting_beyond_the_limit_is_told_not_refused(pharmacist):
    proposal = draft_proposal(need=10, price=100)
    terms(proposal.supplier, credit_limit=Decimal(999))
    assert submit(proposal).state == "submitted"
    [finding] = proposals_limits([fresh(proposal)])[proposal.pk]
    assert (finding.code, finding.weight, finding.limit, finding.by) == (
        "credit_limit_exceeded", "needs_override", 999, 1,
    )  # fmt: skip


def test_who_may_goes_beyond_it_saying_why_and_that_is_kept(owner, now):
    proposal = beyond_credit()
    assert override(proposal, owner).state == "approved"
    kept = CreditOverride.objects.get(proposal=proposal)
    assert (kept.credit_limit, kept.exposure, kept.amount, kept.exceeded_by) == (999, 0, 1000, 1)
    assert (kept.reason, kept.overridden_by_id, kept.order) == ("paid tomorrow", owner.id, None)
    entry = AuditEntry.objects.get(action="purchases.credit_limit_exceeded")
    assert (entry.actor_id, entry.reason) == (owner.id, "paid tomorrow")
    assert entry.changes["exceeded_by"] == "1.00"
    order_place(now=now, proposal_id=proposal.pk)  # what was let through is not asked again
    assert PurchaseOrder.objects.get(proposal=proposal).total == 1000
    for change in ({"reason": "other"}, None):
        rows = CreditOverride.objects.filter(pk=kept.pk)
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**change) if change else rows.delete()


def test_a_reason_does_not_help_who_may_not(pharmacist):
    proposal = beyond_credit()
    refusal = refused(
        CreditOverrideForbidden, override, proposal=proposal, actor=pharmacist, may=False
    )
    assert refusal.extra["exceeded_by"] == "1.00"


@pytest.mark.parametrize("reason", ["", "  "])
def test_the_right_alone_does_not_help_without_a_reason(reason, owner):
    refused(SupplierCreditExceeded, override, proposal=beyond_credit(), actor=owner, reason=reason)


def test_a_reason_that_is_not_needed_is_not_kept(pharmacist):
    override(beyond_credit(limit=1000), pharmacist, may=False)
    assert not CreditOverride.objects.exists()


def test_of_two_approvals_the_one_that_commits_uses_the_credit(pharmacist, owner):
    rule(approvers=2)
    proposal = beyond_credit()
    assert approve(proposal, pharmacist).state == "submitted"
    refused(SupplierCreditExceeded, approve, proposal=proposal, actor=owner)
    assert override(proposal, owner).state == "approved"


def test_the_first_of_two_approvals_is_not_given_for_money_that_is_not_there(pharmacist, owner):
    rule(approvers=2)
    proposal = submitted_proposal(need=10, price=2_000_000)
    refusal = refused(InsufficientCapital, approve, proposal=proposal, actor=pharmacist)
    assert refusal.extra == {
        "available": "10000000.00",
        "requested": "20000000.00",
        "available_when_submitted": "10000000.00",
    }
    put_in(10_000_000, now=timezone.now())
    assert approve(proposal, pharmacist).state == "submitted"
    assert approve(proposal, owner).state == "approved"


# --- Amending ------------------------------------------------------------------------------------


def amend(order, actor, *packs, price=None, reason="", may=False):
    lines = order.lines.order_by("position")
    return order_amend(
        actor=actor,
        now=timezone.now(),
        order_id=order.pk,
        lines=[
            LineAmendment(line_id=line.pk, packs=number, pack_price=price)
            for line, number in zip(lines, packs, strict=False)
        ],
        reason="asked for",
        may_approve=True,
        credit_override_reason=reason,
        may_exceed_credit=may,
    )


def test_an_order_does_not_grow_beyond_the_credit_limit_unless_somebody_says_why(owner):
    order = placed_order(need=10, price=100)
    terms(order.supplier, credit_limit=Decimal(1050))
    refusal = refused(SupplierCreditExceeded, partial(amend, order, owner, 11))
    assert (refusal.extra["on_order"], refusal.extra["requested"]) == ("1000.00", "100.00")
    refused(CreditOverrideForbidden, partial(amend, order, owner, 11, reason="agreed"))
    amend(order, owner, 11, reason="agreed", may=True)
    kept = CreditOverride.objects.get()
    assert (kept.order_id, kept.proposal_id) == (order.pk, order.proposal_id)
    assert (kept.exposure, kept.amount, kept.exceeded_by) == (1000, 100, 50)


def test_a_dearer_price_uses_credit_too(owner):
    order = placed_order(need=10, price=100)
    terms(order.supplier, credit_limit=Decimal(1000))
    refused(SupplierCreditExceeded, partial(amend, order, owner, 10, price=Decimal(101)))


def test_an_order_does_not_grow_above_the_maximum(owner):
    order = placed_order(need=10, price=100)
    terms(order.supplier, maximum_order_amount=Decimal(1000))
    refused(SupplierMaximumExceeded, partial(amend, order, owner, 11))
    # A price is what the supplier asks: it takes its own price.
    assert amend(order, owner, 10, price=Decimal(101)).total == 1010
    # Coming back to what it takes is not refused for not being there yet.
    terms(order.supplier, maximum_order_amount=Decimal(100))
    assert amend(order, owner, 9).total == 909


def test_fewer_packs_do_not_take_an_order_below_the_minimum(owner):
    order = placed_order(need=10, price=100)
    terms(order.supplier, minimum_order_amount=Decimal(900))
    assert amend(order, owner, 9).total == 900
    refusal = refused(SupplierMinimumNotMet, partial(amend, order, owner, 8))
    assert refusal.extra["shortfall"] == "100.00"
    assert amend(order, owner, 9, price=Decimal(50)).total == 450
    assert amend(order, owner, 10, price=Decimal(50)).total == 500  # nearer, not there yet


def test_what_the_supplier_does_not_have_may_leave_an_order_below_the_minimum(pharmacist, now):
    order = order_of_lines(lines=2)
    terms(order.supplier, minimum_order_amount=Decimal(2000))
    refused(SupplierMinimumNotMet, partial(amend, order, pharmacist, 0))
    line = order.lines.get(position=1)
    cut = order_cancel_lines(
        actor=pharmacist,
        now=now,
        order_id=order.pk,
        lines=[LineCancellation(line_id=line.pk)],
        reason="none left",
    )
    assert cut.total == 1000


# --- At once -------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_approvals_at_once_do_not_share_the_last_credit(together):
    put_in(100_000_000, now=timezone.now())
    approvers = [actor_with("pharmacist"), actor_with("owner")]
    for _round in range(6):
        supplier = SupplierFactory()
        waiting = [submitted_proposal(supplier=supplier, need=6, price=100) for _ in approvers]
        terms(supplier, credit_limit=Decimal(1000))
        results = together(
            [
                partial(approve, proposal, actor)
                for proposal, actor in zip(waiting, approvers, strict=True)
            ]
        )
        kinds = sorted(type(result).__name__ for result in results)
        assert kinds == ["Proposal", "SupplierCreditExceeded"], results
        assert Proposal.objects.filter(supplier=supplier, state="approved").count() == 1
        assert supplier_exposure([supplier.pk])[supplier.pk].total == 600


@pytest.mark.django_db(transaction=True)
def test_an_approval_and_a_growing_order_at_once_do_not_share_the_last_credit(together):
    put_in(100_000_000, now=timezone.now())
    approver, owner = actor_with("pharmacist"), actor_with("owner")
    for _round in range(4):
        supplier = SupplierFactory()
        order = placed_order(supplier=supplier, need=4, price=100)
        proposal = submitted_proposal(supplier=supplier, need=6, price=100)
        terms(supplier, credit_limit=Decimal(1000))
        results = together([partial(approve, proposal, approver), partial(amend, order, owner, 9)])
        refusals = [one for one in results if isinstance(one, SupplierCreditExceeded)]
        assert len(refusals) == 1, results
        assert supplier_exposure([supplier.pk])[supplier.pk].total <= 1000


@pytest.mark.django_db(transaction=True)
def test_goods_that_arrive_during_an_approval_are_counted_once(together):
    put_in(100_000_000, now=timezone.now())
    pharmacist, approver = actor_with("pharmacist"), actor_with("owner")
    for _round in range(4):
        supplier = SupplierFactory()
        order = placed_order(supplier=supplier, need=4, price=100)
        proposal = submitted_proposal(supplier=supplier, need=6, price=100)
        terms(supplier, credit_limit=Decimal(1000))
        arrival = partial(
            goods_receive,
            actor=pharmacist,
            now=timezone.now(),
            order_id=order.pk,
            deliveries=[delivery(order)],
        )
        results = together([partial(approve, proposal, approver), arrival])
        assert [one for one in results if isinstance(one, Exception)] == []
        exposure = supplier_exposure([supplier.pk])[supplier.pk]
        assert (exposure.owed, exposure.on_order) == (400, 600)


# --- Queries -------------------------------------------------------------------------------------


def test_findings_of_any_number_of_suppliers_take_the_same_queries():
    proposals = [draft_proposal(need=1, price=100) for _ in range(12)]
    Supplier.objects.update(credit_limit=Decimal(1), minimum_order_amount=Decimal(500))
    counts = []
    for number in (1, 12):
        with CaptureQueriesContext(connection) as queries:
            found = proposals_limits(proposals[:number])
        assert all(len(findings) == 2 for findings in found.values())
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_credit_of_any_number_of_lines_takes_the_same_queries(owner):
    counts = []
    for lines in (1, 30):
        order = order_of_lines(lines=lines)
        terms(order.supplier, credit_limit=Decimal(10**6))
        with CaptureQueriesContext(connection) as queries:
            amend(order, owner, 11)
        counts.append(len(queries))
    assert counts[0] == counts[1]


# --- Over HTTP -----------------------------------------------------------------------------------

PROPOSALS = "/api/v1/purchase-proposals"


def test_over_http_the_check_foresees_what_the_steps_refuse(client_as):
    buyer = client_as("purchasing")
    proposal = draft_proposal(need=4, price=100)
    terms(proposal.supplier, minimum_order_amount=Decimal(500), credit_limit=Decimal(300))
    path = f"{PROPOSALS}/{proposal.pk}"
    checked = buyer.get(f"{path}/check/").json()
    assert checked["limits"] == [
        {"code": "below_minimum", "weight": "blocks", "limit": "500.00", "by": "100.00"},
        {
            "code": "credit_limit_exceeded", "weight": "needs_override", "limit": "300.00",
            "by": "100.00",
        },
    ]  # fmt: skip
    before = everything()
    refusal = buyer.post(f"{path}/submit/")
    assert (refusal.status_code, refusal.json()["code"]) == (422, "supplier_minimum_not_met")
    assert refusal.json()["shortfall"] == "100.00"
    assert everything() == before


@pytest.mark.parametrize(
    ("role", "status", "code"),
    [
        ("owner", 200, None),
        ("pharmacist", 403, "credit_override_forbidden"),
        ("purchasing", 403, "forbidden"),
        ("accountant", 403, "forbidden"),
    ],
)
def test_over_http_only_who_may_exceeds_the_limit_with_a_reason(role, status, code, client_as):
    proposal, client = beyond_credit(), client_as(role)
    path = f"{PROPOSALS}/{proposal.pk}"
    before = everything()
    if role in {"owner", "pharmacist"}:
        without = client.post(f"{path}/approve/", {"version": 2})
        assert (without.status_code, without.json()["code"]) == (409, "supplier_credit_exceeded")
        assert without.json()["errors"][0]["field"] == "credit_override_reason"
    answer = client.post(
        f"{path}/approve/", {"version": 2, "credit_override_reason": "agreed by phone"}
    )
    assert answer.status_code == status, answer.json()
    if code is not None:
        assert answer.json()["code"] == code
        assert everything() == before
        return
    [kept] = answer.json()["credit_overrides"]
    assert (kept["exceeded_by"], kept["reason"], kept["order_id"]) == (
        "1.00", "agreed by phone", None,
    )  # fmt: skip
    assert kept["overridden_by"]["username"] == client.user.username
    order = order_place(now=timezone.now(), proposal_id=proposal.pk)
    shown = client.get(f"/api/v1/purchase-orders/{order.pk}/").json()
    assert shown["credit_overrides"] == [kept]


def test_over_http_an_order_grows_beyond_the_limit_only_with_the_right_and_a_reason(client_as):
    order = placed_order(need=10, price=100)
    terms(order.supplier, credit_limit=Decimal(1000))
    path = f"/api/v1/purchase-orders/{order.pk}/amendments/"
    body = {"lines": [{"line_id": order.lines.get().pk, "packs": 11}], "reason": "one more"}
    pharmacist, owner = client_as("pharmacist"), client_as("owner")
    before = everything()
    assert pharmacist.post(path, body, format="json").status_code == 409
    body["credit_override_reason"] = "agreed"
    assert pharmacist.post(path, body, format="json").status_code == 403
    assert everything() == before
    grown = owner.post(path, body, format="json").json()
    assert (grown["total"], grown["credit_overrides"][0]["order_id"]) == ("1100.00", order.pk)


# --- The page ------------------------------------------------------------------------------------


def test_the_worked_example_of_the_page(pharmacist, owner, now):
    supplier = SupplierFactory()
    first = placed_order(supplier=supplier, need=300, price=1000)
    goods_receive(actor=pharmacist, now=now, order_id=first.pk, deliveries=[delivery(first)])
    placed_order(supplier=supplier, need=250, price=1000)
    small = draft_proposal(supplier=supplier, need=80, price=1000)
    fitting, more = (
        submitted_proposal(supplier=supplier, need=need, price=1000) for need in (450, 100)
    )
    # Agreed after they were built: baskets keep to the terms of their day.
    terms(supplier, minimum_order_amount=Decimal(100_000), credit_limit=Decimal(1_000_000))
    assert refused(SupplierMinimumNotMet, submit, proposal=small).extra["shortfall"] == "20000.00"
    assert approve(fitting, pharmacist).state == "approved"
    refusal = refused(SupplierCreditExceeded, approve, proposal=more, actor=pharmacist)
    assert refusal.extra["exceeded_by"] == "100000.00"
    assert override(more, owner).state == "approved"
    kept = CreditOverride.objects.get()
    assert (kept.exposure, kept.amount, kept.exceeded_by) == (1_000_000, 100_000, 100_000)
