"""A line is matched alone only where nothing else could be meant."""

from decimal import Decimal
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from purchases.matching import (
    CatalogueEntry,
    LineToMatch,
    MatcherIndex,
    alias_key,
    match,
    match_many,
)

CONCOR_5, CONCOR_10, CETAL_SYRUP, CETAL_TABLETS = 1, 2, 3, 4
RISCURE_20, RISCURE_30, FUSIDERM_CREAM, FUSIDERM_OINTMENT = 5, 6, 7, 8
GLYCERIN_ADULT, GLYCERIN_INFANT, VITABIOTICS, PLACEHOLDER_PRICE = 9, 10, 11, 12


def product(number: int, arabic: str, english: str, price: str, **more: str) -> CatalogueEntry:
    return CatalogueEntry(number, (arabic, english), public_price=Decimal(price), **more)


CATALOGUE = (
    product(CONCOR_5, "كونكور 5 مجم 30 قرص", "CONCOR 5 MG 30 TAB", "54"),
    product(CONCOR_10, "كونكور 10 مجم 30 قرص", "CONCOR 10 MG 30 TAB", "81"),
    product(CETAL_SYRUP, "سيتال شراب 120 مل", "CETAL SYRUP 120 ML", "31"),
    product(CETAL_TABLETS, "سيتال 500 مجم 20 قرص", "CETAL 500 MG 20 TAB", "24"),
    product(RISCURE_20, "ريسكيور 2 مجم 20 قرص", "RISCURE 2 MG 20 TAB", "109.5"),
    product(RISCURE_30, "ريسكيور 2 مجم 30 قرص", "RISCURE 2 MG 30 TAB", "109.5"),
    product(FUSIDERM_CREAM, "فيوسيدرم كريم 15 جم", "FUSIDERM CREAM 15 GM", "44"),
    product(FUSIDERM_OINTMENT, "فيوسيدرم مرهم 15 جم", "FUSIDERM OINT. 15 GM", "44"),
    product(GLYCERIN_ADULT, "جلسرين فاركو لبوس للكبار", "GLYCERIN PHARCO ADULT SUPP", "12"),
    product(GLYCERIN_INFANT, "جلسرين فاركو لبوس للرضع", "GLYCERIN PHARCO INFANTILE SUPP", "12"),
    product(
        VITABIOTICS, "بيرفكتيل 30 كبسولة", "PERFECTIL 30 CAP", "143", manufacturer="فيتابيوتيك"
    ),
    product(PLACEHOLDER_PRICE, "اندوفين قطرة 10 مل", "ENDOFEN DROPS 10 ML", "1"),
)
INDEX = MatcherIndex.build(CATALOGUE)


def decide(name: str, price: str | None = None, **more):
    return match(INDEX, LineToMatch(name, price=Decimal(price) if price else None, **more))


@pytest.mark.parametrize(
    ("name", "price", "expected"),
    [
        ("كونكور 5 مجم اقراص", "54", CONCOR_5),
        ("كونكور ١٠ مجم 81ج", "81", CONCOR_10),
        ("CONCOR 10MG TAB", "81", CONCOR_10),
        ("Cetal syrup", "31", CETAL_SYRUP),
        ("سيتال شراب س ج 31", "31", CETAL_SYRUP),
        ("ريسكيور 2 مجم 30 قرص", "109.5", RISCURE_30),
        ("فيوسيدرم كـــريم", "44", FUSIDERM_CREAM),
        ("فيوسيدرم مرهم", "44", FUSIDERM_OINTMENT),
        ("جلسرين لبوس رضع فاركو", "12", GLYCERIN_INFANT),
        ("جلسرين لبوس كبار فاركو", "12", GLYCERIN_ADULT),
        ("بيرفكتل كبسول", "143", VITABIOTICS),
        ("اندوفين قطره", None, PLACEHOLDER_PRICE),
    ],
)
def test_the_right_product_comes_first(name, price, expected):
    decision = decide(name, price)
    assert decision.candidates[0].product_id == expected


