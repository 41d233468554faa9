"""Deciding about goods that wait in quarantine: onto the shelf, or back to the supplier."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, outbox
from core.audit import Actor
from core.db import lock
from core.errors import FieldProblem
from inventory.public import (
    TransferItem,
    location_default,
    locations_open,
    products_hold,
    transfer_post,
)
from purchases.errors import InspectionNotFound, InspectionRefused, InspectionStateRefused
from purchases.events import GoodsRejected
from purchases.models import GoodsReceiptLine, Inspection, InspectionState
from purchases.services.receipts.deliveries import NO_CHECKS, Checks


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Of one inspection. accepted_quantity: base units that may be sold; the rest is rejected.

    location_id: where accepted goods go, None is where they were meant for on arrival. checks:
    what was looked at now, where it was not on arrival or came out otherwise. note: why, needed
    where something is rejected.
    """

    inspection_id: int
    accepted_quantity: int
    location_id: int | None = None
    checks: Checks = NO_CHECKS
    note: str = ""


@transaction.atomic
def inspections_decide(
    *, actor: Actor, now: datetime, decisions: Sequence[Decision]
) -> list[Inspection]:
    """Decide about goods in quarantine, all or none; in the order of the decisions.

    Accepted goods go to their place; rejected ones stay, for a return to the supplier. Publishes
    GoodsRejected for each receipt of which something was. Raises InspectionNotFound,
    InspectionStateRefused, InspectionRefused, and what moving stock refuses (goods that are no
    longer in quarantine). The queries depend on how many places goods go to, not on how many.
    """
    found = _locked(decisions)
    products_hold({row.receipt_line.product_id for row in found.values()})
    default = location_default()
    _refuse_faulty(decisions, found)
    chosen = [found[decision.inspection_id] for decision in decisions]
    for decision, inspection in zip(decisions, chosen, strict=True):
        _decide(inspection, decision, default=default, actor=actor, now=now)
    accepted_goods_move(chosen, actor=actor, now=now, note=_("Inspected"))
    Inspection.objects.bulk_update(
        chosen,
        ["state", "location", "accepted_quantity", "rejected_quantity", "note", "decided_at",
         "decided_by", *Checks.__dataclass_fields__],
    )  # fmt: skip
    _announce(chosen, actor=actor, now=now)
    return chosen


def _locked(decisions: Sequence[Decision]) -> dict[int, Inspection]:
    asked = {decision.inspection_id for decision in decisions}
    rows = lock(
        Inspection.objects.select_related("receipt_line__receipt__order__supplier").filter(
            pk__in=asked
        )
    )
    found = {row.pk: row for row in rows}
    if missing := sorted(asked - set(found)):
        raise InspectionNotFound(_("There is no inspection %(id)d.") % {"id": missing[0]})
    done = [row for row in rows if row.state != InspectionState.PENDING]
    if done:
        raise InspectionStateRefused(
            _("Inspection %(id)d is %(state)s.")
            % {"id": done[0].pk, "state": done[0].get_state_display()},
            extra={"inspection_id": done[0].pk, "state": done[0].state},
        )
    return found


def _refuse_faulty(decisions: Sequence[Decision], found: Mapping[int, Inspection]) -> None:
    asked = {decision.location_id for decision in decisions if decision.location_id is not None}
    known = locations_open(asked) if asked else set()
    problems: list[FieldProblem] = []
    seen: set[int] = set()
    for position, decision in enumerate(decisions):
        path = f"decisions.{position}"
        inspection = found[decision.inspection_id]
        if inspection.pk in seen:
            detail = _("Decide about each once.")
            problems.append(FieldProblem(f"{path}.inspection_id", "duplicate", detail))
        seen.add(inspection.pk)
        if not 0 <= decision.accepted_quantity <= inspection.quantity:
            detail = _("%(quantity)d units wait.") % {"quantity": inspection.quantity}
            problems.append(FieldProblem(f"{path}.accepted_quantity", "more_than_waits", detail))
        elif decision.accepted_quantity < inspection.quantity and not decision.note.strip():
            detail = _("Say why goods are rejected.")
            problems.append(FieldProblem(f"{path}.note", "required", detail))
        if decision.location_id == inspection.quarantine_id:
            detail = _("Choose a place goods are handed out from.")
            problems.append(FieldProblem(f"{path}.location_id", "is_quarantine", detail))
        elif decision.location_id is not None and decision.location_id not in known:
            detail = _("There is no open location %(id)d.") % {"id": decision.location_id}
            problems.append(FieldProblem(f"{path}.location_id", "unknown_location", detail))
    if problems:
        raise InspectionRefused(errors=problems)


def _decide(
    inspection: Inspection, decision: Decision, *, default: int, actor: Actor, now: datetime
) -> None:
    inspection.state = InspectionState.DECIDED
    inspection.accepted_quantity = decision.accepted_quantity
    inspection.rejected_quantity = inspection.quantity - decision.accepted_quantity
    inspection.location_id = decision.location_id or inspection.location_id or default
    inspection.note = decision.note.strip()
    inspection.decided_at, inspection.decided_by_id = now, actor.id
    for name in Checks.__dataclass_fields__:
        if (value := getattr(decision.checks, name)) is not None:
            setattr(inspection, name, value)


def accepted_goods_move(
    inspections: Iterable[Inspection],
    *,
    actor: Actor,
    now: datetime,
    note: str,
    back: bool = False,
) -> None:
    """Move what was accepted from quarantine to its place, or `back`; a transfer per route.

    Raises what moving stock refuses.
    """
    routes: dict[tuple[int, int], list[Inspection]] = defaultdict(list)
    for inspection in inspections:
        if inspection.accepted_quantity and inspection.location_id:
            ends = (inspection.quarantine_id, inspection.location_id)
            routes[ends[::-1] if back else ends].append(inspection)
    for (origin, destination), rows in sorted(routes.items()):
        transfer_post(
            actor=actor,
            now=now,
            origin_id=origin,
            destination_id=destination,
            lines=[
                TransferItem(
                    line=number,
                    batch_id=row.receipt_line.batch_id,
                    quantity=row.accepted_quantity,
                )
                for number, row in enumerate(rows)
            ],
            note=note,
        )


def _announce(inspections: Sequence[Inspection], *, actor: Actor, now: datetime) -> None:
    rejected: dict[int, list[GoodsReceiptLine]] = defaultdict(list)
    for row in inspections:
        if row.rejected_quantity:
            rejected[row.receipt_line.receipt_id].append(row.receipt_line)
    for lines in rejected.values():
        receipt = lines[0].receipt
        outbox.publish(
            GoodsRejected(
                receipt_id=receipt.pk,
                number=receipt.number,
                supplier_id=receipt.order.supplier_id,
                supplier_name=receipt.order.supplier.name,
                lines=len(lines),
            )
        )
    audit.record(
        actor=actor,
        action="purchases.goods_inspected",
        subject=inspections[0],
        changes={
            "decisions": [
                [row.pk, row.accepted_quantity, row.rejected_quantity, row.note]
                for row in inspections
            ]
        },
        occurred_at=now,
    )
