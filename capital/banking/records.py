"""A statement as read from a file, before anything is stored."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class ParsedLine:
    """row: where it stands in the file, from 1. amount: > 0 came in, < 0 went out."""

    row: int
    date: date
    amount: Decimal
    description: str = ""
    reference: str = ""
    bank_id: str = ""
    balance: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ParsedStatement:
    """Balances are those the file states; None where it states none."""

    format: str
    lines: tuple[ParsedLine, ...]
    starts_on: date
    ends_on: date
    opening_balance: Decimal | None = None
    closing_balance: Decimal | None = None


def fingerprints(lines: Iterable[ParsedLine]) -> list[str]:
    """For each line what tells it from all others of its account.

    The bank's own id (FITID) where there is one. Otherwise date, amount and texts, with the
    number of equal lines before it in the file: two equal fees of one day stay two, and the same
    two in an overlapping file are known.
    """
    seen: Counter[tuple[str, ...]] = Counter()
    found = []
    for line in lines:
        if line.bank_id:
            parts: tuple[str, ...] = ("id", line.bank_id)
        else:
            parts = (
                "content",
                line.date.isoformat(),
                f"{line.amount.normalize():f}",
                " ".join(line.description.split()),
                line.reference,
            )
            seen[parts] += 1
            parts = (*parts, str(seen[parts]))
        found.append(hashlib.sha256("\x1f".join(parts).encode(errors="replace")).hexdigest())
    return found
