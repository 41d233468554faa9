"""Deals of several tiers, `1+25او 4+50او 10+100`: numbers and words read apart and put together.

Read whole, such a line loses digits where they touch a word. Its numbers are cut out by shape; what
stands between them is read as words; the pieces are joined from right to left as they are printed.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .digits import PRINT_LEVEL, Run, find_runs
from .image import TEXT_HEIGHT

Crop = NDArray[Any]
Read = Callable[[Sequence[Crop]], list[tuple[str, float]]]
_PAIR = re.compile(r"^\d{1,4}\+\d{1,4}$")
_SURE = 0.85
_READABLE_WORD = 0.3
_SPACE = TEXT_HEIGHT * 0.2


@dataclass(frozen=True)
class Piece:
    """A part of a line: a number with its text, or words still to be read (text is '')."""

    x0: int
    x1: int
    text: str
    confidence: float


def read_tiers(
    crops: Sequence[Crop], read_digits: Read, read_words: Read
) -> list[tuple[str, float]]:
    """For each crop its text and confidence if it is a deal with words, ('', 0.0) for any other."""
    runs = [(i, run) for i, crop in enumerate(crops) for run in _pair_runs(crop)]
    read = read_digits([_part(crops[i], run.x0, run.x1) for i, run in runs])
    numbers: dict[int, list[Piece]] = {}
    for (i, run), (text, confidence) in zip(runs, read, strict=True):
        numbers.setdefault(i, []).append(Piece(run.x0, run.x1, text, confidence))
    deals = {
        i: _with_gaps(crops[i], found) for i, found in numbers.items() if all(map(_is_pair, found))
    }
    words = [(i, piece) for i, pieces in deals.items() for piece in pieces if not piece.text]
    spoken = read_words([_part(crops[i], piece.x0, piece.x1) for i, piece in words])
    said = {(i, piece.x0): answer for (i, piece), answer in zip(words, spoken, strict=True)}
    return [
        join_pieces([_filled(piece, said.get((i, piece.x0))) for piece in deals.get(i, [])])
        for i in range(len(crops))
    ]


def _pair_runs(crop: Crop) -> list[Run]:
    """The runs of a line that has at least one as long as `1+5`; none for any other line."""
    runs = find_runs(crop < PRINT_LEVEL, TEXT_HEIGHT)
    return [run for run in runs if run.marks >= 3] if any(run.plus for run in runs) else []


def _is_pair(piece: Piece) -> bool:
    return bool(_PAIR.match(piece.text)) and piece.confidence >= _SURE


def _part(crop: Crop, x0: int, x1: int) -> Crop:
    return crop[:, max(0, x0 - 2) : x1 + 2]


def _with_gaps(crop: Crop, numbers: Sequence[Piece]) -> list[Piece]:
    """Numbers and the print before, between and behind them, from left to right."""
    edges = [0, *(edge for piece in numbers for edge in (piece.x0, piece.x1)), crop.shape[1]]
    gaps = []
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        busy = np.flatnonzero((crop[:, start:end] < PRINT_LEVEL).any(axis=0))
        if len(busy) and busy[-1] - busy[0] >= TEXT_HEIGHT * 0.2:
            gaps.append(Piece(start + int(busy[0]), start + int(busy[-1]) + 1, "", 0.0))
    return sorted([*numbers, *gaps], key=lambda piece: piece.x0)


def _filled(piece: Piece, answer: tuple[str, float] | None) -> Piece:
    return piece if answer is None else Piece(piece.x0, piece.x1, *answer)


def join_pieces(pieces: Sequence[Piece]) -> tuple[str, float]:
    """The pieces as one text in Arabic reading order, with spaces where the print has them.

    ('', 0.0) where there are no words among them or one of them could not be read.
    """
    plain = all(_PAIR.match(piece.text) for piece in pieces)
    if plain or any(not p.text or p.confidence < _READABLE_WORD for p in pieces):
        return "", 0.0
    text, reached = "", None
    for piece in sorted(pieces, key=lambda piece: -piece.x0):
        apart = reached is not None and reached - piece.x1 > _SPACE
        text += (" " if apart else "") + piece.text
        reached = piece.x0
    return text, min(piece.confidence for piece in pieces)
