"""`scripts/translations.py` notices what is wrong, and the API speaks both languages."""

import importlib.util
import shutil
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings


@pytest.fixture
def house(tmp_path: Path) -> Any:
    """The script, looking at a house with one text in one app."""
    spec = importlib.util.spec_from_file_location(
        "translations", settings.BASE_DIR / "scripts" / "translations.py"
    )
    assert spec is not None
    assert spec.loader is not None
    script: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    script.ROOT = tmp_path
    script.PO_FILE = tmp_path / "locale" / "ar" / "LC_MESSAGES" / "django.po"
    script.MO_FILE = script.PO_FILE.with_suffix(".mo")
    write(script, 'title = _("%(count)s left")')
    script.main(["update"])
    fill(script, "بقي %(count)s")
    script.main(["compile"])
    return script


def write(script: Any, code: str) -> None:
    folder = script.ROOT / "core"
    folder.mkdir(exist_ok=True)
    (folder / "texts.py").write_text(f"from django.utils.translation import gettext as _\n{code}\n")


def fill(script: Any, translation: str) -> None:
    catalog = script.translations()
    for message in catalog:
        if message.id:
            message.string = translation
    script.PO_FILE.write_bytes(script.as_po(catalog))


def test_complete_translations_have_no_fault(house):
    assert list(house.faults()) == []
    assert house.main(["check"]) == 0


def test_a_new_text_is_missed_until_it_is_collected_and_then_until_it_is_translated(house, capsys):
    write(house, 'title = _("%(count)s left"); other = _("New")')
    assert [fault.split(":")[0] for fault in house.faults()] == ["missing"]
    assert house.main(["check"]) == 1

    house.main(["update"])
    house.main(["compile"])

    assert list(house.faults()) == ["not translated: 'New' (core/texts.py)"]


def test_collecting_twice_changes_nothing(house):
    before = house.PO_FILE.read_bytes()

    house.main(["update"])

    assert house.PO_FILE.read_bytes() == before


def test_a_text_nobody_uses_any_more_is_noticed_and_goes(house):
    write(house, "")
    assert [fault.split(":")[0] for fault in house.faults()] == ["no longer used"]

    house.main(["update"])

    assert b"left" not in house.PO_FILE.read_bytes()


@pytest.mark.parametrize("translation", ["بقي", "بقي %(cuont)s", "بقي %(count)s %(more)s"])
def test_a_lost_or_invented_placeholder_is_noticed(house, translation):
    fill(house, translation)
    house.main(["compile"])

    assert [fault.split(":")[0] for fault in house.faults()] == ["placeholders differ"]


def test_a_forgotten_compilation_is_noticed(house):
    fill(house, "الباقي %(count)s")

    assert list(house.faults()) == [
        "locale/ar/LC_MESSAGES/django.mo is not fresh; run `make messages`"
    ]


def test_tests_and_migrations_are_not_translated(house):
    for name in ("tests", "migrations"):
        folder = house.ROOT / "core" / name
        folder.mkdir()
        shutil.copy(house.ROOT / "core" / "texts.py", folder / "more.py")
        (folder / "more.py").write_text('_("only here")')

    assert list(house.faults()) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "title"),
    [("ar", "سجّل الدخول أولاً"), ("en", "Sign in first"), ("ar-SY,ar;q=0.9", "سجّل الدخول أولاً")],
)
def test_problems_speak_the_language_of_the_client(client, language, title):
    response = client.get("/api/v1/auth/me/", HTTP_ACCEPT_LANGUAGE=language)

    assert response.json()["title"] == title
    assert response.json()["code"] == "not_authenticated"
