"""Which column is the name, the deal, the list price, the public price: by what stands in them."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from statistics import median

from core.text import fold


class Kind(StrEnum):
    """What one cell holds."""

    NUMBER = "number"
    DEAL = "deal"
    PERCENT = "percent"
    WORDS = "words"


class Role(StrEnum):
    """What a column is for."""

    NAME = "name"
    DEAL = "deal"
    LIST_PRICE = "list_price"
    PUBLIC_PRICE = "public_price"
    DISCOUNT = "discount"
    COMPANY = "company"
    SERIAL = "serial"


@dataclass(frozen=True)
class Entry:
    """One cell as the roles see it. middle: its height on the page; width: of its print."""

    middle: float
    kind: Kind
    width: float = 0.0
    value: Decimal | None = None
    header: Role | None = None


_HEADERS: tuple[tuple[Role, str], ...] = (
    (Role.PUBLIC_PRICE, r"عموم|جمهور|مستهلك|مواطن|للمريض|public|retail|consumer"),
    (Role.DISCOUNT, r"خصم|حسم|discount"),
    (Role.DEAL, r"بونص|بونوس|عرض|العروض|هديه|ملاحظ|bonus|offer|deal|note"),
    (Role.COMPANY, r"^الشركه|^شركه|معمل|company|manufacturer"),
    (Role.SERIAL, r"^م$|^رقم$|^no\.?$|^#$|تسلسل"),
    (Role.LIST_PRICE, r"سعر|صيدل|صيدلي|نت|net|price"),
    (Role.NAME, r"^الاسم|اسم|صنف|اصناف|ماده|مستحضر|دواء|الدواء|^name|item|product|drug"),
)
_LONGEST_HEADER = 24


def header_role(text: str) -> Role | None:
    """The role a column heading names, None for any other text."""
    plain = fold(text)
    if not plain or len(plain) > _LONGEST_HEADER or any(sign.isdigit() for sign in plain):
        return None
    glued = plain.replace(" ", "")  # OCR parts words where letters do not join
    return next((role for role, words in _HEADERS if re.search(words, glued)), None)


def name_columns(columns: Sequence[Sequence[Entry]]) -> list[int]:
    """Columns that hold mostly words and are filled like the fullest of them."""
    words = [sum(entry.kind is Kind.WORDS for entry in column) for column in columns]
    most = max(words, default=0)
    return [
        i
        for i, column in enumerate(columns)
        if words[i] >= max(1, most * 0.35) and words[i] >= len(column) * 0.6
    ]


def split_tables(columns: Sequence[Sequence[Entry]]) -> list[list[int]]:
    """Columns from left to right, parted into tables that each have one name column.

    Tables side by side repeat one layout: equal numbers of columns where that gives each one name,
    otherwise each begins (or ends) with its name, on the side where the outermost name stands.
    """
    names = _main_names(columns)
    if len(names) < 2:
        return [list(range(len(columns)))] if names else []
    size, rest = divmod(len(columns), len(names))
    if not rest:
        parts = [list(range(start, start + size)) for start in range(0, len(columns), size)]
        if all(sum(name in part for name in names) == 1 for part in parts):
            return parts
    ends = names[-1] >= len(columns) - 1 or names[0] > 0
    starts = [0, *(name + 1 for name in names[:-1])] if ends else [0, *names[1:]]
    return [
        list(range(start, end))
        for start, end in zip(starts, [*starts[1:], len(columns)], strict=True)
    ]


def _main_names(columns: Sequence[Sequence[Entry]]) -> list[int]:
    """Name columns, without the company or note column that stands beside its names."""
    names = name_columns(columns)
    numeric = [_is_numeric(column) for column in columns]
    kept: list[int] = []
    for name in names:
        before = kept[-1] if kept else None
        if before is not None and not any(numeric[before + 1 : name]):
            if _weight(columns[name]) > _weight(columns[before]):
                kept[-1] = name
        else:
            kept.append(name)
    return kept


def _weight(column: Sequence[Entry]) -> float:
    words = [entry for entry in column if entry.kind is Kind.WORDS]
    return sum(entry.width for entry in words)


def _is_numeric(column: Sequence[Entry]) -> bool:
    kinds = Counter(entry.kind for entry in column if entry.header is None)
    return kinds[Kind.NUMBER] > 0 and kinds[Kind.NUMBER] >= 0.5 * sum(kinds.values())


def column_roles(columns: Mapping[int, Sequence[Entry]]) -> dict[int, Role]:
    """Roles of one table's columns. Headings decide first, then what the cells hold."""
    roles = _roles_by_heading(columns)
    left = [i for i in columns if i not in roles and columns[i]]
    words = [i for i in left if not _is_numeric(columns[i])]
    if Role.NAME not in roles.values() and words:
        name = max(words, key=lambda i: _weight(columns[i]))
        roles[name] = Role.NAME
        words.remove(name)
    for i in words:
        roles[i] = _wordy_role(columns[i])
    numbers = [i for i in left if i not in roles]
    for i in [i for i in numbers if len(numbers) > 1 and _counts_up(columns[i])]:
        roles[i] = Role.SERIAL
        numbers.remove(i)
    roles.update(_price_roles(columns, numbers, set(roles.values())))
    return roles


