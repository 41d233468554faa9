"""Reads of the chart of accounts."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from capital.chart import LIQUID_ACCOUNTS, SystemAccount
from capital.errors import AccountNotFound, InvalidPosting
from capital.models import Account
from core.errors import FieldProblem


def accounts_with_balances(*, group: str = "", is_active: bool | None = None) -> QuerySet[Account]:
    """All accounts by code, each with its balance. One query.

    group: system code of the branch, itself included.
    """
    found = Account.objects.select_related("balance").order_by("code")
    if group:
        found = found.filter(system_group=group)
    if is_active is not None:
        found = found.filter(is_active=is_active)
    return found


def account_get(account_id: int) -> Account:
    """Raises AccountNotFound."""
    found = accounts_with_balances().filter(pk=account_id).first()
    if found is None:
        raise AccountNotFound
    return found


def liquid_account(account: str, *, field: str = "account") -> Account:
    """The account of cash or bank, or below them, that a system code or a number names.

    Raises InvalidPosting naming `field`.
    """
    return account_of(account, groups=LIQUID_ACCOUNTS, field=field)


def account_of(account: str, *, groups: Sequence[SystemAccount], field: str) -> Account:
    """The account within `groups` that a system code or a number names.

    Raises InvalidPosting naming `field`.
    """
    found = (
        Account.objects.filter(Q(system_code=account) | Q(code=account), system_group__in=groups)
        .order_by(F("system_code").asc(nulls_last=True))
        .first()
    )
    if found is None:
        raise InvalidPosting(
            errors=[
                FieldProblem(
                    field,
                    "unknown_account",
                    _("Give the system code or the number of an account of: %(groups)s.")
                    % {"groups": ", ".join(groups)},
                )
            ]
        )
    return found
