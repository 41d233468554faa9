"""A name decided on is one more name of its product, for that supplier's lines."""

from decimal import Decimal

import pytest

from purchases.matching import (
    CatalogueEntry,
    KnownName,
    LineToMatch,
    MatcherIndex,
    SupplierHistory,
    match,
)
from purchases.matching.candidates import find_candidates
from purchases.matching.lines import read_line

CONCOR_5, CONCOR_10, CETAL, DROPS, DROPS_SMALL, TWIN_14, TWIN_28 = range(1, 8)
NAMES = {
    CONCOR_5: ("كونكور 5 مجم 30 قرص", "CONCOR 5 MG 30 TAB", "54"),
    CONCOR_10: ("كونكور 10 مجم 30 قرص", "CONCOR 10 MG 30 TAB", "81"),
    CETAL: ("سيتال شراب 120 مل", "CETAL SYRUP 120 ML", "31"),
    DROPS: ("توينزول قطره للعين 10 مل", "TWINZOL EYE DROPS 10 ML", "96"),
    DROPS_SMALL: ("توينزول قطره عين 5 مل", "TWINZOL EYE DROPS 5 ML", "93"),
    TWIN_14: ("ازموراب 40 مجم 14 كبسوله", "ESMORAP 40 MG 14 CAP", "138"),
    TWIN_28: ("ازموراب 40 مجم 28 كبسوله", "ESMORAP 40 MG 28 CAP", "138"),
}
OTHERS = [CatalogueEntry(n, (f"دواء{n} {n} مجم",)) for n in range(100, 600)]
INDEX = MatcherIndex.build(
    [
        *(
            CatalogueEntry(number, (arabic, english), public_price=Decimal(price))
            for number, (arabic, english, price) in NAMES.items()
        ),
        *OTHERS,
    ]
)


def known(*names, offered=None):
    """names: (product, name) pairs, remembered under 1, 2, 3 ..."""
    return SupplierHistory.build(
        INDEX, [KnownName(n, name, product) for n, (product, name) in enumerate(names, 1)], offered
    )


def decide(name, price=None, *, history):
    return match(INDEX, LineToMatch(name, price=price and Decimal(price)), history=history)


def first(decision):
    return decision.candidates[0].product_id if decision.candidates else None


def test_a_word_only_the_supplier_uses_finds_the_product():
    history = known((CETAL, "مسكن الاطفال الاحمر شراب"))
    line = LineToMatch("الاحمر للاطفال")
    assert CETAL - 1 in find_candidates(INDEX, read_line(INDEX, line, history))
    assert CETAL - 1 not in find_candidates(INDEX, read_line(INDEX, line))


def test_what_a_known_name_says_is_true_of_its_product():
    """Units, where the catalogue has millilitres."""
    history = known((DROPS, "توينزول 30 وحدات"))
    assert first(decide("توين زول 30 وحده", history=history)) == DROPS
    reasons = decide("توين زول 30 وحده", history=history).candidates[0].reasons
    assert ("strength_agrees", "30", "") in reasons


def test_the_suppliers_spelling_of_a_brand_serves_its_other_strengths():
    history = known((CONCOR_5, "ضغطاوى 5 مجم 30 قرص"))
    assert first(decide("ضغطاوى 10 مجم 30 قرص", history=history)) == CONCOR_10
    assert first(decide("ضغطاوى 5 مجم 30 قرص", history=history)) == CONCOR_5


@pytest.mark.parametrize("taught", [TWIN_14, TWIN_28])
def test_of_two_alike_the_very_name_known_before_wins(taught):
    history = known((taught, "ازموراب 40 كبسول"))
    assert first(decide("ازموراب 40 مج كبسول", "138", history=history)) == taught


@pytest.mark.parametrize(("before", "winner"), [(TWIN_14, TWIN_14), (TWIN_28, TWIN_28)])
def test_of_two_alike_the_one_offered_at_this_list_price_wins(before, winner):
    other = TWIN_14 + TWIN_28 - before
    history = known(offered={before: Decimal("99.50"), other: Decimal("120")})
    assert first(decide("ازموراب 40 مجم كبسول", "99.5", history=history)) == winner


def test_a_match_rests_on_a_known_name_only_where_it_would_not_be_made_without():
    history = known((CETAL, "مسكن الاطفال الاحمر شراب 120 مل"))
    similar = decide("مسكن اطفال الاحمر شراب 120 مل", "31", history=history)
    assert (similar.status, similar.product_id, similar.alias_id) == ("matched", CETAL, 1)
    plain = decide("سيتال شراب 120 مل", "31", history=history)
    assert (plain.status, plain.product_id, plain.alias_id) == ("matched", CETAL, None)


def test_names_of_products_the_catalogue_no_longer_has_are_passed_over():
    history = known((99_999, "مسكن الاطفال الاحمر شراب"))
    assert decide("مسكن الاطفال الاحمر شراب", history=history).status == "unmatched"


def test_a_supplier_without_a_past_changes_nothing():
    for name in ("كونكور 5 مجم 30 قرص", "ازموراب 40", "لا شيء"):
        assert decide(name, "54", history=known()) == match(
            INDEX, LineToMatch(name, price=Decimal(54))
        )
