"""Django admin of the whole house: everything is there, and ledgers can only be looked at."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib.admin.sites import site
from django.db import connection
from django.test import Client
from django.urls import reverse

from core.admin import ServiceAdmin
from rbac.tests.factories import user_with_role

OURS = [
    config for config in apps.get_app_configs() if (config.path + "/").count("/site-packages/") == 0
]
MODELS = [model for config in OURS for model in config.get_models() if not model._meta.auto_created]
SHOWN = [model for model in MODELS if site.is_registered(model)]


def name_of(model):
    return model._meta.label


@pytest.fixture
def browser(db) -> Client:
    client = Client()
    owner = user_with_role("owner", is_superuser=True)
    client.force_login(owner, backend="users.backends.LoginBackend")
    return client


def test_every_table_has_a_page_or_stands_on_that_of_its_document():
    inlines = {inline.model for model in SHOWN for inline in site.get_model_admin(model).inlines}
    assert {name_of(model) for model in MODELS if model not in inlines} <= {
        name_of(model) for model in SHOWN
    }


@pytest.mark.parametrize("language", ["ar", "en"])
def test_every_list_opens_in_both_languages(browser, language):
    headers = {"accept-language": language}
    assert browser.get("/admin/", headers=headers).status_code == 200
    failing = {
        name_of(model): answer.status_code
        for model in SHOWN
        if (answer := browser.get(listed(model), headers=headers)).status_code != 200
    }
    assert failing == {}


def listed(model):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


@pytest.mark.django_db
def test_what_the_database_keeps_unchanged_the_admin_only_shows():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger"
            " WHERE tgname LIKE '%_no_truncate'"
        )
        append_only = {table for (table,) in cursor.fetchall()}
    ledgers = [model for model in SHOWN if model._meta.db_table in append_only]
    assert len(ledgers) >= 4
    for model in ledgers:
        page = site.get_model_admin(model)
        assert isinstance(page, ServiceAdmin), name_of(model)
        assert not page.has_add_permission(None), name_of(model)
        assert not page.has_change_permission(None), name_of(model)
        assert not page.has_delete_permission(None), name_of(model)
