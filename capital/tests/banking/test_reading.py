"""Files of banks, read."""

from __future__ import annotations

from datetime import date
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capital.banking.cells import DateOrder, read_amount, read_date
from capital.banking.csv_file import CsvLayout, read_csv
from capital.banking.ofx_file import is_ofx, read_ofx
from capital.banking.problems import StatementUnreadable
from capital.banking.records import ParsedLine, fingerprints
from capital.tests.banking.files import ARABIC_CSV, OFX_1, OFX_2


def csv_of(text, encoding="utf-8", **layout):
    return read_csv(text.encode(encoding), layout=CsvLayout(**layout), max_rows=1000)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1256", "utf-16"])
def test_an_arabic_csv_is_read_in_every_encoding(encoding):
    text = ARABIC_CSV.translate(str.maketrans("٠١٢٣٤٥٦٧٨٩٬٫", "0123456789,.")) if (
        encoding == "cp1256") else ARABIC_CSV  # fmt: skip
    read = csv_of(text, encoding)
    assert [(line.date.day, line.amount, line.reference) for line in read.lines] == [
        (8, D(800_000), ""), (13, D(-310_000), "553"), (29, D(-100_000), ""), (31, D(-4_000), ""),
    ]  # fmt: skip
    assert (read.opening_balance, read.closing_balance) == (D(0), D(386_000))
    assert (read.starts_on, read.ends_on) == (date(2026, 3, 8), date(2026, 3, 31))
    assert read.lines[1].description == "حوالة إلى مستودع الشام"


def test_a_signed_amount_and_english_names_are_read():
    read = csv_of('Date,Description,Amount\n2026-03-31,Fee,(1.50)\n2026-03-30,In,"2,000"\n')
    assert [line.amount for line in read.lines] == [D(2000), D("-1.50")]  # turned: oldest first
    assert read.closing_balance is None


def test_other_names_and_signs_are_as_the_layout_says():
    read = csv_of(
        "Tag,Was,Soll\n03/31/2026,Fee,1.50\n",
        columns={"date": "Tag", "amount": "Soll", "description": "Was"},
        date_order=DateOrder.MDY,
        debits_positive=True,
    )
    (line,) = read.lines
    assert (line.date, line.amount, line.description) == (date(2026, 3, 31), D("-1.50"), "Fee")


def test_every_faulty_row_is_named_with_its_column():
    with pytest.raises(StatementUnreadable) as refused:
        csv_of("Date,Amount\n2026-03-31,12\n2026-02-30,12\n2026-03-01,12abc3\n")
    assert [(problem.field, problem.code) for problem in refused.value.errors] == [
        ("rows.3.date", "invalid_cell"), ("rows.4.amount", "invalid_cell"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text", ["", "nothing here", "Date,Amount\n", "Date,Text\n2026-03-31,x\n", "\x00\x01"]
)
def test_what_is_no_statement_is_refused_with_a_remedy(text):
    with pytest.raises(StatementUnreadable) as refused:
        csv_of(text)
    assert str(refused.value.detail)


def test_a_file_of_too_many_lines_is_refused():
    with pytest.raises(StatementUnreadable):
        read_csv(b"Date,Amount\n" + b"2026-03-31,1\n" * 11, layout=CsvLayout(), max_rows=10)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1,234.50", "1234.50"), ("1.234,50", "1234.50"), ("1234,5", "1234.5"),
        ("1,234", "1234"), ("1,234,567", "1234567"), ("(500)", "-500"), ("500-", "-500"),
        ("-500", "-500"), ("500 DR", "-500"), ("500 CR", "500"), ("٥٠٠٫٢٥", "500.25"),
        ("SYP 12.5", "12.5"), ("١٬٢٣٤", "1234"), ("\u200f-7", "-7"), ("−7", "-7"),
        ("0.125", "0.125"), ("ل.س 500", "500"), ("(SYP 500)", "-500"),
    ],
)  # fmt: skip
def test_amounts_as_banks_write_them(text, amount):
    assert read_amount(text) == D(amount)


@pytest.mark.parametrize("text", ["", " ", "-", "SYP"])
def test_an_empty_amount_is_none(text):
    assert read_amount(text) is None


