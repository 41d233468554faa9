"""What scanned codes say, many at a time."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from inventory.models import Barcode, BarcodeKind
from inventory.services.barcodes import barcode_clean, barcode_key, looks_like_gtin


@dataclass(frozen=True, slots=True, kw_only=True)
class Scanned:
    """A product, and what else its code carried. units: base units in the pack of the code."""

    product_id: int
    units: int = 1
    batch_number: str | None = None
    expiry_date: date | None = None


def codes_read(codes: Collection[str]) -> dict[str, Scanned]:
    """What each code stands for; unknown ones are absent. One query."""
    keys = {code: _key(code) for code in codes}
    found = {
        barcode.key: barcode
        for barcode in Barcode.objects.filter(key__in=set(keys.values())).select_related(
            "packaging"
        )
    }
    return {
        code: Scanned(
            product_id=found[key].product_id,
            units=packaging.units if (packaging := found[key].packaging) else 1,
        )
        for code, key in keys.items()
        if key in found
    }


def _key(code: str) -> str:
    value = barcode_clean(code)
    return barcode_key(value, BarcodeKind.GTIN) if looks_like_gtin(value) else value
