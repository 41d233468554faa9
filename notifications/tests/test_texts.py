from __future__ import annotations

import re
from string import Formatter

import pytest

from notifications.models import NotificationKind
from notifications.texts import TEXTS, phrase

ARABIC = re.compile("[\u0621-\u064a]")


def members(template: str) -> set[str]:
    return {name for _text, name, _spec, _conversion in Formatter().parse(template) if name}


@pytest.mark.parametrize("kind", NotificationKind.values)
def test_every_kind_is_phrased_in_both_languages_from_the_same_facts(kind):
    english, arabic = TEXTS[kind]["en"], TEXTS[kind]["ar"]
    assert members(english.title) == members(arabic.title)
    assert members(english.body) == members(arabic.body)
    assert not ARABIC.search(english.title + english.body)
    assert ARABIC.search(arabic.title)
    assert ARABIC.search(arabic.body)


def test_facts_are_filled_in_and_never_read_as_templates():
    words = phrase(
        NotificationKind.LOW_STOCK,
        {"product_name": "{min_stock} %(x)s", "available": 4, "min_stock": 10},
        language="en",
    )
    assert words.title == "Low stock: {min_stock} %(x)s"
    assert words.body == "Available: 4, minimum: 10 (base units)."


def test_a_missing_fact_shows_as_a_dash():
    assert phrase(NotificationKind.LOW_STOCK, {}, language="en").title == "Low stock: -"


def test_a_language_we_do_not_speak_gets_arabic():
    params = {"product_name": "X", "available": 1, "min_stock": 2}
    french = phrase(NotificationKind.LOW_STOCK, params, language="fr")
    assert french == phrase(NotificationKind.LOW_STOCK, params, language="ar")
