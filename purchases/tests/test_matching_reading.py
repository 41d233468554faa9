"""A product's name is taken apart the same way however it was written."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from purchases.matching.reading import read_name
from purchases.matching.spelling import likeness, skeleton, skeleton_neighbourhood

WRITTEN = st.one_of(
    st.text(max_size=80),
    st.text(alphabet="اقرصكبسولمجمغ 0123456789.,/%+*()سجق-", max_size=80),
)


@pytest.mark.parametrize(
    ("name", "part", "expected"),
    [
        ("ليفوفوكسات 500مجم5قرص", "doses", [500.0]),
        ("ليفوفوكسات 500مجم5قرص", "packs", {5.0}),
        ("ليفوفوكسات 500مجم5قرص", "words", ["ليفوفوكسات"]),
        ("بيوجليتا 15/500 مجم", "doses", [15.0, 500.0]),
        ("SAVIBLEED 500MG/5ML 5 AMP", "doses", [500.0]),
        ("SAVIBLEED 500MG/5ML 5 AMP", "sizes", set()),
        ("SAVIBLEED 500MG/5ML 5 AMP", "packs", {5.0}),
        ("برازون 2 غرام فيال", "doses", [2000.0]),
        ("نيوكلاف 642.9 مجم شراب", "doses", [642.0]),
        ("اوجمنتين 156,25 معلق", "loose", {156.0}),
        ("سيتاكودايين 12.5 مجم", "doses", [12.5]),
        ("كارفيد 145.5", "numbers", {145.0}),
        ("سيريتيد 250 مكجم", "doses", [0.25]),
        ("ديكسفيت 10.000 وحدة دولية 30 قرص", "doses", [10000.0]),
        ("بانتوميد 50 غ كريم", "sizes", {50000.0}),
        ("كريم 120 مل", "sizes", {120.0}),
        ("شامبو 1 لتر", "sizes", {1000.0}),
        ("مينوكسيدين 2 % محلول", "percents", {2.0}),
        ("مينوكسيدين %2 محلول", "forms", ["solution"]),
        ("دوليبران1000اقراص", "packs", set()),
        ("دوليبران1000اقراص", "loose", {1000.0}),
        ("بيوجليتا 3شريط", "strips", {3.0}),
        ("لوراز 20ق", "packs", {20.0}),
        ("لوراز ق", "forms", ["tablet"]),
        ("ميدريثالم قطره .5", "loose", {0.5}),
        ("اوزيمبك نص جم", "doses", [500.0]),
        ("اوزيمبك نصف مجم", "doses", [0.5]),
        ("سيفوتاكس4/1جم", "doses", [250.0]),
        ("CEFOTAX 1/4 GM VIAL", "doses", [250.0]),
        ("امارفان 4/1 مجم", "doses", [4.0, 1.0]),
        ("نصار كريم", "words", ["نصار"]),
        ("MYDRITHALM 0.5% EYE DROPS 20*0.4 ML", "strengths", {0.5}),
        ("فوراديل (كبسول) بخاخ", "forms", ["capsule", "spray"]),
        ("افازيرقطرة", "forms", ["drops"]),
        ("افازيرقطرة", "words", ["افازير"]),
        ("CEFTRIAXONE 1 GM I.V. VIAL", "words", ["ceftriaxone", "iv"]),
        ("ديكسا جيل", "glued", "ديكساجيل"),
        ("ارمالوك اقراص بديل فيمارا", "asides", ["فيمارا"]),
        ("اليكسولايت ( فراولة ) محلول", "asides", ["strawberry"]),
        ("تريتو هير شامبو", "words", ["تريتو", "hair"]),
        ("تريتو شامبو للشعر", "words", ["تريتو", "hair"]),
        ("سكين راما", "words", ["سكين", "راما"]),
        ("اوروفيكس غسول للفم", "forms", ["mouthwash"]),
        ("OROVEX MOUTH WASH", "forms", ["mouthwash"]),
        ("نيبولا شامبو ضد القشرة", "words", ["نيبولا", "dandruff"]),
    ],
)
def test_a_name_is_taken_apart(name, part, expected):
    assert getattr(read_name(name), part) == expected


@pytest.mark.parametrize(
    ("name", "price"),
    [
        ("بورجازون مرهم 35ج", 35.0),
        ("لوستى س 25.5 ج", 25.5),
        ("دوليبران س ج 48", 48.0),
        ("دوليبران سعرقديم 48", 48.0),
        ("ميبو س 145.5", 145.5),
        ("فورموهال سعر جديييد 151 جنيه احترس", 151.0),
        ("اميولانت ش س ق 30", 30.0),
    ],
)
def test_a_price_in_a_line_is_no_number_of_the_product(name, price):
    reading = read_name(name, is_line=True)
    assert reading.prices == {price}
    assert reading.numbers == set()
    assert len(reading.words) <= 2


def test_a_catalogue_name_holds_no_price():
    reading = read_name("فازلين 35 ج")
    assert reading.prices == set()
    assert reading.numbers == {35.0}


def test_stretched_letters_of_a_line_are_pulled_together():
    assert read_name("فووووونيسكا", is_line=True).words == ["فونيسكا"]


def test_remarks_of_the_writer_are_no_words_of_the_name():
    assert read_name("كارفيد اقراص/ جديد نواقص ##", is_line=True).words == ["كارفيد"]


def test_a_barcode_is_no_number_of_the_product():
    assert read_name("كارفيد 6223000123456").numbers == set()


@given(WRITTEN, st.booleans())
def test_any_text_is_read_and_its_numbers_are_finite(text, is_line):
    reading = read_name(text, is_line=is_line)
    assert len(reading.words) == len(reading.spelled)
    found = [*reading.numbers, *reading.doses, *reading.sizes, *reading.prices, *reading.packs]
    assert all(math.isfinite(number) and number >= 0 for number in found)
    assert reading.loose <= reading.numbers
    assert reading.packs <= reading.numbers


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("باراسيتامول", "paracetamol"),
        ("اكسفورج", "exforge"),
        ("سيتال", "cetal"),
        ("اتوموكس", "اتومكس"),
        ("ديورازاك", "durazac"),
        ("ويلمان", "wellman"),
        ("شامبو", "shampoo"),
        ("فونسيكا", "vonseca"),
    ],
)
def test_transliterations_of_a_word_sound_the_same(one, other):
    assert skeleton(one) == skeleton(other)
    assert likeness(one, other) > 0.75


def test_different_words_are_less_alike_than_spellings_of_one():
    assert likeness("ساكروفير", "سكرفير") > likeness("ساكروفير", "سيلدين") + 0.3
    assert likeness("plus", "بلاس") > likeness("bubbles", "بلاس")


def test_neighbouring_skeletons_share_a_member():
    drop, swap, change = "DRSBDL", "DRSDBL", "DRSBKL"
    for other in ("DRSBD", swap, change):
        assert set(skeleton_neighbourhood(drop)) & set(skeleton_neighbourhood(other))
    assert set(skeleton_neighbourhood(drop)).isdisjoint(skeleton_neighbourhood("KTFMNX"))


@given(st.text(max_size=20), st.text(max_size=20))
def test_likeness_is_symmetric_and_between_nothing_and_the_same(one, other):
    alike = likeness(one, other)
    assert 0 <= alike <= 1
    assert alike == pytest.approx(likeness(other, one))
    assert likeness(one, one) == 1
