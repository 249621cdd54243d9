"""Production: everything that differs comes from the environment, and nothing has a default.

The portal refuses to start half configured, and names the variable that is missing.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

from epcs_portal.settings.base import *  # noqa: F403
from epcs_portal.settings.databases import from_url, is_encrypted, leaves_this_machine
from epcs_portal.settings.sealing_keys import is_private_key, read_key_ring

env = environ.Env()

DEBUG = False
SECRET_KEY = env.str("SECRET_KEY")
if len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 12:
    raise ImproperlyConfigured("SECRET_KEY must have at least 50 random characters.")
SEALING_KEYS = read_key_ring(env.str("SEALING_KEYS"))
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
if not ALLOWED_HOSTS or any("*" in host for host in ALLOWED_HOSTS):
    raise ImproperlyConfigured(
        "ALLOWED_HOSTS must name the hosts of the portal; a wildcard names none."
    )
PUBLIC_BASE_URL = env.str("PUBLIC_BASE_URL")
if urlsplit(PUBLIC_BASE_URL).scheme != "https" or not urlsplit(PUBLIC_BASE_URL).hostname:
    raise ImproperlyConfigured("PUBLIC_BASE_URL must be an https address with a host.")
CSRF_TRUSTED_ORIGINS = [PUBLIC_BASE_URL]
PORTAL_URL = PUBLIC_BASE_URL

DATABASES = {"default": from_url(env.str("DATABASE_URL"))}
if not DATABASES["default"]["ENGINE"].endswith("postgresql"):
    raise ImproperlyConfigured("DATABASE_URL must be a postgres:// URL.")
if leaves_this_machine(DATABASES["default"]["HOST"]) and not is_encrypted(DATABASES["default"]):
    raise ImproperlyConfigured("DATABASE_URL leaves this machine: add ?sslmode=verify-full.")

CELERY_BROKER_URL = env.str("REDIS_URL")
if not CELERY_BROKER_URL.startswith(("redis://", "rediss://")):
    raise ImproperlyConfigured("REDIS_URL must be a redis:// or rediss:// URL.")
if CELERY_BROKER_URL.startswith("redis:") and leaves_this_machine(
    urlsplit(CELERY_BROKER_URL).hostname
):
    raise ImproperlyConfigured("REDIS_URL leaves this machine: use rediss://.")

CELERY_BROKER_TRANSPORT_OPTIONS = REDIS_TRANSPORT_OPTIONS
CELERY_BROKER_USE_SSL = REDIS_TLS if CELERY_BROKER_URL.startswith("rediss:") else None

TWILIO_ACCOUNT_SID = env.str("TWILIO_ACCOUNT_SID")
TWILIO_AUTH_TOKENS = env.list("TWILIO_AUTH_TOKENS")  # the first sends; all verify callbacks
TWILIO_TEXTS_FROM = env.str("TWILIO_TEXTS_FROM")
TWILIO_CALLS_FROM = env.str("TWILIO_CALLS_FROM")
if not TWILIO_ACCOUNT_SID.startswith("AC") or not all(TWILIO_AUTH_TOKENS or [""]):
    raise ImproperlyConfigured("TWILIO_ACCOUNT_SID begins with AC, and TWILIO_AUTH_TOKENS has one.")
if not TWILIO_TEXTS_FROM.startswith(("+", "MG")) or not TWILIO_CALLS_FROM.startswith("+"):
    raise ImproperlyConfigured(
        "TWILIO_TEXTS_FROM is a number (+1…) or a messaging service (MG…), "
        "TWILIO_CALLS_FROM a number."
    )

_mail = env.email_url("EMAIL_URL")
EMAIL_HOST, EMAIL_PORT = _mail["EMAIL_HOST"], _mail["EMAIL_PORT"]
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_USER"], _mail["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS, EMAIL_USE_SSL = _mail.get("EMAIL_USE_TLS", False), _mail.get("EMAIL_USE_SSL", False)
if _mail["EMAIL_BACKEND"] != "django.core.mail.backends.smtp.EmailBackend":
    raise ImproperlyConfigured("EMAIL_URL must be an smtp:// URL.")
if leaves_this_machine(EMAIL_HOST) and not (EMAIL_USE_TLS or EMAIL_USE_SSL):
    raise ImproperlyConfigured("EMAIL_URL leaves this machine: use smtp+tls:// or smtp+ssl://.")
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL")
if "@" not in DEFAULT_FROM_EMAIL:
    raise ImproperlyConfigured("DEFAULT_FROM_EMAIL must be an e-mail address.")

# Payments. Where spares cost nothing there are none, and nothing of Stripe is needed.
SPARE_TOKEN_PRICE = env.int("SPARE_TOKEN_PRICE", default=SPARE_TOKEN_PRICE)
if not 0 <= SPARE_TOKEN_PRICE < 100_000:
    raise ImproperlyConfigured("SPARE_TOKEN_PRICE is in cents: 3500 is $35.00, 0 is no cost.")
STRIPE_SECRET_KEY = env.str("STRIPE_SECRET_KEY", default="")
STRIPE_WEBHOOK_SECRETS = env.list("STRIPE_WEBHOOK_SECRETS", default=[])  # two while one is rolled
if SPARE_TOKEN_PRICE and not STRIPE_SECRET_KEY.startswith(("sk_", "rk_")):
    raise ImproperlyConfigured("STRIPE_SECRET_KEY begins with sk_ or rk_.")
if (SPARE_TOKEN_PRICE and not STRIPE_WEBHOOK_SECRETS) or not all(
    secret.startswith("whsec_") for secret in STRIPE_WEBHOOK_SECRETS
):
    raise ImproperlyConfigured("STRIPE_WEBHOOK_SECRETS has one or two; each begins with whsec_.")
SELLER_ADDRESS = env.str("SELLER_ADDRESS")

# Mobile ID's doorbell. Without a key phones ask by themselves.
WEB_PUSH_PRIVATE_KEY = env.str("WEB_PUSH_PRIVATE_KEY", default="")
WEB_PUSH_CONTACT = env.str("WEB_PUSH_CONTACT", default="")
if WEB_PUSH_PRIVATE_KEY and not is_private_key(WEB_PUSH_PRIVATE_KEY):
    raise ImproperlyConfigured(
        "WEB_PUSH_PRIVATE_KEY is the base64url, without padding, of 32 random bytes."
    )
if WEB_PUSH_PRIVATE_KEY and not WEB_PUSH_CONTACT.startswith(("mailto:", "https://")):
    raise ImproperlyConfigured(
        "WEB_PUSH_CONTACT tells the push services whom to ask: mailto:… or https://…"
    )

# 21 CFR 1311.120(b)(16): the signing key lives in a validated module, not in a file.
SIGNING_BACKEND = env.str("SIGNING_BACKEND")
if SIGNING_BACKEND == "epcs_portal.signing_key.PemFileKey" or "." not in SIGNING_BACKEND:
    raise ImproperlyConfigured(
        "SIGNING_BACKEND must name the class of a validated signing module; no key in a file."
    )

# The signed heads of the audit trail: who can change the database must not reach them as well.
CHECKPOINT_DIR = Path(env.str("CHECKPOINT_DIR"))
if not CHECKPOINT_DIR.is_absolute():
    raise ImproperlyConfigured("CHECKPOINT_DIR must be a folder, from the root on.")
CHECKPOINT_EMAILS = env.list("CHECKPOINT_EMAILS", default=[])
if not all("@" in address for address in CHECKPOINT_EMAILS):
    raise ImproperlyConfigured("CHECKPOINT_EMAILS must be e-mail addresses, with commas.")

# Without it everybody has the proxy's address, and would share one sign-in delay.
CLIENT_ADDRESS_HEADER = env.str("CLIENT_ADDRESS_HEADER")

SECURE_SSL_REDIRECT = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 31_536_000  # one year; ASVS 3.4.1
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_NAME = "__Host-csrf"
STEP_UP_COOKIE_NAME = "__Host-step-up"
KNOWN_BROWSER_COOKIE_NAME = "__Host-known-browser"
