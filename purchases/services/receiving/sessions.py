"""From the first box to the goods receipt: starting, checking, posting or giving up a receiving."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.audit import Actor
from core.db import lock
from core.errors import FieldProblem
from core.models import local_date
from core.numbering import next_number
from core.states import next_state
from purchases.constraints import refusing
from purchases.errors import (
    OrderStateRefused,
    ReceiptRefused,
    ReceivingAlreadyOpen,
    ReceivingNotFound,
    ReceivingRefused,
    ReceivingStateRefused,
)
from purchases.models import (
    OPEN_RECEIVINGS,
    GoodsReceipt,
    Receiving,
    ReceivingLine,
    ReceivingScan,
    ReceivingTerms,
)
from purchases.people import person_of, reason_given
from purchases.services.receipts.deliveries import Batch, Checks, Delivery, Leave
from purchases.services.receipts.receipts import goods_receive, order_lock
from purchases.states import (
    ORDER_TRANSITIONS,
    RECEIVING_TRANSITIONS,
    OrderAction,
    ReceivingAction,
)

_PLACE = re.compile(r"^lines\.(\d+)\.batches\.(\d+)")
_ORDER_LINE = re.compile(r"^lines\.(\d+)")


@transaction.atomic
def receiving_start(
    *, actor: Actor, now: datetime, order_id: int, delivery_note: str = ""
) -> Receiving:
    """Begin to take in a delivery on an order.

    Raises OrderNotFound, OrderStateRefused, ReceivingAlreadyOpen (extra: its id).
    """
    order = order_lock(order_id)
    next_state(ORDER_TRANSITIONS, order.state, OrderAction.RECEIVE_PART, OrderStateRefused)
    under_way = Receiving.objects.filter(order=order, state__in=OPEN_RECEIVINGS).first()
    if under_way is not None:
        raise ReceivingAlreadyOpen(
            _("It is %(number)s: go on there.") % {"number": under_way.number},
            extra={"receiving_id": under_way.pk},
        )
    with refusing({"purchases_receiving_one_open": ReceivingAlreadyOpen}):
        receiving = Receiving.objects.create(
            number=next_number("RCV", on=local_date(now)),
            order=order,
            delivery_note=delivery_note.strip(),
            started_at=now,
            started_by_id=person_of(actor),
        )
    audit.record(
        actor=actor,
        action="purchases.receiving_started",
        subject=receiving,
        changes={"order": order.number},
        occurred_at=now,
    )
    return receiving


@transaction.atomic
def receiving_inspect(*, actor: Actor, now: datetime, receiving_id: int) -> Receiving:
    """All is scanned: from now on the goods are checked, and no more are added.

    Raises ReceivingNotFound, ReceivingStateRefused.
    """
    return _move(receiving_id, ReceivingAction.INSPECT, actor=actor, now=now)


@transaction.atomic
def receiving_resume(*, actor: Actor, now: datetime, receiving_id: int) -> Receiving:
    """There is more to be scanned after all. Raises ReceivingNotFound, ReceivingStateRefused."""
    return _move(receiving_id, ReceivingAction.RESUME, actor=actor, now=now)


@transaction.atomic
def receiving_cancel(*, actor: Actor, now: datetime, receiving_id: int, reason: str) -> Receiving:
    """Give a receiving up: nothing of it came in. Its serial numbers may be scanned again.

    Raises ReceivingNotFound, ReceivingStateRefused, ReasonRequired.
    """
    receiving = receiving_lock(receiving_id, ReceivingAction.CANCEL)
    reason = reason_given(reason)
    receiving.closed_at, receiving.closed_by_id = now, actor.id
    receiving.cancel_reason = reason
    ReceivingScan.objects.filter(receiving=receiving, undone_at__isnull=True).update(undone_at=now)
    return _write(receiving, ReceivingAction.CANCEL, actor=actor, now=now)


@transaction.atomic
def receiving_post(*, actor: Actor, now: datetime, receiving_id: int, leave: Leave) -> GoodsReceipt:
    """Make the goods receipt of what was taken in; see `goods_receive`.

    Raises ReceivingNotFound, ReceivingStateRefused, ReceivingRefused (nothing was taken in),
    ReceiptRefused with errors by the receiving's lines, and what `goods_receive` raises.
    """
    receiving = receiving_lock(receiving_id, ReceivingAction.POST)
    lines = list(receiving.lines.order_by("line"))
    terms = {row.order_line_id: row for row in receiving.terms.all()}
    _refuse_empty(lines, terms)
    groups: dict[int, list[ReceivingLine]] = {}
    for line in lines:
        groups.setdefault(line.order_line_id, []).append(line)
    try:
        receipt = goods_receive(
            actor=actor,
            now=now,
            order_id=receiving.order_id,
            deliveries=[_delivery(group, terms.get(pk)) for pk, group in groups.items()],
            delivery_note=receiving.delivery_note,
            leave=leave,
        )
    except ReceiptRefused as refused:
        problems = [_renamed(problem, groups) for problem in refused.errors]
        raise ReceiptRefused(errors=problems) from refused
    _link([line for group in groups.values() for line in group], receipt)
    receiving.receipt = receipt
    receiving.closed_at, receiving.closed_by_id = now, actor.id
    _write(receiving, ReceivingAction.POST, actor=actor, now=now)
    return receipt


def receiving_lock(receiving_id: int, action: ReceivingAction) -> Receiving:
    """The receiving, locked, in a state that allows `action`.

    Raises ReceivingNotFound, ReceivingStateRefused.
    """
    found = lock(Receiving.objects.select_related("order__supplier").filter(pk=receiving_id))
    if not found:
        raise ReceivingNotFound
    next_state(RECEIVING_TRANSITIONS, found[0].state, action, ReceivingStateRefused)
    return found[0]


def _move(receiving_id: int, action: ReceivingAction, *, actor: Actor, now: datetime) -> Receiving:
    return _write(receiving_lock(receiving_id, action), action, actor=actor, now=now)


def _write(
    receiving: Receiving, action: ReceivingAction, *, actor: Actor, now: datetime
) -> Receiving:
    before = receiving.state
    receiving.state = next_state(RECEIVING_TRANSITIONS, before, action, ReceivingStateRefused)
    receiving.save()
    audit.record(
        actor=actor,
        action=f"purchases.receiving_{action}",
        subject=receiving,
        changes={"state": [before, receiving.state]},
        reason=receiving.cancel_reason,
        occurred_at=now,
    )
    return receiving


def _refuse_empty(lines: Sequence[ReceivingLine], terms: Mapping[int, ReceivingTerms]) -> None:
    if not lines:
        raise ReceivingRefused(
            errors=[FieldProblem("lines", "required", _("Nothing was scanned or entered yet."))]
        )
    arrived = {line.order_line_id for line in lines}
    problems = [
        FieldProblem(
            f"terms.{pk}",
            "nothing_arrived",
            _("Nothing of this order line was taken in: leave it out, or cancel it on the order."),
        )
        for pk in terms
        if pk not in arrived
    ]
    if problems:
        raise ReceivingRefused(errors=problems)


def _delivery(lines: Sequence[ReceivingLine], terms: ReceivingTerms | None) -> Delivery:
    batches = tuple(_batch(line) for line in lines)
    if terms is None:
        return Delivery(order_line_id=lines[0].order_line_id, batches=batches)
    return Delivery(
        order_line_id=terms.order_line_id,
        batches=batches,
        invoice_price=terms.invoice_price,
        invoice_amount=terms.invoice_amount,
        close_rest=terms.close_rest,
        reason=terms.reason,
    )


def _batch(line: ReceivingLine) -> Batch:
    return Batch(
        quantity=line.quantity,
        batch_number=line.batch_number,
        expiry_date=line.expiry_date,
        location_id=line.location_id,
        product_id=line.product_id,
        counts_as=line.counted_quantity,
        substitution_reason=line.substitution_reason,
        quarantine=line.quarantine,
        checks=Checks(
            temperature_celsius=line.temperature_celsius,
            packaging_intact=line.packaging_intact,
            seals_intact=line.seals_intact,
            leaflet_readable=line.leaflet_readable,
        ),
    )


def _renamed(problem: FieldProblem, groups: Mapping[int, list[ReceivingLine]]) -> FieldProblem:
    """The problem, told of the receiving's line, or of the terms of the order line."""
    in_order = list(groups.items())

    def of_batch(match: re.Match[str]) -> str:
        return f"lines.{in_order[int(match[1])][1][int(match[2])].line}"

    field = _PLACE.sub(of_batch, problem.field)
    if field == problem.field:
        field = _ORDER_LINE.sub(lambda match: f"terms.{in_order[int(match[1])][0]}", field)
    return FieldProblem(field, problem.code, problem.detail)


def _link(lines: Sequence[ReceivingLine], receipt: GoodsReceipt) -> None:
    """Receipt lines are numbered from 1 in the order in which the batches were given."""
    made = dict(receipt.lines.values_list("line", "pk"))
    for number, line in enumerate(lines, start=1):
        line.receipt_line_id = made[number]
    ReceivingLine.objects.bulk_update(lines, ["receipt_line"])