def _roles_by_heading(columns: Mapping[int, Sequence[Entry]]) -> dict[int, Role]:
    roles: dict[int, Role] = {}
    for i, column in columns.items():
        said = [entry.header for entry in column if entry.header is not None]
        if said and said[0] not in roles.values() and _fits(said[0], column):
            roles[i] = said[0]
    if len(roles) < 2:  # one matching word may well be part of a product's name or a note
        return {}
    return roles


def _fits(role: Role, column: Sequence[Entry]) -> bool:
    priced = role in {Role.LIST_PRICE, Role.PUBLIC_PRICE}
    return _is_numeric(column) if priced else role is not Role.NAME or not _is_numeric(column)


def _wordy_role(column: Sequence[Entry]) -> Role:
    percents = sum(entry.kind is Kind.PERCENT for entry in column)
    return Role.DISCOUNT if percents > 0.5 * len(column) else Role.DEAL


def _counts_up(column: Sequence[Entry]) -> bool:
    values = [e.value for e in sorted(column, key=lambda e: e.middle) if e.value is not None]
    steps = [after - before for before, after in pairwise(values)]
    return len(steps) >= 4 and sum(step == 1 for step in steps) >= 0.8 * len(steps)


def _price_roles(
    columns: Mapping[int, Sequence[Entry]], numbers: Sequence[int], taken: set[Role]
) -> dict[int, Role]:
    """The public pays more than the pharmacy: by vote of the rows that have both prices."""
    wanted = [role for role in (Role.LIST_PRICE, Role.PUBLIC_PRICE) if role not in taken]
    fullest = sorted(numbers, key=lambda i: -len(columns[i]))[: len(wanted)]
    if len(fullest) == 2:
        one, other = fullest
        above = [b - a for a, b in paired(columns[one], columns[other])]
        rising = sum(step > 0 for step in above) >= sum(step < 0 for step in above)
        order = (one, other) if rising else (other, one)
        return dict(zip(order, wanted, strict=True))
    return dict(zip(fullest, wanted, strict=False))


def paired(one: Sequence[Entry], other: Sequence[Entry]) -> list[tuple[Decimal, Decimal]]:
    """Values of two columns that stand in the same row."""
    pairs = []
    for entry in one:
        near = min(other, key=lambda o: abs(o.middle - entry.middle), default=None)
        if near and abs(near.middle - entry.middle) < 20 and entry.value and near.value:
            pairs.append((entry.value, near.value))
    return pairs


def usual_ratio(pairs: Sequence[tuple[Decimal, Decimal]]) -> float | None:
    """The median of public over list price; None where too few rows have both."""
    if len(pairs) < 5:
        return None
    return median(float(public / price) for price, public in pairs)
