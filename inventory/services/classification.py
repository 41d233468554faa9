"""Categories and tax categories: adding, changing, moving within the tree."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, TypedDict

from django.db import IntegrityError, connection, models, transaction
from django.utils.translation import gettext as _

from core import audit
from core.audit import Actor
from core.db import lock
from core.errors import FieldProblem
from core.text import fold
from inventory.errors import (
    CategoryInUse,
    CategoryNotFound,
    CategoryRefused,
    TaxCategoryNotFound,
    TaxCategoryRefused,
)
from inventory.models import Category, Product, TaxCategory
from inventory.models.classification import DEEPEST_CATEGORY
from inventory.services.ledger import constraint_of


class CategoryFields(TypedDict, total=False):
    """What can be changed of a category. parent_id: None makes it a root."""

    name_ar: str
    name_en: str
    parent_id: int | None


class TaxCategoryFields(TypedDict, total=False):
    """What can be changed of a tax category. rate_percent: 0 to 100, of the price without tax."""

    name_ar: str
    name_en: str
    rate_percent: Decimal
    is_active: bool


@transaction.atomic
def category_create(
    *, actor: Actor, name_ar: str = "", name_en: str = "", parent_id: int | None = None
) -> int:
    """Add a category; returns its id. Raises CategoryRefused."""
    _tree_lock()
    category = Category(name_ar=name_ar.strip(), name_en=name_en.strip(), parent_id=parent_id)
    _category_save(category)
    audit.record(
        actor=actor,
        action="inventory.category_created",
        subject=category,
        changes={"name": str(category), "parent_id": parent_id},
    )
    return category.pk


@transaction.atomic
def category_update(*, actor: Actor, category_id: int, changes: CategoryFields) -> None:
    """Rename a category or move it, with all below it. Raises CategoryNotFound, CategoryRefused."""
    _tree_lock()
    category = _locked(Category, category_id)
    if category is None:
        raise CategoryNotFound
    if changed := _changed(category, changes):
        _category_save(category)
        audit.record(
            actor=actor, action="inventory.category_updated", subject=category, changes=changed
        )


@transaction.atomic
def category_delete(*, actor: Actor, category_id: int) -> None:
    """Remove an empty category. Raises CategoryNotFound, CategoryInUse."""
    _tree_lock()
    category = _locked(Category, category_id)
    if category is None:
        raise CategoryNotFound
    if category.children.exists() or Product.objects.filter(category=category).exists():
        raise CategoryInUse
    audit.record(
        actor=actor,
        action="inventory.category_deleted",
        subject=category,
        changes={"name": str(category), "parent_id": category.parent_id},
    )
    category.delete()


@transaction.atomic
def tax_category_create(
    *, actor: Actor, code: str, rate_percent: Decimal, name_ar: str = "", name_en: str = ""
) -> int:
    """Add a tax category; returns its id. Raises TaxCategoryRefused."""
    tax = TaxCategory(
        code=code.strip(),
        rate_percent=rate_percent,
        name_ar=name_ar.strip(),
        name_en=name_en.strip(),
    )
    _tax_save(tax)
    audit.record(
        actor=actor,
        action="inventory.tax_category_created",
        subject=tax,
        changes={"code": tax.code, "rate_percent": rate_percent},
    )
    return tax.pk


@transaction.atomic
def tax_category_update(*, actor: Actor, tax_category_id: int, changes: TaxCategoryFields) -> None:
    """Change a name, or the rate from now on. Raises TaxCategoryNotFound, TaxCategoryRefused."""
    tax = _locked(TaxCategory, tax_category_id)
    if tax is None:
        raise TaxCategoryNotFound
    if changed := _changed(tax, changes):
        _tax_save(tax)
        audit.record(
            actor=actor, action="inventory.tax_category_updated", subject=tax, changes=changed
        )


def _tree_lock() -> None:
    """One change of the tree at a time, taken before any row: the trigger asks for it again."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('inventory_category_tree'))")


def _locked(model: type[Any], pk: int) -> Any:
    rows: list[Any] = lock(model.objects.filter(pk=pk))
    return rows[0] if rows else None


def _changed(row: models.Model, changes: CategoryFields | TaxCategoryFields) -> dict[str, Any]:
    changed = {}
    for field, value in changes.items():
        new = value.strip() if isinstance(value, str) else value
        if (old := getattr(row, field)) != new:
            changed[field] = [old, new]
            setattr(row, field, new)
    return changed


def _category_save(category: Category) -> None:
    if not (category.name_ar or category.name_en):
        raise CategoryRefused(errors=[_nameless()])
    category.key = "\x1f".join((fold(category.name_ar), fold(category.name_en)))[:210]
    parent = category.parent_id
    if parent is not None and not Category.objects.filter(pk=parent).exists():
        raise _category_refused("parent_id", "unknown_category", _("There is no such category."))
    try:
        with transaction.atomic():
            category.save()
    except IntegrityError as error:
        refusal = _TREE_REFUSALS.get(constraint_of(error))
        if refusal is None:
            raise
        raise _category_refused(*refusal()) from error


# What the database says no to -> (field, code, what is wrong).
_TREE_REFUSALS = {
    "inventory_category_name_unique": lambda: (
        "name_ar", "taken", _("There is a category of this name here already.")
    ),
    "inventory_category_not_in_itself": lambda: (
        "parent_id", "within_itself", _("A category cannot be within itself.")
    ),
    "inventory_category_no_cycle": lambda: (
        "parent_id", "within_itself", _("It would be within one of its own subcategories.")
    ),
    "inventory_category_depth": lambda: (
        "parent_id", "too_deep",
        _("At most %(count)d levels; choose a category nearer the top.")
        % {"count": DEEPEST_CATEGORY},
    ),
}  # fmt: skip


def _tax_save(tax: TaxCategory) -> None:
    problems = []
    if not tax.code:
        problems.append(FieldProblem("code", "required", _("Give a code.")))
    if not (tax.name_ar or tax.name_en):
        problems.append(_nameless())
    if not (tax.rate_percent.is_finite() and 0 <= tax.rate_percent <= 100):
        problems.append(FieldProblem("rate_percent", "out_of_range", _("Give 0 to 100.")))
    if problems:
        raise TaxCategoryRefused(errors=problems)
    try:
        with transaction.atomic():
            tax.save()
    except IntegrityError as error:
        if constraint_of(error) != "inventory_taxcategory_code_unique":
            raise
        raise TaxCategoryRefused(
            errors=[FieldProblem("code", "taken", _("There is a tax category of this code."))]
        ) from error


def _nameless() -> FieldProblem:
    return FieldProblem("name_ar", "required", _("Give an Arabic or English name."))


def _category_refused(field: str, code: str, detail: str) -> CategoryRefused:
    return CategoryRefused(errors=[FieldProblem(field, code, detail)])
