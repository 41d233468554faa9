"""A PDF offer from bytes to lines: pages one by one, then columns over the whole document."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise, takewhile
from statistics import median
from typing import Any

import pdfplumber
from pdfminer.pdfexceptions import PDFException
from pdfminer.psexceptions import PSException
from pdfplumber.utils.exceptions import PdfminerException

from ai_integration.reading.assembly import Assembly, assemble
from ai_integration.reading.errors import DocumentUnreadable, NoTableFound
from ai_integration.reading.lines import ExtractedDocument, ExtractedLine
from ai_integration.reading.tables import Table
from ai_integration.reading.terms import says_terms

from .bidi import reads_right_to_left
from .glyphs import Glyph, glyphs_of
from .ruled import ruled_tables
from .rules import rules_of
from .safety import check_pdf
from .scans import is_scan, read_scan
from .unruled import PrintedLine, printed_lines, unruled_tables

Progress = Callable[[int, int, int], None]

ENGINE = "embedded.pdf"
#: Rules must hold at least this share of a page's glyphs to be the page's table.
RULED_SHARE = 0.4
#: A line this many times as far below the last product as products are apart is a footer's.
FOOTER_GAP = 1.3
#: What parsing a damaged page can raise, from pdfminer or from the values it passes on.
PAGE_FAULTS = (
    PDFException,
    PSException,
    PdfminerException,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)


@dataclass
class _Reading:
    """What has been gathered from the pages so far."""

    ruled: list[Table] = field(default_factory=list)
    loose: list[PrintedLine] = field(default_factory=list)
    scanned: list[ExtractedLine] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    right_to_left: bool | None = None

    @property
    def rows(self) -> int:
        """Rows seen so far, for progress."""
        tables = sum(len(table.rows) for table in self.ruled)
        return tables + len(self.scanned) + sum(1 for line in self.loose if line.priced)


def read_pdf(
    content: bytes, *, max_pages: int, on_progress: Progress | None = None
) -> ExtractedDocument:
    """All offer lines of a PDF.

    on_progress: called after each page with pages done, pages in all, and rows found so far.
    Raises the ReadingError that fits: not a PDF, cut short, encrypted, too many pages, too large,
    no table, OCR not installed for a scan.
    """
    pages = check_pdf(content, max_pages=max_pages)
    reading = _Reading()
    try:
        document = pdfplumber.open(io.BytesIO(content))
    except PAGE_FAULTS as error:
        raise DocumentUnreadable("The PDF is damaged and cannot be opened.") from error
    with document:
        for number in range(1, pages + 1):
            _read_page(document, number, content, reading)
            if on_progress is not None:
                on_progress(number, pages, reading.rows)
    return _document(reading, pages)


def _read_page(document: Any, number: int, content: bytes, reading: _Reading) -> None:
    try:
        page = document.pages[number - 1]
        glyphs = glyphs_of(page.chars, page.height)
        scan = is_scan(page, len(glyphs))
        if not scan:
            is_outer = number in (1, len(document.pages))
            _read_glyphs(page, number, glyphs, reading, is_outer=is_outer)
        page.close()
    except PAGE_FAULTS:
        reading.warnings.append(f"Page {number} is damaged and could not be read.")
        return
    if scan:
        picture = read_scan(content, number)
        reading.scanned.extend(picture.lines)
        reading.texts.extend(picture.texts)


def _read_glyphs(
    page: Any, number: int, glyphs: list[Glyph], reading: _Reading, *, is_outer: bool
) -> None:
    """is_outer: the first or last page, where a document of ruled tables has its terms."""
    if reading.right_to_left is None and glyphs:
        reading.right_to_left = reads_right_to_left(glyph.text for glyph in glyphs)
    right_to_left = reading.right_to_left is not False
    tables, inside = ruled_tables(number, glyphs, rules_of(page), right_to_left=right_to_left)
    visible = sum(1 for glyph in glyphs if glyph.text.strip())
    ruled = bool(tables) and inside >= RULED_SHARE * visible
    if ruled:
        reading.ruled.extend(tables)
    if not ruled or is_outer:
        lines = printed_lines(number, glyphs, right_to_left=right_to_left)
        if not ruled:
            reading.loose.extend(lines)
        reading.texts.extend(_terms_beside(lines, right_to_left=right_to_left))


def _terms_beside(lines: list[PrintedLine], *, right_to_left: bool) -> list[str]:
    """What the lines above and below a page's products tell."""
    step = -1 if right_to_left else 1
    beside = [*takewhile(lambda line: not line.priced, lines), *_below(lines)]
    told = (" ".join(chunk.text for chunk in line.chunks[::step]) for line in beside)
    return [text for text in told if says_terms(text)]


def _below(lines: list[PrintedLine]) -> list[PrintedLine]:
    """The lines further below the last product than products are apart.

    What is nearer may be the rest of its bonus cell, which has terms of its own.
    """
    priced = [place for place, line in enumerate(lines) if line.priced]
    if not priced:
        return []
    last = lines[priced[-1]]
    apart = [
        abs(lines[after].baseline - lines[before].baseline) for before, after in pairwise(priced)
    ]
    near = FOOTER_GAP * (median(apart) if apart else last.size)
    return [line for line in lines[priced[-1] + 1 :] if abs(line.baseline - last.baseline) > near]


def _document(reading: _Reading, pages: int) -> ExtractedDocument:
    right_to_left = reading.right_to_left is not False
    tables = reading.ruled + unruled_tables(reading.loose, right_to_left=right_to_left)
    tables.sort(key=lambda table: table.page)
    assembly = assemble(tables, right_to_left=right_to_left)
    lines = _in_page_order(assembly, reading.scanned)
    if not lines:
        if len(reading.warnings) == pages:
            raise DocumentUnreadable("No page of the PDF could be read.")
        raise NoTableFound("No rows with a name and a price were found in the PDF.")
    return ExtractedDocument(
        lines=tuple(lines),
        pages=pages,
        engine=ENGINE,
        warnings=tuple(reading.warnings + assembly.warnings),
        texts=tuple(dict.fromkeys([*reading.texts, *assembly.texts])),
        metadata={"direction": "rtl" if right_to_left else "ltr"},
    )


def _in_page_order(assembly: Assembly, scanned: list[ExtractedLine]) -> list[ExtractedLine]:
    return sorted([*assembly.lines, *scanned], key=lambda line: line.page)
