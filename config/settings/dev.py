"""Settings of a developer's machine: insecure on purpose, never for a server.

PostgreSQL and Redis are those of `scripts/services.py` unless the environment names others.
"""

from config.settings.environment import BASE_DIR, env, env_secret, read_file

read_file(BASE_DIR / ".env")
read_file(BASE_DIR / ".run" / "services.env")

from config.settings.base import *  # noqa: E402, F403

DEBUG = env.bool("DEBUG", default=True)
SECRET_KEY = env_secret(
    "SECRET_KEY", insecure_default="insecure-development-key-never-use-on-a-server-0123456789"
)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
AI_ENGINE_API_KEY = env_secret(
    "AI_ENGINE_API_KEY", insecure_default="insecure-development-engine-key"
)
INTERNAL_SERVICE_TOKEN = env_secret(
    "INTERNAL_SERVICE_TOKEN", insecure_default="insecure-development-token"
)

# Static files straight from the packages, also when a real server (gunicorn) runs these settings.
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
