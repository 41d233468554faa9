"""Reading suppliers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import fields, replace
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from core.text import search_key
from inventory.public import products_by_id
from purchases.errors import DivisionNotFound, SupplierNotFound
from purchases.models import (
    DivisionCompany,
    DivisionProduct,
    Supplier,
    SupplierContact,
    SupplierDivision,
)
from purchases.terms import SupplierTerms

_TERMS = tuple(field.name for field in fields(SupplierTerms))


def suppliers(*, search: str = "", is_active: bool | None = None) -> QuerySet[Supplier]:
    """Suppliers by name; ``search`` finds any spelling of a part of the name, or the code."""
    found = Supplier.objects.prefetch_related(
        Prefetch("contacts", SupplierContact.objects.order_by("id"))
    ).order_by("name_key", "id")
    if is_active is not None:
        found = found.filter(is_active=is_active)
    if search:
        wanted = Q(code__iexact=search)
        if key := search_key(search):
            wanted |= Q(name_key__contains=key)
        found = found.filter(wanted)
    return found


def supplier_by_id(supplier_id: int) -> Supplier:
    """One supplier with its contacts and divisions. Raises SupplierNotFound."""
    supplier = (
        suppliers()
        .prefetch_related(Prefetch("divisions", _divisions()))
        .filter(pk=supplier_id)
        .first()
    )
    if supplier is None:
        raise SupplierNotFound
    return supplier


def divisions(supplier_id: int) -> QuerySet[SupplierDivision]:
    """The divisions of a supplier by name. Raises SupplierNotFound."""
    if not supplier_exists(supplier_id, active=False):
        raise SupplierNotFound
    return _divisions().filter(supplier_id=supplier_id)


def division_by_id(division_id: int) -> SupplierDivision:
    """One division with its contacts and what it carries. Raises DivisionNotFound."""
    division = _divisions().filter(pk=division_id).first()
    if division is None:
        raise DivisionNotFound
    return division


def division_for(product_ids: Collection[int], *, supplier_id: int) -> SupplierDivision | None:
    """The one active division of the supplier that sells all of these products, if there is one.

    It sells a product that it names, or whose manufacturer it names in any spelling.
    """
    made_by = _made_by(product_ids)
    fitting = [
        division
        for division in divisions(supplier_id).filter(is_active=True)
        if _sold_of(division, made_by) == made_by.keys()
    ]
    return fitting[0] if len(fitting) == 1 else None


def divisions_by_product(
    product_ids: Collection[int], *, supplier_ids: Collection[int]
) -> dict[tuple[int, int], SupplierDivision]:
    """(product, supplier) -> the one active division of the supplier that sells the product.

    Products no division sells, or several do, are absent. A constant number of queries.
    """
    active = list(
        SupplierDivision.objects.filter(supplier_id__in=supplier_ids, is_active=True)
        .prefetch_related("companies", "products")
        .order_by("id")
    )
    if not active:
        return {}
    made_by = _made_by(product_ids)
    found: dict[tuple[int, int], list[SupplierDivision]] = defaultdict(list)
    for division in active:
        for product_id in _sold_of(division, made_by):
            found[product_id, division.supplier_id].append(division)
    return {key: fitting[0] for key, fitting in found.items() if len(fitting) == 1}


def _made_by(product_ids: Collection[int]) -> dict[int, str]:
    """The key of the company that makes each product."""
    return {
        product.id: search_key(product.manufacturer)[:150]
        for product in products_by_id(product_ids).values()
    }


def _sold_of(division: SupplierDivision, made_by: Mapping[int, str]) -> set[int]:
    """Those of the products that the division sells."""
    companies = {company.key for company in division.companies.all()}
    products = {carried.product_id for carried in division.products.all()}
    return {pk for pk, company in made_by.items() if pk in products or company in companies}


def contacts(supplier_id: int) -> QuerySet[SupplierContact]:
    """The people of a supplier, of its divisions too. Raises SupplierNotFound."""
    if not supplier_exists(supplier_id, active=False):
        raise SupplierNotFound
    return SupplierContact.objects.filter(supplier_id=supplier_id).order_by("id")


def supplier_terms(ids: Collection[int]) -> dict[int, SupplierTerms]:
    """The terms of these suppliers; unknown ids are absent. One query."""
    return {supplier.pk: terms_of(supplier) for supplier in Supplier.objects.filter(pk__in=ids)}


def terms_of(supplier: Supplier, division: SupplierDivision | None = None) -> SupplierTerms:
    """The terms of a supplier, with the delivery days and cut-off of a division of it."""
    named: dict[str, Any] = {name: getattr(supplier, name) for name in _TERMS}
    named["delivery_weekdays"] = tuple(named["delivery_weekdays"])
    terms = SupplierTerms(**named)
    return terms if division is None else terms_within(terms, division)


def terms_within(terms: SupplierTerms, division: SupplierDivision) -> SupplierTerms:
    """The terms of a supplier for what one of its divisions delivers on days of its own."""
    if division.delivery_weekdays is not None:
        terms = replace(terms, delivery_weekdays=tuple(division.delivery_weekdays))
    if division.cut_off is not None:
        terms = replace(terms, cut_off=division.cut_off)
    return terms


def _divisions() -> QuerySet[SupplierDivision]:
    return SupplierDivision.objects.prefetch_related(
        Prefetch("contacts", SupplierContact.objects.order_by("id")),
        Prefetch("companies", DivisionCompany.objects.order_by("key")),
        Prefetch("products", DivisionProduct.objects.order_by("product_id")),
    ).order_by("name_key", "id")


def supplier_exists(supplier_id: int, *, active: bool = True) -> bool:
    """Whether there is such a supplier; by default only active ones count."""
    found = Supplier.objects.filter(pk=supplier_id)
    return (found.filter(is_active=True) if active else found).exists()


def supplier_name(supplier_id: int) -> str:
    """Raises SupplierNotFound."""
    name = Supplier.objects.filter(pk=supplier_id).values_list("name", flat=True).first()
    if name is None:
        raise SupplierNotFound
    return name


def supplier_id_by_name(name: str) -> int | None:
    """The active supplier of this name in any spelling, None if there is none."""
    found = Supplier.objects.filter(name_key=search_key(name), is_active=True)
    return found.values_list("pk", flat=True).first()


def supplier_names(ids: Collection[str]) -> dict[str, str]:
    """The names of these suppliers, by id as text; unknown ids are absent. One query."""
    known = Supplier.objects.filter(pk__in=[int(pk) for pk in ids if pk.isdecimal()])
    return {str(supplier.pk): supplier.name for supplier in known}
