"""What the pharmacy is short of, as a hint for whoever reads an offer."""

from __future__ import annotations

from inventory.public import products_by_id, shortages

MOST_TARGETS = 1000


def target_items() -> list[tuple[str, str]]:
    """(product name, strength) of what is short, greatest need first, at most MOST_TARGETS."""
    short = sorted(shortages(), key=lambda item: (-item.needed, item.product_id))[:MOST_TARGETS]
    products = products_by_id([item.product_id for item in short])
    return [
        (products[item.product_id].name, products[item.product_id].strength)
        for item in short
        if item.product_id in products
    ]
