"""What hangs on a product, handed over to another one row by row; stock is `services.merging`'s."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from core.audit import Actor
from core.text import search_key
from inventory.models import (
    AliasSource,
    Barcode,
    CountState,
    Incoming,
    LocationLimit,
    Packaging,
    Product,
    ProductAlias,
    ProductAttachment,
    ProductIngredient,
    Reservation,
    StockAlert,
    StockCount,
)
from inventory.services.aliases import LONGEST_ALIAS
from inventory.services.product_fields import LONGEST_KEY
from inventory.services.search_words import search_words_write

# Details the product kept takes over where it has none itself.
_TAKEN_OVER = (
    "route", "atc_code", "category_id", "prescription_class", "tax_category_id", "public_price",
    "shelf_location", "notes",
)  # fmt: skip
LONGEST_PACK_NAME = 60


def references_move(
    kept: Product, merged: Product, *, now: datetime, actor: Actor
) -> dict[str, int]:
    """Hand over everything but stock; returns how many rows of each kind moved."""
    packagings = _packagings_move(kept, merged)
    return {
        "packagings": packagings,
        "barcodes": Barcode.objects.filter(product=merged).update(product=kept),
        "incoming": Incoming.objects.filter(product=merged).update(product=kept),
        "reservations": Reservation.objects.filter(product=merged).update(product=kept),
        "aliases": _aliases_move(kept, merged, now=now, actor=actor),
        "attachments": _attachments_move(kept, merged),
        "limits": _limits_move(kept, merged),
        "ingredients": _ingredients_move(kept, merged),
        "alerts": _alerts_move(kept, merged),
        "planned_counts": _planned_counts_move(kept, merged),
    }


def details_take_over(kept: Product, merged: Product) -> dict[str, list[Any]]:
    """Fill what is unknown of the product kept; returns old and new values, by field."""
    taken = {}
    for field in _TAKEN_OVER:
        old, new = getattr(kept, field), getattr(merged, field)
        if old in ("", None) and new not in ("", None):
            setattr(kept, field, new)
            taken[field] = [old, new]
    if not kept.form and merged.form_key and not kept.form_key:
        kept.form_key = merged.form_key
    if not kept.composition_key:
        kept.composition_key = merged.composition_key
    if kept.lifecycle == "new" and merged.lifecycle != "new":
        kept.lifecycle = merged.lifecycle
        taken["lifecycle"] = ["new", merged.lifecycle]
    kept.save()
    search_words_write([kept])
    return taken


def _packagings_move(kept: Product, merged: Product) -> int:
    """Packs of the same name and size become one; one of another size keeps its own name."""
    ours = {pack.name: pack for pack in Packaging.objects.filter(product=kept)}
    has_default = any(pack.is_purchase_default for pack in ours.values())
    moving = []
    doubles: dict[int, int] = {}
    for pack in Packaging.objects.filter(product=merged):
        twin = ours.get(pack.name)
        if twin is not None and twin.units == pack.units:
            doubles[pack.pk] = twin.pk
            continue
        if twin is not None:
            pack.name = _free_name(pack, ours)
        ours[pack.name] = pack
        pack.product = kept
        pack.is_purchase_default = pack.is_purchase_default and not has_default
        moving.append(pack)
    for pack in moving:
        pack.inner_id = doubles.get(pack.inner_id or 0, pack.inner_id)
    Packaging.objects.bulk_update(moving, ["product", "name", "is_purchase_default", "inner"])
    barcodes = list(Barcode.objects.filter(packaging__in=doubles))
    for barcode in barcodes:
        barcode.packaging_id = doubles[barcode.packaging_id or 0]
    Barcode.objects.bulk_update(barcodes, ["packaging"])
    Packaging.objects.filter(pk__in=doubles).update(inner=None, inner_count=None)
    Packaging.objects.filter(pk__in=doubles).delete()
    return len(moving)


def _free_name(pack: Packaging, taken: dict[str, Packaging]) -> str:
    ending = f" × {pack.units}"
    name = f"{pack.name[: LONGEST_PACK_NAME - len(ending)]}{ending}"
    return name if name not in taken else f"{name[: LONGEST_PACK_NAME - 12]} #{pack.pk}"


def _aliases_move(kept: Product, merged: Product, *, now: datetime, actor: Actor) -> int:
    """Its other names, and its own as further ones; those the product kept has already are gone."""
    known = set(ProductAlias.objects.filter(product=kept).values_list("key", flat=True))
    known |= {search_key(kept.name_ar), search_key(kept.name_en)}
    rows = ProductAlias.objects.filter(product=merged)
    rows.filter(key__in=known).delete()
    moved = rows.update(product=kept)
    known |= set(ProductAlias.objects.filter(product=kept).values_list("key", flat=True))
    names = {
        search_key(text)[:LONGEST_KEY]: text[:LONGEST_ALIAS]
        for text in (merged.name_ar, merged.name_en)
    }
    ProductAlias.objects.bulk_create(
        ProductAlias(
            product=kept,
            text=text,
            key=key,
            source=AliasSource.MERGED,
            created_at=now,
            created_by_id=actor.id,
        )
        for key, text in names.items()
        if key and key not in known
    )
    return moved


def _attachments_move(kept: Product, merged: Product) -> int:
    ours = ProductAttachment.objects.filter(product=kept)
    theirs = ProductAttachment.objects.filter(product=merged)
    theirs.filter(file__sha256__in=list(ours.values_list("file__sha256", flat=True))).delete()
    if ours.filter(is_primary=True).exists():
        theirs.update(is_primary=False)
    return theirs.update(product=kept)


def _alerts_move(kept: Product, merged: Product) -> int:
    """Open ones of batches: a batch that changes its product crosses nothing, nor recovers."""
    open_ones = StockAlert.objects.filter(product=merged, closed_at__isnull=True)
    return open_ones.filter(batch__isnull=False).update(product=kept)


def _limits_move(kept: Product, merged: Product) -> int:
    theirs = LocationLimit.objects.filter(product=merged)
    ours = LocationLimit.objects.filter(product=kept).values_list("location_id", flat=True)
    theirs.filter(location_id__in=list(ours)).delete()
    return theirs.update(product=kept)


def _planned_counts_move(kept: Product, merged: Product) -> int:
    """A count that has not begun counts the goods where they are then; others have their lines."""
    chosen = StockCount.products.through.objects.filter(stockcount__state=CountState.DRAFT)
    theirs = chosen.filter(product=merged)
    ours = chosen.filter(product=kept).values_list("stockcount_id", flat=True)
    theirs.filter(stockcount_id__in=list(ours)).delete()
    return theirs.update(product=kept)


def _ingredients_move(kept: Product, merged: Product) -> int:
    if ProductIngredient.objects.filter(product=kept).exists():
        return 0  # the merged product's stay with it, as what was once known of it
    return ProductIngredient.objects.filter(product=merged).update(product=kept)
