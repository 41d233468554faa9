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


def kept_products(product_ids: Collection[int]) -> dict[int, int]:
    """Which product each of these is now: the one it was merged into, or itself. One query."""
    merged = Product.objects.filter(pk__in=product_ids, merged_into__isnull=False)
    return {
        **{product_id: product_id for product_id in product_ids},
        **{pk: kept for pk, kept in merged.values_list("pk", "merged_into") if kept is not None},
    }
