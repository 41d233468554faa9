"""A large offer against a large catalogue: in time, and in as many queries as a small one."""

import csv
import time
from decimal import Decimal, InvalidOperation

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.audit import SYSTEM
from purchases.models import OfferLine
from purchases.public import OfferDraft, OfferLineDraft, offer_create
from purchases.services.offers.offers import offer_rematch
from purchases.tests.factories import SupplierFactory, short_product

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.real_data]

LINES = 3000
MOST_SECONDS = 10


def decimal_or_none(text):
    try:
        found = Decimal(text)
    except InvalidOperation:
        return None
    return found if found > 1 else None


@pytest.fixture
def catalogue(shared_data):
    """The 29,898 products, as (Arabic name, English name, price)."""
    with (shared_data / "catalogue" / "egypt_29k.csv").open(encoding="utf-8-sig") as file:
        rows = [
            (row["name_ar"].strip(), row["name_en"].strip(), decimal_or_none(row["price"]))
            for row in csv.DictReader(file)
        ]
    product = apps.get_model("inventory", "Product")
    product.objects.bulk_create(
        product(
            name_ar=name_ar[:200],
            name_en=name_en[:200],
            public_price=price,
            lifecycle="active",
            search_text="",
            identity_key=f"bench-{number}",
        )
        for number, (name_ar, name_en, price) in enumerate(rows)
        if name_ar or name_en
    )
    short_product()  # through the service, which marks the catalogue as changed
    return rows


def drafts(catalogue, count):
    step = len(catalogue) // count
    return tuple(
        OfferLineDraft(name=name_ar or name_en, public_price=price, deal_text="1+6")
        for name_ar, name_en, price in catalogue[:: max(step, 1)][:count]
        if name_ar or name_en
    )


def taken_in(catalogue, now, count):
    """An offer of ``count`` lines, and the seconds of processor time it took in this process."""
    draft = OfferDraft(
        supplier_id=SupplierFactory.create().pk,
        source_type="tests.scale",
        source_id=str(count),
        lines=drafts(catalogue, count),
    )
    started = time.process_time()
    offer_id = offer_create(actor=SYSTEM, now=now, draft=draft)
    return offer_id, time.process_time() - started


def test_three_thousand_lines_against_thirty_thousand_products(catalogue, buyer, now, capsys):
    _small, with_index = taken_in(catalogue, now, 3)
    offer_id, seconds = taken_in(catalogue, now, LINES)
    lines = OfferLine.objects.filter(offer_id=offer_id)
    with CaptureQueriesContext(connection) as rematching:
        offer_rematch(actor=buyer, now=now, offer_id=offer_id)
    with capsys.disabled():
        print(  # noqa: T201 - the measured figures
            f"\n{LINES} lines: index {with_index:.1f} s, offer {seconds:.1f} s,"
            f" {len(rematching)} queries to match again,"
            f" {lines.filter(status='matched').count()} matched"
        )
    assert lines.count() >= LINES * 0.99
    assert seconds < MOST_SECONDS
    assert len(rematching) < 15
