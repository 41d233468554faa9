"""Runs a function in a process of its own and kills that process at a chosen SQL statement.

``python -m core.tests.crashing MODULE FUNCTION STATEMENT ARGUMENT`` sends SIGKILL to itself just
before its STATEMENT-th statement, counted from 1, so that nothing gets to clean up.
"""

from __future__ import annotations

import importlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

KILLED = -signal.SIGKILL


def run_killed_at(statement: int, module: str, function: str, argument: str) -> int:
    """The exit code: KILLED, or 0 where the function ended before that statement."""
    from django.db import connection

    database = connection.settings_dict
    address = f"{database['HOST']}:{database['PORT']}"
    done = subprocess.run(
        [sys.executable, "-m", "core.tests.crashing", module, function, str(statement), argument],
        env={
            **os.environ,
            "DATABASE_URL": f"postgres://{database['USER']}:{database['PASSWORD']}@{address}"
            f"/{database['NAME']}",
        },
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        timeout=120,
        check=False,
    )
    if done.returncode not in (0, KILLED):
        raise AssertionError(done.stderr.decode())
    return done.returncode


def _main(module: str, function: str, statement: str, argument: str) -> None:
    import django

    django.setup()
    from django.db import connection

    left = int(statement)

    def count(execute: Callable[..., Any], *args: Any) -> Any:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(*args)

    with connection.execute_wrapper(count):
        getattr(importlib.import_module(module), function)(argument)


if __name__ == "__main__":
    _main(*sys.argv[1:])
