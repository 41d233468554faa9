"""What the journey waits for and insists on."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from scripts.demo.client import JourneyFailed

PATIENCE_SECONDS = 90


def eventually(look: Callable[[], Any], what: str) -> Any:
    """What ``look`` returns once it is something; JourneyFailed after ``PATIENCE_SECONDS``."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        found = look()
        if found:
            return found
        time.sleep(0.2)
    raise JourneyFailed(f"waited {PATIENCE_SECONDS} s in vain for {what}")


def require(condition: object, otherwise: str) -> None:
    if not condition:
        raise JourneyFailed(otherwise)
