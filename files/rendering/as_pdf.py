"""PDF through Typst: Arabic shaped and set from right to left, pages numbered, headers repeated.

Typst works in a process of its own, without network, packages or fonts of the system. The figures
reach the template as one JSON input, so that no name can be taken for markup.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from core.text import END_OF_ISOLATE, LEFT_TO_RIGHT_ISOLATE
from files.rendering.cells import local, reading_text
from files.rendering.document import Column, Row, TableDocument, is_arabic
from files.rendering.errors import ExportTooLong

MAX_ROWS = 10_000  # some 250 pages; whoever needs more needs a spreadsheet
MAX_SECONDS = 120
FONT = "IBM Plex Sans Arabic"
_HERE = Path(__file__).parent

# Widths in characters: what fits across a page at the usual size, and the bounds of one column.
_PORTRAIT_CHARACTERS = 100
_LANDSCAPE_CHARACTERS = 150
_NARROWEST, _WIDEST = 6, 38
# UAX #9: a text of its own direction, found from its first letter.
_FIRST_STRONG_ISOLATE = "\u2068"
_ARABIC_LETTER, _LATIN_LETTER = re.compile("[\u0621-\u064a]"), re.compile("[A-Za-z]")
# A figure with its Latin unit, and the Latin words around it: `500 mg tablet`.
_LATIN_WITH_FIGURES = re.compile(
    r"(?=[^\u0600-\u06ff]*[A-Za-z])[0-9A-Za-z](?:[^\u0600-\u06ff()]*[0-9A-Za-z%])?"
)
_FONT_SIZE, _SMALLEST_FONT_SIZE = 9.0, 6.0


def pdf_chunks(document: TableDocument) -> Iterator[bytes]:
    """The PDF. Raises ExportTooLong beyond MAX_ROWS."""
    done = subprocess.run(  # noqa: S603 - our own program, no shell, no words of the request
        [
            sys.executable,
            "-I",
            str(_HERE / "typesetting.py"),
            str(_HERE / "as_pdf.typ"),
            str(files("fontpkg_ibm_plex_sans_arabic") / "files"),
            str(int(document.generated_at.timestamp())),
        ],
        input=json.dumps(_inputs(document), ensure_ascii=False).encode(errors="replace"),
        capture_output=True,
        timeout=MAX_SECONDS,
        check=True,
    )
    return iter([done.stdout])


def _inputs(document: TableDocument) -> dict[str, Any]:
    sections = _sections(document)
    widths = _widths(document.columns, sections)
    landscape = document.landscape
    if landscape is None:
        landscape = sum(widths) > _PORTRAIT_CHARACTERS
    return {
        "title": str(document.title),
        "author": settings.PHARMACY_NAME,
        "language": "ar" if is_arabic() else "en",
        "direction": "rtl" if is_arabic() else "ltr",
        "font": FONT,
        "font_size": _font_size(sum(widths), landscape=landscape),
        "landscape": landscape,
        "lines": [str(text) for text in document.lines],
        "notes": [str(text) for text in document.notes],
        "page_of": _("Page {page} of {pages}"),
        "generated": _("Printed on %(moment)s")
        % {"moment": f"{local(document.generated_at):%Y-%m-%d %H:%M}"},
        "columns": [
            {
                "title": str(column.title),
                "numeric": column.kind.is_number,
                "weight": column.weight or width,
            }
            for column, width in zip(document.columns, widths, strict=True)
        ],
        "sections": sections,
    }


def _sections(document: TableDocument) -> list[dict[str, Any]]:
    written = 0
    sections = []
    for section in document.sections:
        rows = []
        for row in section.rows:
            written += 1
            if written > MAX_ROWS:
                raise ExportTooLong(
                    _("A PDF takes %(rows)d rows at most; narrow the period or take XLSX or CSV.")
                    % {"rows": MAX_ROWS}
                )
            rows.append(_row(row, document.columns))
        sections.append({"title": str(section.title), "rows": rows})
    return sections


def _row(row: Row, columns: tuple[Column, ...]) -> dict[str, Any]:
    return {
        "kind": row.kind.value,
        "level": row.level,
        "cells": [
            _isolated(reading_text(value, column))
            for value, column in zip(row.cells, columns, strict=True)
        ],
    }


def _isolated(text: str) -> str:
    """Words of both scripts in the order of the one they begin with, whatever the page's is.

    A figure stays before its Latin unit: among Arabic words `500 mg` would be shown as `mg 500`.
    """
    arabic, latin = _ARABIC_LETTER.search(text), _LATIN_LETTER.search(text)
    if arabic is None or latin is None:
        return text
    if arabic.start() < latin.start():
        text = _LATIN_WITH_FIGURES.sub(rf"{LEFT_TO_RIGHT_ISOLATE}\g<0>{END_OF_ISOLATE}", text)
    return f"{_FIRST_STRONG_ISOLATE}{text}{END_OF_ISOLATE}"


def _widths(columns: tuple[Column, ...], sections: list[dict[str, Any]]) -> list[int]:
    """For each column the longest cell in characters, within bounds, so that nothing is cut."""
    widths = [len(str(column.title)) // 2 + 3 for column in columns]
    for section in sections:
        for row in section["rows"]:
            indented = ["   " * row["level"] + row["cells"][0], *row["cells"][1:]]
            widths = [max(width, len(text)) for width, text in zip(widths, indented, strict=True)]
    return [min(max(width + 1, _NARROWEST), _WIDEST) for width in widths]


def _font_size(characters: int, *, landscape: bool) -> float:
    room = _LANDSCAPE_CHARACTERS if landscape else _PORTRAIT_CHARACTERS
    return max(_SMALLEST_FONT_SIZE, min(_FONT_SIZE, _FONT_SIZE * room / characters))
