"""Photographed price sheets, read end to end with the real Tesseract."""

import csv
import subprocess
import sys
import time
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pytest

pytest.importorskip("cv2", reason="OpenCV is not installed")

import pypdfium2
from PIL import Image, ImageDraw, ImageFont, ImageOps

from ai_integration.reading import read_document
from ai_integration.reading.errors import DocumentTooLarge, DocumentUnreadable, OcrNotInstalled
from ai_integration.reading.lines import ExtractedLine
from ai_integration.reading.photo import read_photo
from ai_integration.reading.photo.installed import missing_packages

from .drawn import table_pdf
from .photo_sheets import (
    MORE_PRODUCTS,
    PRODUCTS,
    Look,
    Product,
    as_bytes,
    draw_sheet,
    photographed,
    rotated,
    tilted,
)

pytestmark = pytest.mark.ocr
needs_ocr = pytest.mark.skipif(
    missing_packages() != ([], []), reason=f"not installed: {missing_packages()}"
)


def lines_of(photo: bytes, page: int = 1) -> list[ExtractedLine]:
    return list(read_photo(photo, page=page).lines)


def cells(line: ExtractedLine) -> tuple[str, str, Decimal | None, Decimal | None]:
    return line.name, line.deal_text, line.list_price, line.public_price


def printed(products: Sequence[Product]) -> list[tuple[str, str, Decimal, Decimal]]:
    return [(name, deal, Decimal(price), Decimal(public)) for name, deal, price, public in products]


# --- drawn sheets ------------------------------------------------------------------------------


@needs_ocr
def test_every_cell_of_a_drawn_table_is_read_and_no_price_is_flagged():
    lines = lines_of(as_bytes(draw_sheet(PRODUCTS)))
    assert [cells(line) for line in lines] == printed(PRODUCTS)
    assert {flag for line in lines for flag in line.flags} <= {"low_confidence"}
    assert sum(bool(line.flags) for line in lines) <= 1
    assert all(0 < line.confidence <= 1 for line in lines)


@needs_ocr
def test_two_tables_side_by_side_are_read_one_after_the_other():
    lines = lines_of(as_bytes(draw_sheet(PRODUCTS, MORE_PRODUCTS)))
    assert [cells(line) for line in lines] == printed([*PRODUCTS, *MORE_PRODUCTS])
    assert [line.row for line in lines] == list(range(1, len(lines) + 1))


@needs_ocr
def test_three_tables_side_by_side_are_three_tables():
    parts = (PRODUCTS[:4], MORE_PRODUCTS[:4], [*PRODUCTS[5:], MORE_PRODUCTS[5]])
    lines = lines_of(as_bytes(draw_sheet(*parts)))
    assert [cells(line)[2:] for line in lines] == [
        row[2:] for part in parts for row in printed(part)
    ]


@needs_ocr
def test_columns_are_found_in_the_other_order_too():
    look = Look(order=("name", "deal", "list", "public"))
    lines = lines_of(as_bytes(draw_sheet(PRODUCTS, look=look)))
    assert [cells(line) for line in lines] == printed(PRODUCTS)


@needs_ocr
def test_a_table_without_public_prices_has_list_prices_only():
    look = Look(order=("list", "deal", "name"))
    lines = lines_of(as_bytes(draw_sheet(PRODUCTS, look=look)))
    assert [line.list_price for line in lines] == [row[2] for row in printed(PRODUCTS)]
    assert {line.public_price for line in lines} == {None}


@needs_ocr
@pytest.mark.parametrize("degrees", [1.0, -1.0, 3.0])
def test_a_sheet_lying_askew_is_straightened(degrees):
    sheet = rotated(draw_sheet(PRODUCTS), degrees)
    lines = lines_of(as_bytes(sheet, "JPEG", quality=70))
    assert [cells(line)[1:] for line in lines] == [row[1:] for row in printed(PRODUCTS)]


@needs_ocr
def test_a_sheet_seen_at_an_angle_is_straightened():
    lines = lines_of(as_bytes(tilted(draw_sheet(PRODUCTS, MORE_PRODUCTS), 0.03)))
    assert [cells(line)[1:] for line in lines] == [
        row[1:] for row in printed([*PRODUCTS, *MORE_PRODUCTS])
    ]


