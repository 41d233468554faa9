"""Price sheets drawn for tests: Latin names and digits, in the font that comes with Pillow."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

ROW = 44
TOP = 60
SIDE = 50
PRODUCTS = (
    ("Panadol Extra", "2+10", "104", "125"),
    ("Brufen 400", "", "135", "170"),
    ("Augmentin 625", "1+12", "1250", "1500"),
    ("Zyrtec Drops", "3+20", "99", "120"),
    ("Nexium 40", "", "688", "760"),
    ("Voltaren Gel", "5+5", "450", "540"),
    ("Concor 5", "4+10", "72", "90"),
    ("Lipitor 20", "", "2100", "2520"),
)
MORE_PRODUCTS = (
    ("Aspirin 100", "", "48", "60"),
    ("Glucophage 850", "3+10", "91", "110"),
    ("Plavix 75", "2+8", "875", "1050"),
    ("Ventolin Spray", "", "250", "310"),
    ("Telfast 180", "10+50", "590", "660"),
    ("Motilium", "3+20", "63", "80"),
    ("Centrum", "", "6500", "7160"),
)
WIDTHS = {"name": 300, "deal": 130, "list": 120, "public": 120}
ORDER = ("public", "list", "deal", "name")


@dataclass(frozen=True)
class Look:
    """How a sheet is drawn. order: its columns from the left; rule: thickness, 0 for none."""

    order: Sequence[str] = ORDER
    rule: int = 3
    rule_colour: tuple[int, int, int] = (0, 0, 0)
    paper: tuple[int, int, int] = (255, 255, 255)
    font: int = 24


Product = tuple[str, str, str, str]
Section = str


def draw_sheet(*tables: Sequence[Product | Section], look: Look | None = None) -> Image.Image:
    """A page with these tables side by side; a plain string is a section row across its table."""
    look = look or Look()
    table_width = sum(WIDTHS[column] for column in look.order)
    height = TOP * 2 + ROW * max(len(table) for table in tables)
    page = Image.new("RGB", (SIDE * 2 + table_width * len(tables), height), look.paper)
    pen = ImageDraw.Draw(page)
    for number, table in enumerate(tables):
        _draw_table(pen, table, SIDE + number * table_width, look)
    return page


def _draw_table(
    pen: ImageDraw.ImageDraw, table: Sequence[Product | Section], left: int, look: Look
) -> None:
    width = sum(WIDTHS[column] for column in look.order)
    for number, row in enumerate(table):
        top = TOP + number * ROW
        if isinstance(row, str):
            fill = (222, 216, 198)
            cells = [(left, width, row, (200, 0, 0))]
        else:
            fill = look.paper
            cells = _cells(row, left, look)
        for x, cell_width, text, colour in cells:
            box = (x, top, x + cell_width, top + ROW)
            pen.rectangle(
                box,
                fill=fill,
                outline=look.rule_colour if look.rule else None,
                width=look.rule or 1,
            )
            pen.text(
                (x + cell_width / 2, top + ROW / 2),
                text,
                colour,
                ImageFont.load_default(look.font),
                anchor="mm",
            )


def _cells(row: Product, left: int, look: Look) -> list[tuple[int, int, str, tuple[int, int, int]]]:
    texts = dict(zip(("name", "deal", "list", "public"), row, strict=True))
    cells = []
    for column in look.order:
        colour = (0, 0, 190) if column == "deal" else (0, 0, 0)
        cells.append((left, WIDTHS[column], texts[column], colour))
        left += WIDTHS[column]
    return cells


def as_bytes(picture: Image.Image, kind: str = "PNG", **options: int) -> bytes:
    """The picture as a file."""
    held = io.BytesIO()
    picture.save(held, kind, **options)
    return held.getvalue()


def rotated(picture: Image.Image, degrees: float) -> Image.Image:
    """The picture as if the paper lay askew."""
    return picture.rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor="white")


def photographed(picture: Image.Image) -> Image.Image:
    """The picture with uneven light, a warm tint and the noise of a sensor."""
    pixels = np.asarray(picture).astype(float)
    height, width = pixels.shape[:2]
    light = np.linspace(0.6, 1, width)[None, :] * np.linspace(1, 0.8, height)[:, None]
    noise = np.random.default_rng(7).normal(0, 8, pixels.shape)
    lit = pixels * light[..., None] * np.array([1.0, 0.95, 0.85]) + noise
    return Image.fromarray(np.clip(lit, 0, 255).astype(np.uint8))


def tilted(picture: Image.Image, share: float) -> Image.Image:
    """The picture as seen by a camera held at an angle: its top is narrower by 2 * `share`."""
    width, height = picture.size
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    seen = corners.copy()
    seen[0, 0] += width * share
    seen[1, 0] -= width * share
    matrix = cv2.getPerspectiveTransform(corners, seen)
    pixels = cv2.warpPerspective(
        np.asarray(picture), matrix, picture.size, flags=cv2.INTER_CUBIC, borderValue=(255,) * 3
    )
    return Image.fromarray(pixels)
