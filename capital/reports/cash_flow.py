"""Cash flow, direct method: what came into cash and bank and what left, by kind of operation."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from capital.chart import LIQUID_ACCOUNTS
from capital.models import JournalEntry, JournalLine
from capital.reports.causes import Activity, activity_of
from capital.reports.ledger import Scope, lines_in

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class CashFlowLine:
    """Cash of one kind of entry. A reversal counts with what it reverses, the other way round."""

    kind: str
    inflow: Decimal
    outflow: Decimal

    @property
    def activity(self) -> Activity:
        return activity_of(self.kind)

    @property
    def net(self) -> Decimal:
        return self.inflow - self.outflow


@dataclass(frozen=True, slots=True)
class CashFlow:
    """opening + net = closing: cash and bank, with all drawers and accounts below them."""

    scope: Scope
    opening: Decimal
    closing: Decimal
    lines: tuple[CashFlowLine, ...]

    def lines_of(self, activity: Activity) -> tuple[CashFlowLine, ...]:
        return tuple(line for line in self.lines if line.activity == activity)

    def net_of(self, activity: Activity) -> Decimal:
        return sum((line.net for line in self.lines_of(activity)), ZERO)

    @property
    def net(self) -> Decimal:
        return sum((line.net for line in self.lines), ZERO)

    @property
    def is_reconciled(self) -> bool:
        """Whether the flows explain the whole change of cash."""
        return self.opening + self.net == self.closing


def cash_flow(scope: Scope) -> CashFlow:
    """Cash that came and went in `scope`. Three queries.

    Transfers between drawers and bank move nothing in or out and are left out.
    """
    rows = (
        entries_by_cash(scope)
        .order_by()
        .values(cause=Coalesce("reverses__kind", "kind"))
        .annotate(
            inflow=Sum("cash", filter=Q(cash__gt=0), default=ZERO),
            outflow=Sum(-F("cash"), filter=Q(cash__lt=0), default=ZERO),
        )
        .order_by("cause")
    )
    lines = tuple(CashFlowLine(row["cause"], row["inflow"], row["outflow"]) for row in rows)
    return CashFlow(
        scope=scope, opening=cash_at(scope.before), closing=cash_at(scope.upto), lines=lines
    )


def entries_by_cash(scope: Scope) -> QuerySet[Any]:
    """The entries of `scope` that changed cash and bank together, each with `cash`, the change."""
    moved = (
        JournalLine.objects.filter(entry=OuterRef("pk"), account__system_group__in=LIQUID_ACCOUNTS)
        .order_by()
        .values("entry")
        .annotate(change=Sum(F("debit") - F("credit")))
        .values("change")
    )
    money = DecimalField(max_digits=20, decimal_places=3)
    return (
        JournalEntry.objects.filter(scope.of_entries())
        .annotate(cash=Coalesce(Subquery(moved), Value(ZERO), output_field=money))
        .exclude(cash=0)
    )


def cash_at(scope: Scope | None) -> Decimal:
    """What stood in cash and bank at the end of `scope`. One query; none for None."""
    if scope is None:
        return ZERO
    total = (
        lines_in(scope)
        .filter(account__system_group__in=LIQUID_ACCOUNTS)
        .aggregate(total=Sum(F("debit") - F("credit"), default=ZERO))
    )
    return total["total"]
