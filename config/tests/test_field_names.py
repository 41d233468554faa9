from decimal import Decimal

import pytest
from django.apps import apps
from django.utils import translation
from django.utils.formats import localize
from django.utils.functional import Promise

from config.field_names import ARABIC

OURS = [
    model
    for config in apps.get_app_configs()
    if "site-packages" not in config.path
    for model in config.get_models()
]
FIELDS = [
    field
    for model in OURS
    for field in model._meta.get_fields()
    if getattr(field, "verbose_name", None) is not None and not field.auto_created
]


def test_every_field_has_a_name_that_is_translated():
    assert {
        f"{field.model._meta.label}.{field.name}: {field.verbose_name}"
        for field in FIELDS
        if not isinstance(field.verbose_name, Promise)
    } == set()


@pytest.mark.parametrize(("language", "said"), [("en", "delivery note"), ("ar", "إشعار التسليم")])
def test_a_field_is_called_in_the_language_of_the_reader(language, said):
    field = apps.get_model("purchases", "GoodsReceipt")._meta.get_field("delivery_note")
    with translation.override(language):
        assert str(field.verbose_name) == said


def test_every_department_has_an_arabic_name():
    with translation.override("ar"):
        names = {str(apps.get_app_config(model._meta.app_label).verbose_name) for model in OURS}
    assert {name for name in names if name.isascii()} == set()


def test_no_name_is_kept_that_no_field_has():
    with translation.override("en"):
        used = {str(field.verbose_name) for field in FIELDS}
    assert set(ARABIC) - used == set()


def test_an_amount_in_arabic_has_a_point_before_its_decimals():
    with translation.override("ar"):
        assert localize(Decimal("16073334.500"), use_l10n=True) == "16073334.500"
