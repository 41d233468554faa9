"""Bonus cells that people typed from real offers, and pairs of a real brochure."""

import re
from collections import Counter

import pytest

from core.tests.real_files import path_of, rows_of
from purchases.deals import DealKind, Flag, parse_deal, resolve_deal, vote_direction

pytestmark = pytest.mark.real_data


def cells(name: str) -> list[str]:
    return [row["bonus"] for row in rows_of(name)]


def test_every_bonus_of_the_digital_offer_is_read_without_a_flag():
    parsed = [parse_deal(cell) for cell in cells("offers/mz_truth_p1_2_20.csv")]
    assert Counter(deal.kind for deal in parsed) == {
        DealKind.NONE: 77,
        DealKind.SINGLE: 10,
        DealKind.TIERS: 1,
    }
    assert sum(deal.register_required for deal in parsed) == 4
    assert not any(deal.flags for deal in parsed)
    vote = vote_direction(parsed)
    assert (vote.direction, vote.confident, vote.larger_first) == ("free_first", True, 0)


def test_every_bonus_or_note_of_the_photographed_sheet_is_read():
    parsed = {cell: parse_deal(cell) for cell in cells("offers/photo_truth_right_table.csv")}
    assert not [cell for cell, deal in parsed.items() if deal.flags]
    notes = {deal.note for deal in parsed.values() if deal.kind is DealKind.NOTE}
    assert notes == {"1200حبة", "100حبة", "كامل الدسم"}
    assert vote_direction(parsed.values()).direction == "free_first"


@pytest.mark.parametrize("part", ["part1", "part2"])
def test_every_pair_of_the_brochure_is_read_and_reads_free_first(part):
    text = path_of(f"offers/alfawaz_brochure_{part}.txt").read_text(encoding="utf-8")
    printed = re.findall(r"\d+\+\d+", text)
    parsed = [parse_deal(cell) for cell in printed]
    assert len(printed) > 50
    assert {deal.kind for deal in parsed} == {DealKind.SINGLE}
    vote = vote_direction(parsed)
    assert vote.direction == "free_first"
    assert vote.confident
    resolved = [resolve_deal(deal, vote.direction) for deal in parsed]
    assert not [deal.raw for deal in resolved if Flag.AGAINST_VOTE in deal.flags]
