"""Sales divisions of suppliers: what each carries, and where its orders go."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, time
from typing import Any, TypedDict, Unpack

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.audit import Actor
from core.errors import FieldProblem
from core.text import search_key
from inventory.public import products_by_id
from purchases.constraints import refusing
from purchases.errors import (
    DivisionNameTaken,
    DivisionNotFound,
    ProductUnknown,
    SupplierNameUnreadable,
)
from purchases.models import DivisionCompany, DivisionProduct, SupplierDivision
from purchases.services.changes import changed
from purchases.services.suppliers.suppliers import supplier_locked

_TAKEN = {"purchases_division_name_once": DivisionNameTaken}


class DivisionFields(TypedDict, total=False):
    """What may be said of a division; see the model. companies: names, product_ids: products."""

    name: str
    order_email: str
    delivery_weekdays: list[int] | None
    cut_off: time | None
    is_active: bool
    companies: Sequence[str]
    product_ids: Collection[int]


@transaction.atomic
def division_create(
    *, actor: Actor, now: datetime, supplier_id: int, **fields: Unpack[DivisionFields]
) -> SupplierDivision:
    """Add a sales division.

    Raises SupplierNotFound, SupplierNameUnreadable, DivisionNameTaken, ProductUnknown.
    """
    division = SupplierDivision(supplier=supplier_locked(supplier_id))
    changed(division, _own(fields))
    _save(division)
    _carry(division, fields)
    audit.record(
        actor=actor,
        action="purchases.supplier_division_created",
        subject=division,
        changes={"supplier": division.supplier.name, **_noted(fields)},
    )
    return division


@transaction.atomic
def division_update(
    *, actor: Actor, now: datetime, division_id: int, **fields: Unpack[DivisionFields]
) -> SupplierDivision:
    """Change what is given; companies and products are replaced as a whole.

    Raises DivisionNotFound and what `division_create` raises.
    """
    division = SupplierDivision.objects.filter(pk=division_id).first()
    if division is None:
        raise DivisionNotFound
    supplier_locked(division.supplier_id)
    division.refresh_from_db()
    before = _carried(division)
    changes: dict[str, Any] = changed(division, _own(fields))
    _save(division)
    _carry(division, fields)
    after = _carried(division)
    changes |= {name: [before[name], after[name]] for name in before if before[name] != after[name]}
    if changes:
        audit.record(
            actor=actor,
            action="purchases.supplier_division_updated",
            subject=division,
            changes=changes,
        )
    return division


def _own(fields: DivisionFields) -> dict[str, Any]:
    """The division's own columns of what is given, tidied."""
    own: dict[str, Any] = {
        name: value for name, value in fields.items() if name not in ("companies", "product_ids")
    }
    if "name" in own:
        own["name"] = " ".join(own["name"].split())
    if own.get("delivery_weekdays") is not None:
        own["delivery_weekdays"] = sorted(set(own["delivery_weekdays"]))
    return own


def _noted(fields: DivisionFields) -> dict[str, Any]:
    return {**fields, "product_ids": sorted(fields.get("product_ids", ()))}


def _save(division: SupplierDivision) -> None:
    division.name_key = search_key(division.name)[:150]
    if not division.name_key:
        raise SupplierNameUnreadable(
            errors=[FieldProblem("name", "unreadable", _("Give a name with a letter or digit."))]
        )
    with refusing(_TAKEN):
        division.save()


def _carried(division: SupplierDivision) -> dict[str, list[Any]]:
    return {
        "companies": sorted(division.companies.values_list("name", flat=True)),
        "product_ids": sorted(division.products.values_list("product_id", flat=True)),
    }


def _carry(division: SupplierDivision, fields: DivisionFields) -> None:
    """Write the companies and products that are given; what is not given stays."""
    if "companies" in fields:
        _carry_companies(division, fields["companies"])
    if "product_ids" in fields:
        _carry_products(division, set(fields["product_ids"]))


def _carry_companies(division: SupplierDivision, names: Sequence[str]) -> None:
    by_key = {search_key(name)[:150]: " ".join(name.split()) for name in names}
    if "" in by_key:
        raise SupplierNameUnreadable(
            errors=[
                FieldProblem(
                    "companies", "unreadable", _("Every company needs a letter or a digit.")
                )
            ]
        )
    division.companies.all().delete()
    DivisionCompany.objects.bulk_create(
        DivisionCompany(division=division, key=key, name=name) for key, name in by_key.items()
    )


def _carry_products(division: SupplierDivision, ids: set[int]) -> None:
    if unknown := sorted(ids - set(products_by_id(ids))):
        raise ProductUnknown(
            errors=[
                FieldProblem(
                    "product_ids",
                    "unknown",
                    _("There are no products %(ids)s.") % {"ids": ", ".join(map(str, unknown))},
                )
            ]
        )
    division.products.exclude(product_id__in=ids).delete()
    kept = set(division.products.values_list("product_id", flat=True))
    DivisionProduct.objects.bulk_create(
        DivisionProduct(division=division, product_id=product_id)
        for product_id in sorted(ids - kept)
    )
