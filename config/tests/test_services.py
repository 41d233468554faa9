"""`scripts/services.py` with real servers in a folder of its own."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
import redis
from django.conf import settings

pytestmark = pytest.mark.slow

LOOP = "trap 'exit 5' TERM; echo up; while :; do sleep 0.1; done"
SCRIPT = settings.BASE_DIR / "scripts" / "services.py"


class Checkout:
    """The script as another checkout would run it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {
            name: value
            for name, value in os.environ.items()
            if name not in ("DATABASE_URL", "REDIS_URL")
        } | {"PHARMACIO_RUN_DIR": str(folder)}

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, str(SCRIPT), *arguments],
            env=self.environment | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def __call__(self, *arguments: str, **environment: str) -> tuple[int, str, str]:
        process = self.start(*arguments, **environment)
        out, err = process.communicate(timeout=120)
        return process.returncode, out, err

    def urls(self) -> dict[str, str]:
        code, out, err = self("env")
        assert code == 0, err
        return dict(pair.split("=", 1) for pair in out.removeprefix("export ").split())


@pytest.fixture
def checkout() -> Iterator[Checkout]:
    # pytest's own temporary folders are closed to the account PostgreSQL runs under for root.
    folder = Path(tempfile.mkdtemp(prefix="pharmacio-services-"))
    folder.chmod(0o755)
    one = Checkout(folder)
    yield one
    one("stop")
    shutil.rmtree(folder)


def test_start_gives_a_database_and_redis_that_stay_until_stop(checkout):
    assert checkout("start")[0] == 0
    urls = checkout.urls()

    with psycopg.connect(urls["DATABASE_URL"]) as connection:
        connection.execute("CREATE TABLE kept (word text)")
        connection.execute("INSERT INTO kept VALUES ('دواء')")
        role = connection.execute(
            "SELECT rolsuper, rolcreatedb FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
        most = connection.execute("SHOW max_connections").fetchone()
    assert role == (False, True)
    assert most is not None
    assert int(most[0]) >= 200
    with redis.Redis.from_url(urls["REDIS_URL"]) as client:
        assert client.ping()

    assert checkout("stop")[:2] == (0, "stopped\n")
    assert checkout("status")[0] == 1
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(urls["DATABASE_URL"])

    assert checkout("start")[0] == 0
    with psycopg.connect(checkout.urls()["DATABASE_URL"]) as connection:
        assert connection.execute("SELECT word FROM kept").fetchone() == ("دواء",)


def test_both_ask_for_the_password(checkout):
    checkout("start")
    urls = checkout.urls()

    without = {name: url.split("://")[0] + "://" + url.split("@")[1] for name, url in urls.items()}
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(without["DATABASE_URL"], user="postgres", passfile=os.devnull)
    with (
        redis.Redis.from_url(without["REDIS_URL"]) as client,
        pytest.raises(redis.AuthenticationError),
    ):
        client.ping()


def test_two_starts_at_once_start_one_pair(checkout):
    starts = [checkout.start("start") for _ in range(3)]

    answers = [process.communicate(timeout=120)[0] for process in starts]

    assert [process.returncode for process in starts] == [0, 0, 0]
    assert len(set(answers)) == 1


def test_run_passes_the_urls_and_the_exit_code_and_leaves_nothing_running(checkout):
    code, out, _ = checkout("run", "--", "sh", "-c", "echo $DATABASE_URL; echo $REDIS_URL; exit 7")

    assert code == 7
    database, cache = out.split()
    assert database.startswith("postgres://")
    assert cache.startswith("redis://")
    assert checkout("status")[0] == 1
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(database)


def test_run_leaves_running_what_another_run_still_uses(checkout):
    longer = checkout.start("run", "--", "sh", "-c", "echo started; sleep 5; echo $DATABASE_URL")
    assert longer.stdout is not None
    assert longer.stdout.readline() == "started\n"

    assert checkout("run", "--", "true")[0] == 0

    assert checkout("status")[0] == 0
    longer.communicate(timeout=60)
    assert checkout("status")[0] == 1


def test_run_passes_a_termination_on_and_still_cleans_up(checkout):
    process = checkout.start("run", "--", "sh", "-c", LOOP)
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"

    process.send_signal(signal.SIGTERM)

    process.communicate(timeout=60)
    assert process.returncode == 5
    assert checkout("status")[0] == 1


EARLY = """
import os, signal, subprocess, sys
from scripts.services import child_signals
with child_signals() as adopt:
    os.kill(os.getpid(), signal.SIGTERM)
    child = subprocess.Popen(["sleep", "60"])
    adopt(child)
    sys.exit(-child.wait())
"""


def test_a_termination_that_comes_before_the_child_is_known_reaches_it():
    ended = subprocess.run(
        [sys.executable, "-c", EARLY], cwd=settings.BASE_DIR, timeout=30, check=False
    )
    assert ended.returncode == signal.SIGTERM


def test_services_given_by_their_urls_are_left_alone(checkout):
    given = {"DATABASE_URL": "postgres://u@h/d", "REDIS_URL": "redis://h"}

    code, out, _ = checkout("start", **given)

    assert code == 0
    assert out.count("provided by") == 2
    assert not (checkout.folder / "postgres").exists()
    assert checkout("env", **given)[1] == (
        "export DATABASE_URL=postgres://u@h/d REDIS_URL=redis://h\n"
    )


def test_a_command_with_urls_of_its_own_leaves_those_of_running_services_to_the_settings(checkout):
    checkout("start")
    written = (checkout.folder / "services.env").read_text()

    checkout("start", DATABASE_URL="postgres://u@h/d", REDIS_URL="redis://h")

    assert "DATABASE_URL=" in written
    assert (checkout.folder / "services.env").read_text() == written


def test_a_killed_server_is_started_again(checkout):
    checkout("start")
    pid_file = checkout.folder / "postgres" / "data" / "postmaster.pid"
    server = psutil.Process(int(pid_file.read_text().split()[0]))
    server.kill()
    deadline = time.monotonic() + 10
    while server.is_running() and server.status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline
        time.sleep(0.05)

    assert checkout("status")[0] == 1
    code, _, err = checkout("start")
    assert code == 0, err


def test_env_before_start_says_what_to_do(checkout):
    code, out, err = checkout("env")

    assert (code, out) == (1, "")
    assert "make services" in err


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs another account for PostgreSQL")
def test_a_folder_closed_to_the_server_account_is_left_for_the_temporary_one(checkout):
    checkout.folder.chmod(0o700)
    with tempfile.TemporaryDirectory() as elsewhere:
        Path(elsewhere).chmod(0o755)

        code, _, err = checkout("start", TMPDIR=elsewhere)

        assert code == 0, err
        assert not (checkout.folder / "postgres").exists()
        assert (next(Path(elsewhere).iterdir()) / "postgres" / "data").is_dir()
        assert checkout("stop", TMPDIR=elsewhere)[0] == 0
