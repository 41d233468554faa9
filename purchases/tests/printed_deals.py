"""Random deals as printed, and what they are worth by trying every combination.

Nothing here reads, prices or splits a deal with the code under test: money is counted in whole
fractions, free units by going through all combinations of tiers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import floor
from random import Random

from core.money import exponent

Tier = tuple[int, int]  # bought, free


@dataclass
class PrintedDeal:
    """A bonus cell with its meaning on the day asked for."""

    text: str = ""
    direction: str = "free_first"
    tiers: list[Tier] = field(default_factory=list)
    exceptions: list[Tier] = field(default_factory=list)
    percent: Fraction | None = None
    instead: bool = False
    least: int = 1

    def ways(self, discount: Fraction) -> list[tuple[list[Tier], Fraction]]:
        """(tiers, percent off the price) to choose from. discount: the line's own."""
        if self.percent is None:
            return [(self.tiers, discount)]
        if self.instead:
            return [(self.tiers, discount), ([], self.percent)]
        return [(self.tiers, discount or self.percent)]


@dataclass(frozen=True)
class Bought:
    """What one quantity costs by the oracle."""

    packs: int
    received: int
    paid: Fraction

    @property
    def unit_cost(self) -> Fraction:
        return self.paid / self.received


def random_deal(chance: Random, *, today: date, direction: str | None = None) -> PrintedDeal:
    """Tiers, a special with or without days, an exception, a discount: some of them or none."""
    deal = PrintedDeal(direction=direction or chance.choice(["free_first", "bought_first"]))
    offers = [_printed(deal, _tier(chance, deal.tiers)) for _ in range(chance.randint(0, 3))]
    if chance.random() < 0.1:
        bought, free = _tier(chance, deal.tiers)
        offers.append(f"كل {bought}/{free}")
    if chance.random() < 0.25:
        offers.append(_special(chance, deal, today))
    if chance.random() < 0.2:
        offers.append(f"استثناء {_printed(deal, _tier(chance, deal.exceptions))}")
    text = chance.choice([" او ", "او ", " او"]).join(offers)
    if chance.random() < 0.25:
        text = _with_discount(chance, deal, text)
    if chance.random() < 0.1:
        deal.least = chance.randint(2, 12)
        text = f"اقل كمية {deal.least} / {text}"
    if chance.random() < 0.1:
        text = f"دفتر / {text}"
    deal.text = _in_arabic_digits(text) if chance.random() < 0.2 else text
    return deal


def _tier(chance: Random, into: list[Tier]) -> Tier:
    tier = (chance.randint(1, 12), chance.randint(1, 7))
    into.append(tier)
    return tier


def _printed(deal: PrintedDeal, tier: Tier) -> str:
    bought, free = tier
    return f"{free}+{bought}" if deal.direction == "free_first" else f"{bought}+{free}"


def _special(chance: Random, deal: PrintedDeal, today: date) -> str:
    """Without days, with an end to come or today, or lapsed: then it is worth nothing."""
    tier = (chance.randint(1, 12), chance.randint(1, 7))
    days_left = chance.choice([None, 0, 1, 40, -1, -40])
    if days_left is None or days_left >= 0:
        deal.tiers.append(tier)
    printed = f"{chance.choice(['عرض خاص', 'عرض مؤقت', 'حصرا'])} {_printed(deal, tier)}"
    if days_left is None:
        return printed
    end = today + timedelta(days=days_left)
    year = chance.choice(["", f"/{end.year}", f"/{end.year % 100:02}"])
    return f"{printed} {chance.choice(['حتى', 'لغاية'])} {end.day}/{end.month}{year}"


def _with_discount(chance: Random, deal: PrintedDeal, text: str) -> str:
    deal.percent = Fraction(chance.randint(1, 4000), 100)
    printed = f"خصم {float(deal.percent):.2f}%"
    if not text:
        return printed
    deal.instead = chance.random() < 0.4
    return f"{printed} {'او' if deal.instead else '+'} {text}"


def _in_arabic_digits(text: str) -> str:
    return text.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))


def most_free(tiers: list[Tier], most: int) -> list[int]:
    """The most free units with 0 to `most` bought ones, by going through every combination."""
    best = [0] * (most + 1)
    for bought, free in _combinations(sorted(set(tiers)), most):
        best[bought] = max(best[bought], free)
    return [max(best[: bought + 1]) for bought in range(most + 1)]


def _combinations(tiers: list[Tier], room: int) -> Iterator[Tier]:
    if not tiers:
        yield 0, 0
        return
    (bought, free), *others = tiers
    for times in range(room // bought + 1):
        for more, earned in _combinations(others, room - times * bought):
            yield times * bought + more, times * free + earned


def everything_on_offer(
    deal: PrintedDeal, *, price: Decimal, discount: Decimal, most: int, exceptions: bool = False
) -> list[Bought]:
    """Every purchase of up to `most` packs, in every way the deal offers."""
    found = []
    for tiers, percent in deal.ways(Fraction(discount)):
        plain = deal.instead and percent == deal.percent and not tiers
        extra = deal.exceptions if exceptions and not plain else []
        free = most_free([*tiers, *extra], most)
        each = Fraction(price) * (100 - percent) / 100
        found += [
            Bought(packs, packs + free[packs], each * packs)
            for packs in range(deal.least, most + 1)
        ]
    return found


def half_up(amount: Fraction, places: int | None = None) -> Decimal:
    """Commercial rounding, in whole numbers. places: the currency's if not given."""
    step = 10 ** (exponent() if places is None else places)
    return Decimal(floor(amount * step + Fraction(1, 2))) / step
