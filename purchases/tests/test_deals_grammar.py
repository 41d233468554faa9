"""Bonus cells as warehouses print them: read whole, or kept and flagged, never guessed."""

from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from purchases.deals import (
    DealKind,
    Flag,
    Pair,
    PrintedDay,
    PrintedGift,
    SpecialKind,
    Window,
    parse_deal,
)

ANY_CELL = st.one_of(
    st.text(),
    st.text(alphabet="0123456789+/.,-% اوكلدفترعضخمجنحثسبيت٠١٥()\n*"),
    st.lists(
        st.sampled_from(
            [
                "1+5",
                "3+10",
                "او",
                "و",
                "+",
                "/",
                "عرض خاص",
                "استثناء",
                "حتى 15/3",
                "من 1/2/26",
                "خصم 5%",
                "7%",
                "مع",
                "كل 2/1",
                "اقل كمية 10",
                "دفتر",
                "كدمات 15غ",
                "مجانا",
                "24",
            ]
        ),
        max_size=7,
    ).map(" ".join),
)


def pairs(*printed: tuple[int, int]) -> tuple[Pair, ...]:
    return tuple(Pair(first, second) for first, second in printed)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1+5", (1, 5)),
        ("2+10", (2, 10)),
        ("13+10", (13, 10)),
        ("17+10", (17, 10)),
        ("1+1", (1, 1)),
        (" 1 + 5 ", (1, 5)),
        ("١+٥", (1, 5)),
        ("۳+۱۰", (3, 10)),
        ("1＋5", (1, 5)),
        ("(1+5)", (1, 5)),
        ("1+10 بونص", (1, 10)),
        ("بونص 1+10", (1, 10)),
        ("1+5 مجانا", (1, 5)),
    ],
)
def test_one_pair_is_a_single_tier_kept_as_printed(text, expected):
    parsed = parse_deal(text)
    assert parsed.kind is DealKind.SINGLE
    assert parsed.tiers == pairs(expected)
    assert parsed.flags == frozenset()
    assert parsed.raw == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1+5 او 3+10 او 10+25 او 25+50", [(1, 5), (3, 10), (10, 25), (25, 50)]),
        ("1+25او 4+50او 10+100", [(1, 25), (4, 50), (10, 100)]),
        ("3+10او 12+25", [(3, 10), (12, 25)]),
        ("3+10او12+25", [(3, 10), (12, 25)]),
        ("1+5 (و) 3+10", [(1, 5), (3, 10)]),
        ("1+5 و 3+10", [(1, 5), (3, 10)]),
        ("١+٥ أو ٣+١٠", [(1, 5), (3, 10)]),
        ("1+5 / 3+10", [(1, 5), (3, 10)]),
        ("1+5/3+10", [(1, 5), (3, 10)]),
        ("1+5, 3+10", [(1, 5), (3, 10)]),
        ("1+5 او\n3+10", [(1, 5), (3, 10)]),
        ("10+10 او 25+20", [(10, 10), (25, 20)]),
    ],
)
def test_pairs_parted_by_or_are_tiers_in_printed_order(text, expected):
    parsed = parse_deal(text)
    assert parsed.kind is DealKind.TIERS
    assert parsed.tiers == pairs(*expected)
    assert parsed.flags == frozenset()


def test_a_tier_printed_twice_is_one_tier():
    assert parse_deal("1+5 او 1+5").tiers == pairs((1, 5))


def test_pairs_side_by_side_are_tiers_and_flagged():
    parsed = parse_deal("1+5 3+10 او")
    assert parsed.tiers == pairs((1, 5), (3, 10))
    assert parsed.flags == {Flag.SEPARATOR_MISSING}


@pytest.mark.parametrize(
    "text", ["1+5 استثناء 12+20", "1+5او استثناء 12+20", "1+5 اواستثناء 12+20"]
)
def test_an_exception_is_kept_apart_from_the_ordinary_tiers(text):
    parsed = parse_deal(text)
    assert parsed.kind is DealKind.TIERS
    assert parsed.tiers == pairs((1, 5))
    assert parsed.exceptions == pairs((12, 20))


@pytest.mark.parametrize(
    ("text", "kind", "printed"),
    [
        ("عرض خاص 5+10", SpecialKind.SPECIAL, [(5, 10)]),
        ("عرض 5+10", SpecialKind.SPECIAL, [(5, 10)]),
        ("5+10 عرض خاص", SpecialKind.SPECIAL, [(5, 10)]),
        ("عرض مؤقت 4+10 او 10+15", SpecialKind.TEMPORARY, [(4, 10), (10, 15)]),
        ("حصرا 45+50", SpecialKind.EXCLUSIVE, [(45, 50)]),
        ("حصراً 45+50", SpecialKind.EXCLUSIVE, [(45, 50)]),
    ],
)
def test_special_offers_are_read_with_their_kind(text, kind, printed):
    parsed = parse_deal(text)
    assert parsed.kind is DealKind.SPECIAL
    assert [(special.kind, special.pair) for special in parsed.specials] == [
        (kind, pair) for pair in pairs(*printed)
    ]
    assert parsed.tiers == ()


