import io
import zipfile
from decimal import Decimal
from types import SimpleNamespace

import pytest
import xlrd
from openpyxl import Workbook

from ai_integration.reading import read_document
from ai_integration.reading.errors import DocumentTooLarge, ReadingError
from ai_integration.reading.sheets.workbooks import _xls_value

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TEXT = 'الاسم,البونص,السعر\nكالسيوم كير,1+6,"76,000"\nلوستريل 50,دفتر,11600\n'


def read_csv(content):
    return read_document(content, "text/csv").lines


def workbook(rows):
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows:
        sheet.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1256"])
def test_csv_is_read_in_every_encoding_excel_writes(encoding):
    first, second = read_csv(TEXT.encode(encoding))
    assert (first.name, first.deal_text, first.list_price) == (
        "كالسيوم كير",
        "1+6",
        Decimal(76000),
    )
    assert second.deal_text == "دفتر"


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_csv_is_read_with_other_delimiters(delimiter):
    content = f"name{delimiter}price\nConcor 5{delimiter}54\nCetal{delimiter}31\n".encode()
    assert [line.list_price for line in read_csv(content)] == [54, 31]


def test_workbook_is_read_with_float_noise_taken_off():
    lines = read_document(
        workbook([["Item", "Price", "Discount %"], ["Concor 5", 54.000000000001, 22.5]]), XLSX
    ).lines
    (line,) = lines
    assert (line.list_price or line.public_price) == Decimal(54)
    assert line.discount_percent == Decimal("22.5")


def test_terms_beside_the_table_are_kept_as_texts_and_name_no_company():
    document = read_document(
        workbook(
            [
                ["العرض ساري حتى نهاية الشهر", None, None],
                ["الاسم", "البونص", "السعر"],
                ["سيتامول 500", "1+5", 5000],
                ["الحد الأدنى للطلبية 500,000 ل.س", None, None],
                ["لوستريل 50", "1+6 حتى 15/3", 11600],
                ["التوصيل: السبت والثلاثاء", None, None],
                ["اوميغا 3", None, 9000],
            ]
        ),
        XLSX,
    )
    assert [(line.name, line.company) for line in document.lines] == [
        ("سيتامول 500", ""),
        ("لوستريل 50", ""),
        ("اوميغا 3", ""),
    ]
    assert document.texts == (
        "العرض ساري حتى نهاية الشهر",
        "الحد الأدنى للطلبية 500,000 ل.س",
        "التوصيل: السبت والثلاثاء",
    )


def test_row_with_a_name_alone_names_the_company_below():
    lines = read_document(
        workbook([["الاسم", "السعر"], ["دومنا", None], ["لوستريل 50", 11600], ["لورا", 17700]]),
        XLSX,
    ).lines
    assert [line.company for line in lines] == ["دومنا", "دومنا"]


@pytest.mark.parametrize("content", [b"a,b\nc,d\n", b"x,y\n1,2\n", b"\n\n", b",,,\n,,,\n"])
def test_table_without_names_and_prices_is_refused_with_a_reason(content):
    with pytest.raises(ReadingError) as caught:
        read_csv(content)
    assert caught.value.code
    assert caught.value.detail


def test_workbook_that_unpacks_to_too_much_is_refused():
    buffer = io.BytesIO(workbook([["name", "price"], ["x", 1]]))
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/big.xml", bytes(1024**3))
    with pytest.raises(DocumentTooLarge):
        read_document(buffer.getvalue(), XLSX)


@pytest.mark.real_data
def test_distributors_discount_list_is_read(shared_data):
    content = (shared_data / "offers" / "stroka_price_list.xls").read_bytes()
    lines = read_document(content, "application/vnd.ms-excel").lines
    assert len(lines) > 500
    with_discount = [line for line in lines if line.discount_percent is not None]
    assert len(with_discount) > 0.9 * len(lines)
    assert all("ـ" not in line.name for line in lines)


