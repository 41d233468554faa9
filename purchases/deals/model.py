"""The parts of a deal, as printed (`ParsedDeal`) and as meant (`Deal`)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from purchases.deals.goods import Split, Tier, best_tier, split_purchase
from purchases.deals.windows import Window

__all__ = [
    "Deal",
    "DealKind",
    "Flag",
    "Gift",
    "Goods",
    "Pair",
    "ParsedDeal",
    "PrintedGift",
    "Special",
    "SpecialKind",
    "Tier",
]


class DealKind(StrEnum):
    """What a bonus cell mainly says; its details are in the fields of the deal."""

    NONE = "none"  # empty, `.` or only `دفتر`
    SINGLE = "single"  # `1+5`
    TIERS = "tiers"  # `1+5 او 3+10`, with or without exceptions and specials
    SPECIAL = "special"  # only pairs of a special, temporary or exclusive offer
    EXCEPTION = "exception"  # only pairs that need the supplier's exception
    OTHER_PRODUCT = "other_product"  # only goods of another product: `3+10 مجانا نيو نبروجيت`
    EVERY = "every"  # only `كل 2/1 …`
    DISCOUNT = "discount"  # only a percentage
    NOTE = "note"  # free text that is no deal: `سعر الظرف`
    NOT_UNDERSTOOD = "not_understood"  # looks like a deal and could not be read: for a person


class SpecialKind(StrEnum):
    """How a pair outside the ordinary tiers is announced."""

    SPECIAL = "special"  # عرض خاص
    TEMPORARY = "temporary"  # عرض مؤقت
    EXCLUSIVE = "exclusive"  # حصرا


class Flag(StrEnum):
    """Why a person may want to look at a deal. Flags never change what was read."""

    NOT_UNDERSTOOD = "not_understood"
    AGAINST_VOTE = "against_vote"  # more free than bought, as the document reads
    UNEVEN_TIERS = "uneven_tiers"  # a larger purchase earns relatively less: likely a misprint
    DIRECTION_UNSURE = "direction_unsure"  # the document had too few pairs to learn from
    SEPARATOR_MISSING = "separator_missing"  # two pairs stood side by side without `او`
    OTHER_PRODUCT_ASSUMED = "other_product_assumed"  # words after a pair, without `مجانا`
    NOTE_WITH_DEAL = "note_with_deal"  # free text beside pairs: may be a condition
    DISCOUNT_OR_BONUS = "discount_or_bonus"  # one of the two: which, a person must say


@dataclass(frozen=True, slots=True, order=True)
class Pair:
    """Two numbers joined by `+` (or by `/` after `كل`), in the order of the text."""

    first: int
    second: int


@dataclass(frozen=True, slots=True)
class PrintedGift:
    """A printed pair whose free goods are of the product named (empty: of the line itself)."""

    pair: Pair
    product: str


@dataclass(frozen=True, slots=True)
class PrintedSpecial:
    """A printed pair announced as special, with the days it holds for."""

    kind: SpecialKind
    pair: Pair
    window: Window | None = None


@dataclass(frozen=True, slots=True)
class ParsedDeal:
    """One bonus cell, read but not yet resolved into bought and free."""

    raw: str
    kind: DealKind = DealKind.NONE
    tiers: tuple[Pair, ...] = ()
    exceptions: tuple[Pair, ...] = ()
    specials: tuple[PrintedSpecial, ...] = ()
    other_products: tuple[PrintedGift, ...] = ()
    every: tuple[PrintedGift, ...] = ()
    mixable: bool = False
    register_required: bool = False
    discount_percent: Decimal | None = None
    discount_instead: bool = False
    window: Window | None = None
    least_packs: int | None = None
    note: str = ""
    flags: frozenset[Flag] = frozenset()

    def pairs(self) -> tuple[Pair, ...]:
        """Every `a+b` of the cell, gifts included; `كل a/b` is a habit of its own and left out."""
        return (
            *self.tiers,
            *self.exceptions,
            *(special.pair for special in self.specials),
            *(gift.pair for gift in self.other_products),
        )


@dataclass(frozen=True, slots=True)
class Special:
    """A tier announced as special, temporary or exclusive. window: None holds as the deal does."""

    kind: SpecialKind
    tier: Tier
    window: Window | None = None


@dataclass(frozen=True, slots=True)
class Gift:
    """Buying `bought` units gives `free` units of the product named (empty: of the same)."""

    bought: int
    free: int
    product: str


@dataclass(frozen=True, slots=True)
class Goods:
    """Units of another product that come free with a purchase."""

    product: str
    units: int


@dataclass(frozen=True, slots=True)
class Deal:
    """What a warehouse offers on a line, in units bought and units free.

    `tiers` and `specials` can be used by anybody; `exceptions` need the supplier's consent and
    count only where asked for. `other_products` and `every … product` give goods of another
    product and never lower the cost of this one.

    discount_percent: taken off the price on top of the free units or, with `discount_instead`,
    in their place. window: the days the deal holds for. least_packs: fewer are not sold.
    """

    raw: str
    kind: DealKind = DealKind.NONE
    tiers: tuple[Tier, ...] = ()
    exceptions: tuple[Tier, ...] = ()
    specials: tuple[Special, ...] = ()
    other_products: tuple[Gift, ...] = ()
    every: tuple[Gift, ...] = ()
    mixable: bool = False
    register_required: bool = False
    discount_percent: Decimal | None = None
    discount_instead: bool = False
    window: Window | None = None
    least_packs: int | None = None
    note: str = ""
    flags: frozenset[Flag] = frozenset()

    @property
    def needs_review(self) -> bool:
        """Whether a person must decide before the deal is relied on."""
        return bool(self.flags - {Flag.SEPARATOR_MISSING, Flag.NOTE_WITH_DEAL})

    @property
    def added_discount(self) -> Decimal | None:
        """The percentage that comes on top of free units; None where there is none."""
        return None if self.discount_instead else self.discount_percent

    def ways(self) -> tuple[Deal, ...]:
        """The deals a buyer may choose from: the bonus or the discount, where it says "or"."""
        if not self.discount_instead:
            return (self,)
        bonus = replace(self, discount_percent=None, discount_instead=False)
        return bonus, replace(self._without_offers(), discount_percent=self.discount_percent)

    def on(self, day: date, *, printed_on: date | None = None) -> Deal:
        """What is left of the deal on a day: specials lapse, and with its window all of it.

        printed_on: the day of the document, for dates without a year; else the day itself.
        """
        seen = printed_on or day
        if self.window is not None and not self.window.holds_on(day, printed_on=seen):
            return self._without_offers()
        specials = tuple(
            special
            for special in self.specials
            if special.window is None or special.window.holds_on(day, printed_on=seen)
        )
        return self if specials == self.specials else replace(self, specials=specials)

    def _without_offers(self) -> Deal:
        return replace(
            self,
            tiers=(),
            exceptions=(),
            specials=(),
            other_products=(),
            every=(),
            discount_percent=None,
            discount_instead=False,
        )

    def usable_tiers(self, *, with_exceptions: bool = False) -> tuple[Tier, ...]:
        """Tiers that give free units of this very product, smallest purchase first."""
        usable = {
            *self.tiers,
            *(special.tier for special in self.specials),
            *(Tier(gift.bought, gift.free) for gift in self.every if not gift.product),
        }
        if with_exceptions:
            usable.update(self.exceptions)
        return tuple(sorted(usable))

    def split(self, quantity: int, *, with_exceptions: bool = False) -> Split:
        """How `quantity` bought units are best divided over the tiers; see `split_purchase`."""
        return split_purchase(self.usable_tiers(with_exceptions=with_exceptions), quantity)

    def free_units(self, quantity: int, *, with_exceptions: bool = False) -> int:
        """The most units that come free with `quantity` bought units (>= 0)."""
        return self.split(quantity, with_exceptions=with_exceptions).free

    def gifts(self, quantity: int, *, with_exceptions: bool = False) -> tuple[Goods, ...]:
        """Goods of other products that come with `quantity` bought units (>= 0).

        A bought unit earns once: what the tiers of this product leave over earns gifts, those
        for the largest purchase first.
        """
        rest = self.split(quantity, with_exceptions=with_exceptions).outside
        found = []
        offered = [*self.other_products, *(gift for gift in self.every if gift.product)]
        for gift in sorted(offered, key=lambda gift: -gift.bought):
            times, rest = divmod(rest, gift.bought)
            if times:
                found.append(Goods(product=gift.product, units=times * gift.free))
        return tuple(found)

    def best_tier(self, quantity: int, *, with_exceptions: bool = False) -> Tier | None:
        """The most generous tier that `quantity` bought units reach, or None."""
        return best_tier(self.usable_tiers(with_exceptions=with_exceptions), quantity)
