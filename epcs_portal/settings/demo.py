"""The demo: SQLite, a broker made of files, virtual devices. Everything lives in one folder."""

from __future__ import annotations

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from epcs_portal.demo.people import ONE_CLICK_PEOPLE, VIRTUAL_GATEWAYS, VIRTUAL_PAYMENTS
from epcs_portal.demo.secrets import demo_secrets
from epcs_portal.settings.base import *  # noqa: F403
from epcs_portal.settings.base import (
    BASE_DIR,
    CELERY_BEAT_SCHEDULE,
    INSTALLED_APPS,
    STORAGES,
)
from epcs_portal.settings.databases import from_url
from epcs_portal.settings.sealing_keys import read_key_ring

if os.environ.get("EPCS_ENVIRONMENT") == "production":
    raise ImproperlyConfigured("EPCS_ENVIRONMENT is production; these are the demo's settings.")

DEMO = True
DEBUG = False
DEMO_DIR = Path(os.environ.get("EPCS_DEMO_DIR", BASE_DIR / "var" / "demo")).resolve()
DEMO_PASSWORD = "lakeside-demo"  # printed at every start, and in the README
DEMO_PEOPLE = ONE_CLICK_PEOPLE

_secrets = demo_secrets(DEMO_DIR)
SECRET_KEY = _secrets.secret_key
SEALING_KEYS = read_key_ring(_secrets.sealing_keys)

SIGNING_BACKEND = "epcs_portal.signing_key.PemFileKey"  # a key in a file
SIGNING_KEY_DIR = DEMO_DIR / "signing"
CHECKPOINT_DIR = DEMO_DIR / "checkpoints"

ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
INSTALLED_APPS = [*INSTALLED_APPS, "epcs_portal.demo"]
DATABASES = {"default": from_url(f"sqlite:///{DEMO_DIR / 'portal.sqlite3'}")}

# The browser is on this machine: no TLS, and files are served as they are.
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
STATIC_ROOT = None  # nothing is collected
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

# Texts, calls and letters reach the virtual phone.
PORTAL_URL = os.environ.get("EPCS_DEMO_URL", "http://127.0.0.1:8000")
DELIVERY_GATEWAYS = VIRTUAL_GATEWAYS
TWILIO_AUTH_TOKENS: list[str] = []  # nobody can have signed a callback

# Payments: on the virtual payment page, or with a test key on Stripe's own. Without its webhook's
# secrets they are found by asking, within some minutes.
STRIPE_SECRET_KEY = os.environ.get("STRIPE_SECRET_KEY", "")
if STRIPE_SECRET_KEY:
    if not STRIPE_SECRET_KEY.startswith(("sk_test_", "rk_test_")):
        raise ImproperlyConfigured(
            "STRIPE_SECRET_KEY is no test key (sk_test_, rk_test_): the demo takes no money."
        )
    STRIPE_WEBHOOK_SECRETS = list(
        filter(None, os.environ.get("STRIPE_WEBHOOK_SECRETS", "").split(","))
    )
else:
    PAYMENT_PROCESSOR = VIRTUAL_PAYMENTS
    STRIPE_WEBHOOK_SECRETS = [_secrets.webhook_secret]
    CELERY_BEAT_SCHEDULE = {
        **CELERY_BEAT_SCHEDULE,
        "send payment events": {
            "task": "epcs_portal.demo.tasks.sweep_payment_events",
            "schedule": 5.0,
            "options": {"expires": 10.0},
        },
    }

CELERY_BROKER_URL = "files"
CELERY_BROKER_TRANSPORT = "epcs_portal.demo.broker:Transport"
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "data_folder_in": str(DEMO_DIR / "broker" / "queue"),
    "data_folder_out": str(DEMO_DIR / "broker" / "queue"),
    "control_folder": str(DEMO_DIR / "broker" / "control"),
    "polling_interval": 0.05,  # seconds; the default of one second makes the demo feel slow
}

ACTIVATION_LETTER_BY_ANOTHER = False  # the demo has one agent
