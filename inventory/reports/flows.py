"""Reports of what happened in a span of time: movements, turnover, movers, ABC/XYZ."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from files.public import ColumnKind
from inventory.models import MovementKind, MovementReason
from inventory.reports.clock import HAPPENED, Clock
from inventory.reports.holdings import PRODUCT, PRODUCT_ID, QUANTITY, VALUE, Chosen
from inventory.reports.names import labelled, named, product_named
from inventory.reports.report import Field, Layout, Report
from inventory.reports.rows import ListRows, SqlRows
from inventory.selectors.abc import abc_classes, variation, xyz_class


def moved_goods(chosen: Chosen) -> str:
    """FROM and WHERE of movements `m` with batch `b`, product `p` and location `l`."""
    return f"""FROM inventory_stockmovement m
      JOIN inventory_batch b ON b.id = m.batch_id
      JOIN inventory_product p ON p.id = b.product_id
      JOIN inventory_location l ON l.id = m.location_id
      LEFT JOIN inventory_category c ON c.id = p.category_id
     WHERE {HAPPENED} AND {chosen.where}"""


# --- Movements ----------------------------------------------------------------------------------

MOVEMENTS = Layout(
    name="movements",
    title=_("Movements of stock"),
    fields=(
        Field("key", _("Code"), in_files=False),
        Field("name", _("Group")),
        Field("opening_quantity", _("Opening"), ColumnKind.QUANTITY, total=True),
        Field("opening_value", _("Opening value"), ColumnKind.MONEY, total=True),
        Field("quantity_in", _("In"), ColumnKind.QUANTITY, total=True),
        Field("value_in", _("Value in"), ColumnKind.MONEY, total=True),
        Field("quantity_out", _("Out"), ColumnKind.QUANTITY, total=True),
        Field("value_out", _("Value out"), ColumnKind.MONEY, total=True),
        Field("closing_quantity", _("Closing"), ColumnKind.QUANTITY, total=True),
        Field("closing_value", _("Closing value"), ColumnKind.MONEY, total=True),
    ),
    notes=(_("Opening + in - out = closing."),),
)
# A revaluation moves nothing: its sign is that of its value.
_GREW = "(m.quantity > 0 OR m.quantity = 0 AND m.value > 0)"
MOVEMENT_GROUPINGS = ("product", "batch", "location", "category", "kind", "reason")


def movements(clock: Clock, chosen: Chosen, *, since: datetime, by: str) -> Report:
    """What came and went after `since` until the report's moment, with what was there before.

    by: product, batch, location, category, kind or reason of the movement. Groups that neither
    moved nor had anything are left out. Quantities and values out are positive.
    """
    key, name = {
        "product": ("p.id::text", product_named()),
        "batch": ("b.id::text", f"concat_ws(' / ', {product_named()}, nullif(b.number, ''))"),
        "location": ("l.id::text", "l.name"),
        "category": ("coalesce(c.id::text, '')", f"coalesce({named('c')}, '-')"),
        "kind": ("m.kind", labelled("m.kind", dict(MovementKind.choices))),
        "reason": ("m.reason", labelled("m.reason", dict(MovementReason.choices))),
    }[by]
    before, within = "m.occurred_at <= %(since)s", "m.occurred_at > %(since)s"

    def total(column: str, condition: str) -> str:
        return f"coalesce(sum({column}) FILTER (WHERE {condition}), 0)"

    sql = f"""
    SELECT {key} AS key, {name} AS name,
           {total("m.quantity", before)} AS opening_quantity,
           {total("m.value", before)} AS opening_value,
           {total("m.quantity", f"{within} AND m.quantity > 0")} AS quantity_in,
           {total("m.value", f"{within} AND {_GREW}")} AS value_in,
           {total("-m.quantity", f"{within} AND m.quantity < 0")} AS quantity_out,
           {total("-m.value", f"{within} AND NOT {_GREW}")} AS value_out,
           sum(m.quantity) AS closing_quantity, sum(m.value) AS closing_value
      {moved_goods(chosen)}
     GROUP BY 1, 2
    HAVING sum(m.quantity) <> 0 OR sum(m.value) <> 0 OR bool_or({within})
     ORDER BY 2, 1"""
    params = {**clock.params, **chosen.params, "since": since}
    return Report(
        layout=MOVEMENTS,
        clock=clock,
        since=since,
        rows=SqlRows(sql, params, summed=MOVEMENTS.summed),
    )


# --- Turnover -----------------------------------------------------------------------------------

# Goods sold at cost, less what customers brought back.
_SOLD = f"""(m.kind = '{MovementKind.ISSUE}' AND m.reason = '{MovementReason.SALE}'
        OR m.kind = '{MovementKind.RETURN_IN}')"""
# How much of the span from `since` on a movement's goods were there (or were missing).
_SHARE = """(extract(epoch FROM %(as_of)s - greatest(m.occurred_at, %(since)s))
        / extract(epoch FROM %(as_of)s::timestamptz - %(since)s::timestamptz))"""
TURNOVER = Layout(
    name="turnover",
    title=_("Turnover of stock"),
    fields=(
        Field("key", _("Code"), in_files=False),
        Field("name", _("Group")),
        Field("cost_of_goods_sold", _("Cost of goods sold"), ColumnKind.MONEY, total=True),
        Field("average_value", _("Average stock at cost"), ColumnKind.MONEY, total=True),
        Field("closing_value", _("Closing stock at cost"), ColumnKind.MONEY, total=True),
        Field("turnover", _("Turnover"), ColumnKind.TEXT),
        Field("days_of_stock", _("Days of stock"), ColumnKind.TEXT),
    ),
    notes=(_("Turnover = cost of goods sold / average stock. Days of stock = days / turnover."),),
)
TURNOVER_GROUPINGS = ("product", "category", "all")


def turnover(clock: Clock, chosen: Chosen, *, days: int, by: str) -> Report:
    """How often stock was sold and replaced in the last `days` days, and how long it lasts.

    turnover = cost of goods sold / average stock at cost; days of stock = days / turnover. The
    average is over time: every value weighs as long as it was there. (Horngren, Datar and Rajan,
    Cost Accounting, and any text of the trade, take the mean of opening and closing stock, which
    is its estimate from two days.) Both are empty where nothing was sold or nothing was there.
    """
    key, name = {
        "product": ("p.id::text", product_named()),
        "category": ("coalesce(c.id::text, '')", f"coalesce({named('c')}, '-')"),
        "all": ("''", "'-'"),
    }[by]
    sql = f"""
    SELECT key, name, cost_of_goods_sold, round(average, 3) AS average_value, closing_value,
           round(cost_of_goods_sold / nullif(greatest(average, 0), 0), 2) AS turnover,
           round(%(days)s * greatest(average, 0) / nullif(greatest(cost_of_goods_sold, 0), 0), 1)
           AS days_of_stock
      FROM (SELECT {key} AS key, {name} AS name,
                   coalesce(-sum(m.value) FILTER (WHERE m.occurred_at > %(since)s AND {_SOLD}), 0)
                   AS cost_of_goods_sold,
                   sum(m.value * {_SHARE}) AS average, sum(m.value) AS closing_value
              {moved_goods(chosen)}
             GROUP BY 1, 2) g
     WHERE cost_of_goods_sold <> 0 OR closing_value <> 0 OR round(average, 3) <> 0
     ORDER BY cost_of_goods_sold DESC, key"""
    since = clock.days_ago(days)
    params = {**clock.params, **chosen.params, "since": since, "days": days}
    return Report(
        layout=TURNOVER,
        clock=clock,
        since=since,
        rows=SqlRows(sql, params, summed=TURNOVER.summed),
    )


# --- Fast, slow and dead movers -----------------------------------------------------------------

FAST, SLOW, DEAD = "fast", "slow", "dead"
MOVER_CLASSES = {FAST: _("Fast"), SLOW: _("Slow"), DEAD: _("Dead")}
DAYS_A_YEAR = 365
MOVERS = Layout(
    name="movers",
    title=_("Fast, slow and dead movers"),
    fields=(
        PRODUCT_ID,
        PRODUCT,
        Field("mover_class", _("Class"), label=MOVER_CLASSES.get),
        Field("issued_quantity", _("Handed out"), ColumnKind.QUANTITY, total=True),
        Field("issues", _("Times"), ColumnKind.INTEGER, total=True),
        Field("turnover_a_year", _("Turnover a year"), ColumnKind.TEXT),
        Field("last_issued_at", _("Last handed out"), ColumnKind.DATETIME),
        QUANTITY,
        VALUE,
    ),
)


def movers(
    clock: Clock, chosen: Chosen, *, days: int, fast_from: Decimal, wanted: str = ""
) -> Report:
    """How products moved in the last `days` days, by what was handed out.

    fast: the quantity handed out, taken to a year, is at least `fast_from` times the average
    quantity there was (the F of FSN analysis); slow: less; dead: nothing was, of goods whose batch
    came before that. Products with nothing on hand and nothing handed out are left out, and so are
    goods newer than the span that nobody had time to ask for: they are slow.
    """
    issued = f"m.kind = '{MovementKind.ISSUE}' AND m.quantity < 0"
    recent = f"m.occurred_at > %(since)s AND {issued}"
    sql = f"""
    SELECT product_id, product_name,
           CASE WHEN issued_quantity = 0 AND here_since <= %(since)s THEN '{DEAD}'
                WHEN issued_quantity > 0 AND (average <= 0 OR
                     issued_quantity * {DAYS_A_YEAR} / %(days)s::numeric
                     >= %(fast_from)s * average) THEN '{FAST}'
                ELSE '{SLOW}' END AS mover_class,
           issued_quantity, issues,
           round(issued_quantity * {DAYS_A_YEAR} / %(days)s / nullif(greatest(average, 0), 0), 2)
           AS turnover_a_year,
           last_issued_at, quantity, value
      FROM (SELECT p.id AS product_id, {product_named()} AS product_name,
                   coalesce(-sum(m.quantity) FILTER (WHERE {recent}), 0) AS issued_quantity,
                   count(*) FILTER (WHERE {recent}) AS issues,
                   sum(m.quantity * {_SHARE}) AS average,
                   max(m.occurred_at) FILTER (WHERE {issued}) AS last_issued_at,
                   min(b.received_at) AS here_since,
                   sum(m.quantity) AS quantity, sum(m.value) AS value
              {moved_goods(chosen)}
             GROUP BY p.id) g
     WHERE quantity <> 0 OR issued_quantity <> 0"""
    chosen_class = " AND mover_class = %(wanted)s" if wanted else ""
    sql = f"""SELECT * FROM ({sql}) r WHERE TRUE{chosen_class}
     ORDER BY issued_quantity DESC, value DESC, product_id"""
    since = clock.days_ago(days)
    params = {
        **clock.params, **chosen.params, "since": since, "days": days, "fast_from": fast_from,
        "wanted": wanted,
    }  # fmt: skip
    return Report(
        layout=MOVERS, clock=clock, since=since, rows=SqlRows(sql, params, summed=MOVERS.summed)
    )


# --- ABC / XYZ ----------------------------------------------------------------------------------

ABC_XYZ = Layout(
    name="abc-xyz",
    title=_("ABC/XYZ analysis"),
    fields=(
        PRODUCT_ID,
        PRODUCT,
        Field("abc_class", "ABC"),
        Field("xyz_class", "XYZ"),
        Field("consumption_value", _("Consumed at cost"), ColumnKind.MONEY, total=True),
        Field("share_percent", _("Share"), ColumnKind.PERCENT),
        Field("running_percent", _("Running share"), ColumnKind.PERCENT),
        Field("consumption_quantity", _("Consumed"), ColumnKind.QUANTITY, total=True),
        Field("variation", _("Coefficient of variation"), ColumnKind.TEXT),
    ),
    notes=(_("ABC by the value consumed, at cost; XYZ by how steady the quantity is per period."),),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Classing:
    """periods: equal spans of `period_days` days that end with the report's moment."""

    periods: int
    period_days: int
    a_share: Decimal
    b_share: Decimal
    x_limit: float
    y_limit: float


