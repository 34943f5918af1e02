"""All settings, read from the environment in this one file.

Embedded default: nothing set. Everything lives under ./var, secrets are made on first run, SQLite and a Celery worker
on the filesystem transport. Production: SYNTHPORTAL_MODE=production and the variables in docker/env.sample.
"""

from __future__ import annotations

import secrets
from importlib.util import find_spec
from pathlib import Path
from typing import Any, cast

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from synthportal.storage.secrets import KEYS_OF, key_from, read_secret

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

MODE = env.str("SYNTHPORTAL_MODE", "embedded")
if MODE not in {"embedded", "production"}:
    raise ImproperlyConfigured("SYNTHPORTAL_MODE is either 'embedded' or 'production'.")
IS_PRODUCTION = MODE == "production"
DEBUG = env.bool("SYNTHPORTAL_DEBUG", False)
if IS_PRODUCTION and DEBUG:
    raise ImproperlyConfigured("SYNTHPORTAL_DEBUG shows source data in error pages: unset it in production.")

# Where things are kept. Secrets never live inside the data directory: a copy of the data alone stays unreadable.
HOME_DIR = Path(env.str("SYNTHPORTAL_HOME", str(BASE_DIR / "var"))).resolve()
DATA_DIR = Path(env.str("SYNTHPORTAL_DATA_DIR", str(HOME_DIR / "data"))).resolve()
SECRETS_DIR = Path(env.str("SYNTHPORTAL_SECRETS_DIR", str(HOME_DIR / "secrets"))).resolve()
if SECRETS_DIR == DATA_DIR or DATA_DIR in SECRETS_DIR.parents:
    raise ImproperlyConfigured("SYNTHPORTAL_SECRETS_DIR lies inside the data directory: keep the keys elsewhere.")
# One share per dataset key: erasing deletes it. Workers and web servers on several machines mount the same folder.
KEYS_DIR = Path(env.str("SYNTHPORTAL_KEYS_DIR", str(SECRETS_DIR / "keys"))).resolve()
if KEYS_DIR == DATA_DIR or DATA_DIR in KEYS_DIR.parents:
    raise ImproperlyConfigured("SYNTHPORTAL_KEYS_DIR lies inside the data directory: keep the keys elsewhere.")
DATA_DIR.mkdir(parents=True, exist_ok=True)


def _given(name: str) -> str:
    file = env.str(f"SYNTHPORTAL_{name}_FILE", "")
    if file and DATA_DIR in Path(file).resolve().parents:
        raise ImproperlyConfigured(f"SYNTHPORTAL_{name}_FILE lies inside the data directory: keep the keys elsewhere.")
    return Path(file).read_text().strip() if file else env.str(f"SYNTHPORTAL_{name}", "")


def _secret(name: str) -> str:
    return read_secret(name, _given(name), SECRETS_DIR, may_create=not IS_PRODUCTION)


PROCESS = env.str("SYNTHPORTAL_PROCESS", "all")
if PROCESS not in KEYS_OF:
    raise ImproperlyConfigured(f"SYNTHPORTAL_PROCESS is one of {', '.join(KEYS_OF)}.")


def _key(name: str) -> bytes:
    """The key, or none (what needs it fails) where this kind of process is not meant to have it."""
    return key_from(name, _secret(name)) if name in KEYS_OF[PROCESS] else cast(bytes, None)


# Where nobody signs in, nothing is signed with it that outlives the process.
SECRET_KEY = _secret("SECRET_KEY") if "SECRET_KEY" in KEYS_OF[PROCESS] else secrets.token_hex(50)
if IS_PRODUCTION and (len(SECRET_KEY) < 50 or "insecure" in SECRET_KEY or len(set(SECRET_KEY)) < 8):
    raise ImproperlyConfigured("SYNTHPORTAL_SECRET_KEY is a default or too short: use 50 random characters or more.")
