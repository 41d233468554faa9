"""The index of a catalogue: what is built again when the catalogue changes, and what is not."""

from dataclasses import replace
from decimal import Decimal

import pytest

from purchases.matching import CatalogueEntry, LineToMatch, MatcherIndex, match
from purchases.matching.candidates import find_candidates
from purchases.matching.lines import read_line
from purchases.matching.spelling import likeness

BRUFEN = CatalogueEntry(
    1, ("بروفين 400 مجم 30 قرص", "Brufen 400 mg 30 tab"), public_price=Decimal(60)
)
CONCOR = CatalogueEntry(2, ("كونكور 5 مجم 30 قرص", "Concor 5 mg 30 tab"), public_price=Decimal(55))
AUGMENTIN = CatalogueEntry(3, ("اوجمنتين 1 جم 14 قرص", "Augmentin 1 gm 14 tab"))


def found(index: MatcherIndex, name: str, price: int) -> int | None:
    return match(index, LineToMatch(name, price=Decimal(price))).product_id


@pytest.mark.parametrize(
    "changed",
    [
        replace(CONCOR, names=("كونكور 10 مجم 30 قرص",)),
        replace(CONCOR, public_price=Decimal(80)),
        replace(CONCOR, manufacturer="ميرك"),
        replace(CONCOR, strength="10 مجم"),
        replace(CONCOR, form="كبسول"),
    ],
)
def test_only_entries_that_changed_are_read_again(changed):
    before = MatcherIndex.build([BRUFEN, CONCOR])

    after = MatcherIndex.build([changed, BRUFEN, AUGMENTIN], previous=before)

    assert after.products[1] is before.products[0]
    assert after.products == MatcherIndex.build([changed, BRUFEN, AUGMENTIN]).products
    assert after.products[0] != before.products[1]


def test_index_built_upon_an_older_one_knows_what_came_and_what_went():
    before = MatcherIndex.build([BRUFEN, CONCOR])

    after = MatcherIndex.build([AUGMENTIN, BRUFEN], previous=before)

    assert found(after, "بروفين 400 مجم 30 قرص", 60) == BRUFEN.product_id
    assert found(after, "اوجمنتين 1 جم 14 قرص", 100) == AUGMENTIN.product_id
    assert found(after, "كونكور 5 مجم 30 قرص", 55) is None
    assert found(before, "كونكور 5 مجم 30 قرص", 55) == CONCOR.product_id


def test_near_words_of_a_word_are_those_as_alike_as_they_are_compared_singly():
    index = MatcherIndex.build([BRUFEN, CONCOR, AUGMENTIN])

    near = index.near("كنكور")

    assert near["كونكور"] == likeness("كنكور", "كونكور") > 0.8
    assert near["concor"] == likeness("كنكور", "concor") > 0.6
    assert "بروفين" not in near


def test_of_many_far_below_the_best_only_the_first_few_are_looked_at():
    sisters = [CatalogueEntry(number, ("دوجماتيل",)) for number in range(10, 30)]
    others = [CatalogueEntry(number, (f"{number}",)) for number in range(1000, 2000)]
    index = MatcherIndex.build([CatalogueEntry(1, ("دوجماتيل فورتكس",)), *sisters, *others])

    plain = find_candidates(index, read_line(index, LineToMatch("دوجماتيل")))
    told = find_candidates(index, read_line(index, LineToMatch("دوجماتيل فورتكس")))

    assert len(plain) == len(sisters) + 1
    assert told[0] == 0
    assert len(told) == 8
