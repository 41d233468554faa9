"""What the matcher is given and what it answers."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, NamedTuple

__all__ = ["Candidate", "CatalogueEntry", "LineToMatch", "MatchDecision", "MatchStatus", "Reason"]

MatchStatus = Literal["matched", "needs_review", "unmatched"]


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """A product as the catalogue knows it.

    names: Arabic, English and any other names, most usual first. public_price: of one pack, None
    when unknown. Text fields may be empty.
    """

    product_id: int
    names: tuple[str, ...]
    strength: str = ""
    form: str = ""
    manufacturer: str = ""
    public_price: Decimal | None = None


@dataclass(frozen=True, slots=True)
class LineToMatch:
    """A line of an offer: the name as printed, and what stood beside it.

    price: what the pharmacist pays. public_price: what the patient pays. None when unknown.
    """

    name: str
    company: str = ""
    price: Decimal | None = None
    public_price: Decimal | None = None


class Reason(NamedTuple):
    """Something that agreed or not, to be put into words by whoever shows it.

    code: what was compared and how it came out (`strength_agrees`, `price_differs`). said: what
    the line says, or what both say; has: what the product has instead.
    """

    code: str
    said: str = ""
    has: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A product the line may mean. score: 0 to 1, how sure; reasons: what agreed and what not."""

    product_id: int
    score: float
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class MatchDecision:
    """`matched` names the product; otherwise the candidates, best first, are for a person.

    alias_id: the supplier's learnt name that the match rests on, if it rests on one.
    """

    status: MatchStatus
    candidates: tuple[Candidate, ...] = field(default=())
    product_id: int | None = None
    alias_id: int | None = None
