"""What any document of purchasing may refuse."""

from django.utils.translation import gettext_lazy as _

from core.errors import InvalidInput


class ReasonRequired(InvalidInput):
    code = "reason_required"
    title = _("Say why")
