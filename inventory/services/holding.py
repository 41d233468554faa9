"""Holding products still while another room decides on them."""

from __future__ import annotations

from collections.abc import Collection

from inventory.records import ProductSummary
from inventory.selectors.catalogue import products_by_id
from inventory.services.ledger import stock_lock


def products_hold(product_ids: Collection[int]) -> dict[int, ProductSummary]:
    """The products as they are, kept so until the transaction ends; unknown ids are absent.

    Their stock is locked in primary-key order: nobody can change, withdraw or merge them, or move
    their goods meanwhile. A constant number of queries.
    """
    stock_lock(product_ids)
    return products_by_id(product_ids)
