"""The PDF offer of the first sample supplier, drawn the way a spreadsheet program prints one.

One glyph at a time from left to right, rules as thin filled rectangles, companies on a yellow
cell without a price, and bonus cells that stretch over several rows by a rule left out.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from importlib.resources import files

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from .products import SAME_CELL, SampleProduct
from .shaping import drawn_left_to_right

FONT = "SampleArabic"
SIZE = 12.0
ROW_HEIGHT = 21.0
MARGIN_TOP = 40.0
LETTERHEAD = 80.0
RULE = 0.9
#: Borders of the columns price, bonus, name; points from the page's left.
BORDERS = (52.0, 130.0, 312.0, 544.0)
SUPPLIER = "مستودع الغوطة للأدوية"
TERMS = "السادة الصيادلة الكرام : الأسعار والعروض قابلة للتعديل دون إشعار"
REGISTER = "يرجى الالتزام بتسجيل الأصناف النفسية وإرسال صورة الدفتر"
HEADINGS = ("صيدلي", "العرض", "اسم المادة")
GREY, YELLOW, RED, BLACK = (0.83, 0.83, 0.83), (1.0, 1.0, 0.0), (0.8, 0.0, 0.0), (0.0, 0.0, 0.0)

Row = tuple[str, str, str]


def offer_pdf(products: Sequence[SampleProduct]) -> bytes:
    """The offer as PDF bytes, the same for the same products."""
    _register_font()
    held = io.BytesIO()
    canvas = Canvas(held, pagesize=A4, invariant=True)
    canvas.setTitle("Sample offer")
    for number, rows in enumerate(_pages(products)):
        top = A4[1] - MARGIN_TOP
        if number == 0:
            _letterhead(canvas, top)
            top -= LETTERHEAD
        _table(canvas, rows, top)
        canvas.showPage()
    canvas.save()
    return held.getvalue()


def _register_font() -> None:
    if FONT not in pdfmetrics.getRegisteredFontNames():
        amiri = files("fontpkg_amiri") / "files" / "Amiri-Regular.ttf"
        pdfmetrics.registerFont(TTFont(FONT, str(amiri)))


def _rows(products: Sequence[SampleProduct]) -> list[Row]:
    rows: list[Row] = [HEADINGS]
    company = ""
    for product in products:
        if product.company != company:
            company = product.company
            rows.append(("", "", company))
        rows.append((f"{product.price:,}", product.deal, product.name))
    return rows


def _pages(products: Sequence[SampleProduct]) -> Iterator[list[Row]]:
    rows = _rows(products)
    room = int((A4[1] - 2 * MARGIN_TOP) / ROW_HEIGHT)
    first = room - int(LETTERHEAD / ROW_HEIGHT) - 1
    start = 0
    while start < len(rows):
        end = min(start + (first if start == 0 else room), len(rows))
        # A bonus cell never stretches over a page's end.
        while end < len(rows) and rows[end][1] == SAME_CELL:
            end -= 1
        yield rows[start:end]
        start = end


def _letterhead(canvas: Canvas, top: float) -> None:
    middle = A4[0] / 2
    for line, size, colour in ((SUPPLIER, 20.0, RED), (TERMS, 13.0, BLACK), (REGISTER, 13.0, RED)):
        top -= size * 1.3
        _text(canvas, line, middle + _width(line, size) / 2, top, size, colour)


def _table(canvas: Canvas, rows: Sequence[Row], top: float) -> None:
    bottom = top - ROW_HEIGHT * len(rows)
    for number, (price, _, name) in enumerate(rows):
        if not price:
            y = top - ROW_HEIGHT * (number + 1)
            _fill(canvas, BORDERS[2], y, BORDERS[3] - BORDERS[2], ROW_HEIGHT, YELLOW)
        _name(canvas, name, top - ROW_HEIGHT * number, red=not price)
        _centred(canvas, price, 0, top - ROW_HEIGHT * (number + 0.5), BLACK)
    for first, span in _bonus_cells(rows):
        middle = top - ROW_HEIGHT * (first + span / 2)
        _centred(canvas, rows[first][1], 1, middle, RED)
    for border in BORDERS:
        _fill(canvas, border - RULE / 2, bottom, RULE, top - bottom, GREY)
    for number in range(len(rows) + 1):
        y = top - ROW_HEIGHT * number
        for left, right in _rule_pieces(rows, number):
            _fill(canvas, left, y - RULE / 2, right - left, RULE, GREY)


def _bonus_cells(rows: Sequence[Row]) -> Iterator[tuple[int, int]]:
    """(first row, rows covered) of each bonus cell."""
    for number, row in enumerate(rows):
        if row[1] in ("", SAME_CELL):
            continue
        span = 1
        while number + span < len(rows) and rows[number + span][1] == SAME_CELL:
            span += 1
        yield number, span


def _rule_pieces(rows: Sequence[Row], number: int) -> list[tuple[float, float]]:
    if number < len(rows) and rows[number][1] == SAME_CELL:
        return [(BORDERS[0], BORDERS[1]), (BORDERS[2], BORDERS[3])]
    return [(BORDERS[0], BORDERS[3])]


def _name(canvas: Canvas, name: str, top: float, *, red: bool) -> None:
    baseline = top - ROW_HEIGHT / 2 - SIZE * 0.28
    _text(canvas, name, BORDERS[3] - 3, baseline, SIZE, RED if red else BLACK)


def _centred(
    canvas: Canvas, text: str, column: int, middle: float, colour: tuple[float, float, float]
) -> None:
    centre = (BORDERS[column] + BORDERS[column + 1]) / 2
    right = centre + _width(text, SIZE) / 2
    _text(canvas, text, right, middle - SIZE * 0.28, SIZE, colour)


def _width(text: str, size: float) -> float:
    glyphs = drawn_left_to_right(text)
    return sum(pdfmetrics.stringWidth(glyph, FONT, size) for glyph in glyphs)


def _text(
    canvas: Canvas,
    text: str,
    right: float,
    baseline: float,
    size: float,
    colour: tuple[float, float, float],
) -> None:
    """Draws a line so that it ends, on the right, at `right`; one glyph at a time."""
    x = right - _width(text, size)
    canvas.setFillColorRGB(*colour)
    canvas.setFont(FONT, size)
    for glyph in drawn_left_to_right(text):
        canvas.drawString(x, baseline, glyph)
        x += pdfmetrics.stringWidth(glyph, FONT, size)


def _fill(
    canvas: Canvas,
    x: float,
    y: float,
    width: float,
    height: float,
    colour: tuple[float, float, float],
) -> None:
    canvas.setFillColorRGB(*colour)
    canvas.rect(x, y, width, height, stroke=0, fill=1)
