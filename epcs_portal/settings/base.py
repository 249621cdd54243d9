"""Everything that does not differ between places."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF

from epcs_portal.settings.policy import *  # noqa: F403
from epcs_portal.settings.policy import GATEWAY_TIMEOUT_SECONDS, SESSION_TOTAL_SECONDS
from epcs_portal.settings.schedule import CELERY_BEAT_SCHEDULE as CELERY_BEAT_SCHEDULE

BASE_DIR = Path(__file__).resolve().parents[2]
VERSION = "0.1"
DEMO = False

INSTALLED_APPS = [
    "django.contrib.admin.apps.SimpleAdminConfig",  # the support site is put together by hand
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "csp",
    "django_otp",
    "epcs_portal",
    "epcs_portal.audit",
    "epcs_portal.submissions",
    "epcs_portal.delivery",
    "epcs_portal.checkpoints",
    "tokens",
    "accounts",
    "prescriptions",
    "billing",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "epcs_portal.middleware.ResponseHeadersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "epcs_portal.middleware.AccessLogMiddleware",
    "epcs_portal.audit.origin.OriginMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "accounts.session_limits.SessionLimitsMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "epcs_portal.middleware.LocalTimeMiddleware",
    "tokens.middleware.StepUpMiddleware",
]

ROOT_URLCONF = "epcs_portal.urls"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "epcs_portal.shell.shell",
                "epcs_portal.submissions.context_processors.done",
            ],
        },
    }
]
FORM_RENDERER = "epcs_portal.form_renderer.FormRenderer"
APPEND_SLASH = True
ATOMIC_REQUESTS = False  # a refusal is committed before it is raised
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.PeopleBackend"]
PASSWORD_HASHERS = ["accounts.hashers.SignInPasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "home"

SESSION_ENGINE = "accounts.sessions"
SESSION_COOKIE_AGE = SESSION_TOTAL_SECONDS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
# Django's admin alone has some. A cookie would ask SIGNING_BACKEND, which names our signing key.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CSRF_COOKIE_HTTPONLY = False  # the stay-signed-in button sends it back in a header
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "epcs_portal.error_pages.csrf_failure"
STEP_UP_COOKIE_NAME = "epcs_step_up"
KNOWN_BROWSER_COOKIE_NAME = "epcs_known_browser"

# Seed files alone are uploaded: into memory, never into a temporary file on the disk. A larger
# one than FILE_UPLOAD_MAX_MEMORY_SIZE (2.5 MB) does not arrive.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]

LANGUAGE_CODE = "en-us"
USE_I18N = False
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "static/"
STATIC_ROOT: Path | None = BASE_DIR / "var" / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "epcs_portal.static_files.StaticFiles"},
}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "style-src": [SELF],
        "script-src": [SELF],
        "img-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
CLIENT_ADDRESS_HEADER = ""  # name of the header in which a trusted proxy passes the address

SUPPORT_PHONE = "(888) 555-0110"
SUPPORT_HOURS = "Mon–Fri 7 AM–8 PM ET"  # noqa: RUF001  (the dash people see)
SOFT_TOKEN_APP = "Authy"

# Web Push, the doorbell of Mobile ID. Without a key it is off, and phones ask by themselves.
WEB_PUSH_PRIVATE_KEY = ""  # base64url of 32 bytes, P-256
WEB_PUSH_CONTACT = ""  # mailto: or https:, for the push services (RFC 8292 section 2.1)
WEB_PUSH_SERVICES: tuple[str, ...] = (
    "fcm.googleapis.com",
    "updates.push.services.mozilla.com",
    ".push.apple.com",
    ".notify.windows.com",
)

CHECKPOINT_EMAILS: list[str] = []  # to whom the signed heads of the audit trail are sent

PORTAL_URL = ""  # where people reach the portal: in links, and where vendors call back
DELIVERY_GATEWAYS = {
    "text": "epcs_portal.delivery.twilio_gateway.TwilioTexts",
    "call": "epcs_portal.delivery.twilio_gateway.TwilioCalls",
    "email": "epcs_portal.delivery.mail_gateway.Mail",
}
TWILIO_API_URL = ""  # Twilio's own
SPARE_TOKEN_PRICE = 3500  # cents; at 0 spares are ordered without a payment
SPARE_TOKEN_CURRENCY = "usd"
SELLER_ADDRESS = "100 Main Street, Burlington, VT 05401"  # on receipts
PAYMENT_PROCESSOR = "billing.payments.stripe_gateway.StripeCheckout"
STRIPE_SECRET_KEY = STRIPE_API_URL = ""  # Stripe's own
STRIPE_WEBHOOK_SECRETS: list[str] = []  # all verify: two while one is rolled
EMAIL_TIMEOUT = GATEWAY_TIMEOUT_SECONDS
EMAIL_SUBJECT_PREFIX = ""

CELERY_TASK_ACKS_LATE = True
CELERY_TASK_PUBLISH_RETRY = False
# A broker that is away is noticed in a second: messages wait for the sweep, people don't.
REDIS_TRANSPORT_OPTIONS: dict[str, Any] = {
    "socket_connect_timeout": 1,  # seconds
    "socket_timeout": 5,
    "max_retries": 0,
    "visibility_timeout": 600,  # seconds until a task nobody acknowledged is given to another
}
# For rediss://. Without it the connection is encrypted, and nobody asks who is at the other end.
REDIS_TLS = {"ssl_cert_reqs": "required", "ssl_check_hostname": True}
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    # Else every request in seven lines, and what it was about.
    "loggers": {name: {"level": "WARNING"} for name in ("twilio", "stripe")},
}
