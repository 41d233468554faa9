"""Which side of a pair is free is learnt from the document, and oddities are flagged."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from purchases.deals import Flag, Gift, Tier, parse_deal, resolve_deal, vote_direction


def parsed(*cells: str):
    return [parse_deal(cell) for cell in cells]


SMALLER_FIRST = ["1+5", "2+10", "1+5 او 3+10 او 10+25", "5+12"]
LARGER_FIRST = ["5+1", "10+2", "5+1 او 10+3 او 25+10", "12+5"]


def test_a_document_of_smaller_first_pairs_reads_free_first():
    vote = vote_direction(parsed(*SMALLER_FIRST, "13+10", "1+1"))
    assert vote.direction == "free_first"
    assert (vote.smaller_first, vote.larger_first, vote.equal) == (6, 1, 1)
    assert vote.confident
    assert vote.decided_by == "vote"


def test_a_document_of_larger_first_pairs_reads_bought_first():
    vote = vote_direction(parsed(*LARGER_FIRST))
    assert vote.direction == "bought_first"
    assert vote.confident


def test_the_supplier_setting_wins_over_the_vote_and_the_disagreement_shows():
    vote = vote_direction(parsed(*SMALLER_FIRST), supplier_default="bought_first")
    assert vote.direction == "bought_first"
    assert vote.confident
    assert vote.decided_by == "supplier"
    assert vote.disagrees_with_supplier


def test_a_supplier_setting_that_fits_the_document_shows_no_disagreement():
    vote = vote_direction(parsed(*SMALLER_FIRST), supplier_default="free_first")
    assert not vote.disagrees_with_supplier


@pytest.mark.parametrize("cells", [["1+5"] * 4, ["1+5"] * 6 + ["5+1"] * 4])
def test_a_document_that_does_not_say_clearly_does_not_disagree_with_the_supplier(cells):
    vote = vote_direction(parsed(*cells), supplier_default="bought_first")
    assert (vote.direction, vote.disagrees_with_supplier) == ("bought_first", False)


@pytest.mark.parametrize("cells", [[], ["1+1"], ["1+5", "5+1"], ["."]])
def test_a_document_without_a_majority_is_read_free_first_without_confidence(cells):
    vote = vote_direction(parsed(*cells))
    assert vote.direction == "free_first"
    assert not vote.confident
    assert vote.decided_by == "default"


@pytest.mark.parametrize("cells", [["1+5", "2+10"], ["1+5"] * 6 + ["5+1"] * 4])
def test_few_or_divided_pairs_decide_without_confidence(cells):
    vote = vote_direction(parsed(*cells))
    assert vote.direction == "free_first"
    assert vote.decided_by == "vote"
    assert not vote.confident


def test_an_unknown_supplier_setting_is_refused():
    with pytest.raises(ValueError, match="sideways"):
        vote_direction([], supplier_default="sideways")


@given(st.lists(st.tuples(st.integers(1, 50), st.integers(1, 50))))
def test_mirrored_documents_get_mirrored_directions_unless_tied(numbers):
    there = vote_direction(parsed(*(f"{a}+{b}" for a, b in numbers)))
    back = vote_direction(parsed(*(f"{b}+{a}" for a, b in numbers)))
    assert (there.smaller_first, there.larger_first) == (back.larger_first, back.smaller_first)
    if there.smaller_first != there.larger_first:
        assert there.direction != back.direction


def test_the_direction_decides_what_is_bought_and_what_is_free():
    deal = parse_deal("1+5")
    assert resolve_deal(deal, "free_first").tiers == (Tier(bought=5, free=1),)
    assert resolve_deal(deal, "bought_first").tiers == (Tier(bought=1, free=5),)


def test_a_genuine_larger_first_pair_is_not_turned_round_only_flagged():
    deal = resolve_deal(parse_deal("10+10 او 25+20"), "free_first")
    assert deal.tiers == (Tier(10, 10), Tier(20, 25))
    assert deal.flags == {Flag.AGAINST_VOTE}
    assert deal.needs_review


@pytest.mark.parametrize("cell", ["10+4", "3+1", "6+5"])
def test_a_pair_against_the_vote_is_flagged(cell):
    deal = resolve_deal(parse_deal(cell), "free_first")
    assert Flag.AGAINST_VOTE in deal.flags


def test_tiers_where_more_bought_earns_less_are_flagged():
    deal = resolve_deal(parse_deal("10+4 او 10+20"), "free_first")
    assert deal.flags == {Flag.AGAINST_VOTE, Flag.UNEVEN_TIERS}


def test_equal_and_ordinary_pairs_are_not_flagged():
    assert resolve_deal(parse_deal("1+1 او 5+5"), "free_first").flags == frozenset()
    assert resolve_deal(parse_deal("1+5 او 3+10"), "free_first").flags == frozenset()


def test_deals_of_an_unsure_document_are_flagged_and_notes_are_not():
    unsure = resolve_deal(parse_deal("1+5"), "free_first", confident=False)
    assert unsure.flags == {Flag.DIRECTION_UNSURE}
    assert resolve_deal(parse_deal("سعر الظرف"), "free_first", confident=False).flags == frozenset()


@pytest.mark.parametrize("direction", ["free_first", "bought_first"])
def test_every_n_gives_m_in_that_order_whatever_the_direction(direction):
    deal = resolve_deal(parse_deal("كل 2 / 1 موسينيست شراب 250"), direction)
    assert deal.every == (Gift(bought=2, free=1, product="موسينيست شراب 250"),)
    assert deal.flags == frozenset()


def test_every_n_that_gives_more_than_n_is_flagged():
    deal = resolve_deal(parse_deal("كل 10 / 20 اس اومبيرازول 40 مجاناً"), "free_first")
    assert deal.every == (Gift(bought=10, free=20, product="اس اومبيرازول 40"),)
    assert deal.flags == {Flag.AGAINST_VOTE}


def test_every_n_says_nothing_about_the_direction():
    vote = vote_direction(parsed("كل 2/1", "كل 10/5 كدمات"))
    assert (vote.smaller_first, vote.larger_first, vote.equal) == (0, 0, 0)
    unsure = resolve_deal(parse_deal("كل 2/1"), vote.direction, confident=vote.confident)
    assert unsure.flags == frozenset()
