"""Reading one bonus cell: text in, pairs as printed out.

The grammar is that of warehouse offers: tiers parted by `او`, `استثناء` before pairs that need
consent, `عرض خاص`/`عرض مؤقت`/`حصرا` before special ones, words after a pair naming another
product that comes free, `كل a/b` for every-N deals, `دفتر` for the controlled-drug register.
A cell is understood as a whole or not at all: a rest that nothing explains marks the entire cell
`not_understood`, because half a deal would be a wrong price.
"""

from dataclasses import dataclass, field, replace
from decimal import Decimal

from purchases.deals.model import (
    DealKind,
    Flag,
    Pair,
    ParsedDeal,
    PrintedGift,
    PrintedSpecial,
    SpecialKind,
)
from purchases.deals.phrases import Phrase, Role, group
from purchases.deals.tokens import cut
from purchases.deals.words import is_pack_count

__all__ = ["parse_deal"]

_MOST_PERCENT = Decimal(100)
_PAIR_ROLES = (Role.PAIR, Role.EVERY)


@dataclass(slots=True)
class _Entry:
    """One printed pair with what was said about it."""

    pair: Pair
    is_every: bool = False
    is_exception: bool = False
    special: SpecialKind | None = None
    product: str = ""


@dataclass(slots=True)
class _Reading:
    """What has been read of a cell so far."""

    entries: list[_Entry] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    flags: set[Flag] = field(default_factory=set)
    percent: Decimal | None = None
    mixable: bool = False
    register_required: bool = False
    label: Phrase | None = None  # the last `استثناء` or special announcement
    label_waits: bool = False  # … and no pair came after it yet
    failed: bool = False


def parse_deal(text: str) -> ParsedDeal:
    """Read the text of one bonus cell. Never raises; what cannot be read is kept and flagged."""
    cleaned, tokens = cut(text)
    phrases = group(cleaned, tokens)
    reading = _Reading()
    for index, phrase in enumerate(phrases):
        _read(reading, phrase, phrases, index)
    _settle_trailing_label(reading)
    _settle_discount(reading)
    _settle_silence(reading, cleaned)
    if reading.failed:
        return ParsedDeal(
            raw=text,
            kind=DealKind.NOT_UNDERSTOOD,
            register_required=reading.register_required,
            flags=frozenset({Flag.NOT_UNDERSTOOD}),
        )
    return _as_parsed(text, reading)


def _read(reading: _Reading, phrase: Phrase, phrases: list[Phrase], index: int) -> None:
    if phrase.role in _PAIR_ROLES:
        _read_pair(reading, phrase, phrases, index)
    elif phrase.role is Role.TEXT:
        _read_text(reading, phrase, phrases, index)
    else:
        _read_keyword(reading, phrase, phrases)


def _read_keyword(reading: _Reading, phrase: Phrase, phrases: list[Phrase]) -> None:
    match phrase.role:
        case Role.REGISTER:
            reading.register_required = True
        case Role.MIXABLE:
            reading.mixable = True
        case Role.EXCEPTION | Role.SPECIAL:
            reading.label, reading.label_waits = phrase, True
        case Role.DISCOUNT:
            reading.failed |= reading.percent is not None
            reading.percent = phrase.percent
        case Role.FREE:
            reading.failed |= not any(p.role in _PAIR_ROLES for p in phrases)
        case Role.JUNK:
            reading.failed = True


def _read_pair(reading: _Reading, phrase: Phrase, phrases: list[Phrase], index: int) -> None:
    if phrase.pair is None:
        raise ValueError("a pair phrase without its pair")
    if index and phrases[index - 1].role in _PAIR_ROLES:
        reading.flags.add(Flag.SEPARATOR_MISSING)
    label = reading.label
    reading.label_waits = False
    reading.entries.append(
        _Entry(
            pair=phrase.pair,
            is_every=phrase.role is Role.EVERY,
            is_exception=label is not None and label.role is Role.EXCEPTION,
            special=label.special if label is not None else None,
        )
    )


