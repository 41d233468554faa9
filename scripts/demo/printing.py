"""What the demo says, in plain text."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Sequence
from decimal import Decimal

WIDEST_CELL = 46


def money(amount: str | Decimal) -> str:
    return f"{Decimal(amount):,} SYP"


def title(text: str) -> None:
    print(f"\n== {text} ==", flush=True)


def line(text: str) -> None:
    print(f"   {text}", flush=True)


def done(text: str) -> None:
    print(f" ✓ {text}", flush=True)


def fault(text: str) -> None:
    print(f"\n ✗ {text}", file=sys.stderr, flush=True)


def progress(text: str) -> None:
    """Overwrites its own line on a terminal, and is silent elsewhere."""
    if sys.stdout.isatty():
        print(f"\r   {text:<70}", end="", flush=True)


def progress_over() -> None:
    if sys.stdout.isatty():
        print("\r" + " " * 75 + "\r", end="", flush=True)


def table(headings: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A table whose columns are as wide as their cells, cut at ``WIDEST_CELL``."""
    cells = [[_cut(str(cell)) for cell in row] for row in [headings, *rows]]
    widths = [max(map(_width, column)) for column in zip(*cells, strict=True)]
    for number, row in enumerate(cells):
        padded = (
            cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)
        )
        line("  ".join(padded).rstrip())
        if number == 0:
            line("  ".join("-" * width for width in widths))


def _cut(text: str) -> str:
    return text if len(text) <= WIDEST_CELL else text[: WIDEST_CELL - 1] + "…"


def _width(text: str) -> int:
    return sum(0 if unicodedata.combining(character) else 1 for character in text)
