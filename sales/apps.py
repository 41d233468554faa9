from django.apps import AppConfig


class SalesConfig(AppConfig):
    name = "sales"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from inventory.public import names_register
        from sales.selectors import sale_numbers

        names_register("sales.sale", sale_numbers)
