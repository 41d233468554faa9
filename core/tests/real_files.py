"""Real files that tests read but the project never contains."""

import csv
import os
from pathlib import Path

import pytest

FOLDER = Path(
    os.environ.get("PHARMACIO_SHARED_DATA", Path(__file__).resolve().parents[3] / "shared" / "data")
)


def path_of(name: str) -> Path:
    """The real file or folder of that name; skips the test where it is absent."""
    path = FOLDER / name
    if not path.exists():
        pytest.skip(f"{name} is not in {FOLDER}; see PHARMACIO_SHARED_DATA")
    return path


def rows_of(name: str) -> list[dict[str, str]]:
    """The rows of a real CSV file; skips the test where it is absent."""
    with path_of(name).open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))
