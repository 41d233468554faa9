"""The administration site of the house in place of Django's own."""

from django.contrib.admin.apps import AdminConfig


class PharmacioAdminConfig(AdminConfig):
    default_site = "users.admin_site.PharmacioAdminSite"