def test_an_exclusive_pair_after_a_tier_leaves_the_tier_ordinary():
    parsed = parse_deal("6+10 او حصراً 45+50")
    assert parsed.tiers == pairs((6, 10))
    assert [special.pair for special in parsed.specials] == [Pair(45, 50)]


def test_a_product_said_to_be_free_is_no_tier_of_the_line_itself():
    parsed = parse_deal("3+10 مجانا نيو نبروجيت")
    assert parsed.kind is DealKind.OTHER_PRODUCT
    assert parsed.tiers == ()
    assert parsed.other_products == (PrintedGift(Pair(3, 10), "نيو نبروجيت"),)
    assert parsed.flags == frozenset()


def test_words_after_a_pair_name_another_product_and_are_flagged():
    parsed = parse_deal("1+10 او 1+5 كدمات 15غ")
    assert parsed.tiers == pairs((1, 10))
    assert parsed.other_products == (PrintedGift(Pair(1, 5), "كدمات 15غ"),)
    assert parsed.flags == {Flag.OTHER_PRODUCT_ASSUMED}


def test_a_plus_inside_a_product_name_is_part_of_the_name():
    parsed = parse_deal("1+10 مجانا فيتامين سي + زنك")
    assert parsed.other_products == (PrintedGift(Pair(1, 10), "فيتامين سي + زنك"),)


@pytest.mark.parametrize(
    ("text", "pair", "product"),
    [
        ("كل 1/2 موسينيست شراب 250", (1, 2), "موسينيست شراب 250"),
        ("كل 20 / 10 اس اومبيرازول 40 مجاناً", (20, 10), "اس اومبيرازول 40"),
        ("كل 2/5", (2, 5), ""),
    ],
)
def test_every_n_gives_m_keeps_both_numbers_and_the_product(text, pair, product):
    parsed = parse_deal(text)
    assert parsed.kind is DealKind.EVERY
    assert parsed.every == (PrintedGift(Pair(*pair), product),)
    assert parsed.flags == frozenset()


def test_tiers_and_every_can_stand_in_one_cell():
    parsed = parse_deal("3+10او 15+30او كل 20/10 اس اومبيرازول 40 مجاناً")
    assert parsed.tiers == pairs((3, 10), (15, 30))
    assert parsed.every == (PrintedGift(Pair(20, 10), "اس اومبيرازول 40"),)


@pytest.mark.parametrize(
    "text",
    [
        "10+50 او 30+120 يمكن تشكيل العيارات",
        "يمكن تشكيل العيارات 10+50 او 30+120",
        "10+50 او 30+120 مع التشكيل",
    ],
)
def test_mixing_of_strengths_is_understood(text):
    parsed = parse_deal(text)
    assert parsed.mixable
    assert parsed.tiers == pairs((10, 50), (30, 120))
    assert parsed.other_products == ()
    assert parsed.note == ""


@pytest.mark.parametrize(
    ("text", "tiers", "note"),
    [
        ("دفتر", (), ""),
        ("دفتر 2+10", ((2, 10),), ""),
        ("دفتر / 2+10 او 20+50", ((2, 10), (20, 50)), ""),
        ("2+10 دفتر", ((2, 10),), ""),
        ("2+10 مع دفتر", ((2, 10),), ""),
        ("2+10 بدفتر", ((2, 10),), ""),
        ("مع الدفتر 2+10", ((2, 10),), ""),
        ("دفتر / كبسيتام", (), "كبسيتام"),
    ],
)
def test_the_register_is_required_alone_or_before_a_deal(text, tiers, note):
    parsed = parse_deal(text)
    assert parsed.register_required
    assert parsed.tiers == pairs(*tiers)
    assert parsed.note == note


@pytest.mark.parametrize("text", ["", ".", " . ", "-", "--", "_", "…", "\n"])
def test_an_empty_cell_is_no_deal(text):
    parsed = parse_deal(text)
    assert parsed.kind is DealKind.NONE
    assert parsed.flags == frozenset()
    assert parsed.raw == text


@pytest.mark.parametrize("text", ["سعر الظرف", "100حبة", "كامل الدسم", "محلول 2%"])
def test_free_text_is_a_note_kept_as_printed(text):
    parsed = parse_deal(text)
    assert parsed.kind is DealKind.NOTE
    assert parsed.note == text


