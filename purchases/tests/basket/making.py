"""Items, sources and whole baskets for tests, without a database."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

from purchases.basket import Basket, Conditions, Item, Source
from purchases.deals import parse_deal, resolve_deal
from purchases.quotes import PackPrice


def item(product_id: int = 1, **changes: Any) -> Item:
    """Five units a day, nothing on the shelf."""
    facts: dict[str, Any] = {
        "position": 0,
        "per_day": 5.0,
        "deviation": 3.0,
        "service_level": 0.95,
        "cover_days": 60,
    }
    return Item(product_id=product_id, **{**facts, **changes})


def bought_at(
    price: object,
    deal: str = "",
    *,
    product_id: int = 1,
    supplier_id: int = 1,
    key: int | None = None,
    discount: object = 0,
    **changes: Any,
) -> Source:
    """A source that sells single units; 60 of them are needed."""
    facts: dict[str, Any] = {"units": 1, "needed": 60, "lead_days": 1, "review_days": 7}
    return Source(
        key=product_id * 100 + supplier_id if key is None else key,
        product_id=product_id,
        supplier_id=supplier_id,
        price=PackPrice(
            price=Decimal(str(price)),
            discount_percent=Decimal(str(discount)),
            deal=resolve_deal(parse_deal(deal), "free_first"),
        ),
        **{**facts, **changes},
    )


def basket(
    items: list[Item], sources: list[Source], *, budget: int = 10**12, **changes: Any
) -> Basket:
    return Basket(items=tuple(items), sources=tuple(sources), budget=budget, **changes)


DEALS = ["", "", "1+6", "2+10", "1+5 او 3+10", "5+20", "10+25 او 25+50", "1+1"]


def random_basket(seed: int, *, items: int = 4, suppliers: int = 3) -> Basket:
    """A small basket in which budget and supplier conditions bite, always the same for a seed."""
    chance = random.Random(seed)
    products, sources = [], []
    for product_id in range(1, items + 1):
        per_day = chance.choice([0.0, 0.2, 1.0, 4.0])
        position = chance.randint(-2, 6)
        products.append(
            Item(
                product_id=product_id,
                position=position,
                per_day=per_day,
                deviation=per_day**0.5 * chance.choice([1.0, 1.6]),
                service_level=chance.choice([0.9, 0.95, 0.98]),
                cover_days=chance.choice([20, 45, 60]),
                shelf_days=chance.choice([None, None, 30, 400]),
                only_need=chance.random() < 0.2,
            )
        )
        base = chance.randint(50, 400)
        for supplier_id in range(1, suppliers + 1):
            if chance.random() < 0.2:
                continue
            source = bought_at(
                base + chance.randint(0, 40),
                chance.choice(DEALS),
                product_id=product_id,
                supplier_id=supplier_id,
                needed=max(1, round(per_day * 10) - position),
                lead_days=chance.choice([1, 2, 5]),
            )
            sources.append(source)
    conditions = [
        Conditions(
            supplier_id=supplier_id,
            minimum=chance.choice([0, 0, 150_000, 400_000]),
            fee=chance.choice([None, None, 5_000]),
            maximum=chance.choice([None, None, 900_000]),
        )
        for supplier_id in range(1, suppliers + 1)
    ]
    return basket(
        products,
        sources,
        conditions=tuple(conditions),
        budget=chance.choice([0, 200_000, 500_000, 1_500_000, 10**10]),
    )
