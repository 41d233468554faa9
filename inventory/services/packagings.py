"""Packs of a product and which of them it is ordered in."""

from __future__ import annotations

from decimal import Decimal
from typing import TypedDict

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core import audit
from core.audit import Actor
from core.errors import FieldProblem
from inventory.errors import PackagingInUse, PackagingNotFound, PackagingRefused, ProductNotFound
from inventory.models import Packaging
from inventory.services.ledger import constraint_of, stock_lock
from inventory.services.revision import catalogue_touch

NAME_UNIQUE = "inventory_packaging_name_unique"


class PackagingFields(TypedDict, total=False):
    """What can be changed of a packaging. price: per pack."""

    name: str
    units: int
    price: Decimal | None
    is_purchase_default: bool


@transaction.atomic
def packaging_create(
    *,
    actor: Actor,
    product_id: int,
    name: str,
    units: int,
    price: Decimal | None = None,
    is_purchase_default: bool = False,
) -> int:
    """Add a pack of `units` (> 0) base units; returns its id.

    Made the purchase default, it takes that from the one before. Raises ProductNotFound,
    PackagingRefused (the name is taken).
    """
    _product_lock(product_id)
    packaging = Packaging(
        product_id=product_id,
        name=name.strip(),
        units=units,
        price=price,
        is_purchase_default=is_purchase_default,
    )
    _save(packaging)
    audit.record(
        actor=actor, action="inventory.packaging_created", subject=packaging,
        changes={"product_id": product_id, "name": packaging.name, "units": units, "price": price},
    )  # fmt: skip
    return packaging.pk


@transaction.atomic
def packaging_update(
    *, actor: Actor, product_id: int, packaging_id: int, changes: PackagingFields
) -> None:
    """Change a pack. Raises ProductNotFound, PackagingNotFound, PackagingRefused."""
    packaging = _find(product_id, packaging_id)
    changed = {}
    for field, value in changes.items():
        new = value.strip() if isinstance(value, str) else value
        if (old := getattr(packaging, field)) != new:
            changed[field] = [old, new]
            setattr(packaging, field, new)
    if not changed:
        return
    _save(packaging)
    audit.record(
        actor=actor, action="inventory.packaging_updated", subject=packaging, changes=changed
    )


@transaction.atomic
def packaging_delete(*, actor: Actor, product_id: int, packaging_id: int) -> None:
    """Remove a pack. Raises ProductNotFound, PackagingNotFound, PackagingInUse (has barcodes)."""
    packaging = _find(product_id, packaging_id)
    if packaging.barcodes.exists():
        raise PackagingInUse
    audit.record(
        actor=actor, action="inventory.packaging_deleted", subject=packaging,
        changes={"product_id": product_id, "name": packaging.name, "units": packaging.units},
    )  # fmt: skip
    packaging.delete()
    catalogue_touch()


def _product_lock(product_id: int) -> None:
    if product_id not in stock_lock([product_id]).products:
        raise ProductNotFound


def _find(product_id: int, packaging_id: int) -> Packaging:
    _product_lock(product_id)
    packaging = Packaging.objects.filter(pk=packaging_id, product_id=product_id).first()
    if packaging is None:
        raise PackagingNotFound
    return packaging


def _save(packaging: Packaging) -> None:
    """Save under the product's lock, keeping one purchase default at most."""
    if packaging.is_purchase_default:
        Packaging.objects.filter(product_id=packaging.product_id, is_purchase_default=True).exclude(
            pk=packaging.pk
        ).update(is_purchase_default=False)
    try:
        with transaction.atomic():
            packaging.save()
    except IntegrityError as error:
        if constraint_of(error) != NAME_UNIQUE:
            raise
        raise PackagingRefused(
            errors=[FieldProblem("name", "taken", _("The product has a pack of this name."))]
        ) from error
    catalogue_touch()
