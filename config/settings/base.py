"""Settings every environment shares. Each is explained in `.env.example` where it can be set.

Secrets and hosts are not here: production reads them without defaults, dev and test label theirs
as insecure.
"""

from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from config.settings.api import *  # noqa: F403
from config.settings.beat import BEAT_SCHEDULE
from config.settings.environment import BASE_DIR, env, env_choice, env_networks
from inventory.scales import scale_formats

# --- The pharmacy -----------------------------------------------------------------------------

# Printed on reports.
PHARMACY_NAME = env("PHARMACY_NAME", default="")
# Printed on orders, for their suppliers.
PHARMACY_ADDRESS = env("PHARMACY_ADDRESS", default="")
PHARMACY_PHONE = env("PHARMACY_PHONE", default="")
PHARMACY_TIME_ZONE = env("PHARMACY_TIME_ZONE", default="Asia/Damascus")
PHARMACY_CURRENCY = env("PHARMACY_CURRENCY", default="SYP")
# None: the exponent ISO 4217 gives the currency.
PHARMACY_CURRENCY_EXPONENT: int | None = (
    env.int("PHARMACY_CURRENCY_EXPONENT") if env("PHARMACY_CURRENCY_EXPONENT", default="") else None
)
# First month of the fiscal year; document numbers start again with it, and fiscal years are named
# by the calendar year in which they start.
FISCAL_YEAR_START_MONTH = env.int("FISCAL_YEAR_START_MONTH", default=1)
if FISCAL_YEAR_START_MONTH not in range(1, 13):
    raise ImproperlyConfigured("FISCAL_YEAR_START_MONTH must be a month, 1 to 12.")

# Days after which an order that has not arrived is given up; 0: never.
ORDER_VALIDITY_DAYS = env.int("ORDER_VALIDITY_DAYS", default=30)
if ORDER_VALIDITY_DAYS < 0:
    raise ImproperlyConfigured("ORDER_VALIDITY_DAYS must be a number of days, or 0 for never.")

# Days after which a proposal nobody has decided is given up; 0: never.
PROPOSAL_VALIDITY_DAYS = env.int("PROPOSAL_VALIDITY_DAYS", default=14)
if PROPOSAL_VALIDITY_DAYS < 0:
    raise ImproperlyConfigured("PROPOSAL_VALIDITY_DAYS must be a number of days, or 0 for never.")

# How exactly deliveries must fit their orders, where no policy is set in the database. Percents are
# of the ordered quantity and price; days are those goods are still good for.
RECEIVING_POLICY = {
    "over_percent": env.int("RECEIVING_OVER_PERCENT", default=0),
    "under_percent": env.int("RECEIVING_UNDER_PERCENT", default=0),
    "price_percent": env.int("RECEIVING_PRICE_PERCENT", default=0),
    "short_dated_days": env.int("RECEIVING_SHORT_DATED_DAYS", default=180),
    "min_shelf_days": env.int("RECEIVING_MIN_SHELF_DAYS", default=30),
    "temperature_required": env.bool("RECEIVING_TEMPERATURE_REQUIRED", default=True),
}
if any(value < 0 for value in RECEIVING_POLICY.values()):
    raise ImproperlyConfigured("RECEIVING_* must not be below 0.")
# Lowest and highest temperature of cold-chain goods on arrival, degrees Celsius.
_celsius = env.list("RECEIVING_COLD_CHAIN_CELSIUS", default=["2", "8"])
RECEIVING_COLD_CHAIN_CELSIUS = (Decimal(_celsius[0]), Decimal(_celsius[-1]))
if len(_celsius) != 2 or RECEIVING_COLD_CHAIN_CELSIUS[0] > RECEIVING_COLD_CHAIN_CELSIUS[1]:
    raise ImproperlyConfigured("RECEIVING_COLD_CHAIN_CELSIUS must be the lowest, the highest.")

# --- Django -----------------------------------------------------------------------------------

