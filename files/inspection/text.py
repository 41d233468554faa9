"""Telling a CSV file from other things."""

from __future__ import annotations

import codecs
import re

CSV = "text/csv"
_DELIMITERS = ",;\t|"
_SAMPLE_LINES = 20
_NOT_TEXT = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_MARKUP = re.compile(r"\s*<(?:!doctype|html|\?xml|svg|script)", re.I)


def identify(content: bytes) -> str | None:
    """``text/csv`` for text with a delimiter in its first lines, else None.

    UTF-8 and UTF-16 (with its mark) are tried first; any other text is taken as windows-1256,
    the encoding Arabic Excel writes.
    """
    text = _decoded(content)
    if text is None or _NOT_TEXT.search(text) or _MARKUP.match(text):
        return None
    lines = [line for line in text.splitlines() if line.strip()][:_SAMPLE_LINES]
    return CSV if any(mark in line for line in lines for mark in _DELIMITERS) else None


def _decoded(content: bytes) -> str | None:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "windows-1256"]
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None