def test_discount_formatted_as_a_percentage_is_read_as_it_is_shown():
    book = Workbook()
    sheet = book.active
    for row in (["Item", "Price", "Discount"], ["Concor 5", 54, 0.225], ["Cetal", 31, 0.07]):
        sheet.append(row)
    for cell in sheet["C"][1:]:
        cell.number_format = "0.0%"
    buffer = io.BytesIO()
    book.save(buffer)
    lines = read_document(buffer.getvalue(), XLSX).lines
    assert [line.discount_percent for line in lines] == [Decimal("22.5"), Decimal(7)]


@pytest.mark.parametrize("heading", ["Disc%", "Discount%", "خصم%", "خصم٪", "Disc %"])
def test_discount_column_is_known_with_its_percent_sign_glued_on(heading):
    content = f"name,price,{heading}\nConcor 5,54,22.5\nCetal,31,7\n".encode()
    assert [line.discount_percent for line in read_csv(content)] == [Decimal("22.5"), Decimal(7)]


@pytest.mark.parametrize("first", ["sep=;", "SEP=;\r", '"sep=;"'])
def test_excels_line_that_names_the_delimiter_is_no_company(first):
    lines = read_csv(f"{first}\nname;price\nConcor 5;54\nCetal;31\n".encode())
    assert [(line.name, line.company, line.list_price) for line in lines] == [
        ("Concor 5", "", 54),
        ("Cetal", "", 31),
    ]


@pytest.mark.parametrize("formula", ["=B2*1.2", "=VLOOKUP(A3,Prices,2)"])
def test_price_formula_without_its_value_is_flagged_and_its_name_no_company(formula):
    rows = [["Item", "Price"], ["Concor 5", 54], ["Cetal", formula], ["Panadol", 12]]
    lines = read_document(workbook(rows), XLSX).lines
    assert [(line.name, line.company, line.list_price) for line in lines] == [
        ("Concor 5", "", 54),
        ("Cetal", "", None),
        ("Panadol", "", 12),
    ]
    assert lines[1].flags == ("price_unreadable",)
    assert formula in lines[1].raw_text


def test_formula_with_its_value_is_read_as_the_value():
    content = workbook([["Item", "Price"], ["Concor 5", "=50+4"], ["Cetal", 31]])
    lines = read_document(_with_cached_value(content, b"50+4", b"54"), XLSX).lines
    assert [line.list_price for line in lines] == [54, 31]


def _with_cached_value(content, formula, value):
    """The workbook as a spreadsheet program saves it: with the formula's last value."""
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.infolist():
            body = old.read(part)
            for empty in (b"<v></v>", b"<v/>", b"<v />", b""):
                before = b"<f>%s</f>%s</c>" % (formula, empty)
                if before in body:
                    body = body.replace(before, b"<f>%s</f><v>%s</v></c>" % (formula, value))
                    break
            new.writestr(part, body)
    return packed.getvalue()


class _Cell:
    """What the reader needs of a cell of xlrd."""

    def __init__(self, ctype, value, xf_index=0):
        self.ctype, self.value, self.xf_index = ctype, value, xf_index


@pytest.mark.parametrize(
    ("number_format", "value", "shown"),
    [
        ("0.0%", 0.225, "22.5%"),
        ("0%", 0.07, "7%"),
        ("General", 0.225, 0.225),
        ("#,##0", 54.0, 54.0),
    ],
)
def test_xls_discount_formatted_as_a_percentage_is_read_as_it_is_shown(number_format, value, shown):
    book = SimpleNamespace(
        xf_list=[SimpleNamespace(format_key=9)],
        format_map={9: SimpleNamespace(format_str=number_format)},
    )
    assert _xls_value(book, _Cell(xlrd.XL_CELL_NUMBER, value)) == shown


def test_xls_error_is_not_an_empty_cell():
    book = SimpleNamespace(xf_list=[], format_map={})
    assert _xls_value(book, _Cell(xlrd.XL_CELL_ERROR, 42)) == "#N/A"
