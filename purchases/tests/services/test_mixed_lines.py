"""Lines of a proposal that earn their free goods together are priced together, whatever happens."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from capital.tests.factories import put_in
from core.tests.effort import tries
from purchases.errors import FreePacksRefused, ProposalStale
from purchases.models import ProposalLine
from purchases.selectors.proposals import proposal_freshness
from purchases.services.offers.offers import offer_withdraw
from purchases.services.orders.ordering import order_place
from purchases.services.proposals.building import proposals_build
from purchases.services.proposals.lines import (
    proposal_line_add,
    proposal_line_remove,
    proposal_line_update,
)
from purchases.services.proposals.moves import proposal_line_switch, proposal_refresh
from purchases.services.proposals.proposals import proposal_submit
from purchases.tests.factories import (
    MIXED_CELL,
    PLENTY,
    OfferFactory,
    OfferLineFactory,
    SupplierFactory,
    actor_with,
    short_product,
    source,
    strengths,
)
from purchases.tests.proposal_states import approve, fresh
from purchases.tests.snapshots import everything
from purchases.wording import explanation

pytestmark = pytest.mark.django_db


@pytest.fixture
def offered():
    """Three strengths under 10 + 50, of one offer."""
    return strengths(6000, 5800, 5700, needs=[30, 20, 10])


@pytest.fixture
def mixed(buyer, now, offered):
    """A draft that buys 30 of the first and 20 of the second, added by hand."""
    proposal = proposals_build(
        actor=buyer, now=now, product_ids=[offered[0].product_id], budget=PLENTY
    ).proposals.get()
    return add(proposal, offered[1], 20, by=buyer)


def add(proposal, offer_line, packs, *, by):
    return proposal_line_add(
        actor=by, now=timezone.now(), proposal_id=proposal.pk,
        offer_line_id=offer_line.pk, packs=packs,
    )  # fmt: skip


def bought(proposal):
    """(packs, free packs) of the lines in order."""
    return list(proposal.lines.order_by("position").values_list("packs", "free_packs"))


def numbers(proposal):
    return list(proposal.lines.order_by("position").values_list("mix", flat=True))


def update(proposal, place, packs, *, by):
    line = proposal.lines.order_by("position")[place]
    return proposal_line_update(
        actor=by, now=timezone.now(), proposal_id=proposal.pk, line_id=line.pk, packs=packs,
        reason="a festival",
    )  # fmt: skip


def remove(proposal, place, *, by):
    line = proposal.lines.order_by("position")[place]
    return proposal_line_remove(
        actor=by, now=timezone.now(), proposal_id=proposal.pk, line_id=line.pk, reason="dear"
    )


def test_a_line_added_to_a_mix_earns_free_goods_for_the_others(buyer, mixed):
    first, second = mixed.lines.order_by("position")
    assert bought(mixed) == [(30, 6), (20, 4)]
    assert first.mix == second.mix == 1
    assert (first.amount, first.true_unit_cost) == (Decimal(180_000), Decimal(5000))
    assert fresh(mixed).total == 30 * 6000 + 20 * 5800
    added, repriced = mixed.changes.order_by("pk")
    assert (added.kind, added.product_id, added.after["free_packs"]) == (
        "line_added", second.product_id, 4,
    )  # fmt: skip
    assert (repriced.kind, repriced.product_id, repriced.version) == (
        "mix_repriced", first.product_id, added.version,
    )  # fmt: skip
    assert (repriced.before["free_packs"], repriced.after["free_packs"]) == (0, 6)


def test_another_quantity_of_one_reprices_the_others(buyer, mixed):
    update(mixed, 1, 10, by=buyer)
    assert bought(mixed) == [(30, 0), (10, 0)]
    kinds = [(row.kind, row.reason) for row in mixed.changes.order_by("-pk")[:2]]
    assert kinds == [("mix_repriced", "a festival"), ("quantity_changed", "a festival")]
    update(mixed, 0, 110, by=buyer)  # 120 together: the larger tier
    assert [sum(pair) for pair in zip(*bought(mixed), strict=True)] == [120, 30]
    assert numbers(mixed) == [1, 1]


def test_a_quantity_that_earns_nothing_more_leaves_the_others_as_they_are(buyer, mixed):
    before = mixed.changes.count()
    update(mixed, 1, 25, by=buyer)
    assert bought(mixed) == [(30, 6), (25, 4)]
    assert mixed.changes.count() == before + 1


def test_a_line_taken_out_takes_what_it_earned_for_the_others(buyer, mixed):
    remove(mixed, 1, by=buyer)
    [line] = mixed.lines.all()
    assert (line.packs, line.free_packs, line.mix, line.why["mix"]) == (30, 0, None, None)
    removed, repriced = mixed.changes.order_by("pk")[2:]
    assert (removed.kind, repriced.kind) == ("line_removed", "mix_repriced")
    assert (repriced.before["free_packs"], repriced.after["free_packs"]) == (6, 0)


def test_a_line_moved_elsewhere_leaves_its_mix(buyer, mixed):
    second = mixed.lines.get(position=2)
    elsewhere = source(second.product_id, price=5000)
    target = proposal_line_switch(
        actor=buyer, now=timezone.now(), proposal_id=mixed.pk, line_id=second.pk,
        offer_line_id=elsewhere.pk, reason="cheaper",
    )  # fmt: skip
    assert bought(mixed) == [(30, 0)]
    assert bought(target) == [(20, 0)]
    assert numbers(mixed) == numbers(target) == [None]


def test_a_line_that_changes_its_mix_is_counted_in_the_new_one_only(buyer, mixed, offered):
    add(mixed, offered[2], 10, by=buyer)
    # The same sheet mixes another brand, which has the first product as well.
    other_brand = [
        OfferLineFactory(
            offer=offered[0].offer,
            matched=True,
            product_id=product_id,
            name=f"كونكور {number} ملغ",
            company="ميرك",
            list_price=Decimal(5000),
            deal_text=MIXED_CELL,
        )
        for number, product_id in enumerate([short_product(), offered[0].product_id], start=5)
    ]
    add(mixed, other_brand[0], 30, by=buyer)
    assert numbers(mixed) == [1, 1, 1, None]
    first = mixed.lines.get(position=1)
    proposal_line_switch(
        actor=buyer, now=timezone.now(), proposal_id=mixed.pk, line_id=first.pk,
        offer_line_id=other_brand[1].pk, reason="cheaper",
    )  # fmt: skip
    assert numbers(mixed) == [2, 1, 1, 2]
    assert bought(mixed) == [(30, 5), (20, 0), (10, 0), (30, 5)]


def test_lines_of_other_offers_and_brands_are_not_mixed(buyer, mixed, offered):
    supplier = offered[0].offer.supplier
    (stranger,) = strengths(5000, offer=OfferFactory(supplier=supplier), needs=[50])
    add(mixed, stranger, 50, by=buyer)
    assert bought(mixed) == [(30, 6), (20, 4), (50, 10)]
    assert numbers(mixed) == [1, 1, None]


def test_two_mixes_of_a_proposal_have_two_numbers(buyer, mixed, offered):
    others = strengths(300, 200, offer=OfferFactory(supplier=offered[0].offer.supplier))
    for line in others:
        add(mixed, line, 25, by=buyer)
    assert bought(mixed)[2:] == [(25, 5), (25, 5)]
    assert numbers(mixed) == [1, 1, 2, 2]


def take(proposal, place, packs, free, *, by):
    line = proposal.lines.order_by("position")[place]
    return proposal_line_update(
        actor=by, now=timezone.now(), proposal_id=proposal.pk, line_id=line.pk, packs=packs,
        free_packs=free,
    )  # fmt: skip


def test_of_which_strength_the_free_packs_are_is_the_buyers_choice(buyer, mixed):
    take(mixed, 1, 20, 10, by=buyer)
    assert bought(mixed) == [(30, 0), (20, 10)]
    take(mixed, 1, 20, 0, by=buyer)
    assert bought(mixed) == [(30, 10), (20, 0)]
    assert proposal_freshness(mixed.pk, now=timezone.now()).fresh
    repriced = mixed.changes.latest("pk")
    assert (repriced.kind, repriced.after["free_packs"]) == ("mix_repriced", 10)


@pytest.mark.parametrize("free", [11, 10**9])
def test_no_more_free_packs_than_the_mix_earns_can_be_taken(buyer, mixed, free):
    before = everything()
    with pytest.raises(FreePacksRefused) as refusal:
        take(mixed, 1, 20, free, by=buyer)
    assert [(each.field, each.code) for each in refusal.value.errors] == [
        ("free_packs", "not_earned")
    ]
    assert everything() == before


def test_a_line_alone_has_no_choice_of_free_packs(buyer, mixed):
    remove(mixed, 1, by=buyer)
    before = everything()
    with pytest.raises(FreePacksRefused):
        take(mixed, 0, 50, 10, by=buyer)
    assert everything() == before


def test_a_quantity_out_of_range_of_one_changes_nothing_of_any(buyer, mixed):
    before = everything()
    with pytest.raises(Exception, match="out of range") as refusal:
        update(mixed, 1, 2 * 10**9, by=buyer)
    assert refusal.value.code == "quantity_out_of_range"
    assert everything() == before


def test_a_line_tells_with_which_others_it_reached_the_deal(buyer, mixed):
    from inventory.public import products_by_id

    first, second = mixed.lines.order_by("position")
    products = products_by_id([first.product_id, second.product_id])
    said = explanation(first.why, product=products[first.product_id], supplier_name="Sham")
    other = products[second.product_id]
    assert f"reached together with {other.name_en}: 50 packs in all bring 10 free." in said["en"]
    assert f"مع {other.name_ar}: 50 عبوة معا تعطي 10 مجانا" in said["ar"]
    assert first.why["deal"]["tier"] == {"bought": 50, "free": 10}
    update(mixed, 1, 19, by=buyer)
    first.refresh_from_db()
    said = explanation(first.why, product=products[first.product_id], supplier_name="Sham")
    assert "No free goods at this quantity." in said["en"]
    assert "together" not in said["en"]


@pytest.fixture
def submitted(buyer, mixed):
    put_in(10_000_000, now=timezone.now())
    return proposal_submit(actor=buyer, now=timezone.now(), proposal_id=mixed.pk)


def offered_anew(offered, *prices, **fields):
    """The supplier's newer sheet with the first so many strengths."""
    return strengths(
        *prices,
        offer=OfferFactory(supplier=offered[0].offer.supplier),
        products=[line.product_id for line in offered[: len(prices)]],
        **fields,
    )


