"""Contacts, divisions and terms of suppliers: what is kept, refused and audited."""

from datetime import time
from decimal import Decimal
from functools import partial

import pytest
from django.db import IntegrityError, connection, transaction

from core.models import AuditEntry
from purchases.errors import (
    ContactEmpty,
    ContactNotFound,
    DivisionNameTaken,
    DivisionNotFound,
    DivisionUnknown,
    ProductUnknown,
    SupplierNameUnreadable,
    SupplierTermsRefused,
)
from purchases.models import Supplier, SupplierContact, SupplierDivision
from purchases.selectors.suppliers import division_by_id, supplier_terms, terms_of
from purchases.services.suppliers.contacts import contact_create, contact_delete, contact_update
from purchases.services.suppliers.divisions import division_create, division_update
from purchases.services.suppliers.suppliers import supplier_create, supplier_terms_change
from purchases.terms import SupplierTerms
from purchases.tests.factories import SupplierFactory, short_product
from purchases.tests.snapshots import everything

pytestmark = pytest.mark.django_db


def primaries(supplier):
    return list(supplier.contacts.filter(is_primary=True).values_list("name", flat=True))


def test_a_supplier_comes_with_its_people_and_terms(buyer, now):
    supplier = supplier_create(
        actor=buyer,
        now=now,
        name="One",
        contacts=[{"name": "Samer", "whatsapp": "+963 1"}, {"name": "Rima", "role": "accounts"}],
        terms={"delivery_weekdays": [6, 1, 1], "cut_off": time(14), "payment_days": 30},
    )
    assert primaries(supplier) == ["Samer"]
    assert supplier_terms([supplier.pk, 999_999]) == {
        supplier.pk: SupplierTerms(delivery_weekdays=(1, 6), cut_off=time(14), payment_days=30)
    }


def test_one_contact_is_primary_in_the_supplier_and_in_each_division(buyer, now):
    supplier = SupplierFactory()
    division = division_create(actor=buyer, now=now, supplier_id=supplier.pk, name="Imports")
    add = partial(contact_create, actor=buyer, now=now, supplier_id=supplier.pk)
    add(name="First")
    second = add(name="Second")
    add(name="Of the division", division_id=division.pk)
    assert primaries(supplier) == ["First", "Of the division"]
    contact_update(actor=buyer, now=now, contact_id=second.pk, is_primary=True)
    assert sorted(primaries(supplier)) == ["Of the division", "Second"]
    contact_delete(actor=buyer, now=now, contact_id=second.pk)
    assert primaries(supplier) == ["Of the division"]
    assert AuditEntry.objects.filter(action="purchases.supplier_contact_deleted").count() == 1


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"name": "  ", "role": "sales"}, ContactEmpty),
        ({"name": "X", "division_id": 999_999}, DivisionUnknown),
    ],
)
def test_a_contact_that_reaches_nobody_is_refused(fields, error, buyer, now):
    supplier = SupplierFactory()
    before = everything()
    with pytest.raises(error):
        contact_create(actor=buyer, now=now, supplier_id=supplier.pk, **fields)
    with pytest.raises(ContactNotFound):
        contact_delete(actor=buyer, now=now, contact_id=999_999)
    assert everything() == before


def test_a_division_of_another_supplier_takes_no_contact(buyer, now):
    mine, other = SupplierFactory(), SupplierFactory()
    division = division_create(actor=buyer, now=now, supplier_id=other.pk, name="Imports")
    with pytest.raises(DivisionUnknown):
        contact_create(actor=buyer, now=now, supplier_id=mine.pk, name="X", division_id=division.pk)
    SupplierContact.objects.create(supplier=mine, division=division, name="X")
    with pytest.raises(IntegrityError, match="division_of_supplier"):
        connection.check_constraints()


def test_a_division_carries_companies_and_products_in_any_spelling_once(buyer, now):
    supplier = SupplierFactory()
    one, two = short_product(), short_product()
    division = division_create(
        actor=buyer,
        now=now,
        supplier_id=supplier.pk,
        name="Imports",
        companies=["Novartis", "  NOVARTIS ", "ابن سينا"],
        product_ids=[one, two, one],
    )
    shown = division_by_id(division.pk)
    assert sorted(company.key for company in shown.companies.all()) == ["novartis", "ابن سينا"]
    division_update(actor=buyer, now=now, division_id=division.pk, product_ids=[two])
    shown = division_by_id(division.pk)
    assert [carried.product_id for carried in shown.products.all()] == [two]
    assert len(shown.companies.all()) == 2
    entry = AuditEntry.objects.get(action="purchases.supplier_division_updated")
    assert entry.changes == {"product_ids": [[one, two], [two]]}


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"name": "IMPORTS"}, DivisionNameTaken),
        ({"name": "--"}, SupplierNameUnreadable),
        ({"name": "Other", "companies": ["--"]}, SupplierNameUnreadable),
        ({"name": "Other", "product_ids": [999_999]}, ProductUnknown),
    ],
)
def test_what_a_division_cannot_be_changes_nothing(fields, error, buyer, now):
    supplier = SupplierFactory()
    division_create(actor=buyer, now=now, supplier_id=supplier.pk, name="Imports")
    before = everything()
    with pytest.raises(error):
        division_create(actor=buyer, now=now, supplier_id=supplier.pk, **fields)
    with pytest.raises(DivisionNotFound):
        division_update(actor=buyer, now=now, division_id=999_999, **fields)
    assert everything() == before


def test_a_division_has_days_and_a_cut_off_of_its_own_or_those_of_the_supplier(buyer, now):
    supplier = SupplierFactory(delivery_weekdays=[1, 2], cut_off=time(14), lead_days=3)
    division = SupplierDivision(supplier=supplier, name="Imports")
    assert terms_of(supplier, division) == terms_of(supplier)
    division.delivery_weekdays, division.cut_off = [], time(9)
    assert terms_of(supplier, division) == SupplierTerms(
        delivery_weekdays=(), cut_off=time(9), lead_days=3
    )


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        (
            {"minimum_order_amount": Decimal(100), "maximum_order_amount": Decimal(99)},
            "maximum_order_amount",
        ),
        ({"early_payment_percent": Decimal(2)}, "early_payment_days"),
        ({"early_payment_days": 2, "payment_days": 30}, "early_payment_percent"),
        (
            {"early_payment_percent": Decimal(2), "early_payment_days": 31, "payment_days": 30},
            "early_payment_days",
        ),
    ],
)
def test_contradicting_terms_are_refused_naming_the_field(terms, field, buyer, now):
    supplier = SupplierFactory()
    before = everything()
    with pytest.raises(SupplierTermsRefused) as refused:
        supplier_terms_change(actor=buyer, now=now, supplier_id=supplier.pk, **terms)
    assert [problem.field for problem in refused.value.errors] == [field]
    assert everything() == before
    with pytest.raises(IntegrityError), transaction.atomic():  # nor does the database take them
        Supplier.objects.filter(pk=supplier.pk).update(**terms)


def test_changed_terms_are_audited_before_and_after(buyer, now):
    supplier = SupplierFactory(lead_days=1)
    supplier_terms_change(
        actor=buyer, now=now, supplier_id=supplier.pk, lead_days=2, credit_limit=Decimal(10)
    )
    entry = AuditEntry.objects.get(action="purchases.supplier_terms_changed")
    assert entry.changes == {"lead_days": [1, 2], "credit_limit": [None, "10"]}
    before = everything()
    supplier_terms_change(actor=buyer, now=now, supplier_id=supplier.pk, lead_days=2)
    assert everything() == before
