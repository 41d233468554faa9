"""Reports of what was there: stock on hand, valuation, ageing, expiry calendar."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from files.public import ColumnKind
from inventory.conditions import Limits
from inventory.models import AlertKind
from inventory.reports.averages import average_valuation
from inventory.reports.clock import HAPPENED, Clock
from inventory.reports.names import SUBTREE, labelled, named, product_named
from inventory.reports.report import Field, Layout, Report
from inventory.reports.rows import SqlRows

PRODUCT_ID = Field("product_id", _("Product"), ColumnKind.INTEGER, in_files=False)
PRODUCT = Field("product_name", _("Product"))
QUANTITY = Field("quantity", _("Quantity"), ColumnKind.QUANTITY, total=True)
VALUE = Field("value", _("Value at cost"), ColumnKind.MONEY, total=True)

# What was left of every batch at every place.
HELD = f"""
    SELECT m.batch_id, m.location_id, sum(m.quantity) AS quantity, sum(m.value) AS value
      FROM inventory_stockmovement m
     WHERE {HAPPENED}
     GROUP BY m.batch_id, m.location_id
    HAVING sum(m.quantity) <> 0 OR sum(m.value) <> 0"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Which goods a report is about; None is all. category_id: with all below it."""

    product_id: int | None = None
    location_id: int | None = None
    category_id: int | None = None

    @property
    def params(self) -> dict[str, Any]:
        return {
            "product_id": self.product_id,
            "location_id": self.location_id,
            "category_id": self.category_id,
        }

    @property
    def where(self) -> str:
        """Conditions on holdings or movements `m` and their product `p`."""
        conditions = {
            "product_id": "p.id = %(product_id)s",
            "location_id": "m.location_id = %(location_id)s",
            "category_id": f"p.category_id IN {SUBTREE}",
        }
        chosen = [sql for name, sql in conditions.items() if getattr(self, name) is not None]
        return " AND ".join(chosen) or "TRUE"


def held_goods(chosen: Chosen) -> str:
    """FROM and WHERE of holdings `m` with batch `b`, product `p` and location `l`."""
    return f"""FROM ({HELD}) m
      JOIN inventory_batch b ON b.id = m.batch_id
      JOIN inventory_product p ON p.id = b.product_id
      JOIN inventory_location l ON l.id = m.location_id
     WHERE {chosen.where}"""


# --- Stock on hand ------------------------------------------------------------------------------

STOCK_ON_HAND = Layout(
    name="stock-on-hand",
    title=_("Stock on hand"),
    fields=(
        PRODUCT_ID,
        PRODUCT,
        Field("batch_id", _("Batch"), ColumnKind.INTEGER, in_files=False),
        Field("batch_number", _("Batch")),
        Field("expiry_date", _("Expiry"), ColumnKind.DATE),
        Field("location_id", _("Location"), ColumnKind.INTEGER, in_files=False),
        Field("location_name", _("Location")),
        QUANTITY,
        Field("unit_cost", _("Unit cost"), ColumnKind.UNIT_COST),
        VALUE,
    ),
)


def stock_on_hand(clock: Clock, chosen: Chosen) -> Report:
    """Every batch at every place, by product and expiry; its name is the one it has today."""
    sql = f"""
    SELECT p.id AS product_id, {product_named()} AS product_name, b.id AS batch_id,
           b.number AS batch_number, b.expiry_date, l.id AS location_id, l.name AS location_name,
           m.quantity, round(m.value / nullif(m.quantity, 0), 6) AS unit_cost, m.value
      {held_goods(chosen)}
     ORDER BY p.id, b.expiry_date NULLS LAST, b.id, l.id"""
    return Report(
        layout=STOCK_ON_HAND,
        clock=clock,
        rows=SqlRows(sql, {**clock.params, **chosen.params}, summed=STOCK_ON_HAND.summed),
    )


# --- Valuation ----------------------------------------------------------------------------------

BANDS = {
    AlertKind.EXPIRED: _("Expired"),
    AlertKind.EXPIRY_CRITICAL: _("Expires very soon"),
    AlertKind.EXPIRY_WARNING: _("Expires soon"),
    AlertKind.EXPIRY_NOTICE: _("Expiry comes into sight"),
    "later": _("Expires later"),
    "unknown": _("Expiry unknown"),
}
VALUATION = Layout(
    name="valuation",
    title=_("Stock valuation"),
    fields=(
        Field("key", _("Code"), in_files=False),
        Field("name", _("Group")),
        QUANTITY,
        Field("unit_cost", _("Unit cost"), ColumnKind.UNIT_COST),
        VALUE,
    ),
)


def _grouping(by: str) -> tuple[str, str]:
    """SQL of a group's key and name."""
    return {
        "product": ("p.id::text", product_named()),
        "batch": ("b.id::text", f"concat_ws(' / ', {product_named()}, nullif(b.number, ''))"),
        "location": ("l.id::text", "l.name"),
        "category": ("coalesce(c.id::text, '')", f"coalesce({named('c')}, '-')"),
        "expiry_band": (_BAND, labelled(f"({_BAND})", BANDS)),
    }[by]


_BAND = """CASE WHEN b.expiry_date IS NULL THEN 'unknown'
        WHEN b.expiry_date <= %(today)s THEN 'expired'
        WHEN b.expiry_date <= %(today)s + %(critical)s::int THEN 'expiry_critical'
        WHEN b.expiry_date <= %(today)s + %(warning)s::int THEN 'expiry_warning'
        WHEN b.expiry_date <= %(today)s + %(notice)s::int THEN 'expiry_notice'
        ELSE 'later' END"""