def abc_xyz(clock: Clock, chosen: Chosen, *, classing: Classing) -> Report:
    """Products by the value handed out (see `inventory.selectors.abc`), largest first.

    Consumption is what was issued for any reason, at cost. Products with none are left out.
    """
    since = clock.days_ago(classing.periods * classing.period_days)
    sql = f"""
    SELECT p.id, {product_named()},
           least({classing.periods - 1}, floor(extract(epoch FROM m.occurred_at - %(since)s)
                 / (86400 * %(period_days)s)))::int,
           -sum(m.quantity), -sum(m.value)
      {moved_goods(chosen)} AND m.occurred_at > %(since)s AND m.kind = '{MovementKind.ISSUE}'
     GROUP BY 1, 2, 3"""
    params = {
        **clock.params, **chosen.params, "since": since, "period_days": classing.period_days
    }  # fmt: skip
    names: dict[int, str] = {}
    demand: dict[int, list[int]] = defaultdict(lambda: [0] * classing.periods)
    value: dict[int, Decimal] = defaultdict(Decimal)
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        for product_id, name, period, quantity, worth in cursor.fetchall():
            names[product_id] = name
            demand[product_id][period] += int(quantity)
            value[product_id] += worth
    rows = ListRows(_classed(names, demand, value, classing), summed=ABC_XYZ.summed)
    return Report(layout=ABC_XYZ, clock=clock, since=since, rows=rows)


def _classed(
    names: dict[int, str],
    demand: dict[int, list[int]],
    value: dict[int, Decimal],
    classing: Classing,
) -> list[dict[str, Any]]:
    classes = abc_classes(value, a_share=classing.a_share, b_share=classing.b_share)
    whole = sum(value.values(), Decimal(0))
    rows, running = [], Decimal(0)
    for product_id in sorted(value, key=lambda pk: (-value[pk], pk)):
        running += value[product_id]
        coefficient = variation(demand[product_id])
        rows.append(
            {
                "product_id": product_id,
                "product_name": names[product_id],
                "abc_class": classes[product_id],
                "xyz_class": xyz_class(
                    coefficient, x_limit=classing.x_limit, y_limit=classing.y_limit
                ),
                "consumption_value": value[product_id],
                "share_percent": _percent(value[product_id], whole),
                "running_percent": _percent(running, whole),
                "consumption_quantity": sum(demand[product_id]),
                "variation": None if coefficient is None else f"{coefficient:.3f}",
            }
        )
    return rows


def _percent(part: Decimal, whole: Decimal) -> Decimal:
    return round(100 * part / whole, 2) if whole else Decimal(0)
