"""Closing the books of past days, and opening them again with a reason."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from capital.errors import (
    PeriodNotFound,
    PeriodNotOver,
    PeriodOverlaps,
    PeriodRefused,
    PeriodStateRefused,
    ReasonMissing,
)
from capital.models import AccountingPeriod, PeriodChange, PeriodChangeKind, PeriodStatus
from capital.services.ledger import ledger_lock
from capital.states import PERIOD_TRANSITIONS, PeriodAction, next_state
from core import audit
from core.audit import Actor
from core.db import lock
from core.errors import FieldProblem
from core.models import local_date


@transaction.atomic
def period_create(
    *, actor: Actor, now: datetime, starts_on: date, ends_on: date
) -> AccountingPeriod:
    """An open period from `starts_on` to `ends_on`, both days included.

    Raises PeriodRefused (last day before the first), PeriodOverlaps.
    """
    if ends_on < starts_on:
        raise PeriodRefused(
            errors=[FieldProblem("ends_on", "before_first", _("The last day is before the first."))]
        )
    _refuse_overlap(starts_on, ends_on)
    try:
        with transaction.atomic():
            period = AccountingPeriod.objects.create(
                starts_on=starts_on, ends_on=ends_on, created_at=now
            )
    except IntegrityError:
        _refuse_overlap(starts_on, ends_on)  # somebody was quicker
        raise
    _audit(period, "capital.period_created", actor=actor, now=now)
    return period


@transaction.atomic
def period_close(*, actor: Actor, now: datetime, period_id: int, reason: str) -> AccountingPeriod:
    """Close the books of a period that is over: no entry can be dated in it any more.

    Raises PeriodNotFound, PeriodStateRefused, PeriodNotOver, ReasonMissing.
    """
    period = _change(period_id, PeriodAction.CLOSE, actor=actor, now=now, reason=reason)
    if period.ends_on >= local_date(now):
        raise PeriodNotOver(extra={"ends_on": period.ends_on.isoformat()})
    period.closed_at, period.closed_by_id = now, actor.id
    period.save()
    _audit(period, "capital.period_closed", actor=actor, now=now, reason=reason)
    return period


@transaction.atomic
def period_reopen(*, actor: Actor, now: datetime, period_id: int, reason: str) -> AccountingPeriod:
    """Open a closed period again; that it was, and why, stays on record.

    Raises PeriodNotFound, PeriodStateRefused, ReasonMissing.
    """
    period = _change(period_id, PeriodAction.REOPEN, actor=actor, now=now, reason=reason)
    period.closed_at, period.closed_by = None, None
    period.save()
    _audit(period, "capital.period_reopened", actor=actor, now=now, reason=reason)
    return period


@transaction.atomic
def period_delete(*, actor: Actor, now: datetime, period_id: int) -> None:
    """Remove a period that was never closed. Raises PeriodNotFound, PeriodStateRefused."""
    period = _locked(period_id)
    if period.status != PeriodStatus.OPEN or period.changes.exists():
        raise PeriodStateRefused(_("It was closed once; its trace stays."))
    _audit(period, "capital.period_deleted", actor=actor, now=now)
    period.delete()


def _change(
    period_id: int, action: PeriodAction, *, actor: Actor, now: datetime, reason: str
) -> AccountingPeriod:
    """The period in its new state, not yet saved, its change on record."""
    # First the ledger, as whoever posts does: entries under way are committed by now, later ones
    # see the new state.
    ledger_lock()
    period = _locked(period_id)
    state = next_state(PERIOD_TRANSITIONS, period.status, action, PeriodStateRefused)
    if not reason.strip():
        raise ReasonMissing(
            errors=[FieldProblem("reason", "required", _("Say why in a few words."))]
        )
    period.status = state
    kinds = {
        PeriodAction.CLOSE: PeriodChangeKind.CLOSED,
        PeriodAction.REOPEN: PeriodChangeKind.REOPENED,
    }
    PeriodChange.objects.create(
        period=period,
        kind=kinds[action],
        reason=reason.strip(),
        occurred_at=now,
        actor_id=actor.id,
    )
    return period


def _locked(period_id: int) -> AccountingPeriod:
    found = lock(AccountingPeriod.objects.filter(pk=period_id))
    if not found:
        raise PeriodNotFound
    return found[0]


def _refuse_overlap(starts_on: date, ends_on: date) -> None:
    other = AccountingPeriod.objects.filter(starts_on__lte=ends_on, ends_on__gte=starts_on).first()
    if other is not None:
        raise PeriodOverlaps(
            _("The period %(first)s to %(last)s has some of these days.")
            % {"first": other.starts_on.isoformat(), "last": other.ends_on.isoformat()},
            extra={"period_id": other.pk},
        )


def _audit(
    period: AccountingPeriod, action: str, *, actor: Actor, now: datetime, reason: str = ""
) -> None:
    audit.record(
        actor=actor,
        action=action,
        subject=period,
        changes={"starts_on": period.starts_on, "ends_on": period.ends_on},
        reason=reason,
        occurred_at=now,
    )
