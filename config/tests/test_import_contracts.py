"""The contracts of `.importlinter` hold, and each would notice a breach."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from core.apps import CoreConfig

LAYERS = "An app imports only apps below it"
HOUSE = [
    "config",
    CoreConfig.name,
    *("users", "rbac", "files", "capital", "inventory"),
    *("sales", "purchases", "ai_integration", "notifications"),
]


@pytest.fixture
def copy_of_the_house(tmp_path: Path) -> Path:
    for package in HOUSE:
        shutil.copytree(
            settings.BASE_DIR / package,
            tmp_path / package,
            ignore=lambda folder, names: [
                name for name in names if "." in name and not name.endswith(".py")
            ],
        )
    shutil.copy(settings.BASE_DIR / ".importlinter", tmp_path)
    return tmp_path


def lint_imports(root: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_app_of_the_settings_is_in_the_contracts():
    ours = [name for name in settings.INSTALLED_APPS if (settings.BASE_DIR / name).is_dir()]

    assert sorted([*ours, "config"]) == sorted(HOUSE)


def test_the_contracts_hold_and_open_the_doors(copy_of_the_house: Path):
    (copy_of_the_house / "sales" / "planted.py").write_text(
        "import core.errors\nfrom inventory import public\n"
    )

    result = lint_imports(copy_of_the_house)

    assert result.returncode == 0, result.stdout
    assert "0 broken" in result.stdout


@pytest.mark.parametrize(
    ("app", "line", "broken"),
    [
        ("inventory", "import sales.public", LAYERS),
        ("sales", "import purchases.public", LAYERS),
        ("core", "import users.models", LAYERS),
        ("rbac", "import config.celery", LAYERS),
        ("files", "import notifications", LAYERS),
        ("sales", "import inventory.services", "inventory is entered through public and events"),
        ("purchases", "import capital.models", "capital is entered through public and events"),
        ("rbac", "import users.models", "users is entered through public and events"),
    ],
)
def test_a_planted_breach_breaks_its_contract(
    copy_of_the_house: Path, app: str, line: str, broken: str
):
    (copy_of_the_house / app / "planted.py").write_text(f"{line}\n")

    result = lint_imports(copy_of_the_house)

    assert result.returncode == 1, result.stdout
    assert f"{broken} BROKEN" in result.stdout
    assert "planted" in result.stdout
