"""The list of what is low is found without asking for each of all products; it must agree."""

import pytest
from django.utils import timezone

from inventory.models import Batch, BatchStatus, StockLevel
from inventory.selectors import availability
from inventory.selectors.catalogue import products_with_stock
from inventory.selectors.search import products_list
from inventory.tests.stock import in_days, place, product, receive, reserve

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelf():
    """Ten of each product; the minimum is five."""
    items = {
        name: product(min_stock=5, max_stock=20)
        for name in ("plenty", "expired", "held", "aside", "promised", "both", "none", "just")
    }
    for name, item in items.items():
        if name not in ("none", "just"):
            receive((item, "A", in_days(400), 10, 100))
    receive((items["just"], "A", in_days(400), 5, 100))
    receive((items["both"], "B", in_days(400), 4, 40))
    reserve((items["promised"], 6), (items["both"], 5))
    expired = Batch.objects.filter(product_id=items["expired"]) | Batch.objects.filter(
        product_id=items["both"], number="B"
    )
    expired.update(expiry_date=in_days(0))
    Batch.objects.filter(product_id=items["held"]).update(
        status=BatchStatus.QUARANTINED, status_reason="torn", status_at=timezone.now()
    )
    StockLevel.objects.filter(batch__product_id=items["aside"]).update(
        location_id=place("quarantine")
    )
    return items


@pytest.mark.parametrize("few", [availability.FEW, 0])
def test_low_products_are_those_with_less_available_than_their_minimum(shelf, monkeypatch, few):
    monkeypatch.setattr(availability, "FEW", few)
    now = timezone.now()
    expected = {row.pk: row.available < row.min_stock for row in products_with_stock(now=now)}
    low = {row.pk for row in products_list(now=now, low_stock=True)}
    assert low == {pk for pk, is_low in expected.items() if is_low}
    assert low == {shelf[name] for name in ("expired", "held", "aside", "promised", "none")}
    enough = {row.pk for row in products_list(now=now, low_stock=False)}
    assert enough == {shelf[name] for name in ("plenty", "both", "just")}
