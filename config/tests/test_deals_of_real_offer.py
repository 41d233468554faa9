"""A real digital offer from its glyphs to its deals: read by one app, understood by another."""

from collections import Counter

import pytest

from ai_integration.reading import read_document
from core.tests.real_files import path_of
from purchases.deals import (
    Deal,
    DealKind,
    Flag,
    Gift,
    Tier,
    parse_deal,
    render,
    resolve_deal,
    vote_direction,
)
from purchases.mix_groups import PrintedLine, mix_groups
from purchases.tests.test_deals_coverage import lost

pytestmark = [pytest.mark.real_data, pytest.mark.slow]

# Cells of the first 30 pages that give more than they sell. All of them are printed so.
AGAINST_THE_VOTE = {
    "10+4 او 10+20": (Tier(4, 10), Tier(20, 10)),
    "3+1": (Tier(1, 3),),
    "6+5": (Tier(5, 6),),
    "13+10": (Tier(10, 13),),
    "10+10 او 25+20": (Tier(10, 10), Tier(20, 25)),
    "1+1 او 4+3": (Tier(1, 1), Tier(3, 4)),
}


@pytest.fixture(scope="module")
def document():
    return read_document(path_of("offers/mz_warehouse_p1-30.pdf"), "application/pdf")


@pytest.fixture(scope="module")
def deals(document) -> list[Deal]:
    """The deal of every line, as the document votes."""
    parsed = [parse_deal(line.deal_text) for line in document.lines]
    vote = vote_direction(parsed)
    assert (vote.direction, vote.confident) == ("free_first", True)
    assert vote.smaller_first > 30 * vote.larger_first
    return [resolve_deal(deal, vote.direction, confident=vote.confident) for deal in parsed]


def test_every_bonus_cell_is_understood(deals):
    assert len(deals) > 950
    assert [deal.raw for deal in deals if deal.kind is DealKind.NOT_UNDERSTOOD] == []


def test_no_cell_with_a_pair_is_taken_for_empty_or_a_note(deals):
    with_pair = [deal for deal in deals if "+" in deal.raw]
    assert len(with_pair) > 500
    silent = {DealKind.NONE, DealKind.NOTE, DealKind.DISCOUNT}
    assert [deal.raw for deal in with_pair if deal.kind in silent] == []


def test_kinds_that_occur_once_in_hundreds_of_rows_are_found(deals):
    kinds = Counter(deal.kind for deal in deals)
    assert kinds[DealKind.TIERS] > 50
    assert kinds[DealKind.SPECIAL] == 1
    assert kinds[DealKind.OTHER_PRODUCT] == 1
    assert sum(bool(deal.exceptions) for deal in deals) > 10
    assert sum(deal.mixable for deal in deals) == 6  # one cell over six rows
    assert sum(deal.register_required for deal in deals) > 10


def test_the_six_rows_under_one_cell_are_one_mix_and_there_is_no_other(document, deals):
    lines = [
        PrintedLine(line_id=n, name=line.name, company=line.company, deal=deal)
        for n, (line, deal) in enumerate(zip(document.lines, deals, strict=True))
    ]
    (mix,) = mix_groups(lines)
    assert [lines[n].name.split()[1:3] for n in mix] == [
        ["10", "ملغ"],
        ["10", "هــــ"],
        ["2.5", "ملغ"],
        ["2.5", "هــــ"],
        ["5", "ملغ"],
        ["5", "هــــ"],
    ]


def test_rows_against_the_vote_are_flagged_and_kept_as_printed(deals):
    flagged = {
        render(deal): deal.tiers for deal in deals if deal.tiers and Flag.AGAINST_VOTE in deal.flags
    }
    assert {cell: flagged.get(cell) for cell in AGAINST_THE_VOTE} == AGAINST_THE_VOTE
    assert len([d for d in deals if Flag.AGAINST_VOTE in d.flags]) < 25


def test_every_n_gives_m_names_the_other_product(deals):
    gifts = [gift for deal in deals for gift in deal.every]
    assert Gift(bought=2, free=1, product="موسينيست شراب 250") in gifts
    assert {(gift.bought, gift.free) for gift in gifts} == {(2, 1), (5, 2), (10, 5), (10, 20)}
    assert all(gift.product for gift in gifts)


def test_no_word_or_number_of_a_real_bonus_cell_is_lost(deals):
    cells = {deal.raw for deal in deals}
    assert len(cells) > 50
    assert {cell: lost(cell) for cell in cells if lost(cell)} == {}
