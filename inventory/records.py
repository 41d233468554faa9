"""What inventory exchanges with the rest of the house: frozen records, no rows of tables.

Quantities are integers of a product's base unit (the smallest it is sold in). Money is a
`Decimal` already rounded to the currency; unit costs keep six places.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductSummary:
    """What other rooms may know of a product.

    public_price: per base unit, None while unknown. purchase_units: base units in the pack it is
    ordered in (1 when it is ordered singly), purchase_packaging: that pack's name ("" when single).
    tax_rate_percent: of the price without tax, None where no tax category is set.
    needs_prescription: it is sold with the details of one only.
    """

    id: int
    name_ar: str
    name_en: str
    strength: str
    form: str
    manufacturer: str
    public_price: Decimal | None
    lifecycle: str
    purchase_units: int
    purchase_packaging: str
    sellable: bool
    purchasable: bool
    route: str = ""
    base_unit: str = "unit"
    prescription_class: str = ""
    controlled_class: str = "none"
    category_id: int | None = None
    cold_chain: bool = False
    tax_rate_percent: Decimal | None = None
    needs_prescription: bool = False

    @property
    def is_controlled(self) -> bool:
        """Whether its movements belong into the controlled-drug register."""
        return self.controlled_class != "none"

    @property
    def name(self) -> str:
        """The Arabic name, or the English one where there is no Arabic."""
        return self.name_ar or self.name_en


@dataclass(frozen=True, slots=True, kw_only=True)
class Strength:
    """A generic and how much of it: 500 mg, or 250 mg in 5 mL.

    name_ar, name_en: of the generic, one at least, in any spelling. strength: > 0, None while
    unknown. unit, per_unit: `inventory.classes`; per_value: > 0, None where the strength is that
    of one base unit.
    """

    name_ar: str = ""
    name_en: str = ""
    strength: Decimal | None = None
    unit: str = ""
    per_value: Decimal | None = None
    per_unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackagingSummary:
    """A pack of a product. units: base units in it, > 0. price: per pack, None if not set."""

    id: int
    product_id: int
    name: str
    units: int
    price: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueProduct:
    """A product as the matcher sees it. public_price: per purchase pack, None while unknown."""

    product_id: int
    names: tuple[str, ...]
    strength: str
    form: str
    manufacturer: str
    public_price: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortage:
    """A product to be ordered, counting what is on its way.

    on_hand: everything on the shelves, available: what of it may be sold (not expired),
    incoming: ordered and not yet received, needed: max_stock - available - incoming, > 0
    (0 where `stock_positions` is asked about products that are not short).
    order_at: the reorder point it came down to, or the minimum it fell below.
    """

    product_id: int
    on_hand: int
    available: int
    incoming: int
    min_stock: int
    order_at: int
    max_stock: int
    needed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductDemand:
    """What was asked for of a product, per day.

    per_day: units, the mean of a day; deviation: the standard deviation of one day. observed_days:
    days on which it could be sold, stock_out_days: days it could not, of those looked at. sold:
    units sold on the observed days, less what came back.
    """

    product_id: int
    per_day: Decimal
    deviation: Decimal
    observed_days: int
    stock_out_days: int
    sold: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductPosition:
    """What there is of a product, what is promised and what comes, in base units.

    on_hand: everything; sellable: what of it may be handed out; reserved: promised to orders;
    incoming: ordered and not yet received. lots: (days they may still be sold, today included;
    units) of the sellable that expires soon, first expiring first.
    """

    product_id: int
    on_hand: int
    sellable: int
    reserved: int
    incoming: int
    min_stock: int
    reorder_point: int | None
    max_stock: int
    lots: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingLine:
    """A line of an approved order. quantity: base units, > 0."""

    line: int
    product_id: int
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptLine:
    """Goods that arrived. quantity: base units, > 0, free ones included.

    total_cost: money paid for the whole line, >= 0 (true unit cost = total_cost / quantity).
    expiry_date: None when it is not known. location_id: None for the default location.
    """

    line: int
    product_id: int
    batch_number: str
    expiry_date: date | None
    quantity: int
    total_cost: Decimal
    location_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Prescription:
    """By what a controlled drug was handed out: the references the register keeps, no more.

    number: of the prescription; prescriber: name or licence; patient_reference: as the law of the
    place asks, an identity or file number rather than a name.
    """

    number: str
    prescriber: str
    patient_reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueLine:
    """Goods that leave. quantity: base units, > 0.

    location_id: None for wherever goods are handed out. batch_id: a batch somebody chose; None
    for the one whose turn it is.
    prescription: of a controlled product.
    """

    line: int
    product_id: int
    quantity: int
    location_id: int | None = None
    prescription: Prescription | None = None
    batch_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """Leave to hand out another batch than the one whose turn it is, or a short-dated one.

    Make one only for who holds `inventory.override_allocation`. reason: why, not empty.
    """

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReservationLine:
    """Units to be promised to a line of an order. quantity: base units, > 0."""

    line: int
    product_id: int
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferItem:
    """Goods to be moved. quantity: base units, > 0.

    batch_id: that batch, whatever its state; or product_id: of it, first expiring first.
    """

    line: int
    quantity: int
    batch_id: int | None = None
    product_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RepackLine:
    """`quantity` of a batch becomes `to_quantity` of another batch or product. Base units, > 0.

    to_expiry_date may not be later than the batch's own. location_id: None for the default one.
    """

    line: int
    batch_id: int
    quantity: int
    to_product_id: int
    to_quantity: int
    to_batch_number: str
    to_expiry_date: date | None
    location_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerReturnLine:
    """Goods a customer brings back. movement_id: the movement by which they were sold.

    quantity: base units, > 0. location_id: None for where they were sold from.
    """

    line: int
    movement_id: int
    quantity: int
    location_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplierReturnLine:
    """Goods that go back to the supplier. quantity: base units, > 0.

    credit: money the supplier gives for the line, >= 0. movement_id: the receipt they came by, if
    known. location_id: None for the default one.
    """

    line: int
    batch_id: int
    quantity: int
    credit: Decimal
    movement_id: int | None = None
    location_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteOffItem:
    """Goods to be written off. quantity: base units, > 0. location_id: None for the default one."""

    line: int
    batch_id: int
    quantity: int
    location_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjustmentLine:
    """A correction of one batch at one location.

    quantity: base units, signed, not 0. unit_cost: only for an increase; None takes the cost the
    batch already has there.
    """

    line: int
    batch_id: int
    quantity: int
    unit_cost: Decimal | None = None
    location_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StockEffect:
    """One movement a line led to; a line over several batches has several, in FEFO order.

    quantity: base units, > 0 in either direction. cost: money at which they came or went.
    expiry_date: None is unknown; such a batch is used last and wants a person's look.
    """

    line: int
    movement_id: int
    product_id: int
    batch_id: int
    batch_number: str
    expiry_date: date | None
    location_id: int
    quantity: int
    cost: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class StockDifference:
    """One place where a projection does not agree with the ledger it is made from."""

    subject: str
    recorded: str
    expected: str

    def __str__(self) -> str:
        return f"{self.subject}: recorded {self.recorded}, ledger says {self.expected}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconciliationReport:
    """Outcome of comparing stock with its ledger. movements: rows compared."""

    movements: int
    differences: tuple[StockDifference, ...] = field(default=())
