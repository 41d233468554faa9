"""Whether what the rows would change may be: the rules of products, over all rows at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from django.db.models import Q
from django.utils.translation import gettext as _

from core.text import fold, search_key
from inventory.classes import BaseUnit
from inventory.imports.catalogue.match import Matches, catalogue_match
from inventory.imports.catalogue.plan import Holdings, Plan, Planner, holdings_load
from inventory.imports.catalogue.rows import CatalogueRow, catalogue_rows
from inventory.imports.judgement import ImportOptions, Judgement, OnProgress, Verdict
from inventory.imports.remarks import Remarks
from inventory.imports.table import Row
from inventory.lifecycle import EMPTY, TRANSITIONS, Lifecycle
from inventory.models import (
    ImportMode,
    Ingredient,
    Product,
    ProductStock,
    RowOutcome,
    StockMovement,
)
from inventory.models.classification import DEEPEST_CATEGORY
from inventory.services.product_fields import product_derive, unfit

# A product may be added in these: new, or one legal step further.
_ADDED_IN = (Lifecycle.NEW, Lifecycle.ACTIVE)


def catalogue_judge(
    table: Sequence[Row], options: ImportOptions, on_progress: OnProgress
) -> Judgement:
    """Every row of a catalogue, against each other and the database; nothing is written.

    The number of queries does not depend on the number of rows.
    """
    on_progress("reading", 0)
    rows, faults, warnings = catalogue_rows(table, options)
    on_progress("matching", 0)
    catalogue = list(Product.objects.exclude(lifecycle=Lifecycle.ARCHIVED))
    identities = {product.identity_key: product.pk for product in catalogue}
    matches = catalogue_match(
        rows,
        columns=options.columns.keys(),
        catalogue=catalogue,
        faults=faults,
        warnings=warnings,
    )
    on_progress("comparing", 0)
    plans = _plans(rows, matches, options, faults, warnings)
    _Rules(faults).look(plans, identities)
    good = [plan for plan in plans if plan.row.number not in faults.rows]
    return Judgement(
        faults=faults,
        warnings=warnings,
        verdicts=_verdicts(rows, good, matches, faults),
        counts={},
        plan=good,
    )


def _plans(
    rows: Sequence[CatalogueRow],
    matches: Matches,
    options: ImportOptions,
    faults: Remarks,
    warnings: Remarks,
) -> list[Plan]:
    products = [product for product in matches.products.values() if product is not None]
    held = holdings_load({product.pk for product in products})
    planner = Planner(held, matches.barcodes)
    plans = []
    for row in rows:
        if row.number in faults.rows or row.number not in matches.products:
            continue
        product = matches.products[row.number]
        if _is_wanted(row, product, options.mode, faults, warnings):
            _refuse_unknown_names(row, held, faults)
            plans.append(planner.plan(row, product, named=row.number in matches.named))
    return plans


def _is_wanted(
    row: CatalogueRow,
    product: Product | None,
    mode: str,
    faults: Remarks,
    warnings: Remarks,
) -> bool:
    if mode == ImportMode.CREATE and product is not None:
        warnings.add(
            row.number, "row", "exists",
            _("The product is there already and was left as it is: %(product)s.")
            % {"product": f"{product} (id {product.pk})"},
        )  # fmt: skip
        return False
    if mode == ImportMode.UPDATE and product is None:
        faults.add(
            row.number, "row", "nothing_to_change",
            _("There is no such product, and this import only changes products."),
        )  # fmt: skip
        return False
    return True


def _refuse_unknown_names(row: CatalogueRow, held: Holdings, faults: Remarks) -> None:
    tax = row.values.get("tax_category")
    if tax and fold(tax) not in held.taxes:
        known = ", ".join(sorted(held.tax_codes.values())) or "-"
        faults.add(
            row.number, "tax_category", "unknown_tax_category",
            _("There is no such tax category; there are: %(known)s.") % {"known": known}, tax,
        )  # fmt: skip
    path = row.values.get("category") or ()
    if len(path) > DEEPEST_CATEGORY:
        faults.add(
            row.number, "category", "category_too_deep",
            _("Categories go down %(levels)d levels at most.") % {"levels": DEEPEST_CATEGORY},
        )  # fmt: skip


class _Rules:
    def __init__(self, faults: Remarks) -> None:
        self.faults = faults

    def look(self, plans: Sequence[Plan], identities: dict[str, int]) -> None:
        for plan in plans:
            product_derive(plan.product)
            self._fields(plan)
            self._packs(plan)
            self._first_state(plan)
        self._ingredients([plan for plan in plans if plan.strengths])
        self._identities(plans, identities)
        self._base_units([plan for plan in plans if "base_unit" in plan.before])
        self._states([plan for plan in plans if "lifecycle" in plan.before and not plan.is_new])

    def _fault(self, plan: Plan, column: str, code: str, detail: str) -> None:
        value = plan.changes.get(column, ["", ""])[1]
        self.faults.add(plan.row.number, column, code, detail, str(value))

    def _fields(self, plan: Plan) -> None:
        """The rules of single products; of an existing one only where it changes."""
        if plan.is_new or plan.before:
            for problem in unfit(plan.product):
                self._fault(plan, problem.field, problem.code, str(problem.detail))

    def _packs(self, plan: Plan) -> None:
        for pack in plan.packs:
            if not pack.units:
                number = next(
                    each.number for each in plan.row.packs if fold(each.name) == fold(pack.name)
                )
                self._fault(
                    plan, f"pack_{number}_units", "required", _("Say how many base units it has.")
                )

    def _ingredients(self, plans: Sequence[Plan]) -> None:
        """No generic twice in a product, in whatever spelling or language. One query."""
        keys = {key for plan in plans for key in _generic_keys(plan)}
        known: dict[str, str] = {}
        for pk, arabic, english in Ingredient.objects.filter(
            Q(key_ar__in=keys) | Q(key_en__in=keys)
        ).values_list("pk", "key_ar", "key_en"):
            known |= {key: str(pk) for key in (arabic, english) if key}
        for plan in plans:
            generics = [known.get(key, key) for key in _generic_keys(plan)]
            if len(set(generics)) < len(generics):
                self._fault(plan, "ingredients", "named_twice", _("An ingredient is named twice."))

    def _first_state(self, plan: Plan) -> None:
        if plan.is_new and plan.product.lifecycle not in _ADDED_IN:
            self._fault(
                plan, "lifecycle", "lifecycle_refused",
                _("A product is added as: %(possible)s.")
                % {"possible": ", ".join(_ADDED_IN)},
            )  # fmt: skip

    def _identities(self, plans: Sequence[Plan], identities: dict[str, int]) -> None:
        """No two products of the same names, strength, form and manufacturer."""
        wanted = Counter(plan.product.identity_key for plan in plans)
        for plan in plans:
            key, owner = plan.product.identity_key, identities.get(plan.product.identity_key)
            taken = owner is not None and owner != plan.product.pk
            if taken or wanted[key] > 1:
                self._fault(
                    plan, "name", "product_already_exists",
                    _("Another product has this name, strength, form and manufacturer.")
                    + (f" (id {owner})" if taken else ""),
                )  # fmt: skip

    def _base_units(self, plans: Sequence[Plan]) -> None:
        """Quantities counted in one unit would mean something else in another."""
        named = [plan for plan in plans if plan.before["base_unit"] != BaseUnit.UNIT]
        moved = (
            set(
                StockMovement.objects.filter(batch__product__in=_ids(named)).values_list(
                    "batch__product_id", flat=True
                )
            )
            if _ids(named)
            else set()
        )
        for plan in named:
            if plan.product.pk in moved:
                self._fault(
                    plan, "base_unit", "stock_counted_in_it",
                    _("Stock was already counted in this unit; add a packaging instead."),
                )  # fmt: skip

    def _states(self, plans: Sequence[Plan]) -> None:
        """A product goes through its life one legal step at a time."""
        ending = [plan for plan in plans if plan.product.lifecycle in EMPTY]
        stocked = (
            set(
                ProductStock.objects.filter(product_id__in=_ids(ending), on_hand__gt=0).values_list(
                    "product_id", flat=True
                )
            )
            if ending
            else set()
        )
        for plan in plans:
            before, possible = plan.before["lifecycle"], TRANSITIONS[plan.before["lifecycle"]]
            if plan.product.lifecycle not in possible:
                self._fault(
                    plan, "lifecycle", "lifecycle_refused",
                    _("From %(before)s it can go to: %(possible)s.")
                    % {"before": before, "possible": ", ".join(sorted(possible)) or "-"},
                )  # fmt: skip
            elif plan.product.pk in stocked:
                self._fault(
                    plan, "lifecycle", "still_in_stock",
                    _("Some of it is still in stock; sell it or write it off first."),
                )  # fmt: skip


def _generic_keys(plan: Plan) -> list[str]:
    return [search_key(each.name_en or each.name_ar) for each in plan.strengths or ()]


def _ids(plans: Iterable[Plan]) -> set[int]:
    return {plan.product.pk for plan in plans if plan.product.pk}


def _verdicts(
    rows: Sequence[CatalogueRow], plans: Sequence[Plan], matches: Matches, faults: Remarks
) -> dict[int, Verdict]:
    verdicts = {}
    for row in rows:
        product = matches.products.get(row.number)
        if row.number not in faults.rows:
            verdicts[row.number] = Verdict(RowOutcome.UNCHANGED, product.pk if product else None)
    for plan in plans:
        if plan.is_new:
            outcome = RowOutcome.CREATED
        else:
            outcome = RowOutcome.UPDATED if plan.changes else RowOutcome.UNCHANGED
        verdicts[plan.row.number] = Verdict(outcome, plan.product.pk, plan.changes)
    return verdicts
