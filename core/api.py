"""What every endpoint is made of: declared permissions, strict input, one transaction.

A view parses, makes one call and serialises; the rest is here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any, ClassVar

from django.conf import settings
from django.db.models import QuerySet
from django.urls import register_converter
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import permissions, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.audit import Actor
from core.correlation import client_ip
from core.errors import TooLarge
from core.idempotency import run_once
from core.money import MAX_AMOUNT, UNIT_COST_PLACES, exponent, format_money, round_money
from core.pagination import CursorPagination, PagePagination, Pages
from core.permissions import (
    AUTHENTICATED,
    PUBLIC,
    DeclaredPermission,
    PermissionSpec,
    handler_name,
    is_served,
)

__all__ = [
    "AUTHENTICATED",
    "PUBLIC",
    "ApiView",
    "DeclaredPermission",
    "IdIn",
    "InputSerializer",
    "MomentIn",
    "MoneyIn",
    "MoneyOut",
    "PermissionSpec",
    "QuantityIn",
    "UnitCostOut",
]

MAX_ID = 2**63 - 1
MAX_QUANTITY = 2_000_000_000
# Long ago zones were offset by minutes and seconds, which no date-time of JSON can say.
FIRST_MOMENT = datetime(1980, 1, 1, tzinfo=UTC)
LAST_MOMENT = datetime(2999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)


class ApiView(APIView):
    """Base of every endpoint.

    permissions: method → permission code, PUBLIC or AUTHENTICATED.
    max_body_bytes: larger bodies are refused unread; a property where it is a setting.
    extra_problems: statuses of problems, for the OpenAPI document, beyond those every view of its
    kind may answer.
    idempotent: unsafe methods run in one transaction with their ``Idempotency-Key``.
    unqueried: query parameters that are no business of ``query``'s serializer.
    """

    permissions: ClassVar[Mapping[str, str]] = {}
    idempotent: ClassVar[bool] = True
    extra_problems: ClassVar[tuple[int, ...]] = ()
    unqueried: ClassVar[tuple[str, ...]] = ("page", "page_size", "cursor")
    permission_classes = (DeclaredPermission,)
    prepared: Any = None

    def prepare(self, request: Request, **kwargs: Any) -> Any:
        """Work before the transaction opens (network, storage); kept as ``self.prepared``."""
        return None

    @cached_property
    def now(self) -> datetime:
        """The one moment of this request."""
        return timezone.now()

    @property
    def actor(self) -> Actor:
        user = self.request.user
        return Actor(id=user.pk, label=user.get_username(), ip=client_ip(self.request))

    @property
    def max_body_bytes(self) -> int:
        return settings.DATA_UPLOAD_MAX_MEMORY_SIZE

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if int(request.META.get("CONTENT_LENGTH") or 0) > self.max_body_bytes:
            raise TooLarge(_("At most %(limit)d bytes.") % {"limit": self.max_body_bytes})
        if request.method in permissions.SAFE_METHODS or not self.idempotent:
            return
        if not is_served(self, request.method):
            return
        handler: Callable[..., Response] = getattr(self, handler_name(request.method))

        def once(inner: Request, *args: Any, **kwargs: Any) -> Response:
            inner.data  # noqa: B018 - read the body before the transaction, however slow the client
            self.prepared = self.prepare(inner, **kwargs)
            return run_once(inner, lambda: handler(inner, *args, **kwargs))

        # DRF looks the handler up on the instance after initial(): this view serves one request.
        setattr(self, handler_name(request.method), once)

    def parse(self, serializer_class: type[serializers.Serializer], *, many: bool = False) -> Any:
        """The validated body; raises a 400 problem that names every faulty field."""
        serializer = serializer_class(
            data=self.request.data, many=many, context=self.serializer_context()
        )
        serializer.is_valid(raise_exception=True)
        return serializer.validated_data

    def query(self, serializer_class: type[serializers.Serializer]) -> Any:
        """The validated query parameters; unknown ones are refused, paging ones are left out.

        One given without a value counts as not given.
        """
        # A plain dict: in a QueryDict, DRF takes a yes-or-no that is absent for a no.
        sent = {
            name: value
            for name, value in self.request.query_params.items()
            if name not in self.unqueried and (value or name not in serializer_class().fields)
        }
        serializer = serializer_class(data=sent, context=self.serializer_context())
        serializer.is_valid(raise_exception=True)
        return serializer.validated_data

    def serializer_context(self) -> dict[str, Any]:
        return {"request": self.request, "view": self}

    def page(
        self,
        queryset: QuerySet[Any] | Pages,
        serializer_class: type[serializers.BaseSerializer],
    ) -> Response:
        """Numbered pages of ``queryset``, which must be ordered."""
        return self._paged(PagePagination(), queryset, serializer_class)

    def stream(
        self,
        queryset: QuerySet[Any],
        serializer_class: type[serializers.BaseSerializer],
        *,
        ordering: str | tuple[str, ...] = "-id",
    ) -> Response:
        """Cursor pages of a list that grows for ever; ``ordering`` must be unique and indexed."""
        paginator: Any = CursorPagination()
        paginator.ordering = ordering
        return self._paged(paginator, queryset, serializer_class)

    def _paged(
        self,
        paginator: Any,
        queryset: QuerySet[Any] | Pages,
        serializer_class: type[serializers.BaseSerializer],
    ) -> Response:
        rows = paginator.paginate_queryset(queryset, self.request, view=self)
        serializer = serializer_class(rows, many=True, context=self.serializer_context())
        return paginator.get_paginated_response(serializer.data)


class IdConverter:
    """``<id:pk>`` in paths: a positive 64-bit integer; anything else is no such page."""

    regex = "[1-9][0-9]{0,18}"

    def to_python(self, value: str) -> int:
        number = int(value)
        if number > MAX_ID:
            raise ValueError(value)
        return number

    def to_url(self, value: int) -> str:
        return str(value)


register_converter(IdConverter, "id")


class InputSerializer(serializers.Serializer):
    """Base of input: what is not asked for is refused, so that a typo cannot pass silently."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            unknown = sorted(set(data) - set(self.fields))
            if unknown:
                known = ", ".join(sorted(self.fields)) or "-"
                raise serializers.ValidationError(
                    {
                        str(name): [
                            serializers.ErrorDetail(
                                _("Unknown field. Known fields: %(known)s.") % {"known": known},
                                code="unknown_field",
                            )
                        ]
                        for name in unknown
                    }
                )
        return super().to_internal_value(data)


