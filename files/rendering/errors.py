"""Why a table is not exported."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.errors import RuleRefused


class ExportTooLong(RuleRefused):
    code = "export_too_long"
    title = _("There are more rows than this format can hold")
