import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_integration.reading.engine_shapes import parse_engine_payload
from ai_integration.reading.errors import UnusablePayload
from ai_integration.reading.lines import ExtractedDocument
from ai_integration.tests import payloads

LEFT = (
    "كفوف نايلون", "ماء حل شراب", "هيبسول سكرين", "بونيسان", "سبيمان", "سيستون حب", "هيالون",
    "بيوميل", "سبيشل ميلك", "مونيلاك", "ازيترومايسين", "اليرجي ستوب",
)  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner),
    max_leaves=12,
)


def table(*rows, page="page_001_raw_steps"):
    return {
        page: [{f"Col_{number}": text for number, text in enumerate(row, start=1)} for row in rows]
    }


def test_items_keep_name_company_price_and_doubt():
    first, second = parse_engine_payload(payloads.ITEMS).lines
    assert (first.name, first.company, first.list_price) == (
        "لوراتيفان 1 ملغ",
        "دومنا",
        Decimal(4600),
    )
    assert second.list_price is None
    assert "review_required" in second.flags


def test_company_rows_head_the_rows_below_them_and_deals_are_kept():
    lines = parse_engine_payload(payloads.RAW_TABLES).lines
    assert [(line.page, line.company, line.deal_text) for line in lines[:2]] == [
        (1, "دومنا", "دفتر"),
        (1, "دومنا", "1+6"),
    ]
    assert lines[1].list_price == Decimal(11600)


@pytest.mark.parametrize("page", ["page_001", "page_001_raw_steps", "page_1"])
def test_page_keys_are_known_with_and_without_their_ending(page):
    (line,) = parse_engine_payload(table(["4,600", "1+6", "لوراتيفان 1 ملغ"], page=page)).lines
    assert (line.name, line.page) == ("لوراتيفان 1 ملغ", 1)


@pytest.mark.parametrize("count", [3, 6, 12])
def test_two_tables_side_by_side_are_two_lines_a_row(count):
    rows = [
        [str(60 + 37 * n), str(50 + 31 * n), "1+5" if n % 2 else "", LEFT[n],
         str(260 + 41 * n), str(231 + 33 * n), "2+10" if n % 3 else "", f"{LEFT[n]} فورت"]
        for n in range(count)
    ]  # fmt: skip
    lines = parse_engine_payload(table(*rows)).lines
    assert len(lines) == 2 * count
    right = {line.name: line for line in lines}["ماء حل شراب فورت"]
    assert (right.list_price, right.public_price, right.deal_text) == (264, 301, "2+10")


@pytest.mark.parametrize("price", [-1, float("nan"), float("inf"), 1e20, "NaN", "-3", "9" * 30])
def test_price_that_is_none_is_unknown_and_flagged(price):
    (line,) = parse_engine_payload({"items": [{"drug_name": "x", "price": price}]}).lines
    assert line.list_price is None
    assert line.flags


@pytest.mark.parametrize(
    ("payload", "pointer"),
    [
        ([], ""),
        ({"items": "no list"}, "/items"),
        ({"items": [["nested"]]}, "/items/0"),
        ({"page_001": 7}, "/page_001"),
        ({"page_001": [5]}, "/page_001/0"),
    ],
)
def test_fault_is_named_by_its_place(payload, pointer):
    with pytest.raises(UnusablePayload) as caught:
        parse_engine_payload(payload)
    assert pointer in [fault["pointer"] for fault in caught.value.errors]


@given(JSON)
def test_any_json_is_either_read_or_refused_with_a_reason(payload):
    try:
        prices = [line.list_price for line in parse_engine_payload(payload).lines]
    except UnusablePayload as refusal:
        prices = []
        faults = refusal.errors
    else:
        faults = ["none"]
    assert faults
    assert all(price is None or price >= 0 for price in prices)


@pytest.mark.parametrize("shape", payloads.BY_SHAPE)
def test_document_survives_being_kept_as_json(shape):
    document = parse_engine_payload(payloads.BY_SHAPE[shape][0])
    kept = json.loads(json.dumps(document.to_payload()))
    assert ExtractedDocument.from_payload(kept).to_payload() == document.to_payload()
