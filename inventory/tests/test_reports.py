"""Reports of stock by figures worked out by hand, and over HTTP."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from capital.public import capital_summary
from core.audit import SYSTEM
from inventory.models import Category, Product
from inventory.records import IssueLine, ReceiptLine
from inventory.reports import flows, holdings
from inventory.reports.averages import moving_average
from inventory.reports.clock import Clock
from inventory.reports.holdings import Chosen
from inventory.selectors.alerts import limits
from inventory.services.documents import stock_issue_by_hand, stock_receive_by_hand
from inventory.tests.stock import in_days, issue, product, receive

REPORTS = "/api/v1/inventory/reports/"
ALL = Chosen()
NAMES = (
    "stock-on-hand", "valuation", "ageing", "expiry-calendar", "movements", "turnover", "movers",
    "abc-xyz",
)  # fmt: skip
START = datetime(2026, 1, 1, 9, tzinfo=UTC)


def on(day):
    """Work as if it were `day` days after 1 January 2026."""
    return time_machine.travel(START + timedelta(days=day), tick=False)


def clock(day):
    return Clock(as_of=START + timedelta(days=day))


# --- Moving average: pure -----------------------------------------------------------------------


def test_the_average_is_renewed_by_what_comes_and_taken_along_by_what_goes():
    # 10 at 10; 10 at 20 -> 15 each; 5 go with 75; 5 at 30 -> 375 / 20 = 18.75 each.
    steps = [(10, 100), (10, 200), (-5, -50), (5, 150)]
    assert moving_average((q, Decimal(v)) for q, v in steps) == (20, Decimal(375))
    assert moving_average([(3, Decimal(10)), (-3, Decimal(-10))]) == (0, 0)
    assert moving_average([(-2, Decimal(-4)), (5, Decimal(10))]) == (3, Decimal(10))


@given(st.lists(st.tuples(st.integers(1, 20), st.decimals(0, 1000, places=2), st.integers(0, 20))))
def test_the_average_stays_between_the_cheapest_and_the_dearest_that_came(history):
    steps, held, costs = [], 0, []
    for came, value, wanted in history:
        steps.append((came, value))
        costs.append(value / came)
        held += came
        gone = min(wanted, held)
        if gone:
            steps.append((-gone, Decimal(0)))
            held -= gone
    left, worth = moving_average(steps)
    assert left == held
    assert worth == 0 if not held else True
    tiny = Decimal("1e-9")
    if held:
        assert min(costs) - tiny <= worth / held <= max(costs) + tiny


# --- By figures ---------------------------------------------------------------------------------


@pytest.fixture
def story(db):
    """Two products over 100 days; see docs/flows/stock-reports.md."""
    category = Category.objects.create(name_en="Pain", key="pain")
    steady, idle = (
        product(name_en="Steady", name_ar="ثابت"),
        product(name_en="Idle", name_ar="راكد"),
    )
    Product.objects.filter(pk=steady).update(category=category)
    with on(0):
        receive((steady, "S1", date(2026, 3, 15), 100, 1000), (idle, "I1", None, 10, 500))
    with on(50):
        issue((steady, 40))
    with on(60):
        receive((steady, "S2", date(2027, 6, 1), 40, 800))
    with on(90):
        issue((steady, 30))
    return steady, idle


def test_stock_on_hand_goes_back_and_forth_in_time(story):
    steady, idle = story

    def held(day):
        return [
            (row["product_id"], row["batch_number"], row["quantity"], row["value"])
            for row in holdings.stock_on_hand(clock(day), ALL).rows
        ]

    assert held(-1) == []
    assert held(0) == [(steady, "S1", 100, 1000), (idle, "I1", 10, 500)]
    assert held(50) == [(steady, "S1", 60, 600), (idle, "I1", 10, 500)]
    # S1 expired on 15 March (day 73): the sale of day 90 takes S2.
    assert held(90) == [(steady, "S1", 60, 600), (steady, "S2", 10, 200), (idle, "I1", 10, 500)]
    assert held(100) == held(90)


def test_valuation_is_the_inventory_account_whatever_it_is_grouped_by(story):
    for by in holdings.GROUPINGS:
        for method in holdings.METHODS:
            report = holdings.valuation(clock(100), ALL, by=by, method=method, limits=limits())
            assert report.rows.totals["quantity"] == 80
        report = holdings.valuation(clock(100), ALL, by=by, method="batch_cost", limits=limits())
        assert report.rows.totals["value"] == capital_summary().stock_at_cost == 1300


def test_weighted_average_values_all_goods_of_a_product_alike(story):
    steady, idle = story
    # 100 at 10; 40 go at 10; 40 at 20: 1400 / 100 = 14 each; 30 go: 70 x 14 = 980.
    report = holdings.valuation(
        clock(100), ALL, by="batch", method="weighted_average", limits=limits()
    )
    rows = {row["name"]: (row["quantity"], row["unit_cost"], row["value"]) for row in report.rows}
    assert rows == {
        f"{Product.objects.get(pk=steady).name_en} / S1": (60, 14, 840),
        f"{Product.objects.get(pk=steady).name_en} / S2": (10, 14, 140),
        f"{Product.objects.get(pk=idle).name_en} / I1": (10, 50, 500),
    }
    bands = holdings.valuation(
        clock(100), ALL, by="expiry_band", method="batch_cost", limits=limits()
    )
    assert {row["key"]: row["value"] for row in bands.rows} == {
        "expired": 600, "later": 200, "unknown": 500,
    }  # fmt: skip


def test_bands_are_those_of_the_report_s_day(story):
    def bands(day):
        report = holdings.valuation(
            clock(day), ALL, by="expiry_band", method="batch_cost", limits=limits()
        )
        return {row["key"] for row in report.rows}

    assert bands(0) == {"expiry_warning", "unknown"}  # 73 days left
    assert bands(50) == {"expiry_critical", "unknown"}
    assert bands(73) == {"expired", "later", "unknown"}


def test_ageing_counts_the_days_since_a_batch_came(story):
    rows = {row["product_name"]: row for row in holdings.ageing(clock(100), ALL).rows}
    steady, idle = rows["Steady"], rows["Idle"]
    assert (steady["value_31_60"], steady["value_91_180"], steady["oldest_days"]) == (200, 600, 100)
    assert (idle["value_91_180"], idle["value"], idle["value_0_30"]) == (500, 500, 0)


def test_the_expiry_calendar_puts_unknown_last_and_marks_what_expired(story):
    rows = list(holdings.expiry_calendar(clock(100), ALL, step="month").rows)
    assert [
        (row["from_date"], row["to_date"], row["expired"], row["quantity"]) for row in rows
    ] == [
        (date(2026, 3, 1), date(2026, 3, 31), True, 60),
        (date(2027, 6, 1), date(2027, 6, 30), False, 10),
        (None, None, False, 10),
    ]
    (day, *_) = holdings.expiry_calendar(clock(100), ALL, step="day").rows
    assert day["from_date"] == day["to_date"] == date(2026, 3, 15)


def test_movements_open_and_close_with_what_was_there(story):
    steady, _ = story
    report = flows.movements(clock(70), ALL, since=START + timedelta(days=10), by="product")
    row = next(row for row in report.rows if row["key"] == str(steady))
    del row["key"], row["name"]
    assert list(row.values()) == [100, 1000, 40, 800, 40, 400, 100, 1400]
    kinds = flows.movements(clock(70), ALL, since=START - timedelta(days=1), by="kind").rows
    assert {row["key"]: row["quantity_in"] - row["quantity_out"] for row in kinds} == {
        "receipt": 150, "issue": -40,
    }  # fmt: skip


def test_turnover_is_cost_of_goods_sold_over_the_average_in_time(story):
    steady, idle = story
    rows = {row["key"]: row for row in flows.turnover(clock(100), ALL, days=100, by="product").rows}
    # Steady: 1000 for 50 days, 600 for 10, 1400 for 30, 800 for 10 days: 1060 on average.
    # Sold at cost: 400 + 600 = 1000; 1000 / 1060 = 0.94; 100 x 1060 / 1000 = 106 days.
    row = rows[str(steady)]
    assert row["cost_of_goods_sold"] == 1000
    assert (row["average_value"], row["closing_value"]) == (1060, 800)
    assert (row["turnover"], row["days_of_stock"]) == (Decimal("0.94"), 106)
    assert (rows[str(idle)]["turnover"], rows[str(idle)]["days_of_stock"]) == (0, None)
    (whole,) = flows.turnover(clock(100), ALL, days=100, by="all").rows
    assert (whole["cost_of_goods_sold"], whole["average_value"]) == (1000, 1560)


def test_movers_are_fast_slow_or_dead(story):
    steady, idle = story

    def classes(day, days, fast_from):
        report = flows.movers(clock(day), ALL, days=days, fast_from=Decimal(fast_from))
        return {row["product_id"]: row["mover_class"] for row in report.rows}

    # In 100 days 70 went of 86 there on average: 255.5 a year, 2.97 times.
    # 100 for 50 days, 60 for 10, 100 for 30, 70 for 10: 93 on average; 255.5 / 93 = 2.75.
    assert classes(100, 100, "2.74") == {steady: "fast", idle: "dead"}
    assert classes(100, 100, "2.76") == {steady: "slow", idle: "dead"}
    # Ten days after it came nobody can say that nobody wants it.
    assert classes(10, 30, 3) == {steady: "slow", idle: "slow"}
    only = flows.movers(clock(100), ALL, days=100, fast_from=Decimal(2), wanted="dead").rows
    assert [row["product_id"] for row in only] == [idle]


def test_abc_xyz_ranks_by_value_and_judges_by_steadiness(db):
    steady, erratic, small = product(), product(), product()
    with on(0):
        receive(*[(item, "A", date(2030, 1, 1), 1000, 10_000) for item in (steady, erratic, small)])
    for period in range(4):
        with on(5 + 10 * period):
            issue((steady, 80))
            if period == 2:
                issue((erratic, 60))
            issue((small, 4 if period % 2 else 6))
    classing = flows.Classing(
        periods=4, period_days=10, a_share=Decimal("0.8"), b_share=Decimal("0.15"),
        x_limit=0.5, y_limit=1.0,
    )  # fmt: skip
    rows = list(flows.abc_xyz(clock(40), ALL, classing=classing).rows)
    assert [(row["product_id"], row["abc_class"], row["xyz_class"]) for row in rows] == [
        (steady, "A", "X"), (erratic, "B", "Z"), (small, "C", "X"),
    ]  # fmt: skip
    assert [row["consumption_value"] for row in rows] == [3200, 600, 200]
    assert [row["running_percent"] for row in rows] == [80, 95, 100]
    assert rows[0]["variation"] == "0.000"
    assert rows[1]["variation"] == f"{3**0.5:.3f}"


def test_what_was_entered_late_counts_where_it_belongs_unless_it_was_not_known(db):
    """Two clocks: when it happened, and when we knew."""
    item = product()
    now = timezone.now()
    line = ReceiptLine(
        line=0, product_id=item, batch_number="L", expiry_date=None, quantity=5,
        total_cost=Decimal(50),
    )  # fmt: skip
    before = timezone.now()
    stock_receive_by_hand(
        actor=SYSTEM, now=now, reason="gift", lines=[line], occurred_at=now - timedelta(days=3)
    )

    def held(**moments):
        return holdings.stock_on_hand(Clock(**moments), ALL).rows.totals["quantity"]

    two_days_ago = now - timedelta(days=2)
    assert held(as_of=two_days_ago) == 5
    assert held(as_of=two_days_ago, known_at=before) == 0
    assert held(as_of=two_days_ago, known_at=timezone.now()) == 5
    assert held(as_of=now - timedelta(days=4)) == 0


# --- Over HTTP ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_every_report_is_served_as_json_and_as_files(story, client_as, name):
    client = client_as("accountant")
    answer = client.get(f"{REPORTS}{name}/", {"as_of": "2026-04-15"})
    assert answer.status_code == 200, answer.content
    body = answer.json()
    assert body["as_of"].startswith("2026-04-15T23:59:59.999999+03:00")
    assert body["count"] == len(body["results"]) > 0
    for kind, start in (("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK")):
        file = client.get(f"{REPORTS}{name}/", {"format": kind, "as_of": "2026-04-15"})
        assert file.status_code == 200
        assert file.getvalue().startswith(start)


def test_a_report_is_printed_in_arabic(story, client_as):
    client = client_as("owner")
    file = client.get(f"{REPORTS}stock-on-hand/", {"format": "pdf", "language": "ar"})
    assert file.getvalue().startswith(b"%PDF")
    table = client.get(f"{REPORTS}stock-on-hand/", {"format": "csv", "language": "ar"})
    assert "ثابت" in table.getvalue().decode("utf-8-sig")
    assert "Steady" not in table.getvalue().decode("utf-8-sig")


def test_a_file_ends_with_the_totals_of_its_rows(story, client_as):
    query = {"format": "csv", "as_of": "2026-04-15", "language": "en"}
    file = client_as("owner").get(f"{REPORTS}valuation/", query)
    lines = file.getvalue().decode("utf-8-sig").strip().splitlines()
    total = next(line for line in lines if line.startswith("Total"))
    assert total.split(",")[1] == "80"
    assert total.endswith("1300.00")


def test_those_who_may_not_see_costs_get_no_report(client_as, story):
    for name in NAMES:
        assert client_as("cashier").get(f"{REPORTS}{name}/").status_code == 403


@pytest.mark.parametrize(
    "query",
    [
        {"as_of": "yesterday"},
        {"as_of": "9999-12-31"},
        {"as_of": "2026-02-30"},
        {"by": "colour"},
        {"method": "lifo"},
        {"typo": "1"},
    ],
)
def test_a_question_that_makes_no_sense_is_refused_with_the_field(client_as, query):
    answer = client_as("owner").get(f"{REPORTS}valuation/", query)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == next(iter(query))


def test_a_category_includes_those_below_it_and_filters_narrow(story, client_as):
    steady, idle = story
    child = Product.objects.get(pk=steady).category
    parent = Category.objects.create(name_en="All", key="all")
    Category.objects.filter(pk=child.pk).update(parent=parent)
    client = client_as("owner")

    def found(**query):
        return client.get(f"{REPORTS}stock-on-hand/", query).json()["totals"]["quantity"]

    assert found() == 80
    assert found(category_id=parent.pk) == found(product_id=steady) == 70
    assert found(product_id=idle, category_id=parent.pk) == 0
    assert found(location_id=10**9) == 0


@pytest.mark.parametrize("name", NAMES)
def test_a_report_costs_the_same_queries_for_any_number_of_rows(client_as, name):
    client = client_as("owner")

    def queries():
        client.get(f"{REPORTS}{name}/")
        with CaptureQueriesContext(connection) as made:
            body = client.get(f"{REPORTS}{name}/").json()
        return len(made), body["count"]

    def deal(count):
        items = [product() for _ in range(count)]
        receive(*[(item, "A", in_days(40 + 40 * n), 5, 50) for n, item in enumerate(items)])
        issue(*[(item, 2) for item in items])

    deal(1)
    few, one = queries()
    deal(60)
    many, rows = queries()
    assert few == many
    assert rows > one or name == "turnover" or rows >= 1


def test_pages_of_a_report_hold_all_rows_once(client_as, db):
    items = [product() for _ in range(7)]
    receive(*[(item, "A", in_days(400), 5, 50) for item in items])
    client, url, seen = client_as("owner"), f"{REPORTS}stock-on-hand/?page_size=3", []
    while url:
        body = client.get(url).json()
        seen += [row["product_id"] for row in body["results"]]
        url = body["next"]
    assert seen == sorted(items)


def test_an_issue_of_today_is_not_in_yesterday_s_report(client_as, db):
    item = product()
    now = timezone.now()
    receive((item, "A", in_days(400), 5, 50))
    moment = timezone.now()
    stock_issue_by_hand(
        actor=SYSTEM, now=timezone.now(), reason="donation",
        lines=[IssueLine(line=0, product_id=item, quantity=2)],
    )  # fmt: skip
    client = client_as("owner")
    for as_of, quantity in ((now - timedelta(days=1), 0), (moment, 5), (timezone.now(), 3)):
        body = client.get(f"{REPORTS}stock-on-hand/", {"as_of": as_of.isoformat()}).json()
        assert body["totals"]["quantity"] == quantity
