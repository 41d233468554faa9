"""The figures of a purchase as JSON values: what history, submissions and refusals keep of it."""

from __future__ import annotations

from typing import Any

from core.money import format_money
from purchases.models import ProposalLine
from purchases.quotes import PackPrice, Quote


def line_figures(line: ProposalLine) -> dict[str, Any]:
    """What a line buys and where: packs, money, source."""
    return {
        "offer_line_id": line.offer_line_id,
        "packs": line.packs,
        "free_packs": line.free_packs,
        "purchase_units": line.purchase_units,
        "pack_price": format_money(line.pack_price),
        "discount_percent": _percent(line.discount_percent),
        "amount": format_money(line.amount),
        "true_unit_cost": f"{line.true_unit_cost:.6f}",
    }


def quote_figures(price: PackPrice, quote: Quote) -> dict[str, Any]:
    """The same of a quotation."""
    return {
        "packs": quote.packs,
        "free_packs": quote.free_packs,
        "purchase_units": quote.purchase_units,
        "pack_price": format_money(price.price),
        "discount_percent": _percent(price.discount_percent),
        "amount": format_money(quote.amount),
        "true_unit_cost": f"{quote.true_unit_cost:.6f}",
    }


def _percent(value: Any) -> str:
    return f"{value.normalize() + 0:f}"
