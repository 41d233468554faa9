"""Which lines of an offer earn their free goods together.

Pure functions; rules in docs/decisions/mixed-strengths.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from core.text import fold
from purchases.deals import Deal
from purchases.matching.reading import read_name


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedLine:
    """A line of one offer, as printed, with its deal."""

    line_id: int
    name: str
    company: str
    deal: Deal


def mix_groups(lines: Iterable[PrintedLine]) -> list[tuple[int, ...]]:
    """Lines whose packs are counted together, in printed order.

    They say that strengths may be mixed, give the same on the same terms, and are of one brand of
    one company. Two names at least: a line alone, or printed twice, mixes nothing.
    """
    together: dict[tuple[str, str, Deal], list[PrintedLine]] = defaultdict(list)
    for line in lines:
        brand = brand_of(line.name)
        if brand and line.deal.mixable and line.deal.usable_tiers(with_exceptions=True):
            together[brand, fold(line.company), _terms(line.deal)].append(line)
    return [
        tuple(line.line_id for line in group)
        for group in together.values()
        if len({fold(line.name) for line in group}) > 1
    ]


def brand_of(name: str) -> str:
    """The brand by the matcher's reading: the first word that is no form, strength or remark."""
    return next(iter(read_name(name, is_line=True).spelled), "")


def _terms(deal: Deal) -> Deal:
    """The deal without how it was written and what does not change what it gives."""
    return replace(deal, raw="", note="", flags=frozenset(), register_required=False)
