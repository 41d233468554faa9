"""What the reading modules share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def given(filters: Mapping[str, Any]) -> dict[str, Any]:
    """The filters somebody set."""
    return {name: value for name, value in filters.items() if value is not None}