class IdIn(serializers.IntegerField):
    """The id of another record."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"min_value": 1, "max_value": MAX_ID, **kwargs})


class MomentIn(serializers.DateTimeField):
    """A moment of the years 1980 to 2999; others are typing mistakes."""

    def to_internal_value(self, value: Any) -> datetime:
        return self.in_range(super().to_internal_value(value))

    def in_range(self, moment: datetime) -> datetime:
        if FIRST_MOMENT <= moment <= LAST_MOMENT:
            return moment
        raise serializers.ValidationError(
            _("Give a moment of the years %(first)s to %(last)s.")
            % {"first": FIRST_MOMENT.year, "last": LAST_MOMENT.year},
            code="out_of_range",
        )


class QuantityIn(serializers.IntegerField):
    """A count of base units or packs, 1 to 2,000,000,000 unless told otherwise."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"min_value": 1, "max_value": MAX_QUANTITY, **kwargs})


class MoneyIn(serializers.DecimalField):
    """An amount in the pharmacy's currency, with at most the currency's decimal places."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            **{
                "max_digits": None,
                "decimal_places": None,
                "min_value": Decimal(0),
                "max_value": MAX_AMOUNT,
                **kwargs,
            }
        )

    def to_internal_value(self, data: Any) -> Decimal:
        amount = super().to_internal_value(data)
        # Out of range is the validators' matter, and 1e400 could not even be rounded.
        if abs(amount) <= MAX_AMOUNT and amount != round_money(amount):
            raise serializers.ValidationError(
                _("At most %(places)s decimal places in this currency.") % {"places": exponent()},
                code="too_many_places",
            )
        return amount


@extend_schema_field({"type": "string", "format": "decimal", "example": "1250.00"})
class MoneyOut(serializers.Field):
    """Money as a JSON string with the currency's places; null stays null."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"read_only": True, **kwargs})

    def to_representation(self, value: Decimal) -> str:
        return format_money(value)


class UnitCostOut(serializers.DecimalField):
    """Money per base unit as a JSON string with six places."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            **{
                "max_digits": None,
                "decimal_places": UNIT_COST_PLACES,
                "read_only": True,
                **kwargs,
            }
        )
