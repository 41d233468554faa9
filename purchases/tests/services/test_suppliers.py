from functools import partial

import pytest

from core.models import AuditEntry
from purchases.errors import (
    SupplierCodeTaken,
    SupplierNameTaken,
    SupplierNameUnreadable,
    SupplierNotFound,
)
from purchases.models import Supplier
from purchases.public import supplier_exists, supplier_name
from purchases.selectors.suppliers import suppliers
from purchases.services.suppliers.suppliers import supplier_create, supplier_update
from purchases.tests.factories import SupplierFactory
from purchases.tests.snapshots import everything

pytestmark = pytest.mark.django_db


def test_two_spellings_of_a_name_are_one_supplier(buyer, now):
    supplier_create(actor=buyer, now=now, name="مستودع الأمانة")
    before = everything()
    with pytest.raises(SupplierNameTaken):
        supplier_create(actor=buyer, now=now, name="  مستودع   الامانه ")
    assert everything() == before


def test_a_code_is_taken_once_and_may_be_empty(buyer, now):
    supplier_create(actor=buyer, now=now, name="One", code="W1")
    supplier_create(actor=buyer, now=now, name="Two")
    supplier_create(actor=buyer, now=now, name="Three")
    with pytest.raises(SupplierCodeTaken):
        supplier_create(actor=buyer, now=now, name="Four", code="W1")
    assert Supplier.objects.count() == 3


def test_a_name_needs_a_letter_or_digit(buyer, now):
    with pytest.raises(SupplierNameUnreadable):
        supplier_create(actor=buyer, now=now, name="---")
    assert not Supplier.objects.exists()


def test_only_what_is_given_changes_and_is_audited(buyer, now):
    supplier = supplier_create(actor=buyer, now=now, name="One", notes="123")
    supplier_update(actor=buyer, now=now, supplier_id=supplier.pk, immediate_receipt=True)
    supplier.refresh_from_db()
    assert (supplier.name, supplier.notes, supplier.immediate_receipt) == ("One", "123", True)
    entry = AuditEntry.objects.get(action="purchases.supplier_updated")
    assert entry.changes == {"immediate_receipt": [False, True]}


def test_changing_nothing_writes_nothing(buyer, now):
    supplier = supplier_create(actor=buyer, now=now, name="One")
    before = everything()
    supplier_update(actor=buyer, now=now, supplier_id=supplier.pk, name="One")
    assert everything() == before


def test_an_unknown_supplier_is_not_found(buyer, now):
    with pytest.raises(SupplierNotFound):
        supplier_update(actor=buyer, now=now, supplier_id=999_999, name="One")
    with pytest.raises(SupplierNotFound):
        supplier_name(999_999)


def test_inactive_suppliers_do_not_exist_for_uploads():
    supplier = SupplierFactory(inactive=True)
    assert not supplier_exists(supplier.pk)
    assert supplier_exists(supplier.pk, active=False)
    assert supplier_name(supplier.pk) == supplier.name


def test_search_finds_any_spelling_or_the_code(buyer, now):
    one = supplier_create(actor=buyer, now=now, name="مستودع الأمانة", code="AM")
    supplier_create(actor=buyer, now=now, name="Other")
    assert list(suppliers(search="الامانه")) == [one]
    assert list(suppliers(search="am")) == [one]
    assert list(suppliers(search="--")) == []


@pytest.mark.django_db(transaction=True)
def test_the_same_name_twice_at_once_is_taken_once(together, buyer, now):
    results = together([partial(supplier_create, actor=buyer, now=now, name="One")] * 4)
    assert sorted({type(result).__name__ for result in results}) == [
        "Supplier",
        SupplierNameTaken.__name__,
    ]
    assert Supplier.objects.count() == 1
