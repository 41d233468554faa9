#!/usr/bin/env python
"""PostgreSQL and Redis for development and tests, private to this checkout.

    services.py start            start what is not running; stays up until `stop`
    services.py stop             stop both; the data under .run/ stays
    services.py status           say what runs where (exit 1 when something does not)
    services.py env              print `export DATABASE_URL=... REDIS_URL=...` for a shell
    services.py run -- COMMAND   run COMMAND with both, and stop afterwards what was started for it

A service whose URL is already in the environment (DATABASE_URL, REDIS_URL) is left to whoever set
it. Both servers listen on free ports of 127.0.0.1 with a password of their own, so several
checkouts can run side by side. The settings trade durability for speed: this is no production
set-up (see docs/operations.md for that).
"""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import secrets
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(Path(__file__).resolve().parent))

from embedded import EmbeddedPostgres, EmbeddedRedis, ServiceError  # noqa: E402

RUN_DIRECTORY = Path(os.environ.get("PHARMACIO_RUN_DIR", ROOT / ".run")).resolve()
STATE_FILE = RUN_DIRECTORY / "services.json"
ENV_FILE = RUN_DIRECTORY / "services.env"  # read by config.settings.dev and .test
START_ATTEMPTS = 3


@contextmanager
def locked(name: str, *, shared: bool = False) -> Iterator[None]:
    """Hold a file lock of the run directory, so that two commands at once take turns."""
    RUN_DIRECTORY.mkdir(parents=True, exist_ok=True)
    with (RUN_DIRECTORY / name).open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
        yield


