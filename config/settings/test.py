"""Settings of the test suite: real PostgreSQL and Redis, everything else kept in this process.

Celery is not eager: a test calls a task itself, or starts a real worker. Parallel test processes
(pytest-xdist) get a database each from pytest-django, and keys of their own in Redis from here.
"""

import hashlib
import os
import tempfile
from pathlib import Path

from config.settings.environment import BASE_DIR, env, read_file

read_file(BASE_DIR / ".run" / "services.env")

TEST_DATABASE_NAME = env("TEST_DATABASE_NAME", default="test_pharmacio")
TEST_PROCESS = os.environ.get("PYTEST_XDIST_WORKER", "main")
# Set, not defaulted: test processes inherit the environment in which their parent has set its own.
os.environ["REDIS_KEY_PREFIX"] = f"{TEST_DATABASE_NAME}:{TEST_PROCESS}"

from config.settings.api import REST_FRAMEWORK, THROTTLE_RATES  # noqa: E402
from config.settings.base import *  # noqa: E402, F403
from config.settings.base import DATABASES, LOGGING  # noqa: E402

DEBUG = False
SECRET_KEY = "insecure-test-key-0123456789-abcdefghijklmnopqrstuvwxyz"  # noqa: S105
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
AI_ENGINE_API_KEY = "test-engine-key"
INTERNAL_SERVICE_TOKEN = "test-internal-token"  # noqa: S105

DATABASES["default"]["TEST"] = {"NAME": TEST_DATABASE_NAME}
DATABASES["default"]["CONN_MAX_AGE"] = 0

LANGUAGE_CODE = "en"  # a test of Arabic asks for Arabic

# Argon2 costs 50 ms a password. Tests of hashing name it with `override_settings`.
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.MD5PasswordHasher",
    "django.contrib.auth.hashers.Argon2PasswordHasher",
]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# The root conftest empties it; a worker process that a test starts finds the same folder, the tests
# of another checkout do not.
_CHECKOUT = hashlib.sha256(str(BASE_DIR).encode()).hexdigest()[:12]
MEDIA_ROOT = (
    Path(tempfile.gettempdir()) / f"pharmacio-{_CHECKOUT}-{TEST_DATABASE_NAME}" / TEST_PROCESS
)
# Tests of throttling set rates of their own.
REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"] = dict.fromkeys(THROTTLE_RATES, "100000/min")
LOGGING["root"]["level"] = "WARNING"

# Static files straight from the packages; there is no collected folder.
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