GROUPINGS = ("product", "batch", "location", "category", "expiry_band")
METHODS = ("batch_cost", "weighted_average")


def band_params(limits: Limits) -> dict[str, int]:
    return {
        "critical": limits.bands[AlertKind.EXPIRY_CRITICAL],
        "warning": limits.bands[AlertKind.EXPIRY_WARNING],
        "notice": limits.bands[AlertKind.EXPIRY_NOTICE],
    }


def valuation(clock: Clock, chosen: Chosen, *, by: str, method: str, limits: Limits) -> Report:
    """What stock was worth, largest first.

    by: product, batch, location, category (a product's own) or expiry_band. method: batch_cost
    takes what each batch cost, as the books do; weighted_average what the product's goods cost on
    a moving average (IAS 2.25-27), renewed with everything that comes in.
    """
    key, name = _grouping(by)
    params = {**clock.params, **chosen.params, **band_params(limits)}
    goods = held_goods(chosen).replace(
        "JOIN inventory_location",
        "LEFT JOIN inventory_category c ON c.id = p.category_id JOIN inventory_location",
    )
    if method == "weighted_average":
        rows = average_valuation(
            f"SELECT {key} AS key, {name} AS name, p.id AS product_id,"
            f" sum(m.quantity) AS quantity {goods} GROUP BY 1, 2, 3 ORDER BY 3, 1",
            params,
            summed=VALUATION.summed,
        )
        return Report(layout=VALUATION, clock=clock, rows=rows)
    sql = f"""
    SELECT {key} AS key, {name} AS name, sum(m.quantity) AS quantity,
           round(sum(m.value) / nullif(sum(m.quantity), 0), 6) AS unit_cost, sum(m.value) AS value
      {goods}
     GROUP BY 1, 2
     ORDER BY 5 DESC, 1"""
    return Report(layout=VALUATION, clock=clock, rows=SqlRows(sql, params, summed=VALUATION.summed))


# --- Ageing -------------------------------------------------------------------------------------

# Days since a batch first came, first and last of each column; the last one is open.
AGES = ((0, 30), (31, 60), (61, 90), (91, 180), (181, 365), (366, None))


def _age_key(first: int, last: int | None) -> str:
    return f"value_{first}_{last}" if last is not None else f"value_{first}_up"


AGEING = Layout(
    name="ageing",
    title=_("Ageing of stock"),
    fields=(
        PRODUCT_ID,
        PRODUCT,
        QUANTITY,
        *(
            Field(
                _age_key(first, last),
                f"{first}-{last}" if last is not None else f">= {first}",
                ColumnKind.MONEY,
                total=True,
            )
            for first, last in AGES
        ),
        VALUE,
        Field("oldest_days", _("Oldest, days"), ColumnKind.INTEGER),
    ),
    notes=(_("Columns are days since a batch was first received."),),
)


def ageing(clock: Clock, chosen: Chosen) -> Report:
    """The value of every product's goods by how long ago their batch first came."""
    age = "(%(today)s - (b.received_at AT TIME ZONE %(zone)s)::date)"
    columns = ", ".join(
        f"coalesce(sum(m.value) FILTER (WHERE {age} >= {first}"
        + (f" AND {age} <= {last}" if last is not None else "")
        + f"), 0) AS {_age_key(first, last)}"
        for first, last in AGES
    )
    sql = f"""
    SELECT p.id AS product_id, {product_named()} AS product_name, sum(m.quantity) AS quantity,
           {columns}, sum(m.value) AS value, max({age}) AS oldest_days
      {held_goods(chosen)}
     GROUP BY p.id
     ORDER BY oldest_days DESC, p.id"""
    return Report(
        layout=AGEING,
        clock=clock,
        rows=SqlRows(sql, {**clock.params, **chosen.params}, summed=AGEING.summed),
    )


# --- Expiry calendar ----------------------------------------------------------------------------

EXPIRY_CALENDAR = Layout(
    name="expiry-calendar",
    title=_("Expiry calendar"),
    fields=(
        Field("from_date", _("From"), ColumnKind.DATE),
        Field("to_date", _("To"), ColumnKind.DATE),
        Field("expired", _("Expired"), label=lambda yes: _("yes") if yes else ""),
        Field("batches", _("Batches"), ColumnKind.INTEGER, total=True),
        Field("products", _("Products"), ColumnKind.INTEGER),
        QUANTITY,
        VALUE,
    ),
    notes=(_("The row without dates is of unknown expiry."),),
)
STEPS = ("day", "week", "month")


def expiry_calendar(clock: Clock, chosen: Chosen, *, step: str) -> Report:
    """How much expires when: goods on hand by the day, week (from Monday) or month they expire.

    What had expired by the report's day stands apart from what expires later in the same step.
    """
    begins = "date_trunc(%(step)s, b.expiry_date::timestamp)::date"
    sql = f"""
    SELECT {begins} AS from_date,
           ({begins} + ('1 ' || %(step)s)::interval - interval '1 day')::date AS to_date,
           coalesce(b.expiry_date <= %(today)s, FALSE) AS expired,
           count(DISTINCT b.id) AS batches, count(DISTINCT p.id) AS products,
           sum(m.quantity) AS quantity, sum(m.value) AS value
      {held_goods(chosen)}
     GROUP BY 1, 2, 3
     ORDER BY 1 NULLS LAST, 3 DESC"""
    params = {**clock.params, **chosen.params, "step": step}
    return Report(
        layout=EXPIRY_CALENDAR,
        clock=clock,
        rows=SqlRows(sql, params, summed=EXPIRY_CALENDAR.summed),
    )
