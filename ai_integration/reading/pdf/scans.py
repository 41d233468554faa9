"""Pages that are pictures: drawn as an image and given to the photo reader."""

from __future__ import annotations

import io
from typing import Any

import pypdfium2

from ai_integration.reading.errors import DocumentTooLarge, OcrNotInstalled
from ai_integration.reading.lines import ExtractedPage

#: Resolution at which table lines and Arabic letters are read best.
DOTS_PER_INCH = 200
MOST_PIXELS = 25_000_000
#: A picture inside a page may have at most this many pixels.
MOST_IMAGE_PIXELS = 80_000_000
#: Fewer glyphs than this on a page with a picture: the page is a scan.
GLYPHS_OF_A_SCAN = 8
#: The pictures of a scan cover at least this share of the page.
SCAN_COVER = 0.4


def is_scan(page: Any, glyphs: int) -> bool:
    """Whether a pdfplumber page has a picture instead of text.

    Raises DocumentTooLarge where a picture is too large to be unpacked safely.
    """
    if glyphs >= GLYPHS_OF_A_SCAN or not page.images:
        return False
    covered = 0.0
    for image in page.images:
        width, height = image.get("srcsize") or (0, 0)
        if _number(width) * _number(height) > MOST_IMAGE_PIXELS:
            raise DocumentTooLarge("A picture in the PDF is too large to be read.")
        covered += float(image["width"]) * float(image["height"])
    return covered >= SCAN_COVER * float(page.width * page.height)


def read_scan(content: bytes, page: int) -> ExtractedPage:
    """The lines and terms of one scanned page (1-based). Raises OcrNotInstalled."""
    try:
        from ai_integration.reading.photo import read_photo
    except ImportError as error:
        raise OcrNotInstalled from error
    return read_photo(_drawn(content, page), page=page)


def _drawn(content: bytes, page: int) -> bytes:
    document = pypdfium2.PdfDocument(content)
    try:
        sheet = document[page - 1]
        width, height = sheet.get_size()
        scale = DOTS_PER_INCH / 72
        scale = min(scale, (MOST_PIXELS / max(width * height, 1.0)) ** 0.5)
        picture = sheet.render(scale=scale, grayscale=False).to_pil()
    finally:
        document.close()
    held = io.BytesIO()
    picture.save(held, format="PNG")
    return held.getvalue()


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
