"""What is in a product: finding or adding generics, and writing their strengths."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from core import audit
from core.audit import Actor
from core.db import lock
from core.errors import FieldProblem
from core.text import search_key
from inventory.classes import PerUnit, StrengthUnit
from inventory.composition import composition_key
from inventory.errors import IngredientNotFound, IngredientRefused, InvalidProduct
from inventory.models import Ingredient, Product, ProductIngredient
from inventory.records import Strength
from inventory.services.ledger import constraint_of
from inventory.services.revision import catalogue_touch
from inventory.services.search_words import search_words_write

MOST_INGREDIENTS = 60  # multivitamins with minerals have some forty
LARGEST_STRENGTH = Decimal(10) ** 12
LARGEST_PER = Decimal(10) ** 8


def ingredients_resolve(strengths: Sequence[Strength]) -> list[Ingredient]:
    """The generic of each strength, found in any spelling or added; a name it lacked is filled in.

    Raises InvalidProduct where the Arabic and the English name are those of two generics. Four
    queries at most, for any number.
    """
    keys = [(search_key(each.name_ar), search_key(each.name_en)) for each in strengths]
    known = _by_key(keys)
    missing: dict[str, Ingredient] = {}
    for (arabic, english), each in zip(keys, strengths, strict=True):
        if f"ar:{arabic}" not in known and f"en:{english}" not in known:
            missing.setdefault(
                english or arabic,
                Ingredient(
                    name_ar=each.name_ar.strip(), name_en=each.name_en.strip(),
                    key_ar=arabic, key_en=english,
                ),
            )  # fmt: skip
    if missing:
        # Someone may add the same generic at the same moment; theirs is then as good as ours.
        Ingredient.objects.bulk_create(missing.values(), ignore_conflicts=True)
        known = _by_key(keys)
    found = [_one_of(known, position, key) for position, key in enumerate(keys)]
    _fill_in_names(found, strengths, keys)
    return found


def composition_write(product: Product, strengths: Sequence[Strength]) -> dict[str, list[Any]]:
    """Replace what is in a product, under its lock; the order given is the order shown.

    Returns what changed, for the audit; nothing if it was so already. Raises InvalidProduct
    naming the lines at fault (`ingredients.0.strength`).
    """
    _refuse_unfit(strengths)
    ingredients = ingredients_resolve(strengths)
    _refuse_twice(ingredients)
    rows = [
        ProductIngredient(
            product=product,
            ingredient=ingredient,
            position=position,
            strength=each.strength,
            unit=each.unit,
            per_value=each.per_value,
            per_unit=each.per_unit,
        )
        for position, (each, ingredient) in enumerate(zip(strengths, ingredients, strict=True), 1)
    ]
    before = list(ProductIngredient.objects.filter(product=product).select_related("ingredient"))
    if (old := [str(row) for row in before]) == (new := [str(row) for row in rows]):
        return {}
    ProductIngredient.objects.filter(product=product).delete()
    ProductIngredient.objects.bulk_create(rows)
    product.composition_key = composition_key(
        (row.ingredient_id, row.strength, row.unit, row.per_value, row.per_unit) for row in rows
    )
    product.save(update_fields=["composition_key", "updated_at"])
    search_words_write([product])
    return {"ingredients": [old, new]}


@transaction.atomic
def ingredient_rename(*, actor: Actor, ingredient_id: int, name_ar: str, name_en: str) -> None:
    """Correct a generic's names; every product that holds it is found by them from now on.

    Raises IngredientNotFound, IngredientRefused: nameless, or another generic is called so.
    """
    row = next(iter(lock(Ingredient.objects.filter(pk=ingredient_id))), None)
    if row is None:
        raise IngredientNotFound
    before = [row.name_ar, row.name_en]
    row.name_ar, row.name_en = name_ar.strip(), name_en.strip()
    row.key_ar, row.key_en = search_key(row.name_ar), search_key(row.name_en)
    if not (row.key_ar or row.key_en):
        raise _ingredient_refused("required", _("Give the generic's Arabic or English name."))
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        if not constraint_of(error).startswith("inventory_ingredient_"):
            raise
        raise _ingredient_refused("taken", _("Another ingredient is called so.")) from error
    search_words_write(Product.objects.filter(ingredients__ingredient=row).order_by("pk"))
    catalogue_touch()
    audit.record(
        actor=actor,
        action="inventory.ingredient_renamed",
        subject=row,
        changes={"names": [before, [row.name_ar, row.name_en]]},
    )


def _ingredient_refused(code: str, detail: str) -> IngredientRefused:
    return IngredientRefused(errors=[FieldProblem("name_en", code, detail)])


def _by_key(keys: Sequence[tuple[str, str]]) -> dict[str, Ingredient]:
    rows = Ingredient.objects.filter(
        Q(key_ar__in={arabic for arabic, _english in keys if arabic})
        | Q(key_en__in={english for _arabic, english in keys if english})
    )
    known = {}
    for row in rows:
        if row.key_ar:
            known[f"ar:{row.key_ar}"] = row
        if row.key_en:
            known[f"en:{row.key_en}"] = row
    return known


def _one_of(known: dict[str, Ingredient], position: int, key: tuple[str, str]) -> Ingredient:
    arabic, english = known.get(f"ar:{key[0]}"), known.get(f"en:{key[1]}")
    if arabic is not None and english is not None and arabic.pk != english.pk:
        raise InvalidProduct(
            errors=[
                FieldProblem(
                    f"ingredients.{position}.name_ar",
                    "two_generics",
                    _("These are the names of two different ingredients."),
                )
            ]
        )
    found = english or arabic
    assert found is not None  # noqa: S101 - it was known, or has just been added
    return found


def _fill_in_names(
    found: Sequence[Ingredient], strengths: Sequence[Strength], keys: Sequence[tuple[str, str]]
) -> None:
    changed = {}
    for row, each, (arabic, english) in zip(found, strengths, keys, strict=True):
        if arabic and not row.key_ar:
            row.name_ar, row.key_ar = each.name_ar.strip(), arabic
            changed[row.pk] = row
        if english and not row.key_en:
            row.name_en, row.key_en = each.name_en.strip(), english
            changed[row.pk] = row
    if changed:
        Ingredient.objects.bulk_update(
            changed.values(), ["name_ar", "key_ar", "name_en", "key_en"], batch_size=1000
        )


def _refuse_unfit(strengths: Sequence[Strength]) -> None:
    problems = [
        FieldProblem(f"ingredients.{position}.{field}", code, detail)
        for position, each in enumerate(strengths)
        for field, code, detail in _faults(each)
    ]
    if len(strengths) > MOST_INGREDIENTS:
        problems.append(
            FieldProblem(
                "ingredients",
                "too_many",
                _("At most %(count)d ingredients.") % {"count": MOST_INGREDIENTS},
            )
        )
    if problems:
        raise InvalidProduct(errors=problems)


def _faults(each: Strength) -> Iterator[tuple[str, str, str]]:
    if not (search_key(each.name_ar) or search_key(each.name_en)):
        yield "name_en", "required", _("Give the generic's Arabic or English name.")
    if not _is_amount(each.strength, each.unit, StrengthUnit.values, LARGEST_STRENGTH):
        yield "strength", "invalid_strength", _("Give an amount above 0 with its unit, or neither.")
    if not _is_amount(each.per_value, each.per_unit, PerUnit.values, LARGEST_PER):
        yield "per_value", "invalid_per", _("Give an amount above 0 with its unit, or neither.")
    elif each.per_value is not None and each.strength is None:
        yield "strength", "required", _("Give the amount that is in it.")


def _is_amount(value: Decimal | None, unit: str, units: Sequence[str], limit: Decimal) -> bool:
    if value is None:
        return unit == ""
    return value.is_finite() and 0 < value < limit and unit in units


def _refuse_twice(ingredients: Sequence[Ingredient]) -> None:
    seen: set[int] = set()
    for position, row in enumerate(ingredients):
        if row.pk in seen:
            raise InvalidProduct(
                errors=[
                    FieldProblem(
                        f"ingredients.{position}",
                        "named_twice",
                        _("%(name)s is already in the list.") % {"name": row},
                    )
                ]
            )
        seen.add(row.pk)
