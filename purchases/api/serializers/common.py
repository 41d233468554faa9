"""Pieces several answers share."""

from __future__ import annotations

from typing import Any, cast

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.api import InputSerializer
from inventory.public import products_by_id
from purchases.allowed import Offered, OfferedOnReceipts


class SupplierRef(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()


class PersonRef(serializers.Serializer):
    id = serializers.IntegerField()
    username = serializers.CharField(source="get_username")


class ProductRef(serializers.Serializer):
    """A product as people recognise it."""

    id = serializers.IntegerField()
    name_ar = serializers.CharField()
    name_en = serializers.CharField()
    strength = serializers.CharField()
    form = serializers.CharField()


@extend_schema_field(ProductRef)
class ProductOf(serializers.Field):
    """The product an id names; a page looks all of its products up at once (`RowsOfProducts`)."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"source": "product_id", "read_only": True, **kwargs})

    def to_representation(self, value: int) -> dict[str, Any] | None:
        known = self.context.get("products", {})
        if value not in known:
            known = products_by_id([value])
        return ProductRef(known[value]).data if value in known else None


class AllowedActions(serializers.ListField):
    """What the reader of a document may do with it now; the request is in the context."""

    def __init__(self, offered: Offered | OfferedOnReceipts) -> None:
        self.offered = offered
        super().__init__(
            read_only=True,
            source="*",
            child=serializers.ChoiceField(offered.choices),
            help_text="What you may do with it now.",
        )

    def to_representation(self, value: Any) -> list[str]:
        return self.offered.on(value, self.context["request"].user)


def rows_listed(data: Any) -> list[Any]:
    """The rows a list serializer was given, read once."""
    return list(data.all() if hasattr(data, "all") else data)


class RowsOfProducts(serializers.ListSerializer):
    """Rows whose serializer names the products they show: one look-up for the whole page."""

    def to_representation(self, data: Any) -> Any:
        rows = rows_listed(data)
        shown = cast(type[ProductRow], type(self.child)).products_shown
        context = cast(dict[str, Any], self.context)
        known = context.setdefault("products", {})
        known.update(products_by_id({one for row in rows for one in shown(row)} - set(known)))
        return super().to_representation(rows)


class ProductRow(serializers.Serializer):
    """Base of rows about one product."""

    class Meta:
        list_serializer_class = RowsOfProducts

    @staticmethod
    def products_shown(row: Any) -> list[int]:
        return [row.product_id] if row.product_id else []


class ReasonIn(InputSerializer):
    reason = serializers.CharField(max_length=1000)


class OptionalReasonIn(InputSerializer):
    reason = serializers.CharField(max_length=1000, required=False, allow_blank=True, default="")


class NothingIn(InputSerializer):
    """An action that needs no words."""
