"""What can be known of the CI workflow without running it."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml
from django.conf import settings

ROOT = settings.BASE_DIR


@pytest.fixture(scope="module")
def jobs() -> dict[str, Any]:
    return yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text())["jobs"]


def commands(job: dict[str, Any]) -> str:
    return "\n".join(step.get("run", "") for step in job["steps"])


def test_the_four_promised_jobs_are_there(jobs):
    assert set(jobs) == {"check", "test", "image", "upgrade"}


def test_every_target_that_is_made_exists(jobs):
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    made = {
        target for job in jobs.values() for target in re.findall(r"make ([a-z]+)", commands(job))
    }

    assert made >= {"check", "test"}
    assert made <= targets


def test_tests_run_on_the_versions_of_the_containers(jobs):
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]

    for name in ("check", "test", "upgrade"):
        for service in ("postgres", "redis"):
            image = jobs[name]["services"][service]["image"]
            assert compose[service]["image"] == f"{image}-alpine", f"{name}: {service}"


def test_tesseract_is_installed_as_in_the_image(jobs):
    packages = set(re.findall(r"tesseract-ocr[a-z-]*", (ROOT / "Dockerfile").read_text()))

    assert packages
    assert packages == set(re.findall(r"tesseract-ocr[a-z-]*", commands(jobs["test"])))
    assert packages == set(re.findall(r"tesseract-ocr[a-z-]*", (ROOT / ".ci/run").read_text()))


def test_the_job_of_the_image_sets_what_the_containers_require(jobs):
    compose = (ROOT / "docker-compose.yml").read_text()

    assert set(re.findall(r"(?<!\$)\$\{([A-Z_]+):\?", compose)) <= set(jobs["image"]["env"])


def test_an_upgrade_starts_from_a_database_with_rows_and_ends_with_books_that_agree(jobs):
    text = commands(jobs["upgrade"])
    steps = [
        "scripts.demo --exit",
        "manage.py migrate --verbosity",
        "manage.py migrate --check",
        "makemigrations --check",
        "verify_audit",
        "reconcile --fix",
        "manage.py reconcile\n",
    ]

    assert [step for step in steps if step not in text + "\n"] == []
    places = [(text + "\n").index(step) for step in steps]
    assert places == sorted(places)
