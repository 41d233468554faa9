import re
from pathlib import Path

import pytest
from django.utils import translation

from purchases import matching
from purchases.reasons import TEXTS, reason_text

CODES = {
    "name_same", "name_alike", "remembered", "supplier_history", "supplier_word", "offered_before",
} | {
    f"{what}_{outcome}"
    for what in (
        "strength", "percent", "size", "pack", "number", "form", "description", "price", "company",
    )
    for outcome in ("agrees", "differs")
}  # fmt: skip


def test_every_reason_of_the_matcher_has_words():
    folder = Path(matching.__file__).parent
    source = "".join(path.read_text() for path in folder.glob("*.py"))
    compared = set(re.findall(r'_compared\(\s*"(\w+)"', source))
    direct = set(re.findall(r'Reason\(\s*"(\w+)"', source))
    assert {f"{what}_{outcome}" for what in compared for outcome in ("agrees", "differs")} <= CODES
    assert direct <= CODES
    assert set(TEXTS) == CODES


def test_a_reason_is_said_in_english():
    with translation.override("en"):
        assert reason_text(["strength_differs", "10", "5"]) == "strength differs: 10 ≠ 5"
        assert reason_text(["name_alike", "93", ""]) == "name: 93 % alike"


def test_forms_and_descriptions_are_arabic_words_for_an_arabic_reader():
    with translation.override("ar"):
        assert "قرص" in reason_text(["form_agrees", "tablet", ""])
        assert "شعر، وجه" in reason_text(["description_differs", "hair, face", "body"])


@pytest.mark.parametrize("stored", ["name: 93 % alike", "alias"])
def test_reasons_stored_as_text_by_earlier_versions_are_shown_as_they_are(stored):
    assert reason_text(stored) == stored


def test_a_reason_of_a_later_version_is_at_least_named():
    assert reason_text(["smell_agrees", "mint", ""]) == "smell_agrees"
