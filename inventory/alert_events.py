"""Which event tells of which alert: one table each for its beginning and its end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from core.outbox import Event
from inventory.conditions import Condition, ProductState
from inventory.events import (
    DeadStockCleared,
    DeadStockFound,
    ExpiryBandEntered,
    ExpiryCleared,
    LowStockCrossed,
    LowStockRecovered,
    NegativeMarginCrossed,
    NegativeMarginRecovered,
    OutOfStockCrossed,
    OutOfStockRecovered,
    OverstockCrossed,
    OverstockRecovered,
)
from inventory.models import EXPIRY_KINDS, AlertKind, Product, StockAlert


def event_of_begin(condition: Condition, product: Product) -> Event:
    """What is told when `condition` begins to hold of `product`."""
    kind, figures = _BEGINNINGS[condition.kind]
    return kind(product_id=product.pk, product_name=str(product), **figures(condition, product))


def event_of_end(alert: StockAlert, product: Product, state: ProductState) -> Event:
    """What is told when `alert` is closed, with the stock as it is now."""
    kind, figures = _ENDS[AlertKind(alert.kind)]
    return kind(product_id=product.pk, product_name=str(product), **figures(alert, product, state))


def _band_entered(condition: Condition, product: Product) -> dict[str, Any]:
    return {
        "batch_id": condition.batch_id,
        "batch_number": condition.batch_number,
        "expiry_date": condition.expiry_date,
        "band": str(condition.kind),
        "within_days": condition.threshold,
        "quantity": condition.available,
    }


_BEGINNINGS: dict[
    AlertKind, tuple[Callable[..., Event], Callable[[Condition, Product], dict[str, Any]]]
] = {
    AlertKind.LOW_STOCK: (
        LowStockCrossed,
        lambda condition, product: {
            "available": condition.available,
            "min_stock": product.min_stock,
        },
    ),
    AlertKind.OUT_OF_STOCK: (
        OutOfStockCrossed,
        lambda condition, product: {"min_stock": product.min_stock},
    ),
    AlertKind.OVERSTOCK: (
        OverstockCrossed,
        lambda condition, product: {
            "available": condition.available,
            "max_stock": product.max_stock,
        },
    ),
    AlertKind.NEGATIVE_MARGIN: (
        NegativeMarginCrossed,
        lambda condition, product: {
            "public_price": condition.price,
            "unit_cost": condition.unit_cost,
        },
    ),
    AlertKind.DEAD_STOCK: (
        DeadStockFound,
        lambda condition, product: {"on_hand": condition.available, "days": condition.threshold},
    ),
    **{kind: (ExpiryBandEntered, _band_entered) for kind in EXPIRY_KINDS},
}


def _cleared(alert: StockAlert, product: Product, state: ProductState) -> dict[str, Any]:
    return {
        "batch_id": alert.batch_id,
        "batch_number": alert.batch.number if alert.batch else "",
        "band": alert.kind,
    }


_ENDS: dict[
    AlertKind,
    tuple[Callable[..., Event], Callable[[StockAlert, Product, ProductState], dict[str, Any]]],
] = {
    AlertKind.LOW_STOCK: (
        LowStockRecovered,
        lambda alert, product, state: {
            "available": state.available,
            "min_stock": product.min_stock,
        },
    ),
    AlertKind.OUT_OF_STOCK: (
        OutOfStockRecovered,
        lambda alert, product, state: {"available": state.available},
    ),
    AlertKind.OVERSTOCK: (
        OverstockRecovered,
        lambda alert, product, state: {
            "available": state.available,
            "max_stock": product.max_stock,
        },
    ),
    AlertKind.NEGATIVE_MARGIN: (NegativeMarginRecovered, lambda alert, product, state: {}),
    AlertKind.DEAD_STOCK: (DeadStockCleared, lambda alert, product, state: {}),
    **{kind: (ExpiryCleared, _cleared) for kind in EXPIRY_KINDS},
}