@pytest.mark.parametrize(
    ("name", "price", "expected"),
    [
        ("كونكور 5 مجم 30 قرص", "54", CONCOR_5),
        ("سيتال شراب 120 مل", "31", CETAL_SYRUP),
        ("ريسكيور 2 مجم 20 قرص", "109.5", RISCURE_20),
        ("فيوسيدرم كريم 15 جم", "40", FUSIDERM_CREAM),
    ],
)
def test_a_full_and_plain_name_is_matched_without_a_person(name, price, expected):
    decision = decide(name, price)
    assert decision.status == "matched"
    assert decision.product_id == expected
    assert decision.candidates[0].score > decision.candidates[1].score


@pytest.mark.parametrize(
    ("name", "price", "why"),
    [
        ("ريسكيور 2 مجم اقراص", "109.5", "two packs and the line names none"),
        ("فيوسيدرم", "44", "cream or ointment"),
        ("كونكور 2.5 مجم اقراص", "54", "a strength the catalogue lacks"),
        ("كونكور 5 مجم 14 قرص", "54", "a pack the catalogue lacks"),
        ("سيتال لبوس", "31", "a form the catalogue lacks"),
        ("كونكور 5 مجم 30 قرص", "540", "ten times the public price"),
        ("كونكور بلس 5 مجم 30 قرص", "54", "a word of the line is not in the product"),
    ],
)
def test_a_line_that_could_mean_something_else_goes_to_a_person(name, price, why):
    decision = decide(name, price)
    assert decision.status == "needs_review", why
    assert decision.product_id is None
    assert decision.candidates


@pytest.mark.parametrize("name", ["", "###", "20", "35ج", "زيت زيتون بكر", "XQZ WVPT"])
def test_a_line_like_nothing_in_the_catalogue_is_unmatched(name):
    decision = decide(name, "10")
    assert decision.status == "unmatched"
    assert decision.product_id is None


def test_the_same_strength_breaks_no_tie_but_another_one_decides():
    scores = {c.product_id: c.score for c in decide("كونكور 10 مجم", "70").candidates}
    assert scores[CONCOR_10] > scores[CONCOR_5]


def test_a_bare_number_is_rather_a_strength_than_the_size_of_a_drop():
    index = MatcherIndex.build(
        [
            product(1, "ميدريثالم 1% نقط عين 20*0.5 مل", "MYDRITHALM 1% DROPS 20*0.5 ML", "104"),
            product(2, "ميدريثالم 0.5% نقط للعين 20*0.5 مل", "MYDRITHALM 0.5% 20*0.5 ML", "104"),
            *CATALOGUE[2:],
        ]
    )
    decision = match(index, LineToMatch("ميدريثالم قطره .5", price=Decimal(104)))
    assert decision.candidates[0].product_id == 2


def test_children_may_be_babies_but_no_adults():
    adult = product(91, "سينسوديرم كبار صابون 80 جم", "SENSODERM ADULT SOAP 80 GM", "50")
    baby = product(92, "سينسوديرم بيبي صابون 80 جم", "SENSODERM BABY SOAP 80 GM", "50")
    index = MatcherIndex.build([adult, baby, *CATALOGUE])
    said = match(index, LineToMatch("سينسوديرم صابون اطفال", price=Decimal(50))).candidates
    assert [candidate.product_id for candidate in said[:2]] == [92, 91]
    assert said[0].score > said[1].score
    differs = [{r.code for r in c.reasons} & {"description_differs"} for c in said[:2]]
    assert differs == [set(), {"description_differs"}]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("دوليبران 1 جم", 1),
        ("دوليبران 1000 مجم", 1),
        ("دوليبران 500", 2),
        ("نيوكلاف 642 شراب", 3),
        ("نيوكلاف 457 شراب", 4),
    ],
)
def test_a_gram_is_a_thousand_milligrams_and_a_fraction_of_hundreds_may_go_unsaid(name, expected):
    index = MatcherIndex.build(
        [
            product(1, "دوليبران 1000 مجم 20 قرص", "DOLIPRANE 1000 MG 20 TAB", "48"),
            product(2, "دوليبران 500 مجم 20 قرص", "DOLIPRANE 500 MG 20 TAB", "48"),
            product(3, "نيوكلاف 642.9 مجم معلق", "NEWCLAV 642.9 MG SUSP.", "90"),
            product(4, "نيوكلاف 457 مجم معلق", "NEWCLAV 457 MG SUSP.", "90"),
        ]
    )
    first, *others = match(index, LineToMatch(name)).candidates
    assert first.product_id == expected
    assert all(first.score > other.score for other in others)


