"""Reading one bonus cell: text in, pairs as printed out.

The grammar is that of warehouse offers: tiers parted by `او`, `استثناء` before pairs that need
consent, `عرض خاص`/`عرض مؤقت`/`حصرا` before special ones, words after a pair naming another
product that comes free, `كل a/b` for every-N deals, `دفتر` for the controlled-drug register,
`حتى 15/3` for days, `خصم 5% +` for a discount on top and `خصم 5% او` for one in place of the bonus.
A cell is understood as a whole or not at all: a rest that nothing explains marks the entire cell
`not_understood`, because half a deal would be a wrong price.
"""

from __future__ import annotations

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
from purchases.deals.windows import Window
from purchases.deals.words import ALTERNATIVES, UNTIL, is_pack_count

__all__ = ["parse_deal"]

_MOST_PERCENT = Decimal(100)
_PAIR_ROLES = (Role.PAIR, Role.EVERY)
_BONUS_ROLES = (*_PAIR_ROLES, Role.SPECIAL, Role.EXCEPTION)


@dataclass(slots=True)
class _Label:
    """`استثناء` or a special announcement, with the days it was said to hold for."""

    phrase: Phrase
    waits: bool = True  # … and no pair came after it yet
    window: Window | None = None


@dataclass(slots=True)
class _Entry:
    """One printed pair with what was said about it."""

    pair: Pair
    is_every: bool = False
    label: _Label | None = None
    product: str = ""

    @property
    def is_exception(self) -> bool:
        return self.label is not None and self.label.phrase.role is Role.EXCEPTION

    @property
    def special(self) -> SpecialKind | None:
        return self.label.phrase.special if self.label is not None else None


@dataclass(slots=True)
class _Reading:
    """What has been read of a cell so far."""

    entries: list[_Entry] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    flags: set[Flag] = field(default_factory=set)
    percent: Decimal | None = None
    discount_instead: bool = False
    discount_joined: bool = False
    mixable: bool = False
    register_required: bool = False
    window: Window | None = None
    least: int | None = None
    label: _Label | None = None  # the last one
    failed: bool = False


def parse_deal(text: str) -> ParsedDeal:
    """Read the text of one bonus cell. Never raises; what cannot be read is kept and flagged."""
    cleaned, tokens = cut(text)
    phrases = group(cleaned, tokens)
    reading = _Reading()
    for index, phrase in enumerate(phrases):
        _read(reading, phrase, phrases, index)
    _settle_trailing_label(reading)
    _settle_days(reading)
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
    elif phrase.role in (Role.DISCOUNT, Role.JOINT):
        _read_discount(reading, phrase, phrases, index)
    else:
        _read_keyword(reading, phrase, phrases)


def _read_keyword(reading: _Reading, phrase: Phrase, phrases: list[Phrase]) -> None:
    match phrase.role:
        case Role.REGISTER:
            reading.register_required = True
        case Role.MIXABLE:
            reading.mixable = True
        case Role.EXCEPTION | Role.SPECIAL:
            reading.label = _Label(phrase)
        case Role.WINDOW:
            _read_window(reading, phrase)
        case Role.LEAST:
            reading.failed |= reading.least is not None
            reading.least = phrase.least
        case Role.FREE:
            reading.failed |= not any(p.role in _PAIR_ROLES for p in phrases)
        case Role.JUNK:
            reading.failed = True


def _read_pair(reading: _Reading, phrase: Phrase, phrases: list[Phrase], index: int) -> None:
    if phrase.pair is None:
        raise ValueError("a pair phrase without its pair")
    if index and phrases[index - 1].role in _PAIR_ROLES:
        reading.flags.add(Flag.SEPARATOR_MISSING)
    if reading.label is not None:
        reading.label.waits = False
    reading.entries.append(
        _Entry(pair=phrase.pair, is_every=phrase.role is Role.EVERY, label=reading.label)
    )


def _read_window(reading: _Reading, phrase: Phrase) -> None:
    """Days after a special announcement are the special's, others those of the whole deal."""
    holder = reading if reading.label is None else reading.label
    is_exceptions = isinstance(holder, _Label) and holder.phrase.role is Role.EXCEPTION
    reading.failed |= holder.window is not None or is_exceptions
    holder.window = phrase.window


def _settle_days(reading: _Reading) -> None:
    """`كل` pairs are no specials: days announced for them have nowhere to be kept."""
    reading.failed |= any(
        entry.is_every and entry.label is not None and entry.label.window is not None
        for entry in reading.entries
    )


