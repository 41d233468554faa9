"""What a pack costs under an offer line on a day."""

from __future__ import annotations

from datetime import date

from core.models import local_date
from purchases.deals import Deal, from_json
from purchases.models import OfferLine
from purchases.quotes import PackPrice, pack_price


def line_deal(line: OfferLine, *, today: date) -> Deal:
    """The deal of an offer line as it holds on the local day `today`.

    Days printed without a year are those nearest to when the offer was received.
    """
    return from_json(line.deal).on(today, printed_on=local_date(line.offer.received_at))


def line_price(line: OfferLine, *, today: date) -> PackPrice | None:
    """The price with the deal as it holds on the local day `today`; None where there is none."""
    return price_under(line, line_deal(line, today=today))


def price_as_printed(line: OfferLine) -> PackPrice | None:
    """The price with the whole deal, whatever day it holds on; None where there is none."""
    return price_under(line, from_json(line.deal))


def price_under(line: OfferLine, deal: Deal) -> PackPrice | None:
    """The price of an offer line with this deal; None where the line does not say."""
    return pack_price(
        list_price=line.list_price,
        public_price=line.public_price,
        discount_percent=line.discount_percent,
        deal=deal,
    )
