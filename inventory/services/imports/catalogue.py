"""The catalogue as an import: products added and changed, all in one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from core import audit
from core.audit import Actor
from inventory.errors import CatalogueChanged
from inventory.imports.catalogue.columns import CATALOGUE_COLUMNS
from inventory.imports.catalogue.judge import catalogue_judge
from inventory.imports.catalogue.plan import Plan
from inventory.imports.catalogue.rows import catalogue_rows
from inventory.imports.judgement import Applied, ImportOptions, Judgement, OnProgress
from inventory.imports.remarks import Remarks
from inventory.imports.table import Row
from inventory.models import Barcode, Packaging, Product, ProductStock
from inventory.services.alerts import alerts_refresh
from inventory.services.catalogue import ALERTING_FIELDS
from inventory.services.imports.catalogue_parts import categories_add, compositions_write
from inventory.services.ledger import BATCH_SIZE, stock_lock
from inventory.services.product_fields import product_derive
from inventory.services.revision import catalogue_touch
from inventory.services.search_words import other_names

# Attributes of a product that an import may write, beyond what is derived from them.
DERIVED = ("search_text", "name_ar_key", "name_en_key", "identity_key", "form_key")


class CatalogueRules:
    """See `inventory.imports.judgement.ImportRules`."""

    columns = CATALOGUE_COLUMNS

    def check(self, rows: Sequence[Row], options: ImportOptions) -> tuple[Remarks, Remarks]:
        _rows, faults, warnings = catalogue_rows(rows, options)
        return faults, warnings

    def judge(
        self, rows: Sequence[Row], options: ImportOptions, on_progress: OnProgress
    ) -> Judgement:
        judgement = catalogue_judge(rows, options, on_progress)
        outcomes = Counter(str(verdict.outcome) for verdict in judgement.verdicts.values())
        judgement.counts = {
            "created": outcomes["created"],
            "updated": outcomes["updated"],
            "unchanged": outcomes["unchanged"],
            "faulty": len(judgement.faults.rows),
        }
        return judgement

    def apply(
        self,
        *,
        actor: Actor,
        now: datetime,
        judgement: Judgement,
        options: ImportOptions,
        on_progress: OnProgress,
    ) -> Applied:
        plans: list[Plan] = [plan for plan in judgement.plan if plan.is_new or plan.changes]
        added = [plan for plan in plans if plan.is_new]
        changed = [plan for plan in plans if not plan.is_new]
        on_progress("adding categories", 0)
        categories_add(actor=actor, plans=plans)
        on_progress("adding products", 0)
        _products_add(added)
        on_progress("changing products", len(added))
        _products_change(changed)
        on_progress("packs and barcodes", len(plans))
        _packs_write(plans)
        _barcodes_write(plans, now=now)
        compositions_write(plans)
        _words_write([plan for plan in plans if plan.strengths is not None])
        low = _alerts(plans, now=now)
        if plans:
            catalogue_touch()
        _audit(actor, now, plans)
        return Applied(
            counts={"low_stock": low},
            created={plan.row.number: plan.product.pk for plan in added},
        )


def _products_add(plans: Sequence[Plan]) -> None:
    products = [plan.product for plan in plans]
    for product in products:
        product_derive(product)
    Product.objects.bulk_create(products, batch_size=BATCH_SIZE)
    ProductStock.objects.bulk_create(
        [ProductStock(product=product) for product in products], batch_size=BATCH_SIZE
    )


def _products_change(plans: Sequence[Plan]) -> None:
    """Write the changed fields onto what the database holds under the lock.

    Raises CatalogueChanged where it is not what the rows were compared with.
    """
    stock = stock_lock(plan.product.pk for plan in plans)
    names = other_names(list(stock.products))
    for plan in plans:
        fresh = stock.products.get(plan.product.pk)
        if fresh is None or any(
            getattr(fresh, field) != value for field, value in plan.before.items()
        ):
            raise CatalogueChanged
        for field in plan.before:
            setattr(fresh, field, getattr(plan.product, field))
        product_derive(fresh, names.get(fresh.pk, ()))
        plan.product = fresh
    written = [plan.product for plan in plans if plan.before]
    fields = {field for plan in plans for field in plan.before}
    Product.objects.bulk_create(
        written,
        batch_size=BATCH_SIZE,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=[*sorted(fields), *DERIVED, "updated_at"],
    )


def _packs_write(plans: Sequence[Plan]) -> None:
    packs = [(plan, pack) for plan in plans for pack in plan.packs]
    old = [pack for _plan, pack in packs if pack.pk]
    _refuse_changed_packs(old)
    # One that gives up being ordered in goes first: there is one at most.
    for ordered in (False, True):
        Packaging.objects.bulk_create(
            [pack for pack in old if pack.is_purchase_default == ordered],
            batch_size=BATCH_SIZE,
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=["units", "price", "is_purchase_default", "updated_at"],
        )
    new = [pack for _plan, pack in packs if not pack.pk]
    for plan, pack in packs:
        pack.product = plan.product
    Packaging.objects.bulk_create(new, batch_size=BATCH_SIZE)


def _refuse_changed_packs(packs: Sequence[Packaging]) -> None:
    fresh = dict(
        Packaging.objects.filter(pk__in=[pack.pk for pack in packs]).values_list("pk", "updated_at")
    )
    if any(fresh.get(pack.pk) != pack.updated_at for pack in packs):
        raise CatalogueChanged


def _barcodes_write(plans: Sequence[Plan], *, now: datetime) -> None:
    new = [barcode for plan in plans for barcode in _with_product(plan)]
    for barcode in new:
        barcode.created_at = now
        barcode.packaging = barcode.packaging  # its id is known now
    Barcode.objects.bulk_create(new, batch_size=BATCH_SIZE)
    moved = [barcode for plan in plans for barcode in plan.moved]
    for barcode in moved:
        barcode.packaging = barcode.packaging
    if moved:
        Barcode.objects.bulk_update(moved, ["packaging"], batch_size=BATCH_SIZE)


def _with_product(plan: Plan) -> Iterable[Barcode]:
    for barcode in plan.barcodes:
        barcode.product = plan.product
        yield barcode


def _words_write(plans: Sequence[Plan]) -> None:
    """Search words anew, now that the generics are known."""
    names = other_names([plan.product.pk for plan in plans])
    for plan in plans:
        product_derive(plan.product, names.get(plan.product.pk, ()))
    if plans:
        Product.objects.bulk_create(
            [plan.product for plan in plans],
            batch_size=BATCH_SIZE,
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=["search_text", "composition_key", "updated_at"],
        )


def _alerts(plans: Sequence[Plan], *, now: datetime) -> int:
    """Alerts of limits that changed; the import tells of them as one, not product by product."""
    fields = ALERTING_FIELDS | {"lifecycle"}
    products = [
        plan.product
        for plan in plans
        if (plan.product.min_stock if plan.is_new else plan.before.keys() & fields)
    ]
    return alerts_refresh(products=products, now=now, announce=False) if products else 0


def _audit(actor: Actor, now: datetime, plans: Sequence[Plan]) -> None:
    audit.record_all(
        actor=actor,
        occurred_at=now,
        entries=[
            (
                "inventory.product_created" if plan.is_new else "inventory.product_updated",
                plan.product,
                {"name": str(plan.product), "source": "import"} if plan.is_new else plan.changes,
            )
            for plan in plans
        ],
    )