_replaced = env.str("SYNTHPORTAL_OLD_SECRET_KEY_FILE", "")  # opens second factors, until `manage.py rotate_keys` ended
SECRET_KEY_FALLBACKS = [Path(_replaced).read_text().strip()] if _replaced and "SECRET_KEY" in KEYS_OF[PROCESS] else []
MASTER_KEY = _key("MASTER_KEY")  # wraps the key of every dataset
# The one before it, until `manage.py rotate_keys` has wrapped every data key anew.
_old = env.str("SYNTHPORTAL_OLD_MASTER_KEY_FILE", "")
OLD_MASTER_KEY = key_from("OLD_MASTER_KEY", Path(_old).read_text().strip()) if _old and MASTER_KEY else b""
SAMPLE_KEY = _key("SAMPLE_KEY")  # with the artefact's digest, seeds the review sample
SIGNING_KEY = _key("SIGNING_KEY")  # Ed25519 seed that signs certificates
AUDIT_KEY = _key("AUDIT_KEY")  # signs the heads of the trail and seals its events; never in the database
WORKER_KEY, WORKER_NAME = _key("WORKER_KEY"), env.str("SYNTHPORTAL_WORKER_NAME", "")  # of the second worker alone
SECOND_WORKERS: dict[str, str] = env.dict("SYNTHPORTAL_SECOND_WORKERS", default={})  # whom gates ask: name=public key
# Signed heads of the trail, outside the database; web and workers on several machines mount the same folder.
AUDIT_HEADS = Path(env.str("SYNTHPORTAL_AUDIT_HEADS", str(SECRETS_DIR / "audit-heads"))).resolve()
AUDIT_SINK = env.str("SYNTHPORTAL_AUDIT_SINK", "")  # where heads are sent: tcp://, tls://, https://

ALLOWED_HOSTS = env.list("SYNTHPORTAL_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("SYNTHPORTAL_ORIGINS", default=[])
ADDRESS = env.str("SYNTHPORTAL_ADDRESS", "127.0.0.1:8000")

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "csp",
    "axes",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "synthportal",
    "generation",
    "reviews",
]
AUTH_USER_MODEL = "synthportal.Person"
MIDDLEWARE = [
    "csp.middleware.CSPMiddleware",  # outermost: static files, redirects and errors carry the policy too
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "synthportal.web.headers.HeadersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "synthportal.web.operations.upload_places.UploadPlacesMiddleware",  # before the next reads a form
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "synthportal.people.sign_in.sessions.SessionUseMiddleware",
    "synthportal.web.refusals.DomainErrorMiddleware",
    "synthportal.web.confirmation.SecondFactorMiddleware",
    "synthportal.web.confirmation.ConfirmationMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "synthportal.urls"
WSGI_APPLICATION = "synthportal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "synthportal.web.navigation.navigation",
            ],
            "builtins": ["synthportal.templatetags.terms"],  # words of the glossary stand on pages everywhere
        },
    },
]

# --- Database: SQLite that survives many writers, or PostgreSQL by DATABASE_URL -------------------------------------
DATABASES: dict[str, dict[str, Any]] = {
    "default": env.db("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'portal.sqlite3'}"),
}
IS_SQLITE = DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3"
if IS_SQLITE:
    # FULL: a verdict, a release or an event of the trail that was answered is not lost when the power goes.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
            "PRAGMA recursive_triggers=ON; PRAGMA busy_timeout=20000;"
        ),
    }