def state_read() -> dict[str, Any]:
    try:
        state = json.loads(STATE_FILE.read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        state = {}
    state.setdefault("password", secrets.token_urlsafe(18))
    return dict(state)


def state_write(state: dict[str, Any]) -> None:
    """Replace the state file in one step; only its owner may read it, it holds the passwords."""
    fresh = STATE_FILE.with_suffix(".new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as handle:
        json.dump(state, handle, indent=2)
    fresh.replace(STATE_FILE)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def services(state: dict[str, Any]) -> dict[str, EmbeddedPostgres | EmbeddedRedis]:
    """The services this checkout has to provide itself, by the variable that would replace each."""
    mine: dict[str, EmbeddedPostgres | EmbeddedRedis] = {}
    if not os.environ.get("DATABASE_URL"):
        mine["DATABASE_URL"] = EmbeddedPostgres(
            run_directory=RUN_DIRECTORY, password=state["password"]
        )
    if not os.environ.get("REDIS_URL"):
        mine["REDIS_URL"] = EmbeddedRedis(run_directory=RUN_DIRECTORY, password=state["password"])
    return mine


def ensure_running(service: EmbeddedPostgres | EmbeddedRedis, port: int | None) -> int:
    """Start the service if its port does not answer as ours; return the port it answers on."""
    if port is not None and service.answers(port):
        return port
    service.clear_leftovers()
    failure: ServiceError | None = None
    for _ in range(
        START_ATTEMPTS
    ):  # the port may be taken meanwhile; a killed server's memory may linger
        candidate = free_port()
        try:
            service.start(candidate)
        except ServiceError as error:
            failure = error
            time.sleep(0.5)
        else:
            return candidate
    raise failure or ServiceError(f"{service.name} did not start")


def start_all(*, keep: bool) -> dict[str, str]:
    """Bring up what is missing and return the URLs. `keep`: stay up until an explicit stop."""
    with locked("services.lock"):
        state = state_read()
        state_write(state)
        state["keep"] = bool(keep or state.get("keep"))
        urls = {}
        for variable, service in services(state).items():
            port = ensure_running(service, state.get("ports", {}).get(service.name))
            state.setdefault("ports", {})[service.name] = port
            urls[variable] = service.url(port)
            state_write(state)
        if not urls:  # both are given: what an earlier start left here still runs
            return urls
        state["urls"] = urls
        state_write(state)
        ENV_FILE.touch(mode=0o600)
        ENV_FILE.write_text("".join(f"{key}={value}\n" for key, value in urls.items()))
    return urls


def stop_all() -> None:
    with locked("services.lock"):
        state = state_read()
        for service in services(state).values():
            port = state.get("ports", {}).get(service.name)
            if port is not None and service.answers(port):
                service.stop(port)
        state["keep"] = False
        state["urls"] = {}
        state_write(state)
        ENV_FILE.unlink(missing_ok=True)


def urls_known() -> dict[str, str]:
    """Both URLs: given by the environment, or of our running services."""
    urls = {name: os.environ.get(name, "") for name in ("DATABASE_URL", "REDIS_URL")}
    state = state_read()
    for variable, service in services(state).items():
        port = state.get("ports", {}).get(service.name)
        if port is not None and service.answers(port):
            urls[variable] = service.url(port)
    return urls


def command_start(_: argparse.Namespace) -> int:
    start_all(keep=True)
    return command_status(_)


def command_stop(_: argparse.Namespace) -> int:
    stop_all()
    print("stopped")
    return 0


def command_status(_: argparse.Namespace) -> int:
    names = {"DATABASE_URL": "postgres", "REDIS_URL": "redis"}
    urls = urls_known()
    for variable, url in urls.items():
        if os.environ.get(variable):
            print(f"{names[variable]:<9} provided by {variable}")
        elif url:
            print(f"{names[variable]:<9} running on {url.rsplit('@', 1)[-1]}")
        else:
            print(f"{names[variable]:<9} stopped")
    return 0 if all(urls.values()) else 1


def command_env(_: argparse.Namespace) -> int:
    urls = urls_known()
    if not all(urls.values()):
        raise ServiceError("not running; `services.py start` (or `make services`) first")
    print("export " + " ".join(f"{key}={shlex.quote(value)}" for key, value in urls.items()))
    return 0


def command_run(arguments: argparse.Namespace) -> int:
    """Run a command; the last of several such commands stops what nobody asked to keep."""
    if not arguments.command:
        raise ServiceError("run needs a command after `--`")
    with locked("users.lock", shared=True):
        urls = start_all(keep=False)
        code = run_forwarding_signals(arguments.command, {**os.environ, **urls})
    stop_if_last()
    return code


def run_forwarding_signals(command: list[str], environment: dict[str, str]) -> int:
    """Wait for the child through Ctrl-C (which reaches it too) and pass SIGTERM on."""
    with child_signals() as adopt:
        child = subprocess.Popen(command, env=environment)
        adopt(child)
        code = child.wait()
    return code if code >= 0 else 128 - code


@contextmanager
def child_signals() -> Iterator[Callable[[subprocess.Popen[bytes]], None]]:
    children: list[subprocess.Popen[bytes]] = []
    early: list[int] = []  # a child may run, and be known to others, before it is adopted

    def forward(signum: int, _frame: FrameType | None) -> None:
        if not children:
            early.append(signum)
        for child in children:
            with suppress(ProcessLookupError):
                child.send_signal(signum)

    def adopt(child: subprocess.Popen[bytes]) -> None:
        children.append(child)
        while early:
            forward(early.pop(), None)

    before = {
        signal.SIGINT: signal.signal(signal.SIGINT, lambda *_: None),
        signal.SIGTERM: signal.signal(signal.SIGTERM, forward),
    }
    try:
        yield adopt
    finally:
        for signum, handler in before.items():
            signal.signal(signum, handler)


def stop_if_last() -> None:
    with (RUN_DIRECTORY / "users.lock").open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return  # another `run` still uses them and will stop them
        if not state_read().get("keep"):
            stop_all()


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "start": command_start,
    "stop": command_stop,
    "status": command_status,
    "env": command_env,
    "run": command_run,
}


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    subparsers = parser.add_subparsers(dest="name", required=True, metavar="COMMAND")
    for name in COMMANDS:
        child = subparsers.add_parser(name)
        if name == "run":
            child.add_argument("command", nargs=argparse.REMAINDER)
    arguments = parser.parse_args(argv)
    if getattr(arguments, "command", None) and arguments.command[0] == "--":
        arguments.command = arguments.command[1:]
    try:
        return COMMANDS[arguments.name](arguments)
    except ServiceError as error:
        print(f"services: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