def test_a_newer_offer_of_the_same_mix_changes_nothing(submitted, offered, pharmacist):
    offered_anew(offered, 6000, 5800)
    assert proposal_freshness(submitted.pk, now=timezone.now()).fresh
    approve(submitted, pharmacist)


def stale(refusal):
    return {
        line["position"]: (line["reasons"], line["now"] and line["now"]["free_packs"])
        for line in refusal.value.extra["changed_lines"]
    }


def test_a_mix_that_gives_less_now_is_stale_in_all_its_lines(submitted, offered, pharmacist):
    offered_anew(offered, 6000, 5800, deal="5+50 يمكن تشكيل العيارات")
    before = everything()
    with pytest.raises(ProposalStale) as refusal:
        approve(submitted, pharmacist)
    assert stale(refusal) == {
        1: (["newer_offer", "deal_changed"], 3),
        2: (["newer_offer", "deal_changed"], 2),
    }
    assert everything() == before


def test_what_one_line_no_longer_brings_is_missing_to_the_other(submitted, offered, pharmacist):
    # The first is offered anew without the other: neither reaches the deal any more.
    offered_anew(offered, 6000)
    with pytest.raises(ProposalStale) as refusal:
        approve(submitted, pharmacist)
    assert stale(refusal) == {
        1: (["newer_offer", "deal_changed"], 0),
        2: (["deal_changed"], 0),
    }


