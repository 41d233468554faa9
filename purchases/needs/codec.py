"""Need figures read back from JSON, as kept with every line that was proposed because of them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from purchases.needs.model import (
    Basis,
    Demand,
    Limits,
    Lot,
    NeedFigures,
    StockPosition,
    SupplyTerms,
)

__all__ = ["from_json"]


def from_json(stored: Mapping[str, Any]) -> NeedFigures:
    """The figures that `NeedFigures.as_json` wrote.

    Raises KeyError or ValueError for anything else.
    """
    terms, demand, position = stored["terms"], stored["demand"], stored["position"]
    return NeedFigures(
        product_id=stored["product_id"],
        basis=Basis(stored["basis"]),
        terms=SupplyTerms(
            abc_class=terms["abc_class"],
            service_level=Decimal(terms["service_level"]),
            lead_days=terms["lead_days"],
            review_days=terms["review_days"],
            lead_deviation=Decimal(terms["lead_deviation"]),
        ),
        limits=Limits(
            min_stock=stored["limits"]["min_stock"],
            reorder_point=stored["limits"]["reorder_point"],
            max_stock=stored["limits"]["max_stock"],
        ),
        demand=Demand(
            per_day=Decimal(demand["per_day"]),
            deviation=Decimal(demand["deviation"]),
            observed_days=demand["observed_days"],
            stock_out_days=demand["stock_out_days"],
            sold=demand["sold"],
        ),
        position=StockPosition(
            on_hand=position["on_hand"],
            reserved=position["reserved"],
            incoming=position["incoming"],
            expiring=position["expiring"],
            held_back=position["held_back"],
            lots=tuple(Lot(days=lot["days"], units=lot["units"]) for lot in position["lots"]),
        ),
        review_due=stored["review_due"],
        safety_stock=Decimal(stored["safety_stock"]),
        reorder_point=stored["reorder_point"],
        order_up_to=stored["order_up_to"],
        needed=stored["needed"],
    )