def _read_discount(reading: _Reading, phrase: Phrase, phrases: list[Phrase], index: int) -> None:
    """`+`, `مع` and `و` put a discount on top of the bonus, `او` in its place."""
    before, after = _beside(phrases, index, -1), _beside(phrases, index, +1)
    if phrase.role is Role.JOINT:
        roles = {before and before.role, after and after.role}
        reading.failed |= Role.DISCOUNT not in roles or roles.isdisjoint(_BONUS_ROLES)
        return
    reading.failed |= reading.percent is not None
    reading.percent = phrase.percent
    joints = [each for each in (before, after) if each and each.role in (Role.JOINT, Role.OR)]
    reading.discount_joined = bool(joints)
    reading.discount_instead = any(ALTERNATIVES & {*each.words} for each in joints)
    if joints and not reading.discount_instead:
        # After several tiers it may be meant for the last of them only.
        reading.failed |= len(reading.entries) > 1


def _read_text(reading: _Reading, phrase: Phrase, phrases: list[Phrase], index: int) -> None:
    before, after = _neighbour(phrases, index, -1), _neighbour(phrases, index, +1)
    said_free = Role.FREE in (before, after)
    follows_pair = before in (*_PAIR_ROLES, Role.FREE) and bool(reading.entries)
    free_of_nothing = said_free and not reading.entries
    is_no_tier = before is Role.OR and bool(reading.entries) and not said_free
    if free_of_nothing or is_no_tier:
        reading.failed = True
    elif said_free or (follows_pair and not _is_condition(phrase)):
        _name_product(reading, phrase.text, certain=said_free)
    else:
        reading.notes.append(phrase.text)


def _is_condition(phrase: Phrase) -> bool:
    """Whether the words are no name of a product: a count of a pack, or `حتى نفاد الكمية`."""
    return phrase.words[0] in UNTIL or is_pack_count(list(phrase.words))


def _neighbour(phrases: list[Phrase], index: int, step: int) -> Role | None:
    """The role of the next phrase in that direction, looking past mere punctuation."""
    found = _beside(phrases, index, step)
    return None if found is None else found.role


def _beside(phrases: list[Phrase], index: int, step: int) -> Phrase | None:
    index += step
    while 0 <= index < len(phrases) and phrases[index].role is Role.BREAK:
        index += step
    return phrases[index] if 0 <= index < len(phrases) else None


def _name_product(reading: _Reading, product: str, *, certain: bool) -> None:
    entry = reading.entries[-1]
    if entry.product:
        reading.failed = True
    entry.product = product
    if not certain and not entry.is_every:
        reading.flags.add(Flag.OTHER_PRODUCT_ASSUMED)


def _settle_trailing_label(reading: _Reading) -> None:
    """`5+10 عرض خاص`: a label after the only pair is meant for it; any other is unclear."""
    if reading.label is None or not reading.label.waits:
        return
    if len(reading.entries) != 1 or reading.entries[0].is_every:
        reading.failed = True
        return
    entry = reading.entries[0]
    reading.failed |= entry.label is not None
    entry.label = reading.label


def _settle_discount(reading: _Reading) -> None:
    """A percentage merely beside pairs may be instead of or on top of them: not for guessing."""
    if reading.percent is None:
        return
    reading.failed |= reading.discount_joined != bool(reading.entries)
    reading.failed |= reading.percent > _MOST_PERCENT
    if reading.discount_instead:
        reading.flags.add(Flag.DISCOUNT_OR_BONUS)


def _settle_silence(reading: _Reading, cleaned: str) -> None:
    """Words that made no deal and no note (a lone `او`) must not pass for an empty cell."""
    said = (
        reading.entries,
        reading.notes,
        reading.percent is not None,
        reading.window,
        reading.least,
        reading.mixable,
        reading.register_required,
    )
    if not any(said):
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
        specials=tuple(
            PrintedSpecial(e.special, e.pair, e.label.window if e.label else None)
            for e in own
            if e.special is not None
        ),
        other_products=tuple(
            PrintedGift(e.pair, e.product) for e in reading.entries if e.product and not e.is_every
        ),
        every=tuple(PrintedGift(e.pair, e.product) for e in reading.entries if e.is_every),
        mixable=reading.mixable,
        register_required=reading.register_required,
        discount_percent=reading.percent,
        discount_instead=reading.discount_instead,
        window=reading.window,
        least_packs=reading.least,
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
        (parsed.note or parsed.mixable or parsed.window or parsed.least_packs, DealKind.NOTE),
    ):
        if part:
            return kind
    return DealKind.NONE
