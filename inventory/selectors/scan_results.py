"""One scan, with all a person at the till or the shelf has to know about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.models import local_date
from inventory.gs1 import Gs1Reading
from inventory.models import Batch, BatchStatus, Packaging, Product
from inventory.selectors.catalogue import products_with_stock
from inventory.selectors.scans import WITHOUT_QUANTITY, Scanned, codes_look_up
from inventory.services.held_back import is_expired

_NOTHING = Gs1Reading()
_DETAILS: dict[str, str | Promise] = {
    "unknown_product": _("No product carries this code; find the product and add it there."),
    "unreadable": _("The code cannot be read: %(problem)s. Scan it again or type the number."),
    "unknown_packaging": _("The product is known, this pack of it is not: enter the quantity."),
    "separator_missing": _(
        "The scanner leaves out separators, so that batch and serial run into each other: check "
        "them against the pack, and set the scanner to send FNC1 as GS."
    ),
    "weight_is_no_quantity": _("The product is not counted in grams: enter the quantity."),
    "price_is_no_quantity": _("The price is no whole number of units: enter the quantity."),
    "expiry_differs": _("A batch of this number is in stock with another expiry: check the pack."),
    "unknown_batch": _("This batch has not been received here."),
    "expired": _("The pack has expired."),
    "quarantined": _("The batch is in quarantine."),
    "recalled": _("The batch has been recalled."),
    "not_sellable": _("The product is not sold: its lifecycle is %(lifecycle)s."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanWarning:
    """Something to look at. code: stable English; detail: for the person."""

    code: str
    detail: str | Promise


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanResult:
    """What a scanned text stands for.

    quantity: base units, None where it has to be entered. amount: money printed by the scales.
    Everything else is None or "" where the code does not say.
    """

    text: str
    gtin: str
    product: Product | None
    packaging: Packaging | None
    quantity: int | None
    batch_number: str
    batch: Batch | None
    expiry_date: date | None
    production_date: date | None
    serial: str
    amount: Decimal | None
    warnings: tuple[ScanWarning, ...]


def scan_resolve(text: str, *, now: datetime) -> ScanResult:
    """What a scanned text stands for; an unknown code is an answer with a warning. Five queries."""
    today = local_date(now)
    found = codes_look_up([text], today=today)[text]
    if not isinstance(found, Scanned):
        reading = found.reading or _NOTHING
        code = "unreadable" if found.problem else "unknown_product"
        return _result(text, reading, warnings=(_warning(code, problem=found.problem),))
    product = products_with_stock(now=now).get(pk=found.product_id)
    batch = Batch.objects.filter(pk=found.batch_id).first() if found.batch_id else None
    expiry = found.expiry_date or (batch.expiry_date if batch else None)
    codes = list(found.open_points)
    if is_expired(expiry, on=today):
        codes.append("expired")
    codes += _of_batch(found, batch)
    warnings = [_warning(code) for code in codes]
    if not product.sellable:
        lifecycle = product.get_lifecycle_display()
        warnings.append(_warning("not_sellable", lifecycle=lifecycle))
    pack = found.packaging_id
    return ScanResult(
        text=text,
        gtin=found.gtin,
        product=product,
        packaging=Packaging.objects.filter(pk=pack).first() if pack else None,
        quantity=None if WITHOUT_QUANTITY & set(codes) else found.units,
        batch_number=found.batch_number or "",
        batch=batch,
        expiry_date=expiry,
        production_date=found.production_date,
        serial=found.serial or "",
        amount=found.amount,
        warnings=tuple(warnings),
    )


def _of_batch(found: Scanned, batch: Batch | None) -> Iterator[str]:
    if batch is None:
        if found.batch_number and "expiry_differs" not in found.open_points:
            yield "unknown_batch"
    elif batch.status == BatchStatus.QUARANTINED:
        yield "quarantined"
    elif batch.status == BatchStatus.RECALLED:
        yield "recalled"


def _result(text: str, reading: Gs1Reading, *, warnings: tuple[ScanWarning, ...]) -> ScanResult:
    return ScanResult(
        text=text,
        gtin=reading.gtin,
        product=None,
        packaging=None,
        quantity=None,
        batch_number=reading.batch,
        batch=None,
        expiry_date=reading.expiry_date,
        production_date=reading.production_date,
        serial=reading.serial,
        amount=None,
        warnings=warnings,
    )


def _warning(code: str, **values: object) -> ScanWarning:
    return ScanWarning(code=code, detail=str(_DETAILS[code]) % values)
