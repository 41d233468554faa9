"""Names as real pharmacies wrote them, on the half of them the weights never saw."""

import time
import zlib
from decimal import Decimal

import pytest

from purchases.matching import CatalogueEntry, LineToMatch, MatcherIndex, match_many
from purchases.tests.shared_files import rows_of

pytestmark = [pytest.mark.real_data, pytest.mark.slow]


def catalogue(name: str) -> tuple[dict[str, int], list[CatalogueEntry]]:
    rows = rows_of(name)
    numbers = {row["sku"]: number for number, row in enumerate(rows, start=1)}
    entries = [
        CatalogueEntry(
            numbers[row["sku"]],
            (row["name_ar"], row["name_en"]),
            public_price=Decimal(row["price"] or 0),
        )
        for row in rows
    ]
    return numbers, entries


def unseen_pairs(name: str) -> list[dict[str, str]]:
    return [row for row in rows_of(name) if zlib.crc32(row["correct_sku"].encode()) % 2 == 1]


@pytest.fixture(scope="module")
def results():
    """kind -> (right product, decision) of each line."""
    numbers, entries = catalogue("matching/catalogue.csv")
    index = MatcherIndex.build(entries)
    found = {}
    for kind in ("hard", "easy"):
        rows = unseen_pairs(f"matching/pairs_{kind}.csv")
        lines = [LineToMatch(row["item_name"], price=Decimal(row["price"])) for row in rows]
        right = [numbers[row["correct_sku"]] for row in rows]
        found[kind] = list(zip(right, match_many(index, lines), strict=True))
    return found


def share_found(results, first: int) -> float:
    hits = [right in [c.product_id for c in d.candidates[:first]] for right, d in results]
    return sum(hits) / len(hits)


@pytest.mark.parametrize(
    ("kind", "first", "least"),
    [("hard", 1, 0.775), ("hard", 5, 0.97), ("easy", 1, 0.975), ("easy", 5, 0.994)],
)
def test_the_right_product_is_among_the_first(results, kind, first, least):
    assert share_found(results[kind], first) >= least


def test_what_is_matched_without_a_person_is_right(results):
    decided = [*results["hard"], *results["easy"]]
    accepted = [(right, d.product_id) for right, d in decided if d.status == "matched"]
    assert len(accepted) > 0.585 * len(decided)
    assert sum(right == found for right, found in accepted) >= 0.995 * len(accepted)


def test_three_thousand_lines_against_thirty_thousand_products_take_seconds():
    _, entries = catalogue("catalogue/egypt_29k.csv")
    lines = [
        LineToMatch(row["item_name"], price=Decimal(row["price"]))
        for row in [*rows_of("matching/pairs_hard.csv"), *rows_of("matching/pairs_easy.csv")]
    ][:3000]
    started = time.process_time()
    decisions = match_many(MatcherIndex.build(entries), lines)
    assert len(decisions) == 3000
    assert time.process_time() - started < 10
