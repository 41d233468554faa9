"""What becomes of an order's lines when it is changed, and of those that are mixed with them.

Lines of one mix earn their free goods together: fewer packs of one may cost the others theirs,
more may bring them some. A line of which something has arrived or was cancelled stays as it is and
counts for what is still wanted of it; the others bear the difference. Worked example:
docs/flows/purchase-orders.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from core.models import local_date
from purchases.deals import Deal
from purchases.joint_quotes import resplit
from purchases.line_prices import line_deal
from purchases.models import PurchaseOrderLine
from purchases.quotes import PackPrice, quote_with_free

__all__ = ["FIGURES", "LineChange", "mixed_lines", "requote", "requote_cut"]

FIGURES = ("bought", "free", "cancelled", "pack_price", "amount")


@dataclass(frozen=True, slots=True)
class LineChange:
    """A line as it was and as it becomes; see OrderAmendmentLine."""

    line: PurchaseOrderLine
    before: Mapping[str, Decimal | int]
    wanted_before: Decimal

    @classmethod
    def of(cls, line: PurchaseOrderLine) -> LineChange:
        return cls(line, _figures(line), line.wanted_amount)

    @property
    def after(self) -> Mapping[str, Decimal | int]:
        return _figures(self.line)

    @property
    def differs(self) -> bool:
        return self.after != self.before

    @property
    def money(self) -> Decimal:
        """How much more (> 0) or less is promised for the line."""
        return self.line.wanted_amount - self.wanted_before

    @property
    def units(self) -> int:
        """How many base units more (> 0) or less are wanted."""
        before = self.before["bought"] + self.before["free"] - self.before["cancelled"]
        return self.line.wanted_quantity - int(before)

    @property
    def cut(self) -> int:
        """How many base units more will not come."""
        return self.line.cancelled_quantity - int(self.before["cancelled"])

    @property
    def grows(self) -> bool:
        return self.money > 0 or self.units > 0

    @property
    def packs_counted(self) -> tuple[int, int]:
        """Bought packs that count for the deal, before and now."""
        return _counted(self.before, self.line.purchase_units), _counted(
            self.after, self.line.purchase_units
        )


def mixed_lines(
    line: PurchaseOrderLine, lines: Iterable[PurchaseOrderLine]
) -> list[PurchaseOrderLine]:
    """The line and those of `lines` that earn their free goods together with it."""
    if line.mix is None:
        return [line]
    return [each for each in lines if each.mix == line.mix]


def requote(changes: Sequence[LineChange], *, today: date) -> bool:
    """Give lines of one mix (or one alone), whose packs are changed, free goods and amounts.

    By the deal they were offered under: as it held when the order was placed, and as it holds
    `today` where more packs are to count than did. False where that is out of range.
    """
    counted = [each.packs_counted for each in changes]
    before, packs = sum(each[0] for each in counted), sum(each[1] for each in counted)
    deal = _deal(changes, today if packs > before else None)
    if 0 < packs < (deal.least_packs or 1):
        return False
    same = all(each[0] == each[1] for each in counted)
    return _share(changes, deal, packs, keep_split=same)


def requote_cut(changes: Sequence[LineChange]) -> None:
    """Take from lines of one mix the free goods that are earned no longer, a part being cancelled.

    Nothing is added: what was cancelled was cancelled by whoever sells.
    """
    deal = _deal(changes, None)
    packs = sum(each.packs_counted[1] for each in changes)
    _share(changes, deal, packs, keep_split=True)


def _share(changes: Sequence[LineChange], deal: Deal, packs: int, *, keep_split: bool) -> bool:
    lines = [each.line for each in changes if _untouched(each.line)]
    fixed = sum(
        (_free_wanted(each.line) for each in changes if not _untouched(each.line)), Fraction(0)
    )
    given = max(0, int(deal.free_units(packs) - fixed)) if packs else 0
    free = [line.free_packs for line in lines]
    if lines and not (keep_split and sum(free) <= given):
        free = resplit(given, have=free, bought=[line.packs for line in lines])
    return all(
        [_priced(line, deal, free_packs) for line, free_packs in zip(lines, free, strict=True)]
    )


def _priced(line: PurchaseOrderLine, deal: Deal, free_packs: int) -> bool:
    price = PackPrice(price=line.pack_price, discount_percent=line.discount_percent, deal=deal)
    new = quote_with_free(
        price, packs=line.packs, free_packs=free_packs, purchase_units=line.purchase_units
    )
    if new is None:
        return False
    line.free_quantity = new.free_packs * line.purchase_units
    line.amount = new.amount
    return True


def _deal(changes: Sequence[LineChange], today: date | None) -> Deal:
    """Of the lines, all offered on the same terms; without a day as when they were ordered."""
    line = changes[0].line
    return line_deal(
        line.proposal_line.offer_line, today=today or local_date(line.order.ordered_at)
    )


def _untouched(line: PurchaseOrderLine) -> bool:
    return not (line.received_quantity or line.cancelled_quantity or line.over_quantity)


def _free_wanted(line: PurchaseOrderLine) -> Fraction:
    """Free packs of a line in what is still wanted of it."""
    return Fraction(line.free_packs * line.wanted_quantity, line.ordered_quantity)


def _counted(figures: Mapping[str, Decimal | int], units: int) -> int:
    """Whole bought packs in what is wanted of a line with these figures."""
    bought, free = int(figures["bought"]), int(figures["free"])
    wanted = bought + free - int(figures["cancelled"])
    return bought // units * wanted // (bought + free)


def _figures(line: PurchaseOrderLine) -> Mapping[str, Decimal | int]:
    return {
        "bought": line.bought_quantity,
        "free": line.free_quantity,
        "cancelled": line.cancelled_quantity,
        "pack_price": line.pack_price,
        "amount": line.amount,
    }
