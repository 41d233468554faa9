import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_integration.reading.errors import UnusablePayload
from ai_integration.reading.lines import PAYLOAD_KIND, ExtractedDocument, ExtractedLine

printable = st.text(st.characters(categories=("L", "N", "P")), max_size=30)
prices = st.none() | st.decimals(min_value=0, max_value=10**9, places=3)
lines = st.builds(
    ExtractedLine,
    page=st.integers(1, 500),
    row=st.integers(1, 500),
    box=st.none() | st.tuples(*[st.floats(0, 5000).map(lambda edge: round(edge, 2))] * 4),
    name=printable.filter(bool),
    company=printable,
    list_price=prices,
    public_price=prices,
    discount_percent=st.none() | st.decimals(min_value=0, max_value=100, places=2),
    deal_text=printable,
    raw_text=printable,
    confidence=st.floats(0, 1).map(lambda share: round(share, 4)),
    flags=st.lists(st.sampled_from(["no_price", "merged_deal"]), unique=True).map(tuple),
)


@given(st.lists(lines, max_size=5).map(tuple))
def test_a_document_survives_its_payload(some_lines):
    document = ExtractedDocument(
        lines=some_lines, pages=3, engine="embedded.pdf", warnings=("a",), metadata={"k": "v"}
    )
    stored = json.loads(json.dumps(document.to_payload()))
    assert ExtractedDocument.from_payload(stored) == document


def one_line(**changes):
    line = ExtractedLine(page=1, row=1, box=None, name="باراسيتامول").to_payload()
    return {"document_type": PAYLOAD_KIND, "pages": 1, "lines": [line | changes]}


@pytest.mark.parametrize("price", ["NaN", "-5", "1e20", "Infinity", "abc", -1, 10**20])
def test_an_impossible_price_is_flagged_and_left_out(price):
    (line,) = ExtractedDocument.from_payload(one_line(list_price=price)).lines
    assert line.list_price is None
    assert "price_unreadable" in line.flags


def test_prices_are_strings_in_the_payload():
    line = ExtractedLine(page=1, row=1, box=None, name="x", list_price=Decimal("1000.50"))
    assert line.to_payload()["list_price"] == "1000.50"


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"name": ["x"]}, "/lines/0/name"),
        ({"list_price": {"amount": 1}}, "/lines/0/list_price"),
        ({"box": [1, 2]}, "/lines/0/box"),
        ({"flags": "no_price"}, "/lines/0/flags"),
        ({"page": 0}, "/lines/0/page"),
        ({"confidence": "high"}, "/lines/0/confidence"),
    ],
)
def test_a_wrong_type_is_refused_and_its_place_is_named(changes, pointer):
    with pytest.raises(UnusablePayload) as refused:
        ExtractedDocument.from_payload(one_line(**changes))
    assert [fault["pointer"] for fault in refused.value.errors] == [pointer]


@pytest.mark.parametrize("payload", [None, [], "x", {}, {"document_type": "other", "lines": []}])
def test_another_kind_of_payload_is_refused(payload):
    with pytest.raises(UnusablePayload):
        ExtractedDocument.from_payload(payload)
