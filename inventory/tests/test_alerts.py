"""Alerts: once per crossing, cleared on recovery, and exactly what holds."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.audit import SYSTEM
from core.models import OutboxEvent
from core.tests.threads import together
from inventory.errors import InsufficientStock
from inventory.lifecycle import Lifecycle
from inventory.models import Batch, ProductStock, StockAlert
from inventory.records import AdjustmentLine
from inventory.selectors.alerts import alert_differences
from inventory.services.alerts import alerts_digest, alerts_refresh_all
from inventory.services.catalogue import product_move, product_update
from inventory.services.documents import stock_adjust
from inventory.services.merging import products_merge
from inventory.tasks import digest_alerts, refresh_alerts
from inventory.tests.stock import in_days, issue, product, receive

pytestmark = pytest.mark.django_db


def open_alerts(item):
    rows = StockAlert.objects.filter(product_id=item, closed_at__isnull=True)
    return sorted(rows.values_list("kind", flat=True))


def told(item):
    """The alert events of a product in order, without the prefix."""
    rows = OutboxEvent.objects.filter(payload__product_id=item).order_by("pk")
    return [row.name.removeprefix("inventory.") for row in rows]


def nothing_astray():
    return alert_differences(now=timezone.now()) == {}


def update(item, **changes):
    product_update(actor=SYSTEM, now=timezone.now(), product_id=item, changes=changes)


def test_low_and_out_of_stock_are_told_once_per_crossing_and_cleared():
    item = product(min_stock=5, max_stock=50)
    receive((item, "A", in_days(400), 10, 100))
    assert (open_alerts(item), told(item)) == ([], ["low_stock_recovered"])
    issue((item, 6))
    issue((item, 1))
    assert open_alerts(item) == ["low_stock"]
    issue((item, 3))
    assert open_alerts(item) == ["low_stock", "out_of_stock"]
    receive((item, "A", in_days(400), 2, 20))
    receive((item, "A", in_days(400), 20, 200))
    assert open_alerts(item) == []
    issue((item, 22))
    assert told(item)[1:] == [
        "low_stock_crossed",
        "out_of_stock_crossed",
        "out_of_stock_recovered",
        "low_stock_recovered",
        "low_stock_crossed",
        "out_of_stock_crossed",
    ]
    assert nothing_astray()


def test_a_product_never_stocked_and_one_running_out_on_purpose_stay_silent():
    fresh, ending = product(), product(min_stock=5, max_stock=50)
    receive((ending, "A", in_days(400), 10, 100))
    product_move(actor=SYSTEM, now=timezone.now(), product_id=ending, to=Lifecycle.PHASE_OUT)
    issue((ending, 10))
    assert open_alerts(fresh) == open_alerts(ending) == []
    assert "out_of_stock_crossed" not in told(ending)


def test_overstock_is_told_once_and_cleared_when_sold_down_to_the_maximum():
    item = product(max_stock=20)
    receive((item, "A", in_days(400), 20, 100))
    assert open_alerts(item) == []
    receive((item, "A", in_days(400), 1, 5))
    receive((item, "B", in_days(500), 30, 5))
    assert open_alerts(item) == ["overstock"]
    issue((item, 31))
    assert told(item) == ["overstock_crossed", "overstock_recovered"]


def test_changed_limits_cross_and_recover_like_goods_do():
    item = product()
    receive((item, "A", in_days(400), 10, 100))
    update(item, min_stock=11, max_stock=11)
    assert open_alerts(item) == ["low_stock"]
    update(item, min_stock=10, max_stock=10)
    update(item, min_stock=0, max_stock=9)
    assert open_alerts(item) == ["overstock"]
    update(item, max_stock=0)  # no maximum at all
    assert told(item) == [
        "low_stock_crossed",
        "low_stock_recovered",
        "overstock_crossed",
        "overstock_recovered",
    ]


def test_negative_margin_follows_the_price_and_the_average_cost_of_what_is_on_hand():
    item = product(public_price=Decimal(10))
    receive((item, "A", in_days(400), 10, 100))  # 10 each: no loss
    assert open_alerts(item) == []
    receive((item, "B", in_days(500), 10, 120))  # 11 on average
    alert = StockAlert.objects.get(product_id=item)
    assert (alert.kind, alert.unit_cost, alert.price) == ("negative_margin", 11, 10)
    update(item, public_price=Decimal(11))
    assert open_alerts(item) == []
    update(item, public_price=Decimal("10.99"))
    issue((item, 20))
    assert [name for name in told(item) if "margin" in name] == [
        "negative_margin_crossed",
        "negative_margin_recovered",
        "negative_margin_crossed",
        "negative_margin_recovered",
    ]
    assert open_alerts(item) == ["out_of_stock"]


@pytest.mark.parametrize(
    ("days", "band"),
    [
        (0, "expired"),
        (-1, "expired"),
        (1, "expiry_critical"),
        (30, "expiry_critical"),
        (31, "expiry_warning"),
        (90, "expiry_warning"),
        (91, "expiry_notice"),
        (180, "expiry_notice"),
        (181, None),
        (None, None),
    ],
)
def test_a_batch_is_in_the_band_of_its_days_left(days, band):
    item = product()
    receive((item, "A", None if days is None else in_days(days), 3, 30))
    alerts = [kind for kind in open_alerts(item) if kind != "out_of_stock"]
    assert alerts == ([band] if band else [])


def test_bands_are_configurable(settings):
    settings.INVENTORY_EXPIRY_BANDS_DAYS = [5, 10, 15]
    item = product()
    receive((item, "A", in_days(10), 3, 30), (item, "B", in_days(16), 3, 30))
    assert open_alerts(item) == ["expiry_warning"]


def test_a_batch_goes_through_its_bands_day_by_day_and_each_is_told_once():
    item = product()
    start = datetime(2026, 3, 1, 9, tzinfo=UTC)
    with time_machine.travel(start, tick=False):
        receive((item, "A", date(2026, 9, 1), 5, 50))  # 184 days left
        receive((item, "B", date(2030, 1, 1), 5, 50))
        seen = []
        for day in range(0, 190, 2):
            with time_machine.travel(start + timedelta(days=day), tick=False):
                refresh_alerts()
                refresh_alerts()  # the second of the same day finds nothing to do
                seen.append([kind for kind in open_alerts(item) if kind != "dead_stock"])
                assert nothing_astray()
    assert [kinds for n, kinds in enumerate(seen) if n == 0 or kinds != seen[n - 1]] == [
        [], ["expiry_notice"], ["expiry_warning"], ["expiry_critical"], ["expired"],
    ]  # fmt: skip
    bands = OutboxEvent.objects.filter(name="inventory.expiry_band_entered").order_by("pk")
    assert [event.payload["band"] for event in bands] == [
        "expiry_notice", "expiry_warning", "expiry_critical", "expired",
    ]  # fmt: skip
    assert not OutboxEvent.objects.filter(name="inventory.expiry_cleared").exists()


@pytest.mark.parametrize("zone", ["Etc/GMT+12", "Asia/Damascus", "Pacific/Kiritimati"])
def test_the_day_changes_where_the_pharmacy_is(settings, zone):
    settings.PHARMACY_TIME_ZONE = zone
    midnight = datetime.fromisoformat("2028-03-01T00:00:00").replace(tzinfo=ZoneInfo(zone))
    item = product()
    with time_machine.travel(midnight - timedelta(minutes=1), tick=False):
        receive((item, "A", date(2028, 3, 31), 5, 50))  # 31 days left on 29 February
        refresh_alerts()
        assert open_alerts(item) == ["expiry_warning"]
    with time_machine.travel(midnight + timedelta(minutes=1), tick=False):
        refresh_alerts()
        assert open_alerts(item) == ["expiry_critical"]


def test_expiry_lowers_what_may_be_sold_without_any_movement():
    item = product(min_stock=5, max_stock=50)
    receive((item, "A", in_days(1), 10, 100))
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        refresh_alerts()
        assert open_alerts(item) == ["expired", "low_stock", "out_of_stock"]
        assert nothing_astray()


def test_an_expiry_is_cleared_when_the_batch_is_gone():
    item = product()
    receive((item, "A", in_days(10), 3, 30), (item, "B", in_days(400), 3, 30))
    issue((item, 3))
    assert open_alerts(item) == []
    assert told(item) == ["expiry_band_entered", "expiry_cleared"]


def test_goods_nobody_asks_for_are_dead_stock_until_somebody_does(settings):
    settings.INVENTORY_DEAD_STOCK_DAYS = 30
    item, never_sold = product(), product()
    start = timezone.now()
    receive((item, "A", in_days(900), 10, 100), (never_sold, "N", in_days(900), 10, 100))
    with time_machine.travel(start + timedelta(days=10)):
        issue((item, 1))
    with time_machine.travel(start + timedelta(days=31)):
        refresh_alerts()
        assert (open_alerts(item), open_alerts(never_sold)) == ([], ["dead_stock"])
    with time_machine.travel(start + timedelta(days=40)):
        refresh_alerts()
        refresh_alerts()
        assert open_alerts(item) == ["dead_stock"]
        issue((item, 1))
        assert open_alerts(item) == []
        assert told(item) == ["dead_stock_found", "dead_stock_cleared"]
        assert nothing_astray()


def test_goods_that_came_yesterday_are_not_dead_however_long_ago_the_last_sale_was(settings):
    settings.INVENTORY_DEAD_STOCK_DAYS = 30
    item = product()
    receive((item, "A", in_days(900), 1, 10))
    issue((item, 1))
    with time_machine.travel(timezone.now() + timedelta(days=100)):
        receive((item, "B", in_days(900), 5, 10))
        refresh_alerts()
        assert open_alerts(item) == []


def test_a_digest_tells_of_everything_new_once(settings):
    items = [product() for _ in range(3)]
    receive(*[(item, "A", in_days(20), 5, 50) for item in items])
    receive((items[0], "B", in_days(80), 5, 50))
    digest_alerts()
    digest_alerts()
    (digest,) = OutboxEvent.objects.filter(name="inventory.expiry_digested")
    counts = {key: value for key, value in digest.payload.items() if key != "day"}
    assert counts == {
        "expired": 0, "expiry_critical": 3, "expiry_warning": 1, "expiry_notice": 0,
    }  # fmt: skip
    assert alerts_digest(now=timezone.now()) == 0
    assert not OutboxEvent.objects.filter(name="inventory.idle_stock_digested").exists()


def test_what_ended_before_the_digest_is_not_told():
    item = product()
    receive((item, "A", in_days(20), 5, 50))
    issue((item, 5))
    assert alerts_digest(now=timezone.now()) == 0
    assert not OutboxEvent.objects.filter(name="inventory.expiry_digested").exists()


def test_the_day_s_run_locks_and_writes_nothing_when_all_is_told():
    items = [product(min_stock=3, max_stock=5) for _ in range(4)]
    receive(*[(item, "A", in_days(20), 5, 50) for item in items])
    before = list(StockAlert.objects.order_by("pk").values())
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert alerts_refresh_all(now=timezone.now()) == 0
    assert not [q for q in queries if "FOR UPDATE" in q["sql"] or "INSERT" in q["sql"]]
    assert list(StockAlert.objects.order_by("pk").values()) == before


def test_alerts_cost_the_same_queries_for_one_line_and_for_a_hundred():
    def queries_of(count):
        items = [product(min_stock=5, max_stock=8, public_price=Decimal(1)) for _ in range(count)]
        lines = [(item, "A", in_days(20), 9, 90) for item in items]
        with CaptureQueriesContext(connection) as received:
            receive(*lines)  # over the maximum, critical, at a loss
        with CaptureQueriesContext(connection) as issued:
            issue(*[(item, 9) for item in items])  # clears all three, opens two
        assert StockAlert.objects.filter(product_id__in=items).count() >= 5 * count
        return len(received), len(issued)

    assert queries_of(1) == queries_of(100)


@pytest.mark.django_db(transaction=True)
def test_a_crossing_by_many_at_once_is_told_once():
    item = product(min_stock=40, max_stock=60)
    receive((item, "A", in_days(400), 50, 500))
    StockAlert.objects.all().delete()
    OutboxEvent.objects.all().delete()
    outcomes = together([lambda: issue((item, 2)) for _ in range(25)])
    assert not [each for each in outcomes if isinstance(each, InsufficientStock)]
    assert sorted(told(item)) == ["low_stock_crossed", "out_of_stock_crossed"]
    assert open_alerts(item) == ["low_stock", "out_of_stock"]


@pytest.mark.django_db(transaction=True)
def test_the_day_s_run_beside_sales_and_receipts_tells_nothing_twice():
    items = [product(min_stock=5, max_stock=20) for _ in range(4)]
    receive(*[(item, "A", in_days(25), 10, 100) for item in items])

    def sell():
        issue(*[(item, 1) for item in items])

    def restock():
        receive(*[(item, "B", in_days(300), 1, 10) for item in items])

    outcomes = together([sell, restock, refresh_alerts, digest_alerts] * 6)
    assert not [each for each in outcomes if isinstance(each, Exception)]
    assert nothing_astray()
    for item in items:
        assert told(item).count("expiry_band_entered") == 1
    digests = OutboxEvent.objects.filter(name="inventory.expiry_digested")
    assert sum(event.payload["expiry_critical"] for event in digests) == 4


def test_the_database_refuses_a_second_open_alert_and_a_second_band():
    item = product(min_stock=5, max_stock=9)
    receive((item, "A", in_days(20), 3, 30))
    low = StockAlert.objects.get(product_id=item, kind="low_stock")
    band = StockAlert.objects.get(product_id=item, kind="expiry_critical")
    for alert, kind, constraint in (
        (low, "low_stock", "inventory_alert_open_once"),
        (band, "expired", "inventory_alert_one_expiry_band"),
    ):
        alert.pk, alert.kind = None, kind
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            alert.save(force_insert=True)
    band.batch = None
    with (
        pytest.raises(IntegrityError, match="inventory_alert_expiry_names_batch"),
        transaction.atomic(),
    ):
        band.save(force_insert=True)


def test_a_planted_corruption_of_alerts_is_found_named_and_mended():
    item = product(min_stock=5, max_stock=9)
    receive((item, "A", in_days(20), 3, 30))
    batch = Batch.objects.get(product_id=item)
    StockAlert.objects.filter(product_id=item, kind="low_stock").update(closed_at=timezone.now())
    StockAlert.objects.filter(product_id=item, kind="expiry_critical").update(kind="expired")
    (sentences,) = alert_differences(now=timezone.now()).values()
    assert len(sentences) == 3
    assert all(f"product {item}" in sentence for sentence in sentences)
    assert sum(f"batch {batch.pk}" in sentence for sentence in sentences) == 2
    refresh_alerts()
    assert nothing_astray()


def test_an_adjustment_in_another_direction_reopens_what_was_closed():
    item = product(min_stock=5, max_stock=9)
    receive((item, "A", in_days(400), 6, 60))
    batch = Batch.objects.get(product_id=item)
    for quantity, alerts in ((-3, ["low_stock"]), (3, []), (-3, ["low_stock"])):
        stock_adjust(
            actor=SYSTEM,
            now=timezone.now(),
            reason="correction",
            lines=[AdjustmentLine(line=0, batch_id=batch.pk, quantity=quantity)],
        )
        assert open_alerts(item) == alerts
    assert StockAlert.objects.filter(product_id=item, kind="low_stock").count() == 3
    assert ProductStock.objects.get(pk=item).last_issued_at is None


def test_a_merge_neither_tells_again_of_a_batch_nor_leaves_alerts_behind():
    kept = product(min_stock=5, max_stock=50, name_en="Same", name_ar="نفسه")
    merged = product(min_stock=5, max_stock=50, name_en="Same one", name_ar="نفسه أيضا")
    receive((kept, "K", in_days(400), 3, 30), (merged, "M", in_days(20), 3, 30))
    alerts_digest(now=timezone.now())
    products_merge(actor=SYSTEM, now=timezone.now(), kept_id=kept, merged_id=merged, reason="twin")
    assert (open_alerts(kept), open_alerts(merged)) == (["expiry_critical"], [])
    bands = OutboxEvent.objects.filter(name__startswith="inventory.expiry_band")
    assert [event.name for event in bands] == ["inventory.expiry_band_entered"]
    assert alerts_digest(now=timezone.now()) == 0
    # 3 + 3 is no longer below 5.
    assert told(kept)[-1] == "low_stock_recovered"
    assert nothing_astray()