@needs_ocr
def test_uneven_light_noise_and_jpeg_do_not_change_the_numbers():
    sheet = photographed(draw_sheet(PRODUCTS, MORE_PRODUCTS))
    lines = lines_of(as_bytes(sheet, "JPEG", quality=50))
    assert [cells(line)[1:] for line in lines] == [
        row[1:] for row in printed([*PRODUCTS, *MORE_PRODUCTS])
    ]


@needs_ocr
@pytest.mark.parametrize("scale", [0.55, 2.5])
def test_the_size_of_the_photo_does_not_matter(scale):
    sheet = draw_sheet(PRODUCTS)
    sized = sheet.resize((round(sheet.width * scale), round(sheet.height * scale)))
    lines = lines_of(as_bytes(sized, "JPEG", quality=85))
    assert [cells(line)[1:] for line in lines] == [row[1:] for row in printed(PRODUCTS)]


@needs_ocr
def test_a_table_without_any_rules_is_read_by_its_blank_strips():
    lines = lines_of(as_bytes(draw_sheet(PRODUCTS, look=Look(rule=0))))
    assert [cells(line) for line in lines] == printed(PRODUCTS)


@needs_ocr
def test_pale_thin_rules_are_enough():
    look = Look(rule=1, rule_colour=(170, 170, 170))
    lines = lines_of(as_bytes(draw_sheet(PRODUCTS, look=look)))
    assert [cells(line) for line in lines] == printed(PRODUCTS)


@needs_ocr
def test_broken_rules_do_not_break_rows():
    sheet = draw_sheet(PRODUCTS)
    pen = ImageDraw.Draw(sheet)
    for x in (120, 260, 470, 640):  # wipe stretches of several horizontal rules
        for row in (1, 3, 6):
            pen.rectangle((x, 57 + row * 44, x + 25, 64 + row * 44), fill="white")
    lines = lines_of(as_bytes(sheet))
    assert [cells(line)[1:] for line in lines] == [row[1:] for row in printed(PRODUCTS)]


@needs_ocr
def test_a_row_across_the_table_names_the_company_of_the_rows_below():
    left = [PRODUCTS[0], "Hikma", *PRODUCTS[1:4], "Pharmaline", *PRODUCTS[4:6]]
    right = MORE_PRODUCTS[:4]
    lines = lines_of(as_bytes(draw_sheet(left, right)))
    assert [line.company for line in lines] == (
        [""] + ["Hikma"] * 3 + ["Pharmaline"] * 2 + [""] * len(right)
    )
    assert [cells(line)[2:] for line in lines] == [
        row[2:] for row in printed([*PRODUCTS[:6], *right])
    ]


@needs_ocr
def test_a_price_under_a_pen_stroke_is_flagged_and_never_invented():
    sheet = draw_sheet(PRODUCTS)
    pen = ImageDraw.Draw(sheet)
    middle = 60 + 44 * 2 + 22  # the row of Augmentin, across its list price
    pen.line((185, middle, 280, middle - 4), fill=(210, 50, 10), width=34)
    lines = lines_of(as_bytes(sheet))
    hidden = next(line for line in lines if line.name.startswith("Augmentin"))
    assert hidden.list_price is None
    assert "price_unreadable" in hidden.flags
    others = [line for line in lines if line is not hidden]
    assert [line.list_price for line in others] == [
        row[2] for row in printed(PRODUCTS) if not row[0].startswith("Augmentin")
    ]


@needs_ocr
def test_a_public_price_below_the_list_price_is_flagged():
    odd = [("Brufen 400", "", "1350", "170"), *PRODUCTS[:1], *PRODUCTS[2:]]
    lines = lines_of(as_bytes(draw_sheet(odd)))
    assert [line.row for line in lines if "check_price" in line.flags] == [1]
    assert lines[0].list_price == Decimal(1350)


@needs_ocr
def test_boxes_are_pixels_of_the_photo_as_it_came():
    sheet = draw_sheet(PRODUCTS[:5])
    double = sheet.resize((sheet.width * 2, sheet.height * 2))
    for number, line in enumerate(lines_of(as_bytes(double))):
        top, bottom = (60 + 44 * number) * 2, (60 + 44 * (number + 1)) * 2
        assert line.box is not None
        assert top <= line.box[1] < line.box[3] <= bottom
        assert 100 <= line.box[0] < line.box[2] <= 1440


