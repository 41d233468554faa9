"""Rows of the register, written with the movements they tell of."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime

from django.db import connection
from django.utils.translation import gettext as _

from core.audit import Actor
from core.errors import DomainError, FieldProblem
from inventory.errors import PrescriptionRequired, SecondSignatureRequired, SupplierRequired
from inventory.models import Product, ProductStock, RegisterEntry, RegisterKind, StockMovement
from inventory.papers import Need, Papers, need_of, needs_prescription
from inventory.records import Prescription

BATCH_SIZE = 2000

_LAST = """
SELECT DISTINCT ON (product_id) product_id, sequence, balance
  FROM inventory_registerentry WHERE product_id = ANY(%s)
 ORDER BY product_id, sequence DESC
"""
Row = tuple[int, StockMovement, Papers]  # product, movement, what came with it


def register_write(
    *,
    actor: Actor,
    products: dict[int, Product],
    movements: Sequence[tuple[int, StockMovement]],
    papers_of: Callable[[int], Papers],
) -> None:
    """Enter movements of registered products, in their order; the products' stock is locked.

    movements: (product's id, movement). papers_of: what came with a line. A register that has
    begun is kept up even if the product is no longer classed as controlled, so that it never has
    a hole; only the papers are not asked for then.

    Raises PrescriptionRequired, SecondSignatureRequired, SupplierRequired. One query when nothing
    is registered, else a constant number.
    """
    last = _last_rows({product_id for product_id, _movement in movements})
    rows = [
        (product_id, movement, papers_of(movement.line))
        for product_id, movement in movements
        if product_id in last and movement.quantity  # a revaluation moves nothing
    ]
    if not rows:
        return
    _refuse_lacking(rows, products, actor)
    returned = _returned_papers(rows)
    entries = []
    for product_id, movement, papers in rows:
        sequence, balance = last[product_id]
        entry = _entry(product_id, movement, returned.get(movement.returns_id or 0, papers))
        entry.sequence, entry.balance = sequence + 1, balance + movement.quantity
        last[product_id] = (entry.sequence, entry.balance)
        entries.append(entry)
    RegisterEntry.objects.bulk_create(entries, batch_size=BATCH_SIZE)


def register_carry_over(*, actor: Actor, now: datetime, product_ids: Collection[int]) -> None:
    """Enter what merging products moved between them, so that balances are on hand again.

    Called in the merge's transaction, with the stock of the products locked and written.
    """
    last = _last_rows(product_ids)
    held = dict(ProductStock.objects.filter(pk__in=last).values_list("pk", "on_hand"))
    RegisterEntry.objects.bulk_create(
        RegisterEntry(
            product_id=product_id,
            kind=RegisterKind.CARRIED,
            sequence=sequence + 1,
            quantity=held.get(product_id, 0) - balance,
            balance=held.get(product_id, 0),
            occurred_at=now,
            actor_id=actor.id,
        )
        for product_id, (sequence, balance) in sorted(last.items())
        if held.get(product_id, 0) != balance
    )


def _last_rows(product_ids: Iterable[int]) -> dict[int, tuple[int, int]]:
    """Sequence and balance of the last row, by product; products without a register are absent."""
    with connection.cursor() as cursor:
        cursor.execute(_LAST, [list(product_ids)])
        return {product: (sequence, balance) for product, sequence, balance in cursor.fetchall()}


def _entry(product_id: int, movement: StockMovement, papers: Papers) -> RegisterEntry:
    entry = RegisterEntry(
        product_id=product_id,
        kind=RegisterKind.MOVEMENT,
        movement=movement,
        quantity=movement.quantity,
        occurred_at=movement.occurred_at,
        actor_id=movement.actor_id,
        cosigner_id=papers.cosigner_id,
        counterparty=papers.counterparty,
    )
    if papers.prescription is not None:
        entry.prescription_number = papers.prescription.number.strip()
        entry.prescriber = papers.prescription.prescriber.strip()
        entry.patient_reference = papers.prescription.patient_reference.strip()
    return entry


def _returned_papers(rows: Sequence[Row]) -> dict[int, Papers]:
    """Of goods a customer brings back: the papers they were handed out on, by that movement."""
    origins = {movement.returns_id for _product, movement, _papers in rows} - {None}
    if not origins:
        return {}
    return {
        entry.movement_id: Papers(
            prescription=Prescription(
                number=entry.prescription_number,
                prescriber=entry.prescriber,
                patient_reference=entry.patient_reference,
            ),
            counterparty=entry.counterparty,
        )
        for entry in RegisterEntry.objects.filter(movement_id__in=origins)
        if entry.movement_id is not None
    }


def _refuse_lacking(rows: Sequence[Row], products: dict[int, Product], actor: Actor) -> None:
    lacking: dict[Need, list[FieldProblem]] = {}
    for product_id, movement, papers in rows:
        if not products[product_id].is_controlled:
            continue
        need = need_of(movement.kind, movement.reason)
        if movement.reverses_id is not None:
            need = Need.COSIGNER
        if not _has(need, movement, papers, products[product_id], actor):
            lacking.setdefault(need, []).append(_problem(need, movement, products[product_id]))
    for need, problems in lacking.items():
        raise _REFUSALS[need](errors=problems)


def _has(
    need: Need, movement: StockMovement, papers: Papers, product: Product, actor: Actor
) -> bool:
    if need is Need.COSIGNER:
        return papers.cosigner_id is not None and papers.cosigner_id != actor.id
    if need is Need.SUPPLIER:
        return bool(movement.party_id or papers.counterparty)
    if need is Need.PRESCRIPTION and needs_prescription(product.controlled_class):
        return _is_complete(papers)
    return True


def _is_complete(papers: Papers) -> bool:
    slip = papers.prescription
    return slip is not None and all(
        text.strip() for text in (slip.number, slip.prescriber, slip.patient_reference)
    )


_REFUSALS: dict[Need, type[DomainError]] = {
    Need.PRESCRIPTION: PrescriptionRequired,
    Need.COSIGNER: SecondSignatureRequired,
    Need.SUPPLIER: SupplierRequired,
}


def _problem(need: Need, movement: StockMovement, product: Product) -> FieldProblem:
    path = f"lines.{movement.line}"
    named = {"product": product}
    if need is Need.PRESCRIPTION:
        detail = _("%(product)s: give the prescription's number, prescriber and patient.")
        return FieldProblem(f"{path}.prescription", "prescription_required", detail % named)
    if need is Need.SUPPLIER:
        detail = _("%(product)s: name the supplier.")
        return FieldProblem(path, "supplier_required", detail % named)
    detail = _("%(product)s is controlled: send this as a request for a second signature.")
    return FieldProblem(path, "second_signature_required", detail % named)
