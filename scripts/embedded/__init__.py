"""The two servers behind `services.py`: how each is installed, recognised, started and stopped."""

from embedded.common import ServiceError
from embedded.postgres import EmbeddedPostgres
from embedded.redis import EmbeddedRedis

__all__ = ["EmbeddedPostgres", "EmbeddedRedis", "ServiceError"]
