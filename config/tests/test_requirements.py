"""The pinned requirements: complete, exact, free of machine traces and of unwanted licences."""

import ast
import re
import sys
from importlib import metadata
from typing import Any

import pytest
from django.conf import settings
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = settings.BASE_DIR
REQUIREMENT_SOURCES = ("base", "dev")
LOCKS = {"base": "requirements.txt", "dev": "requirements-dev.txt"}
COPYLEFT = re.compile(r"\bA?L?GPL|GNU|General Public", re.IGNORECASE)
# The driver the project is built on; used as a library, unchanged.
MANDATED = {"psycopg", "psycopg-binary"}


def direct(name: str) -> list[str]:
    lines = (ROOT / "requirements" / f"{name}.in").read_text().splitlines()
    return [line for line in lines if line and not line.startswith(("#", "-"))]


def pinned(name: str) -> dict[str, Requirement]:
    found: dict[str, Requirement] = {}
    for line in (ROOT / LOCKS[name]).read_text().splitlines():
        if line and not line.startswith("#"):
            requirement = Requirement(line.split("#")[0].strip())
            found[canonicalize_name(requirement.name)] = requirement
    return found


@pytest.mark.parametrize("name", REQUIREMENT_SOURCES)
def test_every_direct_requirement_has_its_reason(name: str):
    for line in direct(name):
        assert re.search(r"# \S.{9,}", line), line


@pytest.mark.parametrize("name", REQUIREMENT_SOURCES)
def test_every_direct_requirement_is_pinned(name: str):
    pins = pinned(name)

    for line in direct(name):
        requirement = Requirement(line.split("#")[0].strip())
        pin = pins[canonicalize_name(requirement.name)]
        assert re.fullmatch(r"==[^,*]+", str(pin.specifier)), line
        assert requirement.specifier.contains(str(pin.specifier).removeprefix("=="))


@pytest.mark.parametrize("name", REQUIREMENT_SOURCES)
def test_the_lock_names_no_index_and_no_machine(name: str):
    text = (ROOT / LOCKS[name]).read_text()

    assert "://" not in text
    assert not re.search(r"^-", text, re.MULTILINE)
    assert " @ " not in text


def test_development_runs_what_production_runs():
    development = pinned("dev")

    for name, requirement in pinned("base").items():
        assert str(development[name].specifier) == str(requirement.specifier)


def test_the_image_installs_whatever_the_code_in_it_imports():
    """It has requirements.txt and the folders of the apps: no tools, no tests, no scripts."""
    ours = [name for name in settings.INSTALLED_APPS if (ROOT / name).is_dir()] + ["config"]
    sources = [
        path for name in ours for path in (ROOT / name).rglob("*.py") if "tests" not in path.parts
    ]
    imported: dict[str, str] = {}
    for path in sources:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            else:
                outside = isinstance(node, ast.ImportFrom) and not node.level
                names = [str(node.module)] if outside else []
            imported.update(dict.fromkeys((name.split(".")[0] for name in names), str(path)))
    distributions = metadata.packages_distributions()
    installed = set(pinned("base"))

    missing = {
        name: path
        for name, path in imported.items()
        if name not in sys.stdlib_module_names
        and name not in ours
        and not installed & {canonicalize_name(one) for one in distributions.get(name, [])}
    }
    assert len(imported) > 20
    assert missing == {}


def licence_of(name: str) -> str:
    about: Any = metadata.metadata(name)
    classifiers = [c for c in about.get_all("Classifier", []) if c.startswith("License")]
    return " ".join([about.get("License-Expression") or "", *classifiers]) or (
        about.get("License") or ""
    )


def test_nothing_in_production_is_copyleft_but_the_mandated_driver():
    found = {name: licence_of(name) for name in pinned("base")}

    assert all(found.values()), found
    assert {name for name, licence in found.items() if COPYLEFT.search(licence)} == MANDATED
