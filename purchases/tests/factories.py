"""Suppliers, products, offers and proposals in any state, for tests of this app and those above.

Rows below the services (suppliers, offers) are made directly; everything with rules is brought
to its state through the services.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from itertools import count
from typing import Any

import factory
from django.utils import timezone

from capital.tests.factories import put_in
from core.audit import Actor
from core.text import search_key
from inventory.public import product_create
from purchases.deals import parse_deal, resolve_deal, to_json
from purchases.intake import read_deals
from purchases.models import (
    DealDirection,
    Offer,
    OfferLine,
    Proposal,
    ProposalBuild,
    PurchaseOrder,
    Supplier,
)
from purchases.recognition import match_key
from purchases.services.orders.ordering import order_place
from purchases.services.proposals.building import proposals_build
from purchases.services.proposals.decisions import proposal_approve
from purchases.services.proposals.proposals import proposal_submit
from purchases.services.receipts.deliveries import Batch, Delivery
from rbac.tests.factories import user_with_role

_numbers = count(1)

# A budget that stands in no one's way.
PLENTY = Decimal(10**12)


class SupplierFactory(factory.django.DjangoModelFactory[Supplier]):
    class Meta:
        model = Supplier

    class Params:
        immediate = factory.Trait(immediate_receipt=True)
        inactive = factory.Trait(is_active=False)

    name = factory.Sequence(lambda n: f"Warehouse {n}")
    name_key = factory.LazyAttribute(lambda supplier: search_key(supplier.name))


class OfferFactory(factory.django.DjangoModelFactory[Offer]):
    class Meta:
        model = Offer

    supplier = factory.SubFactory(SupplierFactory)
    source_type = "tests.document"
    source_id = factory.Sequence(str)
    engine = "tests"
    direction = factory.LazyAttribute(
        lambda offer: offer.supplier.deal_direction or DealDirection.FREE_FIRST
    )
    direction_votes = factory.LazyFunction(lambda: read_deals([], "").votes)
    received_at = factory.LazyFunction(timezone.now)


class OfferLineFactory(factory.django.DjangoModelFactory[OfferLine]):
    """A line under review; ``matched=True`` with ``product_id`` makes it a source."""

    class Meta:
        model = OfferLine

    class Params:
        matched = factory.Trait(
            status="matched",
            decision="matcher",
            decided_at=factory.LazyAttribute(lambda line: line.offer.received_at),
            suggested_product_id=None,
            candidates=[],
        )

    offer = factory.SubFactory(OfferFactory)
    position = factory.Sequence(lambda n: n + 1)
    name = factory.Sequence(lambda n: f"Line {n}")
    match_key = factory.LazyAttribute(lambda line: match_key(line.name, line.company))
    company = ""
    list_price = Decimal(1000)
    deal_text = ""
    deal = factory.LazyAttribute(
        lambda line: to_json(resolve_deal(parse_deal(line.deal_text), line.offer.direction))
    )
    status = "needs_review"
    candidates = factory.LazyAttribute(
        lambda line: (
            [
                {
                    "product_id": line.suggested_product_id,
                    "score": "0.700",
                    "reasons": [["name_alike", "93", ""]],
                }
            ]
            if line.suggested_product_id
            else []
        )
    )
    suggested_product_id = None


def actor_with(role: str) -> Actor:
    user = user_with_role(role)
    return Actor(id=user.pk, label=user.username)


def short_product(
    *, need: int = 40, purchase_units: int = 1, now: datetime | None = None, **fields: Any
) -> int:
    """A new product of which ``need`` base units are short; returns its id."""
    number = next(_numbers)
    names: dict[str, Any] = {"name_ar": f"دواء {number}", "name_en": f"Medicine {number}"}
    return product_create(
        actor=actor_with("pharmacist"),
        now=now or timezone.now(),
        **{**names, **fields},
        min_stock=need,
        max_stock=need,
        purchase_units=purchase_units,
    )


def source(
    product_id: int,
    *,
    price: object = 1000,
    deal: str = "",
    supplier: Supplier | None = None,
    received_at: datetime | None = None,
    **line: Any,
) -> OfferLine:
    """A matched line that sells the product."""
    offer = OfferFactory.create(
        supplier=supplier or SupplierFactory.create(), received_at=received_at or timezone.now()
    )
    return OfferLineFactory.create(
        offer=offer,
        matched=True,
        product_id=product_id,
        list_price=None if price is None else Decimal(str(price)),
        deal_text=deal,
        **line,
    )


def draft_proposal(
    *,
    requester: Actor | None = None,
    need: int = 40,
    purchase_units: int = 1,
    price: object = 1000,
    deal: str = "",
    supplier: Supplier | None = None,
    now: datetime | None = None,
) -> Proposal:
    """A draft of one line for a product of its own."""
    now = now or timezone.now()
    product_id = short_product(need=need, purchase_units=purchase_units, now=now)
    source(product_id, price=price, deal=deal, supplier=supplier, received_at=now)
    build = proposals_build(
        actor=requester or actor_with("purchasing"),
        now=now,
        product_ids=[product_id],
        budget=PLENTY,
    )
    return build.proposals.get()


def submitted_proposal(*, requester: Actor | None = None, **kwargs: Any) -> Proposal:
    requester = requester or actor_with("purchasing")
    draft = draft_proposal(requester=requester, **kwargs)
    return proposal_submit(actor=requester, now=timezone.now(), proposal_id=draft.pk)


def approved_proposal(*, funds: int | None = 10_000_000, **kwargs: Any) -> Proposal:
    """funds: what the owner puts into the drawer first; None leaves it as it is."""
    if funds is not None:
        put_in(funds, now=timezone.now())
    submitted = submitted_proposal(**kwargs)
    return proposal_approve(
        actor=actor_with("pharmacist"),
        now=timezone.now(),
        proposal_id=submitted.pk,
        version=submitted.version,
    )


def placed_order(**kwargs: Any) -> PurchaseOrder:
    """An open order of one line, its capital committed and its goods announced."""
    proposal = approved_proposal(**kwargs)
    order = order_place(now=timezone.now(), proposal_id=proposal.pk)
    assert order is not None
    return order


def order_built(build: ProposalBuild, *, requester: Actor, now: datetime) -> PurchaseOrder:
    """An open order of a build's only proposal: submitted, approved by somebody else, placed."""
    proposal = proposal_submit(actor=requester, now=now, proposal_id=build.proposals.get().pk)
    proposal_approve(
        actor=actor_with("pharmacist"),
        now=now,
        proposal_id=proposal.pk,
        version=proposal.version,
    )
    order = order_place(now=now, proposal_id=proposal.pk)
    assert order is not None
    return order


