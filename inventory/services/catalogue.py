"""Products: adding, changing, and moving them through their life."""

from __future__ import annotations

import hashlib
from datetime import datetime
from decimal import Decimal
from typing import Any, TypedDict

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core import audit
from core.audit import Actor
from core.errors import FieldProblem
from core.money import is_exact_money
from core.text import fold, search_key
from inventory.errors import (
    InvalidProduct,
    LifecycleRefused,
    ProductAlreadyExists,
    ProductNotFound,
)
from inventory.lifecycle import EMPTY, TRANSITIONS, Lifecycle
from inventory.models import Packaging, Product, ProductStock
from inventory.services.alerts import alerts_refresh
from inventory.services.ledger import LockedStock, constraint_of, stock_lock
from inventory.services.revision import catalogue_touch

IDENTITY = "inventory_product_identity_unique"
MAX_STOCK_LIMIT = 2_000_000_000


class ProductFields(TypedDict, total=False):
    """What can be changed of a product. public_price: per base unit; stock limits: base units."""

    name_ar: str
    name_en: str
    strength: str
    form: str
    manufacturer: str
    public_price: Decimal | None
    min_stock: int
    max_stock: int


def product_key(name: str, strength: str, form: str) -> str:
    """A product's name, strength and form, folded so that spellings compare equal."""
    return "\x1f".join(fold(part) for part in (name, strength, form))


def product_derive(product: Product) -> None:
    """Fill in the search text and the identity from the descriptive fields."""
    parts = (product.name_ar, product.name_en, product.strength, product.form, product.manufacturer)
    product.search_text = search_key(" ".join(parts))
    identity = "\x1f".join(fold(part) for part in parts)
    product.identity_key = hashlib.sha256(identity.encode()).hexdigest()


@transaction.atomic
def product_create(
    *,
    actor: Actor,
    now: datetime,
    name_ar: str,
    name_en: str = "",
    strength: str = "",
    form: str = "",
    manufacturer: str = "",
    public_price: Decimal | None = None,
    min_stock: int = 0,
    max_stock: int = 0,
    purchase_units: int = 1,
) -> int:
    """Add a product in lifecycle `new`; returns its id.

    public_price: per base unit. purchase_units: base units in the pack it is ordered in; above 1
    that pack is made too. Raises ProductAlreadyExists, InvalidProduct.
    """
    product = Product(
        name_ar=name_ar.strip(),
        name_en=name_en.strip(),
        strength=strength.strip(),
        form=form.strip(),
        manufacturer=manufacturer.strip(),
        public_price=public_price,
        min_stock=min_stock,
        max_stock=max_stock,
    )
    _refuse_unfit(product)
    _refuse_units(purchase_units)
    _save(product)
    ProductStock.objects.create(product=product)
    if purchase_units > 1:
        Packaging.objects.create(
            product=product, name=_("Pack"), units=purchase_units, is_purchase_default=True
        )
    if min_stock:
        # Low from the start: shown as such, but nothing was crossed.
        alerts_refresh(products=[product], now=now, announce=False)
    catalogue_touch()
    audit.record(
        actor=actor,
        action="inventory.product_created",
        subject=product,
        changes={"name": str(product), "public_price": public_price},
    )
    return product.pk


@transaction.atomic
def product_update(*, actor: Actor, now: datetime, product_id: int, changes: ProductFields) -> None:
    """Change a product's details; fields that are not in `changes` stay.

    Raises ProductNotFound, InvalidProduct, ProductAlreadyExists.
    """
    product = _locked(product_id).products[product_id]
    changed: dict[str, list[Any]] = {}
    for field, value in changes.items():
        new = value.strip() if isinstance(value, str) else value
        if (old := getattr(product, field)) != new:
            changed[field] = [old, new]
            setattr(product, field, new)
    if not changed:
        return
    _refuse_unfit(product)
    _save(product)
    if "min_stock" in changed:
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


def _locked(product_id: int) -> LockedStock:
    stock = stock_lock([product_id])
    if product_id not in stock.products:
        raise ProductNotFound
    return stock


def _save(product: Product) -> None:
    product_derive(product)
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


def _refuse_step(before: str) -> None:
    possible = ", ".join(sorted(TRANSITIONS[before])) or "-"
    raise LifecycleRefused(
        _("From %(before)s it can go to: %(possible)s.") % {"before": before, "possible": possible},
        extra={"lifecycle": before, "possible": sorted(TRANSITIONS[before])},
    )


def _refuse_unfit(product: Product) -> None:
    problems = []
    if not (product.name_ar or product.name_en):
        problems.append(FieldProblem("name_ar", "required", _("Give an Arabic or English name.")))
    price = product.public_price
    if price is not None and (not is_exact_money(price) or price < 0):
        problems.append(
            FieldProblem("public_price", "invalid_price", _("Give an amount of 0 or more."))
        )
    if not 0 <= product.min_stock <= product.max_stock <= MAX_STOCK_LIMIT:
        problems.append(
            FieldProblem(
                "max_stock", "below_minimum", _("The maximum is at least the minimum, from 0 on.")
            )
        )
    if problems:
        raise InvalidProduct(errors=problems)


def _refuse_units(purchase_units: int) -> None:
    if not 1 <= purchase_units <= MAX_STOCK_LIMIT:
        raise InvalidProduct(
            errors=[FieldProblem("purchase_units", "not_positive", _("Give 1 or more."))]
        )
