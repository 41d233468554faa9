"""From what an engine read to lines as they are stored: checking, deals and their direction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.translation import gettext as _

from core.errors import FieldProblem
from core.money import round_money
from purchases.deals import Deal, parse_deal, resolve_deal, to_json, vote_direction
from purchases.drafts import OfferLineDraft
from purchases.errors import OfferDraftInvalid
from purchases.models import OfferLine
from purchases.models.offers import LARGEST_PRICE

MOST_PROBLEMS = 100
LOW_CONFIDENCE = Decimal("0.8")
DEAL_FLAG = "deal_"

# With one of these a line waits for a person, however sure the matcher is of its product.
HOLDING_FLAGS = frozenset({"review_required", "low_confidence", "deal_needs_review"})


@dataclass(frozen=True, slots=True)
class DealReading:
    """The deals of a document in one direction. votes: what the document itself said."""

    direction: str
    votes: dict[str, Any]
    deals: tuple[Deal, ...]


def read_deals(texts: Sequence[str], supplier_direction: str) -> DealReading:
    """Parse every bonus cell and resolve all of them in the direction the document votes for.

    supplier_direction: the supplier's own setting, which wins; "" leaves it to the vote.
    """
    parsed = [parse_deal(text) for text in texts]
    vote = vote_direction(parsed, supplier_direction or None)
    return DealReading(
        direction=vote.direction,
        votes={
            **asdict(vote),
            "disagrees_with_supplier": vote.disagrees_with_supplier,
        },
        deals=tuple(
            resolve_deal(deal, vote.direction, confident=vote.confident) for deal in parsed
        ),
    )


def deal_columns(line: OfferLine, deal: Deal) -> None:
    """Write ``deal`` and its flags onto ``line``; flags of other kinds stay."""
    line.deal = to_json(deal)
    line.register_required = deal.register_required
    flags = {flag for flag in line.flags if not flag.startswith(DEAL_FLAG)}
    flags |= {f"{DEAL_FLAG}{flag}" for flag in deal.flags}
    if deal.needs_review:
        flags.add("deal_needs_review")
    line.flags = sorted(flags)


def is_held(line: OfferLine) -> bool:
    """Whether a person must look at the line before anything is bought by it."""
    return not HOLDING_FLAGS.isdisjoint(line.flags)


def checked_lines(drafts: Sequence[OfferLineDraft]) -> list[OfferLine]:
    """The drafts as unsaved lines, positions counting from 1.

    A price of 0 is an unknown price. Raises OfferDraftInvalid naming every faulty field (at
    most MOST_PROBLEMS of them): ``lines.<index>.<field>``.
    """
    problems: list[FieldProblem] = []
    lines = []
    for index, draft in enumerate(drafts):
        faults = list(_faults(draft))
        problems.extend(
            FieldProblem(f"lines.{index}.{field}", code, detail) for field, code, detail in faults
        )
        if not faults:
            lines.append(_line(index + 1, draft))
        if len(problems) >= MOST_PROBLEMS:
            break
    if problems:
        raise OfferDraftInvalid(errors=problems[:MOST_PROBLEMS])
    return lines


def _faults(draft: OfferLineDraft) -> list[tuple[str, str, str]]:
    faults = []
    if not _clean(draft.name, 500):
        faults.append(("name", "required", _("A line needs a name.")))
    for field in ("list_price", "public_price"):
        price = getattr(draft, field)
        if price is not None and not _between(price, LARGEST_PRICE):
            faults.append(
                (field, "out_of_range", _("A price is a number from 0 to %d.") % LARGEST_PRICE)
            )
    if draft.discount_percent is not None and not _between(draft.discount_percent, 100):
        faults.append(("discount_percent", "out_of_range", _("A discount is 0 to 100 percent.")))
    if draft.confidence is not None and not _between(draft.confidence, 1):
        faults.append(("confidence", "out_of_range", _("A confidence is 0 to 1.")))
    return faults


def _between(number: Decimal, largest: int) -> bool:
    return number.is_finite() and 0 <= number <= largest


def _line(position: int, draft: OfferLineDraft) -> OfferLine:
    line = OfferLine(
        position=position,
        name=_clean(draft.name, 500),
        company=_clean(draft.company, 300),
        list_price=_price(draft.list_price),
        public_price=_price(draft.public_price),
        discount_percent=_places(draft.discount_percent, "0.0001"),
        deal_text=_clean(draft.deal_text, 1000),
        raw_text=draft.raw_text.replace("\x00", ""),
        page=draft.page,
        row=draft.row,
        box=list(draft.box) if draft.box else None,
        confidence=_places(draft.confidence, "0.0001"),
    )
    line.flags = sorted(_flags(draft, line))
    return line


def _flags(draft: OfferLineDraft, line: OfferLine) -> set[str]:
    flags = set(draft.flags)
    if line.list_price is None:
        flags.add("list_price_unknown")
    if draft.confidence is not None and draft.confidence < LOW_CONFIDENCE:
        flags.add("low_confidence")
    cut = (("name", 500), ("company", 300), ("deal_text", 1000))
    if any(len(" ".join(getattr(draft, field).split())) > limit for field, limit in cut):
        flags |= {"text_cut", "review_required"}
    return flags


def _clean(text: str, limit: int) -> str:
    return " ".join(text.replace("\x00", "").split())[:limit]


def _price(price: Decimal | None) -> Decimal | None:
    """To the currency; what rounds to nothing is unknown."""
    return None if price is None else round_money(price) or None


def _places(number: Decimal | None, step: str) -> Decimal | None:
    return None if number is None else number.quantize(Decimal(step), rounding=ROUND_HALF_UP)
