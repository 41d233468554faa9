"""A document whose prices are all shifted is read by its own measure."""

from dataclasses import replace
from decimal import Decimal

import pytest

from purchases.matching import CatalogueEntry, LineToMatch, MatcherIndex, match_many
from purchases.matching.decision import document_factor
from purchases.matching.prices import FEWEST_VOTERS

NAMES = (
    "كونكور", "سيتال", "بانادول", "زيثروكان", "فيوسيدرم", "ديكلاك", "نيكسيوم", "اموكسيل",
    "فلاجيل", "كتافلام", "بروفين", "اوجمنتين",
)  # fmt: skip
PRICES = {name: Decimal(40 + 7 * number) for number, name in enumerate(NAMES)}
SMALL, LARGE = 101, 102
INDEX = MatcherIndex.build(
    [
        *(
            CatalogueEntry(number, (f"{name} 500 مجم 20 قرص",), public_price=PRICES[name])
            for number, name in enumerate(NAMES, start=1)
        ),
        CatalogueEntry(SMALL, ("ميروبينكس كريم 80 جم",), public_price=Decimal(80)),
        CatalogueEntry(LARGE, ("ميروبينكس كريم 100 جم",), public_price=Decimal(100)),
    ]
)


def document(factor: str, names=NAMES) -> list[LineToMatch]:
    return [
        LineToMatch(f"{name} 500 مجم 20 قرص", price=PRICES[name] * Decimal(factor))
        for name in names
    ]


@pytest.mark.parametrize(("printed", "expected"), [("0.8", 1.25), ("1", 1.0), ("1.25", 0.8)])
def test_the_plain_lines_vote_on_the_factor(printed, expected):
    assert document_factor(INDEX, document(printed)) == pytest.approx(expected)


def test_few_lines_or_scattered_prices_give_no_factor():
    assert document_factor(INDEX, document("0.8", NAMES[: FEWEST_VOTERS - 1])) == 1.0
    scattered = [
        replace(line, price=line.price * (1 + n % 4))
        for n, line in enumerate(document("1"))
        if line.price
    ]
    assert document_factor(INDEX, scattered) == 1.0


def test_a_public_price_is_not_shifted():
    lines = [replace(line, price=None, public_price=line.price) for line in document("0.8")]
    assert document_factor(INDEX, lines) == 1.0


def test_in_a_document_of_discounted_prices_the_right_pack_is_found_by_its_price():
    line = LineToMatch("ميروبينكس كريم", price=Decimal(80))

    def first(lines):
        return match_many(INDEX, [line, *lines])[0].candidates[0].product_id

    assert first([]) == SMALL
    assert first(document("0.8")) == LARGE


def test_the_price_shown_as_reason_is_the_one_compared():
    line = LineToMatch("ميروبينكس كريم", price=Decimal(80))
    best = match_many(INDEX, [line, *document("0.8")])[0].candidates[0]
    assert ("price_agrees", "100", "") in best.reasons
