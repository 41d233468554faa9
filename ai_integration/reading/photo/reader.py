"""The steps from image bytes to lines."""

import io
import re
import warnings
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from ai_integration.reading.errors import DocumentTooLarge, DocumentUnreadable
from ai_integration.reading.lines import ExtractedLine, ExtractedPage

from .beside import terms_beside
from .extract import table_lines
from .grid import find_grid
from .image import prepare
from .readings import read_lines
from .roles import Role
from .rows import find_tables
from .tables import Table

MOST_PIXELS = 60_000_000
_ARABIC = re.compile(r"[\u0621-\u064a]")


def read_page(image_bytes: bytes, *, page: int) -> ExtractedPage:
    """As `read_photo`, where everything needed is installed."""
    sheet = prepare(decode(image_bytes))
    if sheet is None:
        return ExtractedPage()
    grid = find_grid(sheet)
    readings = read_lines(sheet, grid)
    tables = find_tables(sheet, grid.columns, readings)
    lines: list[ExtractedLine] = []
    for table in _in_reading_order(tables):
        lines += table_lines(sheet, table, page=page, first_row=len(lines) + 1)
    return ExtractedPage(tuple(lines), tuple(terms_beside(tables, readings)))


def decode(image_bytes: bytes) -> NDArray[Any]:
    """The picture as BGR, turned the way its camera noted it was held.

    Raises DocumentUnreadable, DocumentTooLarge.
    """
    width, height = _size(image_bytes)
    if width * height > MOST_PIXELS:
        raise DocumentTooLarge(
            f"The image has {width * height:,} pixels; at most {MOST_PIXELS:,} are read."
        )
    picture = cv2.imdecode(np.frombuffer(image_bytes, np.uint8), cv2.IMREAD_COLOR)
    if picture is None:
        raise DocumentUnreadable("The image is damaged or cut short.")
    return picture


def _size(image_bytes: bytes) -> tuple[int, int]:
    """Width and height by the image's own header, nothing unpacked."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore", Image.DecompressionBombWarning
            )  # measured by the caller
            with Image.open(io.BytesIO(image_bytes)) as header:
                return header.size
    except Image.DecompressionBombError as error:
        raise DocumentTooLarge(str(error)) from error
    except (UnidentifiedImageError, OSError, ValueError) as error:
        raise DocumentUnreadable("The bytes are not an image that can be opened.") from error


def _in_reading_order(tables: list[Table]) -> list[Table]:
    names = " ".join(row.text(Role.NAME) for table in tables for row in table.rows)
    arabic = len(_ARABIC.findall(names))
    latin = len(re.findall(r"[A-Za-z]", names))
    return tables[::-1] if arabic >= latin else tables