def order_of_lines(
    *,
    lines: int,
    supplier: Supplier | None = None,
    price: object = 100,
    deal: str = "",
) -> PurchaseOrder:
    """An open order of so many lines of one supplier, for 10 units short of each product."""
    now = timezone.now()
    put_in(100_000_000, now=now)
    supplier = supplier or SupplierFactory.create()
    products = [short_product(need=10, now=now) for _ in range(lines)]
    for product_id in products:
        source(product_id, price=price, deal=deal, supplier=supplier, received_at=now)
    requester = actor_with("purchasing")
    build = proposals_build(actor=requester, now=now, product_ids=products)
    return order_built(build, requester=requester, now=now)


def two_line_order(**kwargs: Any) -> PurchaseOrder:
    return order_of_lines(lines=2, **kwargs)


def delivery(order: PurchaseOrder, *batches: Batch, position: int = 1, **invoice: Any) -> Delivery:
    """What arrived for a line of the order; without batches, all that is outstanding."""
    line = order.lines.get(position=position)
    return Delivery(
        order_line_id=line.pk,
        batches=batches or (Batch(quantity=line.outstanding_quantity),),
        **invoice,
    )


# Ten free with fifty bought, counted over all strengths.
MIXED_CELL = "10+50 او 30+120 يمكن تشكيل العيارات"


def strengths(
    *prices: object,
    offer: Offer | None = None,
    deal: str = MIXED_CELL,
    units: int = 1,
    needs: Sequence[int] = (),
    products: Sequence[int] = (),
    **fields: Any,
) -> list[OfferLine]:
    """Lines of one brand in one offer, of products short by `needs` (else 40 each)."""
    offer = offer or OfferFactory.create()
    needs = needs or [40] * len(prices)
    products = products or [short_product(need=need, purchase_units=units) for need in needs]
    return [
        OfferLineFactory.create(
            offer=offer,
            matched=True,
            product_id=product_id,
            name=f"بيزوكاند {number} ملغ",
            company="التراميديكا",
            list_price=Decimal(str(price)),
            deal_text=deal,
            **fields,
        )
        for number, (price, product_id) in enumerate(zip(prices, products, strict=True), start=1)
    ]
