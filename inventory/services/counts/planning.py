"""Planning a count, beginning it and giving it up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core import audit
from core.audit import Actor
from core.db import lock
from core.errors import FieldProblem
from core.models import local_date
from core.numbering import next_number
from core.states import next_state
from inventory.counting import COUNT_TRANSITIONS, CountAction
from inventory.errors import (
    AlreadyBeingCounted,
    CountEmpty,
    CountNotFound,
    CountStateRefused,
    InvalidCount,
)
from inventory.models import (
    Category,
    CountScope,
    CountState,
    Location,
    Product,
    StockCount,
    StockCountLine,
    StockLevel,
)
from inventory.selectors.count_scope import levels_in_scope
from inventory.services.ledger import BATCH_SIZE, constraint_of

COUNT_SERIES = "CNT"
ONE_OPEN_COUNT = "inventory_countline_one_open_count"


def person_id(actor: Actor) -> int:
    """The person's id; the system itself neither counts nor decides."""
    if actor.id is None:
        raise ValueError("stock is counted by people")
    return actor.id


def locked_count(count_id: int, action: CountAction) -> StockCount:
    """The count, locked, if `action` is possible in its present state.

    The lock of the count is also that of its lines. Raises CountNotFound, CountStateRefused.
    """
    found = lock(StockCount.objects.filter(pk=count_id))
    if not found:
        raise CountNotFound
    next_state(COUNT_TRANSITIONS, found[0].state, action, CountStateRefused)
    return found[0]


def count_move(count: StockCount, action: CountAction) -> None:
    """Write the count in the state `action` leads to."""
    count.state = next_state(COUNT_TRANSITIONS, count.state, action, CountStateRefused)
    count.save()


@transaction.atomic
def count_create(
    *,
    actor: Actor,
    now: datetime,
    mode: str,
    scope: str,
    location_id: int | None = None,
    category_id: int | None = None,
    abc_class: str = "",
    product_ids: Sequence[int] = (),
    tolerance_units: int = 0,
    tolerance_percent: Decimal = Decimal(0),
    note: str = "",
) -> int:
    """Plan a count; returns its id. What belongs to it is settled when it begins.

    Every scope may be limited to a location; scope `location` needs one. Raises InvalidCount.
    """
    fields = {"location_id": location_id, "category_id": category_id, "abc_class": abc_class}
    _refuse_misfit(scope, {**fields, "product_ids": list(product_ids)})
    _refuse_unknown(location_id=location_id, category_id=category_id, product_ids=product_ids)
    count = StockCount.objects.create(
        number=next_number(COUNT_SERIES, on=local_date(now)),
        mode=mode,
        scope=scope,
        **fields,
        tolerance_units=tolerance_units,
        tolerance_percent=tolerance_percent,
        note=note,
        created_by_id=person_id(actor),
    )
    count.products.set(product_ids)
    _record(actor, "created", count, {"mode": mode, "scope": scope, **fields})
    return count.pk


# scope -> the field that says what of it; the others stay empty, but for the location.
_SCOPE_FIELDS = {
    CountScope.LOCATION: "location_id",
    CountScope.CATEGORY: "category_id",
    CountScope.ABC_CLASS: "abc_class",
    CountScope.PRODUCTS: "product_ids",
}


def _refuse_misfit(scope: str, given: dict[str, object]) -> None:
    needed = _SCOPE_FIELDS[CountScope(scope)]
    problems = [
        FieldProblem(name, "not_of_this_scope", _("Leave it out: it is for another scope."))
        for name, value in given.items()
        if value and name not in (needed, "location_id")
    ]
    if not given[needed]:
        problems.append(FieldProblem(needed, "required", _("This scope needs it.")))
    if problems:
        raise InvalidCount(errors=problems)


def _refuse_unknown(
    *, location_id: int | None, category_id: int | None, product_ids: Sequence[int]
) -> None:
    problems = []
    if location_id and not Location.objects.filter(pk=location_id, is_active=True).exists():
        problems.append(FieldProblem("location_id", "unknown", _("There is no such location.")))
    if category_id and not Category.objects.filter(pk=category_id).exists():
        problems.append(FieldProblem("category_id", "unknown", _("There is no such category.")))
    known = set(Product.objects.filter(pk__in=product_ids).values_list("pk", flat=True))
    problems += [
        FieldProblem(f"product_ids.{position}", "unknown", _("There is no such product."))
        for position, product_id in enumerate(product_ids)
        if product_id not in known
    ]
    if problems:
        raise InvalidCount(errors=problems)


@transaction.atomic
def count_start(*, actor: Actor, now: datetime, count_id: int) -> None:
    """List the batches in scope that are in stock and let counting begin.

    Stock goes on moving: what is expected of a line is taken when the line is counted. A constant
    number of queries for some thousands of lines. Raises CountNotFound, CountStateRefused,
    CountEmpty, AlreadyBeingCounted.
    """
    count = locked_count(count_id, CountAction.START)
    levels = list(levels_in_scope(count, now=now))
    if not levels:
        raise CountEmpty
    _lines_write(count, levels)
    count.started_by_id, count.started_at = person_id(actor), now
    count_move(count, CountAction.START)
    _record(actor, "started", count, {"lines": len(levels)})


def _lines_write(count: StockCount, levels: Sequence[StockLevel]) -> None:
    lines = [
        StockCountLine(count=count, line=number, batch_id=batch_id, location_id=location_id)
        for number, (batch_id, location_id) in enumerate(
            ((level.batch_id, level.location_id) for level in levels), start=1
        )
    ]
    try:
        with transaction.atomic():
            StockCountLine.objects.bulk_create(lines, batch_size=BATCH_SIZE)
    except IntegrityError as error:
        if constraint_of(error) != ONE_OPEN_COUNT:
            raise
        raise being_counted(lines) from error


def being_counted(lines: Sequence[StockCountLine]) -> AlreadyBeingCounted:
    """The refusal that names the open counts some of `lines` are in."""
    numbers = sorted(
        set(
            StockCountLine.objects.filter(
                is_open=True, batch_id__in={line.batch_id for line in lines}
            ).values_list("count__number", flat=True)
        )
    )
    return AlreadyBeingCounted(
        _("Finish or cancel first: %(numbers)s.") % {"numbers": ", ".join(numbers)},
        extra={"counts": numbers},
    )


@transaction.atomic
def count_cancel(*, actor: Actor, now: datetime, count_id: int, reason: str) -> None:
    """Give a count up; nothing of it is posted. Raises CountNotFound, CountStateRefused."""
    count = locked_count(count_id, CountAction.CANCEL)
    count.lines.update(is_open=False)
    count.cancelled_by_id, count.cancelled_at = person_id(actor), now
    count.reason = reason.strip()
    count_move(count, CountAction.CANCEL)
    _record(actor, "cancelled", count, {"state": CountState.CANCELLED}, reason=count.reason)


def _record(
    actor: Actor, verb: str, count: StockCount, changes: dict[str, object], *, reason: str = ""
) -> None:
    audit.record(
        actor=actor,
        action=f"inventory.stock_count_{verb}",
        subject=count,
        changes={"number": count.number, **changes},
        reason=reason,
    )
