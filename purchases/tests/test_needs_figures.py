"""The formulas of need, judged against figures worked out by hand and against the normal law."""

import json
from decimal import Decimal
from math import sqrt
from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from purchases.needs import (
    Basis,
    Demand,
    Limits,
    Lot,
    StockPosition,
    SupplyTerms,
    expiring_units,
    figures_under,
    from_json,
    need_figures,
    safety_stock,
    service_factor,
)

STEADY = Demand(
    per_day=Decimal(4), deviation=Decimal(2), observed_days=180, stock_out_days=3, sold=720
)
TERMS = SupplyTerms(
    abc_class="A",
    service_level=Decimal("0.98"),
    lead_days=2,
    review_days=7,
    lead_deviation=Decimal(1),
)


def position(on_hand=0, *, reserved=0, incoming=0, held_back=0, lots=()):
    return StockPosition(
        on_hand=on_hand,
        reserved=reserved,
        incoming=incoming,
        expiring=0,
        held_back=held_back,
        lots=tuple(Lot(days=days, units=units) for days, units in lots),
    )


def judged(demand=STEADY, *, limits=None, terms=TERMS, review_due=True, at=None, fewest_days=28):
    return need_figures(
        product_id=1,
        terms=terms,
        limits=limits or Limits(),
        demand=demand,
        position=at or position(),
        fewest_days=fewest_days,
        review_due=review_due,
    )


@pytest.mark.parametrize(
    ("level", "factor"),
    [("0.5", "0.0000"), ("0.90", "1.2816"), ("0.95", "1.6449"), ("0.98", "2.0537")],
)
def test_the_service_factor_is_the_quantile_of_the_normal_law(level, factor):
    assert service_factor(Decimal(level)) == Decimal(factor)


@pytest.mark.parametrize("level", ["0", "1", "-1", "NaN"])
def test_a_service_level_that_cannot_be_is_refused(level):
    with pytest.raises(ValueError, match="service level"):
        service_factor(Decimal(level))


def test_the_worked_example():
    """docs/flows/needs.md: 4 a day, deviation 2, two days of lead (give or take one), weekly."""
    figures = judged(at=position(30, reserved=5, incoming=6, held_back=4, lots=[(3, 20)]))
    # sqrt(9 x 4 + 16 x 1) = 7.2111; x 2.0537 = 14.81
    assert figures.safety_stock == Decimal("14.81")
    assert figures.reorder_point == 23  # 4 x 2 + 14.81 = 22.81
    assert figures.order_up_to == 51  # 4 x 9 + 14.81 = 50.81
    # Of 20 that expire in 3 days 5 are promised and 12 are sold.
    assert figures.position.expiring == 3
    assert figures.position.usable == 30 - 4 - 3 - 5 + 6 == 24
    assert figures.needed == 27
    assert not figures.urgent
    assert figures.cover_days == Decimal("6.0")


@given(
    mean=st.decimals(min_value=0, max_value=1000, places=4),
    deviation=st.decimals(min_value=0, max_value=1000, places=4),
    lead=st.integers(0, 90),
    review=st.integers(1, 90),
    spread=st.decimals(min_value=0, max_value=30, places=1),
    level=st.decimals(min_value="0.5", max_value="0.9999", places=4),
)
def test_safety_stock_is_the_textbook_formula(mean, deviation, lead, review, spread, level):
    demand = Demand(per_day=mean, deviation=deviation, observed_days=99, stock_out_days=0, sold=0)
    terms = SupplyTerms(
        abc_class="B",
        service_level=level,
        lead_days=lead,
        review_days=review,
        lead_deviation=spread,
    )
    variance = (lead + review) * float(deviation) ** 2 + float(mean) ** 2 * float(spread) ** 2
    expected = NormalDist().inv_cdf(float(level)) * sqrt(variance)
    # Its factor has four places, the result two.
    tolerance = 0.00005 * sqrt(variance) + 0.006
    assert float(safety_stock(demand, terms)) == pytest.approx(expected, abs=tolerance)


def test_between_the_levels_an_order_waits_for_its_occasion():
    at = position(30)
    assert judged(at=at).needed == 21
    assert judged(at=at, review_due=False).needed == 0
    at_the_point = judged(at=position(23), review_due=False)
    assert (at_the_point.needed, at_the_point.urgent) == (28, True)


