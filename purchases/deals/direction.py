"""Which number of a printed pair is free: learnt from the document, never from one pair.

A row such as `25+20` is genuine, so "the smaller number is free" is wrong row by row; over a
whole document the habit of its author shows clearly.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal, get_args

from purchases.deals.goods import Tier
from purchases.deals.model import (
    Deal,
    Flag,
    Gift,
    Pair,
    ParsedDeal,
    PrintedGift,
    Special,
)

__all__ = ["Direction", "DirectionVote", "resolve_deal", "vote_direction"]

Direction = Literal["free_first", "bought_first"]

# A vote counts as confident from this many unequal pairs and this share of one opinion.
_FEWEST_PAIRS = 5
_CLEAR_SHARE = 0.8


@dataclass(frozen=True, slots=True)
class DirectionVote:
    """What a document's pairs say; counts are of pairs whose first number is smaller, larger."""

    direction: Direction
    smaller_first: int
    larger_first: int
    equal: int
    confident: bool
    decided_by: Literal["supplier", "vote", "default"]

    @property
    def disagrees_with_supplier(self) -> bool:
        """Whether the supplier's setting won although the document clearly says otherwise."""
        if self.decided_by != "supplier" or not _is_clear(self.smaller_first, self.larger_first):
            return False
        return self.direction != _majority(self.smaller_first, self.larger_first)


def vote_direction(
    parsed: Iterable[ParsedDeal], supplier_default: str | None = None
) -> DirectionVote:
    """Decide the direction of a document's pairs.

    The supplier's setting wins; without one the majority of the document's unequal pairs decides
    (most deals give less than they sell, so the side that is usually smaller is the free one).
    A document without a majority is read free+bought, the habit of this trade, not confident.

    Raises ValueError when the setting is neither "free_first", "bought_first" nor empty.
    """
    pairs = [pair for deal in parsed for pair in deal.pairs()]
    smaller_first = sum(pair.first < pair.second for pair in pairs)
    larger_first = sum(pair.first > pair.second for pair in pairs)
    if supplier_default:
        direction, confident = _as_direction(supplier_default), True
    else:
        direction = _majority(smaller_first, larger_first)
        confident = _is_clear(smaller_first, larger_first)
    return DirectionVote(
        direction=direction,
        smaller_first=smaller_first,
        larger_first=larger_first,
        equal=len(pairs) - smaller_first - larger_first,
        confident=confident,
        decided_by=_decided_by(supplier_default, smaller_first, larger_first),
    )


def _as_direction(setting: str) -> Direction:
    for direction in get_args(Direction):
        if direction == setting:
            return direction
    raise ValueError(f"unknown direction {setting!r}")


def _majority(smaller_first: int, larger_first: int) -> Direction:
    return "free_first" if smaller_first >= larger_first else "bought_first"


def _is_clear(smaller_first: int, larger_first: int) -> bool:
    unequal = smaller_first + larger_first
    majority = max(smaller_first, larger_first)
    return unequal >= _FEWEST_PAIRS and majority >= _CLEAR_SHARE * unequal


def _decided_by(
    setting: str | None, smaller_first: int, larger_first: int
) -> Literal["supplier", "vote", "default"]:
    if setting:
        return "supplier"
    return "default" if smaller_first == larger_first else "vote"


def resolve_deal(parsed: ParsedDeal, direction: Direction, *, confident: bool = True) -> Deal:
    """Turn printed pairs into bought and free units.

    Every pair is resolved the same way; `كل N/M` always means every N bought give M. Pairs that
    then give more than they sell are kept as printed and the deal is flagged `against_vote`;
    tiers where buying more earns relatively less are flagged `uneven_tiers`. confident: False
    flags deals with pairs `direction_unsure`.
    """

    def tier(pair: Pair) -> Tier:
        if direction == "free_first":
            return Tier(bought=pair.second, free=pair.first)
        return Tier(bought=pair.first, free=pair.second)

    def gift(printed: PrintedGift) -> Gift:
        units = tier(printed.pair)
        return Gift(bought=units.bought, free=units.free, product=printed.product)

    def every(printed: PrintedGift) -> Gift:
        # "Every N gives M" is said in words, so its order is the language's, not the document's.
        return Gift(printed.pair.first, printed.pair.second, printed.product)

    deal = Deal(
        raw=parsed.raw,
        kind=parsed.kind,
        tiers=tuple(sorted({tier(pair) for pair in parsed.tiers})),
        exceptions=tuple(sorted({tier(pair) for pair in parsed.exceptions})),
        specials=tuple(
            Special(kind=s.kind, tier=tier(s.pair), window=s.window) for s in parsed.specials
        ),
        other_products=tuple(gift(printed) for printed in parsed.other_products),
        every=tuple(every(printed) for printed in parsed.every),
        mixable=parsed.mixable,
        register_required=parsed.register_required,
        discount_percent=parsed.discount_percent,
        discount_instead=parsed.discount_instead,
        window=parsed.window,
        least_packs=parsed.least_packs,
        note=parsed.note,
        flags=parsed.flags,
    )
    return _flagged(deal, confident=confident)


def _flagged(deal: Deal, *, confident: bool) -> Deal:
    units = [
        *((tier.bought, tier.free) for tier in (*deal.tiers, *deal.exceptions)),
        *((special.tier.bought, special.tier.free) for special in deal.specials),
        *((gift.bought, gift.free) for gift in (*deal.other_products, *deal.every)),
    ]
    flags = set(deal.flags)
    if any(free > bought for bought, free in units):
        flags.add(Flag.AGAINST_VOTE)
    if _is_uneven(deal.tiers):
        flags.add(Flag.UNEVEN_TIERS)
    if not confident and len(units) > len(deal.every):
        flags.add(Flag.DIRECTION_UNSURE)
    return replace(deal, flags=frozenset(flags))


def _is_uneven(tiers: tuple[Tier, ...]) -> bool:
    return any(
        small.free * large.bought > large.free * small.bought for small, large in pairwise(tiers)
    )
