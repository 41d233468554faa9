"""How hard tests of random examples try: enough for each change, far more in `make soak`."""

from __future__ import annotations

import os

IS_SOAK = os.environ.get("HYPOTHESIS_PROFILE") == "soak"


def tries(few: int, *, soak: int) -> int:
    """How many examples to try: ``few`` in `make test`, ``soak`` in `make soak`."""
    return soak if IS_SOAK else few