# Kept between requests: closing the last one makes SQLite write its whole log into the database.
DATABASES["default"]["CONN_MAX_AGE"] = 60
# Of a PostgreSQL that was restarted only connections are gone: each is asked before a request builds on it.
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- People ---------------------------------------------------------------------------------------------------------
AUTHENTICATION_BACKENDS = [
    "synthportal.people.sign_in.slowing.SlowedBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "synthportal.people.sign_in.passwords.CommonPasswords"},
    {"NAME": "synthportal.people.tokens.ending.EndsWithThePassword"},
    {"NAME": "synthportal.people.sign_in.events.PasswordsAreEvents"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
AXES_FAILURE_LIMIT, AXES_COOLOFF_TIME = 5, 0.25  # hours
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
PROXIES = env.int("SYNTHPORTAL_PROXIES", 0)
AXES_CLIENT_IP_CALLABLE = "synthportal.people.sign_in.addresses.address_of"
AXES_LOCKOUT_CALLABLE = "synthportal.people.sign_in.slowing.locked_out"
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False  # the portal shows the sign-in log itself, to look at: see admin.py
SESSION_ENGINE = "synthportal.people.sign_in.sessions"
SESSION_COOKIE_AGE = 12 * 3600
# A browser that was not used for so long is signed out; 0: only at the end of the twelve hours.
IDLE_MINUTES = env.int("SYNTHPORTAL_IDLE_MINUTES", 60 if IS_PRODUCTION else 0)
# What binds others (a signature, a policy, an erasure) asks again after so long; 0: never.
REAUTHENTICATION_MINUTES = env.int("SYNTHPORTAL_REAUTHENTICATION_MINUTES", 5)
# Stewards and administrators set up a second factor before they go on.
REQUIRE_SECOND_FACTOR = env.bool("SYNTHPORTAL_REQUIRE_SECOND_FACTOR", False)

# The second factors, and people of an identity provider: django-allauth behind our own addresses and templates.
ACCOUNT_ADAPTER = "synthportal.people.sign_in.adapters.AccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*"]
ACCOUNT_RATE_LIMITS = False  # sign_in/slowing.py slows every way in, in the database that all processes share
# An identity provider by OpenID Connect; the portal asks it alone, and only where it is set.
OIDC_ID = "provider"
OIDC_URL = env.str("SYNTHPORTAL_OIDC_URL", "")  # its issuer, as https://login.example.org/realms/staff
OIDC_NAME = env.str("SYNTHPORTAL_OIDC_NAME", "your organisation")  # what stands on the button
OIDC_GROUPS_CLAIM = env.str("SYNTHPORTAL_OIDC_GROUPS_CLAIM", "groups")
OIDC_ROLES = env.str("SYNTHPORTAL_OIDC_ROLES", "")  # group=role, divided by semicolons
SOCIALACCOUNT_ADAPTER = "synthportal.people.identity_provider.adapter.ProviderAdapter"
SOCIALACCOUNT_LOGIN_ON_GET = True  # a form may not lead off the site (form-action), a link may
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {}
if OIDC_URL:
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": OIDC_ID,
                "name": OIDC_NAME,
                "client_id": env.str("SYNTHPORTAL_OIDC_CLIENT_ID"),
                "secret": _given("OIDC_CLIENT_SECRET"),
                "settings": {"server_url": OIDC_URL},
            }
        ],
    }
MFA_ADAPTER = "synthportal.people.sign_in.adapters.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_ISSUER = "Synthportal"
MFA_TOTP_TOLERANCE = 1
MFA_RATE_LIMITS = False
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not IS_PRODUCTION  # http://127.0.0.1 of the embedded portal
MFA_FORMS = {
    "authenticate": "synthportal.people.sign_in.factors.CodeForm",
    "authenticate_webauthn": "synthportal.people.sign_in.factors.PasskeyForm",
    "login_webauthn": "synthportal.people.sign_in.factors.PasskeySignInForm",
    "add_webauthn": "synthportal.people.sign_in.factors.NewPasskeyForm",
}

# --- What a browser may do ------------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = IS_PRODUCTION
SECURE_REDIRECT_EXEMPT = ["^health/", "^metrics$"]  # asked for from inside, without TLS
SECURE_HSTS_SECONDS = 31_536_000 if IS_PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_PRODUCTION
if IS_PRODUCTION:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- Files ----------------------------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = Path(env.str("SYNTHPORTAL_STATIC_ROOT", str(HOME_DIR / "static"))).resolve()
if not IS_PRODUCTION:  # there `collectstatic` makes it, and workers have none
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)
WHITENOISE_USE_FINDERS = not IS_PRODUCTION
WHITENOISE_AUTOREFRESH = False
VAULT_URL = env.str("SYNTHPORTAL_VAULT", f"file://{DATA_DIR / 'vault'}")
VAULT_ENDPOINT = env.str("SYNTHPORTAL_VAULT_ENDPOINT", "")  # of an S3-compatible server other than Amazon's
FILE_UPLOAD_HANDLERS = ["synthportal.storage.uploads.SealingUploadHandler"]
UPLOAD_LIMIT_BYTES = env.int("SYNTHPORTAL_UPLOAD_LIMIT_BYTES", 2 * 1024**3)
PERSON_QUOTA_BYTES = env.int("SYNTHPORTAL_PERSON_QUOTA_BYTES", 50 * 1024**3)  # of all sources of one together
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024**2
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000