def _read_text(reading: _Reading, phrase: Phrase, phrases: list[Phrase], index: int) -> None:
    before, after = _neighbour(phrases, index, -1), _neighbour(phrases, index, +1)
    said_free = Role.FREE in (before, after)
    follows_pair = before in (*_PAIR_ROLES, Role.FREE) and bool(reading.entries)
    free_of_nothing = said_free and not reading.entries
    is_no_tier = before is Role.OR and bool(reading.entries) and not said_free
    if free_of_nothing or is_no_tier:
        reading.failed = True
    elif said_free or (follows_pair and not is_pack_count(list(phrase.words))):
        _name_product(reading, phrase.text, certain=said_free)
    else:
        reading.notes.append(phrase.text)


def _neighbour(phrases: list[Phrase], index: int, step: int) -> Role | None:
    """The role of the next phrase in that direction, looking past mere punctuation."""
    index += step
    while 0 <= index < len(phrases) and phrases[index].role is Role.BREAK:
        index += step
    return phrases[index].role if 0 <= index < len(phrases) else None


def _name_product(reading: _Reading, product: str, *, certain: bool) -> None:
    entry = reading.entries[-1]
    if entry.product:
        reading.failed = True
    entry.product = product
    if not certain and not entry.is_every:
        reading.flags.add(Flag.OTHER_PRODUCT_ASSUMED)


def _settle_trailing_label(reading: _Reading) -> None:
    """`5+10 عرض خاص`: a label after the only pair is meant for it; any other is unclear."""
    if not reading.label_waits or reading.label is None:
        return
    if len(reading.entries) != 1 or reading.entries[0].is_every:
        reading.failed = True
        return
    entry = reading.entries[0]
    if entry.special is not None or entry.is_exception:
        reading.failed = True
    entry.special = reading.label.special
    entry.is_exception = reading.label.role is Role.EXCEPTION


def _settle_discount(reading: _Reading) -> None:
    """A percentage beside pairs may be instead of or on top of them: that is not for guessing."""
    if reading.percent is None:
        return
    reading.failed |= bool(reading.entries) or reading.percent > _MOST_PERCENT


def _settle_silence(reading: _Reading, cleaned: str) -> None:
    """Words that made no deal and no note (a lone `او`) must not pass for an empty cell."""
    said = reading.entries or reading.notes or reading.percent is not None
    if not (said or reading.mixable or reading.register_required):
        reading.failed |= any(letter.isalnum() for letter in cleaned)


def _as_parsed(text: str, reading: _Reading) -> ParsedDeal:
    own = [entry for entry in reading.entries if not entry.is_every and not entry.product]
    if reading.notes and reading.entries:
        reading.flags.add(Flag.NOTE_WITH_DEAL)
    ordinary = [e.pair for e in own if not e.is_exception and e.special is None]
    parsed = ParsedDeal(
        raw=text,
        tiers=tuple(dict.fromkeys(ordinary)),
        exceptions=tuple(dict.fromkeys(e.pair for e in own if e.is_exception)),
        specials=tuple(PrintedSpecial(e.special, e.pair) for e in own if e.special is not None),
        other_products=tuple(
            PrintedGift(e.pair, e.product) for e in reading.entries if e.product and not e.is_every
        ),
        every=tuple(PrintedGift(e.pair, e.product) for e in reading.entries if e.is_every),
        mixable=reading.mixable,
        register_required=reading.register_required,
        discount_percent=reading.percent,
        note=" / ".join(reading.notes),
        flags=frozenset(reading.flags),
    )
    return replace(parsed, kind=_kind_of(parsed))


def _kind_of(parsed: ParsedDeal) -> DealKind:
    beside = (parsed.exceptions, parsed.specials, parsed.other_products, parsed.every)
    if parsed.tiers:
        is_single = len(parsed.tiers) == 1 and not any(beside)
        return DealKind.SINGLE if is_single else DealKind.TIERS
    for part, kind in (
        (parsed.specials, DealKind.SPECIAL),
        (parsed.exceptions, DealKind.EXCEPTION),
        (parsed.other_products, DealKind.OTHER_PRODUCT),
        (parsed.every, DealKind.EVERY),
        (parsed.discount_percent is not None, DealKind.DISCOUNT),
        (parsed.note or parsed.mixable, DealKind.NOTE),
    ):
        if part:
            return kind
    return DealKind.NONE
