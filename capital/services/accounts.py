"""Own accounts below the system's: made, renamed, moved, taken out of use, removed.

Balances and postings are the ledger's matter; here only the chart changes.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from capital.chart import AccountType, SystemAccount
from capital.errors import (
    AccountInUse,
    AccountNotFound,
    AccountProtected,
    AccountRefused,
    DuplicateAccountCode,
)
from capital.models import Account, AccountBalance, CashDrawer, ExpenseCategory
from capital.selectors import account_get
from capital.services.ledger import ledger_lock
from core import audit
from core.audit import Actor
from core.db import lock
from core.errors import FieldProblem
from core.money import currency, format_money

# What is left on these at the end of a year is carried on; it has to be moved before.
_CARRIED = {AccountType.ASSET, AccountType.LIABILITY, AccountType.EQUITY}


@transaction.atomic
def account_create(
    *, actor: Actor, now: datetime, parent_id: int, code: str, name_en: str, name_ar: str
) -> Account:
    """An own account below another, of the same type and side; it may be posted to at once.

    Raises AccountNotFound, AccountRefused, DuplicateAccountCode.
    """
    above = account_get(parent_id)
    _refuse_as_parent(above)
    account = Account(
        code=code.strip(),
        name_en=name_en.strip(),
        name_ar=name_ar.strip(),
        type=above.type,
        normal_side=above.normal_side,
        parent=above,
        system_group=above.system_group,
    )
    _refuse_faulty(account)
    _save(account)
    AccountBalance.objects.create(account=account, never_negative=above.balance.never_negative)
    audit.record(
        actor=actor,
        action="capital.account_created",
        subject=account,
        changes={"code": account.code, "below": above.code},
        occurred_at=now,
    )
    return account


@transaction.atomic
def account_update(*, actor: Actor, now: datetime, account_id: int, **fields: Any) -> Account:
    """Change what is given of: name_en, name_ar, code, parent_id.

    A system account keeps its number and place. An own account may move within its branch, so
    that past reports of the branch stay what they were.

    Raises AccountNotFound, AccountProtected, AccountRefused, DuplicateAccountCode.
    """
    account = _locked(account_id)
    parent_id = fields.pop("parent_id", account.parent_id)
    changes = {
        name: [getattr(account, name), value.strip()]
        for name, value in fields.items()
        if value.strip() != getattr(account, name)
    }
    if parent_id != account.parent_id:
        changes["parent_id"] = [account.parent_id, parent_id]
    if account.system_code is not None and {"code", "parent_id"} & changes.keys():
        raise AccountProtected
    if "parent_id" in changes:
        _move(account, parent_id)
    for name in fields.keys() & changes.keys():
        setattr(account, name, changes[name][1])
    _refuse_faulty(account)
    if changes:
        _save(account, changed=changes.keys())
        audit.record(
            actor=actor,
            action="capital.account_changed",
            subject=account,
            changes=changes,
            occurred_at=now,
        )
    return account


@transaction.atomic
def account_deactivate(*, actor: Actor, now: datetime, account_id: int, reason: str) -> Account:
    """Take an own account out of use: nothing can be posted to it any more.

    Raises AccountNotFound, AccountProtected, AccountInUse (money on it, accounts in use below it,
    a drawer or an expense category that posts to it).
    """
    ledger_lock()  # nobody posts to it meanwhile
    account = _locked_own(account_id)
    if not account.is_active:
        return account
    _refuse_in_use(account)
    return _set_active(account, active=False, actor=actor, now=now, reason=reason)


@transaction.atomic
def account_activate(*, actor: Actor, now: datetime, account_id: int, reason: str) -> Account:
    """Put an account back into use. Raises AccountNotFound, AccountProtected, AccountRefused."""
    account = _locked_own(account_id)
    if account.is_active:
        return account
    if account.parent is not None:
        _refuse_as_parent(account.parent)
    return _set_active(account, active=True, actor=actor, now=now, reason=reason)


@transaction.atomic
def account_delete(*, actor: Actor, now: datetime, account_id: int) -> None:
    """Remove an own account that nothing was ever posted to.

    Raises AccountNotFound, AccountProtected, AccountInUse.
    """
    ledger_lock()
    account = _locked_own(account_id)
    audit.record(
        actor=actor,
        action="capital.account_deleted",
        subject=account,
        changes={"code": account.code, "name_en": account.name_en},
        occurred_at=now,
    )
    if account.lines.exists():
        raise AccountInUse(_("Entries were posted to it; take it out of use instead."))
    try:
        with transaction.atomic():
            AccountBalance.objects.filter(account=account).delete()
            account.delete()
    except ProtectedError as error:
        raise AccountInUse(
            _("Other accounts, a drawer, a category or a bank account refer to it.")
        ) from error


def _locked(account_id: int) -> Account:
    found = lock(Account.objects.select_related("parent", "balance").filter(pk=account_id))
    if not found:
        raise AccountNotFound
    return found[0]


def _locked_own(account_id: int) -> Account:
    account = _locked(account_id)
    if account.system_code is not None:
        raise AccountProtected
    return account


def _refuse_as_parent(above: Account) -> None:
    detail = None
    if not above.is_active:
        detail = _("The account above is no longer in use; activate it first.")
    elif above.system_group == SystemAccount.INVENTORY:
        detail = _("Stock is divided by batches and locations, not by accounts.")
    if detail:
        raise AccountRefused(errors=[FieldProblem("parent_id", "unsuitable", detail)])


def _move(account: Account, parent_id: int | None) -> None:
    above = account_get(parent_id) if parent_id else None
    if above is None or above.system_group != account.system_group:
        raise AccountRefused(
            errors=[
                FieldProblem(
                    "parent_id",
                    "other_branch",
                    _("An account moves within its branch only: %(branch)s.")
                    % {"branch": account.system_group},
                )
            ]
        )
    _refuse_as_parent(above)
    walked: Account | None = above
    while walked is not None:
        if walked.pk == account.pk:
            raise AccountRefused(
                errors=[
                    FieldProblem("parent_id", "circle", _("An account cannot stand below itself."))
                ]
            )
        walked = walked.parent
    account.parent = above


def _refuse_faulty(account: Account) -> None:
    problems = [
        FieldProblem(name, "required", _("Give a number or name."))
        for name in ("code", "name_en", "name_ar")
        if not getattr(account, name)
    ]
    if account.system_code is None and account.code in set(SystemAccount):
        problems.append(
            FieldProblem("code", "reserved", _("This word names an account of the system."))
        )
    if problems:
        raise AccountRefused(errors=problems)


def _save(account: Account, *, changed: Collection[str] | None = None) -> None:
    """Write a new account, or what has `changed` of one.

    Not the rest: PostgreSQL holds back whoever posts to a row whose unique number is written
    again, even if it stays the same.
    """
    taken = Account.objects.filter(code=account.code).exclude(pk=account.pk).exists()
    try:
        if taken:
            raise IntegrityError
        with transaction.atomic():
            account.save(update_fields=changed)
    except IntegrityError as error:
        if taken or Account.objects.filter(code=account.code).exclude(pk=account.pk).exists():
            raise DuplicateAccountCode(
                errors=[
                    FieldProblem(
                        "code",
                        "duplicate",
                        _("The number %(code)s is taken.") % {"code": account.code},
                    )
                ]
            ) from error
        raise _refused_by_database(error) from error


def _refused_by_database(error: IntegrityError) -> Exception:
    """A circle or depth that two moves at once would have made."""
    diagnostics = getattr(error.__cause__, "diag", None)
    if getattr(diagnostics, "constraint_name", "") != "capital_account_no_circle":
        return error
    return AccountRefused(
        errors=[
            FieldProblem(
                "parent_id", "circle", _("An account cannot stand below itself, nor deeper than 8.")
            )
        ]
    )


def _refuse_in_use(account: Account) -> None:
    detail = None
    if account.children.filter(is_active=True).exists():
        detail = _("Accounts below it are in use.")
    elif CashDrawer.objects.filter(account=account, is_active=True).exists():
        detail = _("A cash drawer in use posts to it.")
    elif ExpenseCategory.objects.filter(account=account, is_active=True).exists():
        detail = _("An expense category in use posts to it.")
    elif account.type in _CARRIED and account.balance.debit_balance != 0:
        detail = _("%(amount)s %(currency)s stand on it; move them first.") % {
            "amount": format_money(account.natural_balance),
            "currency": currency(),
        }
    if detail:
        raise AccountInUse(detail)


def _set_active(
    account: Account, *, active: bool, actor: Actor, now: datetime, reason: str
) -> Account:
    account.is_active = active
    account.save(update_fields=["is_active"])
    audit.record(
        actor=actor,
        action="capital.account_activated" if active else "capital.account_deactivated",
        subject=account,
        changes={"is_active": [not active, active]},
        reason=reason,
        occurred_at=now,
    )
    return account
