"""Builds as baskets: budget, suppliers' conditions, demand, and what is kept of the choice."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from functools import partial
from unittest import mock

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from capital.tests.factories import put_in
from core.models import local_date
from purchases.basket import compose
from purchases.errors import NothingToPropose, ProposalBasisChanged
from purchases.models import Offer, Proposal, ProposalBuild, ProposalLine, Supplier
from purchases.needs import from_json
from purchases.services.proposals import building
from purchases.services.proposals.building import proposals_build
from purchases.services.receipts.deliveries import Batch
from purchases.services.receipts.receipts import goods_receive
from purchases.tests.factories import (
    PLENTY,
    SupplierFactory,
    delivery,
    draft_proposal,
    placed_order,
    short_product,
    source,
)
from purchases.tests.selling import sold_out
from purchases.tests.snapshots import everything

pytestmark = pytest.mark.django_db


@pytest.fixture
def sold(db, now):
    return partial(sold_out, now=now)


def line_of(build, product):
    return ProposalLine.objects.get(proposal__build=build, product_id=product)


def reason_of(refusal, product):
    excluded = {each["product_id"]: each for each in refusal.value.extra["excluded"]}
    return excluded[product]["reason"]


def test_the_build_keeps_how_it_chose_and_what_it_costs(buyer, now):
    source(short_product(need=10), price=100)
    build = proposals_build(actor=buyer, now=now, budget=Decimal(5000))
    build.refresh_from_db()
    assert (build.method, build.status, build.reason) == ("solver", "optimal", "")
    assert (build.budget, build.spent) == (Decimal(5000), Decimal(1000))
    assert build.gap is not None
    assert build.gap <= Decimal("0.005")
    assert build.bound <= build.cost
    assert build.parameters["budget"] == "5000"
    parts = ("paid", "later", "shortage", "holding", "expiring")
    assert sum(Decimal(build.figures[part]) for part in parts) == build.cost


def test_without_a_budget_the_money_there_is_limits_it(buyer, now):
    put_in(1500, now=now)
    products = [short_product(need=10) for _ in range(2)]
    for product in products:
        source(product, price=100)
    build = proposals_build(actor=buyer, now=now)
    assert (build.budget, build.spent <= 1500) == (Decimal(1500), True)
    assert build.spent > 500


def test_money_that_undecided_proposals_ask_for_is_not_spent_twice(buyer, now):
    draft = draft_proposal(requester=buyer, need=10, price=100, now=now)
    put_in(1600, now=now)
    product = short_product(need=10)
    source(product, price=100)
    build = proposals_build(actor=buyer, now=now)
    assert build.budget == Decimal(1600) - draft.total == Decimal(600)
    assert build.spent <= 600


def test_without_money_nothing_is_proposed_and_the_reason_is_the_budget(buyer, now):
    product = short_product()
    source(product)
    before = everything()
    with pytest.raises(NothingToPropose) as refusal:
        proposals_build(actor=buyer, now=now)
    assert reason_of(refusal, product) == "over_budget"
    assert everything() == before


def test_the_more_generous_tier_beyond_the_need_is_bought_where_demand_is_known(sold, buyer, now):
    product = sold(per_day=4)
    source(product, price=100, deal="1+30 او 20+100")
    line = line_of(proposals_build(actor=buyer, now=now, budget=PLENTY), product)
    assert (line.packs, line.free_packs) == (100, 20)
    figures = from_json(line.why["need_figures"])
    assert figures.basis == "demand"
    assert line.why["need"]["needed"] == figures.needed < 100
    assert line.why["limits"] == {
        "cover_days": 60, "shelf_days": None, "only_need": False, "lasts_days": 30,
    }  # fmt: skip
    assert Decimal(line.why["plain_best"]["saving"]) > 0


def test_fewer_cover_days_buy_less(sold, buyer, now):
    product = sold(per_day=4)
    source(product, price=100, deal="20+100")
    build = proposals_build(actor=buyer, now=now, budget=PLENTY, cover_days=20)
    assert line_of(build, product).quantity <= 80


def test_what_came_short_dated_last_time_is_not_bought_beyond_its_life(
    sold, buyer, pharmacist, now
):
    order = placed_order(need=10, price=100, now=now)
    batch = Batch(quantity=10, expiry_date=local_date(now) + timedelta(days=190))
    goods_receive(actor=pharmacist, now=now, order_id=order.pk, deliveries=[delivery(order, batch)])
    remembered = order.lines.get().product_id
    products = [sold(per_day=4, product=remembered), sold(per_day=4)]
    for product in products:
        source(product, price=100, deal="400+500")
    build = proposals_build(actor=buyer, now=now, budget=PLENTY, cover_days=300)
    short, unlimited = (line_of(build, product) for product in products)
    assert short.why["limits"]["shelf_days"] == 190
    # Four a day for 190 days, behind the six that are left when the goods come tomorrow.
    assert short.quantity <= 190 * 4 - 6
    assert unlimited.why["limits"]["shelf_days"] is None
    assert unlimited.quantity == 900


def test_a_controlled_drug_is_bought_as_needed_whatever_the_deal(sold, buyer, now):
    product = sold(per_day=4)
    source(product, price=100, deal="20+100 دفتر", register_required=True)
    line = line_of(proposals_build(actor=buyer, now=now, budget=PLENTY), product)
    assert line.packs == line.why["need"]["needed"]
    assert line.why["limits"]["only_need"] is True


def test_an_order_below_the_suppliers_minimum_goes_elsewhere(buyer, now):
    choosy = SupplierFactory(minimum_order_amount=Decimal(5000))
    product = short_product(need=10)
    source(product, price=90, supplier=choosy)
    second = source(product, price=100)
    line = line_of(proposals_build(actor=buyer, now=now, budget=PLENTY), product)
    assert line.offer_line == second


def test_a_minimum_that_cannot_be_reached_is_the_reason(buyer, now):
    choosy = SupplierFactory(minimum_order_amount=Decimal(5000))
    product = short_product(need=10)
    source(product, price=90, supplier=choosy)
    with pytest.raises(NothingToPropose) as refusal:
        proposals_build(actor=buyer, now=now, budget=PLENTY)
    assert reason_of(refusal, product) == "below_supplier_minimum"


def test_the_fee_of_a_small_order_counts_as_spent(buyer, now):
    choosy = SupplierFactory(minimum_order_amount=Decimal(5000), small_order_fee=Decimal(50))
    source(short_product(need=10), price=90, supplier=choosy)
    build = proposals_build(actor=buyer, now=now, budget=Decimal(950))
    assert (build.spent, build.figures["fees"]) == (Decimal(950), "50.00")


def test_a_supplier_left_out_is_said_with_the_product(buyer, now):
    product = short_product(need=10)
    first = source(product, price=90)
    second = source(product, price=100)
    build = proposals_build(
        actor=buyer, now=now, budget=PLENTY, exclude_supplier_ids=[first.offer.supplier_id]
    )
    line = line_of(build, product)
    assert line.offer_line == second
    assert [each["reason"] for each in line.why["excluded"]] == ["supplier_left_out"]


def test_what_would_change_the_choice_is_kept(buyer, now):
    product = short_product(need=10)
    source(product, price=90)
    rival = source(product, price=100)
    changes = line_of(proposals_build(actor=buyer, now=now, budget=PLENTY), product).why["changes"]
    assert changes["rival"]["supplier_id"] == rival.offer.supplier_id
    assert changes["rival"]["flips_at"] == "90.00"
    assert changes["highest_price"] == "100.00"


def test_the_same_situation_is_answered_the_same(buyer, now):
    suppliers = [SupplierFactory() for _ in range(3)]
    for number in range(12):
        product = short_product(need=10 + number)
        for place, supplier in enumerate(suppliers):
            source(product, price=100 + (number * 7 + place * 5) % 11, supplier=supplier)

    def choice():
        build = proposals_build(actor=buyer, now=now, budget=Decimal(12_000))
        lines = ProposalLine.objects.filter(proposal__build=build).order_by("product_id")
        chosen = list(lines.values_list("product_id", "offer_line_id", "packs"))
        Proposal.objects.filter(build=build).delete()
        return chosen, build.cost, build.gap

    assert choice() == choice()


def test_a_missing_solver_is_kept_with_the_build(buyer, now, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "highspy", None)
    source(short_product(need=10), price=100)
    build = proposals_build(actor=buyer, now=now, budget=PLENTY)
    assert (build.method, build.status, build.reason) == ("greedy", "unproven", "solver_missing")
    assert (build.gap, build.bound) == (None, None)


def test_queries_do_not_grow_from_ten_products_to_two_hundred(buyer, now):
    suppliers = [SupplierFactory() for _ in range(2)]

    def queries_for(products):
        ids = [short_product() for _ in range(products)]
        for product in ids:
            for supplier in suppliers:
                source(product, supplier=supplier)
        with CaptureQueriesContext(connection) as queries:
            build = proposals_build(actor=buyer, now=now, product_ids=ids, budget=PLENTY)
        assert ProposalLine.objects.filter(proposal__build=build).count() == products
        return len(queries)

    assert queries_for(10) == queries_for(200)


def test_offers_that_change_while_it_is_composed_are_composed_again(buyer, now):
    product = short_product(need=10)
    first = source(product, price=90)
    second = source(product, price=100)

    def meanwhile(*args, **kwargs):
        Offer.objects.filter(pk=first.offer_id).update(withdrawn_at=now)
        return compose(*args, **kwargs)

    with mock.patch.object(building, "compose", meanwhile):
        build = proposals_build(actor=buyer, now=now, budget=PLENTY)
    assert line_of(build, product).offer_line == second
    assert ProposalBuild.objects.count() == 1


def test_offers_that_never_stand_still_are_refused_and_nothing_is_written(buyer, now):
    line = source(short_product(need=10), price=90)

    def meanwhile(*args, **kwargs):
        line.list_price += 1
        line.save()
        return compose(*args, **kwargs)

    with mock.patch.object(building, "compose", meanwhile), pytest.raises(ProposalBasisChanged):
        proposals_build(actor=buyer, now=now, budget=PLENTY)
    assert not ProposalBuild.objects.exists()
    assert not Proposal.objects.exists()


def test_terms_that_change_while_it_is_composed_count(buyer, now):
    supplier = SupplierFactory()
    product = short_product(need=10)
    source(product, price=90, supplier=supplier)
    other = source(product, price=100)

    def meanwhile(*args, **kwargs):
        Supplier.objects.filter(pk=supplier.pk).update(minimum_order_amount=Decimal(10**6))
        return compose(*args, **kwargs)

    with mock.patch.object(building, "compose", meanwhile):
        build = proposals_build(actor=buyer, now=now, budget=PLENTY)
    assert line_of(build, product).offer_line == other
