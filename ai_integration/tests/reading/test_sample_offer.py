"""The generated sample is read back exactly as it was drawn."""

from datetime import date

import pytest

from ai_integration.reading import read_document
from scripts.sample_offer import write_samples
from scripts.sample_offer.products import SAME_CELL, sample_products

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture(scope="module")
def samples(tmp_path_factory):
    return write_samples(tmp_path_factory.mktemp("samples"), as_of=date(2026, 11, 21))


def expected_deals():
    deals = []
    for product in sample_products():
        deals.append(deals[-1] if product.deal == SAME_CELL else product.deal)
    return deals


def test_every_row_price_and_deal_of_the_pdf_is_read_as_drawn(samples):
    lines = read_document(samples.offer_pdf.read_bytes(), "application/pdf").lines
    products = sample_products()
    assert [line.name for line in lines] == [product.name for product in products]
    assert [line.list_price for line in lines] == [product.price for product in products]
    assert [line.company for line in lines] == [product.company for product in products]
    assert [line.deal_text for line in lines] == expected_deals()


@pytest.mark.parametrize(
    ("name", "content_type"),
    [("second_offer_xlsx", XLSX), ("second_offer_csv", "text/csv")],
)
def test_second_suppliers_files_are_read_as_written(samples, name, content_type):
    lines = read_document(getattr(samples, name).read_bytes(), content_type).lines
    assert sorted(line.list_price for line in lines) == sorted(
        product.other_price for product in sample_products()
    )


def test_the_same_day_gives_the_same_bytes(samples, tmp_path):
    again = write_samples(tmp_path, as_of=date(2026, 11, 21))
    for ours, theirs in zip(samples, again, strict=True):
        assert ours.read_bytes() == theirs.read_bytes(), ours.name