def test_reasons_say_what_agrees_and_what_differs():
    decision = decide("كونكور 10 مجم اقراص 81ج", "81")
    reasons = {c.product_id: c.reasons for c in decision.candidates}
    assert ("name_alike", "100", "") in reasons[CONCOR_10]
    assert ("strength_agrees", "10", "") in reasons[CONCOR_10]
    assert ("form_agrees", "tablet", "") in reasons[CONCOR_10]
    assert ("price_agrees", "81", "") in reasons[CONCOR_10]
    assert ("strength_differs", "10", "5") in reasons[CONCOR_5]
    assert ("price_differs", "81", "54") in reasons[CONCOR_5]


def test_the_company_of_a_line_speaks_for_its_products_and_not_as_a_name():
    decision = decide("بيرفكتيل فيتابيوتيك 30 كبسولة", "143", company="فيتابيوتيك")
    assert decision.status == "matched"
    assert ("company_agrees", "فيتابيوتيك", "") in decision.candidates[0].reasons


MAKERS = MatcherIndex.build(
    [
        CatalogueEntry(
            1,
            ("سيتامول 500 مجم 20 قرص", "Setamol 500 mg 20 tab"),
            manufacturer="ابن حيان Ibn Hayyan",
            public_price=Decimal(60),
        ),
        *(CatalogueEntry(number, (f"صنف {number}",)) for number in range(10, 900)),
    ]
)


@pytest.mark.parametrize(
    ("company", "matched"),
    [
        ("", True),
        ("ابن حيان", True),
        ("ابن حيّان للأدوية", True),
        ("Ibn Hayan", True),
        ("ميديكو", False),
        ("Unipharma", False),
    ],
)
def test_a_line_of_another_company_goes_to_a_person(company, matched):
    line = LineToMatch("سيتامول اقراص 500مجم 20ق", company=company, price=Decimal(60))

    decision = match(MAKERS, line)

    assert decision.candidates[0].product_id == 1
    assert decision.status == ("matched" if matched else "needs_review")


def test_a_maker_written_in_other_letters_keeps_no_line_from_being_matched():
    latin = CatalogueEntry(
        1, ("سيتامول 500 مجم 20 قرص",), manufacturer="Pfizer", public_price=Decimal(60)
    )
    others = [CatalogueEntry(number, (f"صنف {number}",)) for number in range(10, 900)]
    line = LineToMatch("سيتامول اقراص 500مجم 20ق", company="فايزر", price=Decimal(60))

    assert match(MatcherIndex.build([latin, *others]), line).product_id == 1


def test_candidates_are_ranked_and_at_most_five():
    index = MatcherIndex.build(
        product(n, f"فيتامين سي {n}00 مجم", f"VITAMIN C {n}00 MG", "20") for n in range(1, 9)
    )
    decision = match(index, LineToMatch("فيتامين سي"))
    scores = [candidate.score for candidate in decision.candidates]
    assert len(scores) == 5
    assert scores == sorted(scores, reverse=True)
    assert decision.status == "needs_review"


@pytest.mark.parametrize("price", ["NaN", "Infinity", "0", "1e30", "0.5"])
def test_prices_that_say_nothing_do_not_disturb(price):
    plain = match(INDEX, LineToMatch("كونكور 5 مجم 30 قرص"))
    odd = match(INDEX, LineToMatch("كونكور 5 مجم 30 قرص", public_price=Decimal(price)))
    assert odd.candidates[0].product_id == plain.candidates[0].product_id == CONCOR_5


