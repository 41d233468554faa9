"""The photo reader's decisions, each without OCR: roles, plus signs, votes, prices, slopes."""

from decimal import Decimal
from typing import Any

import pytest

pytest.importorskip("cv2", reason="OpenCV is not installed")

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont

from ai_integration.reading.photo.digits import find_runs, put_back
from ai_integration.reading.photo.extract import Prices, far_off, row_prices
from ai_integration.reading.photo.grid import PrintLine
from ai_integration.reading.photo.image import flatten, text_height
from ai_integration.reading.photo.plus import (
    Part,
    PlusSign,
    is_plus,
    parts_beside,
    plus_signs,
    with_plus,
)
from ai_integration.reading.photo.readings import Reading
from ai_integration.reading.photo.roles import (
    Entry,
    Kind,
    Role,
    column_roles,
    header_role,
    split_tables,
    usual_ratio,
)
from ai_integration.reading.photo.straighten import fit_slope, skew_angle, upright_matrix
from ai_integration.reading.photo.tables import Row
from ai_integration.reading.photo.tesseract import Word
from ai_integration.reading.photo.tiers import Piece, join_pieces
from ai_integration.reading.photo.voting import elect, joined, mean_confidence

# --- column roles ------------------------------------------------------------------------------

ROWS = 8


def words(width: float = 200, count: int = ROWS) -> list[Entry]:
    return [Entry(50.0 * i, Kind.WORDS, width) for i in range(count)]


def numbers(*values: int) -> list[Entry]:
    return [Entry(50.0 * i, Kind.NUMBER, 40, Decimal(v)) for i, v in enumerate(values)]


def deals(count: int = 4) -> list[Entry]:
    return [Entry(100.0 * i, Kind.DEAL, 60) for i in range(count)]


LIST = numbers(104, 135, 1250, 99, 688, 450, 72, 2100)
PUBLIC = numbers(125, 170, 1500, 120, 760, 540, 90, 2520)


def test_the_dearer_price_column_is_the_public_one_whichever_side_it_stands_on():
    assert column_roles({0: PUBLIC, 1: LIST, 2: deals(), 3: words()}) == {
        0: Role.PUBLIC_PRICE,
        1: Role.LIST_PRICE,
        2: Role.DEAL,
        3: Role.NAME,
    }
    assert column_roles({0: words(), 1: deals(), 2: LIST, 3: PUBLIC}) == {
        0: Role.NAME,
        1: Role.DEAL,
        2: Role.LIST_PRICE,
        3: Role.PUBLIC_PRICE,
    }


def test_one_misread_pair_does_not_turn_the_price_columns_round():
    public = numbers(125, 17, 1500, 120, 760, 540, 90, 2520)
    roles = column_roles({0: LIST, 1: public, 2: words()})
    assert roles[0] is Role.LIST_PRICE
    assert roles[1] is Role.PUBLIC_PRICE


def test_a_single_price_column_is_the_list_price():
    assert column_roles({0: LIST, 1: words()}) == {0: Role.LIST_PRICE, 1: Role.NAME}


def test_a_column_that_counts_up_is_no_price():
    serial = numbers(1, 2, 3, 4, 5, 6, 7, 8)
    roles = column_roles({0: LIST, 1: deals(), 2: words(), 3: serial})
    assert roles[3] is Role.SERIAL
    assert roles[0] is Role.LIST_PRICE


def test_notes_in_words_are_deals_beside_the_wider_names():
    notes = words(width=80, count=3)
    roles = column_roles({0: LIST, 1: notes, 2: words(width=220)})
    assert roles[1] is Role.DEAL
    assert roles[2] is Role.NAME


def test_a_column_of_percentages_is_the_discount():
    percents = [Entry(50.0 * i, Kind.PERCENT, 40) for i in range(ROWS)]
    assert column_roles({0: percents, 1: LIST, 2: words()})[0] is Role.DISCOUNT


