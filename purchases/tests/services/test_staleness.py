"""Nothing is approved that rests on prices, deals, products or money of yesterday."""

from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from capital.public import InsufficientCapital, capital_summary
from capital.tests.factories import put_in
from core.models import AuditSeal, OutboxEvent
from inventory.public import shortages
from purchases.errors import ProposalStale, ProposalVersionOutdated
from purchases.models import Offer, OfferLine, Proposal, Supplier
from purchases.selectors.proposals import proposal_freshness
from purchases.services.offers.offers import offer_set_terms, offer_withdraw
from purchases.services.proposals.building import proposals_build
from purchases.services.proposals.lines import proposal_line_update
from purchases.services.proposals.proposals import proposal_submit
from purchases.services.suppliers.suppliers import supplier_update
from purchases.tests.factories import (
    PLENTY,
    SupplierFactory,
    actor_with,
    draft_proposal,
    short_product,
    source,
    submitted_proposal,
)
from purchases.tests.proposal_states import approve, changes_requested, fresh, new_offer
from purchases.tests.snapshots import everything

pytestmark = pytest.mark.django_db

Product = apps.get_model("inventory", "Product")
Packaging = apps.get_model("inventory", "Packaging")


def offer_of(proposal):
    return proposal.lines.get().offer_line.offer


def withdraw(proposal):
    offer_withdraw(
        actor=actor_with("purchasing"), now=timezone.now(), offer_id=offer_of(proposal).pk
    )


def end_yesterday(proposal):
    offer_set_terms(
        actor=actor_with("purchasing"),
        now=timezone.now(),
        offer_id=offer_of(proposal).pk,
        valid_until=(timezone.now() - timedelta(days=2)).date(),
    )


def deactivate(proposal):
    supplier_update(
        actor=actor_with("purchasing"),
        now=timezone.now(),
        supplier_id=proposal.supplier_id,
        is_active=False,
    )


def offer_anew(price, deal=""):
    def change(proposal):
        new_offer(
            proposal.supplier,
            proposal.lines.get().product_id,
            price=price,
            deal=deal,
            source_id=f"n{proposal.pk}",
        )

    return change


def archive(proposal):
    Product.objects.filter(pk=proposal.lines.get().product_id).update(lifecycle="discontinued")


def grow_old(proposal):
    Offer.objects.filter(pk=offer_of(proposal).pk).update(
        received_at=timezone.now() - timedelta(days=31)
    )


def mean_another_product(proposal):
    """As a merge of products or a correction past every check would."""
    OfferLine.objects.filter(offer=offer_of(proposal)).update(product_id=short_product())


