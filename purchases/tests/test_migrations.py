"""Migrations that move rows, run over rows."""

from importlib import import_module

import pytest
from django.apps import apps

from purchases.models import SupplierContact
from purchases.tests.factories import SupplierFactory

moved = import_module("purchases.migrations.0013_suppliers_contacts")


class _Before:
    """The app registry as the migration saw it: suppliers still carried one contact each."""

    class Supplier:
        rows: list = []

        class objects:
            @staticmethod
            def order_by(_field):
                return _Before.Supplier.rows

    @staticmethod
    def get_model(app, name):
        return _Before.Supplier if name == "Supplier" else apps.get_model(app, name)


@pytest.mark.django_db
def test_the_contact_of_a_supplier_becomes_its_primary_one(monkeypatch):
    full, bare = SupplierFactory(), SupplierFactory()
    for supplier, name, phone, email in (
        (full, "Samer", "+963 1", "s@x.example"),
        (bare, "", "", ""),
    ):
        supplier.contact_name, supplier.phone, supplier.email = name, phone, email
    monkeypatch.setattr(_Before.Supplier, "rows", [full, bare])
    moved.contacts_from_suppliers(_Before, None)
    contact = SupplierContact.objects.get()
    assert (contact.supplier, contact.name, contact.phone, contact.email, contact.is_primary) == (
        full, "Samer", "+963 1", "s@x.example", True,
    )  # fmt: skip
