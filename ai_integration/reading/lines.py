"""What every reader hands over: lines of an offer, and the document they stand in.

The payload form (`pharmacio.extracted/1`) is plain JSON, so that what an engine read is kept
verbatim and can be parsed again at any time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

PAYLOAD_KIND = "pharmacio.extracted/1"

PRICE_UNREADABLE = "price_unreadable"
NO_PRICE = "no_price"
NO_NAME = "no_name"
MERGED_DEAL = "merged_deal"
DEAL_IN_NAME = "deal_in_name"
LOW_CONFIDENCE = "low_confidence"
DISCOUNT_UNREADABLE = "discount_unreadable"
REVIEW_REQUIRED = "review_required"

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class ExtractedLine:
    """One product as an offer prints it. Nothing is guessed: unknown is None and flagged.

    page: 1-based page (sheet) number; row: 1-based number of the product line on its page.
    box: x0, top, x1, bottom in the page's own units (points for PDF, pixels for photos).
    company: the section heading above the line, a company column, or the company in the name.
    list_price: what the pharmacy pays per unit before any deal; public_price: what the public
    pays; both in the document's currency. discount_percent: 0..100, off the public price.
    deal_text: the bonus or note cell verbatim, '' if none. confidence: 0..1.
    """

    page: int
    row: int
    box: Box | None
    name: str
    company: str = ""
    list_price: Decimal | None = None
    public_price: Decimal | None = None
    discount_percent: Decimal | None = None
    deal_text: str = ""
    raw_text: str = ""
    confidence: float = 1.0
    flags: tuple[str, ...] = ()

    def to_payload(self) -> dict[str, Any]:
        """This line as JSON-ready values; Decimals as strings."""
        return {
            "page": self.page,
            "row": self.row,
            "box": None if self.box is None else [round(edge, 2) for edge in self.box],
            "name": self.name,
            "company": self.company,
            "list_price": _text_or_none(self.list_price),
            "public_price": _text_or_none(self.public_price),
            "discount_percent": _text_or_none(self.discount_percent),
            "deal_text": self.deal_text,
            "raw_text": self.raw_text,
            "confidence": round(self.confidence, 4),
            "flags": list(self.flags),
        }


@dataclass(frozen=True, slots=True)
class ExtractedPage:
    """One page that is a picture: its lines, and the texts that tell terms beside them."""

    lines: tuple[ExtractedLine, ...] = ()
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExtractedDocument:
    """All lines of one document, in reading order.

    engine: which reader made it (`embedded.pdf`, `embedded.xlsx`, `http.items`, ...).
    warnings: sentences for a person, one per thing that was seen and not understood.
    texts: what is printed beside the table, verbatim: terms, greetings.
    """

    lines: tuple[ExtractedLine, ...]
    pages: int
    engine: str
    warnings: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    metadata: Mapping[str, Any] = field(default_factory=dict)

    def to_payload(self) -> dict[str, Any]:
        """The document as JSON-ready values, kind `pharmacio.extracted/1`."""
        return {
            "document_type": PAYLOAD_KIND,
            "engine": self.engine,
            "pages": self.pages,
            "metadata": dict(self.metadata),
            "warnings": list(self.warnings),
            "texts": list(self.texts),
            "lines": [line.to_payload() for line in self.lines],
        }

    @classmethod
    def from_payload(cls, payload: object) -> ExtractedDocument:
        """The document back from `to_payload()`; raises UnusablePayload naming each fault."""
        from .payload import document_from_payload

        return document_from_payload(payload)


def _text_or_none(number: Decimal | None) -> str | None:
    return None if number is None else format(number, "f")
