"""What products cost at every supplier that offers them now, by true unit cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from inventory.public import ProductSummary, products_by_id
from purchases.errors import ProductNotFound
from purchases.selectors.needs import needs
from purchases.selectors.sources import Priced, Source, priced, sources_of


@dataclass(frozen=True, slots=True)
class Comparison:
    """One product: needed base units, who sells it, cheapest first, and who does not count."""

    product: ProductSummary
    needed: int
    quotes: Sequence[Priced]
    excluded: Sequence[Source]


def need_of_product(
    *, product_id: int, quantity: int | None = None, now: datetime
) -> list[tuple[int, int]]:
    """(product id, base units to compare for): as asked, else what is needed, else one pack.

    Raises ProductNotFound.
    """
    products = products_by_id([product_id])
    if product_id not in products:
        raise ProductNotFound
    needed = sum(figures.needed for figures in needs(now=now, product_ids=[product_id]))
    return [(product_id, quantity or needed or products[product_id].purchase_units)]


def needs_of_short_products(*, now: datetime) -> list[tuple[int, int]]:
    """(product id, base units needed) of everything needed, greatest need first."""
    needed = [(each.product_id, each.needed) for each in needs(now=now) if each.needed > 0]
    return sorted(needed, key=lambda row: (-row[1], row[0]))


def compare(needed: dict[int, int], *, now: datetime) -> list[Comparison]:
    """Comparisons for product id -> base units, in that order. A constant number of queries."""
    products = products_by_id(needed.keys())
    sources = sources_of(needed.keys(), now=now)
    return [
        Comparison(
            product=products[product_id],
            needed=quantity,
            quotes=priced(
                sources[product_id],
                needed=quantity,
                purchase_units=products[product_id].purchase_units,
            ),
            excluded=[source for source in sources[product_id] if source.exclusion],
        )
        for product_id, quantity in needed.items()
        if product_id in products
    ]
