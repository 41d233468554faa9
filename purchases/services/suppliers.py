"""Suppliers: adding and changing them."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict, Unpack

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.audit import Actor
from core.db import lock
from core.errors import FieldProblem
from core.text import search_key
from purchases.constraints import refusing
from purchases.errors import (
    SupplierCodeTaken,
    SupplierNameTaken,
    SupplierNameUnreadable,
    SupplierNotFound,
)
from purchases.models import Supplier

_TAKEN = {
    "purchases_supplier_name_once": SupplierNameTaken,
    "purchases_supplier_code_once": SupplierCodeTaken,
}


class SupplierFields(TypedDict, total=False):
    """What may be said of a supplier; see the model."""

    name: str
    code: str
    contact_name: str
    phone: str
    email: str
    notes: str
    deal_direction: str
    immediate_receipt: bool
    is_active: bool


@transaction.atomic
def supplier_create(*, actor: Actor, now: datetime, **fields: Unpack[SupplierFields]) -> Supplier:
    """Add a supplier.

    Raises SupplierNameUnreadable, SupplierNameTaken (folded names are compared) and
    SupplierCodeTaken.
    """
    supplier = Supplier(**fields)
    _prepare(supplier)
    with refusing(_TAKEN):
        supplier.save(force_insert=True)
    audit.record(
        actor=actor, action="purchases.supplier_created", subject=supplier, changes=dict(fields)
    )
    return supplier


@transaction.atomic
def supplier_update(
    *, actor: Actor, now: datetime, supplier_id: int, **fields: Unpack[SupplierFields]
) -> Supplier:
    """Change what is given, leave the rest.

    Raises SupplierNotFound and what `supplier_create` raises.
    """
    found = lock(Supplier.objects.filter(pk=supplier_id))
    if not found:
        raise SupplierNotFound
    supplier = found[0]
    changes = {
        name: [getattr(supplier, name), value]
        for name, value in fields.items()
        if getattr(supplier, name) != value
    }
    for name, (_before, after) in changes.items():
        setattr(supplier, name, after)
    if changes:
        _prepare(supplier)
        with refusing(_TAKEN):
            supplier.save()
        audit.record(
            actor=actor, action="purchases.supplier_updated", subject=supplier, changes=changes
        )
    return supplier


def _prepare(supplier: Supplier) -> None:
    """Fold the name and refuse what another supplier has. The constraints decide races."""
    supplier.name = " ".join(supplier.name.split())
    supplier.name_key = search_key(supplier.name)[:200]
    if not supplier.name_key:
        raise SupplierNameUnreadable(errors=[_name_problem("unreadable", supplier.name)])
    others = Supplier.objects.exclude(pk=supplier.pk)
    if others.filter(name_key=supplier.name_key).exists():
        raise SupplierNameTaken(errors=[_name_problem("taken", supplier.name)])
    if supplier.code and others.filter(code=supplier.code).exists():
        raise SupplierCodeTaken(
            errors=[FieldProblem("code", "taken", _("Choose a code no other supplier has."))]
        )


def _name_problem(code: str, name: str) -> FieldProblem:
    details = {
        "unreadable": _("%(name)s has no letter or digit."),
        "taken": _("%(name)s, or another spelling of it, exists already."),
    }
    return FieldProblem("name", code, details[code] % {"name": name})
