import pytest
from django.utils import timezone

from purchases.services.offers.review import offer_line_correct, offer_line_reopen
from purchases.tests.factories import OfferLineFactory, actor_with, short_product

pytestmark = pytest.mark.django_db
NAME = "شراب السعال القديم"


def found(client):
    answer = client.get("/api/v1/inventory/search/", {"text": NAME})
    return [row["id"] for row in answer.json()]


def correct(line, product_id):
    offer_line_correct(
        actor=actor_with("purchasing"), now=timezone.now(), line_id=line.pk, product_id=product_id
    )


def test_name_a_line_taught_finds_its_product_until_it_is_corrected(client_as):
    client = client_as("pharmacist")
    line = OfferLineFactory.create(name=NAME)
    wrong, right = short_product(), short_product()
    assert found(client) == []
    correct(line, wrong)
    assert found(client) == [wrong]
    correct(line, right)
    assert found(client) == [right]
    offer_line_reopen(actor=actor_with("purchasing"), now=timezone.now(), line_id=line.pk)
    assert found(client) == []