def test_headings_outweigh_the_vote():
    mixed_up = {
        0: [Entry(-50, Kind.WORDS, 80, header=Role.LIST_PRICE), *PUBLIC],
        1: [Entry(-50, Kind.WORDS, 80, header=Role.PUBLIC_PRICE), *LIST],
        2: [Entry(-50, Kind.WORDS, 80, header=Role.NAME), *words()],
    }
    roles = column_roles(mixed_up)
    assert roles[0] is Role.LIST_PRICE
    assert roles[1] is Role.PUBLIC_PRICE


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("سعر العموم", Role.PUBLIC_PRICE),
        ("صيدلي", Role.LIST_PRICE),
        ("صيد لي", Role.LIST_PRICE),
        ("البونص", Role.DEAL),
        ("العرض", Role.DEAL),
        ("اسم المادة", Role.NAME),
        ("Public price", Role.PUBLIC_PRICE),
        ("سيتامول 500", None),
        ("", None),
    ],
)
def test_headings_are_known_by_their_words(text, role):
    assert header_role(text) is role


def test_two_and_three_tables_side_by_side_are_parted_evenly():
    one = [PUBLIC, LIST, deals(), words()]
    assert split_tables(one) == [[0, 1, 2, 3]]
    assert split_tables(one * 2) == [[0, 1, 2, 3], [4, 5, 6, 7]]
    assert split_tables(one * 3) == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]]


def test_tables_of_different_width_are_parted_at_their_names():
    assert split_tables([PUBLIC, LIST, deals(), words(), LIST, deals(), words()]) == [
        [0, 1, 2, 3],
        [4, 5, 6],
    ]
    assert split_tables([words(), deals(), LIST, PUBLIC, words(), deals(), LIST]) == [
        [0, 1, 2, 3],
        [4, 5, 6],
    ]


def test_a_page_without_names_has_no_tables():
    assert split_tables([LIST, PUBLIC]) == []


# --- plus signs --------------------------------------------------------------------------------


def drawn(text: str, size: int = 40) -> np.ndarray:
    font = ImageFont.load_default(size)
    picture = Image.new("L", (30 * len(text) + 20, 60), 255)
    ImageDraw.Draw(picture).text((10, 5), text, 0, font)
    ink = np.asarray(picture) < 128
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def test_a_plus_is_told_from_every_digit_by_its_shape():
    height = drawn("0").shape[0]
    assert is_plus(drawn("+"), height)
    assert [digit for digit in "0123456789" if is_plus(drawn(digit), height)] == []


@pytest.mark.parametrize(
    ("text", "places"), [("1+5", [1]), ("145", []), ("10+25", [2]), ("3+20", [1])]
)
def test_plus_signs_are_found_at_their_place(text, places):
    ink = drawn(text)
    marks, signs = plus_signs(ink, (0, 0, ink.shape[1], ink.shape[0]))
    assert marks == len(text)
    assert [sign.place for sign in signs] == places


@pytest.mark.parametrize(
    ("reading", "marks", "places", "expected"),
    [
        ("1+5", 3, [1], ("1+5", True)),
        ("145", 3, [1], ("1+5", True)),  # the plus was read as a 4
        ("15", 3, [1], ("1+5", True)),  # the plus was dropped
        ("1025", 5, [2], ("10+25", True)),
        ("145", 3, [], ("145", True)),  # no plus printed: it is a number
        ("1+45", 3, [1], ("1+45", False)),  # one sign too many: not for us to choose
        ("1+5", 3, [], ("1+5", False)),  # a plus that is not there
        ("14.5", 3, [1], ("14.5", False)),
    ],
)
def test_a_reading_is_made_to_agree_with_the_shapes_or_called_unsure(
    reading, marks, places, expected
):
    assert with_plus(reading, marks, places) == expected


@given(st.from_regex(r"\A[0-9]{1,3}\+[0-9]{1,3}\Z"))
def test_a_right_reading_stays_as_it_is(reading):
    assert with_plus(reading, len(reading), [reading.index("+")]) == (reading, True)


def test_the_stretches_beside_plus_signs_count_their_marks():
    assert parts_beside([PlusSign(2, 40, 60)], 100, 5) == [Part(0, 40, 2), Part(60, 100, 2)]


