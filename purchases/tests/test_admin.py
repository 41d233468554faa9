"""Administrators look at everything and change it through the services only."""

import pytest
from django.apps import apps
from django.contrib.admin.sites import site
from django.test import Client
from django.urls import reverse

from core.models import AuditEntry
from purchases.models import GoodsReceipt, Supplier
from purchases.services.receipts.receipts import goods_receive
from purchases.tests.factories import (
    OfferFactory,
    OfferLineFactory,
    SupplierFactory,
    delivery,
    placed_order,
)
from purchases.tests.snapshots import everything
from rbac.tests.factories import user_with_role

pytestmark = pytest.mark.django_db

MODELS = list(apps.get_app_config("purchases").get_models())


@pytest.fixture
def administrator():
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user_with_role("owner"), backend="users.backends.LoginBackend")
    return client


@pytest.fixture
def _one_of_each(pharmacist, now):
    order = placed_order()
    goods_receive(actor=pharmacist, now=now, order_id=order.pk, deliveries=[delivery(order)])


def url(model, page, *args):
    return reverse(f"admin:purchases_{model._meta.model_name}_{page}", args=args)


def test_every_table_has_a_page():
    assert {model for model in MODELS if not site.is_registered(model)} == {
        apps.get_model("purchases", "ApprovalStep"),
        apps.get_model("purchases", "ProposalLine"),
        apps.get_model("purchases", "PurchaseOrderLine"),
        apps.get_model("purchases", "GoodsReceiptLine"),
        apps.get_model("purchases", "InvoiceDifference"),
        apps.get_model("purchases", "SupplierInvoiceFile"),
        apps.get_model("purchases", "SupplierInvoiceLine"),
        apps.get_model("purchases", "SupplierReturnLine"),
        apps.get_model("purchases", "DivisionCompany"),
        apps.get_model("purchases", "AcknowledgedLine"),
        apps.get_model("purchases", "OrderAmendmentLine"),
        apps.get_model("purchases", "DivisionProduct"),
    }


@pytest.mark.usefixtures("_one_of_each")
@pytest.mark.parametrize(
    "model", [m for m in MODELS if site.is_registered(m)], ids=lambda model: model.__name__
)
def test_lists_and_details_are_shown_and_cannot_be_changed(model, administrator):
    assert administrator.get(url(model, "changelist")).status_code == 200
    assert administrator.get(url(model, "add")).status_code == 403
    for row in model.objects.all()[:1]:
        assert administrator.get(url(model, "change", row.pk)).status_code == 200
        before = everything()
        assert administrator.post(url(model, "change", row.pk), {}).status_code == 403
        assert administrator.post(url(model, "delete", row.pk), {"post": "yes"}).status_code == 403
        assert everything() == before


def act(client, model, action, *rows):
    return client.post(
        url(model, "changelist"),
        {"action": action, "_selected_action": [row.pk for row in rows]},
        follow=True,
    )


def test_suppliers_are_deactivated_through_the_service(administrator):
    supplier = SupplierFactory()
    assert act(administrator, Supplier, "deactivate", supplier).status_code == 200
    assert not Supplier.objects.get().is_active
    assert AuditEntry.objects.filter(action="purchases.supplier_updated").exists()
    act(administrator, Supplier, "activate", supplier)
    assert Supplier.objects.get().is_active


def test_a_refused_action_is_shown_and_the_others_go_on(administrator, now):
    offers = [OfferFactory(withdrawn_at=now), OfferFactory()]
    OfferLineFactory(offer=offers[1])
    answer = act(administrator, type(offers[0]), "rematch", *offers)
    assert "The offer was withdrawn" in answer.content.decode()
    assert AuditEntry.objects.filter(action="purchases.offer_rematched").count() == 1


def test_offers_are_withdrawn_through_the_service(administrator):
    offer = OfferFactory()
    act(administrator, type(offer), "withdraw", offer)
    offer.refresh_from_db()
    assert offer.withdrawn_at is not None


def test_receipts_offer_no_action_at_all(administrator):
    assert not site.get_model_admin(GoodsReceipt).actions
