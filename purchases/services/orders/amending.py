"""Changing an order after it was placed; every change is a revision that is kept.

Goods on their way and the promised capital change with the order in one transaction, by exactly
the difference. Worked example: docs/flows/purchase-orders.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from capital.public import commitment_raise, commitment_release
from core import audit, outbox
from core.audit import Actor
from core.errors import FieldProblem
from core.models import local_date
from inventory.public import incoming_amend, incoming_cancel_lines, products_by_id
from purchases.errors import (
    AmendmentNeedsApproval,
    AmendmentRefused,
    OrderPartRefused,
    ProductNotPurchasable,
)
from purchases.events import OrderAmended
from purchases.models import (
    AmendmentKind,
    OrderAmendment,
    OrderAmendmentLine,
    OrderState,
    PurchaseOrder,
    PurchaseOrderLine,
)
from purchases.people import person_of, reason_given
from purchases.services.approvals.authority import growth_authority_require
from purchases.services.orders.line_changes import (
    FIGURES,
    LineChange,
    mixed_lines,
    requote,
    requote_cut,
)
from purchases.services.orders.ordering import order_cancel
from purchases.services.orders.steps import give_back, locked_order, state_after
from purchases.services.proposals.closing import proposal_follow_order
from purchases.services.proposals.proposals import PROPOSAL_SOURCE
from purchases.services.suppliers.limits import credit_use, refuse_size
from purchases.services.suppliers.price_gate import prices_lock
from purchases.states import OrderAction

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineAmendment:
    """What one line becomes. packs: bought, 0 takes the line out of the order.

    pack_price: money per pack, before the line's discount; None leaves it as it is.
    """

    line_id: int
    packs: int
    pack_price: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineCancellation:
    """What of one line will not come: base units, > 0; None is all that has not arrived."""

    line_id: int
    quantity: int | None = None


@transaction.atomic
def order_amend(
    *,
    actor: Actor,
    now: datetime,
    order_id: int,
    lines: Sequence[LineAmendment],
    reason: str,
    may_approve: bool,
    credit_override_reason: str = "",
    may_exceed_credit: bool = False,
) -> PurchaseOrder:
    """Change quantities or prices of lines of which nothing has arrived, or take them out.

    Lines that earn their free goods together with them are priced anew with them.

    Free goods and amounts follow from the deal the line was offered under: as it held when the
    order was placed, and as it holds today where there are to be more packs than ordered, so that
    a special that lapsed since gives nothing more. What grows needs whoever may approve purchases
    (``may_approve``) and who did not ask for the order, and capital that is available, and the
    supplier's credit (`credit_override_reason`: as in approvals). Fewer packs do not take an order
    below what the supplier accepts. What was sent and confirmed is to be sent again. Publishes
    OrderAmended.

    Raises OrderNotFound, OrderStateRefused, ReasonRequired, AmendmentRefused (errors per line),
    AmendmentNeedsApproval, what `growth_authority_require`, `refuse_size` and `credit_use` raise,
    ProductNotPurchasable, InsufficientCapital.
    """
    order = locked_order(order_id)
    state = state_after(order, OrderAction.AMEND)
    reason = reason_given(reason)
    known = _lines_of(order)
    changes = _amended(lines, known, today=local_date(now))
    growing = [change for change in changes if change.grows]
    if growing:
        _refuse_unauthorised(order, changes, actor, may_approve=may_approve)
        _refuse_unpurchasable([change.line for change in growing])
    if not any(line.wanted_quantity for line in known.values()):
        raise AmendmentRefused(
            errors=[
                FieldProblem("lines", "nothing_left", _("Cancel the order if nothing is wanted."))
            ]
        )
    money = sum((change.money for change in changes), ZERO)
    _refuse_terms(order, changes, money)
    _announce_goods(order, changes)
    if money > 0:
        credit_use(
            actor=actor, now=now, proposal=order.proposal, order=order, amount=money,
            override_reason=credit_override_reason, may_override=may_exceed_credit,
        )  # fmt: skip
    _write(order, changes, known, kind=AmendmentKind.AMENDED, state=state, reason=reason,
           actor=actor, now=now)  # fmt: skip
    _promise(order, money, actor=actor, now=now, reason=reason)
    return order


@transaction.atomic
def order_cancel_lines(
    *,
    actor: Actor,
    now: datetime,
    order_id: int,
    lines: Sequence[LineCancellation],
    reason: str,
) -> PurchaseOrder:
    """Cancel a part of what has not arrived: it is no longer incoming, its capital is free again.

    Free goods that other lines earned together with what is cancelled will not come either, where
    nothing of those lines has arrived. An order of which nothing is left to come ends: received as
    far as it came, or cancelled.
    Publishes OrderAmended.

    Raises OrderNotFound, OrderStateRefused, ReasonRequired, OrderPartRefused (errors per line).
    """
    order = locked_order(order_id)
    state = state_after(order, OrderAction.CANCEL_PART)
    reason = reason_given(reason)
    known = _lines_of(order)
    changes = _cancelled(lines, known)
    if not any(line.wanted_quantity for line in known.values()):
        return order_cancel(actor=actor, now=now, order_id=order_id, reason=reason)
    ends = not any(line.outstanding_quantity for line in known.values())
    if ends:
        state = state_after(order, OrderAction.RECEIVE_REST)
        order.closed_at = now
    _write(order, changes, known, kind=AmendmentKind.CANCELLED, state=state, reason=reason,
           actor=actor, now=now)  # fmt: skip
    _announce_goods(order, changes)
    if ends:
        give_back(order, actor=actor, now=now, reason=reason)
        proposal_follow_order(actor=actor, now=now, order=order)
    else:
        _promise(order, sum((change.money for change in changes), ZERO),
                 actor=actor, now=now, reason=reason)  # fmt: skip
    return order


def _lines_of(order: PurchaseOrder) -> dict[int, PurchaseOrderLine]:
    found = order.lines.select_related("order", "proposal_line__offer_line__offer")
    return {line.pk: line for line in found.order_by("position")}


def _amended(
    wanted: Sequence[LineAmendment], known: Mapping[int, PurchaseOrderLine], *, today: date
) -> list[LineChange]:
    """The lines, changed in memory, and those mixed with them where they change as well.

    Raises AmendmentRefused naming every one that cannot be so.
    """
    problems: list[FieldProblem] = []
    every = {pk: LineChange.of(line) for pk, line in known.items()}
    amended: dict[int, PurchaseOrderLine] = {}
    for index, amendment in enumerate(wanted):
        line = known.get(amendment.line_id)
        if line is None or line in amended.values():
            problems.append(_no_such_line(index, known=line is not None))
        elif problem := _refusal(index, line):
            problems.append(problem)
        else:
            _set(line, amendment)
            amended[index] = line
    if not problems:
        problems = _repriced(amended, every, today=today)
    changes = [change for change in every.values() if change.differs]
    if not problems and not changes:
        problems.append(FieldProblem("lines", "no_change", _("Nothing would be different.")))
    if problems:
        raise AmendmentRefused(errors=problems)
    return changes


def _repriced(
    amended: Mapping[int, PurchaseOrderLine], every: Mapping[int, LineChange], *, today: date
) -> list[FieldProblem]:
    """Free goods and amounts of the lines amended, by their place, and of their mixes."""
    problems = []
    done: set[int] = set()
    for index, line in amended.items():
        if line.pk in done:
            continue
        mix = [
            every[each.pk] for each in mixed_lines(line, [change.line for change in every.values()])
        ]
        done.update(change.line.pk for change in mix)
        if not requote(mix, today=today):
            problems.append(
                FieldProblem(
                    f"lines.{index}.packs",
                    "out_of_range",
                    _("Quantity or amount would be out of range."),
                )
            )
    return problems


def _no_such_line(index: int, *, known: bool) -> FieldProblem:
    field = f"lines.{index}.line_id"
    if known:
        return FieldProblem(field, "duplicate", _("Name each line once."))
    return FieldProblem(field, "unknown", _("This order has no such line."))


def _refusal(index: int, line: PurchaseOrderLine) -> FieldProblem | None:
    """Why the line cannot be changed any more, if it cannot."""
    if not (line.received_quantity or line.cancelled_quantity or line.over_quantity):
        return None
    return FieldProblem(
        f"lines.{index}.line_id",
        "not_untouched",
        _("Something of this line has arrived or was cancelled: cancel the rest instead."),
    )


def _set(line: PurchaseOrderLine, amendment: LineAmendment) -> None:
    """Packs and price as wanted; free goods and amount are still to follow."""
    if amendment.packs == 0:
        line.cancelled_quantity = line.ordered_quantity
        return
    line.pack_price = amendment.pack_price or line.pack_price
    line.bought_quantity = amendment.packs * line.purchase_units


def _cancelled(
    wanted: Sequence[LineCancellation], known: Mapping[int, PurchaseOrderLine]
) -> list[LineChange]:
    """The lines with less to come, in memory, and those mixed with them that earn less then.

    Raises OrderPartRefused.
    """
    problems: list[FieldProblem] = []
    every = {pk: LineChange.of(line) for pk, line in known.items()}
    seen: set[int] = set()
    for index, part in enumerate(wanted):
        line = known.get(part.line_id)
        if line is None or line.pk in seen:
            problems.append(_no_such_line(index, known=line is not None))
            continue
        seen.add(line.pk)
        quantity = line.outstanding_quantity if part.quantity is None else part.quantity
        if not 0 < quantity <= line.outstanding_quantity:
            problems.append(
                FieldProblem(
                    f"lines.{index}.quantity",
                    "more_than_outstanding",
                    _("%(open)d units are still to come.") % {"open": line.outstanding_quantity},
                )
            )
            continue
        line.cancelled_quantity += quantity
    if problems or not seen:
        raise OrderPartRefused(
            errors=problems or [FieldProblem("lines", "required", _("Say what will not come."))]
        )
    for mix in {known[pk].mix for pk in seen} - {None}:
        requote_cut([change for change in every.values() if change.line.mix == mix])
    return [change for change in every.values() if change.differs]


def _refuse_unauthorised(
    order: PurchaseOrder, changes: Sequence[LineChange], actor: Actor, *, may_approve: bool
) -> None:
    """What grows is approved anew: by the rules and limits that hold for so large a proposal."""
    if not may_approve:
        raise AmendmentNeedsApproval
    growth_authority_require(
        actor=actor,
        proposal=order.proposal,
        total=order.total + sum((change.money for change in changes), ZERO),
        products=products_by_id(set(order.lines.values_list("product_id", flat=True))).values(),
    )


def _refuse_terms(order: PurchaseOrder, changes: Sequence[LineChange], money: Decimal) -> None:
    """What is asked of the supplier anew is of a size it takes.

    A lower price alone, or a higher one, asks for nothing else than before.
    """
    if any(change.units for change in changes):
        prices_lock(order.supplier_id)
        refuse_size(order.proposal, order.total + money, before=order.total)


def _refuse_unpurchasable(lines: Sequence[PurchaseOrderLine]) -> None:
    products = products_by_id({line.product_id for line in lines})
    names = [product.name for product in products.values() if not product.purchasable]
    if names:
        raise ProductNotPurchasable(
            errors=[
                FieldProblem(
                    "lines",
                    "not_purchasable",
                    _("No longer bought: %(products)s.") % {"products": ", ".join(names)},
                )
            ]
        )


def _write(
    order: PurchaseOrder,
    changes: Sequence[LineChange],
    known: Mapping[int, PurchaseOrderLine],
    *,
    kind: AmendmentKind,
    state: str,
    reason: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Keep the revision and write the order as it is now."""
    before, total = order.state, order.total
    order.state, order.revision = state, order.revision + 1
    order.total = sum((line.wanted_amount for line in known.values()), ZERO)
    if order.state == OrderState.OPEN:
        order.sent_at = order.acknowledged_at = None
    order.save()
    PurchaseOrderLine.objects.bulk_update(
        [change.line for change in changes],
        ["bought_quantity", "free_quantity", "cancelled_quantity", "pack_price", "amount"],
    )
    amendment = OrderAmendment.objects.create(
        order=order,
        revision=order.revision,
        kind=kind,
        reason=reason,
        total_before=total,
        total_after=order.total,
        amended_at=now,
        amended_by_id=person_of(actor),
    )
    OrderAmendmentLine.objects.bulk_create(
        OrderAmendmentLine(
            amendment=amendment,
            order_line=change.line,
            **{f"{name}_before": change.before[name] for name in FIGURES},
            **{f"{name}_after": change.after[name] for name in FIGURES},
        )
        for change in changes
    )
    outbox.publish(
        OrderAmended(
            order_id=order.pk,
            number=order.number,
            supplier_name=order.supplier.name,
            requested_by_id=order.proposal.requested_by_id,
            amended_by_id=person_of(actor),
            revision=order.revision,
            total_before=total,
            total_after=order.total,
            reason=reason,
        )
    )
    audit.record(
        actor=actor,
        action=f"purchases.order_{'amended' if kind == AmendmentKind.AMENDED else 'cut'}",
        subject=order,
        changes={
            "revision": order.revision,
            "state": [before, order.state],
            "total": [total, order.total],
            "lines": len(changes),
        },
        reason=reason,
    )


def _announce_goods(order: PurchaseOrder, changes: Sequence[LineChange]) -> None:
    """What is on its way: other quantities, and what of lines will not come."""
    source = {"source_type": PROPOSAL_SOURCE, "source_id": str(order.proposal_id)}
    removed = {change.line.position: change.cut for change in changes if change.cut}
    kept = {
        change.line.position: change.line.ordered_quantity
        for change in changes
        if change.line.position not in removed
    }
    if kept:
        incoming_amend(quantities=kept, **source)
    if removed:
        incoming_cancel_lines(cancelled=removed, **source)


def _promise(
    order: PurchaseOrder, money: Decimal, *, actor: Actor, now: datetime, reason: str
) -> None:
    """Promise so much more (> 0) or less capital to the order."""
    source = {"source_type": PROPOSAL_SOURCE, "source_id": str(order.proposal_id)}
    if money > 0:
        commitment_raise(actor=actor, now=now, amount=money, reason=reason, **source)
    elif money < 0:
        commitment_release(actor=actor, now=now, amount=-money, reason=reason, **source)
