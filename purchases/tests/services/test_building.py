from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from purchases.errors import (
    NothingToPropose,
    ProductUnknown,
)
from purchases.models import Proposal, ProposalBuild, ProposalLine
from purchases.services.proposals.building import proposals_build
from purchases.tests.factories import (
    PLENTY,
    OfferLineFactory,
    SupplierFactory,
    short_product,
    source,
)

pytestmark = pytest.mark.django_db


def build(actor, now, *product_ids):
    return proposals_build(actor=actor, now=now, product_ids=product_ids or None, budget=PLENTY)


def reasons(build_or_error):
    excluded = (
        build_or_error.value.extra["excluded"]
        if hasattr(build_or_error, "value")
        else build_or_error.excluded
    )
    return {item["product_id"]: item["reason"] for item in excluded}


def refused_sources(refusal):
    return [item["reason"] for item in refusal.value.extra["excluded"][0]["sources"]]


def test_the_cheapest_source_by_true_cost_wins_over_the_cheapest_list_price(buyer, now):
    product = short_product(need=70)
    source(product, price=95)
    generous = source(product, price=100, deal="1+6")
    line = build(buyer, now, product).proposals.get().lines.get()
    assert line.offer_line == generous
    assert (line.packs, line.free_packs, line.quantity) == (60, 10, 70)
    assert line.amount == Decimal(6000)
    assert line.true_unit_cost == Decimal("85.714286")


def test_a_deal_out_of_reach_at_the_needed_quantity_does_not_count(buyer, now):
    product = short_product(need=4)
    plain = source(product, price=95)
    source(product, price=100, deal="50+50")
    assert build(buyer, now, product).proposals.get().lines.get().offer_line == plain


def test_need_is_converted_to_whole_packs_as_ordered(buyer, now):
    product = short_product(need=25, purchase_units=10)
    source(product, price=500)
    line = build(buyer, now, product).proposals.get().lines.get()
    assert (line.packs, line.purchase_units, line.quantity) == (3, 10, 30)
    assert line.true_unit_cost == Decimal("50.000000")
    assert line.why["purchase"]["beyond_need"] == 5


def test_each_supplier_gets_one_proposal_with_its_total(buyer, now):
    first, second = SupplierFactory(), SupplierFactory()
    ours = [short_product(need=10), short_product(need=20)]
    theirs = short_product(need=5)
    for product in ours:
        source(product, price=100, supplier=first)
    source(theirs, price=7, supplier=second)
    made = build(buyer, now, *ours, theirs)
    totals = {p.supplier_id: (p.total, p.lines.count()) for p in made.proposals.all()}
    assert totals == {first.pk: (Decimal(3000), 2), second.pk: (Decimal(35), 1)}
    assert {p.requested_by_id for p in made.proposals.all()} == {buyer.id}
    numbers = sorted(p.number for p in made.proposals.all())
    assert numbers == [f"PP-{now:%Y}-000001", f"PP-{now:%Y}-000002"]


def test_why_names_the_next_best_supplier_and_what_is_saved(buyer, now):
    product = short_product(need=10)
    source(product, price=90)
    rival = source(product, price=100)
    source(product, price=120)
    why = build(buyer, now, product).proposals.get().lines.get().why
    assert why["next_best"]["supplier_id"] == rival.offer.supplier_id
    assert why["next_best"]["saving"] == "100.00"
    assert why["suppliers_compared"] == 3
    assert why["need"] == {
        "needed": 10, "available": 0, "incoming": 0, "min_stock": 10, "max_stock": 10,
    }  # fmt: skip


