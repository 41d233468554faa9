"""A basket buys strengths together that earn their free goods together, and says so."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from capital.tests.factories import put_in
from inventory.public import products_by_id
from purchases.selectors.proposals import proposal_freshness
from purchases.services.proposals.building import proposals_build
from purchases.services.proposals.lines import proposal_line_remove
from purchases.services.proposals.proposals import proposal_submit
from purchases.tests.factories import PLENTY, OfferFactory, SupplierFactory, source, strengths
from purchases.tests.proposal_states import approve, fresh
from purchases.wording import explanation

pytestmark = pytest.mark.django_db


def built(buyer, now, **wishes):
    return proposals_build(actor=buyer, now=now, **{"budget": PLENTY, **wishes})


def bought(proposal):
    rows = proposal.lines.order_by("-pack_price")
    return [(line.packs, line.free_packs, line.amount) for line in rows]


@pytest.fixture
def bisocand():
    """The worked example of the flow: 30, 20 and 10 are needed under 10 + 50."""
    return strengths(6000, 5800, 5700, needs=[30, 20, 10])


def test_the_mix_of_the_flow_is_bought_as_the_flow_says(buyer, now, bisocand):
    build = built(buyer, now)
    proposal = build.proposals.get()
    assert bought(proposal) == [(20, 10, 120_000), (20, 0, 116_000), (10, 0, 57_000)]
    assert (proposal.total, build.spent) == (Decimal(293_000), Decimal(293_000))
    assert build.status == "optimal"
    assert set(proposal.lines.values_list("mix", flat=True)) == {1}
    assert proposal.lines.get(pack_price=6000).true_unit_cost == 4000


def test_what_is_earned_beyond_the_need_is_taken_too(buyer, now):
    """35 and 21 are needed: 50 packs are bought and earn ten, of which six are needed."""
    strengths(15_600, 21_800, needs=[35, 21])
    proposal = built(buyer, now).proposals.get()
    assert bought(proposal) == [(15, 6, 327_000), (35, 4, 546_000)]


def test_each_line_says_together_with_which_it_reached_the_deal(buyer, now, bisocand):
    proposal = built(buyer, now).proposals.get()
    products = products_by_id([line.product_id for line in bisocand])
    for line in proposal.lines.all():
        product = products[line.product_id]
        said = explanation(line.why, product=product, supplier_name="Sham")["en"]
        others = [products[each.product_id].name_en for each in proposal.lines.exclude(pk=line.pk)]
        assert all(name in said for name in others)
        assert "50 packs in all bring 10 free" in said


def test_a_mixed_proposal_is_submitted_and_approved_as_it_was_built(
    buyer, now, bisocand, pharmacist
):
    put_in(1_000_000, now=now)
    proposal = built(buyer, now).proposals.get()
    assert proposal_freshness(proposal.pk, now=now).fresh
    proposal = proposal_submit(actor=buyer, now=timezone.now(), proposal_id=proposal.pk)
    approve(proposal, pharmacist)
    assert fresh(proposal).total == 293_000


def test_without_one_strength_the_others_earn_nothing(buyer, now, bisocand):
    proposal = built(buyer, now).proposals.get()
    line = proposal.lines.get(pack_price=5700)
    proposal_line_remove(
        actor=buyer, now=timezone.now(), proposal_id=proposal.pk, line_id=line.pk, reason="x"
    )
    assert bought(proposal) == [(20, 0, 120_000), (20, 0, 116_000)]


def test_the_budget_counts_what_is_paid_and_not_what_comes_free(buyer, now, bisocand):
    build = built(buyer, now, budget=Decimal(293_000))
    assert build.spent == 293_000
    assert [line.quantity for line in build.proposals.get().lines.order_by("-pack_price")] == [
        30, 20, 10,
    ]  # fmt: skip


def test_strengths_another_warehouse_sells_cheaper_are_bought_there_where_that_pays(buyer, now):
    lines = strengths(6000, 5800, 5700, needs=[30, 20, 10])
    # Far cheaper elsewhere: the mix loses it, and with it the free goods of the others.
    source(lines[1].product_id, price=1000)
    build = built(buyer, now)
    mixed = build.proposals.get(supplier=lines[0].offer.supplier)
    assert bought(mixed) == [(30, 0, 180_000), (10, 0, 57_000)]


def test_a_greedy_basket_takes_each_strength_alone(buyer, now, bisocand, monkeypatch):
    from purchases.basket import composing
    from purchases.basket.solver import SolverFailed

    def fails(*_args, **_kwargs):
        raise SolverFailed

    monkeypatch.setattr(composing, "solve", fails)
    build = built(buyer, now)
    proposal = build.proposals.get()
    assert build.method == "greedy"
    assert bought(proposal) == [(30, 0, 180_000), (20, 0, 116_000), (10, 0, 57_000)]
    # They are one mix all the same: the next change of one prices them together.
    assert set(proposal.lines.values_list("mix", flat=True)) == {1}
    assert proposal_freshness(proposal.pk, now=now).fresh


def test_queries_do_not_grow_with_the_strengths(buyer, now):
    def queries(count):
        offer = OfferFactory(supplier=SupplierFactory())
        lines = strengths(*[1000 + n for n in range(count)], offer=offer)
        with CaptureQueriesContext(connection) as seen:
            build = built(buyer, now, product_ids=[line.product_id for line in lines])
        assert build.proposals.get().lines.filter(mix=1).count() == count
        return len(seen)

    queries(2)
    assert queries(2) == queries(12)
