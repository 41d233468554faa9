from decimal import Decimal

import pytest

from core.models import AuditEntry
from purchases.errors import ProposalLineNotFound, ProposalStateRefused, QuantityOutOfRange
from purchases.models import ProposalLine
from purchases.services.building import proposals_build
from purchases.services.proposal_lines import proposal_line_remove, proposal_line_update
from purchases.tests.factories import (
    PLENTY,
    SupplierFactory,
    draft_proposal,
    short_product,
    source,
    submitted_proposal,
)

pytestmark = pytest.mark.django_db


def test_another_number_of_packs_changes_free_goods_cost_and_total(buyer, now):
    proposal = draft_proposal(requester=buyer, need=6, price=100, deal="1+6")
    line = proposal.lines.get()
    proposal_line_update(actor=buyer, now=now, proposal_id=proposal.pk, line_id=line.pk, packs=12)
    line.refresh_from_db()
    proposal.refresh_from_db()
    assert (line.packs, line.free_packs, line.amount) == (12, 2, Decimal(1200))
    assert proposal.total == Decimal(1200)
    assert line.why["packs_proposed"] == 6
    assert line.why["purchase"]["beyond_need"] == 8
    assert AuditEntry.objects.filter(action="purchases.proposal_line_changed").count() == 1


def test_a_quantity_out_of_range_changes_nothing(buyer, now):
    proposal = draft_proposal(requester=buyer, purchase_units=100)
    line = proposal.lines.get()
    with pytest.raises(QuantityOutOfRange):
        proposal_line_update(
            actor=buyer, now=now, proposal_id=proposal.pk, line_id=line.pk, packs=2 * 10**9
        )
    assert ProposalLine.objects.filter(pk=line.pk, packs=line.packs).exists()


def test_removing_a_line_lowers_the_total(buyer, now):
    products = [short_product(need=10), short_product(need=10)]
    supplier = SupplierFactory()
    for product in products:
        source(product, price=10, supplier=supplier)
    proposal = proposals_build(
        actor=buyer, now=now, product_ids=products, budget=PLENTY
    ).proposals.get()
    gone = proposal.lines.get(product_id=products[0])
    proposal_line_remove(actor=buyer, now=now, proposal_id=proposal.pk, line_id=gone.pk)
    proposal.refresh_from_db()
    assert proposal.total == Decimal(100)
    assert list(proposal.lines.values_list("product_id", flat=True)) == [products[1]]


def test_a_submitted_proposal_cannot_be_edited(buyer, now):
    proposal = submitted_proposal(requester=buyer)
    line = proposal.lines.get()
    for change in (
        lambda ids: proposal_line_update(actor=buyer, now=now, packs=1, **ids),
        lambda ids: proposal_line_remove(actor=buyer, now=now, **ids),
    ):
        with pytest.raises(ProposalStateRefused):
            change({"proposal_id": proposal.pk, "line_id": line.pk})
    assert ProposalLine.objects.get(pk=line.pk).packs == line.packs


def test_a_line_of_another_proposal_is_not_found(buyer, now):
    one, other = draft_proposal(requester=buyer), draft_proposal(requester=buyer)
    with pytest.raises(ProposalLineNotFound):
        proposal_line_remove(actor=buyer, now=now, proposal_id=one.pk, line_id=other.lines.get().pk)
    assert ProposalLine.objects.count() == 2
