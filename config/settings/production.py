"""Settings of a real server. Every secret comes from the environment and has no default."""

from config.settings.api import SIMPLE_JWT
from config.settings.base import *  # noqa: F403
from config.settings.base import AI_ENGINE, STORAGES
from config.settings.environment import env, env_secret

DEBUG = False
SECRET_KEY = env_secret("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
SIMPLE_JWT["SIGNING_KEY"] = env_secret("JWT_SIGNING_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
INTERNAL_SERVICE_TOKEN = env_secret("INTERNAL_SERVICE_TOKEN")
AI_ENGINE_API_KEY = env_secret(
    "AI_ENGINE_API_KEY", insecure_default=None if AI_ENGINE == "http" else ""
)

# TLS ends at the reverse proxy, which must overwrite X-Forwarded-Proto.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
# The AI engine posts its results inside the private network, in plain HTTP and only once: a
# redirect would lose them, and could not take back the token that was sent along.
SECURE_REDIRECT_EXEMPT = [r"^api/v1/ocr/result/$"]
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
X_FRAME_OPTIONS = "DENY"

STORAGES["staticfiles"] = {
    "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage",
}
