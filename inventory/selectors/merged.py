"""Which products a product once was, for those who read history."""

from __future__ import annotations

from collections.abc import Collection

from inventory.models import Product


def merged_products(product_ids: Collection[int]) -> dict[int, list[int]]:
    """The ids under which history of these products is kept: their own and those merged into them.

    Sales and receipts are never rewritten: of a merged product they still name the old id.
    One query.
    """
    ids = {product_id: [product_id] for product_id in product_ids}
    for merged, kept in (
        Product.objects.filter(merged_into__in=ids).order_by("pk").values_list("pk", "merged_into")
    ):
        ids[kept or merged].append(merged)
    return ids
