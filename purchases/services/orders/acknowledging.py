"""What suppliers answer to orders: when they will deliver, what of it, and at which price."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, outbox
from core.audit import Actor
from core.errors import FieldProblem
from core.models import local_date
from purchases.errors import AcknowledgementRefused
from purchases.events import OrderAcknowledged
from purchases.models import (
    AcknowledgedLine,
    OrderAcknowledgement,
    PurchaseOrder,
    PurchaseOrderLine,
)
from purchases.people import person_of
from purchases.services.orders.steps import locked_order, state_after
from purchases.states import OrderAction


@dataclass(frozen=True, slots=True, kw_only=True)
class LineAnswer:
    """What the supplier said of one line; None: as ordered.

    packs: it will deliver, 0 is nothing; free_packs: of them, on top; pack_price: money per pack,
    before the discount; promised_date: where it differs from the order's.
    """

    line_id: int
    packs: int | None = None
    free_packs: int | None = None
    pack_price: Decimal | None = None
    promised_date: date | None = None


@transaction.atomic
def order_acknowledge(
    *,
    actor: Actor,
    now: datetime,
    order_id: int,
    promised_date: date | None = None,
    reference: str = "",
    note: str = "",
    lines: Sequence[LineAnswer] = (),
) -> OrderAcknowledgement:
    """Keep a supplier's answer. Lines that are not named were confirmed as ordered.

    Nothing of the order changes but the days it is expected on: where the answer differs, a
    person amends the order or lets the supplier know. An order promised for later than it would
    expire is waited for. Publishes OrderAcknowledged.

    Raises OrderNotFound, OrderStateRefused, AcknowledgementRefused (errors per field).
    """
    order = locked_order(order_id)
    state = state_after(order, OrderAction.ACKNOWLEDGE)
    known = {line.pk: line for line in order.lines.all()}
    _refuse_faulty(promised_date, lines, known, today=local_date(now))
    answers = {answer.line_id: answer for answer in lines}
    acknowledgement = OrderAcknowledgement.objects.create(
        order=order,
        revision=order.revision,
        reference=reference.strip(),
        promised_date=promised_date,
        note=note.strip(),
        acknowledged_at=now,
        recorded_by_id=person_of(actor),
    )
    confirmed = AcknowledgedLine.objects.bulk_create(
        _answered(acknowledgement, line, answers.get(line.pk, LineAnswer(line_id=line.pk)))
        for line in known.values()
        if line.wanted_quantity
    )
    _expect(order, known, answers, promised_date)
    before, order.state, order.acknowledged_at = order.state, state, now
    order.save()
    differences = sum(line.differs for line in confirmed)
    outbox.publish(
        OrderAcknowledged(
            order_id=order.pk,
            number=order.number,
            supplier_name=order.supplier.name,
            requested_by_id=order.proposal.requested_by_id,
            recorded_by_id=person_of(actor),
            promised_date=promised_date.isoformat() if promised_date else "",
            differences=differences,
        )
    )
    audit.record(
        actor=actor,
        action="purchases.order_acknowledged",
        subject=order,
        changes={
            "state": [before, order.state],
            "promised_date": promised_date,
            "reference": acknowledgement.reference,
            "differences": differences,
        },
    )
    return acknowledgement


def _refuse_faulty(
    promised_date: date | None,
    answers: Sequence[LineAnswer],
    known: Mapping[int, PurchaseOrderLine],
    *,
    today: date,
) -> None:
    past = _("A delivery is promised for today or a day to come.")
    problems = []
    if promised_date is not None and promised_date < today:
        problems.append(FieldProblem("promised_date", "in_the_past", past))
    seen: set[int] = set()
    for index, answer in enumerate(answers):
        field = f"lines.{index}"
        line = known.get(answer.line_id)
        if line is None or not line.wanted_quantity:
            detail = _("This order has no such line, or it was cancelled.")
            problems.append(FieldProblem(f"{field}.line_id", "unknown", detail))
        elif answer.line_id in seen:
            detail = _("Name each line once.")
            problems.append(FieldProblem(f"{field}.line_id", "duplicate", detail))
        seen.add(answer.line_id)
        if answer.promised_date is not None and answer.promised_date < today:
            problems.append(FieldProblem(f"{field}.promised_date", "in_the_past", past))
    if problems:
        raise AcknowledgementRefused(errors=problems)


def _answered(
    acknowledgement: OrderAcknowledgement, line: PurchaseOrderLine, answer: LineAnswer
) -> AcknowledgedLine:
    return AcknowledgedLine(
        acknowledgement=acknowledgement,
        order_line=line,
        packs=line.packs if answer.packs is None else answer.packs,
        free_packs=line.free_packs if answer.free_packs is None else answer.free_packs,
        pack_price=line.pack_price if answer.pack_price is None else answer.pack_price,
        ordered_packs=line.packs,
        ordered_free_packs=line.free_packs,
        ordered_pack_price=line.pack_price,
        promised_date=answer.promised_date,
    )


def _expect(
    order: PurchaseOrder,
    lines: Mapping[int, PurchaseOrderLine],
    answers: Mapping[int, LineAnswer],
    promised_date: date | None,
) -> None:
    """Wait for the order, and for single lines of it, on the days that were promised."""
    if promised_date is not None:
        order.promised_date = order.expected_date = promised_date
    for line in lines.values():
        answer = answers.get(line.pk)
        line.promised_date = answer.promised_date if answer else None
    PurchaseOrderLine.objects.bulk_update(lines.values(), ["promised_date"])
    days = [line.promised_date for line in lines.values() if line.promised_date]
    _wait_until(order, max([order.expected_date, *days]))


def _wait_until(order: PurchaseOrder, last_day: date) -> None:
    """Let the order not expire before the last promised day is over."""
    if order.expires_at is None:
        return
    midnight = datetime.combine(
        last_day + timedelta(days=1), time.min, ZoneInfo(settings.PHARMACY_TIME_ZONE)
    )
    if order.expires_at < midnight:
        order.expires_at = midnight + timedelta(days=settings.ORDER_VALIDITY_DAYS)
