"""Spellings that mean the same must compare equal; digits must survive everything."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.text import canonical_units, fold, search_key, sums_in_order, to_ascii_digits, tokens

ARABIC = st.text(
    alphabet=st.one_of(
        st.characters(min_codepoint=0x0600, max_codepoint=0x06FF),
        st.characters(min_codepoint=0xFB50, max_codepoint=0xFEFF),
        st.sampled_from("0123456789 .,/+%-mgMGlLiuU"),
    )
)
ANY_TEXT = st.one_of(st.text(), ARABIC, st.text(alphabet=st.characters(categories=["Cs", "Cc"])))


def digits_of(text: str) -> list[int]:
    return [int(letter) for letter in text if letter.isdecimal()]


@given(ANY_TEXT)
@example("\ud800İẞﬃ½\u0345ﷺ")
@example("가각ΐ")
def test_folding_twice_changes_nothing_more(text):
    once = fold(text)
    assert fold(once) == once


@given(ANY_TEXT)
def test_folding_keeps_every_digit_in_order(text):
    assert digits_of(fold(text)) == digits_of(unicodedata.normalize("NFKC", text))


@given(ANY_TEXT)
def test_folded_text_has_no_marks_no_capitals_and_single_spaces(text):
    folded = fold(text)
    assert "  " not in folded
    assert folded == folded.strip()
    assert folded == folded.casefold()
    assert all(unicodedata.category(letter) not in {"Mn", "Me", "Cf", "Cs"} for letter in folded)


@given(ANY_TEXT)
def test_writing_ascii_digits_changes_only_digits_and_is_idempotent(text):
    written = to_ascii_digits(text)
    assert len(written) == len(text)
    assert to_ascii_digits(written) == written
    for before, after in zip(text, written, strict=True):
        if before.isdecimal():
            assert after in "0123456789"
            assert int(after) == int(before)
        else:
            assert after == before


@given(ANY_TEXT)
def test_search_key_is_idempotent_and_is_its_tokens(text):
    key = search_key(text)
    assert search_key(key) == key
    assert key.split() == tokens(text)


@given(ANY_TEXT)
def test_tokens_are_words_or_numbers_never_both(text):
    for token in tokens(text):
        is_number = token.replace(".", "", 1).isdigit()
        assert is_number or not any(letter.isdecimal() for letter in token)


@given(ANY_TEXT)
@example("5 م.غ/مل")
@example("1 g/ غ/g")
def test_canonical_units_is_idempotent(text):
    once = canonical_units(text)
    assert canonical_units(once) == once


@given(ANY_TEXT)
def test_canonical_units_keeps_every_digit_in_order(text):
    assert digits_of(canonical_units(text)) == digits_of(fold(text))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("أموكسيسيلين", "اموكسيسيلين"),
        ("إسبرين آسبرين ٱ", "اسبرين اسبرين ا"),
        ("مستشفى", "مستشفي"),
        ("كبسولة", "كبسوله"),
        ("مُضادّ", "مضاد"),
        ("كـــريـــم", "كريم"),
        ("لؤلؤ مئة ماء", "لولو ميه ما"),
        ("کلاریتین", "كلاريتين"),
        ("ﻻﺻﻖ ﺷﺮاب", "لاصق شراب"),
        ("PANADOL\u00a0 Extra", "panadol extra"),
        ("فيتامين\u200f د\u200e", "فيتامين د"),
        ("٣٫٥", "3.5"),
        ("۱۲٬۵۰۰", "12,500"),
        ("٥٠٪", "50%"),
        ("Écran", "ecran"),
    ],
)
def test_spellings_of_one_text_fold_to_the_same(one, other):
    assert fold(one) == fold(other) == other


def test_different_letters_stay_different():
    assert fold("زنك") != fold("زيك")
    assert fold("سيفيم") != fold("سيفين")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("بنادول 500مجم", ["بنادول", "500", "مجم"]),
        ("Panadol-EXTRA 24 TAB.", ["panadol", "extra", "24", "tab"]),
        ("سعر 188,000", ["سعر", "188000"]),
        ("1,250.50 و 7.5", ["1250.50", "و", "7.5"]),
        ("10/160/12.5", ["10", "160", "12.5"]),
        ("B12_D3", ["b", "12", "d", "3"]),
        ("3,10", ["3", "10"]),
        ("", []),
        ("…", []),
    ],
)
def test_text_splits_into_words_and_numbers(text, expected):
    assert tokens(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("500ملغ", "500 mg"),
        ("٥٠٠ م.غ", "500 mg"),
        ("500 م. غ حب", "500 mg حب"),
        ("500 مجم", "500 mg"),
        ("500MG", "500 mg"),
        ("5 MCG", "5 mcg"),
        ("5 ميكروجرام", "5 mcg"),
        ("5 µg", "5 mcg"),
        ("20غ", "20 g"),
        ("20 جم", "20 g"),
        ("20 غرام", "20 g"),
        ("20 جرام", "20 g"),
        ("1 gm", "1 g"),
        ("2 كجم", "2 kg"),
        ("120 مل", "120 ml"),
        ("120مللى", "120 ml"),
        ("120 ML", "120 ml"),
        ("5000 وحدة", "5000 iu"),
        ("5000 وحدة دولية", "5000 iu"),
        ("5000 و.د", "5000 iu"),
        ("5000 I.U", "5000 iu"),
        ("250مجم/5مل", "250 mg/5 ml"),
        ("250 مجم/مل", "250 mg/ml"),
    ],
)
def test_units_after_a_number_are_written_one_way(text, expected):
    assert canonical_units(text) == expected


@pytest.mark.parametrize(
    "text", ["مل", "جم غ", "5 غسول", "10 ملعقه", "50 ج", "10 م", "3 مجموعات", "2 global"]
)
def test_words_that_only_look_like_units_are_left_alone(text):
    assert canonical_units(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("10+50 او 30 + 120", "\u206610+50\u2069 او \u206630 + 120\u2069"),
        ("حتى 2026-11-26، 1,500.00", "حتى \u20662026-11-26\u2069، 1,500.00"),
        ("deal 1+10", "deal 1+10"),
        ("لا شيء", "لا شيء"),
    ],
)
def test_sums_are_shown_as_printed_among_arabic_words(text, shown):
    assert sums_in_order(text) == shown
