"""Returns to suppliers: from the draft to the van that takes them.

draft -> approved -> dispatched -> credited, or closed without (all of) the credit. Stock leaves
when it is dispatched, at cost; the credit expected then lowers what is owed. What the credit note
says otherwise is posted when it comes (services.credit_notes).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import F, Sum
from django.utils.translation import gettext as _

from capital.public import SUPPLIER_PARTY, Posting, SystemAccount, entry_post
from core import audit, outbox
from core.audit import Actor
from core.db import lock
from core.errors import FieldProblem
from core.models import local_date
from core.money import format_money
from core.numbering import next_number
from core.states import next_state
from inventory.public import SupplierReturnLine as StockReturnLine
from inventory.public import stock_return_out, stock_reverse
from purchases.errors import (
    ReasonRequired,
    SupplierNotFound,
    SupplierReturnInvalid,
    SupplierReturnNotFound,
    SupplierReturnStateRefused,
)
from purchases.events import ReturnDispatched
from purchases.models import ReturnState, Supplier, SupplierReturn, SupplierReturnLine
from purchases.people import person_of, reason_given
from purchases.services.invoices.posting import payable_line
from purchases.services.returns.controlled import cancel_signed, refuse_alone
from purchases.services.returns.lines import ReturnLineFacts, lines_of
from purchases.states import RETURN_TRANSITIONS, ReturnAction

RETURN_SOURCE = "purchases.supplier_return"
CANCELLED_RETURN_SOURCE = "purchases.supplier_return_cancelled"
CLOSED_KIND = "supplier_return_closed"
ZERO = Decimal(0)


@transaction.atomic
def return_create(
    *,
    actor: Actor,
    now: datetime,
    supplier_id: int,
    lines: Sequence[ReturnLineFacts],
    note: str = "",
) -> SupplierReturn:
    """Draft a return. Nothing moves yet; a line past its window is flagged, not refused.

    Raises SupplierNotFound, SupplierReturnInvalid (errors per line).
    """
    supplier = Supplier.objects.filter(pk=supplier_id).first()
    if supplier is None:
        raise SupplierNotFound
    returned = SupplierReturn(supplier=supplier, requested_by_id=person_of(actor))
    _fill(returned, lines, note=note, now=now)
    audit.record(
        actor=actor,
        action="purchases.return_drafted",
        subject=returned,
        changes={"expected_credit": format_money(returned.expected_credit)},
    )
    return returned


@transaction.atomic
def return_update(
    *,
    actor: Actor,
    now: datetime,
    return_id: int,
    lines: Sequence[ReturnLineFacts],
    note: str = "",
) -> SupplierReturn:
    """State a return that is not dispatched anew; it is a draft again, and the actor's.

    Raises SupplierReturnNotFound, SupplierReturnStateRefused, SupplierReturnInvalid.
    """
    returned = return_locked(return_id)
    before = [returned.state, format_money(returned.expected_credit)]
    _step(returned, ReturnAction.EDIT)
    returned.approved_by_id, returned.approved_at, returned.approval_reason = None, None, ""
    returned.requested_by_id = person_of(actor)
    _fill(returned, lines, note=note, now=now)
    audit.record(
        actor=actor,
        action="purchases.return_changed",
        subject=returned,
        changes={
            "before": before,
            "after": [returned.state, format_money(returned.expected_credit)],
        },
    )
    return returned


@transaction.atomic
def return_approve(
    *, actor: Actor, now: datetime, return_id: int, reason: str = ""
) -> SupplierReturn:
    """Let the goods go. reason: required where the supplier need not take some of them today.

    Raises SupplierReturnNotFound, SupplierReturnStateRefused, ReasonRequired, ReturnNeedsTwo (of
    controlled products, by who stated it).
    """
    returned = return_locked(return_id)
    before = returned.state
    _step(returned, ReturnAction.APPROVE)
    refuse_alone(returned, actor=actor)
    late = _flag_outside_windows(returned, now=now)
    if late and not reason.strip():
        raise ReasonRequired(
            errors=[
                FieldProblem(
                    f"lines.{line.position - 1}",
                    "outside_window",
                    _("The supplier need not take it back today; say why it goes all the same."),
                )
                for line in late
            ]
        )
    returned.approved_by_id, returned.approved_at = actor.id, now
    returned.approval_reason = reason.strip()
    returned.save()
    audit.record(
        actor=actor,
        action="purchases.return_approved",
        subject=returned,
        changes={"state": [before, returned.state], "outside_window": len(late)},
        reason=reason,
    )
    return returned


@transaction.atomic
def return_dispatch(
    *, actor: Actor, now: datetime, return_id: int, reference: str = ""
) -> SupplierReturn:
    """Take the goods off the shelves; what is to be credited for them is owed no more.

    reference: of the driver's or carrier's paper. Publishes ReturnDispatched.

    Raises SupplierReturnNotFound, SupplierReturnStateRefused, and what inventory refuses
    (InsufficientStock, StockReserved, ReturnExceeded).
    """
    returned = return_locked(return_id)
    before = returned.state
    _step(returned, ReturnAction.DISPATCH)
    lines = list(returned.lines.select_related("receipt_line").order_by("position"))
    effects = stock_return_out(
        actor=actor,
        now=now,
        source_type=RETURN_SOURCE,
        source_id=str(returned.pk),
        lines=[
            StockReturnLine(
                line=line.position,
                batch_id=line.batch_id,
                quantity=line.quantity,
                credit=line.expected_credit,
                movement_id=None if line.receipt_line is None else line.receipt_line.movement_id,
                location_id=line.location_id,
            )
            for line in lines
        ],
        party_type=SUPPLIER_PARTY,
        party_id=str(returned.supplier_id),
        party_name=returned.supplier.name,
    )
    moved = {effect.line: effect for effect in effects}
    for line in lines:
        line.cost = moved[line.position].cost
        line.movement_id = moved[line.position].movement_id
    SupplierReturnLine.objects.bulk_update(lines, ["cost", "movement_id"])
    returned.dispatched_by_id, returned.dispatched_at = actor.id, now
    returned.dispatch_reference = reference.strip()
    returned.save()
    outbox.publish(
        ReturnDispatched(
            return_id=returned.pk,
            number=returned.number,
            supplier_id=returned.supplier_id,
            supplier_name=returned.supplier.name,
            expected_credit=returned.expected_credit,
        )
    )
    audit.record(
        actor=actor,
        action="purchases.return_dispatched",
        subject=returned,
        changes={
            "state": [before, returned.state],
            "cost": format_money(sum((line.cost or ZERO for line in lines), ZERO)),
            "expected_credit": format_money(returned.expected_credit),
        },
    )
    return returned


@transaction.atomic
def return_close(*, actor: Actor, now: datetime, return_id: int, reason: str) -> SupplierReturn:
    """Expect no more credit: what has not been credited is owed again and a loss.

    Raises SupplierReturnNotFound, SupplierReturnStateRefused, ReasonRequired.
    """
    reason = reason_given(reason)
    returned = return_locked(return_id)
    before = returned.state
    _step(returned, ReturnAction.CLOSE)
    lost = credit_outstanding(returned)
    if lost:
        entry_post(
            actor=actor,
            now=now,
            source_type=RETURN_SOURCE,
            source_id=str(returned.pk),
            kind=CLOSED_KIND,
            postings=[
                Posting(account=SystemAccount.PURCHASE_PRICE_DIFFERENCE, debit=lost),
                payable_line(-lost, supplier_id=returned.supplier_id),
            ],
            memo=reason,
        )
    _end(returned, actor=actor, now=now, reason=reason)
    audit.record(
        actor=actor,
        action="purchases.return_closed",
        subject=returned,
        changes={"state": [before, returned.state], "lost": format_money(lost)},
        reason=reason,
    )
    return returned


@transaction.atomic
def return_cancel(
    *, actor: Actor, now: datetime, return_id: int, reason: str, may_sign: bool = False
) -> SupplierReturn:
    """Give a return up. Of one that was dispatched, and not credited, the goods are back: stock
    and money are as if it had never left.

    A dispatch of controlled products is taken back by two: the first call asks for it and leaves
    it `dispatched`, the second, by somebody else who may sign (``may_sign``), does it.

    Raises SupplierReturnNotFound, SupplierReturnStateRefused, ReasonRequired, ReversalRefused,
    ReturnNeedsTwo, ReturnSignatureForbidden.
    """
    reason = reason_given(reason)
    returned = return_locked(return_id)
    before = returned.state
    target = next_state(RETURN_TRANSITIONS, before, ReturnAction.CANCEL, SupplierReturnStateRefused)
    if before == ReturnState.DISPATCHED:
        _refuse_credited(returned)
        if not cancel_signed(returned, actor=actor, now=now, reason=reason, may_sign=may_sign):
            return returned
        _take_back(returned, actor=actor, now=now, reason=reason)
    returned.state = target
    _end(returned, actor=actor, now=now, reason=reason)
    audit.record(
        actor=actor,
        action="purchases.return_cancelled",
        subject=returned,
        changes={"state": [before, returned.state]},
        reason=reason,
    )
    return returned


def credit_outstanding(returned: SupplierReturn) -> Decimal:
    """Money of the expected credit that no credit note has answered yet.

    A note answers what it gives, and what it was final about without giving it.
    """
    notes = returned.notes.filter(reversed_at__isnull=True)
    answered = notes.aggregate(
        answered=Sum(F("amount") - F("tax") - F("difference"), default=ZERO)
    )["answered"]
    return returned.expected_credit - answered


def return_locked(return_id: int) -> SupplierReturn:
    """The return, locked. Raises SupplierReturnNotFound."""
    found = lock(SupplierReturn.objects.select_related("supplier").filter(pk=return_id))
    if not found:
        raise SupplierReturnNotFound
    return found[0]


def _step(returned: SupplierReturn, action: ReturnAction) -> None:
    returned.state = next_state(
        RETURN_TRANSITIONS, returned.state, action, SupplierReturnStateRefused
    )


def _fill(
    returned: SupplierReturn, stated: Sequence[ReturnLineFacts], *, note: str, now: datetime
) -> None:
    lines, problems = lines_of(
        stated, supplier_id=returned.supplier_id, today=local_date(now), besides=returned.pk
    )
    if problems:
        raise SupplierReturnInvalid(errors=problems)
    returned.note = note.strip()
    returned.expected_credit = sum((line.expected_credit for line in lines), ZERO)
    if returned.pk is None:
        returned.number = next_number("SR", on=local_date(now))
    else:
        returned.lines.all().delete()
    returned.save()
    for line in lines:
        line.supplier_return = returned
    SupplierReturnLine.objects.bulk_create(lines)


def _flag_outside_windows(returned: SupplierReturn, *, now: datetime) -> list[SupplierReturnLine]:
    """The lines whose window is over, or has not begun, today; flagged so."""
    today = local_date(now)
    lines = list(returned.lines.order_by("position"))
    for line in lines:
        if line.last_day is not None and today > line.last_day:
            line.outside_window = True
    SupplierReturnLine.objects.bulk_update(lines, ["outside_window"])
    return [line for line in lines if line.outside_window]


def _refuse_credited(returned: SupplierReturn) -> None:
    if returned.credited:
        raise SupplierReturnStateRefused(_("Part of it has been credited; close it instead."))


def _take_back(returned: SupplierReturn, *, actor: Actor, now: datetime, reason: str) -> None:
    stock_reverse(
        actor=actor,
        now=now,
        source_type=CANCELLED_RETURN_SOURCE,
        source_id=str(returned.pk),
        undoes=(RETURN_SOURCE, str(returned.pk)),
        reason=reason,
        cosigner_id=returned.cancel_requested_by_id,
    )
    returned.lines.update(cost=None, movement_id=None)
    returned.dispatched_by_id, returned.dispatched_at = None, None


def _end(returned: SupplierReturn, *, actor: Actor, now: datetime, reason: str) -> None:
    returned.ended_by_id, returned.ended_at, returned.end_reason = actor.id, now, reason
    returned.save()
