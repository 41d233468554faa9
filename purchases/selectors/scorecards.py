"""Scorecards: how well suppliers deliver, at what price and how often something is wrong.

Each figure stands with what it is computed from. A period is days of the pharmacy, both included.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Count, F, Q, QuerySet, Sum

from core.models import local_date
from core.money import unit_cost
from inventory.public import products_by_id
from purchases.models import (
    DifferenceKind,
    GoodsReceipt,
    GoodsReceiptLine,
    InvoiceDifference,
    PurchaseOrderLine,
    Supplier,
    SupplierInvoice,
    SupplierReturnLine,
)
from purchases.selectors.sources import priced, sources_of
from purchases.selectors.supplier_account import end_of

ZERO = Decimal(0)
HUNDRED = Decimal(100)


def percent(part: Decimal | int, whole: Decimal | int) -> Decimal | None:
    """part of whole in hundredths, two places; None of nothing."""
    return None if not whole else (HUNDRED * part / whole).quantize(Decimal("0.01"))


@dataclass(slots=True)
class Delivery:
    """Of orders expected in the period. Units are base units, free ones included."""

    lines: int = 0
    lines_complete: int = 0
    ordered_units: int = 0
    delivered_units: int = 0

    @property
    def fill_rate(self) -> Decimal | None:
        return percent(self.delivered_units, self.ordered_units)

    @property
    def line_fill_rate(self) -> Decimal | None:
        return percent(self.lines_complete, self.lines)


@dataclass(slots=True)
class Delay:
    """Of receipts in the period, against the day the order was expected.

    lead_days: from the order's day; late_days: beyond the expected day; both summed up.
    """

    receipts: int = 0
    late: int = 0
    lead_days: int = 0
    late_days: int = 0

    @property
    def average_lead_days(self) -> Decimal | None:
        return _average(self.lead_days, self.receipts)

    @property
    def average_late_days(self) -> Decimal | None:
        """Over all receipts, those on time counting as nothing."""
        return _average(self.late_days, self.receipts)

    @property
    def late_share(self) -> Decimal | None:
        return percent(self.late, self.receipts)


@dataclass(slots=True)
class Goods:
    """Of receipts in the period. short_dated_units: with less than `SHORT_DATED_DAYS` to go."""

    received_units: int = 0
    dated_units: int = 0
    short_dated_units: int = 0
    returned_units: int = 0
    returned_cost: Decimal = ZERO

    @property
    def short_dated_share(self) -> Decimal | None:
        """Of the units whose expiry is known."""
        return percent(self.short_dated_units, self.dated_units)

    @property
    def returned_share(self) -> Decimal | None:
        return percent(self.returned_units, self.received_units)


@dataclass(slots=True)
class Prices:
    """Of the products received in the period that somebody else offers today too.

    cost: what the units received would cost at this supplier now, by true unit cost; best: at the
    cheapest one. ranks: summed up, 1 is the cheapest.
    """

    products: int = 0
    ranks: int = 0
    cost: Decimal = ZERO
    best: Decimal = ZERO

    @property
    def average_rank(self) -> Decimal | None:
        return _average(self.ranks, self.products)

    @property
    def price_index(self) -> Decimal | None:
        """100 is the best price of the market for everything bought here."""
        return percent(self.cost, self.best)


@dataclass(slots=True)
class Invoices:
    """Posted in the period. differences: by kind, over all invoices."""

    posted: int = 0
    with_differences: int = 0
    disputed: Decimal = ZERO
    differences: Counter[str] = field(default_factory=Counter)

    @property
    def difference_share(self) -> Decimal | None:
        return percent(self.with_differences, self.posted)

    @property
    def by_kind(self) -> dict[str, int]:
        return {kind: self.differences[kind] for kind in DifferenceKind.values}


@dataclass(frozen=True, slots=True)
class Scorecard:
    supplier: Supplier
    delivery: Delivery
    delay: Delay
    goods: Goods
    prices: Prices
    invoices: Invoices


@dataclass(frozen=True, slots=True)
class Scorecards:
    date_from: date
    date_to: date
    rows: tuple[Scorecard, ...]


@dataclass(frozen=True, slots=True)
class _Period:
    first: date
    last: date
    supplier_id: int | None

    @property
    def start(self) -> datetime:
        return end_of(self.first - timedelta(days=1))

    @property
    def end(self) -> datetime:
        return end_of(self.last)

    def of(self, rows: QuerySet[Any], moment: str, supplier: str) -> QuerySet[Any]:
        """Rows whose moment lies in the period, of the supplier if one is asked for."""
        found = rows.filter(**{f"{moment}__gte": self.start, f"{moment}__lt": self.end})
        return self.narrowed(found, supplier)

    def narrowed(self, rows: QuerySet[Any], supplier: str) -> QuerySet[Any]:
        return rows if self.supplier_id is None else rows.filter(**{supplier: self.supplier_id})


def scorecards(
    *, date_from: date, date_to: date, now: datetime, supplier_id: int | None = None
) -> Scorecards:
    """A card for every supplier with anything in the period, by name. Constant queries."""
    period = _Period(date_from, date_to, supplier_id)
    delivery = _deliveries(period)
    delay = _delays(period)
    lines = _received(period)
    goods = _goods(lines, period)
    prices = _prices(lines, now=now)
    invoices = _invoices(period)
    ids = {*delivery, *delay, *goods, *invoices}
    rows = tuple(
        Scorecard(
            supplier=supplier,
            delivery=delivery.get(supplier.pk) or Delivery(),
            delay=delay.get(supplier.pk) or Delay(),
            goods=goods.get(supplier.pk) or Goods(),
            prices=prices.get(supplier.pk) or Prices(),
            invoices=invoices.get(supplier.pk) or Invoices(),
        )
        for supplier in Supplier.objects.filter(pk__in=ids).order_by("name_key", "pk")
    )
    return Scorecards(date_from, date_to, rows)


def _average(total: int, count: int) -> Decimal | None:
    return None if not count else (Decimal(total) / count).quantize(Decimal("0.01"))


def _deliveries(period: _Period) -> dict[int, Delivery]:
    ordered = F("bought_quantity") + F("free_quantity")
    lines = PurchaseOrderLine.objects.filter(
        order__expected_date__gte=period.first, order__expected_date__lte=period.last
    )
    rows = (
        period.narrowed(lines, "order__supplier_id")
        .order_by()
        .values_list("order__supplier_id")
        .annotate(
            lines=Count("pk"),
            complete=Count("pk", filter=Q(received_quantity__gte=ordered)),
            ordered=Sum(ordered),
            received=Sum("received_quantity"),
        )
    )
    return {pk: Delivery(*figures) for pk, *figures in rows}


def _delays(period: _Period) -> dict[int, Delay]:
    receipts = period.of(GoodsReceipt.objects.all(), "received_at", "order__supplier_id")
    found: dict[int, Delay] = defaultdict(Delay)
    for pk, received_at, ordered_at, expected in receipts.values_list(
        "order__supplier_id", "received_at", "order__ordered_at", "order__expected_date"
    ):
        card, day = found[pk], local_date(received_at)
        card.receipts += 1
        card.lead_days += (day - local_date(ordered_at)).days
        card.late += day > expected
        card.late_days += max((day - expected).days, 0)
    return found


@dataclass(frozen=True, slots=True)
class _Received:
    supplier_id: int
    product_id: int
    quantity: int
    expiry_date: date | None
    day: date


def _received(period: _Period) -> list[_Received]:
    lines = GoodsReceiptLine.objects.filter(reversal_line__isnull=True)
    rows = period.of(lines, "receipt__received_at", "receipt__order__supplier_id").values_list(
        "receipt__order__supplier_id",
        "product_id",
        "quantity",
        "expiry_date",
        "receipt__received_at",
    )
    return [
        _Received(supplier, product, quantity, expiry, local_date(moment))
        for supplier, product, quantity, expiry, moment in rows
    ]


def _goods(lines: Iterable[_Received], period: _Period) -> dict[int, Goods]:
    least = timedelta(days=settings.SHORT_DATED_DAYS)
    found: dict[int, Goods] = defaultdict(Goods)
    for line in lines:
        card = found[line.supplier_id]
        card.received_units += line.quantity
        if line.expiry_date is not None:
            card.dated_units += line.quantity
            if line.expiry_date - line.day < least:
                card.short_dated_units += line.quantity
    gone = period.of(
        SupplierReturnLine.objects.filter(movement_id__isnull=False),
        "supplier_return__dispatched_at",
        "supplier_return__supplier_id",
    )
    for pk, units, cost in (
        gone.order_by()
        .values_list("supplier_return__supplier_id")
        .annotate(units=Sum("quantity"), total=Sum("cost"))
    ):
        found[pk].returned_units, found[pk].returned_cost = units, cost
    return found


def _prices(lines: Sequence[_Received], *, now: datetime) -> dict[int, Prices]:
    """Today's offers for what was received, supplier by supplier, by true unit cost."""
    units: dict[int, dict[int, int]] = defaultdict(Counter)
    for line in lines:
        units[line.product_id][line.supplier_id] += line.quantity
    products = products_by_id(units.keys())
    sources = sources_of(units.keys(), now=now)
    found: dict[int, Prices] = defaultdict(Prices)
    for product_id, bought in units.items():
        if product_id not in products:
            continue
        ranked = priced(
            sources[product_id],
            needed=max(bought.values()),
            purchase_units=products[product_id].purchase_units,
        )
        if len(ranked) > 1:
            costs = {
                quote.source.line.offer.supplier_id: quote.quote.true_unit_cost for quote in ranked
            }
            _rank(found, bought, costs)
    return found


