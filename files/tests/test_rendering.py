"""Exports as the programs that open them see them."""

import csv
import io
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import openpyxl
import pdfplumber
import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from files.rendering import Bilingual, ExportTooLong, Row, RowKind, Section, as_pdf, as_xlsx, render
from files.rendering.render import ExportFormat
from files.tests.reports import COLUMNS, ROW, long_report, named, report


def csv_rows(document, language="en"):
    content = render(document, format="csv", language=language).read()
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def workbook(document, language="en"):
    content = render(document, format="xlsx", language=language).read()
    return openpyxl.load_workbook(io.BytesIO(content)).active


def pages(document, language="en"):
    content = render(document, format="pdf", language=language).read()
    with pypdfium2.PdfDocument(content) as opened:
        return [page.get_textpage().get_text_range() for page in opened]


@pytest.fixture(autouse=True)
def pharmacy(settings):
    settings.PHARMACY_CURRENCY, settings.PHARMACY_CURRENCY_EXPONENT = "SYP", 2
    settings.PHARMACY_TIME_ZONE = "Asia/Damascus"
    settings.PHARMACY_NAME = "صيدلية الشفاء"


# --- CSV --------------------------------------------------------------------------------------


def test_csv_holds_plain_values_on_the_clock_of_the_pharmacy():
    assert csv_rows(report()) == [
        ["Account", "Lines", "Quantity", "Balance", "Unit cost", "Share", "Day", "Paid at"],
        ["Shop drawer", "3", "12500", "-1234567.50", "12.345678", "12.5", "2026-03-31",
         "2026-04-01 00:30:00"],
    ]  # fmt: skip


def test_csv_in_arabic_has_arabic_names():
    header, row = csv_rows(report(), "ar")
    assert (header[0], row[0]) == ("الحساب", "صندوق المحل")


def test_csv_puts_the_section_first_where_there_are_sections():
    document = report(Section((Row(ROW),), "Assets"), Section((Row(ROW),), "Debts"))
    header, *rows = csv_rows(document)
    assert header[1] == "Account"
    assert [row[0] for row in rows] == ["Assets", "Debts"]


@given(
    st.text(st.characters(codec="utf-8", exclude_characters="\x00")),
    st.sampled_from("=+-@\t\r\n＝＋－＠"),
)
def test_no_text_of_a_csv_begins_a_formula(text, start):
    for _header, (cell,) in [csv_rows(named(start + text)), csv_rows(named(" " + start + text))]:
        assert cell.startswith("'")
        assert cell[1:].lstrip(" ") == start + text


def test_csv_is_made_while_it_is_read():
    seen = []

    def rows():
        for number in range(3):
            seen.append(number)
            yield Row((f"row {number}",))

    content = render(report(Section(rows()), columns=COLUMNS[:1]), format="csv").content
    next(content)
    assert seen == []
    next(content)
    assert seen == [0]


# --- XLSX -------------------------------------------------------------------------------------


def test_xlsx_holds_numbers_and_dates_not_words():
    sheet = workbook(report())
    header = next(row for row in sheet.iter_rows() if row[0].value == "Account")
    cells = sheet[header[0].row + 1]
    assert [cell.value for cell in cells] == [
        "Shop drawer", 3, 12500, -1234567.5, 12.345678, 0.125,
        datetime(2026, 3, 31), datetime(2026, 4, 1, 0, 30),  # noqa: DTZ001 - as Excel keeps them
    ]  # fmt: skip
    assert [cell.number_format for cell in cells[3:]] == [
        "#,##0.00", "#,##0.000000", "0.##%", "yyyy-mm-dd", "yyyy-mm-dd hh:mm",
    ]  # fmt: skip


@pytest.mark.parametrize(("language", "rightwards"), [("ar", True), ("en", False)])
def test_xlsx_runs_with_the_language_and_keeps_the_header_in_sight(language, rightwards):
    sheet = workbook(report(), language)
    header_row = 3  # title, one line, header
    assert bool(sheet.sheet_view.rightToLeft) is rightwards
    assert sheet.freeze_panes == f"A{header_row + 1}"
    assert sheet.print_title_rows == f"${header_row}:${header_row}"


@pytest.mark.parametrize("name", ["=1+1", "#N/A", "@SUM(A1)", "-1", "007", "a\x0bb"])
def test_xlsx_keeps_text_as_text(name):
    cell = workbook(named(name))["A4"]
    assert cell.data_type == "s"
    assert cell.value == name.replace("\x0b", "")


def test_xlsx_refuses_more_than_a_sheet_holds(monkeypatch):
    monkeypatch.setattr(as_xlsx, "MAX_ROWS", 5)
    with pytest.raises(ExportTooLong):
        render(long_report(10), format="xlsx")


