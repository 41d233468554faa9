"""Quantities of an offer line, over the wire and on a day."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings

from core.models import local_date
from purchases.errors import OfferLineNotFound, PriceUnknown
from purchases.selectors.comparison import compare
from purchases.selectors.quantities import line_quantities
from purchases.tests.factories import short_product, source

pytestmark = pytest.mark.django_db


def test_the_wire_shows_money_cost_and_sweet_spots(client_as):
    line = source(short_product(purchase_units=10), price=100, deal="1+5 او 3+10")
    path = f"/api/v1/offer-lines/{line.pk}/quotes/"
    shown = client_as("purchasing").get(f"{path}?quantity=80&cap=200").json()
    assert (shown["purchase_units"], shown["quantity"], shown["cap"]) == (10, 80, 200)
    assert shown["least_money"] == {
        "packs": 7,
        "free_packs": 1,
        "gifts": [],
        "quantity": 80,
        "discount_percent": "0.0000",
        "amount": "700.00",
        "true_pack_cost": "87.500000",
        "true_unit_cost": "8.750000",
    }
    assert (shown["least_unit_cost"]["packs"], shown["least_unit_cost"]["quantity"]) == (10, 130)
    assert [spot["packs"] for spot in shown["sweet_spots"]] == [1, 5, 10]
    assert client_as("cashier").get(path).status_code == 403


def test_without_a_quantity_one_pack_is_asked_for(now):
    found = line_quantities(line_id=source(short_product(purchase_units=10)).pk, now=now)
    assert (found.quantity, found.cap, found.least_money.packs) == (10, 40, 1)


def test_a_special_is_counted_on_its_last_day_and_not_after(now):
    last = local_date(now) + timedelta(days=3)
    product = short_product()
    line = source(product, price=100, deal=f"1+5 او عرض خاص 5+10 حتى {last.day}/{last.month}")

    def free(on):
        return line_quantities(line_id=line.pk, now=now, quantity=15, on=on).least_money.quote

    assert (free(last).packs, free(last).free_packs) == (10, 5)
    assert (free(last + timedelta(days=1)).packs) == 13
    # What is compared, proposed and edited knows the day as well.
    noon = datetime(last.year, last.month, last.day, 12, tzinfo=ZoneInfo(settings.TIME_ZONE))
    on_last = compare({product: 15}, now=noon)[0].quotes[0].quote
    day_after = compare({product: 15}, now=noon + timedelta(days=1))[0].quotes[0].quote
    assert (on_last.packs, day_after.packs) == (10, 13)


def test_a_line_without_price_has_no_quotes(now, client_as):
    line = source(short_product(), price=None)
    with pytest.raises(PriceUnknown):
        line_quantities(line_id=line.pk, now=now)
    answer = client_as("purchasing").get(f"/api/v1/offer-lines/{line.pk}/quotes/")
    assert (answer.status_code, answer.json()["code"]) == (422, "price_unknown")


def test_an_unknown_line_is_not_found(now):
    with pytest.raises(OfferLineNotFound):
        line_quantities(line_id=999_999, now=now)


def test_more_than_can_be_ordered_is_refused(client_as):
    line = source(short_product(), price=10**9)
    answer = client_as("purchasing").get(
        f"/api/v1/offer-lines/{line.pk}/quotes/?quantity=2000000000"
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "quantity_out_of_range")
