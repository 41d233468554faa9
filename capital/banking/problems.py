"""Why a statement cannot be read."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.errors import FieldProblem, RuleRefused


class StatementUnreadable(RuleRefused):
    code = "statement_unreadable"
    title = _("The bank statement cannot be read")


def row_problem(row: int, column: str, detail: str | Promise) -> FieldProblem:
    """A fault in one cell; row: the line of the file, from 1."""
    return FieldProblem(f"rows.{row}.{column}", "invalid_cell", detail)
