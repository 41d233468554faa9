"""The statement of a supplier and payables by due date, as tables."""

from __future__ import annotations

from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.money import currency
from files.public import Column, ColumnKind, Row, RowKind, Section, TableDocument
from purchases.selectors.ageing import DueAgeing
from purchases.selectors.statement import Statement, StatementLine

PAYMENT = "supplier_payment"
KINDS: dict[str, str | Promise] = {
    "stock_receipt": gettext_lazy("Goods received"),
    "supplier_invoice": gettext_lazy("Invoice"),
    PAYMENT: gettext_lazy("Payment"),
    "payment_discount": gettext_lazy("Discount for early payment"),
    "credit_note": gettext_lazy("Credit note"),
    "stock_return_out": gettext_lazy("Goods returned"),
    "supplier_return_closed": gettext_lazy("Return closed without credit"),
    "landed_cost": gettext_lazy("Freight and other costs"),
    "reversal": gettext_lazy("Reversal"),
}


def statement_table(report: Statement, *, now: datetime) -> TableDocument:
    """One row per document; the opening balance first, the closing one last."""
    opening = Row(
        (None, _("Opening balance"), "", None, None, None, report.opening), RowKind.HEADING
    )
    closing = Row(
        (None, _("Closing balance"), "", None, report.increases, report.decreases, report.closing),
        RowKind.TOTAL,
    )
    covered = (
        _("As of %(day)s") % {"day": report.as_of.isoformat()}
        if report.date_from is None
        else _("%(first)s to %(last)s")
        % {"first": report.date_from.isoformat(), "last": report.as_of.isoformat()}
    )
    return TableDocument(
        name="supplier-statement",
        dated=report.as_of.isoformat(),
        title=_("Statement of account: %(supplier)s") % {"supplier": report.supplier.name},
        lines=(_("%(covered)s, in %(currency)s") % {"covered": covered, "currency": currency()},),
        columns=(
            Column(_("Date"), ColumnKind.DATE),
            Column(_("Document")),
            Column(_("Number")),
            Column(_("Billed"), ColumnKind.MONEY),
            Column(_("Debt grows"), ColumnKind.MONEY),
            Column(_("Debt shrinks"), ColumnKind.MONEY),
            Column(_("Balance"), ColumnKind.MONEY),
        ),
        sections=(Section((opening, *(_statement_row(line) for line in report.lines), closing)),),
        notes=(_("The balance is what the pharmacy owes, by its ledger."),),
        generated_at=now,
    )


def _statement_row(line: StatementLine) -> Row:
    return Row(
        (
            line.day,
            _called(line),
            line.document or line.entry_number,
            line.billed,
            line.amount if line.amount > 0 else None,
            -line.amount if line.amount < 0 else None,
            line.balance,
        )
    )


def _called(line: StatementLine) -> str:
    """What the document is; of a payment also what was noted, such as the number of the cheque."""
    kind = str(KINDS.get(line.kind, line.kind))
    return f"{kind}: {line.memo}" if line.kind == PAYMENT and line.memo else kind


def due_ageing_table(report: DueAgeing, *, now: datetime) -> TableDocument:
    """One row per supplier, with the days its open invoices are overdue."""
    money = ColumnKind.MONEY
    rows = [
        Row(
            (
                row.supplier.name,
                row.not_due,
                *row.buckets,
                row.not_invoiced,
                -row.unapplied,
                row.balance,
            )
        )
        for row in report.rows
    ]
    total = Row(
        (
            _("Total"),
            report.total("not_due"),
            *report.bucket_totals,
            report.total("not_invoiced"),
            -report.total("unapplied"),
            report.total("balance"),
        ),
        RowKind.TOTAL,
    )
    return TableDocument(
        name="payables-by-due-date",
        dated=report.as_of.isoformat(),
        title=_("Payables by due date"),
        lines=(
            _("As of %(day)s, in %(currency)s")
            % {"day": report.as_of.isoformat(), "currency": currency()},
        ),
        columns=(
            Column(_("Supplier")),
            Column(_("Not due"), money),
            *(Column(title, money) for title in _bucket_titles(report.bounds)),
            Column(_("Not billed yet"), money),
            Column(_("Not allocated"), money),
            Column(_("Balance"), money),
        ),
        sections=(Section((*rows, total)),),
        notes=(_("Overdue from the day after the due date."),),
        generated_at=now,
    )


def _bucket_titles(bounds: tuple[int, ...]) -> list[str]:
    firsts = (1, *(bound + 1 for bound in bounds))
    closed = [
        _("%(first)d-%(last)d days overdue") % {"first": first, "last": last}
        for first, last in zip(firsts, bounds, strict=False)
    ]
    return [*closed, _("More than %(last)d days overdue") % {"last": bounds[-1]}]
