"""Reads of the controlled-drug register."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery, Sum

from inventory.errors import RegisterNotFound, SignatureNotFound
from inventory.models import Product, RegisterEntry, SignatureRequest
from inventory.selectors.stock import day_start


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterPeriod:
    """The register of a product over whole days, both included, by the day a row was entered.

    opening, closing: balance before the first and after the last day; received, issued: base
    units in and out within, >= 0; opening + received - issued = closing. entries: in the order of
    their numbers.
    """

    product: Product
    date_from: date
    date_to: date
    opening: int
    received: int
    issued: int
    closing: int
    entries: QuerySet[RegisterEntry]


def registers_list(*, controlled_class: str = "") -> QuerySet[Product]:
    """Products that have a register, with `balance` (base units), `entries` and `last_entry_at`."""
    last = RegisterEntry.objects.filter(product=OuterRef("pk")).order_by("-sequence")
    products = Product.objects.annotate(
        entries=Subquery(last.values("sequence")[:1]),
        balance=Subquery(last.values("balance")[:1]),
        last_entry_at=Subquery(last.values("recorded_at")[:1]),
    ).filter(entries__isnull=False)
    if controlled_class:
        products = products.filter(controlled_class=controlled_class)
    return products.order_by("name_ar", "name_en", "pk")


def register_entries(
    product_id: int, *, date_from: date | None = None, date_to: date | None = None
) -> QuerySet[RegisterEntry]:
    """The rows of a product entered on these days, both included. Raises RegisterNotFound."""
    entries = RegisterEntry.objects.filter(product_id=product_id)
    if not entries.exists():
        raise RegisterNotFound
    if date_from is not None:
        entries = entries.filter(recorded_at__gte=day_start(date_from))
    if date_to is not None:
        entries = entries.filter(recorded_at__lt=day_start(date_to + timedelta(days=1)))
    return entries.select_related("movement__batch", "movement__location", "actor", "cosigner")


def register_period(product_id: int, *, date_from: date, date_to: date) -> RegisterPeriod:
    """The register of one product over a period. Raises RegisterNotFound. Five queries."""
    entries = register_entries(product_id, date_from=date_from, date_to=date_to)
    opening = _balance_before(product_id, date_from)
    moved = entries.aggregate(
        received=Sum("quantity", filter=Q(quantity__gt=0), default=0),
        issued=Sum("quantity", filter=Q(quantity__lt=0), default=0),
    )
    return RegisterPeriod(
        product=Product.objects.get(pk=product_id),
        date_from=date_from,
        date_to=date_to,
        opening=opening,
        received=moved["received"],
        issued=-moved["issued"],
        closing=opening + moved["received"] + moved["issued"],
        entries=entries.order_by("sequence"),
    )


def _balance_before(product_id: int, day: date) -> int:
    last = (
        RegisterEntry.objects.filter(product_id=product_id, recorded_at__lt=day_start(day))
        .order_by("-sequence")
        .first()
    )
    return last.balance if last is not None else 0


def signature_requests(*, state: str = "") -> QuerySet[SignatureRequest]:
    """Requests for a second signature, newest first."""
    requests = SignatureRequest.objects.select_related("requested_by", "decided_by")
    return requests.filter(state=state) if state else requests


def signature_request(request_id: UUID) -> SignatureRequest:
    """Raises SignatureNotFound."""
    request = signature_requests().filter(pk=request_id).first()
    if request is None:
        raise SignatureNotFound
    return request
