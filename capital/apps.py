from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CapitalConfig(AppConfig):
    name = "capital"
    verbose_name = _("Capital")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from capital.references import names_register
        from capital.selectors import names

        names_register("capital.journal_entry", names.entry_numbers)
        names_register("capital.operation", names.operation_numbers)
        names_register("capital.cash_session", names.session_numbers)
        names_register("capital.bank_statement_line", names.bank_line_names)
