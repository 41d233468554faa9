"""Which offer lines earn their free goods together on a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from purchases.intake import is_held
from purchases.line_prices import line_deal
from purchases.mix_groups import PrintedLine, mix_groups
from purchases.models import OfferLine

__all__ = ["mixes_among"]


def mixes_among(lines: Iterable[OfferLine], *, today: date) -> list[tuple[int, ...]]:
    """Ids of lines (their offers at hand) that count together on the local day `today`.

    Lines of other offers, and those whose deal a person must look at, never do. No query.
    """
    by_offer: dict[int, list[PrintedLine]] = defaultdict(list)
    for line in lines:
        if line.deal.get("mixable") and not is_held(line):
            by_offer[line.offer_id].append(_printed(line, today))
    return [group for printed in by_offer.values() for group in mix_groups(printed)]


def _printed(line: OfferLine, today: date) -> PrintedLine:
    return PrintedLine(
        line_id=line.pk,
        name=line.name,
        company=line.company,
        deal=line_deal(line, today=today),
    )
