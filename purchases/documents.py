"""The order as a document for its supplier: what the rendering kernel writes as PDF or sheet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.utils.translation import gettext as _

from core.models import local_date
from core.money import currency
from core.text import sums_in_order
from files.public import Bilingual, Cell, Column, ColumnKind, Row, RowKind, Section, TableDocument
from inventory.public import ProductSummary, products_by_id
from purchases.models import PurchaseOrder, PurchaseOrderLine

ZERO = Decimal(0)
LEFT_TO_RIGHT = "\u200e"


def order_document(order: PurchaseOrder, *, now: datetime) -> TableDocument:
    """The order as it is wanted now, in the active language; cancelled lines are left out.

    order: of `purchases.selectors.orders.order_by_id`, its lines loaded with it.
    """
    lines = [line for line in order.lines.all() if line.wanted_quantity]
    products = products_by_id({line.product_id for line in lines})
    cut = any(line.cancelled_quantity for line in lines)
    return TableDocument(
        name=f"purchase-order-{order.number}".lower(),
        title=_("Purchase order %(number)s") % {"number": order.number},
        lines=tuple(_heading(order)),
        columns=tuple(_columns(cut=cut)),
        sections=(Section(tuple(_rows(lines, products, cut=cut))),),
        notes=(*_mixes(lines), *_notes(order)),
        generated_at=now,
        landscape=True,
    )


def phone() -> str:
    """The pharmacy's telephone number, to be read from left to right among Arabic words too."""
    number = settings.PHARMACY_PHONE
    return f"{LEFT_TO_RIGHT}{number}{LEFT_TO_RIGHT}" if number else ""


def _heading(order: PurchaseOrder) -> Iterator[str]:
    pharmacy = [settings.PHARMACY_NAME, settings.PHARMACY_ADDRESS, phone()]
    if any(pharmacy):
        yield _("From: %(pharmacy)s") % {"pharmacy": " - ".join(filter(None, pharmacy))}
    supplier = order.supplier.name
    if order.division is not None:
        supplier = f"{supplier} - {order.division.name}"
    yield _("To: %(supplier)s") % {"supplier": supplier}
    yield _("Ordered on %(day)s, wanted for delivery on %(delivery)s") % {
        "day": local_date(order.ordered_at).isoformat(),
        "delivery": order.expected_date.isoformat(),
    }
    if order.revision:
        yield _("Revision %(revision)d: it replaces what was sent before under this number.") % {
            "revision": order.revision
        }


def _columns(*, cut: bool) -> Iterator[Column]:
    yield Column(_("No."), ColumnKind.INTEGER, weight=5)
    yield Column(_("Product"))
    yield Column(_("Your name for it"))
    yield Column(_("Units per pack"), ColumnKind.QUANTITY, weight=9)
    yield Column(_("Packs"), ColumnKind.QUANTITY, weight=8)
    yield Column(_("Free packs"), ColumnKind.QUANTITY, weight=8)
    if cut:
        yield Column(_("Cancelled units"), ColumnKind.QUANTITY, weight=8)
    yield Column(_("Price per pack"), ColumnKind.MONEY, weight=13)
    yield Column(_("Discount"), ColumnKind.PERCENT, weight=8)
    yield Column(_("Amount"), ColumnKind.MONEY, weight=14)


def _rows(
    lines: Sequence[PurchaseOrderLine], products: Mapping[int, ProductSummary], *, cut: bool
) -> Iterator[Row]:
    for number, line in enumerate(lines, start=1):
        cells: list[Cell] = [
            number,
            _name(products[line.product_id]),
            line.proposal_line.offer_line.name,
            line.purchase_units,
            line.packs,
            line.free_packs or None,
            line.pack_price,
            line.discount_percent or None,
            line.wanted_amount,
        ]
        if cut:
            cells.insert(6, line.cancelled_quantity or None)
        yield Row(tuple(cells))
    total: list[Cell] = [
        None,
        _("Total (%(currency)s)") % {"currency": currency()},
        None,
        None,
        sum(line.packs for line in lines),
        sum(line.free_packs for line in lines),
        None,
        None,
        sum((line.wanted_amount for line in lines), ZERO),
    ]
    if cut:
        total.insert(6, sum(line.cancelled_quantity for line in lines))
    yield Row(tuple(total), RowKind.TOTAL)


def _name(product: ProductSummary) -> Bilingual:
    """Name, strength and form, each said once."""
    return Bilingual(
        *(
            _joined(name, product.strength, product.form) if name else ""
            for name in (product.name_ar, product.name_en)
        )
    )


def _joined(name: str, *more: str) -> str:
    for word in more:
        if word and word.casefold() not in name.casefold():
            name = f"{name} {word}"
    return name


def _mixes(lines: Sequence[PurchaseOrderLine]) -> Iterator[str]:
    """Which lines earn their free goods together: the supplier is to count them so."""
    for mix in sorted({line.mix for line in lines if line.mix is not None}):
        mixed = [(number, line) for number, line in enumerate(lines, start=1) if line.mix == mix]
        free = sum(line.free_packs for _number, line in mixed)
        if free and len(mixed) > 1:
            note = _(
                "Lines %(lines)s count together for your deal %(deal)s: %(packs)d packs,"
                " %(free)d free."
            ) % {
                "lines": ", ".join(str(number) for number, _line in mixed),
                "deal": mixed[0][1].proposal_line.offer_line.deal_text,
                "packs": sum(line.packs for _number, line in mixed),
                "free": free,
            }
            yield sums_in_order(note)


def _notes(order: PurchaseOrder) -> Iterator[str]:
    yield _("Please confirm this order, with the day of delivery and whatever differs.")
    yield _("Every delivery states our order number, batch numbers and expiry dates.")
    if order.supplier.payment_days:
        yield _("Payment: %(days)d days from the invoice.") % {"days": order.supplier.payment_days}
