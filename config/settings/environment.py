"""Where settings come from: the environment, read in one place."""

from pathlib import Path

import environ

BASE_DIR = Path(__file__).resolve().parent.parent.parent

env = environ.Env()


def read_file(path: Path) -> None:
    """Add the variables of a file that the environment does not have yet."""
    if path.is_file():
        environ.Env.read_env(path)