def test_bringing_a_mix_to_the_present_prices_all_its_lines(buyer, mixed, offered):
    offered_anew(offered, 6100, 5800, deal="15+50 يمكن تشكيل العيارات")
    proposal_refresh(actor=buyer, now=timezone.now(), proposal_id=mixed.pk)
    assert bought(mixed) == [(30, 9), (20, 6)]
    assert numbers(mixed) == [1, 1]
    assert mixed.lines.get(position=2).why["mix"]["free_packs"] == 15
    assert proposal_freshness(mixed.pk, now=timezone.now()).fresh
    offered_anew(offered, 6100)
    proposal_refresh(actor=buyer, now=timezone.now(), proposal_id=mixed.pk)
    assert bought(mixed) == [(30, 0), (20, 0)]
    assert numbers(mixed) == [None, None]
    assert "mix" not in mixed.lines.get(position=2).why


def test_one_of_a_withdrawn_offer_can_be_left_out(buyer, mixed, offered):
    offer_withdraw(actor=actor_with("purchasing"), now=timezone.now(), offer_id=offered[0].offer_id)
    remove(mixed, 1, by=buyer)
    assert bought(mixed) == [(30, 0)]


def test_the_order_keeps_which_lines_are_mixed(submitted, pharmacist, now):
    approve(submitted, pharmacist)
    order = order_place(now=now, proposal_id=submitted.pk)
    lines = order.lines.order_by("position")
    assert [(line.packs, line.free_packs, line.mix) for line in lines] == [(30, 6, 1), (20, 4, 1)]


def test_the_number_is_counted_from_one(mixed):
    with pytest.raises(IntegrityError, match="mix_counts"), transaction.atomic():
        ProposalLine.objects.filter(proposal=mixed).update(mix=0)