INSTALLED_APPS = [
    "config.apps.PharmacioAdminConfig",  # django.contrib.admin behind our lockout
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "corsheaders",
    "rest_framework",
    "rest_framework_simplejwt",  # its translations; sessions are ours (users.models.sessions)
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "storages",
    "core",
    "users",
    "rbac",
    "files",
    "capital",
    "inventory",
    "sales",
    "purchases",
    "ai_integration",
    "notifications",
]

MIDDLEWARE = [
    "core.correlation.CorrelationIdMiddleware",  # first: every later log line carries its id
    "config.health.HealthMiddleware",  # before anything that asks for a host name or TLS
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "corsheaders.middleware.CorsMiddleware",  # before anything that answers by itself
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "core.errors.ProblemMiddleware",  # 404, 405 and 500 under /api/ as problem+json
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Database ---------------------------------------------------------------------------------

DATABASE_LOCK_TIMEOUT_SECONDS = env.int("DATABASE_LOCK_TIMEOUT_SECONDS", default=5)
# 0 is no limit. The web process sets one (config/wsgi.py); workers and commands may take longer.
DATABASE_STATEMENT_TIMEOUT_SECONDS = env.int("DATABASE_STATEMENT_TIMEOUT_SECONDS", default=0)

DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        **env.db_url("DATABASE_URL"),
        "ATOMIC_REQUESTS": False,  # services open their own transactions
        "CONN_MAX_AGE": env.int("DATABASE_CONN_MAX_AGE_SECONDS", default=60),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "connect_timeout": 5,
            "options": (
                f"-c lock_timeout={DATABASE_LOCK_TIMEOUT_SECONDS}s"
                f" -c statement_timeout={DATABASE_STATEMENT_TIMEOUT_SECONDS}s"
                " -c idle_in_transaction_session_timeout=300s"
            ),
        },
    }
}

# --- Redis: cache and Celery ------------------------------------------------------------------

REDIS_URL = env("REDIS_URL")
# Keeps several deployments (or test workers) apart on one Redis.
REDIS_KEY_PREFIX = env("REDIS_KEY_PREFIX", default="pharmacio")

CACHES = {
    "default": {
        "BACKEND": "config.cache.ForgivingRedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": REDIS_KEY_PREFIX,
        "OPTIONS": {"socket_connect_timeout": 2, "socket_timeout": 5},
    }
}

CELERY_BROKER_URL = env("CELERY_BROKER_URL", default=REDIS_URL)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # A message a dead worker had taken is delivered again after this long. Longer than any task.
    "visibility_timeout": 3600,
    "global_keyprefix": f"{REDIS_KEY_PREFIX}:",
    "socket_connect_timeout": 5,
}
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 1800
CELERY_TASK_SOFT_TIME_LIMIT = 1740
CELERY_WORKER_MAX_TASKS_PER_CHILD = 200  # image and PDF libraries leak
CELERY_TASK_SERIALIZER = "json"
CELERY_RESULT_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True  # the database row is the job; there is no result backend
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 2, "interval_start": 0, "interval_max": 0.5}
CELERY_TIMEZONE = PHARMACY_TIME_ZONE
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE = BEAT_SCHEDULE

# --- Users and passwords ----------------------------------------------------------------------

AUTH_USER_MODEL = "users.User"
AUTHENTICATION_BACKENDS = [
    "users.backends.LoginBackend",  # who one is
    "rbac.backends.RoleBackend",  # what one may do
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    "django.contrib.auth.hashers.ScryptPasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {}),
        ("MinimumLengthValidator", {"min_length": 10}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    )
]
PASSWORD_RESET_TIMEOUT = 3600

# Addresses (CIDR) of reverse proxies whose X-Forwarded-For may be believed.
TRUSTED_PROXIES = env_networks("TRUSTED_PROXIES")

# --- Language and time ------------------------------------------------------------------------

