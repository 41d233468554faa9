"""Lines are edited while nobody decides, and every change is kept."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.models import AuditEntry
from purchases.errors import (
    ProductProposedAlready,
    ProposalLineNotFound,
    ProposalStateRefused,
    QuantityOutOfRange,
    ReasonRequired,
    SourceNotUsable,
)
from purchases.models import Proposal, ProposalChange, ProposalLine
from purchases.services.proposals.building import proposals_build
from purchases.services.proposals.lines import (
    proposal_line_add,
    proposal_line_remove,
    proposal_line_update,
)
from purchases.services.proposals.moves import proposal_line_switch, proposal_refresh
from purchases.tests.factories import (
    PLENTY,
    SupplierFactory,
    draft_proposal,
    short_product,
    source,
    submitted_proposal,
)
from purchases.tests.proposal_states import changes_requested, fresh, new_offer
from purchases.tests.snapshots import everything

pytestmark = pytest.mark.django_db


def last_change(proposal):
    return proposal.changes.latest("pk")


def test_another_number_of_packs_changes_free_goods_cost_and_total(buyer, now):
    proposal = draft_proposal(requester=buyer, need=6, price=100, deal="1+6")
    line = proposal.lines.get()
    proposal_line_update(
        actor=buyer,
        now=now,
        proposal_id=proposal.pk,
        line_id=line.pk,
        packs=12,
        reason="a festival",
    )
    line.refresh_from_db()
    after = fresh(proposal)
    assert (line.packs, line.free_packs, line.amount) == (12, 2, Decimal(1200))
    assert (after.total, after.version) == (Decimal(1200), 2)
    assert line.why["packs_proposed"] == 6
    assert line.why["purchase"]["beyond_need"] == 8
    change = last_change(proposal)
    assert (change.kind, change.changed_by_id, change.reason, change.version) == (
        "quantity_changed", buyer.id, "a festival", 2,
    )  # fmt: skip
    assert (change.before["packs"], change.before["amount"]) == (6, "600.00")
    assert (change.after["packs"], change.after["amount"]) == (12, "1200.00")
    assert AuditEntry.objects.filter(action="purchases.proposal_lines_changed").count() == 1


def test_a_quantity_out_of_range_changes_nothing(buyer, now):
    proposal = draft_proposal(requester=buyer, purchase_units=100)
    line = proposal.lines.get()
    before = everything()
    with pytest.raises(QuantityOutOfRange):
        proposal_line_update(
            actor=buyer, now=now, proposal_id=proposal.pk, line_id=line.pk, packs=2 * 10**9
        )
    assert everything() == before


def test_removing_a_line_lowers_the_total_and_says_why(buyer, now):
    products = [short_product(need=10), short_product(need=10)]
    supplier = SupplierFactory()
    for product in products:
        source(product, price=10, supplier=supplier)
    proposal = proposals_build(
        actor=buyer, now=now, product_ids=products, budget=PLENTY
    ).proposals.get()
    gone = proposal.lines.get(product_id=products[0])
    proposal_line_remove(
        actor=buyer, now=now, proposal_id=proposal.pk, line_id=gone.pk, reason="out of season"
    )
    assert fresh(proposal).total == Decimal(100)
    assert list(proposal.lines.values_list("product_id", flat=True)) == [products[1]]
    change = last_change(proposal)
    assert (change.kind, change.product_id, change.position) == (
        "line_removed", products[0], gone.position,
    )  # fmt: skip
    assert (change.before["packs"], change.after, change.reason) == (10, None, "out of season")


def test_a_product_is_added_by_hand_from_a_present_offer(buyer, now):
    supplier = SupplierFactory()
    proposal = draft_proposal(requester=buyer, supplier=supplier, need=10, price=10)
    plenty = short_product(need=5)
    offered = source(plenty, price=7, deal="1+6", supplier=supplier)
    proposal_line_add(
        actor=buyer,
        now=now,
        proposal_id=proposal.pk,
        offer_line_id=offered.pk,
        packs=6,
        reason="asked for at the counter",
    )
    line = proposal.lines.get(product_id=plenty)
    assert (line.position, line.packs, line.free_packs, line.amount) == (2, 6, 1, Decimal(42))
    assert fresh(proposal).total == Decimal(142)
    assert line.why["need"]["min_stock"] == 5
    assert last_change(proposal).kind == "line_added"
    assert last_change(proposal).before is None


def test_a_removed_lines_position_is_never_given_again(buyer, now):
    supplier = SupplierFactory()
    proposal = draft_proposal(requester=buyer, supplier=supplier, need=10, price=10)
    offered = [source(short_product(), price=7, supplier=supplier) for _ in range(2)]
    ids = {"actor": buyer, "now": now, "proposal_id": proposal.pk}
    proposal_line_add(**ids, offer_line_id=offered[0].pk, packs=1)
    gone = proposal.lines.get(position=2)
    proposal_line_remove(**ids, line_id=gone.pk, reason="no")
    proposal_line_add(**ids, offer_line_id=offered[1].pk, packs=1)
    assert list(proposal.lines.order_by("position").values_list("position", flat=True)) == [1, 3]


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda line: line.offer.__class__.objects.update(withdrawn_at=timezone.now()),
         "offer_withdrawn"),
        (lambda line: line.offer.__class__.objects.update(
            valid_until=timezone.now() - timedelta(days=3)), "offer_expired"),
        (lambda line: line.offer.supplier.__class__.objects.update(is_active=False),
         "supplier_inactive"),
        (lambda line: new_offer(
            line.offer.supplier, line.product_id, price=9, source_id="n1"), "newer_offer"),
    ],
)  # fmt: skip
def test_only_a_present_source_can_be_added(spoil, reason, buyer, now):
    supplier = SupplierFactory()
    proposal = draft_proposal(requester=buyer, supplier=supplier)
    offered = source(short_product(), supplier=supplier)
    spoil(offered)
    before = everything()
    with pytest.raises(SourceNotUsable) as refusal:
        proposal_line_add(
            actor=buyer,
            now=timezone.now(),
            proposal_id=proposal.pk,
            offer_line_id=offered.pk,
            packs=1,
        )
    assert refusal.value.extra["reason"] == reason
    assert everything() == before


def test_another_suppliers_line_and_a_product_twice_are_refused(buyer, now):
    proposal = draft_proposal(requester=buyer)
    ids = {"actor": buyer, "now": now, "proposal_id": proposal.pk, "packs": 1}
    before_other = source(short_product())
    same = proposal.lines.get()
    before = everything()
    with pytest.raises(SourceNotUsable):
        proposal_line_add(**ids, offer_line_id=before_other.pk)
    with pytest.raises(ProductProposedAlready):
        proposal_line_add(**ids, offer_line_id=same.offer_line_id)
    assert everything() == before


def test_a_line_is_switched_within_its_supplier(buyer, now):
    supplier = SupplierFactory()
    proposal = draft_proposal(requester=buyer, supplier=supplier, need=10, price=10)
    line = proposal.lines.get()
    other = source(
        line.product_id, price=12, supplier=supplier, received_at=line.offer_line.offer.received_at
    )
    type(other).objects.filter(pk=other.pk).update(offer_id=line.offer_line.offer_id, position=99)
    result = proposal_line_switch(
        actor=buyer,
        now=timezone.now(),
        proposal_id=proposal.pk,
        line_id=line.pk,
        offer_line_id=other.pk,
        reason="the better brand",
    )
    line.refresh_from_db()
    assert result.pk == proposal.pk
    assert (line.offer_line_id, line.amount) == (other.pk, Decimal(120))
    assert last_change(proposal).kind == "source_changed"


@pytest.mark.parametrize("draft_exists", [True, False])
def test_a_line_moves_to_the_other_suppliers_draft_of_the_same_build(draft_exists, buyer, now):
    here, there = SupplierFactory(), SupplierFactory()
    product = short_product(need=10)
    source(product, price=10, supplier=here)
    products = [product]
    if draft_exists:
        products.append(short_product(need=3))
        source(products[1], price=5, supplier=there)
    rival = source(product, price=11, supplier=there, deal="")
    build = proposals_build(actor=buyer, now=now, product_ids=products, budget=PLENTY)
    proposal = build.proposals.get(supplier=here)
    line = proposal.lines.get()
    # The rival's newest offer must still hold the other product: both are in offers of today.
    target = proposal_line_switch(
        actor=buyer,
        now=timezone.now(),
        proposal_id=proposal.pk,
        line_id=line.pk,
        offer_line_id=rival.pk,
        reason="delivers tomorrow",
    )
    assert build.proposals.count() == 2
    assert (target.supplier_id, target.state, target.requested_by_id) == (
        there.pk, "draft", buyer.id,
    )  # fmt: skip
    moved = target.lines.get(product_id=product)
    assert (moved.packs, moved.amount) == (10, Decimal(110))
    assert fresh(target).total == Decimal(110 + (15 if draft_exists else 0))
    left = fresh(proposal)
    assert (left.total, left.lines.count()) == (0, 0)
    assert last_change(left).kind == "line_moved_out"
    arrived = last_change(fresh(target))
    assert (arrived.kind, arrived.before["amount"], arrived.after["amount"]) == (
        "line_moved_in", "100.00", "110.00",
    )  # fmt: skip


def test_a_line_does_not_move_to_where_its_product_is_already(buyer, now):
    here, there = SupplierFactory(), SupplierFactory()
    products = [short_product(need=10), short_product(need=3)]
    source(products[0], price=10, supplier=here)
    source(products[1], price=5, supplier=there)
    rival = source(products[0], price=11, supplier=there)
    build = proposals_build(actor=buyer, now=now, product_ids=products, budget=PLENTY)
    proposal, other = build.proposals.get(supplier=here), build.proposals.get(supplier=there)
    proposal_line_add(actor=buyer, now=now, proposal_id=other.pk, offer_line_id=rival.pk, packs=1)
    before = everything()
    with pytest.raises(ProductProposedAlready):
        proposal_line_switch(
            actor=buyer,
            now=now,
            proposal_id=proposal.pk,
            line_id=proposal.lines.get().pk,
            offer_line_id=rival.pk,
            reason="x",
        )
    assert everything() == before


def test_refreshing_brings_every_line_to_present_prices_and_restarts_the_days(buyer, now):
    supplier = SupplierFactory()
    proposal = draft_proposal(requester=buyer, supplier=supplier, need=6, price=100)
    line = proposal.lines.get()
    new_offer(supplier, line.product_id, price=90, deal="1+6", source_id="n1")
    later = timezone.now()
    proposal_refresh(actor=buyer, now=later, proposal_id=proposal.pk)
    line.refresh_from_db()
    after = fresh(proposal)
    assert (line.packs, line.free_packs, line.amount) == (6, 1, Decimal(540))
    assert (after.total, after.version) == (Decimal(540), 2)
    assert after.expires_at > proposal.expires_at
    change = last_change(proposal)
    assert (change.kind, change.before["pack_price"], change.after["pack_price"]) == (
        "line_refreshed", "100.00", "90.00",
    )  # fmt: skip


def test_refreshing_what_is_fresh_changes_nothing(buyer, now):
    proposal = draft_proposal(requester=buyer)
    before = everything()
    proposal_refresh(actor=buyer, now=timezone.now(), proposal_id=proposal.pk)
    assert everything() == before


def many_lines(buyer, count):
    supplier = SupplierFactory()
    products = [short_product(need=2) for _ in range(count)]
    for product in products:
        source(product, price=10, supplier=supplier)
    now = timezone.now()
    proposal = proposals_build(
        actor=buyer, now=now, product_ids=products, budget=PLENTY
    ).proposals.get()
    for product in products:
        source(product, price=9, supplier=supplier)
    return proposal


def test_queries_of_refreshing_do_not_grow_with_lines(buyer):
    counts = []
    for size in (1, 20):
        proposal = many_lines(buyer, size)
        with CaptureQueriesContext(connection) as queries:
            proposal_refresh(actor=buyer, now=timezone.now(), proposal_id=proposal.pk)
        assert fresh(proposal).total == 18 * size
        counts.append(len(queries))
    assert counts[0] == counts[1]


EDITS = {
    "add": lambda proposal, line, by: proposal_line_add(
        **by, proposal_id=proposal.pk, offer_line_id=line.offer_line_id, packs=1
    ),
    "update": lambda proposal, line, by: proposal_line_update(
        **by, proposal_id=proposal.pk, line_id=line.pk, packs=1
    ),
    "remove": lambda proposal, line, by: proposal_line_remove(
        **by, proposal_id=proposal.pk, line_id=line.pk, reason="x"
    ),
    "switch": lambda proposal, line, by: proposal_line_switch(
        **by,
        proposal_id=proposal.pk,
        line_id=line.pk,
        offer_line_id=line.offer_line_id,
        reason="x",
    ),
    "refresh": lambda proposal, line, by: proposal_refresh(**by, proposal_id=proposal.pk),
}


@pytest.mark.parametrize("edit", EDITS)
def test_a_submitted_proposal_cannot_be_edited(edit, buyer, now):
    proposal = submitted_proposal(requester=buyer)
    before = everything()
    with pytest.raises(ProposalStateRefused):
        EDITS[edit](proposal, proposal.lines.get(), {"actor": buyer, "now": timezone.now()})
    assert everything() == before


def test_one_given_back_can_be_edited(buyer, now):
    proposal = changes_requested(requester=buyer)
    proposal_line_update(
        actor=buyer,
        now=timezone.now(),
        proposal_id=proposal.pk,
        line_id=proposal.lines.get().pk,
        packs=1,
    )
    assert fresh(proposal).total == Decimal(1000)


def test_taking_away_and_buying_elsewhere_need_a_reason(buyer, now):
    proposal = draft_proposal(requester=buyer)
    line = proposal.lines.get()
    ids = {"actor": buyer, "now": timezone.now(), "proposal_id": proposal.pk, "line_id": line.pk}
    before = everything()
    with pytest.raises(ReasonRequired):
        proposal_line_remove(**ids, reason=" ")
    with pytest.raises(ReasonRequired):
        proposal_line_switch(**ids, offer_line_id=line.offer_line_id, reason=" ")
    assert everything() == before


def test_a_line_of_another_proposal_is_not_found(buyer, now):
    one, other = draft_proposal(requester=buyer), draft_proposal(requester=buyer)
    with pytest.raises(ProposalLineNotFound):
        proposal_line_remove(
            actor=buyer,
            now=now,
            proposal_id=one.pk,
            line_id=other.lines.get().pk,
            reason="x",
        )
    assert ProposalLine.objects.count() == 2


def test_history_is_kept_by_the_database(buyer, now):
    proposal = draft_proposal(requester=buyer)
    proposal_line_update(
        actor=buyer,
        now=now,
        proposal_id=proposal.pk,
        line_id=proposal.lines.get().pk,
        packs=1,
    )
    for spoil in (
        lambda: ProposalChange.objects.update(reason="better"),
        lambda: ProposalChange.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            spoil()
    assert Proposal.objects.get().changes.count() == 1
