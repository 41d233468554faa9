"""Where the e-mail of an order goes."""

from __future__ import annotations

from django.utils.translation import gettext as _

from core.errors import FieldProblem
from purchases.errors import ContactUnknown, DivisionUnknown, OrderAddressMissing
from purchases.models import PurchaseOrder, Supplier, SupplierContact, SupplierDivision


def order_address(
    order: PurchaseOrder, *, division_id: int | None = None, contact_id: int | None = None
) -> str:
    """The address of a contact, or of a division; otherwise where orders like this one go.

    Those of a division that sells all of it go there; if it has no address, to the supplier's
    order address, and if that is empty, to its primary contact.

    Raises ContactUnknown, DivisionUnknown, OrderAddressMissing.
    """
    if contact_id is not None:
        address = _of_contact(order, contact_id)
    elif division_id is not None:
        address = _of_division(_division(order, division_id))
    else:
        division = order.division
        address = (_of_division(division) if division else "") or _of_supplier(order.supplier)
    if not address:
        raise OrderAddressMissing(
            errors=[
                FieldProblem(
                    "contact_id",
                    "no_address",
                    _("Give the supplier an address for orders, or a contact one."),
                )
            ]
        )
    return address


def _of_contact(order: PurchaseOrder, contact_id: int) -> str:
    contact = SupplierContact.objects.filter(supplier_id=order.supplier_id, pk=contact_id).first()
    if contact is None:
        detail = _("The supplier has no such contact.")
        raise ContactUnknown(errors=[FieldProblem("contact_id", "unknown", detail)])
    return contact.email


def _division(order: PurchaseOrder, division_id: int) -> SupplierDivision:
    division = SupplierDivision.objects.filter(
        supplier_id=order.supplier_id, pk=division_id
    ).first()
    if division is None:
        detail = _("The supplier has no such division.")
        raise DivisionUnknown(errors=[FieldProblem("division_id", "unknown", detail)])
    return division


def _of_division(division: SupplierDivision) -> str:
    return division.order_email or _primary(division.supplier_id, division.pk)


def _of_supplier(supplier: Supplier) -> str:
    return supplier.order_email or _primary(supplier.pk, None)


def _primary(supplier_id: int, division_id: int | None) -> str:
    found = SupplierContact.objects.filter(
        supplier_id=supplier_id, division_id=division_id, is_primary=True
    )
    return found.values_list("email", flat=True).first() or ""
