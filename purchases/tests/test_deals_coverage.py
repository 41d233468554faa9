"""Nothing printed in a bonus cell is dropped: every word and number is typed, kept or flagged."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.tests.real_files import rows_of
from core.text import fold, to_ascii_digits
from purchases.deals import DealKind, ParsedDeal, parse_deal, render, resolve_deal
from purchases.deals.words import (
    CONNECTORS,
    DISCOUNT,
    EVERY,
    EXCEPTION,
    FREE,
    REGISTER,
    SILENT,
    SPECIAL_KINDS,
    mixing_words,
)

# Every example of the bonus grammar as warehouses print it, by kind.
EXAMPLES = {
    DealKind.SINGLE: ["1+5", "2+10", "5+12", "13+10", "17+10", "1+1", "دفتر 1+5", "بونص 1+10"],
    DealKind.TIERS: [
        "1+5 او 3+10 او 10+25 او 25+50",
        "3+10او 12+25",
        "1+5 (و) 3+10",
        "1+5 استثناء 12+20",
        "1+5 او 3+10 استثناء 12+20",
        "10+50 او 30+120 يمكن تشكيل العيارات",
        "1+10 او 1+5 كدمات 15غ",
    ],
    DealKind.SPECIAL: ["عرض خاص 5+10", "عرض مؤقت 4+10 او 10+15", "حصرا 45+50"],
    DealKind.EXCEPTION: ["استثناء 12+20"],
    DealKind.OTHER_PRODUCT: ["3+10 مجانا نيو نبروجيت"],
    DealKind.EVERY: ["كل 1/2 موسينيست شراب 250", "كل 20/10 موسينيست شراب 250"],
    DealKind.DISCOUNT: ["24%", "خصم 24%"],
    DealKind.NOTE: ["سعر الظرف", "100حبة"],
    DealKind.NONE: ["", ".", "دفتر"],
    DealKind.NOT_UNDERSTOOD: ["145+", "1+5+3", "1 + او"],
}
CELLS = [(kind, cell) for kind, cells in EXAMPLES.items() for cell in cells]

# How days, least quantities and joined discounts are introduced.
_OF_DAYS = frozenset(
    [
        "من",
        "حتي",
        "لغايه",
        "الي",
        "غايه",
        "ساري",
        "صالح",
        "ابتدا",
        "اعتبارا",
        "في",
        "يوم",
        "تاريخ",
        "until",
        "from",
    ]
)
_OF_LEAST = frozenset(["اقل", "كميه", "طلبيه", "طلب", "عدد", "الحد", "الادني"])
_JOINTS = frozenset(["مع", "زايد", "بالاضافه", "الي"])


def lost(cell: str) -> set[str]:
    """Words and numbers of the cell that its reading has neither typed nor kept nor flagged."""
    parsed = parse_deal(cell)
    if parsed.kind is DealKind.NOT_UNDERSTOOD:
        return set() if parsed.raw == cell else pieces(cell)
    return pieces(cell) - numbers_typed(parsed) - words_typed(parsed, cell) - SILENT - CONNECTORS


def pieces(text: str) -> set[str]:
    return set(re.findall(r"[^\W\d_]+|\d+", fold(to_ascii_digits(text))))


def numbers_typed(parsed: ParsedDeal) -> set[str]:
    found = {str(number) for pair in parsed.pairs() for number in (pair.first, pair.second)}
    found |= {str(n) for gift in parsed.every for n in (gift.pair.first, gift.pair.second)}
    found |= pieces(str(parsed.discount_percent or "")) | pieces(str(parsed.least_packs or ""))
    for window in windows_of(parsed):
        for day in (window.since, window.until):
            found |= pieces(str(day or ""))
    return found


def words_typed(parsed: ParsedDeal, cell: str) -> set[str]:
    said = [
        (parsed.register_required, REGISTER),
        (parsed.exceptions, EXCEPTION),
        (parsed.specials, SPECIAL_KINDS),
        (parsed.every, EVERY),
        (parsed.other_products or parsed.every, FREE),
        (parsed.discount_percent is not None, DISCOUNT | _JOINTS),
        (parsed.mixable, mixing_words(pieces(cell))),
        (windows_of(parsed), _OF_DAYS),
        (parsed.least_packs, _OF_LEAST),
    ]
    kept = pieces(parsed.note)
    for gift in (*parsed.other_products, *parsed.every):
        kept |= pieces(gift.product)
    return kept.union(*(words for holds, words in said if holds))


def windows_of(parsed: ParsedDeal):
    found = [parsed.window, *(special.window for special in parsed.specials)]
    return [window for window in found if window is not None]


@pytest.mark.parametrize(("kind", "cell"), CELLS)
def test_every_example_of_the_grammar_is_typed_with_all_it_says(kind, cell):
    assert parse_deal(cell).kind is kind
    assert lost(cell) == set()


@pytest.mark.parametrize("direction", ["free_first", "bought_first"])
@pytest.mark.parametrize(("kind", "cell"), CELLS)
def test_every_example_printed_again_is_read_as_the_same_deal(kind, cell, direction):
    deal = resolve_deal(parse_deal(cell), direction)
    again = resolve_deal(parse_deal(render(deal, direction)), direction)
    for part in (
        "kind", "tiers", "exceptions", "specials", "other_products", "every", "mixable",
        "register_required", "discount_percent", "discount_instead", "window", "least_packs",
        "note",
    ):  # fmt: skip
        assert getattr(again, part) == getattr(deal, part), part


@given(
    st.lists(
        st.sampled_from(
            [*(cell for _kind, cell in CELLS), "او", "و", "حتى 15/3", "اقل كمية 10", "سيروب", "/"]
        ),
        min_size=1,
        max_size=3,
    ).map(" ".join)
)
def test_examples_side_by_side_lose_nothing_either(cell):
    assert lost(cell) == set()


@pytest.mark.real_data
@pytest.mark.parametrize(
    "name", ["offers/mz_truth_p1_2_20.csv", "offers/photo_truth_right_table.csv"]
)
def test_no_word_of_a_real_bonus_cell_is_lost(name):
    cells = {row["bonus"] for row in rows_of(name)}
    assert len(cells) > 5
    assert {cell: lost(cell) for cell in cells if lost(cell)} == {}
