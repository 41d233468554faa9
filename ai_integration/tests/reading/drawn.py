"""Draws small PDF offers of many kinds, for tests of the reader."""

from __future__ import annotations

import io
from importlib.resources import files
from itertools import pairwise

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from scripts.sample_offer.shaping import drawn_left_to_right

FONT = "TestArabic"
YELLOW = (1.0, 0.95, 0.2)


def arabic_font() -> str:
    if FONT not in pdfmetrics.getRegisteredFontNames():
        path = files("fontpkg_amiri") / "files" / "Amiri-Regular.ttf"
        pdfmetrics.registerFont(TTFont(FONT, str(path)))
    return FONT


def table_pdf(
    pages,
    widths,
    *,
    rules="all",
    right_to_left=True,
    coloured=(),
    whole_lines=False,
    row_height=20,
    size=11,
    before=(),
    after=(),
):
    """A PDF of one table per page.

    pages: lists of rows of cells, as they stand from left to right. rules: "all", "vertical",
    "cells" (a stroked box around each cell) or "none". coloured: first cells of rows on yellow.
    whole_lines: each cell is drawn as one string, as ReportLab users do. before: lines of text
    above the first table. after: below the last.
    """
    held = io.BytesIO()
    canvas = Canvas(held, pagesize=A4, invariant=True)
    for number, rows in enumerate(pages):
        top = A4[1] - 50
        for line in before if number == 0 else ():
            _draw(canvas, line, 60, top, right_to_left, size, whole_lines)
            top -= row_height
        _draw_table(canvas, rows, widths, top, rules, right_to_left, coloured, whole_lines,
                    row_height, size)  # fmt: skip
        top -= row_height * (len(rows) + 1.5)
        for line in after if number == len(pages) - 1 else ():
            _draw(canvas, line, 60, top, right_to_left, size, whole_lines)
            top -= row_height
        canvas.showPage()
    canvas.save()
    return held.getvalue()


def _draw_table(
    canvas, rows, widths, top, rules, right_to_left, coloured, whole_lines, row_height, size
):
    xs = [40.0]
    for width in widths:
        xs.append(xs[-1] + width)
    for number, row in enumerate(rows):
        y = top - row_height * (number + 1)
        if coloured and set(row) & set(coloured):
            canvas.setFillColorRGB(*YELLOW)
            canvas.rect(xs[0], y, xs[-1] - xs[0], row_height, stroke=0, fill=1)
        canvas.setFillColorRGB(0, 0, 0)
        for column, cell in enumerate(row):
            left, right = xs[column] + 4, xs[column + 1] - 4
            _draw_cell(canvas, cell, left, right, y + 5, right_to_left, size, whole_lines)
    _draw_rules(canvas, rules, xs, [top - row_height * n for n in range(len(rows) + 1)])


def _draw_rules(canvas, rules, xs, ys):
    if rules == "cells":
        for left, right in pairwise(xs):
            for upper, lower in pairwise(ys):
                canvas.rect(left, lower, right - left, upper - lower, stroke=1, fill=0)
    if rules in ("all", "vertical"):
        for x in xs:
            canvas.line(x, ys[-1], x, ys[0])
        for y in ys if rules == "all" else (ys[0], ys[-1]):
            canvas.line(xs[0], y, xs[-1], y)


def _draw_cell(canvas, text, left, right, y, right_to_left, size, whole_lines):
    width = sum(
        pdfmetrics.stringWidth(g, arabic_font(), size) for g in _glyphs(text, right_to_left)
    )
    x = right - width if right_to_left else left
    _draw(canvas, text, x, y, right_to_left, size, whole_lines)


def _glyphs(text, right_to_left):
    return drawn_left_to_right(text) if right_to_left else list(text)


def _draw(canvas, text, x, y, right_to_left, size, whole_lines):
    font = arabic_font()
    canvas.setFont(font, size)
    glyphs = _glyphs(text, right_to_left)
    if whole_lines:
        canvas.drawString(x, y, "".join(glyphs))
        return
    for glyph in glyphs:
        canvas.drawString(x, y, glyph)
        x += pdfmetrics.stringWidth(glyph, font, size)