def test_a_short_history_leaves_it_to_the_products_limits():
    short = Demand(
        per_day=Decimal(9), deviation=Decimal(9), observed_days=27, stock_out_days=0, sold=243
    )
    limits = Limits(min_stock=10, max_stock=40)
    figures = judged(short, limits=limits, at=position(9))
    assert (figures.basis, figures.needed, figures.safety_stock) == (Basis.MIN_MAX, 31, 0)
    assert judged(short, limits=limits, at=position(10)).needed == 0
    assert judged(short, limits=limits, fewest_days=27).basis is Basis.DEMAND


def test_a_reorder_point_is_reached_at_itself():
    none = Demand(
        per_day=Decimal(0), deviation=Decimal(0), observed_days=0, stock_out_days=0, sold=0
    )
    limits = Limits(min_stock=5, reorder_point=10, max_stock=40)
    assert judged(none, limits=limits, at=position(11)).needed == 0
    assert judged(none, limits=limits, at=position(10)).needed == 30


def test_a_minimum_stays_a_floor_below_demand():
    idle = Demand(
        per_day=Decimal(0), deviation=Decimal(0), observed_days=180, stock_out_days=0, sold=0
    )
    assert judged(idle, at=position(0)).needed == 0
    assert judged(idle, limits=Limits(min_stock=6, max_stock=50), at=position(2)).needed == 4
    busy = judged(limits=Limits(min_stock=6, max_stock=10), at=position(0))
    assert busy.needed == busy.order_up_to == 51


def test_promised_more_than_there_is_counts_as_need():
    assert judged(at=position(2, reserved=10)).needed == 51 + 8


def test_a_supplier_who_takes_longer_needs_more():
    figures = judged(at=position(30, lots=[(10, 30)]))
    assert figures.position.expiring == 0  # sold within the 9 days that count
    slower = figures_under(figures, lead_days=5, review_days=14)
    assert slower.safety_stock == Decimal("19.70")  # sqrt(19 x 4 + 16) = 9.5917
    assert (slower.reorder_point, slower.order_up_to) == (40, 96)
    assert slower.position.expiring == 0
    assert slower.needed == 66
    assert figures_under(slower, lead_days=2, review_days=7) == figures


def test_what_cannot_be_sold_before_it_expires_covers_nothing():
    lots = [Lot(days=5, units=8), Lot(days=2, units=10), Lot(days=20, units=5)]
    # 2 a day: 4 of the first 10 by day 2, 6 of the 8 by day 5; the third in good time.
    assert expiring_units(lots, per_day=Decimal(2)) == 6 + 2
    assert expiring_units(lots, per_day=Decimal(2), within=4) == 6
    assert expiring_units(lots, per_day=Decimal(2), reserved=10) == 0
    assert expiring_units(lots, per_day=Decimal(0)) == 23


lots = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 500)), max_size=6)


@given(
    lots=lots,
    per_day=st.decimals(min_value=0, max_value=50, places=2),
    reserved=st.integers(0, 800),
)
def test_expiring_units_agree_with_selling_day_by_day(lots, per_day, reserved):
    """One unit after another, each from the lot that expires first."""
    left = sorted([days, units] for days, units in lots)
    for lot in left:
        promised = min(reserved, lot[1])
        lot[1] -= promised
        reserved -= promised
    sold, unsold = 0, 0
    for day in range(61):
        capacity = int((per_day * day + Decimal("0.5")) // 1)
        for lot in left:
            taken = min(lot[1], capacity - sold) if lot[0] >= day else 0
            sold, lot[1] = sold + taken, lot[1] - taken
        unsold = sum(units for _days, units in left)
    given_lots = [Lot(days=days, units=units) for days, units in lots]
    total_reserved = sum(units for _, units in lots) - unsold - sold
    assert expiring_units(given_lots, per_day=per_day, reserved=total_reserved) == unsold


@given(
    demand=st.builds(
        Demand,
        per_day=st.decimals(min_value=0, max_value=10**4, places=4),
        deviation=st.decimals(min_value=0, max_value=10**4, places=4),
        observed_days=st.integers(0, 400),
        stock_out_days=st.integers(0, 400),
        sold=st.integers(0, 10**6),
    ),
    limits=st.builds(
        Limits,
        min_stock=st.integers(0, 100),
        reorder_point=st.none() | st.integers(0, 100),
        max_stock=st.integers(0, 100),
    ),
    on_hand=st.integers(0, 10**4),
    lots=lots,
    due=st.booleans(),
)
def test_figures_survive_their_journey_through_json(demand, limits, on_hand, lots, due):
    figures = judged(demand, limits=limits, at=position(on_hand, lots=lots), review_due=due)
    kept = json.loads(json.dumps(figures.as_json()))
    assert from_json(kept) == figures
    assert kept["position"]["usable"] == figures.position.usable
    assert figures.needed >= 0
