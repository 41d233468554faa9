from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from inventory.gs1 import (
    Gs1Unreadable,
    check_digit_fits,
    check_digit_of,
    gs1_date,
    gs1_read,
    looks_like_gs1,
    written,
)

TODAY = date(2026, 11, 26)
GTIN = "09501101530003"  # the sample item of GS1's own documents
GS = "\x1d"


def read(text, today=TODAY):
    (reading,) = gs1_read(text, today=today)
    return reading


def said(reading):
    return (reading.gtin, reading.expiry_date, reading.batch, reading.serial)


FULL = (GTIN, date(2028, 1, 31), "AB-123", "12345678")


@pytest.mark.parametrize(
    "text",
    [
        f"]d201{GTIN}1728013110AB-123{GS}2112345678",  # DataMatrix, as the symbology names itself
        f"]C101{GTIN}1728013110AB-123{GS}2112345678",  # GS1-128
        f"]e001{GTIN}1728013110AB-123{GS}2112345678",  # DataBar
        f"]Q301{GTIN}1728013110AB-123{GS}2112345678",  # QR
        f"{GS}01{GTIN}1728013110AB-123{GS}2112345678",  # leading FNC1 sent as 0x1D
        f"01{GTIN}1728013110AB-123{GS}2112345678",  # leading FNC1 not sent
        f"01{GTIN}17280131{GS}10AB-123{GS}2112345678{GS}",  # separators where none are needed
        f"01{GTIN}2112345678{GS}1728013110AB-123",  # another order
        f"01{GTIN}1728013110AB-123{{GS}}2112345678",  # what keyboard wedges type
        f"01{GTIN}1728013110AB-123<GS>2112345678",
        f"01{GTIN}1728013110AB-123^]2112345678",
        f"01{GTIN}1728013110AB-123\\x1d2112345678",
        f"]d201{GTIN}1728013110AB-123<FNC1>2112345678\r\n",
        f"(01){GTIN}(17)280131(10)AB-123(21)12345678",  # as printed for people
        f"(01) {GTIN} (17) 280131 (10) AB-123 (21) 12345678",
        f"(01){GTIN}(17)280100(10)AB-123(21)12345678",  # day 00: the last of the month
        f"]d201{GTIN}1728010010AB-123{GS}2112345678",
    ],
)
def test_pack_is_read_however_its_code_is_sent(text):
    assert looks_like_gs1(text)
    assert said(read(text)) == FULL


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # GS1 General Specifications, figures on healthcare and variable measure items.
        ("(01)09521234543213(17)120508(10)ABCD1234",
         ("09521234543213", date(2012, 5, 8), "ABCD1234", "")),
        ("0109521234543213171205081010ABCD\x1d2110",
         ("09521234543213", date(2012, 5, 8), "10ABCD", "10")),
        ("]C1019501101530003317280200", None),
        ("]d20109501101020917171905071040MG12", ("09501101020917", date(2019, 5, 7), "40MG12", "")),
        ("(01)09501101530003(7003)2802291330", ("09501101530003", date(2028, 2, 29), "", "")),
        ("(02)09501101530003(37)24(17)280229", ("09501101530003", date(2028, 2, 29), "", "")),
        # A French box carries its national number; a German one its PZN.
        ("]d201095011015300031728022910L1\x1d7123400936281234",
         ("09501101530003", date(2028, 2, 29), "L1", "")),
    ],
)  # fmt: skip
def test_published_style_vectors(text, expected):
    if expected is None:
        with pytest.raises(Gs1Unreadable):
            read(text)
    else:
        assert said(read(text)) == expected


def test_counts_production_dates_and_other_identifiers_do_not_disturb():
    reading = read(f"]d201{GTIN}112611013103001750{'3712'}")
    assert (reading.production_date, reading.count) == (date(2026, 11, 1), 12)
    assert dict(reading.elements)["3103"] == "001750"
    reading = read(f"]C100{'0' * 17}0{'240'}REF-9{GS}3012")
    assert (reading.count, dict(reading.elements)["240"]) == (12, "REF-9")


@pytest.mark.parametrize(
    ("text", "code", "at"),
    [
        (f"]d201{GTIN[:-1]}4", "wrong_check_digit", "01"),
        (f"]d201{GTIN[:-2]}", "too_short", "01"),
        (f"(01){GTIN}(17)281301", "wrong_date", "281301"),
        (f"(01){GTIN}(17)280230", "wrong_date", "280230"),
        (f"(01){GTIN}(17)2802AA", "wrong_content", "17"),
        (f"(01){GTIN}(10){'A' * 21}", "wrong_content", "10"),
        (f"]d201{GTIN}10{'A' * 21}", "wrong_content", "10"),
        (f"(01){GTIN}(10)أ", "wrong_content", "10"),
        (f"(01){GTIN}(10)", "too_short", "10"),
        ("(89)12", "unknown_identifier", "89"),
        (f"]d201{GTIN}8912", "unknown_identifier", "8912"),
        (f"(01){GTIN}(10)A(10)B", "named_twice", "10"),
        ("]d2", "not_gs1", "]d2"),
    ],
)
def test_code_that_breaks_the_rules_is_refused_with_the_reason(text, code, at):
    with pytest.raises(Gs1Unreadable) as refusal:
        gs1_read(text, today=TODAY)
    assert (refusal.value.code, refusal.value.at) == (code, at)


