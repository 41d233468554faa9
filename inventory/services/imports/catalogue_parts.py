"""Categories and generics of an imported catalogue, for all rows at once."""

from __future__ import annotations

from collections.abc import Sequence

from core.audit import Actor
from core.text import fold
from inventory.composition import composition_key
from inventory.imports.catalogue.plan import Plan
from inventory.models import Category, ProductIngredient
from inventory.services.classification import category_create
from inventory.services.composition import ingredients_resolve
from inventory.services.ledger import BATCH_SIZE


def categories_add(*, actor: Actor, plans: Sequence[Plan]) -> None:
    """Add the categories that are missing on the way down each path; one by one, they are few."""
    wanted = [plan for plan in plans if plan.category_path]
    if not wanted:
        return
    known: dict[tuple[int | None, str], int] = {}
    for category in Category.objects.order_by("-pk"):
        for name in {fold(category.name_ar), fold(category.name_en)} - {""}:
            known[category.parent_id, name] = category.pk
    for plan in wanted:
        here: int | None = None
        for name in plan.category_path or ():
            key = (here, fold(name))
            if key not in known:
                is_arabic = any("\u0600" <= letter <= "\u06ff" for letter in name)
                names = {"name_ar" if is_arabic else "name_en": name}
                known[key] = category_create(actor=actor, parent_id=here, **names)
            here = known[key]
        plan.product.category_id = here


def compositions_write(plans: Sequence[Plan]) -> None:
    """Replace the ingredients of the products whose rows name them; sets `composition_key`."""
    wanted = [plan for plan in plans if plan.strengths is not None]
    strengths = [each for plan in wanted for each in plan.strengths or ()]
    generics = iter(ingredients_resolve(strengths) if strengths else ())
    rows: list[ProductIngredient] = []
    for plan in wanted:
        own = [
            ProductIngredient(
                product=plan.product,
                ingredient=next(generics),
                position=position,
                strength=each.strength,
                unit=each.unit,
                per_value=each.per_value,
                per_unit=each.per_unit,
            )
            for position, each in enumerate(plan.strengths or (), start=1)
        ]
        plan.product.composition_key = composition_key(
            (row.ingredient_id, row.strength, row.unit, row.per_value, row.per_unit) for row in own
        )
        rows += own
    if wanted:
        changed = [plan.product.pk for plan in wanted if not plan.is_new]
        ProductIngredient.objects.filter(product_id__in=changed).delete()
        ProductIngredient.objects.bulk_create(rows, batch_size=BATCH_SIZE)
