from decimal import Decimal

import pytest

from purchases.matching import CatalogueEntry, LineToMatch, MatcherIndex, match

INDEX = MatcherIndex.build(
    [
        CatalogueEntry(
            1,
            ("بريدوفين حب / ديفين / بوريسكا",),
            manufacturer="بوريسكا",
            public_price=Decimal(72000),
        ),
        CatalogueEntry(2, ("فيتامين سي فوار", "Vitamin C effervescent")),
        CatalogueEntry(3, ("فيتامين سي فوار",), manufacturer="الفا"),
        CatalogueEntry(4, ("سيروم",)),
    ]
)


def found(name, company="", price=None):
    """The product a line is taken for without a person."""
    return match(INDEX, LineToMatch(name, company=company, price=price)).product_id


@pytest.mark.parametrize(
    "name",
    ["بريدوفين حب / ديفين / بوريسكا", "بريدوفـين  حب/ديفين/بوريسكا", "بريدوفينَ حب ديفين بوريسكا"],
)
def test_name_that_is_the_same_but_for_spelling_is_accepted_at_once(name):
    assert found(name, company="بوريسكا") == 1


def test_name_of_another_company_is_not_taken_for_the_same():
    assert found("بريدوفين حب / ديفين / بوريسكا", company="ميديكو") is None


def test_name_that_two_products_bear_decides_nothing():
    assert found("فيتامين سي فوار") is None


def test_same_name_at_a_tenth_of_the_price_goes_to_a_person():
    assert found("بريدوفين حب / ديفين / بوريسكا", price=Decimal(60000)) == 1
    assert found("بريدوفين حب / ديفين / بوريسكا", price=Decimal(7200)) is None


def test_short_name_decides_nothing_by_itself():
    assert found("سيروم") is None