# --- PDF --------------------------------------------------------------------------------------


def test_pdf_shows_figures_as_people_read_them():
    (text,) = pages(report())
    for shown in (
        "Balances", "To the end of the month", "Shop drawer", "12,500", "-1,234,567.50",
        "12.345678", "12.5%", "2026-03-31", "2026-04-01 00:30", "From the journal",
        "Printed on 2026-04-01 12:00", "Page 1 of 1",
    ):  # fmt: skip
        assert shown in text


def test_pdf_in_arabic_reads_in_logical_order_with_the_minus_before_its_number():
    (text,) = pages(report(), "ar")
    for shown in ("كشف الحسابات", "صندوق المحل", "صيدلية الشفاء", "وقت الدفع", "-1,234,567.50"):
        assert shown in text


def test_pdf_in_arabic_is_laid_out_from_right_to_left():
    content = render(report(), format="pdf", language="ar").read()
    with pdfplumber.open(io.BytesIO(content)) as opened:
        words = {word["text"]: word["x0"] for word in opened.pages[0].extract_words()}
    assert words["12,500"] > words["12.345678"] > words["12.5%"] > words["2026-03-31"]


def test_pdf_in_arabic_keeps_days_among_words_from_year_to_day():
    document = replace(report(), lines=(Bilingual("من 2026-03-01 إلى 2026-03-31", "March"),))
    content = render(document, format="pdf", language="ar").read()
    with pdfplumber.open(io.BytesIO(content)) as opened:
        words = [word["text"] for word in opened.pages[0].extract_words()]
    assert words.count("2026-03-01") == 1
    assert words.count("2026-03-31") == 2  # the line's and the cell's
    assert "2026-04-01" in words[-6:]  # when it was printed, below everything else


def test_pdf_of_many_pages_repeats_its_header_and_numbers_its_pages():
    found = pages(long_report(200))
    assert len(found) == pytest.approx(4, abs=1)
    for number, text in enumerate(found, start=1):
        assert "Unit cost" in text
        assert f"Page {number} of {len(found)}" in text
    drawers = [line for text in found for line in text.splitlines() if "Shop drawer" in line]
    assert len(drawers) == 200


@pytest.mark.parametrize(
    "name",
    ["#panic()", "*bold* _it_", "$x^2$", '] #read("as_pdf.py")', "\\u{41}", "<label> @ref"],
)
def test_pdf_takes_no_name_for_markup(name):
    (text,) = pages(named(name))
    assert name in text


def test_pdf_brings_its_own_font():
    content = render(report(), format="pdf", language="ar").read()
    with pdfplumber.open(io.BytesIO(content)) as opened:
        fonts = {char["fontname"].split("+")[-1] for char in opened.pages[0].chars}
    assert fonts
    assert all(font.startswith("IBMPlexSansArabic") for font in fonts)


def test_pdf_of_no_rows_is_a_page_with_a_header():
    (text,) = pages(report(Section(())))
    assert "Account" in text


def test_pdf_of_the_same_report_is_the_same_to_the_byte():
    first, second = (render(report(), format="pdf", language="ar").read() for _ in range(2))
    assert first == second


def test_pdf_refuses_what_nobody_would_read(monkeypatch):
    monkeypatch.setattr(as_pdf, "MAX_ROWS", 5)
    with pytest.raises(ExportTooLong):
        render(long_report(10), format="pdf")


# --- All formats ------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ExportFormat)
def test_empty_cells_and_words_among_figures_are_written(kind):
    rows = (Row((None,) * 8), Row(("Total", "?", *[None] * 6), RowKind.TOTAL))
    assert render(report(Section(rows)), format=kind).read()


def test_a_row_with_a_cell_too_few_is_a_bug():
    with pytest.raises(ValueError, match="shorter"):
        render(report(Section((Row((Decimal(1),)),))), format="csv").read()


def test_the_file_has_an_ascii_name_and_one_in_arabic():
    rendered = render(report(), format="csv", language="ar")
    assert rendered.content_disposition == (
        "attachment; filename=\"balances-2026-03-31.csv\"; filename*=UTF-8''"
        "%D9%83%D8%B4%D9%81%20%D8%A7%D9%84%D8%AD%D8%B3%D8%A7%D8%A8%D8%A7%D8%AA%202026-03-31.csv"
    )
    assert rendered.title_name == "كشف الحسابات 2026-03-31.csv"


def test_a_name_known_in_one_language_serves_both():
    document = report(Section((Row((Bilingual("", "Panadol"),)),)), columns=COLUMNS[:1])
    assert csv_rows(document, "ar")[1] == ["Panadol"]
