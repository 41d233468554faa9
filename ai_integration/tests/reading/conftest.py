"""Where the real offers lie, for tests that need them."""

import os
from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[3].parent / "shared" / "data"


@pytest.fixture(scope="session")
def real_offers() -> Path:
    """The folder of real warehouse offers; skips where it is absent."""
    folder = Path(os.environ.get("PHARMACIO_SHARED_DATA", SHARED)) / "offers"
    if not folder.is_dir():
        pytest.skip(f"the real offers are not at {folder}; set PHARMACIO_SHARED_DATA")
    return folder
