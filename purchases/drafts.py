"""What an engine's result is handed over as: plain values, checked when the offer is made."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferLineDraft:
    """One priced line as read.

    Prices are money per pack, > 0, None where unknown. discount_percent: 0 to 100.
    deal_text: the bonus cell as printed. box: left, top, right, bottom on the page.
    confidence: 0 to 1, None where the engine gives none. flags: stable English words; a line
    with `review_required` is never matched without a person.
    """

    name: str
    company: str = ""
    list_price: Decimal | None = None
    public_price: Decimal | None = None
    discount_percent: Decimal | None = None
    deal_text: str = ""
    raw_text: str = ""
    page: int | None = None
    row: int | None = None
    box: tuple[float, float, float, float] | None = None
    confidence: Decimal | None = None
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferDraft:
    """A whole document. (source_type, source_id) names what it came from, once for ever.

    texts: what is printed beside the table, as read.
    """

    supplier_id: int
    source_type: str
    source_id: str
    lines: tuple[OfferLineDraft, ...]
    file_id: UUID | None = None
    texts: tuple[str, ...] = ()
    engine: str = ""
    pages: int = 0
