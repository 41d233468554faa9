"""What is wrong with a product's stock right now: pure, from figures already read.

An alert is open exactly as long as its condition holds. Limits come from the product and from the
settings INVENTORY_EXPIRY_BANDS_DAYS and INVENTORY_DEAD_STOCK_DAYS.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from core.money import unit_cost
from inventory.lifecycle import WATCHED, Lifecycle
from inventory.models import EXPIRY_KINDS, AlertKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """bands: days left up to which a batch is in it, by kind, most urgent first."""

    bands: Mapping[AlertKind, int]
    dead_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelfBatch:
    """A batch of which something is on hand. quantity: base units, > 0; received_on: local day."""

    batch_id: int
    number: str
    expiry_date: date | None
    received_on: date
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductState:
    """One product's stock. available: base units that may be sold; value: of all on hand.

    last_issued_on: local day anything was last handed out, None if never.
    """

    product_id: int
    lifecycle: str
    min_stock: int
    max_stock: int
    public_price: Decimal | None
    on_hand: int
    value: Decimal
    available: int
    last_issued_on: date | None
    batches: Sequence[ShelfBatch]


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """Something that holds and should be looked at; its figures as `StockAlert` keeps them."""

    product_id: int
    kind: AlertKind
    available: int
    threshold: int | None = None
    batch_id: int | None = None
    batch_number: str = ""
    expiry_date: date | None = None
    unit_cost: Decimal | None = None
    price: Decimal | None = None

    @property
    def key(self) -> tuple[int, str, int | None]:
        """What there may be one open alert of."""
        return (self.product_id, str(self.kind), self.batch_id)


def limits_of(*, band_days: Sequence[int], dead_days: int) -> Limits:
    """band_days: critical, warning, notice, ascending; what has 0 days left has expired."""
    return Limits(bands=dict(zip(EXPIRY_KINDS, (0, *band_days), strict=True)), dead_days=dead_days)


def expiry_band(days_left: int, limits: Limits) -> AlertKind | None:
    """The most urgent band a batch with `days_left` is in, None beyond them all."""
    return next((kind for kind, most in limits.bands.items() if days_left <= most), None)


def conditions_of(state: ProductState, *, today: date, limits: Limits) -> Iterator[Condition]:
    """All that holds of a product on the pharmacy's local day `today`."""
    yield from _of_quantity(state)
    yield from _of_expiry(state, today=today, limits=limits)
    yield from _of_margin(state)
    yield from _of_idleness(state, today=today, limits=limits)


def _of_quantity(state: ProductState) -> Iterator[Condition]:
    def found(kind: AlertKind, threshold: int) -> Condition:
        return Condition(
            product_id=state.product_id,
            kind=kind,
            available=state.available,
            threshold=threshold,
        )

    if state.lifecycle not in WATCHED:
        return  # what runs out on purpose stays silent
    if state.available < state.min_stock:
        yield found(AlertKind.LOW_STOCK, state.min_stock)
    # A product that never was in stock has not run out.
    if state.available <= 0 and state.lifecycle == Lifecycle.ACTIVE:
        yield found(AlertKind.OUT_OF_STOCK, 0)
    if 0 < state.max_stock < state.available:
        yield found(AlertKind.OVERSTOCK, state.max_stock)


def _of_expiry(state: ProductState, *, today: date, limits: Limits) -> Iterator[Condition]:
    for batch in state.batches:
        if batch.expiry_date is None:
            continue
        if kind := expiry_band((batch.expiry_date - today).days, limits):
            yield Condition(
                product_id=state.product_id,
                kind=kind,
                available=batch.quantity,
                threshold=limits.bands[kind],
                batch_id=batch.batch_id,
                batch_number=batch.number,
                expiry_date=batch.expiry_date,
            )


def _of_margin(state: ProductState) -> Iterator[Condition]:
    """A unit sold at the public price would bring less than the goods on hand cost on average."""
    price = state.public_price
    if price is not None and state.on_hand > 0 and state.value > price * state.on_hand:
        yield Condition(
            product_id=state.product_id,
            kind=AlertKind.NEGATIVE_MARGIN,
            available=state.on_hand,
            unit_cost=unit_cost(state.value / state.on_hand),
            price=price,
        )


def _of_idleness(state: ProductState, *, today: date, limits: Limits) -> Iterator[Condition]:
    """Nothing was handed out for long enough, and something has been there that long."""
    if not state.batches:
        return
    waiting_since = max(
        min(batch.received_on for batch in state.batches), state.last_issued_on or date.min
    )
    if waiting_since <= today - timedelta(days=limits.dead_days):
        yield Condition(
            product_id=state.product_id,
            kind=AlertKind.DEAD_STOCK,
            available=state.on_hand,
            threshold=limits.dead_days,
        )
