"""Many small pictures through few Tesseract processes.

Starting Tesseract and loading a language costs far more than reading one table cell, so the
pictures of a batch go to one process as a list of files, two processes side by side.
"""

import os
import tempfile
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import pytesseract
from numpy.typing import NDArray

PROCESSES = 2
DIGITS = "0123456789+.,/%"
_TIMEOUT_S = 120
_LARGEST_BATCH = 400

# One thread per process: Tesseract's own threads are slower than a second process.
os.environ.setdefault("OMP_THREAD_LIMIT", "1")


@dataclass(frozen=True)
class Word:
    """A word Tesseract saw. confidence: 0..1; box: x0, top, x1, bottom inside its picture."""

    text: str
    confidence: float
    box: tuple[int, int, int, int]


@dataclass(frozen=True)
class Request:
    """Pictures of one text line each, and how to read them."""

    pictures: Sequence[NDArray[Any]]
    language: str
    only: str = ""


def read_pictures(requests: Sequence[Request]) -> list[list[list[Word]]]:
    """For each request, the words of each of its pictures, in Tesseract's (logical) order."""
    shares = [
        (number, start, share)
        for number, request in enumerate(requests)
        for start, share in _shares(request)
    ]
    answers: list[list[list[Word]]] = [[[] for _ in request.pictures] for request in requests]
    with ThreadPoolExecutor(PROCESSES) as pool:
        for (number, start, _), words in zip(
            shares, pool.map(lambda item: _read_share(item[2]), shares), strict=True
        ):
            answers[number][start : start + len(words)] = words
    return answers


def _shares(request: Request) -> Iterable[tuple[int, Request]]:
    size = min(_LARGEST_BATCH, max(20, -(-len(request.pictures) // PROCESSES)))
    for start in range(0, len(request.pictures), size):
        part = request.pictures[start : start + size]
        yield start, Request(part, request.language, request.only)


def _read_share(share: Request) -> list[list[Word]]:
    config = "--psm 7"
    if share.only:
        config += f" -c tessedit_char_whitelist={share.only}"
    with tempfile.TemporaryDirectory(prefix="photo-") as folder:
        names = []
        for number, picture in enumerate(share.pictures):
            name = str(Path(folder, f"{number}.png"))
            cv2.imwrite(name, picture, [cv2.IMWRITE_PNG_COMPRESSION, 1])
            names.append(name)
        listing = Path(folder, "pictures.txt")
        listing.write_text("\n".join(names) + "\n", encoding="utf-8")
        table = pytesseract.image_to_data(
            str(listing),
            lang=share.language,
            config=config,
            timeout=_TIMEOUT_S,
            output_type=pytesseract.Output.DICT,
        )
    return _words_by_page(table, len(share.pictures))


def _words_by_page(table: dict[str, list[str]], pages: int) -> list[list[Word]]:
    answers: list[list[Word]] = [[] for _ in range(pages)]
    for row, text in enumerate(table["text"]):
        if not str(text).strip() or float(table["conf"][row]) < 0:
            continue
        left, top = int(table["left"][row]), int(table["top"][row])
        box = (left, top, left + int(table["width"][row]), top + int(table["height"][row]))
        word = Word(str(text).strip(), float(table["conf"][row]) / 100, box)
        answers[int(table["page_num"][row]) - 1].append(word)
    return answers
