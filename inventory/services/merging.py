"""Making one product of two that are the same article.

Batches move with all their movements, so that stock, value and every return or recall stay where
they were in the ledger: no movement is written and no money moves. The decision is explained in
docs/decisions/merging-products.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from core import audit
from core.audit import Actor
from core.errors import FieldProblem
from core.outbox import publish
from inventory.errors import MergeRefused, ProductNotFound
from inventory.events import ProductsMerged
from inventory.lifecycle import EMPTY, Lifecycle
from inventory.merging import Merge, followers_call
from inventory.models import (
    Batch,
    Product,
    ProductStock,
    RegisterEntry,
    StockCountLine,
    StockMovement,
)
from inventory.services.alerts import alerts_refresh
from inventory.services.ledger import LockedStock, stock_lock
from inventory.services.merged_rows import details_take_over, references_move
from inventory.services.register.entries import register_carry_over
from inventory.services.revision import catalogue_touch

# What both must say alike, or quantities, registers and shelves would not fit together.
_ALIKE: dict[str, str | Promise] = {
    "base_unit": _lazy("They are counted in different units; correct one of them first."),
    "controlled_class": _lazy(
        "They are of different controlled classes; correct one of them first."
    ),
    "cold_chain": _lazy("Only one of them is kept cold; correct one of them first."),
}


@transaction.atomic
def products_merge(
    *, actor: Actor, now: datetime, kept_id: int, merged_id: int, reason: str
) -> None:
    """Move everything of `merged_id` to `kept_id` and archive it, pointing to what it became.

    Batches with stock, value and history, reservations, incoming goods, barcodes, packagings,
    other names, attachments and limits; its own names become other names of the product kept,
    which takes over details it lacks. Apps above move theirs in the same transaction. Publishes
    ProductsMerged.

    Raises ProductNotFound, MergeRefused (every reason, by field), and what an app above refuses.
    A constant number of queries, whatever there is to move.
    """
    merge = Merge(actor=actor, now=now, kept_id=kept_id, merged_id=merged_id)
    if kept_id == merged_id:
        raise MergeRefused(
            errors=[FieldProblem("merged_id", "same_product", _("Name two products."))]
        )
    followers_call(merge)
    stock = stock_lock([kept_id, merged_id])
    if len(stock.products) < 2:
        raise ProductNotFound
    kept, merged = stock.products[kept_id], stock.products[merged_id]
    if problems := list(_problems(kept, merged)):
        raise MergeRefused(errors=problems)
    moved = references_move(kept, merged, now=now, actor=actor)
    _batches_move(stock, kept_id, merged_id)
    taken = details_take_over(kept, merged)
    _archive(kept, merged)
    register_carry_over(actor=actor, now=now, product_ids=[kept_id, merged_id])
    alerts_refresh(products=[kept, merged], now=now)
    catalogue_touch()
    audit.record(
        actor=actor,
        action="inventory.products_merged",
        subject=kept,
        changes={"merged_id": merged_id, "merged_name": str(merged), "moved": moved} | taken,
        reason=reason,
    )
    publish(
        ProductsMerged(
            kept_id=kept_id, merged_id=merged_id, kept_name=str(kept), merged_name=str(merged)
        )
    )


def _problems(kept: Product, merged: Product) -> Iterator[FieldProblem]:
    yield from _ended(kept, merged)
    yield from _different(kept, merged)
    if _is_being_counted(kept, merged):
        yield FieldProblem("merged_id", "being_counted", _("Finish the stock count first."))
    if not _registers_fit(kept, merged):
        yield FieldProblem(
            "merged_id",
            "register_begins_later",
            _("Its register begins after goods had moved; write off its stock instead."),
        )


def _ended(kept: Product, merged: Product) -> Iterator[FieldProblem]:
    for field, product in (("product_id", kept), ("merged_id", merged)):
        if product.lifecycle in EMPTY:
            detail = _("%(product)s is %(state)s.") % {
                "product": product,
                "state": product.get_lifecycle_display(),
            }
            yield FieldProblem(field, "ended", detail)


def _different(kept: Product, merged: Product) -> Iterator[FieldProblem]:
    for field, detail in _ALIKE.items():
        if getattr(kept, field) != getattr(merged, field):
            yield FieldProblem(field, "differs", detail)
    for field, shown in (("composition_key", "ingredients"), ("form_key", "form")):
        if len({getattr(kept, field), getattr(merged, field)} - {""}) > 1:
            yield FieldProblem(shown, "differs", _("They are not the same medicine."))


def _is_being_counted(kept: Product, merged: Product) -> bool:
    return StockCountLine.objects.filter(batch__product__in=[kept, merged], is_open=True).exists()


def _registers_fit(kept: Product, merged: Product) -> bool:
    """Whether what comes along was registered since the kept product's register began."""
    began = RegisterEntry.objects.filter(product=kept, sequence=1).first()
    if began is None:
        return True
    return not StockMovement.objects.filter(
        batch__product=merged, pk__gt=began.ledger_mark or 0, register_entry__isnull=True
    ).exists()


def _batches_move(stock: LockedStock, kept_id: int, merged_id: int) -> None:
    """All batches with their levels and movements, and the totals made of them."""
    own = Batch.objects.filter(product_id=merged_id, merged_from__isnull=True)
    own.update(merged_from_id=merged_id)
    Batch.objects.filter(product_id=merged_id).update(product_id=kept_id)
    into, out_of = stock.totals[kept_id], stock.totals[merged_id]
    into.on_hand += out_of.on_hand
    into.value += out_of.value
    issued = [each.last_issued_at for each in (into, out_of) if each.last_issued_at]
    into.last_issued_at = max(issued, default=None)
    out_of.on_hand, out_of.value, out_of.last_issued_at = 0, 0, None
    ProductStock.objects.bulk_update([into, out_of], ["on_hand", "value", "last_issued_at"])


def _archive(kept: Product, merged: Product) -> None:
    """The merged product ends here, whatever was merged into it before points on."""
    Product.objects.filter(merged_into=merged).update(merged_into=kept)
    merged.lifecycle, merged.merged_into = Lifecycle.ARCHIVED, kept
    merged.save(update_fields=["lifecycle", "merged_into", "updated_at"])
