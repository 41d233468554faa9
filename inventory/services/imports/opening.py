"""The opening balance as an import: all of the file, or nothing of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from core.audit import Actor
from core.money import format_money
from inventory.imports.judgement import (
    Applied,
    ImportOptions,
    Judgement,
    OnProgress,
    Verdict,
)
from inventory.imports.opening.columns import OPENING_COLUMNS
from inventory.imports.opening.match import Matches, opening_match
from inventory.imports.opening.rows import OpeningSheet, opening_rows, opening_sheet
from inventory.imports.remarks import Remarks
from inventory.imports.table import Row
from inventory.models import RowOutcome
from inventory.services.opening import opening_write


class OpeningRules:
    """See `inventory.imports.judgement.ImportRules`."""

    columns = OPENING_COLUMNS

    def check(self, rows: Sequence[Row], options: ImportOptions) -> tuple[Remarks, Remarks]:
        sheet = opening_rows(rows, columns=options.columns, today=options.today)
        return sheet.faults, sheet.warnings

    def judge(
        self, rows: Sequence[Row], options: ImportOptions, on_progress: OnProgress
    ) -> Judgement:
        on_progress("reading", 0)
        sheet = opening_sheet(
            rows,
            columns=options.columns,
            today=options.today,
            file_name=options.file_name,
            digest=options.digest,
        )
        on_progress("matching", 0)
        matches = opening_match(sheet)
        return Judgement(
            faults=sheet.faults,
            warnings=sheet.warnings,
            verdicts={
                number: Verdict(RowOutcome.STOCKED, product.pk)
                for number, product in matches.by_row.items()
            },
            counts=_counts(sheet, matches),
            plan=(sheet, matches),
        )

    def apply(
        self,
        *,
        actor: Actor,
        now: datetime,
        judgement: Judgement,
        options: ImportOptions,
        on_progress: OnProgress,
    ) -> Applied:
        sheet, matches = judgement.plan
        outcome = opening_write(
            actor=actor, now=now, sheet=sheet, matches=matches, on_progress=on_progress
        )
        return Applied(
            counts={"number": outcome.number, "low_stock": outcome.low_stock},
            document_id=outcome.document_id,
            created={number: product.pk for number, product in matches.by_row.items()},
        )


def _counts(sheet: OpeningSheet, matches: Matches) -> dict[str, Any]:
    matched = {product.pk for product in matches.by_row.values()} - {None}
    return {
        "products_created": len(matches.created),
        "products_matched": len(matched),
        "quantity": sum(row.quantity for row in sheet.rows),
        "value": format_money(sheet.value),
    }