@needs_ocr
def test_the_page_number_is_handed_through():
    lines = lines_of(as_bytes(draw_sheet(PRODUCTS[:5])), page=7)
    assert {line.page for line in lines} == {7}


# --- beside the table --------------------------------------------------------------------------


@needs_ocr
def test_terms_above_and_below_the_tables_are_told_and_titles_are_not():
    sheet = draw_sheet(PRODUCTS[:4], MORE_PRODUCTS[:4])
    sheet = ImageOps.expand(sheet, border=(0, 60, 0, 60), fill="white")
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(24)
    for height, text in (
        (30, "Sham Warehouse"),
        (80, "Prices valid until 31/12/2026"),
        (sheet.height - 80, "Minimum order 500000, delivery within 48 hours"),
        (sheet.height - 30, "Thank you"),
    ):
        pen.text((60, height), text, "black", font, anchor="lm")
    photo = read_photo(as_bytes(sheet))
    assert photo.texts == (
        "Prices valid until 31/12/2026",
        "Minimum order 500000, delivery within 48 hours",
    )
    assert [cells(line) for line in photo.lines] == printed([*PRODUCTS[:4], *MORE_PRODUCTS[:4]])


@needs_ocr
@pytest.mark.parametrize("is_scan", [False, True])
def test_arabic_terms_are_read_from_a_photo_and_from_a_scanned_page(is_scan):
    terms = ["العرض ساري حتى 31/12/2026", "الحد الأدنى للطلب 500000", "التوصيل خلال 48 ساعة"]
    rows = [
        ["104", "بنادول اكسترا"],
        ["135", "بروفين 400"],
        ["99", "زيرتك نقط"],
        ["688", "نكسيوم 40"],
    ]
    pdf = table_pdf([rows], [110, 300], before=terms[:1], after=terms[1:])
    page = pypdfium2.PdfDocument(pdf)[0].render(scale=200 / 72).to_pil()
    kind, content_type = ("PDF", "application/pdf") if is_scan else ("PNG", "image/png")
    document = read_document(as_bytes(page.convert("RGB"), kind), content_type)
    assert list(document.texts) == terms
    assert [line.list_price for line in document.lines] == [Decimal(row[0]) for row in rows]


# --- what is no price sheet --------------------------------------------------------------------


@needs_ocr
def test_a_blank_image_has_no_lines():
    assert lines_of(as_bytes(Image.new("RGB", (900, 1200), "white"))) == []


@needs_ocr
def test_an_image_with_a_drawing_but_no_print_has_no_lines():
    picture = Image.new("RGB", (900, 1200), "white")
    pen = ImageDraw.Draw(picture)
    for step in range(12):
        pen.line((50, 80 * step, 850, 80 * step + 40), fill="black", width=9)
    assert lines_of(as_bytes(picture)) == []


@needs_ocr
@pytest.mark.parametrize("content", [b"", b"MZ\x90 not an image", b"%PDF-1.7 nor this"])
def test_bytes_that_are_no_image_are_refused(content):
    with pytest.raises(DocumentUnreadable) as refused:
        lines_of(content)
    assert refused.value.code == "document_unreadable"


