from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InventoryConfig(AppConfig):
    name = "inventory"
    verbose_name = _("Inventory")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from inventory.selectors.names import document_numbers, write_off_numbers
        from inventory.sources import names_register

        names_register("inventory.stock_document", document_numbers)
        names_register("inventory.write_off", write_off_numbers)
