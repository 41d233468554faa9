"""Reads of the catalogue."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from decimal import Decimal

from django.db.models import F, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from inventory.errors import ProductNotFound
from inventory.lifecycle import Lifecycle
from inventory.models import (
    Barcode,
    CatalogueRevision,
    Incoming,
    Location,
    Packaging,
    Product,
)
from inventory.models.incoming import OUTSTANDING, STILL_TO_COME
from inventory.papers import needs_prescription
from inventory.records import CatalogueProduct, PackagingSummary, ProductSummary
from inventory.selectors.availability import reserved_expression, usable_expression


def products_by_id(ids: Collection[int]) -> dict[int, ProductSummary]:
    """The products of `ids`; unknown ids are absent. Two queries."""
    products = Product.objects.filter(pk__in=ids).select_related("tax_category")
    packs = {
        pack.product_id: pack
        for pack in Packaging.objects.filter(product_id__in=ids, is_purchase_default=True)
    }
    return {product.pk: _summary(product, packs.get(product.pk)) for product in products}


def _summary(product: Product, pack: Packaging | None) -> ProductSummary:
    return ProductSummary(
        id=product.pk,
        name_ar=product.name_ar,
        name_en=product.name_en,
        strength=product.strength,
        form=product.form,
        manufacturer=product.manufacturer,
        public_price=product.public_price,
        lifecycle=product.lifecycle,
        purchase_units=pack.units if pack else 1,
        purchase_packaging=pack.name if pack else "",
        sellable=product.sellable,
        purchasable=product.purchasable,
        route=product.route,
        base_unit=product.base_unit,
        prescription_class=product.prescription_class,
        controlled_class=product.controlled_class,
        category_id=product.category_id,
        cold_chain=product.cold_chain,
        tax_rate_percent=product.tax_category.rate_percent if product.tax_category else None,
        needs_prescription=needs_prescription(product.controlled_class),
    )


def product_exists(product_id: int) -> bool:
    """Whether there is such a product, in whatever lifecycle."""
    return Product.objects.filter(pk=product_id).exists()


def packagings_by_id(ids: Collection[int]) -> dict[int, PackagingSummary]:
    """The packagings of `ids`; unknown ids are absent. One query."""
    return {
        pack.pk: PackagingSummary(
            id=pack.pk,
            product_id=pack.product_id,
            name=pack.name,
            units=pack.units,
            price=pack.price,
        )
        for pack in Packaging.objects.filter(pk__in=ids)
    }


def catalogue_entries() -> list[CatalogueProduct]:
    """Every product that is not archived, for matching, by id. Two queries for any size."""
    packs: dict[int, tuple[int, Decimal | None]] = {
        product: (units, price)
        for product, units, price in Packaging.objects.filter(is_purchase_default=True).values_list(
            "product_id", "units", "price"
        )
    }
    rows = (
        Product.objects.exclude(lifecycle=Lifecycle.ARCHIVED)
        .order_by("pk")
        .values_list("pk", "name_ar", "name_en", "strength", "form", "manufacturer", "public_price")
    )
    return [
        CatalogueProduct(
            product_id=pk,
            names=tuple(name for name in (name_ar, name_en) if name),
            strength=strength,
            form=form,
            manufacturer=manufacturer,
            public_price=_pack_price(price, packs.get(pk)),
        )
        for pk, name_ar, name_en, strength, form, manufacturer, price in rows
    ]


def _pack_price(
    unit_price: Decimal | None, pack: tuple[int, Decimal | None] | None
) -> Decimal | None:
    units, own_price = pack or (1, None)
    if own_price is not None or unit_price is None:
        return own_price
    return unit_price * units


def catalogue_version() -> str:
    """A mark that is different after every change of the catalogue. One cheap query."""
    token = CatalogueRevision.objects.values_list("token", flat=True).first()
    return str(token) if token else "empty"


def products_with_stock(*, now: datetime) -> QuerySet[Product]:
    """Products annotated with `on_hand`, `reserved`, `available` and `incoming`, in base units."""
    incoming = (
        Incoming.objects.filter(STILL_TO_COME, product=OuterRef("pk"))
        .order_by()
        .values("product")
        .annotate(total=Sum(OUTSTANDING))
        .values("total")
    )
    return Product.objects.annotate(
        on_hand=Coalesce(F("stock__on_hand"), 0),
        reserved=reserved_expression(),
        available=usable_expression(now=now) - reserved_expression(),
        incoming_quantity=Coalesce(Subquery(incoming), 0),
    )


def product_detail(product_id: int, *, now: datetime) -> Product:
    """One product with its stock, packagings and barcodes. Raises ProductNotFound."""
    product = (
        products_with_stock(now=now)
        .prefetch_related("packagings", "barcodes", "ingredients__ingredient")
        .filter(pk=product_id)
        .first()
    )
    if product is None:
        raise ProductNotFound
    return product


def barcodes_of(product_id: int) -> QuerySet[Barcode]:
    """The barcodes of a product, oldest first. Raises ProductNotFound."""
    _refuse_unknown(product_id)
    return Barcode.objects.filter(product_id=product_id).order_by("pk")


def packagings_of(product_id: int) -> QuerySet[Packaging]:
    """The packs of a product, smallest first. Raises ProductNotFound."""
    _refuse_unknown(product_id)
    return Packaging.objects.filter(product_id=product_id).order_by("units", "pk")


def locations_list() -> QuerySet[Location]:
    """Places where stock is kept, the default one first."""
    return Location.objects.order_by("-is_default", "code")


def _refuse_unknown(product_id: int) -> None:
    if not product_exists(product_id):
        raise ProductNotFound
