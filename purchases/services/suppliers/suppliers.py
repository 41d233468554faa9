"""Suppliers: adding and changing them, and the terms they sell on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from decimal import Decimal
from typing import Any, TypedDict, Unpack

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
    SupplierTermsRefused,
)
from purchases.models import Supplier
from purchases.services.changes import changed
from purchases.services.suppliers.contacts import ContactFields, contacts_add

_TAKEN = {
    "purchases_supplier_name_once": SupplierNameTaken,
    "purchases_supplier_code_once": SupplierCodeTaken,
}


class SupplierFields(TypedDict, total=False):
    """What may be said of a supplier; see the model."""

    name: str
    code: str
    order_email: str
    notes: str
    deal_direction: str
    immediate_receipt: bool
    is_active: bool


class TermsFields(TypedDict, total=False):
    """The terms of a supplier; see `purchases.terms.SupplierTerms`."""

    lead_days: int
    review_days: int
    delivery_weekdays: list[int]
    cut_off: time | None
    minimum_order_amount: Decimal
    small_order_fee: Decimal | None
    maximum_order_amount: Decimal | None
    payment_days: int
    early_payment_percent: Decimal | None
    early_payment_days: int | None
    credit_limit: Decimal | None


@transaction.atomic
def supplier_create(
    *,
    actor: Actor,
    now: datetime,
    contacts: Sequence[ContactFields] = (),
    terms: TermsFields | None = None,
    **fields: Unpack[SupplierFields],
) -> Supplier:
    """Add a supplier, with people to talk to and its terms where they are known.

    Raises SupplierNameUnreadable, SupplierNameTaken (folded names are compared),
    SupplierCodeTaken, SupplierTermsRefused, and what `contacts_add` raises.
    """
    known_terms: dict[str, Any] = _tidy(terms or {})
    supplier = Supplier(**fields, **known_terms)
    _prepare(supplier)
    _refuse_contradictory(supplier, prefix="terms.")
    with refusing(_TAKEN):
        supplier.save(force_insert=True)
    audit.record(
        actor=actor,
        action="purchases.supplier_created",
        subject=supplier,
        changes={**fields, **known_terms},
    )
    contacts_add(actor=actor, now=now, supplier=supplier, contacts=contacts)
    return supplier


@transaction.atomic
def supplier_update(
    *, actor: Actor, now: datetime, supplier_id: int, **fields: Unpack[SupplierFields]
) -> Supplier:
    """Change what is given, leave the rest.

    Raises SupplierNotFound and what `supplier_create` raises.
    """
    supplier = supplier_locked(supplier_id)
    changes = changed(supplier, fields)
    if changes:
        _prepare(supplier)
        with refusing(_TAKEN):
            supplier.save()
        audit.record(
            actor=actor, action="purchases.supplier_updated", subject=supplier, changes=changes
        )
    return supplier


@transaction.atomic
def supplier_terms_change(
    *, actor: Actor, now: datetime, supplier_id: int, **terms: Unpack[TermsFields]
) -> Supplier:
    """Change the terms that are given, leave the rest.

    Raises SupplierNotFound, SupplierTermsRefused.
    """
    supplier = supplier_locked(supplier_id)
    changes = changed(supplier, _tidy(terms))
    if changes:
        _refuse_contradictory(supplier)
        supplier.save()
        audit.record(
            actor=actor,
            action="purchases.supplier_terms_changed",
            subject=supplier,
            changes=changes,
        )
    return supplier


def supplier_locked(supplier_id: int) -> Supplier:
    """The supplier, locked. Raises SupplierNotFound."""
    found = lock(Supplier.objects.filter(pk=supplier_id))
    if not found:
        raise SupplierNotFound
    return found[0]


def _tidy(terms: TermsFields) -> dict[str, Any]:
    """The terms with the weekdays once each, in the order of the week."""
    given: dict[str, Any] = dict(terms)
    if "delivery_weekdays" in given:
        given["delivery_weekdays"] = sorted(set(given["delivery_weekdays"]))
    return given


def _refuse_contradictory(supplier: Supplier, *, prefix: str = "") -> None:
    """Raise SupplierTermsRefused for terms that are each possible, but not together."""
    problems: list[FieldProblem] = []
    maximum = supplier.maximum_order_amount
    if maximum is not None and (maximum <= 0 or maximum < supplier.minimum_order_amount):
        problems.append(
            FieldProblem(
                f"{prefix}maximum_order_amount",
                "below_minimum",
                _("The most one order may come to is above zero and not below the minimum."),
            )
        )
    percent, days = supplier.early_payment_percent, supplier.early_payment_days
    if (percent is None) != (days is None):
        problems.append(
            FieldProblem(
                f"{prefix}early_payment_days" if days is None else f"{prefix}early_payment_percent",
                "required",
                _("An early-payment discount has a percentage and a number of days."),
            )
        )
    elif days is not None and days > supplier.payment_days:
        problems.append(
            FieldProblem(
                f"{prefix}early_payment_days",
                "after_due",
                _("Early is not later than the %(days)d days until the invoice is due.")
                % {"days": supplier.payment_days},
            )
        )
    if problems:
        raise SupplierTermsRefused(errors=problems)


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
