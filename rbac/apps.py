from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class RbacConfig(AppConfig):
    name = "rbac"
    verbose_name = _("Roles and audit")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        post_migrate.connect(_synchronise, sender=self)


def _synchronise(**kwargs: Any) -> None:
    from django.db import connection
    from django.utils import timezone

    from rbac.models import Role
    from rbac.services.synchronisation import permissions_synchronise

    # `migrate rbac zero` comes here too, with the tables gone.
    if Role._meta.db_table in connection.introspection.table_names():
        permissions_synchronise(now=timezone.now())
