"""A deal survives being written as text and as JSON."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from purchases.deals import (
    Deal,
    DealKind,
    Flag,
    Gift,
    PrintedDay,
    Special,
    SpecialKind,
    Tier,
    Window,
    from_json,
    parse_deal,
    render,
    resolve_deal,
    to_json,
)

UNITS = st.integers(1, 9999)
DAYS = st.builds(
    lambda day, year: PrintedDay(day.day, day.month, day.year if year else None),
    st.dates(date(2000, 1, 1), date(2099, 12, 31)),
    st.booleans(),
)
WINDOWS = st.one_of(
    st.none(),
    st.builds(Window, since=st.none() | DAYS, until=DAYS),
    st.builds(Window, since=DAYS, until=st.none()),
)
TIERS = st.builds(Tier, UNITS, UNITS)
WORDS = st.lists(
    st.sampled_from(["كدمات", "شراب", "سيروب", "250", "زنك", "Cream", "15غ"]),
    min_size=1,
    max_size=4,
).map(lambda words: " ".join(["اسم", *words]))
CONTENTS = st.fixed_dictionaries(
    {
        "tiers": st.lists(TIERS, max_size=4, unique=True).map(lambda t: tuple(sorted(t))),
        "exceptions": st.lists(TIERS, max_size=2, unique=True).map(lambda t: tuple(sorted(t))),
        "specials": st.lists(
            st.builds(Special, st.sampled_from(SpecialKind), TIERS, WINDOWS), max_size=2
        ).map(tuple),
        "other_products": st.lists(st.builds(Gift, UNITS, UNITS, WORDS), max_size=2).map(tuple),
        "every": st.lists(
            st.builds(Gift, UNITS, UNITS, st.one_of(st.just(""), WORDS)), max_size=2
        ).map(tuple),
        "mixable": st.booleans(),
        "register_required": st.booleans(),
        "window": WINDOWS,
        "least_packs": st.none() | UNITS,
        "note": st.one_of(st.just(""), WORDS),
    }
)
DIRECTIONS = st.sampled_from(["free_first", "bought_first"])


def offers_something(contents):
    return any(
        contents[part] for part in ("tiers", "exceptions", "specials", "other_products", "every")
    )


@given(
    CONTENTS.filter(offers_something),
    st.decimals(min_value=0, max_value=100, places=2),
    st.booleans(),
    DIRECTIONS,
)
def test_a_discount_with_a_bonus_is_read_back_as_one_or_both(contents, percent, instead, direction):
    deal = Deal(raw="", discount_percent=percent, discount_instead=instead, **contents)
    again = resolve_deal(parse_deal(render(deal, direction)), direction)
    assert replace(again, raw="", flags=frozenset(), kind=deal.kind) == deal
    assert (Flag.DISCOUNT_OR_BONUS in again.flags) == instead


@given(CONTENTS, DIRECTIONS)
def test_parsing_what_was_rendered_gives_the_same_deal(contents, direction):
    printed = render(Deal(raw="", **contents), direction)
    again = resolve_deal(parse_deal(printed), direction)
    assert {name: getattr(again, name) for name in contents} == contents
    assert again.kind is not DealKind.NOT_UNDERSTOOD
    assert render(again, direction) == printed


@given(st.decimals(min_value=0, max_value=100, places=2), st.one_of(st.just(""), WORDS))
def test_a_rendered_discount_is_read_back(percent, note):
    printed = render(Deal(raw="", discount_percent=percent, note=note))
    again = parse_deal(printed)
    assert again.discount_percent == percent
    assert again.note == note


@pytest.mark.parametrize("cell", ["1+5+3", "145", "24% 1+5", "عرض خاص"])
def test_a_deal_that_was_not_understood_renders_as_printed(cell):
    assert render(resolve_deal(parse_deal(cell), "free_first")) == cell


@given(
    CONTENTS,
    st.text(),
    st.sampled_from(DealKind),
    st.frozensets(st.sampled_from(Flag)),
    st.one_of(st.none(), st.decimals(min_value=0, max_value=100, places=2)),
)
def test_json_round_trip_keeps_everything(contents, raw, kind, flags, percent):
    deal = Deal(
        raw=raw,
        kind=kind,
        flags=flags,
        discount_percent=percent,
        discount_instead=percent is not None,
        **contents,
    )
    assert from_json(json.loads(json.dumps(to_json(deal)))) == deal


def test_json_keeps_the_percentage_as_exact_text():
    deal = resolve_deal(parse_deal("24.50%"), "free_first")
    assert to_json(deal)["discount_percent"] == "24.50"
    assert from_json(to_json(deal)).discount_percent == Decimal("24.50")


def test_json_written_before_days_were_read_has_none():
    stored = to_json(resolve_deal(parse_deal("عرض خاص 1+5"), "free_first"))
    for name in ("window", "least_packs", "discount_instead"):
        del stored[name]
    del stored["specials"][0]["window"]
    read = from_json(stored)
    assert (read.window, read.least_packs, read.discount_instead) == (None, None, False)
    assert read.specials[0].window is None


def test_json_of_something_else_is_refused():
    stored = to_json(resolve_deal(parse_deal("1+5"), "free_first"))
    with pytest.raises(ValueError, match="gift wrap"):
        from_json({**stored, "kind": "gift wrap"})
    with pytest.raises(KeyError):
        from_json({})


def test_the_same_meaning_renders_the_same_whatever_was_printed():
    spellings = ["1+5 او 3+10", "٣+١٠ أو ١+٥", "1+5/3+10", "1+5 (و) 3+10"]
    assert {render(resolve_deal(parse_deal(cell), "free_first")) for cell in spellings} == {
        "1+5 او 3+10"
    }


def test_flags_and_raw_text_do_not_change_the_rendering():
    deal = resolve_deal(parse_deal("10+4"), "free_first")
    assert render(replace(deal, flags=frozenset(), raw="")) == render(deal) == "10+4"
