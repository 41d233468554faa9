"""What happens to batches besides moving: held back, released, corrected, kept too warm.

Every such thing is a row of the append-only `BatchEvent` and an audit entry; the batch's status is
what the last of them made it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.audit import Actor
from core.errors import FieldProblem
from inventory.errors import (
    BatchAlreadyExists,
    BatchNotFound,
    BatchTransitionRefused,
    InvalidBatchEvent,
)
from inventory.models import Batch, BatchEvent, BatchEventKind, BatchStatus, Recall
from inventory.services.alerts import alerts_refresh
from inventory.services.ledger import BATCH_SIZE, LockedStock, stock_lock
from inventory.services.stock import batch_number_clean

# What is done -> state before -> state after. Whatever is not here is refused.
TRANSITIONS: dict[BatchEventKind, dict[str, BatchStatus]] = {
    BatchEventKind.QUARANTINE: {BatchStatus.RELEASED: BatchStatus.QUARANTINED},
    BatchEventKind.RELEASE: {BatchStatus.QUARANTINED: BatchStatus.RELEASED},
    BatchEventKind.RECALL: {
        BatchStatus.RELEASED: BatchStatus.RECALLED,
        BatchStatus.QUARANTINED: BatchStatus.RECALLED,
    },
    # A recall called by mistake: a second look is taken before the goods are handed out again.
    BatchEventKind.RECALL_LIFTED: {BatchStatus.RECALLED: BatchStatus.QUARANTINED},
}


@transaction.atomic
def batch_quarantine(*, actor: Actor, now: datetime, batch_id: int, reason: str) -> None:
    """Hold a batch back, wherever it is. Raises BatchNotFound, BatchTransitionRefused."""
    _change(actor, now, batch_id, BatchEventKind.QUARANTINE, reason)


@transaction.atomic
def batch_release(*, actor: Actor, now: datetime, batch_id: int, reason: str) -> None:
    """Let a quarantined batch be handed out again. Raises as `batch_quarantine`."""
    _change(actor, now, batch_id, BatchEventKind.RELEASE, reason)


@transaction.atomic
def batch_recall_lift(*, actor: Actor, now: datetime, batch_id: int, reason: str) -> None:
    """A recalled batch goes into quarantine, to be released from there. Raises likewise."""
    _change(actor, now, batch_id, BatchEventKind.RECALL_LIFTED, reason)


@transaction.atomic
def batch_correct(
    *,
    actor: Actor,
    now: datetime,
    batch_id: int,
    number: str,
    expiry_date: date | None,
    reason: str,
) -> None:
    """Write the batch's number and expiry as they are printed on the goods.

    Raises BatchNotFound, InvalidBatchEvent (nothing would change), BatchAlreadyExists: the product
    has a batch with these very details; its id is named, and goods are moved into it by repacking.
    """
    stock, (batch,) = _locked([batch_id])
    number = batch_number_clean(number)
    if (number, expiry_date) == (batch.number, batch.expiry_date):
        raise InvalidBatchEvent(_("The batch has these details already."))
    twin = Batch.objects.filter(
        product_id=batch.product_id, number=number, expiry_date=expiry_date
    ).first()
    if twin is not None:
        raise BatchAlreadyExists(
            _("It is batch %(id)d; repack the goods into it.") % {"id": twin.pk},
            extra={"batch_id": twin.pk},
        )
    BatchEvent.objects.create(
        batch=batch,
        kind=BatchEventKind.CORRECTION,
        reason=reason,
        number_before=batch.number,
        number_after=number,
        expiry_before=batch.expiry_date,
        expiry_after=expiry_date,
        occurred_at=now,
        actor_id=actor.id,
    )
    changes = {
        "number": [batch.number, number],
        "expiry_date": [batch.expiry_date, expiry_date],
    }
    batch.number, batch.expiry_date = number, expiry_date
    batch.save(update_fields=["number", "expiry_date"])
    audit.record(
        actor=actor, action="inventory.batch_corrected", subject=batch, changes=changes,
        reason=reason, occurred_at=now,
    )  # fmt: skip
    alerts_refresh(products=list(stock.products.values()), now=now)


@transaction.atomic
def excursion_record(
    *,
    actor: Actor,
    now: datetime,
    batch_ids: Sequence[int],
    min_celsius: Decimal,
    max_celsius: Decimal,
    minutes: int,
    action_taken: str,
    reason: str,
    occurred_at: datetime | None = None,
    quarantine: bool = False,
) -> None:
    """Note that cold-chain batches were kept too warm or too cold.

    min_celsius, max_celsius: measured, in degrees Celsius; minutes: how long, > 0; quarantine: hold
    back those that are not held back yet. Raises BatchNotFound, InvalidBatchEvent (not of the cold
    chain, impossible figures, a moment to come). A constant number of queries.
    """
    _refuse_impossible(min_celsius, max_celsius, minutes, occurred_at, now)
    stock, batches = _locked(batch_ids)
    warm = [batch for batch in batches if not stock.products[batch.product_id].cold_chain]
    if warm:
        raise InvalidBatchEvent(
            errors=[
                FieldProblem(
                    "batch_ids",
                    "not_cold_chain",
                    _("Batch %(id)d is not kept cold.") % {"id": b.pk},
                )
                for b in warm
            ]
        )
    BatchEvent.objects.bulk_create(
        BatchEvent(
            batch=batch,
            kind=BatchEventKind.TEMPERATURE_EXCURSION,
            reason=reason,
            min_celsius=min_celsius,
            max_celsius=max_celsius,
            minutes=minutes,
            action_taken=action_taken,
            occurred_at=occurred_at or now,
            actor_id=actor.id,
        )
        for batch in batches
    )
    audit.record(
        actor=actor,
        action="inventory.temperature_excursion_noted",
        subject=batches[0],
        changes={
            "batch_ids": [batch.pk for batch in batches],
            "celsius": [min_celsius, max_celsius],
            "minutes": minutes,
            "action_taken": action_taken,
        },
        reason=reason,
        occurred_at=now,
    )
    released = [batch for batch in batches if batch.status == BatchStatus.RELEASED]
    if quarantine and released:
        status_change(
            actor=actor, now=now, stock=stock, batches=released,
            kind=BatchEventKind.QUARANTINE, reason=reason,
        )  # fmt: skip


def status_change(
    *,
    actor: Actor,
    now: datetime,
    stock: LockedStock,
    batches: Sequence[Batch],
    kind: BatchEventKind,
    reason: str,
    recall: Recall | None = None,
) -> None:
    """Move batches of locked products on by the table; a constant number of queries.

    Raises BatchTransitionRefused naming the first batch that is in another state.
    """
    for batch in batches:
        target = TRANSITIONS[kind].get(batch.status)
        if target is None:
            raise BatchTransitionRefused(
                _("Batch %(batch)s is %(status)s.")
                % {"batch": batch, "status": batch.get_status_display()}
            )
        batch.status, batch.status_reason = target, reason
        batch.status_at, batch.status_by_id = now, actor.id
    Batch.objects.bulk_update(
        batches, ["status", "status_reason", "status_at", "status_by"], batch_size=BATCH_SIZE
    )
    BatchEvent.objects.bulk_create(
        (
            BatchEvent(
                batch=batch, kind=kind, reason=reason, recall=recall, occurred_at=now,
                actor_id=actor.id,
            )
            for batch in batches
        ),
        batch_size=BATCH_SIZE,
    )  # fmt: skip
    audit.record(
        actor=actor,
        action=f"inventory.batch_{kind}",
        subject=recall or batches[0],
        changes={"batch_ids": [batch.pk for batch in batches], "status": batches[0].status},
        reason=reason,
        occurred_at=now,
    )
    alerts_refresh(products=list(stock.products.values()), now=now)


def _change(actor: Actor, now: datetime, batch_id: int, kind: BatchEventKind, reason: str) -> None:
    stock, batches = _locked([batch_id])
    status_change(actor=actor, now=now, stock=stock, batches=batches, kind=kind, reason=reason)


def _locked(batch_ids: Collection[int]) -> tuple[LockedStock, list[Batch]]:
    """The batches, read once their products' stock is locked. Raises BatchNotFound."""
    wanted = Batch.objects.filter(pk__in=batch_ids)
    stock = stock_lock(wanted.values_list("product_id", flat=True))
    batches = list(wanted.filter(product_id__in=stock.products).order_by("pk"))
    if not batches or len(batches) != len(set(batch_ids)):
        raise BatchNotFound
    return stock, batches


def _refuse_impossible(
    low: Decimal, high: Decimal, minutes: int, occurred_at: datetime | None, now: datetime
) -> None:
    problems = []
    if high < low:
        problems.append(
            FieldProblem("max_celsius", "below_minimum", _("Give the higher figure here."))
        )
    if minutes <= 0:
        problems.append(FieldProblem("minutes", "not_positive", _("Give a number above 0.")))
    if occurred_at is not None and occurred_at > now:
        problems.append(FieldProblem("occurred_at", "in_future", _("Give a moment in the past.")))
    if problems:
        raise InvalidBatchEvent(errors=problems)
