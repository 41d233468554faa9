"""Every line of a proposal says over HTTP: need, why this supplier, what the deal gives, what is
saved, and what would change the choice; recomputed here by counting and by building again."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest
from django.apps import apps

from purchases.models import OfferLine, Proposal
from purchases.tests.factories import PLENTY, SupplierFactory, short_product, source

pytestmark = pytest.mark.django_db

PROPOSALS = "/api/v1/purchase-proposals/"
WHAT_IF = f"{PROPOSALS}what-if/"


class Offered:
    """A line as the test knows it: price of a pack and every `step` packs one free."""

    def __init__(self, line: OfferLine, price: int, step: int | None) -> None:
        self.line, self.price, self.step = line, price, step
        self.supplier_id = line.offer.supplier_id

    def arriving(self, packs: int) -> int:
        return packs + (packs // self.step if self.step else 0)

    def unit_cost(self, packs: int) -> Decimal:
        return Decimal(self.price * packs) / self.arriving(packs)

    def covering(self, quantity: int) -> int:
        return next(packs for packs in range(1, quantity + 1) if self.arriving(packs) >= quantity)


@pytest.fixture
def market():
    """Eight products at three suppliers each; need and offers by product."""
    chance = random.Random(4)
    suppliers = [SupplierFactory() for _ in range(3)]
    made = {}
    for _ in range(8):
        need = chance.randint(8, 40)
        product, base = short_product(need=need), chance.randint(80, 120)
        offers = []
        for supplier in suppliers:
            price, step = base + chance.randint(-6, 6), chance.choice([None, 4, 6, 10, 30])
            deal = f"1+{step}" if step else ""
            line = source(product, price=price, deal=deal, supplier=supplier)
            offers.append(Offered(line, price, step))
        made[product] = (need, offers)
    return made


def built(client):
    answer = client.post(PROPOSALS, {"budget": str(PLENTY)})
    assert answer.status_code == 201, answer.json()
    return {
        line["product"]["id"]: (proposal["supplier"]["id"], line)
        for proposal in answer.json()["proposals"]
        for line in proposal["lines"]
    }


def test_need_price_and_deal_are_as_counted(market, client_as):
    lines = built(client_as("purchasing"))
    assert lines.keys() == market.keys()
    for product, (need, offers) in market.items():
        supplier_id, line = lines[product]
        offered = next(each for each in offers if each.supplier_id == supplier_id)
        why, packs = line["why"], line["packs"]
        assert why["need"]["needed"] == need
        assert why["need_figures"]["needed"] == need
        assert why["purchase"]["quantity"] == offered.arriving(packs) >= need
        assert why["purchase"]["free_packs"] == offered.arriving(packs) - packs
        assert Decimal(why["price"]["true_unit_cost"]) == round(offered.unit_cost(packs), 6)
        free = offered.arriving(packs) - packs
        assert Decimal(why["deal"]["worth"]) == offered.price * free
        assert bool(why["deal"]["tier"]) == (free > 0)
        assert line["explanation"]["ar"]
        assert line["explanation"]["en"]


def test_the_supplier_is_the_cheapest_for_the_need_and_the_savings_are_as_counted(
    market, client_as
):
    for product, (supplier_id, line) in built(client_as("purchasing")).items():
        need, offers = market[product]
        chosen = next(each for each in offers if each.supplier_id == supplier_id)
        others = [each for each in offers if each is not chosen]
        why, packs = line["why"], line["packs"]
        quantity, cost = chosen.arriving(packs), chosen.unit_cost(packs)
        next_best = min(each.unit_cost(each.covering(quantity)) for each in others)
        assert Decimal(why["next_best"]["saving"]) == pytest.approx(
            (next_best - cost) * quantity, abs=Decimal("0.02")
        )
        cheapest = min(each.price for each in offers)
        plain = [each.unit_cost(need) for each in offers if each.price == cheapest]
        assert pytest.approx(Decimal(why["plain_best"]["saving"]), abs=Decimal("0.02")) in [
            (each - cost) * quantity for each in plain
        ]
        assert Decimal(why["plain_best"]["pack_price"]) == cheapest
        paid = {each.supplier_id: each.price * each.covering(need) for each in offers}
        assert chosen.price * packs == min(paid.values())


def test_the_choice_changes_at_the_price_said_to_change_it(market, client_as):
    client, checked = client_as("purchasing"), 0
    for product, (_, line) in built(client).items():
        rival = line["why"]["changes"]["rival"]
        if rival["flips_at"] is None:
            continue
        checked += 1
        for change, chosen in ((Decimal(-1), True), (Decimal(1), False)):
            Proposal.objects.all().delete()
            before = OfferLine.objects.get(pk=rival["offer_line_id"]).list_price
            offered = OfferLine.objects.filter(pk=rival["offer_line_id"])
            offered.update(list_price=Decimal(rival["flips_at"]) + change)
            supplier_id, _ = built(client)[product]
            assert (supplier_id == rival["supplier_id"]) is chosen
            offered.update(list_price=before)
    assert checked > 5


def test_what_if_writes_no_row_into_any_table(market, client_as):
    client = client_as("purchasing")
    product = next(iter(market))
    _, offers = market[product]

    def rows():
        return {
            model._meta.label: model._base_manager.count()
            for model in apps.get_models()
            if model._meta.managed and not model._meta.proxy
        }

    before = rows()
    for wish in (
        {"budget": "900.00"},
        {"exclude_supplier_ids": [offers[0].supplier_id]},
        {"cover_days": 3},
    ):
        answer = client.post(WHAT_IF, wish)
        assert answer.status_code == 200, answer.json()
        assert answer.json()["asked"]["status"] == "optimal"
    assert rows() == before
    assert before["purchases.OfferLine"] == 24
