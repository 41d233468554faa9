"""What the embedded servers have in common."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

HOST = "127.0.0.1"
START_TIMEOUT_SECONDS = 60


class ServiceError(Exception):
    """A message for the person at the keyboard."""


def installed_package(name: str) -> Path:
    """The folder of an installed package, found without running the package's code."""
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise ServiceError(f"{name} is not installed; install requirements-dev.txt")
    return Path(spec.origin).parent


def tail(log: Path, lines: int = 15) -> str:
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
    except OSError:
        return "(no log)"
