"""Table of what is owed, by age."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from capital.chart import SystemAccount
from capital.reports.ageing import Ageing
from capital.reports.tables.parts import dated, money, scope_lines
from files.public import Column, ColumnKind, Row, RowKind, Section, TableDocument


def ageing_table(report: Ageing, *, now: datetime) -> TableDocument:
    owed_by_us = report.account == SystemAccount.PAYABLES
    rows = [
        Row(
            (
                row.name or _("Without a party"),
                *row.buckets,
                -row.unapplied,
                row.balance,
                row.items[0].day if row.items else None,
            )
        )
        for row in report.rows
    ]
    total = Row(
        (_("Total"), *report.bucket_totals, -report.unapplied, report.balance, None), RowKind.TOTAL
    )
    return TableDocument(
        name="payables-ageing" if owed_by_us else "receivables-ageing",
        dated=dated(report.scope),
        title=_("Payables by age") if owed_by_us else _("Receivables by age"),
        lines=scope_lines(report.scope),
        columns=(
            Column(_("Supplier") if owed_by_us else _("Customer")),
            *(money(title) for title in bucket_titles(report.bounds)),
            money(_("Paid ahead")),
            money(_("Balance")),
            Column(_("Oldest"), ColumnKind.DATE),
        ),
        sections=(Section((*rows, total)),),
        notes=(_("Payments are taken against the oldest invoices first."),),
        generated_at=now,
    )


def bucket_titles(bounds: tuple[int, ...]) -> list[str]:
    """0-30, 31-60, 61-90 and 90+ days for (30, 60, 90)."""
    firsts = (0, *(bound + 1 for bound in bounds))
    closed = [
        _("%(first)d-%(last)d days") % {"first": first, "last": last}
        for first, last in zip(firsts, bounds, strict=False)
    ]
    return [*closed, _("Over %(last)d days") % {"last": bounds[-1]}]
