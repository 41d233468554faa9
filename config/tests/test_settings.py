"""The settings say what they read, read nothing secret by default, and define what apps use."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.module_loading import import_string

from config.celery import app
from config.settings.beat import BEAT_SCHEDULE

ROOT: Path = settings.BASE_DIR
SECRETS = {"SECRET_KEY", "JWT_SIGNING_KEY", "INTERNAL_SERVICE_TOKEN"}
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "config.settings.production",
    "SECRET_KEY": "s" * 20 + "e" * 20 + "cret" * 5,
    "JWT_SIGNING_KEY": "another-secret",
    "INTERNAL_SERVICE_TOKEN": "token",
    "ALLOWED_HOSTS": "pharmacy.example",
    "DATABASE_URL": "postgres://nobody@localhost/nothing",
    "REDIS_URL": "redis://localhost/0",
}
# Set by the test runner or the system, not by a person who sets up a pharmacy.
NOT_FOR_PEOPLE = {
    "OMP_THREAD_LIMIT",
    "PYTEST_XDIST_WORKER",
    "HYPOTHESIS_PROFILE",
    "PHARMACIO_SHARED_DATA",
}


def our_apps() -> list[str]:
    return [name for name in settings.INSTALLED_APPS if (ROOT / name).is_dir()]


def names_read_by(source: str) -> Iterator[str]:
    """Environment variables a module names in `env(...)`, `env_x(...)` or `os.environ`."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            reader = ast.unparse(node.func)
            if re.match(r"env(\.|_|$)|os\.environ\.", reader):
                yield str(node.args[0].value)
        elif isinstance(node, ast.Subscript) and ast.unparse(node.value) == "os.environ":
            yield ast.literal_eval(node.slice)


def variables_read() -> set[str]:
    read: set[str] = set()
    for folder in ("config", "scripts", *our_apps()):
        for path in (ROOT / folder).rglob("*.py"):
            if "tests" not in path.parts:
                read.update(names_read_by(path.read_text()))
    compose = (ROOT / "docker-compose.yml").read_text()
    read.update(re.findall(r"(?<!\$)\$\{([A-Z0-9_]+)", compose))
    return read - NOT_FOR_PEOPLE


def variables_explained() -> set[str]:
    example = (ROOT / ".env.example").read_text()
    return set(re.findall(r"^#?([A-Z][A-Z0-9_]*)=", example, re.MULTILINE))


def python(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run code in a fresh interpreter that knows only the given variables."""
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def load(**environment: str) -> subprocess.CompletedProcess[str]:
    return python("from django.conf import settings; settings.DEBUG", **environment)


def test_every_variable_is_explained_and_every_explanation_is_true():
    assert variables_read() == variables_explained()


def test_a_variable_read_in_any_way_is_noticed():
    source = "env('A'); env.int('B'); env_secret('C'); os.environ.get('D'); os.environ['E']"

    assert set(names_read_by(source)) == {"A", "B", "C", "D", "E"}


def test_the_example_gives_no_secret_away():
    example = (ROOT / ".env.example").read_text()

    for line in example.splitlines():
        name, _, value = line.lstrip("#").partition("=")
        if re.fullmatch(r"[A-Z_]*(PASSWORD|TOKEN|(API|ACCESS|SECRET|SIGNING)_?KEY)", name):
            assert value == "", line


def test_production_loads_with_what_is_required_and_nothing_more():
    result = load(**PRODUCTION)

    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("missing", sorted(PRODUCTION.keys() - {"DJANGO_SETTINGS_MODULE"}))
def test_production_refuses_to_start_without(missing: str):
    result = load(**{name: value for name, value in PRODUCTION.items() if name != missing})

    assert result.returncode != 0
    assert missing in result.stderr.splitlines()[-1]


@pytest.mark.parametrize("blank", sorted(SECRETS))
def test_production_refuses_a_blank_secret(blank: str):
    result = load(**{**PRODUCTION, blank: "  "})

    assert result.returncode != 0
    assert blank in result.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("AI_ENGINE", "magic", "must be one of embedded, http"),
        ("AI_ENGINE", "http", "AI_ENGINE_PROCESS_URL"),
        ("FILE_STORAGE", "tape", "must be one of local, s3"),
        ("TRUSTED_PROXIES", "10.0.0.0/8,proxy", "'proxy'"),
        ("FISCAL_YEAR_START_MONTH", "13", "1 to 12"),
        ("PHARMACY_LANGUAGE", "fr", "must be one of ar, en"),
    ],
)
def test_a_wrong_value_is_refused_with_its_name(name: str, value: str, words: str):
    result = load(**PRODUCTION, **{name: value})

    assert result.returncode != 0
    assert name in result.stderr.splitlines()[-1]
    assert words in result.stderr.splitlines()[-1]


def test_an_http_engine_needs_its_key_in_production():
    engine = {"AI_ENGINE": "http", "AI_ENGINE_PROCESS_URL": "http://ai-engine:8000/v1/process"}

    assert "AI_ENGINE_API_KEY" in load(**PRODUCTION, **engine).stderr
    assert load(**PRODUCTION, **engine, AI_ENGINE_API_KEY="key").returncode == 0


def test_the_web_process_limits_statements_and_a_worker_does_not():
    show = "print(settings.DATABASES['default']['OPTIONS']['options'])"
    web = python(f"import config.wsgi\nfrom django.conf import settings\n{show}", **PRODUCTION)
    worker = python(f"from django.conf import settings\n{show}", **PRODUCTION)

    assert "statement_timeout=30s" in web.stdout, web.stderr
    assert "statement_timeout=0s" in worker.stdout, worker.stderr
    assert "lock_timeout=5s" in web.stdout
    assert "lock_timeout=5s" in worker.stdout


def test_every_setting_the_apps_use_exists():
    used: dict[str, str] = {}
    for name in our_apps():
        for path in (ROOT / name).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "settings":
                    used[node.attr] = str(path)

    unknown = {
        name: path for name, path in used.items() if name.isupper() and not hasattr(settings, name)
    }
    assert unknown == {}


def test_every_class_named_in_the_settings_can_be_imported():
    rest = settings.REST_FRAMEWORK
    paths = [
        *settings.MIDDLEWARE,
        *settings.PASSWORD_HASHERS,
        *settings.AUTHENTICATION_BACKENDS,
        *rest["DEFAULT_AUTHENTICATION_CLASSES"],
        *rest["DEFAULT_PERMISSION_CLASSES"],
        *rest["DEFAULT_THROTTLE_CLASSES"],
        rest["DEFAULT_PAGINATION_CLASS"],
        rest["DEFAULT_SCHEMA_CLASS"],
        rest["EXCEPTION_HANDLER"],
        settings.LOGGING["formatters"]["json"]["()"],
        settings.LOGGING["filters"]["correlation"]["()"],
    ]

    for path in paths:
        assert import_string(path)


def test_every_periodic_task_exists():
    app.loader.import_default_modules()

    assert {entry["task"] for entry in BEAT_SCHEDULE.values()} <= set(app.tasks)


def test_every_periodic_task_is_explained_to_whoever_operates_it():
    text = (ROOT / "docs/operations.md").read_text()
    part = text[text.index("## By the clock") : text.index("## Imports")]

    assert set(re.findall(r"^\| `([a-z-]+)` \|", part, re.MULTILINE)) == set(BEAT_SCHEDULE)


def test_every_task_is_named_after_its_app():
    app.loader.import_default_modules()

    strays = [
        name
        for name in app.tasks
        if not name.startswith("celery.") and name.split(".")[0] not in our_apps()
    ]
    assert strays == []