# --- digits among words ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "number", "expected"),
    [
        ("0حبة", "1200", "1200حبة"),
        ("0 حبة", "100", "100 حبة"),
        ("1200حبة", "1200", "1200حبة"),
        ("كريم 25مل", "254", "كريم 254مل"),
        ("حبة", "1200", "حبة"),  # nothing of it was read: no place to put it
        ("0 و 0", "100", "0 و 0"),  # two places: not for us to choose
        ("7 حبة", "1200", "7 حبة"),
    ],
)
def test_swallowed_digits_are_put_back_only_where_their_place_is_clear(text, number, expected):
    assert put_back(text, number) == expected


def test_runs_of_digits_are_found_between_words():
    ink = drawn("1200")
    height, width = ink.shape
    line = np.zeros((height, width + 160), bool)
    line[:, 80 : 80 + width] = ink
    line[height // 2 :, 0:60] = True  # a broad low block: no digit
    runs = find_runs(line, height)
    assert [run.marks for run in runs] == [4]
    assert abs(runs[0].x0 - 80) <= 1


def test_pieces_of_a_deal_are_joined_from_right_to_left_with_its_spaces():
    pieces = [
        Piece(0, 90, "10+100", 0.9),
        Piece(100, 130, "او", 0.8),
        Piece(132, 190, "4+50", 0.95),
        Piece(200, 230, "او", 0.7),
        Piece(232, 290, "1+25", 0.9),
    ]
    assert join_pieces(pieces) == ("1+25او 4+50او 10+100", 0.7)


def test_a_deal_with_an_unreadable_piece_is_left_to_the_whole_reading():
    pieces = [Piece(0, 90, "1+5", 0.9), Piece(100, 130, "", 0.0)]
    assert join_pieces(pieces) == ("", 0.0)
    assert join_pieces([Piece(0, 90, "1+5", 0.9)]) == ("", 0.0)


# --- votes -------------------------------------------------------------------------------------


def said(text: str, confidence: float) -> list[Word]:
    return [Word(word, confidence, (0, 0, 1, 1)) for word in text.split()]


def test_the_majority_wins_word_by_word():
    elected = elect([said("كالدي فيت", 0.9), said("كالدى فيت", 0.9), said("كالدي فيث", 0.5), []])
    assert joined(elected) == "كالدي فيت"


def test_disagreement_lowers_the_confidence():
    agreed = elect([said("450", 0.9)] * 3)
    split = elect([said("450", 0.9), said("450", 0.9), said("460", 0.6)])
    assert mean_confidence(agreed) == pytest.approx(0.9)
    assert mean_confidence(split) < mean_confidence(agreed)


def test_nothing_read_is_nothing_elected():
    assert elect([[], []]) == []
    assert mean_confidence([]) == 0.0


def test_direction_marks_do_not_part_equal_readings():
    elected = elect([said("\u200eحب", 0.8), said("حب\u200f", 0.8)])
    assert joined(elected) == "حب"
    assert mean_confidence(elected) == pytest.approx(0.8)


# --- prices ------------------------------------------------------------------------------------


def reading(text: str, confidence: float = 0.95, **line: Any) -> Reading:
    place = PrintLine(0, (0, 0), (0, 50), (0, 10, 40, 40), **line)
    return Reading(place, text, confidence, text.replace(",", "").replace(".", "").isdecimal())


def priced(list_cell: Reading | None, public_cell: Reading | None = None) -> Prices:
    row = Row(25, (0, 50))
    if list_cell is not None:
        row.cells[Role.LIST_PRICE] = [list_cell]
    if public_cell is not None:
        row.cells[Role.PUBLIC_PRICE] = [public_cell]
    return row_prices(row)


def test_clear_prices_are_taken_without_flags():
    assert priced(reading("188,000"), reading("200,000")) == Prices(
        Decimal(188000), Decimal(200000), ()
    )


def test_a_missing_public_price_is_no_fault():
    assert priced(reading("450")) == Prices(Decimal(450), None, ())


def test_no_price_at_all_is_flagged():
    assert priced(None).flags == ("no_price",)


@pytest.mark.parametrize(
    "cell", [reading("حل", 0.9), reading("450", 0.4), reading("", 0.0), reading("1.2.3", 0.9)]
)
def test_an_unreadable_price_is_none_and_flagged(cell):
    assert priced(cell) == Prices(None, None, ("price_unreadable",))


def test_a_price_touched_by_a_pen_or_the_photos_edge_must_be_read_very_clearly():
    assert priced(reading("450", 0.8, penned=0.1)).list_price is None
    assert priced(reading("450", 0.8, cut=True)).list_price is None
    assert priced(reading("450", 0.95, penned=0.1)).list_price == Decimal(450)
    assert priced(reading("450", 0.8)).list_price == Decimal(450)


def test_a_public_price_below_the_list_price_is_flagged_and_kept_if_both_are_clear():
    assert priced(reading("585"), reading("350")) == Prices(
        Decimal(585), Decimal(350), ("check_price",)
    )


def test_of_two_contradicting_prices_the_unclear_one_is_dropped():
    assert priced(reading("585"), reading("350", 0.7)) == Prices(
        Decimal(585), None, ("check_price", "price_unreadable")
    )
    assert priced(reading("585", 0.7), reading("350")) == Prices(
        None, Decimal(350), ("check_price", "price_unreadable")
    )


def test_three_places_after_a_point_are_flagged_as_they_may_be_thousands():
    assert priced(reading("188.000")).flags == ("check_price",)


def test_a_price_far_from_the_tables_usual_margin_is_flagged():
    usual = usual_ratio([(Decimal(100), Decimal(120))] * 6)
    assert far_off(Prices(Decimal(100), Decimal(121), ()), usual).flags == ()
    assert far_off(Prices(Decimal(100), Decimal(210), ()), usual).flags == ("check_price",)
    assert far_off(Prices(Decimal(100), None, ()), usual).flags == ()


def test_few_rows_have_no_usual_margin():
    assert usual_ratio([(Decimal(100), Decimal(120))] * 4) is None


# --- straightening -----------------------------------------------------------------------------


def ruled(width: int = 900, height: int = 700) -> np.ndarray:
    ink = np.zeros((height, width), bool)
    for y in range(60, height - 40, 50):
        ink[y : y + 4, 60 : width - 60] = True
    for x in range(60, width - 40, 130):
        ink[60 : height - 60, x : x + 4] = True
    return ink


@pytest.mark.parametrize("degrees", [-3.0, -0.5, 0.0, 1.3, 4.0])
def test_the_skew_of_a_turned_page_is_found(degrees):
    page = Image.fromarray(np.where(ruled(), 0, 255).astype(np.uint8))
    turned = np.asarray(page.rotate(degrees, Image.Resampling.BICUBIC, fillcolor=255)) < 128
    assert skew_angle(turned) == pytest.approx(degrees, abs=0.1)


def test_an_upright_page_is_left_alone():
    assert np.allclose(upright_matrix(ruled(), 18), np.eye(3))


def test_a_slope_that_changes_across_the_page_is_found_despite_outliers():
    places = np.linspace(-0.5, 0.5, 20)
    slopes = 0.01 + 0.04 * places
    slopes[[3, 15]] = (0.08, -0.07)
    fitted = fit_slope(places, slopes, np.ones(20))
    assert fitted.middle == pytest.approx(0.01, abs=1e-6)
    assert fitted.change == pytest.approx(0.04, abs=1e-6)


def test_rules_close_together_tell_no_change_of_slope():
    fitted = fit_slope(np.linspace(0.1, 0.2, 8), np.full(8, 0.02), np.ones(8))
    assert fitted.middle == pytest.approx(0.02)
    assert fitted.change == 0.0


# --- evening out -------------------------------------------------------------------------------


def test_light_print_on_a_dark_fill_becomes_dark_print_on_white():
    grey = np.full((300, 600), 250, np.uint8)
    grey[100:160, 50:550] = 40
    grey[120:140, 200:206] = 250
    even = flatten(grey, 20)
    assert even[122:138, 202:204].max() < 60
    assert even[105:115, 60:540].min() > 200


def test_the_height_of_print_is_the_height_of_its_commonest_marks():
    ink = np.zeros((400, 600), bool)
    for row in range(5):
        for column in range(12):
            top, left = 40 + row * 60, 30 + column * 40
            ink[top : top + 24, left : left + 14] = True
    assert text_height(ink) == pytest.approx(24, abs=1)
    assert text_height(np.zeros((100, 100), bool)) is None