def test_an_empty_catalogue_matches_nothing():
    assert match(MatcherIndex.build([]), LineToMatch("كونكور")).status == "unmatched"


def test_a_product_without_names_is_never_proposed():
    index = MatcherIndex.build([CatalogueEntry(1, ("", "  ")), *CATALOGUE[1:]])
    assert 1 not in [c.product_id for c in match(index, LineToMatch("كونكور 10")).candidates]


class TestAliases:
    def test_what_a_person_decided_is_matched_whatever_the_scores(self):
        key = alias_key("اسم لا يشبه شيئا", "دومنا")
        line = LineToMatch("اسم لا يشبه شيئاً", company="دومنا")
        assert match(INDEX, line).status == "unmatched"
        decision = match(INDEX, line, aliases={key: CETAL_SYRUP})
        assert (decision.status, decision.product_id) == ("matched", CETAL_SYRUP)
        assert decision.candidates[0].score == 1
        assert decision.candidates[0].reasons == (("remembered", "", ""),)

    def test_an_alias_of_another_company_says_nothing(self):
        aliases = {alias_key("كونكور 5 مجم 30 قرص", "دومنا"): CETAL_SYRUP}
        line = LineToMatch("كونكور 5 مجم 30 قرص", company="المتحدة", price=Decimal(54))
        assert match(INDEX, line, aliases=aliases).product_id == CONCOR_5

    def test_an_alias_without_company_counts_for_any_and_the_exact_one_wins(self):
        general = {alias_key("سيتال"): CETAL_SYRUP}
        exact = {**general, alias_key("سيتال", "دومنا"): CETAL_TABLETS}
        line = LineToMatch("سيتال", company="دومنا")
        assert match(INDEX, line, aliases=general).product_id == CETAL_SYRUP
        assert match(INDEX, line, aliases=MappingProxyType(exact)).product_id == CETAL_TABLETS

    @pytest.mark.parametrize(
        ("one", "other"), [("سيتال ٥٠٠", "سيتال 500"), ("أ-ب", "ا ب"), ("CETAL", "cetal")]
    )
    def test_spellings_of_one_name_share_a_key(self, one, other):
        assert alias_key(one, "شركة") == alias_key(other, "شركه")

    def test_name_and_company_do_not_run_into_each_other(self):
        assert alias_key("ا ب", "ج") != alias_key("ا", "ب ج")

    def test_a_line_without_a_name_has_no_alias(self):
        assert match(INDEX, LineToMatch("###"), aliases={alias_key(""): 1}).product_id is None


def test_many_lines_are_decided_in_their_order_like_single_ones():
    lines = [LineToMatch("سيتال شراب"), LineToMatch("###"), LineToMatch("كونكور 5 مجم 30 قرص")]
    assert match_many(INDEX, lines) == [match(INDEX, line) for line in lines]


@given(
    st.one_of(
        st.text(max_size=60),
        st.lists(
            st.sampled_from([*" ".join(e.names[0] for e in CATALOGUE).split(), "35ج", "(", "/"]),
            max_size=12,
        ).map(" ".join),
    ),
    st.one_of(st.none(), st.decimals(allow_nan=True, allow_infinity=True)),
)
@settings(max_examples=300)
def test_any_line_gets_a_consistent_decision(name, price):
    decision = match(INDEX, LineToMatch(name, price=price))
    ids = [candidate.product_id for candidate in decision.candidates]
    assert len(ids) == len(set(ids)) <= 5
    assert all(0 <= candidate.score <= 1 for candidate in decision.candidates)
    assert (decision.product_id is not None) == (decision.status == "matched")
    if decision.status == "matched":
        assert decision.product_id == ids[0]


@pytest.mark.parametrize("entry", CATALOGUE, ids=lambda entry: entry.names[1])
def test_every_product_is_found_by_either_of_its_names(entry):
    for name in entry.names:
        decision = match(INDEX, LineToMatch(name, public_price=entry.public_price))
        assert decision.candidates[0].product_id == entry.product_id
