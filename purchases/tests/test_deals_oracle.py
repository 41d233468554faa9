"""Ten thousand random deals against trying every combination (`printed_deals`)."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest

from purchases.deals import DealKind, from_json, parse_deal, render, resolve_deal, to_json
from purchases.quantities import cheapest_purchase, lowest_unit_cost, sweet_spots
from purchases.quotes import PackPrice, pack_price, quote
from purchases.tests.printed_deals import (
    PrintedDeal,
    everything_on_offer,
    half_up,
    most_free,
    random_deal,
)

DEALS = 10_000
BATCHES = 10
TODAY = date(2026, 11, 26)
PRINTED_ON = TODAY - timedelta(days=20)
MOST_PACKS = 30


def read(printed):
    deal = resolve_deal(parse_deal(printed.text), printed.direction)
    assert deal.kind is not DealKind.NOT_UNDERSTOOD, printed.text
    again = resolve_deal(parse_deal(render(deal, printed.direction)), printed.direction)
    assert render(again, printed.direction) == render(deal, printed.direction)
    assert from_json(to_json(deal)) == deal
    return deal.on(TODAY, printed_on=PRINTED_ON)


def priced(chance: Random, printed: PrintedDeal, deal) -> tuple[PackPrice, Decimal]:
    """The line's price, and its own discount (0: what the deal prints counts)."""
    own = Decimal(chance.choice([0, 0, chance.randint(1, 3000)])) / 100
    price = pack_price(
        list_price=Decimal(chance.randint(100, 900_000)) / 100,
        public_price=None,
        discount_percent=own or None,
        deal=deal,
    )
    assert price is not None
    return price, own


def judge_every_quantity(chance, printed, price):
    """Free packs, money and cost of quantities of the deal's bonus."""
    units = chance.choice([1, 2, 3, 10, 12])
    free = most_free(printed.tiers, MOST_PACKS)
    with_consent = most_free([*printed.tiers, *printed.exceptions], MOST_PACKS)
    for packs in chance.sample(range(1, MOST_PACKS + 1), 4):
        assert price.deal.free_units(packs) == free[packs]
        assert price.deal.free_units(packs, with_exceptions=True) == with_consent[packs]
        found = quote(price, packs=packs, purchase_units=units)
        if packs < printed.least:
            assert found is None
            continue
        paid = Fraction(price.price) * (100 - Fraction(price.discount_percent)) / 100 * packs
        received = packs + free[packs]
        assert (found.free_packs, found.quantity) == (free[packs], received * units)
        assert found.amount == half_up(paid)
        assert found.true_unit_cost == half_up(Fraction(found.amount) / found.quantity, 6)
        assert found.true_pack_cost == half_up(paid / received, 6)


def judge_choices(chance, printed, price, own):
    """The cheapest purchase, the cheapest unit and the sweet spots, among all there are."""
    units, consent = chance.choice([1, 3, 10]), chance.random() < 0.2
    needed = chance.randint(1, 14 * units)
    cap = chance.randint(1, MOST_PACKS * units)
    options = {"purchase_units": units, "with_exceptions": consent}
    offered = everything_on_offer(
        printed, price=price.price, discount=own, most=MOST_PACKS, exceptions=consent
    )
    enough = [each for each in offered if each.received * units >= needed]
    least = min(enough, key=lambda each: (each.paid, -each.received))
    money = cheapest_purchase(price, needed=needed, **options)
    assert (money.packs, money.quote.quantity) == (least.packs, least.received * units)
    assert money.quote.amount == half_up(least.paid)

    allowed = [
        each
        for way in by_way(enough)
        for each in way
        if each.received * units <= cap or each is way[0]
    ]
    best = min(allowed, key=lambda each: (each.unit_cost, each.packs))
    unit = lowest_unit_cost(price, needed=needed, most=cap, **options)
    assert (unit.packs, unit.quote.quantity) == (best.packs, best.received * units)

    within = [
        each
        for way in by_way(offered)
        for each in way
        if each.received * units <= cap or each is way[0]
    ]
    spots = []
    for each in sorted(within, key=lambda each: (each.packs, each.unit_cost)):
        if not spots or each.unit_cost < spots[-1].unit_cost:
            spots.append(each)
    found = sweet_spots(price, most=cap, **options)
    assert [(spot.packs, spot.quote.quantity) for spot in found] == [
        (spot.packs, spot.received * units) for spot in spots
    ]


def by_way(offered):
    """The purchases of each way: they are listed by rising packs, one way after another."""
    ways = []
    for each in offered:
        if not ways or each.packs <= ways[-1][-1].packs:
            ways.append([])
        ways[-1].append(each)
    return ways


@pytest.mark.parametrize("batch", range(BATCHES))
def test_random_deals_agree_with_trying_every_combination(batch):
    chance = Random(20261126 + batch)
    for _ in range(DEALS // BATCHES):
        printed = random_deal(chance, today=TODAY)
        deal = read(printed)
        price, own = priced(chance, printed, deal)
        judge_every_quantity(chance, printed, price)
        judge_choices(chance, printed, price, own)
