"""Glyphs of a PDF page as the reader needs them: clusters kept whole, right edges, baselines.

Producers such as Excel draw one glyph at a time. A ligature is one glyph whose text is already in
logical order, so a glyph's text (a cluster) is never taken apart.
"""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

#: A joiner glyph mapped to U+0020 is narrower than this share of the font's real space.
FALSE_SPACE_SHARE = 0.6
#: A gap without a space glyph that separates words, as a share of the font size.
WORD_GAP_SHARE = 0.28
#: Baselines closer than this share of the font size are one line of text.
SAME_LINE_SHARE = 0.45
#: The same glyph drawn again this close (points) is boldness, not a second letter.
DOUBLE_STRIKE = 0.35
#: Fonts whose opening kaf throws its arm over the whole space before it (measured on its outline:
#: 3.0 of 3.2 points). Between words the space is meant all the same; after a sign none is seen.
LONG_ARMED_FONTS = ("arabictypesetting",)
_SIGNS_BEFORE_KAF = frozenset("+/%")


class Glyph(NamedTuple):
    """One drawn cluster. Coordinates in points from the page's top left; baseline downwards."""

    text: str
    x0: float
    right: float
    baseline: float
    size: float
    font: str

    @property
    def centre(self) -> float:
        return (self.x0 + self.right) / 2


def glyphs_of(chars: Iterable[Mapping[str, Any]], page_height: float) -> list[Glyph]:
    """The upright glyphs of a page, false spaces dropped, presentation forms made letters.

    chars: pdfplumber's characters.
    """
    glyphs = [_glyph(char, page_height) for char in chars if char["upright"]]
    spaces: dict[tuple[str, float], Counter[float]] = defaultdict(Counter)
    for glyph in glyphs:
        if glyph.text == " ":
            spaces[(glyph.font, round(glyph.size, 1))][round(glyph.right - glyph.x0, 1)] += 1
    real = {font: _real_space(widths) for font, widths in spaces.items()}
    return [glyph for glyph in glyphs if not _is_false_space(glyph, real)]


def _glyph(char: Mapping[str, Any], page_height: float) -> Glyph:
    text = char["text"].replace("\u00a0", " ").replace("\t", " ")
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).strip() or text
    matrix = char["matrix"]
    # The origin plus the advance: boxes of kerned kashidas overlap, advances do not.
    return Glyph(
        text=text,
        x0=char["x0"],
        right=char["x1"],
        baseline=page_height - matrix[5],
        size=char["size"] or 1.0,
        font=char["fontname"],
    )


def _real_space(widths: Counter[float]) -> float:
    """The width of a font's real space: the widest that is not a rarity."""
    total = sum(widths.values())
    common = [width for width, count in widths.items() if count * 20 >= total]
    return max(common or widths)


def _is_false_space(glyph: Glyph, real: Mapping[tuple[str, float], float]) -> bool:
    if glyph.text != " ":
        return False
    return glyph.right - glyph.x0 < FALSE_SPACE_SHARE * real[(glyph.font, round(glyph.size, 1))]


def text_lines(glyphs: Sequence[Glyph]) -> list[list[Glyph]]:
    """Glyphs grouped by baseline, top line first; each line visually left to right."""
    lines: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda glyph: glyph.baseline):
        if lines and _same_line(lines[-1], glyph):
            lines[-1].append(glyph)
        else:
            lines.append([glyph])
    return [_in_visual_order(line) for line in lines]


def _same_line(line: list[Glyph], glyph: Glyph) -> bool:
    tallest = max(line[-1].size, glyph.size)
    return glyph.baseline - line[0].baseline <= SAME_LINE_SHARE * tallest


def _in_visual_order(line: list[Glyph]) -> list[Glyph]:
    """Sorted by right edge, marks joined to their letter, double strikes removed."""
    ordered: list[Glyph] = []
    marks: list[Glyph] = []
    for glyph in sorted(line, key=lambda glyph: (glyph.right, glyph.x0)):
        if _is_mark(glyph.text):
            marks.append(glyph)
        elif not _struck_twice(ordered, glyph):
            ordered.append(glyph)
    for mark in marks:
        _join_mark(ordered, mark)
    return ordered


def _is_mark(text: str) -> bool:
    return bool(text) and all(unicodedata.combining(char) for char in text)


def _struck_twice(ordered: list[Glyph], glyph: Glyph) -> bool:
    return any(
        before.text == glyph.text
        and abs(before.x0 - glyph.x0) <= DOUBLE_STRIKE
        and abs(before.right - glyph.right) <= DOUBLE_STRIKE
        for before in ordered[-2:]
    )


def _join_mark(ordered: list[Glyph], mark: Glyph) -> None:
    if not ordered:
        return
    nearest = min(range(len(ordered)), key=lambda i: abs(ordered[i].centre - mark.centre))
    letter = ordered[nearest]
    ordered[nearest] = letter._replace(text=letter.text + mark.text)


def spaced_clusters(line: Sequence[Glyph]) -> list[str]:
    """The clusters of one visual line, with a space put where a wide gap stands without one."""
    clusters: list[str] = []
    for index, glyph in enumerate(line):
        if index:
            before = line[index - 1]
            gap = glyph.x0 - before.right
            wide = gap > WORD_GAP_SHARE * min(glyph.size, before.size)
            if wide and " " not in (glyph.text, before.text):
                clusters.append(" ")
        if not _is_covered_space(line, index):
            clusters.append(glyph.text)
    return clusters


def _is_covered_space(line: Sequence[Glyph], index: int) -> bool:
    """A space after a sign that the arm of the following kaf covers on the page."""
    if line[index].text != " " or not 0 < index < len(line) - 1:
        return False
    kaf, sign = line[index - 1], line[index + 1]
    if not kaf.text.startswith("ك") or sign.text not in _SIGNS_BEFORE_KAF:
        return False
    font = kaf.font.replace(" ", "").replace("-", "").casefold()
    return any(name in font for name in LONG_ARMED_FONTS)
