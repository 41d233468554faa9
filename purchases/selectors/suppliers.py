"""Reading suppliers."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q, QuerySet

from core.text import search_key
from purchases.errors import SupplierNotFound
from purchases.models import Supplier


def suppliers(*, search: str = "", is_active: bool | None = None) -> QuerySet[Supplier]:
    """Suppliers by name; ``search`` finds any spelling of a part of the name, or the code."""
    found = Supplier.objects.order_by("name_key", "id")
    if is_active is not None:
        found = found.filter(is_active=is_active)
    if search:
        wanted = Q(code__iexact=search)
        if key := search_key(search):
            wanted |= Q(name_key__contains=key)
        found = found.filter(wanted)
    return found


def supplier_by_id(supplier_id: int) -> Supplier:
    """Raises SupplierNotFound."""
    supplier = Supplier.objects.filter(pk=supplier_id).first()
    if supplier is None:
        raise SupplierNotFound
    return supplier


def supplier_exists(supplier_id: int, *, active: bool = True) -> bool:
    """Whether there is such a supplier; by default only active ones count."""
    found = Supplier.objects.filter(pk=supplier_id)
    return (found.filter(is_active=True) if active else found).exists()


def supplier_name(supplier_id: int) -> str:
    """Raises SupplierNotFound."""
    return supplier_by_id(supplier_id).name


def supplier_id_by_name(name: str) -> int | None:
    """The active supplier of this name in any spelling, None if there is none."""
    found = Supplier.objects.filter(name_key=search_key(name), is_active=True)
    return found.values_list("pk", flat=True).first()


def supplier_names(ids: Collection[str]) -> dict[str, str]:
    """The names of these suppliers, by id as text; unknown ids are absent. One query."""
    known = Supplier.objects.filter(pk__in=[int(pk) for pk in ids if pk.isdecimal()])
    return {str(supplier.pk): supplier.name for supplier in known}
