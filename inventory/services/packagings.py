"""Packs of a product and which of them it is ordered in."""

from __future__ import annotations

from collections import defaultdict
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

MAX_QUANTITY = 2_000_000_000
NAME_UNIQUE = "inventory_packaging_name_unique"


class PackagingFields(TypedDict, total=False):
    """What can be changed of a packaging. price: per pack.

    units: base units, or instead inner_id and inner_count: so many of another pack (None: of the
    base unit).
    """

    name: str
    units: int
    inner_id: int | None
    inner_count: int | None
    price: Decimal | None
    is_purchase_default: bool


@transaction.atomic
def packaging_create(
    *,
    actor: Actor,
    product_id: int,
    name: str,
    units: int | None = None,
    inner_id: int | None = None,
    inner_count: int | None = None,
    price: Decimal | None = None,
    is_purchase_default: bool = False,
) -> int:
    """Add a pack of `units` (> 0) base units, or of `inner_count` other packs; returns its id.

    Made the purchase default, it takes that from the one before. Raises ProductNotFound,
    PackagingRefused (the name is taken; size missing, or given in two ways that disagree).
    """
    _product_lock(product_id)
    packaging = Packaging(
        product_id=product_id,
        name=name.strip(),
        units=units or 0,
        inner_id=inner_id,
        inner_count=inner_count,
        price=price,
        is_purchase_default=is_purchase_default,
    )
    _size(packaging, asked=units)
    _save(packaging)
    audit.record(
        actor=actor, action="inventory.packaging_created", subject=packaging,
        changes={"product_id": product_id, "name": packaging.name, "units": packaging.units,
                 "price": price},
    )  # fmt: skip
    return packaging.pk


@transaction.atomic
def packaging_update(
    *, actor: Actor, product_id: int, packaging_id: int, changes: PackagingFields
) -> None:
    """Change a pack; packs made of it follow. Raises ProductNotFound, PackagingNotFound,
    PackagingRefused."""
    packaging = _find(product_id, packaging_id)
    before = {field: getattr(packaging, field) for field in (*changes, "units")}
    for field, value in changes.items():
        setattr(packaging, field, value.strip() if isinstance(value, str) else value)
    if "units" in changes and "inner_id" not in changes and packaging.inner_id is not None:
        # Said in base units from now on.
        before |= {"inner_id": packaging.inner_id, "inner_count": packaging.inner_count}
        packaging.inner_id = packaging.inner_count = None
    _size(packaging, asked=changes.get("units"))
    changed = {
        field: [old, getattr(packaging, field)]
        for field, old in before.items()
        if old != getattr(packaging, field)
    }
    if not changed:
        return
    _save(packaging)
    changed |= _outer_follow(packaging)
    audit.record(
        actor=actor, action="inventory.packaging_updated", subject=packaging, changes=changed
    )


@transaction.atomic
def packaging_delete(*, actor: Actor, product_id: int, packaging_id: int) -> None:
    """Remove a pack. Raises ProductNotFound, PackagingNotFound, PackagingInUse.

    In use it is while it has barcodes, or other packs are made of it.
    """
    packaging = _find(product_id, packaging_id)
    if packaging.barcodes.exists() or packaging.outer.exists():
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


def _size(packaging: Packaging, *, asked: int | None) -> None:
    """Work out the base units of a pack made of others. Raises PackagingRefused."""
    inner, count = packaging.inner_id, packaging.inner_count
    if (inner is None) != (count is None):
        raise _refused("inner_count", "incomplete", _("Give the inner pack and how many of it."))
    if inner is None or count is None:
        if packaging.units < 1:
            raise _refused("units", "required", _("Give the base units, or the packs in it."))
        return
    pack = Packaging.objects.filter(pk=inner, product_id=packaging.product_id).first()
    if pack is None:
        raise _refused("inner_id", "unknown_packaging", _("The product has no such pack."))
    if packaging.pk is not None and packaging.pk in _chain(pack):
        raise _refused("inner_id", "within_itself", _("It would be made of itself."))
    packaging.units = pack.units * count
    if packaging.units > MAX_QUANTITY:
        raise _refused("inner_count", "too_many", _("That is more than 2,000,000,000 base units."))
    if asked is not None and asked != packaging.units:
        raise _refused(
            "units", "disagrees", _("These packs make %(units)d.") % {"units": packaging.units}
        )


def _chain(pack: Packaging) -> set[int]:
    """A pack and those it is made of, by id."""
    inner_of = dict(
        Packaging.objects.filter(product_id=pack.product_id).values_list("pk", "inner_id")
    )
    chain: set[int] = set()
    at: int | None = pack.pk
    while at is not None and at not in chain:
        chain.add(at)
        at = inner_of.get(at)
    return chain


def _outer_follow(packaging: Packaging) -> dict[str, list[int]]:
    """Packs made of this one, and those made of them, get their new size; returns what changed."""
    outer: dict[int | None, list[Packaging]] = defaultdict(list)
    for pack in Packaging.objects.filter(product_id=packaging.product_id, inner__isnull=False):
        outer[pack.inner_id].append(pack)
    changed: dict[str, list[int]] = {}
    grown, moved = [packaging], []
    for inner in grown:  # grows while it is walked; there are no rings
        for pack in outer[inner.pk]:
            units = inner.units * (pack.inner_count or 1)
            if units > MAX_QUANTITY:
                raise _refused(
                    "units", "too_many", _("%(pack)s would be too large.") % {"pack": pack}
                )
            if units != pack.units:
                changed[f"units of {pack.name}"] = [pack.units, units]
                pack.units = units
                moved.append(pack)
                grown.append(pack)
    Packaging.objects.bulk_update(moved, ["units"])
    return changed


def _refused(field: str, code: str, detail: str) -> PackagingRefused:
    return PackagingRefused(errors=[FieldProblem(field, code, detail)])


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
        raise _refused("name", "taken", _("The product has a pack of this name.")) from error
    catalogue_touch()
