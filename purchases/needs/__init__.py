"""Need: how much of a product should be ordered, and every figure that says so.

`need_figures` judges one product; `figures_under` judges it again for a supplier who delivers
faster or slower. Pure functions over frozen dataclasses: no settings, no database. Formulas and a
worked example: docs/flows/needs.md.
"""

from purchases.needs.codec import from_json
from purchases.needs.figures import figures_under, need_figures
from purchases.needs.formulas import (
    expiring_units,
    order_up_to_level,
    reorder_level,
    safety_stock,
    service_factor,
)
from purchases.needs.model import (
    Basis,
    Demand,
    Limits,
    Lot,
    NeedFigures,
    StockPosition,
    SupplyTerms,
)

__all__ = [
    "Basis",
    "Demand",
    "Limits",
    "Lot",
    "NeedFigures",
    "StockPosition",
    "SupplyTerms",
    "expiring_units",
    "figures_under",
    "from_json",
    "need_figures",
    "order_up_to_level",
    "reorder_level",
    "safety_stock",
    "service_factor",
]