def test_a_product_on_an_open_proposal_is_not_proposed_again(buyer, now):
    product = short_product()
    source(product)
    first = build(buyer, now, product).proposals.get()
    with pytest.raises(NothingToPropose) as refusal:
        build(buyer, now, product)
    assert reasons(refusal) == {product: "already_proposed"}
    assert refusal.value.extra["excluded"][0]["proposal"] == first.number
    assert ProposalBuild.objects.count() == 1


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda line, now: setattr(line.offer, "withdrawn_at", now), "offer_withdrawn"),
        (
            lambda line, now: setattr(line.offer, "valid_until", (now - timedelta(days=2)).date()),
            "offer_expired",
        ),
        (
            lambda line, now: setattr(line.offer, "received_at", now - timedelta(days=31)),
            "offer_stale",
        ),
        (lambda line, now: setattr(line, "list_price", None), "price_unknown"),
        (lambda line, now: setattr(line.offer.supplier, "is_active", False), "supplier_inactive"),
    ],
)
def test_a_source_that_does_not_count_is_listed_with_its_reason(buyer, now, spoil, reason):
    product = short_product()
    line = source(product)
    spoil(line, now)
    for row in (line, line.offer, line.offer.supplier):
        row.save()
    with pytest.raises(NothingToPropose) as refusal:
        build(buyer, now, product)
    assert reasons(refusal) == {product: "no_usable_source"}
    assert refused_sources(refusal) == [reason]
    assert not Proposal.objects.exists()


def test_a_line_under_review_is_no_source_yet(buyer, now):
    product = short_product()
    OfferLineFactory(suggested_product_id=product)
    with pytest.raises(NothingToPropose) as refusal:
        build(buyer, now, product)
    assert refused_sources(refusal) == ["line_under_review"]


def test_only_a_suppliers_newest_offer_of_a_product_counts(buyer, now):
    product, supplier = short_product(), SupplierFactory()
    old = source(product, price=50, supplier=supplier, received_at=now - timedelta(days=3))
    new = source(product, price=80, supplier=supplier, received_at=now - timedelta(days=1))
    line = build(buyer, now, product).proposals.get().lines.get()
    assert line.offer_line == new
    assert line.why["excluded"] == [
        {
            "offer_line_id": old.pk,
            "offer_id": old.offer_id,
            "supplier_id": supplier.pk,
            "supplier_name": supplier.name,
            "reason": "newer_offer",
        }
    ]


def test_what_nobody_offers_and_what_is_not_short_is_said(buyer, now):
    wanted, sufficient, more = short_product(), short_product(need=0), short_product(need=0)
    with pytest.raises(NothingToPropose) as refusal:
        build(buyer, now, wanted, sufficient, more)
    enough = dict.fromkeys((sufficient, more), "not_short")
    assert reasons(refusal) == {wanted: "not_offered", **enough}
    assert refusal.value.detail == "There is enough of it. (2) Nobody offers it. (1)"


def test_a_full_pharmacy_is_told_so(buyer, now):
    short_product(need=0)
    with pytest.raises(NothingToPropose) as refusal:
        build(buyer, now)
    assert refusal.value.detail == "No product is short."


def test_an_unknown_product_is_refused(buyer, now):
    with pytest.raises(ProductUnknown):
        build(buyer, now, 999_999)


def test_what_cannot_be_proposed_does_not_stop_the_rest(buyer, now):
    offered, missing = short_product(), short_product()
    source(offered)
    made = build(buyer, now, offered, missing)
    assert reasons(made) == {missing: "not_offered"}
    assert made.proposals.get().lines.get().product_id == offered


def test_queries_do_not_grow_with_products_and_offers(buyer, now):
    def prepare(products):
        supplier = SupplierFactory()
        ids = [short_product() for _ in range(products)]
        for product in ids:
            source(product, supplier=supplier)
            source(product, price=2000)
        return ids

    counts = []
    for size in (2, 12):
        ids = prepare(size)
        with CaptureQueriesContext(connection) as queries:
            build(buyer, now, *ids)
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.django_db(transaction=True)
def test_two_builds_at_once_propose_a_product_once(together, buyer, now):
    for _ in range(3):
        source(short_product())
    results = together(
        [partial(proposals_build, actor=buyer, now=now, budget=PLENTY) for _ in range(2)]
    )
    assert sorted(type(result).__name__ for result in results) == [
        "NothingToPropose",
        "ProposalBuild",
    ]
    assert ProposalLine.objects.count() == 3