def _rank(
    found: dict[int, Prices], bought: Mapping[int, int], costs: Mapping[int, Decimal]
) -> None:
    """costs: true unit cost by supplier, cheapest first."""
    best = min(costs.values())
    for supplier_id, quantity in bought.items():
        if supplier_id not in costs:
            continue
        card = found[supplier_id]
        card.products += 1
        card.ranks += 1 + sum(cost < costs[supplier_id] for cost in costs.values())
        card.cost += unit_cost(costs[supplier_id] * quantity)
        card.best += unit_cost(best * quantity)


def _invoices(period: _Period) -> dict[int, Invoices]:
    posted = period.of(SupplierInvoice.objects.all(), "posted_at", "supplier_id")
    found: dict[int, Invoices] = {
        pk: Invoices(posted=count, disputed=disputed)
        for pk, count, disputed in posted.order_by()
        .values_list("supplier_id")
        .annotate(count=Count("pk"), total=Sum("disputed"))
    }
    seen: dict[int, set[int]] = defaultdict(set)
    differences = InvoiceDifference.objects.filter(invoice__in=posted)
    for pk, invoice_id, kind in differences.values_list(
        "invoice__supplier_id", "invoice_id", "kind"
    ):
        found[pk].differences[kind] += 1
        seen[pk].add(invoice_id)
    for pk, invoices in seen.items():
        found[pk].with_differences = len(invoices)
    return found
