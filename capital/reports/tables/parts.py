"""What the tables of all reports share: their lines of dates, account names, rows of accounts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _

from capital.models import Account
from capital.reports.ledger import Scope
from capital.reports.tree import AccountLine, Amounts
from core.money import currency
from files.public import Bilingual, Column, ColumnKind, Row, RowKind


def money(title: str) -> Column:
    return Column(title, ColumnKind.MONEY)


def account_name(account: Account) -> Bilingual:
    return Bilingual(ar=account.name_ar, en=account.name_en)


def scope_lines(scope: Scope) -> tuple[str, ...]:
    """What the figures cover, in words."""
    if scope.first is None:
        covered = _("As of %(day)s") % {"day": scope.last.isoformat()}
    else:
        covered = period_text(scope)
    return (_("%(covered)s, in %(currency)s") % {"covered": covered, "currency": currency()},
            *known_at_line(scope.known_at))  # fmt: skip


def period_text(scope: Scope) -> str:
    if scope.first is None:
        return _("To %(last)s") % {"last": scope.last.isoformat()}
    return _("%(first)s to %(last)s") % {
        "first": scope.first.isoformat(),
        "last": scope.last.isoformat(),
    }


def known_at_line(known_at: datetime | None) -> tuple[str, ...]:
    if known_at is None:
        return ()
    moment = known_at.astimezone(ZoneInfo(settings.PHARMACY_TIME_ZONE))
    return (_("As known on %(moment)s") % {"moment": f"{moment:%Y-%m-%d %H:%M}"},)


def dated(scope: Scope) -> str:
    """For the file's name."""
    first = scope.first
    return scope.last.isoformat() if first is None else f"{first}_{scope.last}"


def day_title(day: date) -> str:
    return day.isoformat()


def account_rows(lines: Iterable[AccountLine]) -> Iterator[Row]:
    """Branches with their sums above the accounts in them; what stands directly on a branch's
    own account is a row of its own, so that the rows of each level add up."""
    for line in lines:
        name = account_name(line.account)
        kind = RowKind.SUBTOTAL if line.has_children else RowKind.DETAIL
        yield Row((line.account.code, name, *line.amounts), kind=kind, level=line.level)
        if line.has_children and any(line.own):
            direct = _("%(account)s, directly") % {"account": name}
            yield Row((line.account.code, direct, *line.own), level=line.level + 1)


def total_row(title: str, amounts: Amounts, *, kind: RowKind = RowKind.TOTAL) -> Row:
    return Row(("", title, *amounts), kind=kind)
