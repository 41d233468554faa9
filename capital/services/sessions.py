"""Cash sessions: a cashier opens a drawer with a counted float, counts it, closes it.

What is expected comes from the ledger: the balance of the drawer's account. A difference is
posted to cash over or cash short the moment it is accepted, so that drawer and books agree again.
Every step holds the session's row, then the ledger's gate; between a count and its figures nobody
can post.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from uuid import uuid4

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from capital.errors import (
    DrawerNotFound,
    DrawerRefused,
    InvalidPosting,
    SessionAlreadyOpen,
    SessionNotFound,
    SessionOfAnother,
    SessionStateRefused,
)
from capital.models import (
    CashCount,
    CashDrawer,
    CashSession,
    DrawerKind,
    JournalEntry,
    SessionStatus,
)
from capital.selectors import liquid_account, policy_get
from capital.services.counting import refuse_faulty_count
from capital.services.differences import difference_post, refuse_unexplained
from capital.services.ledger import Posting, entry_post, ledger_lock
from capital.services.limits import OPERATION_SOURCE
from capital.services.recording import refuse_faulty
from capital.states import SESSION_TRANSITIONS, SessionAction, next_state
from core import audit
from core.audit import Actor
from core.db import lock
from core.errors import FieldProblem
from core.models import local_date
from core.money import format_money
from core.numbering import next_number

ZERO = Decimal(0)
SESSION_SERIES = "CS"


@transaction.atomic
def session_open(
    *,
    actor: Actor,
    now: datetime,
    drawer_id: int,
    counted: Decimal,
    denominations: Mapping[str, int] | None = None,
    reason: str = "",
) -> CashSession:
    """Open a session of the actor at a drawer in which he has counted `counted` (money, >= 0).

    A float that differs from what the last one left is posted as over or short at once.

    Raises DrawerNotFound, DrawerRefused (a safe, out of use), SessionAlreadyOpen (at the drawer,
    or of the cashier), InvalidPosting (the count), DifferenceUnexplained, PeriodClosed.
    """
    if actor.id is None:
        raise ValueError("a cash session needs a cashier")
    refuse_faulty_count(counted, denominations)
    drawer = _drawer_locked(drawer_id)
    expected = _held(drawer)
    _refuse_second(drawer, actor.id)
    blind = policy_get().blind_close
    refuse_unexplained(counted - expected, reason, blind=blind)
    number = next_number(SESSION_SERIES, on=local_date(now))
    entry_id = difference_post(
        drawer, counted - expected, number=number, step="opening", actor=actor, now=now, memo=reason
    )
    session = CashSession.objects.create(
        number=number,
        drawer=drawer,
        cashier_id=actor.id,
        blind=blind,
        opened_at=now,
        opening_float=counted,
        opening_expected=expected,
        opening_reason=reason.strip(),
        opening_entry_id=entry_id,
        opened_after=_newest_entry(),
    )
    _log_count(session, counted, expected, denominations, actor=actor, now=now)
    _audit(session, "opened", actor=actor, now=now, counted=counted, expected=expected)
    return session


@transaction.atomic
def session_count(
    *,
    actor: Actor,
    now: datetime,
    session_id: int,
    counted: Decimal,
    denominations: Mapping[str, int] | None = None,
    supervising: bool = False,
) -> CashSession:
    """Count the drawer: `counted` (money, >= 0) is held against the ledger of this moment.

    A further count takes the place of the last; each stays on record. The till stands still
    until the session is closed or resumed.

    Raises SessionNotFound, SessionOfAnother, SessionStateRefused, InvalidPosting.
    """
    refuse_faulty_count(counted, denominations)
    session = _locked(session_id, actor=actor, supervising=supervising)
    session.status = _after(session, SessionAction.COUNT)
    expected = _held(session.drawer)
    session.counted_at = now
    session.counted_amount, session.expected_amount = counted, expected
    session.counted_upto = _newest_entry()
    session.save()
    _log_count(session, counted, expected, denominations, actor=actor, now=now)
    _audit(session, "counted", actor=actor, now=now, counted=counted, expected=expected)
    return session


@transaction.atomic
def session_resume(
    *, actor: Actor, now: datetime, session_id: int, supervising: bool = False
) -> CashSession:
    """Go on after a count; the count stays on record.

    Raises SessionNotFound, SessionOfAnother, SessionStateRefused.
    """
    session = _locked(session_id, actor=actor, supervising=supervising)
    session.status = _after(session, SessionAction.RESUME)
    session.counted_at = session.counted_amount = None
    session.expected_amount = session.counted_upto = None
    session.save()
    _audit(session, "resumed", actor=actor, now=now)
    return session


@transaction.atomic
def session_close(
    *,
    actor: Actor,
    now: datetime,
    session_id: int,
    reason: str = "",
    supervising: bool = False,
) -> CashSession:
    """Close a counted session: its difference is posted, with its reason, and the drawer is free.

    Raises SessionNotFound, SessionOfAnother, SessionStateRefused, DifferenceUnexplained (beyond
    the policy's tolerance without a reason), InsufficientFunds, PeriodClosed.
    """
    session = _locked(session_id, actor=actor, supervising=supervising)
    session.status = _after(session, SessionAction.CLOSE)
    difference = session.difference or ZERO
    refuse_unexplained(difference, reason, blind=session.blind and not supervising)
    session.closing_entry_id = difference_post(
        session.drawer,
        difference,
        number=session.number,
        step="closing",
        actor=actor,
        now=now,
        memo=reason,
    )
    session.closed_at, session.closed_by_id = now, actor.id
    session.closing_reason = reason.strip()
    session.save()
    _audit(session, "closed", actor=actor, now=now, difference=difference)
    return session


@transaction.atomic
def session_drop(
    *,
    actor: Actor,
    now: datetime,
    session_id: int,
    amount: Decimal,
    to_account: str,
    memo: str = "",
    supervising: bool = False,
) -> int:
    """Take `amount` out of the session's drawer to a safe or the bank; returns the entry's id.

    to_account: system code or number of an account of cash or bank that is no till.

    Raises SessionNotFound, SessionOfAnother, SessionStateRefused, InvalidPosting,
    InsufficientFunds, PeriodClosed.
    """
    refuse_faulty(amount)
    session = _locked(session_id, actor=actor, supervising=supervising)
    _after(session, SessionAction.DROP)
    target = liquid_account(to_account, field="to_account")
    if CashDrawer.objects.filter(account=target, kind=DrawerKind.TILL).exists():
        raise InvalidPosting(
            errors=[FieldProblem("to_account", "a_till", _("Give a safe or a bank account."))]
        )
    ledger_lock(accounts=[session.drawer.account_id, target.pk])
    entry_id = entry_post(
        actor=actor,
        now=now,
        source_type=OPERATION_SOURCE,
        source_id=str(uuid4()),
        kind="safe_drop",
        postings=[
            Posting(account=target.pk, debit=amount),
            Posting(account=session.drawer.account_id, credit=amount),
        ],
        memo=memo,
    )
    _audit(session, "dropped", actor=actor, now=now, amount=amount)
    return entry_id


def _drawer_locked(drawer_id: int) -> CashDrawer:
    found = lock(CashDrawer.objects.filter(pk=drawer_id))
    if not found:
        raise DrawerNotFound
    drawer = found[0]
    if drawer.kind != DrawerKind.TILL or not drawer.is_active:
        raise DrawerRefused(
            errors=[FieldProblem("drawer_id", "not_a_till", _("Choose a till that is in use."))]
        )
    return drawer


def _locked(session_id: int, *, actor: Actor, supervising: bool) -> CashSession:
    found = lock(CashSession.objects.select_related("drawer").filter(pk=session_id))
    if not found:
        raise SessionNotFound
    session = found[0]
    if session.cashier_id != actor.id and not supervising:
        raise SessionOfAnother
    return session


def _after(session: CashSession, action: SessionAction) -> str:
    return next_state(SESSION_TRANSITIONS, session.status, action, SessionStateRefused)


def _held(drawer: CashDrawer) -> Decimal:
    """What the ledger says is in the drawer; nobody else can post until this one has committed."""
    return ledger_lock(accounts=[drawer.account_id])[drawer.account_id].debit_balance


def _newest_entry() -> int:
    """The newest entry's id; under the gate, entries come in the order of their ids."""
    return JournalEntry.objects.aggregate(newest=Max("pk"))["newest"] or 0


def _refuse_second(drawer: CashDrawer, cashier_id: int) -> None:
    """Under the gate: of two openings at once the second sees the first."""
    live = CashSession.objects.exclude(status=SessionStatus.CLOSED)
    other = live.filter(drawer=drawer).first() or live.filter(cashier_id=cashier_id).first()
    if other is not None:
        raise SessionAlreadyOpen(
            _("Session %(number)s is still open.") % {"number": other.number},
            extra={"session_id": other.pk},
        )


def _log_count(
    session: CashSession,
    counted: Decimal,
    expected: Decimal,
    denominations: Mapping[str, int] | None,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    CashCount.objects.create(
        session=session,
        counted_at=now,
        counted_amount=counted,
        expected_amount=expected,
        denominations=dict(denominations or {}),
        actor_id=actor.id,
    )


def _audit(
    session: CashSession, verb: str, *, actor: Actor, now: datetime, **amounts: Decimal
) -> None:
    audit.record(
        actor=actor,
        action=f"capital.cash_session_{verb}",
        subject=session,
        changes={
            "number": session.number,
            "drawer": session.drawer.code,
            **{name: format_money(amount) for name, amount in amounts.items()},
        },
        reason=session.closing_reason or session.opening_reason,
        occurred_at=now,
    )
