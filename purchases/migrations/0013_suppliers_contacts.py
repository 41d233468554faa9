"""The one contact each supplier had becomes the primary one of its contacts."""

from __future__ import annotations

from typing import Any

from django.db import migrations

_FIELDS = {"contact_name": "name", "phone": "phone", "email": "email"}


def contacts_from_suppliers(apps: Any, schema_editor: Any) -> None:
    contact = apps.get_model("purchases", "SupplierContact")
    contact.objects.bulk_create(
        contact(
            supplier=supplier,
            is_primary=True,
            **{new: getattr(supplier, old) for old, new in _FIELDS.items()},
        )
        for supplier in apps.get_model("purchases", "Supplier").objects.order_by("pk")
        if any(getattr(supplier, old) for old in _FIELDS)
    )


def suppliers_from_contacts(apps: Any, schema_editor: Any) -> None:
    primary = apps.get_model("purchases", "SupplierContact").objects.filter(
        is_primary=True, division__isnull=True
    )
    for contact in primary.select_related("supplier"):
        for old, new in _FIELDS.items():
            setattr(contact.supplier, old, getattr(contact, new))
        contact.supplier.save(update_fields=list(_FIELDS))
    primary.delete()


class Migration(migrations.Migration):
    dependencies = [("purchases", "0012_supplier_terms")]

    operations = [migrations.RunPython(contacts_from_suppliers, suppliers_from_contacts)]