@pytest.mark.parametrize("count", ["12 حبة", "20 ظرف"])
def test_a_pack_count_may_be_in_figures(count):
    parsed = parse_deal(f"1+5 {count}")
    assert (parsed.tiers, parsed.other_products) == (pairs((1, 5)), ())
    assert (parsed.note, parsed.flags) == (count, {Flag.NOTE_WITH_DEAL})


def test_a_pack_count_after_a_pair_is_a_note_not_another_product():
    parsed = parse_deal("1+12 100حبة")
    assert parsed.tiers == pairs((1, 12))
    assert parsed.note == "100حبة"
    assert parsed.flags == {Flag.NOTE_WITH_DEAL}


@pytest.mark.parametrize(
    ("text", "percent"),
    [("24%", "24"), ("%24", "24"), ("٢٤٪", "24"), ("خصم 24.5%", "24.5"), ("خصم %7", "7")],
)
def test_a_percentage_alone_is_a_discount(text, percent):
    parsed = parse_deal(text)
    assert parsed.kind is DealKind.DISCOUNT
    assert parsed.discount_percent == Decimal(percent)


@pytest.mark.parametrize(
    "text",
    [
        "145",  # how `1+5` is misread from photographs
        "188,000",
        "1+5+3",
        "1+",
        "+",
        "1.5+10",
        "1+5.5",
        "0+10",
        "1+0",
        "12345+1",
        "1/5",
        "1+5 * 2",
        "1*5",
        "او",
        "بونص",
        "عرض خاص",
        "استثناء",
        "1+5 او 3+10 عرض خاص",
        "كل 5",
        "كل 1+5",
        "مجانا كدمات",
        "1+5 او كدمات",
        "24% 1+5",
        "24% / 1+5",
        "1+5 او 3+10 + خصم 5%",  # on top of both, or of the last?
        "خصم 24% خصم 10%",
        "خصم 5% + كدمات",
        "+ خصم 5%",
        "1+5 / دفتر مع خصم 5%",  # joined to what is no bonus
        "خصم 5% مع دفتر / 1+5",
        "1+5 + 3",
        "1+5 نيو + 5",  # the plus of a name stands between two words
        "1+5 نيو + ./",
        "1+5 حتى 31/2",
        "1+5 حتى 15/3 حتى 20/3",
        "1+5 استثناء 12+20 حتى 15/3",
        "اقل كمية 10 اقل كمية 20",
        "150%",
        "عرض حتى 1/2 كل 5/1",
    ],
)
def test_what_cannot_be_read_is_kept_whole_and_goes_to_a_person(text):
    parsed = parse_deal(text)
    assert parsed.kind is DealKind.NOT_UNDERSTOOD
    assert parsed.flags == {Flag.NOT_UNDERSTOOD}
    assert parsed.raw == text
    assert parsed.pairs() == ()
    assert parsed.every == ()
    assert parsed.discount_percent is None


def test_the_register_is_not_lost_with_a_deal_that_cannot_be_read():
    parsed = parse_deal("دفتر 1+5+3")
    assert parsed.kind is DealKind.NOT_UNDERSTOOD
    assert parsed.register_required


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("حتى 15/3", None, (15, 3, None)),
        ("لغاية ١٥/٣", None, (15, 3, None)),
        ("لغايه 15-3-2026", None, (15, 3, 2026)),
        ("ساري حتى تاريخ 15.3.26", None, (15, 3, 2026)),
        ("الى غاية 2026-03-15", None, (15, 3, 2026)),
        ("ينتهي في 5/12/2026", None, (5, 12, 2026)),
        ("من 1/3 حتى 15/3", (1, 3, None), (15, 3, None)),
        ("من 1/3/2026 الى 15/3/2026", (1, 3, 2026), (15, 3, 2026)),
        ("اعتباراً من 1/3", (1, 3, None), None),
        ("until 15/3", None, (15, 3, None)),
    ],
)
@pytest.mark.parametrize("shape", ["1+5 {}", "{} 1+5", "1+5 / {}", "{} / 1+5"])
def test_days_beside_ordinary_tiers_are_the_deals(text, since, until, shape):
    parsed = parse_deal(shape.format(text))
    assert parsed.tiers == pairs((1, 5))
    assert parsed.window == Window(
        since=PrintedDay(*since) if since else None, until=PrintedDay(*until) if until else None
    )
    assert parsed.flags == frozenset()


@pytest.mark.parametrize(
    "text",
    [
        "1+5 او عرض خاص 5+10 حتى 15/3",
        "1+5 او عرض خاص حتى 15/3 5+10",
        "1+5 او عرض خاص حتى 15/3: 5+10",
    ],
)
def test_days_after_a_special_announcement_are_the_specials(text):
    parsed = parse_deal(text)
    assert (parsed.kind, parsed.window) == (DealKind.TIERS, None)
    (special,) = parsed.specials
    assert (special.pair, special.window) == (Pair(5, 10), Window(until=PrintedDay(15, 3)))


