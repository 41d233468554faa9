"""The real 30-page offer against rows typed from its rendered pages."""

import csv
import re

import pytest

from ai_integration.reading import read_document
from ai_integration.reading.lines import MERGED_DEAL
from ai_integration.reading.numbers import parse_price

pytestmark = pytest.mark.real_data


@pytest.fixture(scope="module")
def offer(real_offers):
    return read_document(real_offers / "mz_warehouse_p1-30.pdf", "application/pdf")


@pytest.fixture(scope="module")
def truth(real_offers):
    with (real_offers / "mz_truth_p1_2_20.csv").open(encoding="utf-8-sig") as rows:
        return list(csv.DictReader(rows))


@pytest.fixture(scope="module")
def lines_by_place(offer):
    return {(line.page, line.row): line for line in offer.lines}


def places(truth):
    return [(int(row["page"]), int(row["row"])) for row in truth]


def test_the_truth_pages_have_exactly_the_rows_of_the_truth(offer, truth):
    pages = {page for page, _ in places(truth)}
    assert [(line.page, line.row) for line in offer.lines if line.page in pages] == places(truth)


def test_every_price_is_exact(lines_by_place, truth):
    read = [lines_by_place[place].list_price for place in places(truth)]
    assert read == [parse_price(row["price"]) for row in truth]


def test_every_bonus_cell_is_verbatim(lines_by_place, truth):
    read = [lines_by_place[place].deal_text for place in places(truth)]
    assert read == [row["bonus"] for row in truth]


def test_every_company_is_carried_from_its_section(lines_by_place, truth):
    read = [lines_by_place[place].company for place in places(truth)]
    assert read == [row["section"] for row in truth]


def test_at_least_99_percent_of_names_are_exact(lines_by_place, truth):
    exact = sum(
        lines_by_place[p].name == row["name"] for p, row in zip(places(truth), truth, strict=True)
    )
    assert exact >= 0.99 * len(truth)


def test_every_line_of_the_thirty_pages_is_priced_and_placed(offer):
    assert offer.pages == 30
    assert {line.page for line in offer.lines} == set(range(1, 31))
    assert all(line.list_price and line.name and line.company for line in offer.lines)
    assert all(line.box is not None and line.box[3] > line.box[1] for line in offer.lines)


def test_every_deal_drawn_on_the_pages_reaches_a_line(offer, real_offers):
    """Pairs like 2+10 are counted in the raw glyphs and in the lines; merged cells count once."""
    import pdfplumber

    drawn = 0
    with pdfplumber.open(real_offers / "mz_warehouse_p1-30.pdf") as document:
        for page in document.pages:
            drawn += sum(1 for char in page.chars if char["text"] == "+" and 129 < char["x0"] < 310)
            page.close()
    read = sum(len(re.findall(r"\+", line.deal_text)) for line in offer.lines)
    merged = [line for line in offer.lines if MERGED_DEAL in line.flags]
    repeated = sum(line.deal_text.count("+") for line in merged)
    once = sum(deal.count("+") for _, deal in {(line.page, line.deal_text) for line in merged})
    assert drawn == read - repeated + once


def test_a_bonus_cell_over_six_rows_belongs_to_each_of_them(offer):
    shared = [line for line in offer.lines if "يمكن تشكيل العيارات" in line.deal_text]
    assert len(shared) == 6
    assert all(line.flags == (MERGED_DEAL,) for line in shared)
    assert {line.deal_text for line in shared} == {"10+50او 30+120 يمكن تشكيل العيارات"}
