"""A little API on which the kernel's manners are tested."""

from django.db import transaction
from django.urls import path
from rest_framework import serializers
from rest_framework.response import Response

from core import numbering
from core.api import AUTHENTICATED, PUBLIC, ApiView, IdIn, InputSerializer, MoneyIn, QuantityIn
from core.errors import Conflict, FieldProblem
from core.models import DocumentSeries


class LineIn(InputSerializer):
    product_id = IdIn()
    quantity = QuantityIn()


class OrderIn(InputSerializer):
    amount = MoneyIn()
    lines = LineIn(many=True, required=False)


class SeriesOut(serializers.Serializer):
    series = serializers.CharField()
    last_number = serializers.IntegerField()


class OrdersView(ApiView):
    permissions = {"get": AUTHENTICATED, "post": AUTHENTICATED}

    def get(self, request):
        return self.stream(DocumentSeries.objects.all(), SeriesOut)

    def post(self, request):
        order = self.parse(OrderIn)
        number = numbering.next_number("ORDER", on=self.now.date())
        if order["amount"] == 13:
            raise Conflict(
                "Thirteen is refused.",
                errors=[FieldProblem("amount", "unlucky", "Choose another.")],
                extra={"number": number},
            )
        if order["amount"] == 500:
            raise RuntimeError("secret detail of the inside")
        return Response({"number": number, "amount": str(order["amount"])}, status=201)


class SeriesView(ApiView):
    permissions = {"get": "core.nobody_has_this"}

    def get(self, request, series_id):
        return Response({"id": series_id})


class OpenView(ApiView):
    permissions = {"get": PUBLIC}

    def get(self, request):
        return Response({"open": True})


class UndeclaredView(ApiView):
    def get(self, request):
        return Response({})


class LockingView(ApiView):
    permissions = {"post": AUTHENTICATED}

    def post(self, request):
        with transaction.atomic():
            list(DocumentSeries.objects.select_for_update(nowait=True))
        return Response({})


def crash(request):
    raise RuntimeError("secret detail of the inside")


urlpatterns = [
    path("api/orders/", OrdersView.as_view()),
    path("api/series/<id:series_id>/", SeriesView.as_view()),
    path("api/open/", OpenView.as_view()),
    path("api/undeclared/", UndeclaredView.as_view()),
    path("api/locking/", LockingView.as_view()),
    path("api/crash/", crash),
    path("page/crash/", crash),
]
