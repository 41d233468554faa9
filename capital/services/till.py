"""Which drawer the money of a sale goes into."""

from __future__ import annotations

from django.utils.translation import gettext as _

from capital.errors import SessionRequired, SessionStateRefused
from capital.models import CashDrawer, CashSession, SessionStatus
from capital.selectors import policy_get
from capital.services.ledger import ledger_lock
from core.audit import Actor


def till_account(*, actor: Actor) -> int:
    """The account of the drawer at which the actor has a session, else of the default drawer.

    Takes the ledger lock, so that the session cannot be counted or closed before what is posted
    next has been committed. Call it after stock is locked.

    Raises SessionStateRefused (counted and not resumed), SessionRequired (by policy).
    """
    ledger_lock()
    session = (
        CashSession.objects.select_related("drawer")
        .filter(cashier_id=actor.id)
        .exclude(status=SessionStatus.CLOSED)
        .first()
    )
    if session is None:
        if policy_get().session_required:
            raise SessionRequired
        return CashDrawer.objects.get(is_default=True).account_id
    if session.status == SessionStatus.COUNTED:
        raise SessionStateRefused(
            _("Session %(number)s has been counted: resume or close it.")
            % {"number": session.number},
            extra={"session_id": session.pk, "state": session.status},
        )
    return session.drawer.account_id