# --- Messages: nothing goes out until an administrator sets where to ------------------------------------------------
_MAIL_URL = env.str("SYNTHPORTAL_MAIL_URL", "")  # smtp+tls://user:password@mail.example.org:587
SENDS_MAIL = bool(_MAIL_URL)
if SENDS_MAIL:
    vars().update(env.email_url_config(_MAIL_URL))
DEFAULT_FROM_EMAIL = env.str("SYNTHPORTAL_MAIL_FROM", "synthportal@localhost")

# --- Jobs -----------------------------------------------------------------------------------------------------------
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", "filesystem://localhost")
CELERY_BROKER_DIR = DATA_DIR / "broker"
LEASE_SECONDS = env.int("SYNTHPORTAL_LEASE_SECONDS", 30)
HEARTBEAT_SECONDS = env.float("SYNTHPORTAL_HEARTBEAT_SECONDS", 1.5)
REAP_SECONDS = env.float("SYNTHPORTAL_REAP_SECONDS", 5.0)
# A job that is expected to take longer goes into the long lane, where it keeps nothing short waiting.
LONG_JOB_SECONDS = env.float("SYNTHPORTAL_LONG_JOB_SECONDS", 60.0)
# Shards (131,072 records each) that a worker samples at a time; an artefact of more is shared among workers.
PART_SHARDS = env.int("SYNTHPORTAL_PART_SHARDS", 8)
JOB_ATTEMPTS = env.int("SYNTHPORTAL_JOB_ATTEMPTS", 5)
JOB_MEMORY_BYTES = env.int("SYNTHPORTAL_JOB_MEMORY_BYTES", 16 * 1024**3)
PARSE_MEMORY_BYTES = env.int("SYNTHPORTAL_PARSE_MEMORY_BYTES", 4 * 1024**3)
PARSE_CPU_SECONDS = env.int("SYNTHPORTAL_PARSE_CPU_SECONDS", 1800)
VIEW_MEMORY_BYTES = env.int("SYNTHPORTAL_VIEW_MEMORY_BYTES", 4 * 1024**3)
VIEW_CPU_SECONDS = env.int("SYNTHPORTAL_VIEW_CPU_SECONDS", 20)
VIEWS_AT_ONCE = env.int("SYNTHPORTAL_VIEWS_AT_ONCE", 4)  # each holds a thread: some are left for all other pages
# What a child that reads untrusted files must be held to, of "network" and "files"; else it is not started.
CONFINEMENT = env.list("SYNTHPORTAL_CONFINEMENT", default=["network", "files"] if IS_PRODUCTION else [])
if unknown := set(CONFINEMENT) - {"network", "files"}:
    raise ImproperlyConfigured(f"SYNTHPORTAL_CONFINEMENT names network and files, not {', '.join(sorted(unknown))}.")
# A model that words synthetic texts, at an address that speaks OpenAI's protocol. Empty: nothing is ever asked.
ENDPOINT_URL = env.str("SYNTHPORTAL_ENDPOINT_URL", "")
ENDPOINT_MODEL = env.str("SYNTHPORTAL_ENDPOINT_MODEL", "default")
ENDPOINT_TOKENS = env.int("SYNTHPORTAL_ENDPOINT_TOKENS", 2_000_000)  # of one run, prompts and answers
ENDPOINT_SECONDS = env.float("SYNTHPORTAL_ENDPOINT_SECONDS", 60.0)  # for one answer as a whole
ENDPOINT_CONCURRENCY = env.int("SYNTHPORTAL_ENDPOINT_CONCURRENCY", 4)
_ENDPOINT_KEY_FILE = env.str("SYNTHPORTAL_ENDPOINT_KEY_FILE", "")
ENDPOINT_KEY = Path(_ENDPOINT_KEY_FILE).read_text().strip() if _ENDPOINT_KEY_FILE else ""
if ENDPOINT_URL and not ENDPOINT_URL.startswith(("https://", "http://")):
    raise ImproperlyConfigured("SYNTHPORTAL_ENDPOINT_URL starts with https:// or http://.")
