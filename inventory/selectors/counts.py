"""Reads of stock counts. What a viewer may not see is not in the rows that are handed out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import (
    Case,
    Count,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from inventory.counting import may_see_results
from inventory.errors import CountNotFound, ResultsHidden
from inventory.models import (
    CountLineStatus,
    CountMode,
    StockCount,
    StockCountEntry,
    StockCountLine,
    StockLevel,
)

WAITING = (CountLineStatus.PENDING, CountLineStatus.RECOUNT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Who looks at counts. may_approve: holds `inventory.approve_count`."""

    user_id: int
    may_approve: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CountDetail:
    """A count with its progress. The last three are None for whom they are hidden from.

    waiting: lines to be counted, recounts among them; differences: lines that are off; surplus,
    shortage: base units, >= 0.
    """

    count: StockCount
    lines: int
    waiting: int
    recounts: int
    skipped: int
    results_visible: bool
    differences: int | None
    surplus: int | None
    shortage: int | None


def counts_list(*, state: str = "", location_id: int | None = None) -> QuerySet[StockCount]:
    """Counts, newest first."""
    counts = StockCount.objects.select_related(
        "location", "category", "created_by", "approved_by", "document"
    )
    if state:
        counts = counts.filter(state=state)
    if location_id is not None:
        counts = counts.filter(location_id=location_id)
    return counts


def count_get(count_id: int) -> StockCount:
    """Raises CountNotFound."""
    count = counts_list().filter(pk=count_id).first()
    if count is None:
        raise CountNotFound
    return count


def results_visible(count: StockCount, viewer: Viewer) -> bool:
    """Whether the viewer may see what was expected and found (see `inventory.counting`)."""
    return may_see_results(
        mode=count.mode,
        state=count.state,
        may_approve=viewer.may_approve,
        has_counted=StockCountEntry.objects.filter(
            line__count=count, counted_by_id=viewer.user_id
        ).exists(),
    )


def count_detail(count_id: int, *, viewer: Viewer) -> CountDetail:
    """A count with its progress as the viewer may see it. Raises CountNotFound."""
    count = count_get(count_id)
    is_visible = results_visible(count, viewer)
    counted = Q(rounds__gt=0, status=CountLineStatus.COUNTED)
    off = F("counted") - F("expected")
    figures: dict[str, Any] = count.lines.aggregate(
        lines=Count("pk"),
        waiting=Count("pk", filter=Q(status__in=WAITING)),
        recounts=Count("pk", filter=Q(status=CountLineStatus.RECOUNT)),
        skipped=Count("pk", filter=Q(status=CountLineStatus.SKIPPED)),
        differences=Count("pk", filter=counted & ~Q(counted=F("expected"))),
        surplus=Coalesce(Sum(off, filter=counted & Q(counted__gt=F("expected"))), 0),
        shortage=-Coalesce(Sum(off, filter=counted & Q(counted__lt=F("expected"))), 0),
    )
    if not is_visible:
        figures |= {"differences": None, "surplus": None, "shortage": None}
    return CountDetail(count=count, results_visible=is_visible, **figures)


def count_lines(
    count_id: int,
    *,
    viewer: Viewer,
    status: str = "",
    product_id: int | None = None,
    location_id: int | None = None,
    differing: bool | None = None,
) -> QuerySet[StockCountLine]:
    """Lines of a count by number, each with `is_hidden`: whether its results are to be left out.

    differing: only lines that (do not) differ. Raises CountNotFound, and ResultsHidden where
    `differing` would tell what the viewer may not see.
    """
    count = count_get(count_id)
    is_visible = results_visible(count, viewer)
    lines = count.lines.select_related("batch__product", "location", "counted_by").annotate(
        level_now=Coalesce(_level_now(), 0)
    )
    if status:
        lines = lines.filter(status=status)
    if product_id is not None:
        lines = lines.filter(batch__product_id=product_id)
    if location_id is not None:
        lines = lines.filter(location_id=location_id)
    if differing is not None:
        if not is_visible:
            raise ResultsHidden
        same = Q(counted=F("expected"))
        settled = lines.filter(rounds__gt=0, status=CountLineStatus.COUNTED)
        lines = settled.exclude(same) if differing else settled.filter(same)
    return lines.annotate(is_hidden=_hidden(count, is_visible))


def _hidden(count: StockCount, is_visible: bool) -> Any:
    """Blind: a line still to be counted hides its results from everybody."""
    if not is_visible:
        return Value(True)
    if count.mode == CountMode.GUIDED:
        return Value(False)
    return Case(When(status__in=WAITING, then=Value(True)), default=Value(False))


def _level_now() -> Subquery:
    return Subquery(
        StockLevel.objects.filter(
            batch_id=OuterRef("batch_id"), location_id=OuterRef("location_id")
        ).values("quantity")[:1]
    )


def count_entries(count_id: int, *, viewer: Viewer, line: int | None = None) -> QuerySet[Any]:
    """The tallies of a count, newest first. Raises CountNotFound, ResultsHidden."""
    count = count_get(count_id)
    if not results_visible(count, viewer):
        raise ResultsHidden
    entries = StockCountEntry.objects.filter(line__count=count).select_related(
        "line__batch__product", "counted_by"
    )
    if count.mode != CountMode.GUIDED:
        entries = entries.exclude(line__status__in=WAITING)
    return entries if line is None else entries.filter(line__line=line)
