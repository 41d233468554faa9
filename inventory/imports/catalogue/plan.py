"""What each row would change of its product: fields, packs, barcodes, ingredients."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.text import fold
from inventory.imports.catalogue.composition import composition_read, composition_write
from inventory.imports.catalogue.rows import CatalogueRow, PackRow
from inventory.imports.catalogue.values import CLEAR, path_write, written
from inventory.imports.cells import ReadBarcode, barcode_write, text_of
from inventory.models import (
    Barcode,
    Category,
    Packaging,
    Product,
    ProductIngredient,
    TaxCategory,
)
from inventory.records import Strength
from inventory.services.opening import PACK_NAME

# Fields of the file that are columns of the product by the same name.
PLAIN = (
    "name_ar", "name_en", "strength", "form", "manufacturer", "route", "atc_code",
    "prescription_class", "controlled_class", "cold_chain", "base_unit", "public_price",
    "min_stock", "reorder_point", "max_stock", "shelf_location", "notes", "lifecycle",
)  # fmt: skip


@dataclass(slots=True)
class Plan:
    """What one row does. product: with the new values set, saved or to be added.

    before: attribute -> value it had, of those that change. changes: for people, as text.
    category_path: of a category that does not exist yet. packs: to be saved. barcodes: to be
    added; moved: that exist and now stand on another pack. strengths: its new ingredients.
    """

    row: CatalogueRow
    product: Product
    is_new: bool
    before: dict[str, Any] = field(default_factory=dict)
    changes: dict[str, list[Any]] = field(default_factory=dict)
    category_path: tuple[str, ...] | None = None
    packs: list[Packaging] = field(default_factory=list)
    barcodes: list[Barcode] = field(default_factory=list)
    moved: list[Barcode] = field(default_factory=list)
    strengths: tuple[Strength, ...] | None = None


@dataclass(slots=True)
class Holdings:
    """What the database holds beside the products themselves. A constant number of queries."""

    paths: dict[int, tuple[str, ...]] = field(default_factory=dict)
    children: dict[tuple[int | None, str], list[int]] = field(default_factory=dict)
    taxes: dict[str, TaxCategory] = field(default_factory=dict)
    tax_codes: dict[int, str] = field(default_factory=dict)
    packs: dict[int, list[Packaging]] = field(default_factory=lambda: defaultdict(list))
    ingredients: dict[int, list[Strength]] = field(default_factory=lambda: defaultdict(list))


def holdings_load(product_ids: Collection[int]) -> Holdings:
    """Packs and ingredients of these products, and all categories and taxes. Four queries."""
    held = Holdings()
    categories = {category.pk: category for category in Category.objects.order_by("pk")}
    for category in categories.values():
        held.paths[category.pk] = _path(category, categories)
        for name in {fold(category.name_ar), fold(category.name_en)} - {""}:
            held.children.setdefault((category.parent_id, name), []).append(category.pk)
    for tax in TaxCategory.objects.order_by("pk"):
        held.taxes[fold(tax.code)] = tax
        held.tax_codes[tax.pk] = tax.code
    for pack in Packaging.objects.filter(product_id__in=product_ids).order_by("pk"):
        held.packs[pack.product_id].append(pack)
    rows = ProductIngredient.objects.filter(product_id__in=product_ids)
    for each in rows.select_related("ingredient").order_by("product_id", "position"):
        held.ingredients[each.product_id].append(strength_of(each))
    return held


def strength_of(row: ProductIngredient) -> Strength:
    return Strength(
        name_ar=row.ingredient.name_ar,
        name_en=row.ingredient.name_en,
        strength=row.strength,
        unit=row.unit,
        per_value=row.per_value,
        per_unit=row.per_unit,
    )


def _path(category: Category, categories: dict[int, Category]) -> tuple[str, ...]:
    names = [str(category)]
    while category.parent_id is not None:
        category = categories[category.parent_id]
        names.append(str(category))
    return tuple(reversed(names))


class Planner:
    """Makes the plan of each row; asks the database nothing."""

    def __init__(self, held: Holdings, barcodes: dict[str, Barcode]) -> None:
        self.held = held
        self.known_barcodes = barcodes

    def plan(self, row: CatalogueRow, product: Product | None, *, named: bool) -> Plan:
        """named: it was its names, strength and form by which the row found its product."""
        plan = Plan(row, Product() if product is None else product, product is None)
        if named and product is not None:
            _keep_spelling(row, product)
        for name in PLAIN:
            if name in row.values:
                self._set(plan, name, row.values[name])
        if plan.is_new and "max_stock" not in row.values:
            most = max(plan.product.min_stock, plan.product.reorder_point or 0)
            self._set(plan, "max_stock", most)
        self._set_category(plan)
        self._set_tax(plan)
        self._set_ingredients(plan)
        for pack in self._packs_asked(plan):
            self._set_pack(plan, pack)
        self._add_barcodes(plan, row.barcodes, None)
        return plan

    def _set(self, plan: Plan, name: str, value: Any) -> None:
        old = getattr(plan.product, name)
        if old == value or (isinstance(old, str) and as_read(old) == value):
            return
        plan.before[name] = old
        plan.changes[name] = [written(old), written(value)]
        setattr(plan.product, name, value)

    def _set_category(self, plan: Plan) -> None:
        if "category" not in plan.row.values:
            return
        path: tuple[str, ...] = plan.row.values["category"]
        old_id = plan.product.category_id
        old = self.held.paths.get(old_id, ()) if old_id else ()
        if path_write(path) == as_read(path_write(old)) or _folded(path) == _folded(old):
            return
        found = self._category(path)
        if found is not None and found == old_id:
            return
        plan.before["category_id"] = old_id
        plan.changes["category"] = [path_write(old), path_write(path)]
        plan.product.category_id = found
        plan.category_path = path if path and found is None else None

    def _category(self, path: Sequence[str]) -> int | None:
        """The category at the end of a path, None where it does not exist."""
        here: int | None = None
        for name in path:
            children = self.held.children.get((here, fold(name)), [])
            if not children:
                return None
            here = children[0]
        return here

    def _set_tax(self, plan: Plan) -> None:
        if "tax_category" not in plan.row.values:
            return
        tax = self.held.taxes.get(fold(plan.row.values["tax_category"]))
        old_id = plan.product.tax_category_id
        new_id = tax.pk if tax else None
        if new_id == old_id:
            return
        plan.before["tax_category_id"] = old_id
        old_code = self.held.tax_codes.get(old_id, "") if old_id else ""
        plan.changes["tax_category"] = [old_code, tax.code if tax else ""]
        plan.product.tax_category_id = new_id

    def _set_ingredients(self, plan: Plan) -> None:
        if plan.row.ingredients is None:
            return
        old = self.held.ingredients[plan.product.pk] if plan.product.pk else []
        before, after = composition_write(old), composition_write(plan.row.ingredients)
        was = composition_read(as_read(before)) if before else ()
        if _composition_key(was) == _composition_key(plan.row.ingredients):
            return
        plan.strengths = plan.row.ingredients
        plan.changes["ingredients"] = [before, after]

    def _packs_asked(self, plan: Plan) -> Iterator[PackRow]:
        yield from plan.row.packs
        units = plan.row.purchase_units
        if units is None or units == 1:
            return
        held = self.held.packs[plan.product.pk] if plan.product.pk else []
        if not any(pack.units == units for pack in held) and not plan.row.packs:
            yield PackRow(
                number=0, name=str(PACK_NAME), units=units, price=None, barcodes=(), ordered=True
            )

    def _set_pack(self, plan: Plan, asked: PackRow) -> None:
        held = self.held.packs[plan.product.pk] if plan.product.pk else []
        names = (fold(as_read(pack.name)) for pack in held)
        pack = dict(zip(names, held, strict=True)).get(fold(asked.name))
        is_new = pack is None
        if pack is None:
            pack = Packaging(product=plan.product, name=asked.name, units=asked.units or 0)
            held = [*held, pack]
        changed = {} if is_new else _pack_changes(pack, asked)
        if is_new:
            pack.price = None if asked.price is CLEAR else asked.price
            pack.is_purchase_default = bool(asked.ordered)
        if is_new or changed:
            if pack not in plan.packs:
                plan.packs.append(pack)
            label = f"pack {pack.name}"
            plan.changes[label] = ["" if is_new else changed, _pack_text(pack)]
        if asked.ordered:
            self._demote_others(plan, pack, held)
        self._add_barcodes(plan, asked.barcodes, pack)

    def _demote_others(self, plan: Plan, pack: Packaging, held: Sequence[Packaging]) -> None:
        for other in held:
            if other is not pack and other.is_purchase_default:
                other.is_purchase_default = False
                if other not in plan.packs:
                    plan.packs.insert(0, other)

    def _add_barcodes(
        self, plan: Plan, codes: Sequence[ReadBarcode], pack: Packaging | None
    ) -> None:
        for code in codes:
            known = self.known_barcodes.get(code.key)
            if known is None:
                if all(each.key != code.key for each in plan.barcodes):
                    plan.barcodes.append(
                        Barcode(
                            product=plan.product, packaging=pack, value=code.value,
                            kind=code.kind, key=code.key,
                        )
                    )  # fmt: skip
                    shown = barcode_write(code.value, code.kind)
                    plan.changes.setdefault("barcodes", ["", ""])[1] += f" {shown}".lstrip()
            elif pack is not None and (pack.pk is None or known.packaging_id != pack.pk):
                known.packaging = pack
                plan.moved.append(known)
                plan.changes[f"barcode {known.value}"] = ["", pack.name]


def as_read(text: str) -> str:
    """A text as a file with it reads: single-spaced, without what cannot be seen."""
    return text_of(text, longest=10_000)


def _folded(names: Sequence[str]) -> list[str]:
    return [fold(name) for name in names]


def _keep_spelling(row: CatalogueRow, product: Product) -> None:
    """What the product was found by is another spelling of it at most, and no change of it."""
    for name in ("name_ar", "name_en", "strength", "form", "manufacturer"):
        if fold(row.values.get(name, "")) == fold(getattr(product, name)):
            row.values.pop(name, None)


def _pack_changes(pack: Packaging, asked: PackRow) -> str:
    """Set what differs; what the pack was before, "" where nothing differs."""
    before = _pack_text(pack)
    if asked.units is not None:
        pack.units = asked.units
    if asked.price is CLEAR:
        pack.price = None
    elif asked.price is not None:
        pack.price = asked.price
    if asked.ordered is not None:
        pack.is_purchase_default = asked.ordered
    return "" if _pack_text(pack) == before else before


def _pack_text(pack: Packaging) -> str:
    price = f" @ {written(pack.price)}" if pack.price is not None else ""
    return f"{pack.name} × {pack.units}{price}{' *' if pack.is_purchase_default else ''}"


def _composition_key(strengths: Sequence[Strength]) -> list[tuple[Any, ...]]:
    """What the file can tell of ingredients: one name of each, and how much."""
    return [
        (
            fold(each.name_en or each.name_ar),
            each.strength, each.unit, each.per_value, each.per_unit,
        )
        for each in strengths
    ]  # fmt: skip
