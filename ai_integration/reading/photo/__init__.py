"""Photographed and scanned price sheets, read through OpenCV and Tesseract.

The sheet is scaled to one text size and straightened, its rules found, its cells read several times
over and agreed on by vote; numbers are checked against the shapes of the print and against each
other. What cannot be read is left empty and flagged, never guessed.
"""

from ai_integration.reading.lines import ExtractedPage

from .installed import require_ocr

__all__ = ["read_photo"]


def read_photo(image_bytes: bytes, *, page: int = 1) -> ExtractedPage:
    """The product lines of one photographed page, in reading order, and the terms beside them.

    Tables side by side are read one after the other, from the side its script begins on. Boxes are
    in pixels of the upright photo. An image without a table gives no lines.

    Raises OcrNotInstalled where OpenCV, Tesseract or its Arabic or English data is missing, naming
    the packages; DocumentUnreadable where the bytes are no image; DocumentTooLarge where it has
    more pixels than may be read.
    """
    require_ocr()
    from .reader import read_page

    return read_page(image_bytes, page=page)
