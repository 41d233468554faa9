"""The administration site of the house in place of Django's own."""

from django.apps import apps
from django.contrib.admin.apps import AdminConfig

from config.field_names import fields_name


class PharmacioAdminConfig(AdminConfig):
    default_site = "users.admin_site.PharmacioAdminSite"

    def ready(self) -> None:
        super().ready()
        fields_name(apps.get_models())
