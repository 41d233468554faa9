"""Tokens grouped into the phrases a deal is made of."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, auto

from purchases.deals.model import Pair, SpecialKind
from purchases.deals.tokens import Shape, Token
from purchases.deals.windows import Window
from purchases.deals.words import (
    CONNECTORS,
    DISCOUNT,
    EVERY,
    EXCEPTION,
    FREE,
    REGISTER,
    SILENT,
    SPECIAL_KINDS,
    WITH,
    is_keyword,
    mixing_words,
)

__all__ = ["Phrase", "Role", "group"]


class Role(Enum):
    """What a phrase does in the deal."""

    PAIR = auto()
    EVERY = auto()  # كل a/b
    OR = auto()
    BREAK = auto()
    REGISTER = auto()
    EXCEPTION = auto()
    SPECIAL = auto()
    FREE = auto()
    MIXABLE = auto()
    DISCOUNT = auto()
    JOINT = auto()  # `+` or `مع` between a bonus and a discount
    WINDOW = auto()
    LEAST = auto()
    TEXT = auto()
    JUNK = auto()  # signs and numbers that nothing explains


@dataclass(frozen=True, slots=True)
class Phrase:
    """One phrase with what its role needs; `text` is as printed."""

    role: Role
    pair: Pair | None = None
    special: SpecialKind | None = None
    percent: Decimal | None = None
    window: Window | None = None
    least: int = 0
    text: str = ""
    words: tuple[str, ...] = ()


_FIXED_ROLES = (
    (CONNECTORS, Role.OR),
    (REGISTER, Role.REGISTER),
    (EXCEPTION, Role.EXCEPTION),
    (FREE, Role.FREE),
)
_ROLES = {
    Shape.PAIR: Role.PAIR,
    Shape.BREAK: Role.BREAK,
    Shape.WINDOW: Role.WINDOW,
    Shape.LEAST: Role.LEAST,
    Shape.JOINT: Role.JOINT,
}
_TEXT_SHAPES = frozenset({Shape.WORD, Shape.NUMBER, Shape.RATIO, Shape.PERCENT, Shape.BREAK})


def group(cleaned: str, tokens: list[Token]) -> list[Phrase]:
    """Group the tokens of one cell; spaces and words that say nothing go, all else stays."""
    mixing = mixing_words({token.word for token in tokens if token.shape is Shape.WORD})
    is_own = _keyword_test(mixing)
    audible = _without_with([token for token in tokens if not _is_silent(token)])
    phrases: list[Phrase] = []
    position = 0
    while position < len(audible):
        phrase, position = _next_phrase(cleaned, audible, position, mixing, is_own)
        phrases.append(phrase)
    return phrases


def _keyword_test(mixing: set[str]) -> Callable[[Token], bool]:
    return lambda token: (
        token.shape is Shape.WORD and (token.word in mixing or is_keyword(token.word))
    )


def _is_silent(token: Token) -> bool:
    if token.shape is Shape.BREAK:
        return not token.word.strip()
    return token.shape is Shape.WORD and token.word in SILENT


def _without_with(tokens: list[Token]) -> list[Token]:
    """`مع دفتر` says no more than `دفتر`."""
    return [
        token
        for index, token in enumerate(tokens)
        if token.word not in WITH
        or not any(after.word in REGISTER for after in tokens[index + 1 : index + 2])
    ]


def _next_phrase(
    cleaned: str,
    tokens: list[Token],
    position: int,
    mixing: set[str],
    is_own: Callable[[Token], bool],
) -> tuple[Phrase, int]:
    token = tokens[position]
    if (role := _ROLES.get(token.shape)) is not None:
        phrase = Phrase(role, pair=token.pair, window=token.window, least=token.least)
        return phrase, position + 1
    if is_own(token):
        return _keyword_phrase(tokens, position, mixing)
    if token.shape is Shape.SIGN:
        role = Role.JOINT if token.word == "+" else Role.JUNK
        return Phrase(role, text=token.word), position + 1
    return _text_phrase(cleaned, tokens, position, is_own)


def _keyword_phrase(tokens: list[Token], position: int, mixing: set[str]) -> tuple[Phrase, int]:
    word = tokens[position].word
    following = tokens[position + 1] if position + 1 < len(tokens) else None
    for vocabulary, role in _FIXED_ROLES:
        if word in vocabulary:
            return Phrase(role, words=(word,)), position + 1
    if word in SPECIAL_KINDS:
        return _special_phrase(tokens, position)
    if word in mixing:
        return Phrase(Role.MIXABLE), position + 1
    if word in EVERY and following is not None and following.shape is Shape.RATIO:
        return Phrase(Role.EVERY, pair=following.pair), position + 2
    if word in DISCOUNT and following is not None and following.shape is Shape.PERCENT:
        return Phrase(Role.DISCOUNT, percent=following.percent), position + 2
    return Phrase(Role.JUNK, text=word), position + 1


def _special_phrase(tokens: list[Token], position: int) -> tuple[Phrase, int]:
    """`عرض خاص`, `عرض مؤقت`, `حصرا`: the last of neighbouring words says which kind."""
    kind = SPECIAL_KINDS[tokens[position].word]
    position += 1
    while position < len(tokens) and tokens[position].word in SPECIAL_KINDS:
        kind = SPECIAL_KINDS[tokens[position].word]
        position += 1
    return Phrase(Role.SPECIAL, special=kind), position


def _text_phrase(
    cleaned: str, tokens: list[Token], position: int, is_own: Callable[[Token], bool]
) -> tuple[Phrase, int]:
    run = list(_text_run(tokens, position, is_own))
    while run[-1].shape is Shape.BREAK:
        run.pop()
    end = position + len(run)
    text = cleaned[run[0].start : run[-1].end]
    if len(run) == 1 and run[0].shape is Shape.PERCENT:
        return Phrase(Role.DISCOUNT, percent=run[0].percent), end
    words = tuple(token.word for token in run if token.shape is Shape.WORD)
    return Phrase(Role.TEXT if words else Role.JUNK, text=text, words=words), end


def _text_run(
    tokens: list[Token], position: int, is_own: Callable[[Token], bool]
) -> Iterator[Token]:
    for index in range(position, len(tokens)):
        token = tokens[index]
        joins_words = token.word == "+" and _is_between_words(tokens, index)
        if is_own(token) or not (token.shape in _TEXT_SHAPES or joins_words):
            return
        yield token


def _is_between_words(tokens: list[Token], index: int) -> bool:
    around = tokens[index - 1 : index] + tokens[index + 1 : index + 2]
    return len(around) == 2 and all(token.shape is Shape.WORD for token in around)