LANGUAGE_CODE = env_choice("PHARMACY_LANGUAGE", ("ar", "en"), default="ar")
LANGUAGES = [("ar", "العربية"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
FORMAT_MODULE_PATH = ["config.formats"]
TIME_ZONE = PHARMACY_TIME_ZONE

# --- Files ------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
MEDIA_ROOT = Path(env("MEDIA_ROOT", default=str(BASE_DIR / "media")))

FILE_STORAGE = env_choice("FILE_STORAGE", ("local", "s3"), default="local")
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
if FILE_STORAGE == "s3":
    STORAGES["default"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": env("AWS_STORAGE_BUCKET_NAME"),
            "access_key": env("AWS_ACCESS_KEY_ID"),
            "secret_key": env("AWS_SECRET_ACCESS_KEY"),
            "endpoint_url": env("AWS_S3_ENDPOINT_URL", default="") or None,
            "region_name": env("AWS_S3_REGION_NAME", default="") or None,
            "default_acl": "private",
            "querystring_auth": True,
            "file_overwrite": False,
            "signature_version": "s3v4",
        },
    }

# Bank statements are small; the bounds keep one upload from occupying a worker.
BANK_STATEMENT_MAX_BYTES = env.int("BANK_STATEMENT_MAX_BYTES", default=5 * 1024 * 1024)
BANK_STATEMENT_MAX_LINES = env.int("BANK_STATEMENT_MAX_LINES", default=20_000)
FILE_MAX_BYTES = env.int("FILE_MAX_BYTES", default=10 * 1024 * 1024)
FILE_MAX_PAGES = env.int("FILE_MAX_PAGES", default=200)
FILE_MAX_PIXELS = env.int("FILE_MAX_PIXELS", default=50_000_000)
FILE_MAX_UNPACKED_BYTES = env.int("FILE_MAX_UNPACKED_BYTES", default=200 * 1024 * 1024)
FILE_LINK_TTL_SECONDS = env.int("FILE_LINK_TTL_SECONDS", default=300)
# Bodies that are no file. Uploads stream past it; `files` measures them against FILE_MAX_BYTES.
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

# --- Inventory ---------------------------------------------------------------------------------

# How many days of consumption decide a product's ABC class.
INVENTORY_ABC_DAYS = env.int("INVENTORY_ABC_DAYS", default=365)
# Labels of the pharmacy's own scales: prefix:article digits:value digits:weight|price:decimals.
try:
    INVENTORY_SCALE_BARCODES = scale_formats(env.list("INVENTORY_SCALE_BARCODES", default=[]))
except ValueError as exc:
    raise ImproperlyConfigured(f"INVENTORY_SCALE_BARCODES: {exc}.") from exc
# Controlled classes sold on prescription only; every controlled class is registered.
CONTROLLED_PRESCRIPTION_CLASSES = env.list(
    "CONTROLLED_PRESCRIPTION_CLASSES", default=["narcotic", "psychotropic"]
)
if unknown := {*CONTROLLED_PRESCRIPTION_CLASSES} - {"narcotic", "psychotropic", "precursor"}:
    raise ImproperlyConfigured(f"CONTROLLED_PRESCRIPTION_CLASSES: no such class: {unknown}.")
# Goods that expire within so many days are not handed out any more; 0: up to the day before.
STOCK_MIN_DAYS_TO_EXPIRY = env.int("STOCK_MIN_DAYS_TO_EXPIRY", default=0)
if STOCK_MIN_DAYS_TO_EXPIRY < 0:
    raise ImproperlyConfigured("STOCK_MIN_DAYS_TO_EXPIRY must be 0 or more days.")
# Days left to expiry up to which a batch is critical, to be warned of, or to be noticed.
INVENTORY_EXPIRY_BANDS_DAYS = env.list(
    "INVENTORY_EXPIRY_BANDS_DAYS", cast=int, default=[30, 90, 180]
)
_bands = INVENTORY_EXPIRY_BANDS_DAYS
if len(_bands) != 3 or sorted({0, *_bands}) != [0, *_bands]:
    raise ImproperlyConfigured(
        "INVENTORY_EXPIRY_BANDS_DAYS must be three days that grow, e.g. 30,90,180."
    )
# Goods are dead stock when nothing of their product was handed out for so many days.
INVENTORY_DEAD_STOCK_DAYS = env.int("INVENTORY_DEAD_STOCK_DAYS", default=180)
if INVENTORY_DEAD_STOCK_DAYS < 1:
    raise ImproperlyConfigured("INVENTORY_DEAD_STOCK_DAYS must be 1 or more days.")

# Fast movers are handed out at least so many times a year as often as they are there on average.
INVENTORY_FAST_TURNOVER = env("INVENTORY_FAST_TURNOVER", cast=Decimal, default=Decimal(3))
# Percent of the value consumed that class A, and then B, make up; C is the rest.
INVENTORY_ABC_PERCENT = env.list(
    "INVENTORY_ABC_PERCENT", cast=Decimal, default=[Decimal(80), Decimal(15)]
)
# Coefficients of variation up to which demand is steady (X), or varying (Y), per period of days.
INVENTORY_XYZ_LIMITS = env.list("INVENTORY_XYZ_LIMITS", cast=float, default=[0.5, 1.0])
INVENTORY_XYZ_PERIOD_DAYS = env.int("INVENTORY_XYZ_PERIOD_DAYS", default=30)
if len(INVENTORY_ABC_PERCENT) != 2 or not 0 < sum(INVENTORY_ABC_PERCENT) <= 100:
    raise ImproperlyConfigured("INVENTORY_ABC_PERCENT must be two shares of 100, e.g. 80,15.")
if len(INVENTORY_XYZ_LIMITS) != 2 or sorted(INVENTORY_XYZ_LIMITS) != INVENTORY_XYZ_LIMITS:
    raise ImproperlyConfigured("INVENTORY_XYZ_LIMITS must be two figures that grow, e.g. 0.5,1.0.")
if INVENTORY_XYZ_PERIOD_DAYS < 1:
    raise ImproperlyConfigured("INVENTORY_XYZ_PERIOD_DAYS must be 1 or more days.")

# How many days before today the demand of a product is learnt from.
INVENTORY_DEMAND_DAYS = env.int("INVENTORY_DEMAND_DAYS", default=365)
if not 7 <= INVENTORY_DEMAND_DAYS <= 1096:
    raise ImproperlyConfigured("INVENTORY_DEMAND_DAYS must be 7 to 1096 days.")

# --- Purchasing --------------------------------------------------------------------------------

PURCHASES_OFFER_MAX_AGE_DAYS = env.int("PURCHASES_OFFER_MAX_AGE_DAYS", default=30)
PURCHASES_PRICE_JUMP_PERCENT = env.int("PURCHASES_PRICE_JUMP_PERCENT", default=15)
PURCHASES_PRICE_GAP_PERCENT = env.int("PURCHASES_PRICE_GAP_PERCENT", default=25)
# With fewer days on which a product could be sold, its minimum and maximum decide what is needed.
PURCHASES_DEMAND_FEWEST_DAYS = env.int("PURCHASES_DEMAND_FEWEST_DAYS", default=28)
if PURCHASES_DEMAND_FEWEST_DAYS < 1:
    raise ImproperlyConfigured("PURCHASES_DEMAND_FEWEST_DAYS must be 1 or more days.")
# What a supplier invoice may differ from order and receipt without anybody's decision: a price by
# the larger of a percentage and an amount, a quantity by a percentage; and by how much its printed
# total may be rounded.
INVOICE_PRICE_TOLERANCE_PERCENT = env(
    "INVOICE_PRICE_TOLERANCE_PERCENT", cast=Decimal, default=Decimal("0.5")
)
INVOICE_PRICE_TOLERANCE_AMOUNT = env(
    "INVOICE_PRICE_TOLERANCE_AMOUNT", cast=Decimal, default=Decimal("0.05")
)
INVOICE_QUANTITY_TOLERANCE_PERCENT = env(
    "INVOICE_QUANTITY_TOLERANCE_PERCENT", cast=Decimal, default=Decimal(0)
)
INVOICE_ROUNDING_LIMIT = env("INVOICE_ROUNDING_LIMIT", cast=Decimal, default=Decimal(1))
# Days before an invoice is due, or a return window closes, on which people are told.
INVOICE_DUE_NOTICE_DAYS = env.int("INVOICE_DUE_NOTICE_DAYS", default=7)
RETURN_WINDOW_NOTICE_DAYS = env.int("RETURN_WINDOW_NOTICE_DAYS", default=14)
# Days goods may wait in quarantine for their inspection before people are told; 0: from the first.
INSPECTION_NOTICE_DAYS = env.int("INSPECTION_NOTICE_DAYS", default=0)
# Goods with less shelf life than this when they came count as short-dated in the scorecard.
SHORT_DATED_DAYS = env.int("SHORT_DATED_DAYS", default=180)
# Nothing is bought for more days than this, however good the deal.
PURCHASES_MOST_COVER_DAYS = env.int("PURCHASES_MOST_COVER_DAYS", default=60)
# What holding stock for a year costs, and what a unit too many costs, in percent of its value.
PURCHASES_HOLDING_PERCENT = env.float("PURCHASES_HOLDING_PERCENT", default=20.0)
PURCHASES_OVERAGE_PERCENT = env.float("PURCHASES_OVERAGE_PERCENT", default=5.0)
# A build of proposals may search so long for the best basket.
PURCHASES_SOLVER_SECONDS = env.float("PURCHASES_SOLVER_SECONDS", default=8.0)
if PURCHASES_MOST_COVER_DAYS < 1 or PURCHASES_SOLVER_SECONDS <= 0:
    raise ImproperlyConfigured("Cover days and seconds of the solver must be above zero.")
if not (0 <= PURCHASES_HOLDING_PERCENT <= 1000 and 0 < PURCHASES_OVERAGE_PERCENT <= 100):
    raise ImproperlyConfigured("Holding is 0 to 1000 percent a year, a unit too many 0 to 100.")

# --- AI engine --------------------------------------------------------------------------------

AI_ENGINE = env_choice("AI_ENGINE", ("embedded", "http"), default="embedded")
AI_ENGINE_PROCESS_URL = env("AI_ENGINE_PROCESS_URL", default="")
if AI_ENGINE == "http" and not AI_ENGINE_PROCESS_URL:
    raise ImproperlyConfigured("AI_ENGINE is http: set AI_ENGINE_PROCESS_URL.")
AI_ENGINE_TIMEOUT_SECONDS = env.int("AI_ENGINE_TIMEOUT_SECONDS", default=30)
AI_ENGINE_RESULT_TIMEOUT_MINUTES = env.int("AI_ENGINE_RESULT_TIMEOUT_MINUTES", default=30)
# How long a job waits for an engine that is down before it fails.
AI_ENGINE_GIVE_UP_HOURS = env.int("AI_ENGINE_GIVE_UP_HOURS", default=24)
NOTIFICATION_RETENTION_DAYS = env.int("NOTIFICATION_RETENTION_DAYS", default=90)
BACKEND_BASE_URL = env("BACKEND_BASE_URL", default="http://127.0.0.1:8000")

# --- E-mail -----------------------------------------------------------------------------------

# smtp://user:password@host:port, smtp+tls://..., or consolemail:// to print.
vars().update(env.email_url("EMAIL_URL", default="consolemail://"))
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="Pharmacio <no-reply@localhost>")
FRONTEND_BASE_URL = env("FRONTEND_BASE_URL", default="http://localhost:3000")
EMAIL_TIMEOUT = 10

# --- Logs -------------------------------------------------------------------------------------

LOG_LEVEL = env("LOG_LEVEL", default="INFO")
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"correlation": {"()": "core.logging.CorrelationFilter"}},
    "formatters": {"json": {"()": "core.logging.JsonFormatter"}},
    "handlers": {
        "stdout": {
            "class": "logging.StreamHandler",
            "stream": "ext://sys.stdout",
            "formatter": "json",
            "filters": ["correlation"],
        }
    },
    "root": {"handlers": ["stdout"], "level": LOG_LEVEL},
    "loggers": {
        # Django's own handlers would print the same record a second time, as plain text.
        "django": {"handlers": [], "propagate": True},
        "django.server": {"handlers": [], "propagate": True},
        # A line per periodic task sent and received; its outcome is a third one.
        "celery.beat": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
    },
}
