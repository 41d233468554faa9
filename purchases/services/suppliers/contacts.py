"""The people of suppliers and of their divisions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TypedDict, Unpack

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core import audit
from core.audit import Actor
from core.db import lock
from core.errors import FieldProblem
from purchases.errors import (
    ContactEmpty,
    ContactNotFound,
    DivisionUnknown,
    SupplierNotFound,
)
from purchases.models import Supplier, SupplierContact, SupplierDivision
from purchases.services.changes import changed

_WAYS = ("name", "phone", "whatsapp", "email")


class ContactFields(TypedDict, total=False):
    """What may be said of a contact; see the model."""

    division_id: int | None
    name: str
    role: str
    phone: str
    whatsapp: str
    email: str
    is_primary: bool


@transaction.atomic
def contact_create(
    *, actor: Actor, now: datetime, supplier_id: int, **fields: Unpack[ContactFields]
) -> SupplierContact:
    """Add somebody to call. The first contact of a supplier or division is its primary one.

    Raises SupplierNotFound, DivisionUnknown, ContactEmpty.
    """
    found = lock(Supplier.objects.filter(pk=supplier_id))
    if not found:
        raise SupplierNotFound
    return contacts_add(actor=actor, now=now, supplier=found[0], contacts=[fields])[0]


def contacts_add(
    *, actor: Actor, now: datetime, supplier: Supplier, contacts: Sequence[ContactFields]
) -> list[SupplierContact]:
    """Add contacts to a supplier that the caller has locked, or just made. See `contact_create`."""
    return [_add(actor, supplier, fields) for fields in contacts]


def _add(actor: Actor, supplier: Supplier, fields: ContactFields) -> SupplierContact:
    contact = SupplierContact(supplier=supplier, **fields)
    _prepare(contact)
    if not _others(contact).exists():
        contact.is_primary = True
    _make_room(contact)
    contact.save(force_insert=True)
    audit.record(
        actor=actor,
        action="purchases.supplier_contact_created",
        subject=contact,
        changes={"supplier": supplier.name, **fields},
    )
    return contact


@transaction.atomic
def contact_update(
    *, actor: Actor, now: datetime, contact_id: int, **fields: Unpack[ContactFields]
) -> SupplierContact:
    """Change what is given. A new primary contact takes the place of the former one.

    Raises ContactNotFound, DivisionUnknown, ContactEmpty.
    """
    contact = _locked(contact_id)
    changes = changed(contact, fields)
    if changes:
        _prepare(contact)
        _make_room(contact)
        contact.save()
        audit.record(
            actor=actor,
            action="purchases.supplier_contact_updated",
            subject=contact,
            changes=changes,
        )
    return contact


@transaction.atomic
def contact_delete(*, actor: Actor, now: datetime, contact_id: int) -> None:
    """Forget somebody; the audit keeps that they were there. Raises ContactNotFound."""
    contact = _locked(contact_id)
    audit.record(
        actor=actor,
        action="purchases.supplier_contact_deleted",
        subject=contact,
        changes={"supplier": contact.supplier.name, "name": contact.name},
    )
    contact.delete()


def _locked(contact_id: int) -> SupplierContact:
    """The contact, its supplier locked: who is primary is a matter among its contacts."""
    wanted = SupplierContact.objects.select_related("supplier").filter(pk=contact_id)
    supplier_id = wanted.values_list("supplier_id", flat=True).first()
    if supplier_id is not None:
        lock(Supplier.objects.filter(pk=supplier_id))
    contact = wanted.first()
    if contact is None:
        raise ContactNotFound
    return contact


def _prepare(contact: SupplierContact) -> None:
    for name in (*_WAYS, "role"):
        setattr(contact, name, " ".join(getattr(contact, name).split()))
    if not any(getattr(contact, name) for name in _WAYS):
        raise ContactEmpty(
            errors=[FieldProblem("name", "required", _("Give a name or a way to reach them."))]
        )
    division_id = contact.division_id
    if (
        division_id is not None
        and not SupplierDivision.objects.filter(
            pk=division_id, supplier_id=contact.supplier_id
        ).exists()
    ):
        raise DivisionUnknown(
            errors=[FieldProblem("division_id", "unknown", _("The supplier has no such division."))]
        )


def _others(contact: SupplierContact) -> QuerySet[SupplierContact]:
    return SupplierContact.objects.filter(
        supplier_id=contact.supplier_id, division_id=contact.division_id
    ).exclude(pk=contact.pk)


def _make_room(contact: SupplierContact) -> None:
    if contact.is_primary:
        _others(contact).filter(is_primary=True).update(is_primary=False)
