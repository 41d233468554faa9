"""A database, a media folder and a mail folder for one run of a demo or benchmark, all empty."""

from __future__ import annotations

import os
import shutil
import socket
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import redis
from psycopg import sql

from scripts.stack import RUN_DIRECTORY, manage

USUAL_PORT = 8000
ADMINISTRATOR = "admin"
ADMINISTRATOR_PASSWORD = "demo-admin-2026"


@dataclass(frozen=True)
class Environment:
    """Where this run keeps its things. mail: the folder e-mails are written into."""

    port: int
    folder: Path

    @property
    def logs(self) -> Path:
        return self.folder / "logs"

    @property
    def mail(self) -> Path:
        return self.folder / "mail"

    @property
    def samples(self) -> Path:
        return self.folder / "samples"

    @classmethod
    def fresh(cls, *, port: int, name: str = "demo") -> Environment:
        """Empty everything of an earlier run and migrate; needs DATABASE_URL and REDIS_URL.

        name: of the run; keeps its folder, database and Redis keys apart from those of others.
        """
        environment = cls(port=port or _free_port(), folder=RUN_DIRECTORY / name)
        shutil.rmtree(environment.folder, ignore_errors=True)
        environment.mail.mkdir(parents=True)
        os.environ.update(
            DJANGO_SETTINGS_MODULE="config.settings.dev",
            DATABASE_URL=_empty_database(os.environ["DATABASE_URL"], name),
            REDIS_KEY_PREFIX=f"pharmacio-{name}",
            MEDIA_ROOT=str(environment.folder / "media"),
            EMAIL_URL=f"filemail:///{environment.mail}",  # its path is what follows the third slash
            FRONTEND_BASE_URL="http://localhost:3000",
            PHARMACY_CURRENCY="SYP",
            AI_ENGINE="embedded",
            DJANGO_SUPERUSER_PASSWORD=ADMINISTRATOR_PASSWORD,
        )
        _forget_redis_keys(os.environ["REDIS_URL"], f"pharmacio-{name}")
        manage("migrate", "--verbosity", "0")
        manage("createsuperuser", "--no-input", "--verbosity", "0", "--username", ADMINISTRATOR)
        return environment


def _empty_database(url: str, suffix: str) -> str:
    """Create an empty database beside the one of ``url``; returns its URL."""
    parts = urlsplit(url)
    name = f"{parts.path.strip('/')}_{suffix}"
    with psycopg.connect(url, autocommit=True) as connection:
        quoted = sql.Identifier(name)
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(quoted))
        connection.execute(sql.SQL("CREATE DATABASE {}").format(quoted))
    return urlunsplit(parts._replace(path=f"/{name}"))


def _forget_redis_keys(url: str, prefix: str) -> None:
    with redis.Redis.from_url(url) as client:
        for key in client.scan_iter(match=f"{prefix}*", count=1000):
            client.delete(key)


def _free_port() -> int:
    """``USUAL_PORT`` where nobody has it, else any free one."""
    for port in (USUAL_PORT, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise AssertionError("the system gives a free port for 0")
