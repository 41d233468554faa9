"""Where the real offers lie, for tests that need them."""

from pathlib import Path

import pytest

from core.tests.real_files import path_of


@pytest.fixture(scope="session")
def real_offers() -> Path:
    """The folder of real warehouse offers; skips where it is absent."""
    return path_of("offers")
