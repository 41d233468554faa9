from __future__ import annotations

import pytest

from notifications.models import Notification
from notifications.tests.factories import happen, low_stock, submitted

pytestmark = pytest.mark.django_db

URL = "/api/v1/notifications"


@pytest.fixture
def buyer(client_as):
    return client_as("purchasing")


def mine(client, **query) -> dict:
    response = client.get(f"{URL}/me/", query)
    assert response.status_code == 200, response.json()
    return response.json()


def speak(client, language: str) -> None:
    client.user.language = language
    client.user.save()


def test_notifications_come_newest_first_with_the_number_unread(buyer):
    happen(low_stock(product_id=3))
    happen(low_stock(product_id=4))
    answer = mine(buyer)
    assert [row["subject_id"] for row in answer["results"]] == ["4", "3"]
    assert answer["unread_count"] == 2
    assert answer["results"][0]["read_at"] is None


def test_words_follow_the_readers_language_at_the_moment_of_reading(buyer):
    happen(low_stock())
    speak(buyer, "en")
    (english,) = mine(buyer)["results"]
    assert english["title"] == "Low stock: باراسيتامول {x}"
    assert english["body"] == "Available: 4, minimum: 10 (base units)."
    speak(buyer, "ar")
    (arabic,) = mine(buyer)["results"]
    assert arabic["title"] == "مخزون منخفض: باراسيتامول {x}"
    assert arabic["body"] == "المتاح: 4، الحد الأدنى: 10 (بالوحدة الأساسية)."


def test_money_is_told_in_the_currency_of_the_event(client_as, buyer, settings):
    settings.PHARMACY_CURRENCY = "SYP"
    owner = client_as("owner")
    speak(owner, "en")
    happen(submitted(by=buyer.user.pk))
    assert mine(owner)["results"][0]["body"] == "Supplier: Al Fawaz. Total: 450000.00 SYP."


def test_a_notification_is_read_once(buyer):
    happen(low_stock())
    (row,) = mine(buyer)["results"]
    first = buyer.post(f"{URL}/{row['id']}/read/")
    assert first.status_code == 200
    assert first.json()["read_at"] is not None
    again = buyer.post(f"{URL}/{row['id']}/read/").json()
    assert again["read_at"] == first.json()["read_at"]
    assert mine(buyer)["unread_count"] == 0


def test_reading_filters_by_unread(buyer):
    happen(low_stock(product_id=3))
    happen(low_stock(product_id=4))
    newest = mine(buyer)["results"][0]
    buyer.post(f"{URL}/{newest['id']}/read/")
    assert [row["subject_id"] for row in mine(buyer, unread="true")["results"]] == ["3"]
    assert [row["subject_id"] for row in mine(buyer, unread="false")["results"]] == ["4"]
    assert mine(buyer, unread="false")["unread_count"] == 1


def test_an_unread_filter_that_is_no_answer_is_refused(buyer):
    response = buyer.get(f"{URL}/me/", {"unread": "maybe"})
    assert response.status_code == 400
    assert response.json()["errors"][0]["field"] == "unread"


def test_all_are_read_at_once_but_only_ones_own(buyer, client_as):
    pharmacist = client_as("pharmacist")
    happen(low_stock(product_id=3))
    happen(low_stock(product_id=4))
    assert buyer.post(f"{URL}/read-all/").json() == {"marked": 2}
    assert buyer.post(f"{URL}/read-all/").json() == {"marked": 0}
    assert mine(buyer)["unread_count"] == 0
    assert mine(pharmacist)["unread_count"] == 2


def test_other_peoples_notifications_are_neither_seen_nor_read(buyer, client_as):
    happen(low_stock())
    cashier = client_as("cashier")
    assert mine(cashier)["results"] == []
    response = cashier.post(f"{URL}/{Notification.objects.get().pk}/read/")
    assert (response.status_code, response.json()["code"]) == (404, "notification_not_found")
    assert Notification.objects.get().read_at is None


def test_the_list_is_read_in_pages(buyer):
    for product_id in (3, 4, 5):
        happen(low_stock(product_id=product_id))
    page = mine(buyer, page_size=2)
    assert [row["subject_id"] for row in page["results"]] == ["5", "4"]
    rest = buyer.get(page["next"]).json()
    assert [row["subject_id"] for row in rest["results"]] == ["3"]
    assert rest["unread_count"] == 3


def test_reading_takes_the_same_number_of_queries_for_one_and_for_many(
    buyer, django_assert_max_num_queries, django_assert_num_queries
):
    happen(low_stock())
    mine(buyer)
    with django_assert_max_num_queries(8) as few:
        mine(buyer)
    for product_id in range(4, 14):
        happen(low_stock(product_id=product_id))
    with django_assert_num_queries(len(few)):
        assert len(mine(buyer)["results"]) == 11


def test_strangers_are_turned_away(api):
    assert api.get(f"{URL}/me/").status_code == 401
    assert api.post(f"{URL}/read-all/").status_code == 401
    assert api.post(f"{URL}/1/read/").status_code == 401
