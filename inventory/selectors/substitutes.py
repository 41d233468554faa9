"""What may be handed out instead: the same generics, strength and form."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import BooleanField, Case, F, QuerySet, Value, When

from inventory.classes import routes_like
from inventory.errors import NotComparable, ProductNotFound
from inventory.lifecycle import SELLABLE
from inventory.models import Product
from inventory.selectors.catalogue import products_with_stock


def alike_products(pairs: Collection[tuple[int, int]]) -> set[tuple[int, int]]:
    """Of these pairs of products, those of the same generics, strengths, form and fitting route.

    Pairs of which that is not known are not among them. One query.
    """
    products = Product.objects.in_bulk({product for pair in pairs for product in pair})
    return {
        (one, other)
        for one, other in pairs
        if one in products and other in products and _is_alike(products[one], products[other])
    }


def _is_alike(one: Product, other: Product) -> bool:
    return (
        bool(one.composition_key and one.form_key)
        and (one.composition_key, one.form_key) == (other.composition_key, other.form_key)
        and other.route in routes_like(one.route)
    )


def substitutes_of(product_id: int, *, now: datetime) -> QuerySet[Product]:
    """Sellable products of the same generics, strengths, form and a fitting route.

    With their stock; what is available comes first, then the lower public price. Raises
    ProductNotFound; NotComparable where a generic's strength or the form is not known: nothing is
    then known to be the same.
    """
    product = Product.objects.filter(pk=product_id).first()
    if product is None:
        raise ProductNotFound
    if not (product.composition_key and product.form_key):
        raise NotComparable
    return (
        products_with_stock(now=now)
        .filter(
            composition_key=product.composition_key,
            form_key=product.form_key,
            route__in=routes_like(product.route),
            lifecycle__in=SELLABLE,
        )
        .exclude(pk=product_id)
        .annotate(
            is_here=Case(
                When(available__gt=0, then=Value(True)),
                default=Value(False),
                output_field=BooleanField(),
            )
        )
        .order_by("-is_here", F("public_price").asc(nulls_last=True), "name_ar", "name_en", "pk")
    )
