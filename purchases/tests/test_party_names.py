"""Financial reports name suppliers, whom the ledger knows only by id."""

import pytest

from capital.public import SystemAccount
from capital.tests.factories import post_owed
from purchases.tests.factories import SupplierFactory

pytestmark = pytest.mark.django_db


def test_the_ageing_of_payables_names_the_supplier(client_as):
    supplier = SupplierFactory(name="مستودع الشام")
    post_owed(SystemAccount.INVENTORY, 10, party_id=str(supplier.pk))
    (row,) = client_as("owner").get("/api/v1/capital/reports/payables-ageing/").json()["rows"]
    assert (row["name"], row["balance"]) == ("مستودع الشام", "10.00")
