"""Foreign keys point only down the layers; upward references are opaque."""

from collections.abc import Iterable

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models
from django.test.utils import isolate_apps

# From the bottom up. Apps on one level do not know each other.
LEVELS = [
    ("core",),
    ("users",),
    ("rbac",),
    ("files",),
    ("capital",),
    ("inventory",),
    ("sales", "purchases"),
    ("ai_integration",),
    ("notifications",),
]
LEVEL_OF = {app: level for level, names in enumerate(LEVELS) for app in names}


def wrong_references(candidates: Iterable[type[models.Model]]) -> list[str]:
    """References between our apps that go up or sideways, as `model.field -> model`."""
    wrong = []
    for model in candidates:
        for field in model._meta.get_fields(include_hidden=True):
            if field.auto_created and not field.concrete:
                continue  # the far end of somebody else's reference
            target = field.related_model
            if not isinstance(target, type) or target._meta.app_label == model._meta.app_label:
                continue
            here = LEVEL_OF.get(model._meta.app_label)
            there = LEVEL_OF.get(target._meta.app_label)
            if there is not None and (here is None or there >= here):
                wrong.append(f"{model._meta.label}.{field.name} -> {target._meta.label}")
    return wrong


# Django's and the token library's tables are below ours; those that point to our user must.
THIRD_PARTY_TO_USER = {
    "admin.LogEntry.user -> users.User",
    "token_blacklist.OutstandingToken.user -> users.User",
}


def test_foreign_keys_point_only_downward():
    assert set(wrong_references(apps.get_models(include_auto_created=True))) <= THIRD_PARTY_TO_USER


def test_every_app_of_the_house_has_a_level():
    ours = {name for name in settings.INSTALLED_APPS if (settings.BASE_DIR / name).is_dir()}

    assert ours == set(LEVEL_OF)


@pytest.mark.parametrize(("lower", "upper"), [("core", "users"), ("sales", "purchases")])
@pytest.mark.parametrize("kind", ["ForeignKey", "OneToOneField", "ManyToManyField"])
def test_a_reference_up_or_sideways_is_found(lower: str, upper: str, kind: str):
    with isolate_apps("core", "users", "sales", "purchases"):

        class Above(models.Model):
            class Meta:
                app_label = upper

        options = {} if kind == "ManyToManyField" else {"on_delete": models.PROTECT}

        class Below(models.Model):
            reference = getattr(models, kind)(Above, **options)

            class Meta:
                app_label = lower

        assert wrong_references([Below]) == [f"{lower}.Below.reference -> {upper}.Above"]
        assert wrong_references([Above]) == []