PII_MODEL = env.str("SYNTHPORTAL_PII_MODEL", "")  # directory of a token classifier of one's own

# --- Review ---------------------------------------------------------------------------------------------------------
# Characters a second: a verdict that comes quicker is not taken; 0: every one is.
READING_SPEED = env.int("SYNTHPORTAL_READING_SPEED", 300)
CLAIM_SECONDS = env.int("SYNTHPORTAL_CLAIM_SECONDS", 15 * 60)

# --- Floors: below these no steward goes, nor two -------------------------------------------------------------------
LEAST_CONFIDENCE = env.float("SYNTHPORTAL_LEAST_CONFIDENCE", 0.9)
LARGEST_LEAK_RATE = env.float("SYNTHPORTAL_LARGEST_LEAK_RATE", 0.05)
LEAST_CONTROLS = env.int("SYNTHPORTAL_LEAST_CONTROLS", 20)  # of tiers that are shipped with controls
PRIVACY_LIMIT_FACTOR = env.float("SYNTHPORTAL_PRIVACY_LIMIT_FACTOR", 1.5)  # how many times as lax as shipped

# --- Release --------------------------------------------------------------------------------------------------------
PUBLIC_URL = env.str("SYNTHPORTAL_URL", "").rstrip("/")  # where strangers find keys and status; told in what is signed
RELEASE_DAYS = env.int("SYNTHPORTAL_RELEASE_DAYS", 365)  # after which a release expires; 0: never
# nginx sends whole released files itself from this internal location (docker/nginx.conf); empty: the portal does.
ACCEL_LOCATION = env.str("SYNTHPORTAL_ACCEL_LOCATION", "")

# --- Metrics: /metrics answers this machine, or, where there is a token, who sends it as a bearer token -----------
_METRICS_TOKEN_FILE = env.str("SYNTHPORTAL_METRICS_TOKEN_FILE", "")
METRICS_TOKEN = Path(_METRICS_TOKEN_FILE).read_text().strip() if _METRICS_TOKEN_FILE else ""

# --- Traces: spans of jobs, gates and exports by OTLP over HTTP. Empty: nothing is ever sent -----------------------
TRACES_URL = env.str("SYNTHPORTAL_TRACES_URL", "")  # of a collector, as https://collector.example.org:4318/v1/traces
if TRACES_URL and not (TRACES_URL.startswith(("https://", "http://")) and find_spec("opentelemetry")):
    raise ImproperlyConfigured("SYNTHPORTAL_TRACES_URL is http(s)://..., and needs pip install 'synthportal[traces]'.")

# --- API ------------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "synthportal.people.tokens.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.LimitOffsetPagination",
    "PAGE_SIZE": 50,
    "DEFAULT_SCHEMA_CLASS": "synthportal.web.schema.Schema",
    "URL_FORMAT_OVERRIDE": None,  # ?format= names the file format of a download
    "EXCEPTION_HANDLER": "synthportal.web.api.problem_details",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Synthportal",
    "VERSION": "1",
    "DESCRIPTION": "From a sensitive dataset to a released synthetic one: the same verbs as the pages.",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "DatasetKindEnum": "generation.engine.kinds.catalogue.choices",
        "CalibrationKindEnum": "generation.models.evidence.Calibration.Kind",
    },
}

# --- Log: ids, counts and digests only ------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"without_values": {"()": "synthportal.jobs.logs.WithoutValues"}},
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["without_values"]},
    },
    "root": {"handlers": ["console"], "level": env.str("SYNTHPORTAL_LOG_LEVEL", "WARNING")},
    "loggers": {
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
        "axes": {"level": "ERROR"},
    },
}

USE_TZ = True
TIME_ZONE = env.str("SYNTHPORTAL_TIME_ZONE", "UTC")
LANGUAGE_CODE = "en-gb"