@given(st.text(max_size=20))
def test_an_amount_is_read_or_refused_never_anything_else(text):
    try:
        amount = read_amount(text)
    except ValueError:
        return
    assert amount is None or amount.is_finite()


@pytest.mark.parametrize(
    ("text", "order"),
    [("2026-03-04", "dmy"), ("04/03/2026", "dmy"), ("4.3.26", "dmy"), ("٠٤/٠٣/٢٠٢٦", "dmy"),
     ("20260304", "dmy"), ("03/04/2026", "mdy"), ("04-03-2026 13:05", "dmy")],
)  # fmt: skip
def test_days_as_banks_write_them(text, order):
    assert read_date(text, DateOrder(order)) == date(2026, 3, 4)


def test_ofx_1_is_read():
    content = OFX_1.encode()
    assert is_ofx(content)
    read = read_ofx(content, max_rows=100)
    assert [(line.date.day, line.amount, line.bank_id) for line in read.lines] == [
        (8, D(800_000), "A1"), (13, D(-310_000), "A2"),
    ]  # fmt: skip
    assert (read.lines[1].reference, read.lines[1].description) == ("553", "Sham warehouse INV 553")
    assert (read.opening_balance, read.closing_balance) == (D(0), D(490_000))
    assert (read.starts_on, read.ends_on) == (date(2026, 3, 1), date(2026, 3, 31))


def test_ofx_in_arabic_windows_keeps_its_letters():
    text = OFX_1.replace("CHARSET:1252", "CHARSET:1256").replace("Sham warehouse", "مستودع الشام")
    read = read_ofx(text.encode("cp1256"), max_rows=100)
    assert read.lines[1].description == "مستودع الشام INV 553"


@pytest.mark.parametrize("charset", ["1252", "NONE", "1256"])
def test_ofx_in_utf_8_keeps_its_letters_whatever_its_header_claims(charset):
    text = OFX_1.replace("CHARSET:1252", f"CHARSET:{charset}")
    read = read_ofx(text.replace("Sham warehouse", "مستودع الشام").encode(), max_rows=100)
    assert read.lines[1].description == "مستودع الشام INV 553"


def test_ofx_2_is_read():
    read = read_ofx(OFX_2.encode(), max_rows=100)
    assert [(line.amount, line.description) for line in read.lines] == [(D(-4000), "رسوم الحساب")]
    assert read.closing_balance is None


@pytest.mark.parametrize(
    "content",
    [
        OFX_1.replace("SYP", "USD"),
        OFX_1.replace("<TRNAMT>800000.00", "<TRNAMT>eight"),
        OFX_1.replace("<STMTTRN>", "<OTHER>"),
        OFX_1[: OFX_1.index("<OFX>")] + "<OFX></OFX>",
        OFX_2.replace("<OFX>", '<!DOCTYPE x [<!ENTITY a "b">]><OFX>'),
        OFX_2.replace("</OFX>", ""),
        OFX_2.replace('encoding="UTF-8"', 'encoding="bogus"'),
        OFX_2.replace("20260331</DTPOSTED>", "20269931</DTPOSTED>"),
    ],
)
def test_a_faulty_ofx_is_refused(content):
    with pytest.raises(StatementUnreadable):
        read_ofx(content.encode(), max_rows=100)


def test_control_characters_of_a_file_do_not_reach_the_database():
    read = read_ofx(OFX_1.replace("Sham", "Sh\x00\x07am").encode(), max_rows=100)
    assert read.lines[1].description == "Sham warehouse INV 553"


def test_ofx_of_too_many_lines_is_refused():
    with pytest.raises(StatementUnreadable):
        read_ofx(OFX_1.encode(), max_rows=1)


def test_equal_lines_of_a_day_are_told_apart_and_known_again():
    fee = ParsedLine(row=1, date=date(2026, 3, 31), amount=D("-5.0"), description="Fee")
    same = ParsedLine(row=2, date=date(2026, 3, 31), amount=D("-5.00"), description=" Fee ")
    first = fingerprints([fee, same])
    assert len(set(first)) == 2
    assert fingerprints([same, fee]) == first
    by_id = [ParsedLine(row=1, date=date(2026, 3, 1), amount=D(n), bank_id="X") for n in (1, 2)]
    assert len(set(fingerprints(by_id))) == 1
