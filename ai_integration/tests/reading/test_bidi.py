import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_integration.reading.pdf.bidi import logical_text, reads_right_to_left
from scripts.sample_offer.shaping import drawn_left_to_right

ALEF_TO_YEH = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"
words = st.text(st.sampled_from(ALEF_TO_YEH), min_size=1, max_size=8)
numbers = st.from_regex(r"[1-9][0-9]{0,3}([+.,/][1-9][0-9]{0,2})?", fullmatch=True)
latin = st.sampled_from(["D", "HSN", "Ca", "Plus", "AQ"])


@given(st.lists(words | numbers | latin, min_size=1, max_size=8), words)
def test_what_was_drawn_is_read_back(parts, last):
    """Latin words are parted by Arabic ones: two in a row would be one left-to-right run."""
    text = " ".join(f"{part} {last}" for part in parts)
    drawn = [glyph for glyph in drawn_left_to_right(text)]
    assert logical_text(_as_letters(drawn), right_to_left=True) == text


def _as_letters(glyphs):
    import unicodedata

    return [unicodedata.normalize("NFKC", glyph) for glyph in glyphs]


@given(st.text(st.characters(categories=("L", "N", "P", "Zs")), max_size=40), st.booleans())
def test_no_character_is_lost_or_made_up(text, right_to_left):
    read = logical_text(list(text), right_to_left=right_to_left)
    mirrored = str.maketrans("()[]{}<>«»", "(([[{{<<««")
    assert sorted("".join(read.split()).translate(mirrored)) == sorted(
        "".join(text.split()).translate(mirrored)
    )


@pytest.mark.parametrize(
    ("drawn", "read"),
    [
        (["ة", "ب", "ح", " ", "3", "0"], "30 حبة"),
        (["1", "0", "+", "2", "5", " ", "و", "ا", " ", "1", "+", "5"], "1+5 او 10+25"),
        (["ير", "ك", " ", "ن", "و", "م", "يا"], "يامون كير"),
        (["2", "%", " ", "م", "ي", "ر", "ك"], "كريم 2%"),
        (["%", "2", " ", "م", "ي", "ر", "ك"], "كريم 2%"),
        (["ف", " ", "D", "+", "C", "a"], "D+Ca ف"),
        (["3", "*", "2", " ", "ب"], "ب 2*3"),
        (["(", "ة", "ب", "ح", ")"], "(حبة)"),
        ([")", "ة", "ب", "ح", "("], "(حبة)"),
        (["I", "U", " ", "1", "0", "0", "0", " ", "د"], "د 1000 IU"),
        (["P", "a", "n", "a", "d", "o", "l", " ", "5"], "Panadol 5"),
    ],
)
def test_clusters_are_put_in_reading_order(drawn, read):
    assert logical_text(drawn, right_to_left=True) == read


def test_an_arabic_word_inside_an_english_line_is_turned_alone():
    drawn = ["V", "i", "t", "a", " ", "ر", "ا", "و", "ف", " ", "2", "0"]
    assert logical_text(drawn, right_to_left=False) == "Vita فوار 20"


def test_direction_is_what_most_letters_have():
    assert reads_right_to_left("كريم D")
    assert not reads_right_to_left("Cream ك")
    assert not reads_right_to_left("123")
