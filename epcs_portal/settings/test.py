"""The tests: a fast password hasher and keys of their own; no other difference."""

from __future__ import annotations

import os
from pathlib import Path

from epcs_portal.demo.people import ONE_CLICK_PEOPLE, VIRTUAL_GATEWAYS, VIRTUAL_PAYMENTS
from epcs_portal.settings.base import *  # noqa: F403
from epcs_portal.settings.base import BASE_DIR, INSTALLED_APPS, STORAGES
from epcs_portal.settings.databases import from_url
from epcs_portal.settings.sealing_keys import read_key_ring

SECRET_KEY = "for the tests alone"
SEALING_KEYS = read_key_ring("test:" + "c2VhbGluZyBrZXkgZm9yIHRoZSB0ZXN0cyBhbG9uZSE=")
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

DEMO = True
DEMO_DIR = BASE_DIR / "var" / "test"
SIGNING_BACKEND = "epcs_portal.signing_key.PemFileKey"  # a key in a file
SIGNING_KEY_DIR = DEMO_DIR / "signing"
CHECKPOINT_DIR = Path(os.environ.get("EPCS_TEST_CHECKPOINT_DIR", DEMO_DIR / "checkpoints"))
DEMO_PASSWORD = "lakeside-demo"
DEMO_PEOPLE = ONE_CLICK_PEOPLE
INSTALLED_APPS = [*INSTALLED_APPS, "epcs_portal.demo"]
PORTAL_URL = "https://portal.example.org"
TWILIO_ACCOUNT_SID = "AC" + "0" * 32
TWILIO_AUTH_TOKENS = ["the token of the tests"]
TWILIO_TEXTS_FROM = TWILIO_CALLS_FROM = "+18005550199"
TWILIO_API_URL = os.environ.get("EPCS_TEST_TWILIO_URL", "")
if not TWILIO_API_URL:  # a stand-in for Twilio runs where it is named; else the virtual phone
    DELIVERY_GATEWAYS = VIRTUAL_GATEWAYS
STRIPE_SECRET_KEY = "sk_test_" + "0" * 24
STRIPE_API_URL = os.environ.get("EPCS_TEST_STRIPE_URL", "")
if not STRIPE_API_URL:  # a stand-in for Stripe runs where it is named; else the virtual page
    PAYMENT_PROCESSOR = VIRTUAL_PAYMENTS
STRIPE_WEBHOOK_SECRETS = ["whsec_" + "test" * 8]
DEFAULT_FROM_EMAIL = "EPCS Portal <no-reply@portal.example.org>"

_default = f"sqlite:///{BASE_DIR / 'var' / 'test' / 'suite.sqlite3'}"
DATABASES = {"default": from_url(os.environ.get("EPCS_TEST_DATABASE_URL", _default))}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A real file: an in-memory database has no write-ahead log and one connection.
    _file = Path(str(DATABASES["default"]["NAME"]))
    _file.parent.mkdir(parents=True, exist_ok=True)
    DATABASES["default"]["TEST"] = {"NAME": f"{_file.with_suffix('')}.run.sqlite3"}
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 0

STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
STATIC_ROOT = None  # nothing is collected
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True  # found when asked for: each client of a test would look at all
CELERY_BROKER_URL = os.environ.get("EPCS_TEST_REDIS_URL", "memory://")
if CELERY_BROKER_URL.startswith("redis"):
    CELERY_BROKER_TRANSPORT_OPTIONS = REDIS_TRANSPORT_OPTIONS
