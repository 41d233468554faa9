"""Scorecards of suppliers as a table."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from core.money import currency
from files.public import Column, ColumnKind, Row, Section, TableDocument
from purchases.selectors.scorecards import Scorecards


def scorecards_table(report: Scorecards, *, now: datetime) -> TableDocument:
    """One row per supplier."""
    rows = [
        Row(
            (
                card.supplier.name,
                card.delivery.ordered_units,
                card.delivery.fill_rate,
                card.delivery.line_fill_rate,
                card.delay.receipts,
                card.delay.late_share,
                str(card.delay.average_late_days if card.delay.receipts else ""),
                str(card.prices.average_rank or ""),
                card.prices.price_index,
                card.goods.short_dated_share,
                card.invoices.difference_share,
                card.invoices.disputed,
                card.goods.returned_share,
            )
        )
        for card in report.rows
    ]
    percent = ColumnKind.PERCENT
    return TableDocument(
        name="supplier-scorecards",
        dated=f"{report.date_from}_{report.date_to}",
        title=_("Scorecards of suppliers"),
        lines=(
            _("%(first)s to %(last)s, in %(currency)s")
            % {
                "first": report.date_from.isoformat(),
                "last": report.date_to.isoformat(),
                "currency": currency(),
            },
        ),
        columns=(
            Column(_("Supplier")),
            Column(_("Units ordered"), ColumnKind.QUANTITY),
            Column(_("Units delivered"), percent),
            Column(_("Lines complete"), percent),
            Column(_("Deliveries"), ColumnKind.INTEGER),
            Column(_("Late"), percent),
            Column(_("Days late on average")),
            Column(_("Price rank")),
            Column(_("Price index"), percent),
            Column(_("Short-dated"), percent),
            Column(_("Invoices with differences"), percent),
            Column(_("Disputed"), ColumnKind.MONEY),
            Column(_("Returned"), percent),
        ),
        sections=(Section(tuple(rows)),),
        notes=(
            _("Price rank: 1 is the cheapest of those who offer the same product today."),
            _("Price index: 100% is the best true cost today for everything bought."),
        ),
        generated_at=now,
    )
