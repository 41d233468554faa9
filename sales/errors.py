"""What the till refuses."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.errors import NotFound, RuleRefused


class SaleLinesRefused(RuleRefused):
    code = "sale_lines_refused"
    title = _("Some lines cannot be sold; see errors")


class InsufficientTender(RuleRefused):
    code = "insufficient_tender"
    title = _("The money handed over does not cover the total")


class SaleNotFound(NotFound):
    code = "sale_not_found"
    title = _("There is no such sale")
