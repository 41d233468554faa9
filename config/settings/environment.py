"""Where settings come from: the environment, read in one place and refused early when wrong."""

from collections.abc import Collection
from ipaddress import ip_network
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent.parent

env = environ.Env()


def read_file(path: Path) -> None:
    """Add the variables of a file that the environment does not have yet."""
    if path.is_file():
        environ.Env.read_env(path)


def env_secret(name: str, *, insecure_default: str | None = None) -> str:
    """A secret: never blank, since a blank token would match a blank header."""
    value: str = env(name, default="").strip()
    if value:
        return value
    if insecure_default is None:
        raise ImproperlyConfigured(f"Set {name}; it is a secret and has no default.")
    return insecure_default


def env_choice(name: str, choices: Collection[str], *, default: str) -> str:
    value: str = env(name, default=default)
    if value not in choices:
        raise ImproperlyConfigured(f"{name} is {value!r}; it must be one of {', '.join(choices)}.")
    return value


def env_networks(name: str) -> list[str]:
    """A comma-separated list of networks in CIDR notation; single addresses are networks too."""
    networks: list[str] = env.list(name, default=[])
    for network in networks:
        try:
            ip_network(network)
        except ValueError as error:
            raise ImproperlyConfigured(f"{name} has {network!r}: {error}.") from error
    return networks
