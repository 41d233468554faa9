"""Deals: what a warehouse prints in the bonus column of its offer, read, resolved and priced.

Reading is in two steps, because `1+5` alone does not say which number is free:

1. `parse_deal(text)` reads one cell and keeps every pair as printed (first, second);
2. `vote_direction(parsed)` learns from the whole document which side is free, and
   `resolve_deal(parsed, direction)` turns pairs into tiers of (bought, free).

Pure functions over frozen dataclasses: no settings, no database.
"""

from purchases.deals.codec import from_json, render, to_json
from purchases.deals.direction import (
    Direction,
    DirectionVote,
    resolve_deal,
    vote_direction,
)
from purchases.deals.goods import Split, free_table, most_generous, split_purchase
from purchases.deals.grammar import parse_deal
from purchases.deals.model import (
    Deal,
    DealKind,
    Flag,
    Gift,
    Goods,
    Pair,
    ParsedDeal,
    PrintedGift,
    Special,
    SpecialKind,
    Tier,
)
from purchases.deals.pricing import true_unit_cost
from purchases.deals.windows import DAY_PATTERN, PrintedDay, Window, read_day

__all__ = [
    "DAY_PATTERN",
    "Deal",
    "DealKind",
    "Direction",
    "DirectionVote",
    "Flag",
    "Gift",
    "Goods",
    "Pair",
    "ParsedDeal",
    "PrintedDay",
    "PrintedGift",
    "Special",
    "SpecialKind",
    "Split",
    "Tier",
    "Window",
    "free_table",
    "from_json",
    "most_generous",
    "parse_deal",
    "read_day",
    "render",
    "resolve_deal",
    "split_purchase",
    "to_json",
    "true_unit_cost",
    "vote_direction",
]
