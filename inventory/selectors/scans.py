"""What scanned codes say, many at a time.

A text is, in this order: a GS1 element string, a label of the pharmacy's scales, a code some pack
carries, an article number (PLU). docs/flows/barcodes.md explains each with examples.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils import timezone

from core.models import local_date
from inventory.classes import BaseUnit
from inventory.gs1 import Gs1Reading, Gs1Unreadable, check_digit_fits, gs1_read, looks_like_gs1
from inventory.models import Barcode, BarcodeKind, Batch, Product
from inventory.scales import WEIGHT, ScaleLabel, scale_read
from inventory.services.barcodes import barcode_clean, barcode_key, looks_like_gtin, plu_key
from inventory.services.stock import batch_number_clean

_SYMBOLOGY = re.compile(r"^\][A-Za-z]\d")
_LOWEST_INDICATOR = "0"
MOST_CHARACTERS = 300
# Open points after which somebody has to say how much was scanned.
WITHOUT_QUANTITY = frozenset({"unknown_packaging", "weight_is_no_quantity", "price_is_no_quantity"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Scanned:
    """A product, and what else its code carried. gtin: 14 digits; units: base units of one scan.

    None: the code does not say, or says it in more than one way. batch_id: the batch of that
    number and expiry, where there is one. amount: money on a label of the scales. open_points:
    stable words for what a person has to look at.
    """

    product_id: int
    gtin: str = ""
    units: int = 1
    packaging_id: int | None = None
    batch_number: str | None = None
    batch_id: int | None = None
    expiry_date: date | None = None
    production_date: date | None = None
    serial: str | None = None
    amount: Decimal | None = None
    open_points: tuple[str, ...] = ()


@dataclass(slots=True)
class _Text:
    """A text on its way to being understood: the keys it may be found by, best first."""

    text: str
    keys: list[str] = field(default_factory=list)
    readings: list[Gs1Reading] = field(default_factory=list)
    label: ScaleLabel | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Unread:
    """A text that names no product. problem: a stable word, see `inventory.gs1.errors`; "" for a
    code that is well formed and merely unknown. reading: what its element string says, None where
    it is none or may be read in several ways.
    """

    problem: str
    reading: Gs1Reading | None = None


def codes_read(codes: Collection[str]) -> dict[str, Scanned]:
    """What each code stands for; unknown ones are absent. Three queries, for any number."""
    read = codes_look_up(codes, today=local_date(timezone.now()))
    return {code: found for code, found in read.items() if isinstance(found, Scanned)}


def codes_look_up(codes: Collection[str], *, today: date) -> dict[str, Scanned | Unread]:
    """What each code stands for, or why it names nothing. Three queries, for any number.

    today: the pharmacy's day; decides the century of dates.
    """
    texts = [_understood(code, today) for code in codes]
    barcodes = _barcodes({key for text in texts for key in text.keys})
    found: dict[str, Scanned | Unread] = {}
    for text in texts:
        key = next((key for key in text.keys if key in barcodes), None)
        if key is None:
            reading = text.readings[0] if len(text.readings) == 1 else None
            found[text.text] = Unread(text.problem, reading)
        else:
            found[text.text] = _scanned(text, barcodes[key], is_first=key == text.keys[0])
    _know_batches(texts, found)
    return found


def _understood(code: str, today: date) -> _Text:
    text = _Text(text=code)
    plain = barcode_clean(_SYMBOLOGY.sub("", code.strip()))
    if looks_like_gs1(code):
        _understand_gs1(text, today)
    elif label := scale_read(plain, settings.INVENTORY_SCALE_BARCODES):
        text.label = label
        text.keys = [_key(plain), plu_key(label.item)]
    else:
        text.keys = _plain_keys(plain)
    if text.problem and looks_like_gtin(plain):
        text.keys, text.problem = _plain_keys(plain), ""
    return text


def _understand_gs1(text: _Text, today: date) -> None:
    try:
        text.readings = gs1_read(text.text, today=today)
    except Gs1Unreadable as error:
        text.problem = error.code
        return
    gtin = text.readings[0].gtin
    if not gtin:
        text.problem = "no_trade_item"
        return
    text.keys = [gtin]
    if gtin[0] != _LOWEST_INDICATOR:
        # A carton of something whose single pack is known (indicator digit 1 to 8).
        text.keys.append(_base_item(gtin))


def _base_item(gtin: str) -> str:
    body = f"{_LOWEST_INDICATOR}{gtin[1:13]}"
    return next(candidate for digit in range(10) if check_digit_fits(candidate := f"{body}{digit}"))


def _key(value: str) -> str:
    return barcode_key(value, BarcodeKind.GTIN) if looks_like_gtin(value) else value


def _plain_keys(value: str) -> list[str]:
    keys = [_key(value), value]
    if value.isascii() and value.isdigit() and int(value):
        keys.append(plu_key(value))
    return keys


def _barcodes(keys: Collection[str]) -> dict[str, Barcode]:
    rows = Barcode.objects.filter(key__in=keys).select_related("packaging", "product")
    return {row.key: row for row in rows}


def _scanned(text: _Text, barcode: Barcode, *, is_first: bool) -> Scanned:
    packaging, product = barcode.packaging, barcode.product
    scanned = Scanned(
        product_id=product.pk,
        gtin=barcode.key if barcode.kind == BarcodeKind.GTIN else "",
        units=packaging.units if packaging else 1,
        packaging_id=barcode.packaging_id,
    )
    if text.label is not None and barcode.kind == BarcodeKind.PLU:
        return _of_label(scanned, text.label, product)
    if text.readings:
        scanned = replace(_of_readings(scanned, text.readings), gtin=text.readings[0].gtin)
        if not is_first:
            scanned = _open(scanned, "unknown_packaging")
    return scanned


def _of_label(scanned: Scanned, label: ScaleLabel, product: Product) -> Scanned:
    """Weight counts where the base unit is a gram; a price where it is a whole number of units."""
    if label.kind == WEIGHT:
        grams = label.value * 1000
        if product.base_unit == BaseUnit.GRAM and grams == int(grams) and grams > 0:
            return replace(scanned, units=int(grams))
        return _open(scanned, "weight_is_no_quantity")
    scanned = replace(scanned, amount=label.value)
    price = product.public_price
    if price and label.value > 0 and label.value % price == 0:
        return replace(scanned, units=int(label.value / price))
    return _open(scanned, "price_is_no_quantity")


def _of_readings(scanned: Scanned, readings: Sequence[Gs1Reading]) -> Scanned:
    """What all readings agree on; where they do not, it stays open and is said so."""

    def agreed(name: str) -> Any:
        values = {getattr(reading, name) for reading in readings}
        return values.pop() if len(values) == 1 else None

    scanned = replace(
        scanned,
        units=scanned.units * (agreed("count") or 1),
        batch_number=agreed("batch") or None,
        serial=agreed("serial") or None,
        expiry_date=agreed("expiry_date"),
        production_date=agreed("production_date"),
    )
    return _open(scanned, "separator_missing") if len(readings) > 1 else scanned


def _open(scanned: Scanned, *points: str) -> Scanned:
    return replace(scanned, open_points=(*scanned.open_points, *points))


def _know_batches(texts: Iterable[_Text], found: dict[str, Scanned | Unread]) -> None:
    """Find the batches that are named; where readings differ, the one whose batch exists is it."""
    named = {
        text.text: scanned
        for text in texts
        if text.readings and isinstance(scanned := found[text.text], Scanned)
    }
    if not named:
        return
    batches: dict[int, list[Batch]] = defaultdict(list)
    for batch in Batch.objects.filter(
        product_id__in={scanned.product_id for scanned in named.values()},
        number__in={
            batch_number_clean(reading.batch)
            for text in texts
            for reading in text.readings
            if reading.batch
        },
    ):
        batches[batch.product_id].append(batch)
    for text in texts:
        if text.text in named:
            found[text.text] = _of_batch(
                named[text.text], text.readings, batches[named[text.text].product_id]
            )


def _of_batch(
    scanned: Scanned, readings: Sequence[Gs1Reading], batches: Sequence[Batch]
) -> Scanned:
    fitting = [
        (reading, batch)
        for reading in readings
        for batch in batches
        if batch.number == batch_number_clean(reading.batch)
        and reading.expiry_date in (None, batch.expiry_date)
    ]
    if len(readings) > 1 and len({reading.batch for reading, _batch in fitting}) == 1:
        bare = replace(
            scanned,
            open_points=tuple(each for each in scanned.open_points if each != "separator_missing"),
        )
        scanned = _of_readings(bare, [fitting[0][0]])
    if len({batch.pk for _reading, batch in fitting}) == 1 and scanned.batch_number:
        return replace(scanned, batch_id=fitting[0][1].pk)
    if scanned.batch_number and any(
        batch.number == batch_number_clean(scanned.batch_number) for batch in batches
    ):
        return _open(scanned, "expiry_differs")
    return scanned