CHANGES = {
    "another product": (mean_another_product, ["offer_gone"], None),
    "dearer": (offer_anew(120), ["newer_offer", "price_changed", "amount_changed"], "840.00"),
    "cheaper": (offer_anew(80), ["newer_offer", "price_changed", "amount_changed"], "560.00"),
    "another deal": (offer_anew(100, "1+7"), ["newer_offer", "deal_changed"], "700.00"),
    "withdrawn": (withdraw, ["offer_withdrawn"], None),
    "past its last day": (end_yesterday, ["offer_expired"], None),
    "too old": (grow_old, ["offer_stale"], None),
    "supplier inactive": (deactivate, ["supplier_inactive"], None),
    "no longer bought": (archive, ["product_not_purchasable"], "700.00"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_an_approval_on_what_changed_is_refused_with_what_changed(change, pharmacist):
    put_in(10_000, now=timezone.now())
    proposal = submitted_proposal(need=7, price=100)
    do, reasons, amount_now = CHANGES[change]
    do(proposal)
    before = everything()
    with pytest.raises(ProposalStale) as refusal:
        approve(proposal, pharmacist)
    [line] = refusal.value.extra["changed_lines"]
    assert line["reasons"] == reasons
    assert line["before"]["amount"] == "700.00"
    assert (line["now"] and line["now"]["amount"]) == amount_now
    assert [problem.field for problem in refusal.value.errors] == ["lines.0"]
    assert everything() == before
    assert not proposal_freshness(proposal.pk, now=timezone.now()).fresh


@pytest.mark.parametrize("state", ["draft", "changes_requested"])
@pytest.mark.parametrize("change", ["dearer", "withdrawn", "no longer bought"])
def test_what_is_stale_cannot_be_submitted_either(state, change, buyer):
    make = draft_proposal if state == "draft" else changes_requested
    proposal = make(requester=buyer, need=7, price=100)
    CHANGES[change][0](proposal)
    before = everything()
    with pytest.raises(ProposalStale):
        proposal_submit(actor=buyer, now=timezone.now(), proposal_id=proposal.pk)
    assert everything() == before


def test_a_newer_offer_of_the_same_figures_changes_nothing(pharmacist):
    put_in(10_000, now=timezone.now())
    proposal = submitted_proposal(need=7, price=100)
    offer_anew(100)(proposal)
    assert approve(proposal, pharmacist).state == "approved"


def test_a_submission_keeps_what_it_rests_on(buyer):
    put_in(5_000, now=timezone.now())
    proposal = submitted_proposal(requester=buyer, need=14, price=100, deal="1+6")
    submission = proposal.submissions.get()
    assert (submission.version, submission.total) == (proposal.version, Decimal(1200))
    assert submission.capital_available == Decimal(5000)
    [line] = submission.lines
    assert (line["pack_price"], line["deal"], line["packs"], line["free_packs"]) == (
        "100.00", "1+6", 12, 2,
    )  # fmt: skip
    assert len(submission.fingerprint) == 64


def test_an_approval_commits_capital_and_announces_the_goods(pharmacist, now):
    put_in(10_000, now=now)
    available = capital_summary().available
    proposal = submitted_proposal(need=14, price=100, deal="1+6")
    product = proposal.lines.get().product_id
    approve(proposal, pharmacist)
    assert capital_summary().available == available - Decimal(1200)
    assert shortages(product_ids=[product], now=timezone.now()) == []
    approved = OutboxEvent.objects.filter(name="purchases.proposal_approved").latest("pk")
    assert approved.payload["approved_by_id"] == pharmacist.id


def test_without_the_money_nothing_is_approved_and_what_there_was_is_said(pharmacist, now):
    put_in(10_000, now=now)
    proposal = submitted_proposal(need=10, price=1000)
    other = submitted_proposal(need=1, price=4000)
    approve(other, pharmacist)
    before = everything()
    with pytest.raises(InsufficientCapital) as refusal:
        approve(proposal, pharmacist)
    assert refusal.value.extra == {
        "available": "6000.00",
        "requested": "10000.00",
        "available_when_submitted": "10000.00",
    }
    assert everything() == before


def test_nobody_approves_a_version_he_has_not_seen(buyer, pharmacist):
    put_in(10_000, now=timezone.now())
    proposal = changes_requested(requester=buyer, need=7, price=100)
    seen = fresh(proposal).version
    line = proposal.lines.get()
    proposal_line_update(
        actor=buyer, now=timezone.now(), proposal_id=proposal.pk, line_id=line.pk, packs=9
    )
    proposal_submit(actor=buyer, now=timezone.now(), proposal_id=proposal.pk)
    before = everything()
    with pytest.raises(ProposalVersionOutdated) as refusal:
        approve(proposal, pharmacist, version=seen)
    assert refusal.value.extra["version"] == seen + 2
    assert [change["kind"] for change in refusal.value.extra["changes"]] == [
        "quantity_changed", "state_changed",
    ]  # fmt: skip
    assert refusal.value.extra["changes"][0]["after"]["packs"] == 9
    assert everything() == before
    assert approve(proposal, pharmacist, version=seen + 2).state == "approved"


def many_lines(buyer, count):
    supplier = SupplierFactory()
    products = [short_product(need=2) for _ in range(count)]
    for product in products:
        source(product, price=10, supplier=supplier)
    return proposals_build(
        actor=buyer, now=timezone.now(), product_ids=products, budget=PLENTY
    ).proposals.get()


def test_queries_of_submitting_checking_and_approving_do_not_grow_with_lines(buyer, pharmacist):
    put_in(10_000, now=timezone.now())
    counts = []
    for size in (1, 30):
        proposal = many_lines(buyer, size)
        steps = [
            partial(proposal_submit, actor=buyer, now=timezone.now(), proposal_id=proposal.pk),
            partial(proposal_freshness, proposal.pk, now=timezone.now()),
            partial(approve, proposal, pharmacist, version=proposal.version + 1),
        ]
        count = []
        for step in steps:
            with CaptureQueriesContext(connection) as queries:
                step()
            count.append(len(queries))
        counts.append(count)
    assert counts[0] == counts[1]


# --- While prices change -------------------------------------------------------------------------


def order_of_commits(*actions):
    """The actions in the order in which they were committed: the audit log seals at commit."""
    rows = AuditSeal.objects.filter(entry__action__in=actions).order_by("sequence")
    return list(rows.values_list("entry__action", "entry__subject_id"))


RIVALS = {
    "a new offer": (
        lambda proposal, line: new_offer(
            proposal.supplier, line.product_id, price=150, source_id=f"r{proposal.pk}"
        ),
        "purchases.offer_created",
    ),
    "a withdrawal": (
        lambda proposal, line: withdraw(proposal),
        "purchases.offer_withdrawn",
    ),
    "an offer's last day": (
        lambda proposal, line: end_yesterday(proposal),
        "purchases.offer_terms_set",
    ),
    "the supplier's end": (
        lambda proposal, line: deactivate(proposal),
        "purchases.supplier_updated",
    ),
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("rival", RIVALS)
def test_while_prices_change_it_is_approved_before_the_change_or_not_at_all(rival, together):
    """Many rounds at full speed: whatever came first in the audit log decides, never both."""
    put_in(1_000_000, now=timezone.now())
    approver = actor_with("pharmacist")
    change, action = RIVALS[rival]
    outcomes = set()
    for _round in range(12):
        proposal = submitted_proposal(need=7, price=100)
        line = proposal.lines.get()
        approval, changed = together(
            [
                partial(approve, proposal, approver, version=proposal.version),
                partial(change, proposal, line),
            ]
        )
        assert not isinstance(changed, Exception), changed
        state = fresh(proposal).state
        if isinstance(approval, Proposal):
            assert state == "approved"
            commits = [
                name for name, _pk in order_of_commits("purchases.proposal_approved", action)
            ]
            # Since the last round, the approval first and then the change.
            assert commits[-2:] == ["purchases.proposal_approved", action]
            outcomes.add("before")
        else:
            assert isinstance(approval, ProposalStale), approval
            assert [found["line_id"] for found in approval.extra["changed_lines"]] == [line.pk]
            assert state == "submitted"
            outcomes.add("refused")
    assert outcomes <= {"before", "refused"}


def wait_until_somebody_waits_for_us():
    for _ in range(400):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND wait_event_type = 'Lock' AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
            )
            if cursor.fetchone()[0]:
                return
            cursor.execute("SELECT pg_sleep(0.01)")
    raise AssertionError("nobody waited")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("rival", RIVALS)
def test_an_approval_that_has_looked_at_prices_holds_them_until_it_is_done(rival, in_thread):
    """The approval stands still after its check, at the money: the change must wait for it."""
    put_in(1_000_000, now=timezone.now())
    approver = actor_with("pharmacist")
    change, action = RIVALS[rival]
    proposal = submitted_proposal(need=7, price=100)
    line = proposal.lines.get()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE capital_commitment IN SHARE MODE")
        approval = in_thread(partial(approve, proposal, approver, version=proposal.version))
        wait_until_somebody_waits_for_us()
        changing = in_thread(partial(change, proposal, line))
        assert not changing.done_within(0.5)
        assert Proposal.objects.get(pk=proposal.pk).state == "submitted"
    assert isinstance(approval.result(), Proposal)
    assert not isinstance(changing.result(), Exception)
    commits = [name for name, _pk in order_of_commits("purchases.proposal_approved", action)]
    assert commits == ["purchases.proposal_approved", action]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("rival", RIVALS)
def test_an_approval_that_comes_while_prices_change_waits_and_sees_the_change(rival, in_thread):
    """The change stands still before its commit: the approval must wait, and is then refused."""
    put_in(1_000_000, now=timezone.now())
    approver = actor_with("pharmacist")
    change, _action = RIVALS[rival]
    proposal = submitted_proposal(need=7, price=100)
    line = proposal.lines.get()
    with transaction.atomic():
        change(proposal, line)
        approval = in_thread(partial(approve, proposal, approver, version=proposal.version))
        wait_until_somebody_waits_for_us()
        assert not approval.done_within(0.2)
    assert isinstance(approval.result(), ProposalStale)
    assert fresh(proposal).state == "submitted"


@pytest.mark.django_db(transaction=True)
def test_submitting_while_prices_change_rests_on_one_or_the_other(together):
    buyer = actor_with("purchasing")
    for _round in range(8):
        proposal = draft_proposal(requester=buyer, need=7, price=100)
        line = proposal.lines.get()
        submitted, changed = together(
            [
                partial(proposal_submit, actor=buyer, now=timezone.now(), proposal_id=proposal.pk),
                partial(
                    new_offer,
                    Supplier.objects.get(pk=proposal.supplier_id),
                    line.product_id,
                    price=150,
                    source_id=f"s{proposal.pk}",
                ),
            ]
        )
        assert not isinstance(changed, Exception), changed
        if isinstance(submitted, Proposal):
            assert submitted.submissions.get().lines[0]["amount"] == "700.00"
            commits = order_of_commits("purchases.proposal_submitted", "purchases.offer_created")
            assert commits[-1][0] == "purchases.offer_created"
        else:
            assert isinstance(submitted, ProposalStale), submitted
