"""Reads of cash drawers and of sessions, with the report of one."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Prefetch, QuerySet, Sum

from capital.errors import DrawerNotFound, SessionNotFound
from capital.models import CashCount, CashDrawer, CashSession, JournalLine, SessionStatus

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class SessionMovement:
    """What one kind of entry brought into the drawer and took out of it."""

    kind: str
    entries: int
    received: Decimal
    paid: Decimal


@dataclass(frozen=True, slots=True)
class SessionReport:
    """A session in figures: expected = float + received - paid, difference = counted - expected.

    Up to the count, or to now while nothing was counted.
    """

    session: CashSession
    movements: tuple[SessionMovement, ...]

    @property
    def received(self) -> Decimal:
        return sum((movement.received for movement in self.movements), ZERO)

    @property
    def paid(self) -> Decimal:
        return sum((movement.paid for movement in self.movements), ZERO)

    @property
    def expected(self) -> Decimal:
        return self.session.opening_float + self.received - self.paid


def drawers() -> QuerySet[CashDrawer]:
    """All drawers with what they hold and the session at them, in two queries."""
    live = CashSession.objects.exclude(status=SessionStatus.CLOSED).select_related("cashier")
    return (
        CashDrawer.objects.select_related("account__balance")
        .prefetch_related(Prefetch("sessions", live, to_attr="live_sessions"))
        .order_by("id")
    )


def drawer_get(drawer_id: int) -> CashDrawer:
    """Raises DrawerNotFound."""
    found = drawers().filter(pk=drawer_id).first()
    if found is None:
        raise DrawerNotFound
    return found


def sessions(
    *, cashier_id: int | None = None, drawer_id: int | None = None, status: str = ""
) -> QuerySet[CashSession]:
    """Sessions, newest first."""
    found = CashSession.objects.select_related("drawer", "cashier", "closed_by")
    exact = {"cashier_id": cashier_id, "drawer_id": drawer_id, "status": status}
    return found.filter(**{name: value for name, value in exact.items() if value}).order_by("-id")


def session_get(session_id: int, *, cashier_id: int | None = None) -> CashSession:
    """One session with its counts; of this cashier where one is given. Raises SessionNotFound."""
    counts = CashCount.objects.select_related("actor").order_by("id")
    found = (
        sessions(cashier_id=cashier_id)
        .prefetch_related(Prefetch("counts", counts))
        .filter(pk=session_id)
        .first()
    )
    if found is None:
        raise SessionNotFound
    return found


def session_report(session_id: int, *, cashier_id: int | None = None) -> SessionReport:
    """What moved in the drawer during a session, by kind of entry. Raises SessionNotFound."""
    session = session_get(session_id, cashier_id=cashier_id)
    lines = JournalLine.objects.filter(
        account_id=session.drawer.account_id, entry_id__gt=session.opened_after
    )
    if session.counted_upto is not None:
        lines = lines.filter(entry_id__lte=session.counted_upto)
    rows = (
        lines.order_by()
        .values("entry__kind")
        .annotate(
            entries=Count("entry_id", distinct=True),
            received=Sum("debit", default=ZERO),
            paid=Sum("credit", default=ZERO),
        )
        .order_by("entry__kind")
    )
    return SessionReport(
        session=session,
        movements=tuple(
            SessionMovement(
                kind=row["entry__kind"],
                entries=row["entries"],
                received=row["received"],
                paid=row["paid"],
            )
            for row in rows
        ),
    )
