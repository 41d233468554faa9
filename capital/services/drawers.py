"""Setting up cash drawers: tills and safes, each on an account of cash."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from capital.chart import SystemAccount
from capital.errors import DrawerInUse, DrawerNotFound, DrawerRefused
from capital.models import Account, CashDrawer, DrawerKind, SessionStatus
from capital.services.accounts import account_activate, account_create, account_deactivate
from core import audit
from core.audit import Actor
from core.db import lock
from core.errors import FieldProblem
from core.money import currency, format_money


@transaction.atomic
def drawer_create(
    *, actor: Actor, now: datetime, code: str, name: str, kind: str = DrawerKind.TILL
) -> CashDrawer:
    """A drawer with an account of its own below `cash`, whose balance is what it holds.

    The account's number is cash's, a hyphen and the drawer's code.

    Raises DrawerRefused (no name, code taken), DuplicateAccountCode.
    """
    drawer = CashDrawer(code=code.strip(), name=name.strip(), kind=kind)
    _refuse_faulty(drawer)
    cash = Account.objects.get(system_code=SystemAccount.CASH)
    drawer.account = account_create(
        actor=actor,
        now=now,
        parent_id=cash.pk,
        code=f"{cash.code}-{drawer.code}",
        name_en=drawer.name,
        name_ar=drawer.name,
    )
    _save(drawer)
    audit.record(
        actor=actor,
        action="capital.drawer_created",
        subject=drawer,
        changes={"code": drawer.code, "kind": kind, "account": drawer.account.code},
        occurred_at=now,
    )
    return drawer


@transaction.atomic
def drawer_update(*, actor: Actor, now: datetime, drawer_id: int, **fields: Any) -> CashDrawer:
    """Change what is given of: code, name, kind, is_default, is_active.

    A drawer can be taken out of use when it is empty and nobody has a session at it; its account
    goes with it. Making one the default takes that from the present one.

    Raises DrawerNotFound, DrawerRefused, DrawerInUse.
    """
    drawers = {row.pk: row for row in lock(CashDrawer.objects.select_related("account"))}
    if drawer_id not in drawers:
        raise DrawerNotFound
    drawer = drawers[drawer_id]
    changes = {
        name: [getattr(drawer, name), value]
        for name, value in fields.items()
        if value != getattr(drawer, name)
    }
    if changes.keys() & {"kind", "is_active"}:
        _refuse_in_session(drawer)
    for name, (_before, value) in changes.items():
        setattr(drawer, name, value)
    _refuse_faulty(drawer)
    if "is_default" in changes:
        _make_default(drawer, list(drawers.values()))
    if "is_active" in changes:
        _set_active(drawer, actor=actor, now=now)
    if changes:
        _save(drawer)
        audit.record(
            actor=actor,
            action="capital.drawer_changed",
            subject=drawer,
            changes=changes,
            occurred_at=now,
        )
    return drawer


def _make_default(drawer: CashDrawer, drawers: list[CashDrawer]) -> None:
    if not drawer.is_default:
        raise DrawerRefused(
            errors=[
                FieldProblem(
                    "is_default", "needs_one", _("Make another drawer the default instead.")
                )
            ]
        )
    for other in drawers:
        if other.is_default and other.pk != drawer.pk:
            other.is_default = False
            other.save(update_fields=["is_default"])


def _set_active(drawer: CashDrawer, *, actor: Actor, now: datetime) -> None:
    own = drawer.account.system_code is None
    if drawer.is_active:
        if own:
            account_activate(actor=actor, now=now, account_id=drawer.account_id, reason=drawer.name)
        return
    held = drawer.account.balance.debit_balance
    if held:
        raise DrawerInUse(
            _("It holds %(held)s %(currency)s; move them first.")
            % {"held": format_money(held), "currency": currency()},
            extra={"held": format_money(held)},
        )
    drawer.save(update_fields=["is_active"])  # an account in use by a drawer stays in use
    if own:
        account_deactivate(actor=actor, now=now, account_id=drawer.account_id, reason=drawer.name)


def _refuse_in_session(drawer: CashDrawer) -> None:
    session = drawer.sessions.exclude(status=SessionStatus.CLOSED).first()
    if session is not None:
        raise DrawerInUse(
            _("Session %(number)s is open at it.") % {"number": session.number},
            extra={"session_id": session.pk},
        )


def _refuse_faulty(drawer: CashDrawer) -> None:
    problems = [
        FieldProblem(name, "required", _("Give a code and a name."))
        for name in ("code", "name")
        if not getattr(drawer, name).strip()
    ]
    if drawer.is_default and not (drawer.is_active and drawer.kind == DrawerKind.TILL):
        problems.append(
            FieldProblem(
                "is_default",
                "not_a_till",
                _("The default drawer is a till in use; make another one the default first."),
            )
        )
    taken = CashDrawer.objects.filter(code=drawer.code).exclude(pk=drawer.pk)
    if taken.exists():
        problems.append(FieldProblem("code", "duplicate", _("Another drawer has this code.")))
    if problems:
        raise DrawerRefused(errors=problems)


def _save(drawer: CashDrawer) -> None:
    try:
        with transaction.atomic():
            drawer.save()
    except IntegrityError as error:
        raise DrawerRefused(_("Another drawer has this code.")) from error
