#!/usr/bin/env python
"""API, worker and beat on this machine, as one: started together, stopped together.

    stack.py [--port 8000] [--reload] [--migrate]

Runs under the settings of DJANGO_SETTINGS_MODULE and needs DATABASE_URL and REDIS_URL, so usually
through `make run`. The demo imports `Stack`.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import ExitStack, suppress
from pathlib import Path
from types import TracebackType

ROOT = Path(__file__).resolve().parent.parent
RUN_DIRECTORY = Path(os.environ.get("PHARMACIO_RUN_DIR", ROOT / ".run")).resolve()
STOP_SECONDS = 20


class StackError(Exception):
    """A message for the person at the keyboard."""


def manage(*arguments: str) -> None:
    """Run a management command; raise `StackError` when it fails."""
    done = subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, check=False)
    if done.returncode:
        raise StackError(f"manage.py {arguments[0]} failed")


class Stack:
    """The three processes of the backend.

    port: of the API on 127.0.0.1. logs: folder for one log file per process; None sends all to
    this terminal. reload: the API restarts when its code changes. worker_processes: of the worker.
    """

    def __init__(
        self,
        *,
        port: int,
        logs: Path | None = None,
        reload: bool = False,
        worker_processes: int = 2,
    ) -> None:
        self.base_url = f"http://127.0.0.1:{port}"
        self.logs = logs
        self.environment = {**os.environ, "BACKEND_BASE_URL": self.base_url}
        self.commands = {
            "api": self._api(port, reload=reload),
            "worker": [
                *self._module("celery", "--quiet", "-A", "config", "worker"),
                f"--concurrency={worker_processes}",
                "--without-mingle",
                "--without-gossip",
            ],
            "beat": [
                *self._module("celery", "--quiet", "-A", "config", "beat", "--pidfile="),
                f"--schedule={RUN_DIRECTORY / 'celerybeat-schedule'}",
            ],
        }
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self._open_logs = ExitStack()

    @staticmethod
    def _module(*arguments: str) -> list[str]:
        return [sys.executable, "-m", *arguments]

    @classmethod
    def _api(cls, port: int, *, reload: bool) -> list[str]:
        command = cls._module("gunicorn", "-c", "config/gunicorn.py", "-b", f"127.0.0.1:{port}")
        return [*command, *(["--reload"] if reload else []), "config.wsgi:application"]

    def __enter__(self) -> Stack:
        RUN_DIRECTORY.mkdir(parents=True, exist_ok=True)
        for name, command in self.commands.items():
            self.processes[name] = self._start(name, command)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _start(self, name: str, command: list[str]) -> subprocess.Popen[bytes]:
        output = None
        if self.logs is not None:
            self.logs.mkdir(parents=True, exist_ok=True)
            output = self._open_logs.enter_context((self.logs / f"{name}.log").open("ab"))
        return subprocess.Popen(
            command,
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,  # Ctrl-C comes to us alone; we stop them in order
        )

    def stopped(self) -> str | None:
        """The name of a process that ended by itself, or None."""
        for name, process in self.processes.items():
            if process.poll() is not None:
                return name
        return None

    def wait_until_ready(self, *, timeout_seconds: float = 60) -> None:
        """Return when /health/ready says so; raise `StackError` with its words otherwise."""
        deadline = time.monotonic() + timeout_seconds
        answer = "no answer"
        while time.monotonic() < deadline:
            if (name := self.stopped()) is not None:
                raise StackError(f"{name} ended while starting{self._log_hint(name)}")
            try:
                with urllib.request.urlopen(f"{self.base_url}/health/ready", timeout=5):
                    return
            except urllib.error.HTTPError as error:
                answer = json.dumps(json.loads(error.read())["checks"])
            except (OSError, ValueError) as error:
                answer = str(error)
            time.sleep(0.25)
        raise StackError(f"not ready after {timeout_seconds:.0f} s: {answer}")

    def _log_hint(self, name: str) -> str:
        return f"; see {self.logs / f'{name}.log'}" if self.logs is not None else ""

    def wait(self) -> str:
        """Block until one of the processes ends; return its name."""
        while (name := self.stopped()) is None:
            time.sleep(0.5)
        return name

    def stop(self) -> None:
        """End all three: politely, then after `STOP_SECONDS` by force."""
        for process in self.processes.values():
            if process.poll() is None:
                process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for process in self.processes.values():
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self._open_logs.close()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--reload", action="store_true", help="restart the API on code changes")
    parser.add_argument("--migrate", action="store_true", help="migrate the database first")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        if arguments.migrate:
            manage("migrate", "--verbosity", "0")
        with Stack(port=arguments.port, reload=arguments.reload) as stack:
            stack.wait_until_ready()
            print(
                f"ready: {stack.base_url}/api/docs/  {stack.base_url}/admin/  (Ctrl-C stops)",
                flush=True,
            )
            print(f"stopping: {stack.wait()} ended", file=sys.stderr)
            return 1
    except StackError as error:
        print(f"stack: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0


if __name__ == "__main__":
    sys.exit(main())