@needs_ocr
def test_an_image_cut_short_is_refused():
    whole = as_bytes(draw_sheet(PRODUCTS))
    with pytest.raises(DocumentUnreadable):
        lines_of(whole[: len(whole) // 50])


@needs_ocr
def test_an_image_of_too_many_pixels_is_refused_before_it_is_unpacked():
    bomb = as_bytes(Image.new("1", (12_000, 12_000)))
    assert len(bomb) < 100_000
    with pytest.raises(DocumentTooLarge):
        lines_of(bomb)


# --- missing programs --------------------------------------------------------------------------


def read_elsewhere(environment: dict[str, str], picture: Path) -> subprocess.CompletedProcess[str]:
    """Read the picture in a fresh process that has only this environment."""
    code = (
        "import sys; from ai_integration.reading.photo import read_photo;"
        "read_photo(open(sys.argv[1], 'rb').read())"
    )
    return subprocess.run(
        [sys.executable, "-c", code, str(picture)],
        cwd=Path(__file__).parents[3],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_without_tesseract_the_error_names_the_packages_to_install(tmp_path):
    picture = tmp_path / "sheet.png"
    picture.write_bytes(as_bytes(draw_sheet(PRODUCTS[:3])))
    answer = read_elsewhere({"PATH": str(tmp_path)}, picture)
    assert answer.returncode != 0
    assert "OcrNotInstalled" in answer.stderr
    assert "tesseract-ocr tesseract-ocr-ara tesseract-ocr-eng" in answer.stderr


@needs_ocr
def test_without_arabic_data_the_error_names_that_package_alone(tmp_path, monkeypatch):
    (tmp_path / "eng.traineddata").touch()
    monkeypatch.setenv("TESSDATA_PREFIX", str(tmp_path))
    with pytest.raises(OcrNotInstalled) as refused:
        lines_of(b"whatever")
    assert refused.value.code == "ocr_not_installed"
    assert "tesseract-ocr-ara" in str(refused.value)
    assert "tesseract-ocr-eng" not in str(refused.value)


# --- the real photo ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def real_reading(real_offers) -> tuple[list[ExtractedLine], float]:
    content = (real_offers / "photo_two_tables.jpeg").read_bytes()
    started = time.monotonic()
    lines = lines_of(content)
    return lines, time.monotonic() - started


@pytest.fixture(scope="module")
def right_truth(real_offers) -> list[dict[str, str]]:
    path = real_offers / "photo_truth_right_table.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def money(text: str) -> Decimal | None:
    return Decimal(text).normalize() if text else None


@needs_ocr
@pytest.mark.real_data
def test_the_real_photo_gives_every_row_of_both_tables(real_reading, right_truth):
    lines, _ = real_reading
    assert len(right_truth) == 21
    assert len(lines) == 44
    assert [line.row for line in lines] == list(range(1, 45))


@needs_ocr
@pytest.mark.real_data
def test_the_real_photo_reaches_its_marks(real_reading, right_truth):
    lines = real_reading[0][: len(right_truth)]
    pairs = list(zip(lines, right_truth, strict=True))
    public = [(line, row) for line, row in pairs if row["public_price"]]
    scores = {
        "price": sum(line.list_price == money(row["price"]) for line, row in pairs) / len(pairs),
        "public": sum(line.public_price == money(row["public_price"]) for line, row in public)
        / len(public),
        "bonus": sum(line.deal_text == row["bonus"] for line, row in pairs) / len(pairs),
        "name": sum(line.name == row["name"] for line, row in pairs) / len(pairs),
        "company": sum(line.company == row["section"] for line, row in pairs) / len(pairs),
    }
    assert scores["price"] >= 0.97
    assert scores["public"] >= 0.95
    assert scores["bonus"] >= 0.97
    assert scores["name"] >= 0.9
    assert scores["company"] >= 0.97


@needs_ocr
@pytest.mark.real_data
def test_no_wrong_price_of_the_real_photo_goes_unflagged(real_reading, right_truth):
    for line, row in zip(real_reading[0], right_truth, strict=False):
        right = (money(row["price"]), money(row["public_price"]))
        assert (line.list_price, line.public_price) == right or line.flags, line


@needs_ocr
@pytest.mark.real_data
def test_the_left_table_of_the_real_photo_is_read_as_its_own_rows(real_reading):
    left = real_reading[0][21:]
    assert [line.list_price for line in left[:4]] == [Decimal(p) for p in (1500, 2100, 1150, 1500)]
    assert sum(line.list_price is not None for line in left) >= 22
    for line in left:
        assert line.name
        if line.list_price and line.public_price:
            assert line.list_price < line.public_price < line.list_price * 2
    assert len({line.company for line in left}) == 4  # none, and three sections


@needs_ocr
@pytest.mark.real_data
def test_the_scribbled_cells_of_the_real_photo_are_flagged(real_reading):
    scribbled = [line for line in real_reading[0] if "price_unreadable" in line.flags]
    assert [line.row for line in scribbled] == [10, 32]


@needs_ocr
@pytest.mark.real_data
def test_the_real_photo_takes_well_under_a_minute(real_reading):
    assert real_reading[1] < 60
