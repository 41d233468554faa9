"""The real files the benchmarks measure with, and the large catalogue in a database."""

from __future__ import annotations

import csv
import os
from decimal import Decimal, InvalidOperation
from pathlib import Path

BESIDE = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
FOLDER = Path(os.environ.get("PHARMACIO_SHARED_DATA", BESIDE))
OFFER = FOLDER / "offers" / "mz_warehouse_p1-30.pdf"
CATALOGUE = FOLDER / "catalogue" / "egypt_29k.csv"


def rows_of(name: str) -> list[dict[str, str]]:
    """The rows of a CSV file of the folder, by column."""
    with (FOLDER / name).open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def catalogue_fill() -> int:
    """Put the large catalogue into the database of the settings; returns how many products."""
    from django.apps import apps

    from inventory.services.revision import catalogue_touch

    product = apps.get_model("inventory", "Product")
    made = product.objects.bulk_create(
        product(
            name_ar=row["name_ar"].strip()[:200],
            name_en=row["name_en"].strip()[:200],
            public_price=_price(row["price"]),
            lifecycle="active",
            search_text="",
            identity_key=f"bench-{number}",
        )
        for number, row in enumerate(rows_of("catalogue/egypt_29k.csv"))
        if row["name_ar"].strip() or row["name_en"].strip()
    )
    catalogue_touch()
    return len(made)


def _price(text: str) -> Decimal | None:
    """None for what is no price, and for the placeholders of 1 and less."""
    try:
        found = Decimal(text)
    except InvalidOperation:
        return None
    return found if found > 1 else None