def test_the_number_and_the_mates_are_shown(client_as, mixed):
    shown = client_as("purchasing").get(f"/api/v1/purchase-proposals/{mixed.pk}/").json()
    first, second = shown["lines"]
    assert first["mix"] == second["mix"] == 1
    assert first["why"]["mix"]["packs"] == 50
    assert [mate["product_id"] for mate in first["why"]["mix"]["mates"]] == [
        second["product"]["id"]
    ]


EDITS = st.lists(
    st.tuples(st.sampled_from(["add", "update", "remove", "refresh"]), st.integers(0, 3),
              st.integers(1, 130)),
    min_size=1,
    max_size=6,
)  # fmt: skip


@settings(
    max_examples=tries(12, soak=500),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(edits=EDITS)
def test_whatever_is_edited_a_mix_has_all_it_earns_and_no_more(edits):
    with transaction.atomic():
        point = transaction.savepoint()
        by, moment = actor_with("purchasing"), timezone.now()
        lines = strengths(6000, 5800, 5700, 5600, needs=[30] * 4)
        (stranger,) = strengths(900, offer=OfferFactory(supplier=lines[0].offer.supplier))
        proposal = proposals_build(
            actor=by, now=moment, product_ids=[stranger.product_id], budget=PLENTY
        ).proposals.get()
        for what, place, packs in edits:
            present = list(proposal.lines.filter(offer_line__in=lines).order_by("position"))
            line = present[place] if place < len(present) else None
            if what == "add" and lines[place].pk not in {each.offer_line_id for each in present}:
                add(proposal, lines[place], packs, by=by)
            elif what == "update" and line is not None:
                proposal_line_update(
                    actor=by, now=moment, proposal_id=proposal.pk, line_id=line.pk, packs=packs
                )
            elif what == "remove" and line is not None:
                proposal_line_remove(
                    actor=by, now=moment, proposal_id=proposal.pk, line_id=line.pk, reason="x"
                )
            elif what == "refresh":
                proposal_refresh(actor=by, now=moment, proposal_id=proposal.pk)
            expect_all_that_is_earned(fresh(proposal), lines)
        transaction.savepoint_rollback(point)


def expect_all_that_is_earned(proposal, lines):
    """Steps of 120 for 30 and of 50 for 10, counted by hand."""
    mixed = list(proposal.lines.filter(offer_line__in=lines))
    packs = sum(line.packs for line in mixed)
    best = max(30 * large + 10 * ((packs - 120 * large) // 50) for large in range(packs // 120 + 1))
    assert sum(line.free_packs for line in mixed) == best
    assert {line.mix for line in mixed} <= ({None} if len(mixed) < 2 else {1})
    assert proposal.total == sum(line.amount for line in proposal.lines.all())
    assert all(line.amount == line.packs * line.pack_price for line in mixed)
    assert proposal_freshness(proposal.pk, now=timezone.now()).fresh


def test_a_change_over_the_wire_shows_what_it_did_to_the_others(client_as, mixed):
    client = client_as("purchasing")
    url = f"/api/v1/purchase-proposals/{mixed.pk}/"
    line = mixed.lines.get(position=2)
    shown = client.patch(f"{url}lines/{line.pk}/", {"packs": 90}, format="json").json()
    assert [(line["packs"], line["free_packs"]) for line in shown["lines"]] == [(30, 11), (90, 19)]
    changes = client.get(f"{url}history/").json()["results"]
    assert {change["kind"] for change in changes[:2]} == {"quantity_changed", "mix_repriced"}


def test_queries_do_not_grow_with_the_strengths_of_a_mix(buyer, now):
    def queries(count):
        supplier = SupplierFactory()
        lines = strengths(*[1000 + n for n in range(count)], offer=OfferFactory(supplier=supplier))
        proposal = proposals_build(
            actor=buyer, now=now, product_ids=[lines[0].product_id], budget=PLENTY
        ).proposals.get()
        for line in lines[1:]:
            add(proposal, line, 40, by=buyer)
        counts = []
        for do in (
            lambda: update(proposal, 0, 50, by=buyer),
            lambda: remove(proposal, 0, by=buyer),
        ):
            with CaptureQueriesContext(connection) as seen:
                do()
            counts.append(len(seen))
        with CaptureQueriesContext(connection) as seen:
            proposal_freshness(proposal.pk, now=timezone.now())
        assert fresh(proposal).lines.filter(mix=1).count() == count - 1
        return [*counts, len(seen)]

    queries(3)
    assert queries(3) == queries(12)