def test_an_announcement_behind_its_pair_takes_its_days_along():
    (special,) = parse_deal("5+10 عرض خاص حتى 15/3").specials
    assert special.window == Window(until=PrintedDay(15, 3))


def test_one_announcement_with_days_holds_for_all_its_pairs():
    parsed = parse_deal("عرض مؤقت 4+10 او 10+15 لغاية 30/6 او حصرا 45+50")
    assert [special.window for special in parsed.specials] == [
        Window(until=PrintedDay(30, 6)),
        Window(until=PrintedDay(30, 6)),
        None,
    ]


@pytest.mark.parametrize(
    "text",
    [
        "1+5 + خصم 7%",
        "1+5 + 7%",
        "1+5 مع خصم 7%",
        "1+5 وخصم 7%",
        "1+5 و 7%",
        "خصم 7% + 1+5",
        "7% و 1+5",
        "1+5 بالاضافة الى خصم 7%",
        "١+٥ زائد ٧٪",
    ],
)
def test_a_discount_joined_to_a_bonus_comes_on_top(text):
    parsed = parse_deal(text)
    assert (parsed.kind, parsed.tiers) == (DealKind.SINGLE, pairs((1, 5)))
    assert (parsed.discount_percent, parsed.discount_instead) == (Decimal(7), False)
    assert parsed.flags == frozenset()


@pytest.mark.parametrize("text", ["1+5 او خصم 24%", "24% أو 1+5", "خصم 24% او 1+5"])
def test_a_discount_or_a_bonus_is_one_of_the_two_and_a_person_says_which(text):
    parsed = parse_deal(text)
    assert (parsed.tiers, parsed.discount_percent) == (pairs((1, 5)), Decimal(24))
    assert parsed.discount_instead
    assert parsed.flags == {Flag.DISCOUNT_OR_BONUS}


@pytest.mark.parametrize("text", ["1+5 او 3+10 او خصم 5%", "خصم 5% او 1+5 او 3+10"])
def test_in_place_of_several_tiers_a_discount_is_clear(text):
    parsed = parse_deal(text)
    assert (parsed.tiers, parsed.discount_percent) == (pairs((1, 5), (3, 10)), Decimal(5))
    assert parsed.discount_instead


@pytest.mark.parametrize(
    ("text", "least"),
    [
        ("1+5 اقل كمية 10", 10),
        ("أقل طلبية: 10 / 1+5", 10),
        ("1+5 الحد الادنى 20", 20),
        ("1+5 (الحد الأدنى للطلب ٣٠)", 30),
        ("min 12 / 1+5", 12),
    ],
)
def test_a_least_quantity_is_kept_with_the_deal(text, least):
    parsed = parse_deal(text)
    assert (parsed.tiers, parsed.least_packs, parsed.flags) == (pairs((1, 5)), least, frozenset())


def test_words_that_only_begin_like_days_stay_words():
    assert parse_deal("من 15 حبة").note == "من 15 حبة"
    assert parse_deal("حتى نفاد الكمية").note == "حتى نفاد الكمية"
    parsed = parse_deal("1+5 حتى نفاد الكمية")
    assert (parsed.note, parsed.other_products) == ("حتى نفاد الكمية", ())
    assert parsed.flags == {Flag.NOTE_WITH_DEAL}
    assert parse_deal("فيتامين 12").least_packs is None


@given(ANY_CELL)
@example("1+5 او او او 3+10 كل كل % عرض \ud800")
def test_every_text_is_read_or_flagged_and_its_raw_form_kept(text):
    parsed = parse_deal(text)
    assert parsed.raw == text
    assert (parsed.kind is DealKind.NOT_UNDERSTOOD) == (Flag.NOT_UNDERSTOOD in parsed.flags)


@given(ANY_CELL)
def test_no_digit_of_a_cell_disappears(text):
    """Each number of an understood cell is found again in its pairs, note, product or percent."""
    parsed = parse_deal(text)
    if parsed.kind is DealKind.NOT_UNDERSTOOD:
        return
    windows = [parsed.window, *(special.window for special in parsed.specials)]
    kept = "".join(
        [
            *(f"{pair.first}{pair.second}" for pair in parsed.pairs()),
            *(f"{e.pair.first}{e.pair.second}{e.product}" for e in parsed.every),
            *(gift.product for gift in parsed.other_products),
            parsed.note,
            str(parsed.discount_percent or ""),
            str(parsed.least_packs or ""),
            *(str(w.since) + str(w.until) for w in windows if w is not None),
        ]
    )
    # A year of two digits is kept with four.
    kept += "20" if any(w is not None for w in windows) else ""
    wanted = {str(int(letter)) for letter in text if letter.isdecimal()}
    assert wanted <= set(kept) | ({"0"} if parsed.discount_percent == 0 else set())
