"""What can be known of the container files without a container engine."""

import os
import re
import subprocess
import sys
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from django.conf import settings

ROOT = settings.BASE_DIR
ALWAYS = {"postgres", "redis", "migrate", "web", "worker", "beat"}
OURS = {"migrate", "web", "worker", "beat"}
SECRET = re.compile(r"(PASSWORD|SECRET|TOKEN|_KEY)")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


@pytest.fixture(scope="module")
def services(compose) -> dict[str, Any]:
    return compose["services"]


def test_what_everybody_needs_starts_without_a_profile(services):
    assert {name for name, service in services.items() if "profiles" not in service} == ALWAYS


def test_the_extras_are_behind_profiles(services):
    profiles = {
        name: service["profiles"] for name, service in services.items() if "profiles" in service
    }

    assert profiles == {
        "minio": ["storage"],
        "bucket": ["storage"],
        "mailpit": ["mail"],
        "ai-engine": ["ai"],
    }


def test_every_dependency_exists_and_is_waited_for(services):
    for name, service in services.items():
        for needed, how in service.get("depends_on", {}).items():
            assert needed in services, f"{name} needs {needed}"
            if how["condition"] == "service_healthy" and needed not in OURS:
                assert services[needed]["healthcheck"]["test"], f"{needed} has no check"
            if how["condition"] == "service_completed_successfully":
                assert services[needed]["restart"] == "no"


def test_nothing_of_ours_starts_before_the_migrations(services):
    for name in OURS - {"migrate"}:
        assert services[name]["depends_on"]["migrate"] == {
            "condition": "service_completed_successfully"
        }


def test_every_volume_is_declared_and_used(compose, services):
    used = {
        volume.split(":")[0]
        for service in services.values()
        for volume in service.get("volumes", [])
        if not volume.startswith("./")
    }

    assert used == set(compose["volumes"])


def test_the_application_is_no_superuser_of_the_database(services):
    """A superuser could switch off the triggers that keep the ledgers."""
    server = services["postgres"]
    role = re.findall(r"postgres://(\w+):", services["web"]["environment"]["DATABASE_URL"])[0]
    (script,) = [volume for volume in server["volumes"] if "initdb.d" in volume]
    content = (ROOT / script.split(":")[0]).read_text()
    made = re.search(r"CREATE ROLE (\w+) LOGIN NOSUPERUSER", content)

    assert role != server["environment"]["POSTGRES_USER"]
    assert made is not None
    assert made[1] == role
    assert f"CREATE DATABASE {role} OWNER {role};" in content
    assert os.access(ROOT / script.split(":")[0], os.X_OK)


def test_the_engine_reads_the_files_the_backend_writes(services):
    assert "media:/srv/media" in services["web"]["volumes"]
    assert "media:/srv/media" in services["worker"]["volumes"]
    assert services["ai-engine"]["volumes"] == ["media:/srv/media:ro"]
    assert services["web"]["environment"]["MEDIA_ROOT"] == "/srv/media"


def test_the_engines_results_arrive_over_the_network_of_the_containers(services):
    """Plain HTTP, the name of the service as host, no retry: nothing may redirect or refuse it."""
    address = urlsplit(services["ai-engine"]["environment"]["BACKEND_BASE_URL"])
    written = services["web"]["environment"]["ALLOWED_HOSTS"]
    environment = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "config.settings.production",
        "SECRET_KEY": "not-secret" * 6,
        "JWT_SIGNING_KEY": "not-secret-either" * 3,
        "INTERNAL_SERVICE_TOKEN": "token",
        "ALLOWED_HOSTS": re.sub(r"\$\{[^}]+\}", "pharmacy.example", written),
        "DATABASE_URL": "postgres://nobody@localhost:9/nothing",
        "REDIS_URL": "redis://localhost:9/0",
    }
    code = (
        "import django; django.setup()\n"
        "from django.test import Client\n"
        "for path in ('ocr/result', 'auth/login'):\n"
        f"    answer = Client(headers={{'host': {address.netloc!r}}}).post(f'/api/v1/{{path}}/')\n"
        "    print('answered', answer.status_code)"
    )

    result = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert address.scheme == "http"
    answered = re.findall(r"^answered (\d+)$", result.stdout, re.MULTILINE)  # logs stand between
    assert answered == ["401", "301"], result.stderr


def test_no_secret_has_a_default(services):
    """A secret is required, or blank for an optional part that refuses a blank one itself."""
    for name, service in services.items():
        for variable, value in service.get("environment", {}).items():
            if SECRET.search(variable):
                assert re.fullmatch(r"\$\{[A-Z_]+(:\?.+|:-)\}", value), f"{name}: {variable}"
    text = (ROOT / "docker-compose.yml").read_text()
    for name, default in re.findall(r"\$\{([A-Z_]+):-([^}]+)\}", text):
        assert not SECRET.search(name), f"{name} defaults to {default}"


def test_only_loopback_ports_are_published(services):
    for name, service in services.items():
        for port in service.get("ports", []):
            address = re.sub(r"\$\{[A-Z_]+:-([^}]+)\}", r"\1", port)
            assert address.startswith("127.0.0.1:"), f"{name} publishes {port}"


def test_our_containers_have_no_privileges(services):
    for name in OURS:
        assert services[name]["read_only"] is True
        assert services[name]["cap_drop"] == ["ALL"]


def test_the_image_runs_as_its_own_user_with_a_health_check():
    final = (ROOT / "Dockerfile").read_text().rpartition("\nFROM ")[2]

    assert re.search(r"^USER pharmacio$", final, re.MULTILINE)
    assert final.index("USER pharmacio") > final.index("collectstatic")
    assert "/health/live" in final[final.index("HEALTHCHECK") :]
    for package in ("tesseract-ocr", "tesseract-ocr-ara", "tesseract-ocr-eng"):
        assert package in final.split()


def test_the_image_gets_every_app_and_no_tests():
    lines = (ROOT / ".dockerignore").read_text().splitlines()

    assert lines[1] == "*"
    for name in settings.INSTALLED_APPS:
        if (ROOT / name).is_dir():
            assert f"!{name}" in lines
    assert {"!config", "!manage.py", "!locale", "!requirements.txt", "**/tests"} <= set(lines)
    assert not {"!.env", "!media", "!scripts"} & set(lines)