@pytest.mark.parametrize(
    ("digits", "today", "expected"),
    [
        ("491231", date(2000, 1, 1), date(2049, 12, 31)),
        ("501231", date(2000, 1, 1), date(2050, 12, 31)),
        ("511231", date(2000, 1, 1), date(1951, 12, 31)),
        ("991231", date(2026, 1, 1), date(1999, 12, 31)),
        ("761231", date(2026, 1, 1), date(2076, 12, 31)),
        ("771231", date(2026, 1, 1), date(1977, 12, 31)),
        ("000101", date(2099, 1, 1), date(2100, 1, 1)),
        ("490101", date(2099, 1, 1), date(2149, 1, 1)),
        ("500101", date(2099, 1, 1), date(2050, 1, 1)),
        ("280200", date(2026, 1, 1), date(2028, 2, 29)),
        ("270200", date(2026, 1, 1), date(2027, 2, 28)),
        ("000200", date(2026, 1, 1), date(2000, 2, 29)),
    ],
)
def test_dates_get_their_century_and_their_last_day(digits, today, expected):
    assert gs1_date(digits, today=today) == expected


@pytest.mark.parametrize(
    ("digits", "fits"),
    [
        ("4006381333931", True),
        ("4006381333932", False),
        ("96385074", True),
        ("036000291452", True),
        ("10614141000415", True),
        ("106141412345678908", True),
        ("106141412345678909", False),
    ],
)
def test_check_digits(digits, fits):
    assert check_digit_fits(digits) is fits
    assert (check_digit_of(digits[:-1]) == digits[-1]) is fits


@pytest.mark.parametrize(
    "text", ["4006381333931", "PARA500", "", "12345", "0109", "]E04006381333931"]
)
def test_plain_codes_are_no_element_strings(text):
    assert not looks_like_gs1(text)


def test_swallowed_separator_that_can_only_be_in_one_place_is_found():
    serial = "X" * 18
    reading = read(f"01{GTIN}21{serial}1728013110AB-9")
    assert said(reading) == (GTIN, date(2028, 1, 31), "AB-9", serial)


def test_text_with_several_readings_gives_them_all_the_standard_one_first():
    readings = gs1_read(f"01{GTIN}1728013110ABC2199", today=TODAY)
    assert [(each.batch, each.serial) for each in readings] == [("ABC2199", ""), ("ABC", "99")]
    assert {each.gtin for each in readings} == {GTIN}


def test_sender_that_keeps_separators_is_believed():
    reading = read(f"]d201{GTIN}1728013110ABC2199")
    assert (reading.batch, reading.serial) == ("ABC2199", "")


CONTENT = st.text(
    st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-./_%&+"),
    min_size=1,
    max_size=20,
)
GTINS = st.integers(0, 10**13 - 1).map(lambda n: f"{n:013}").map(lambda n: n + check_digit_of(n))
DATES = st.dates(date(2020, 1, 1), date(2070, 12, 31)).map(lambda day: f"{day:%y%m%d}")
ELEMENTS = st.permutations(["01", "10", "11", "17", "21", "30"]).flatmap(
    lambda codes: st.tuples(
        *[
            st.tuples(
                st.just(code),
                {
                    "01": GTINS, "10": CONTENT, "11": DATES, "17": DATES, "21": CONTENT,
                    "30": st.integers(1, 10**8 - 1).map(str),
                }[code],
            )
            for code in codes
        ]
    )
)  # fmt: skip


@given(ELEMENTS, st.sampled_from(["]d2", "]C1", "]e0", GS]))
def test_what_is_written_by_the_standard_is_read_again(elements, start):
    reading = read(start + written(elements))
    assert reading.elements == elements


@given(ELEMENTS)
def test_without_separators_the_truth_is_among_the_readings_or_refused(elements):
    text = written(elements, separator="")
    assume(len(text) < 80)
    try:
        readings = gs1_read(text, today=TODAY)
    except Gs1Unreadable:
        pytest.fail("the elements themselves are a reading")
    assert len(readings) == 20 or elements in [each.elements for each in readings]


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text):
    try:
        readings = gs1_read(text, today=TODAY)
    except Gs1Unreadable:
        return
    assert readings
    assert all(each.elements for each in readings)
