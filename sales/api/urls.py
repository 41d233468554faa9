"""Paths of the till and of sales, below ``/api/v1/``."""

from django.urls import path

from sales.api import views

urlpatterns = [
    path("pos/checkout/", views.CheckoutView.as_view(), name="pos-checkout"),
    path("sales/", views.SaleListView.as_view(), name="sales"),
    path("sales/<id:sale_id>/", views.SaleView.as_view(), name="sale"),
    path("sales/<id:sale_id>/costs/", views.SaleCostsView.as_view(), name="sale-costs"),
]
