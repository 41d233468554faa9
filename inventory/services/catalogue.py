"""Products: adding, changing, and moving them through their life."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Unpack

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core import audit
from core.audit import Actor
from core.errors import FieldProblem
from inventory.classes import BaseUnit
from inventory.errors import (
    InvalidProduct,
    LifecycleRefused,
    ProductAlreadyExists,
    ProductNotFound,
)
from inventory.lifecycle import EMPTY, TRANSITIONS, Lifecycle
from inventory.models import Packaging, Product, ProductStock, StockMovement
from inventory.records import Strength
from inventory.services.alerts import alerts_refresh
from inventory.services.composition import composition_write
from inventory.services.ledger import LockedStock, constraint_of, stock_lock
from inventory.services.product_fields import (
    ProductFields,
    cleaned,
    product_derive,
    refuse_unfit,
    refuse_units,
)
from inventory.services.revision import catalogue_touch
from inventory.services.search_words import other_names

# Fields an alert depends on.
ALERTING_FIELDS = frozenset({"min_stock", "max_stock", "public_price"})
IDENTITY = "inventory_product_identity_unique"


@transaction.atomic
def product_create(
    *,
    actor: Actor,
    now: datetime,
    purchase_units: int = 1,
    ingredients: Sequence[Strength] = (),
    **fields: Unpack[ProductFields],
) -> int:
    """Add a product in lifecycle `new`; returns its id.

    fields: see `ProductFields`; an Arabic or English name at least. purchase_units: base units in
    the pack it is ordered in; above 1 that pack is made too. ingredients: its generics, in order.
    Raises ProductAlreadyExists, InvalidProduct.
    """
    product = Product(**{name: cleaned(name, value) for name, value in fields.items()})
    refuse_unfit(product)
    refuse_units(purchase_units)
    _save(product)
    ProductStock.objects.create(product=product)
    if ingredients:
        composition_write(product, ingredients)
    if purchase_units > 1:
        Packaging.objects.create(
            product=product, name=_("Pack"), units=purchase_units, is_purchase_default=True
        )
    if product.min_stock:
        # Low from the start: shown as such, but nothing was crossed.
        alerts_refresh(products=[product], now=now, announce=False)
    catalogue_touch()
    audit.record(
        actor=actor,
        action="inventory.product_created",
        subject=product,
        changes={"name": str(product), "public_price": product.public_price},
    )
    return product.pk


@transaction.atomic
def product_update(
    *,
    actor: Actor,
    now: datetime,
    product_id: int,
    changes: ProductFields,
    ingredients: Sequence[Strength] | None = None,
) -> None:
    """Change a product's details; fields that are not in `changes` stay.

    ingredients: replaces all of its generics; None leaves them.
    Raises ProductNotFound, InvalidProduct, ProductAlreadyExists.
    """
    product = _locked(product_id).products[product_id]
    changed = _changed(product, changes)
    if changed:
        refuse_unfit(product)
        _refuse_other_unit(product, changed)
        _save(product)
    if ingredients is not None:
        changed |= composition_write(product, ingredients)
    if not changed:
        return
    if not ALERTING_FIELDS.isdisjoint(changed):
        alerts_refresh(products=[product], now=now)
    catalogue_touch()
    audit.record(actor=actor, action="inventory.product_updated", subject=product, changes=changed)


@transaction.atomic
def product_move(
    *, actor: Actor, now: datetime, product_id: int, to: str, reason: str = ""
) -> None:
    """Move a product to another state of its life (`inventory.lifecycle.TRANSITIONS`).

    Raises ProductNotFound, LifecycleRefused: no such step, or stock is left of a product that
    is to be discontinued or archived.
    """
    stock = _locked(product_id)
    product, before = stock.products[product_id], stock.products[product_id].lifecycle
    if to not in TRANSITIONS[before]:
        _refuse_step(before)
    if to in EMPTY and stock.totals[product_id].on_hand:
        raise LifecycleRefused(
            _("%(count)d base units are still in stock; sell them or write them off first.")
            % {"count": stock.totals[product_id].on_hand},
            extra={"on_hand": stock.totals[product_id].on_hand},
        )
    product.lifecycle = to
    _save(product)
    alerts_refresh(products=[product], now=now)
    catalogue_touch()
    audit.record(
        actor=actor,
        action="inventory.product_moved",
        subject=product,
        changes={"lifecycle": [before, to]},
        reason=reason,
    )


def _changed(product: Product, changes: ProductFields) -> dict[str, list[Any]]:
    """Set the fields that differ; returns them with their old and new values."""
    changed: dict[str, list[Any]] = {}
    for field, value in changes.items():
        new = cleaned(field, value)
        if (old := getattr(product, field)) != new:
            changed[field] = [old, new]
            setattr(product, field, new)
    return changed


def _locked(product_id: int) -> LockedStock:
    stock = stock_lock([product_id])
    if product_id not in stock.products:
        raise ProductNotFound
    return stock


def _save(product: Product) -> None:
    names = other_names([product.pk]) if product.pk else {}
    product_derive(product, names.get(product.pk, ()))
    try:
        with transaction.atomic():
            product.save()
    except IntegrityError as error:
        if constraint_of(error) != IDENTITY:
            raise
        twin = Product.objects.exclude(lifecycle=Lifecycle.ARCHIVED).filter(
            identity_key=product.identity_key
        )
        raise ProductAlreadyExists(
            extra={"product_id": twin.values_list("pk", flat=True).first()}
        ) from error


def _refuse_other_unit(product: Product, changed: dict[str, list[Any]]) -> None:
    """Quantities already counted in one unit would mean something else in another.

    From the general "unit" to a named one only says more exactly what was counted.
    """
    if "base_unit" not in changed or changed["base_unit"][0] == BaseUnit.UNIT:
        return
    if StockMovement.objects.filter(batch__product=product).exists():
        raise InvalidProduct(
            errors=[
                FieldProblem(
                    "base_unit",
                    "stock_counted_in_it",
                    _("Stock was already counted in this unit; add a packaging instead."),
                )
            ]
        )


def _refuse_step(before: str) -> None:
    possible = ", ".join(sorted(TRANSITIONS[before])) or "-"
    raise LifecycleRefused(
        _("From %(before)s it can go to: %(possible)s.") % {"before": before, "possible": possible},
        extra={"lifecycle": before, "possible": sorted(TRANSITIONS[before])},
    )
