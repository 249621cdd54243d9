"""Production refuses to start half configured, and names what is missing."""

from __future__ import annotations

import base64
import os
import subprocess
import sys

import pytest

WHOLE = {
    "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyz" * 2,
    "SEALING_KEYS": "k1:" + base64.b64encode(bytes(range(32))).decode(),
    "ALLOWED_HOSTS": "portal.example.org",
    "PUBLIC_BASE_URL": "https://portal.example.org",
    "DATABASE_URL": "postgres://portal@localhost/portal",
    "REDIS_URL": "rediss://localhost:6379/0",
    "CLIENT_ADDRESS_HEADER": "X-Real-IP",
    "SIGNING_BACKEND": "somewhere.ValidatedModule",
    "CHECKPOINT_DIR": "/var/lib/epcs-portal/checkpoints",
    "TWILIO_ACCOUNT_SID": "AC0123456789abcdef0123456789abcdef",
    "TWILIO_AUTH_TOKENS": "the-new-token,the-old-token",
    "TWILIO_TEXTS_FROM": "MG0123456789abcdef0123456789abcdef",
    "TWILIO_CALLS_FROM": "+18005550100",
    "EMAIL_URL": "smtp+tls://portal:secret@mail.example.org:587",
    "STRIPE_SECRET_KEY": "rk_live_0123456789abcdef",
    "STRIPE_WEBHOOK_SECRETS": "whsec_new,whsec_old",
    "SELLER_ADDRESS": "100 Main Street, Burlington, VT 05401",
    "DEFAULT_FROM_EMAIL": "EPCS Portal <no-reply@portal.example.org>",
}


CHECK = [sys.executable, "manage.py", "check"]
# Settings refuse while they are read: nothing else of the portal has to be loaded to see it.
READ = [sys.executable, "-c", "import epcs_portal.settings.production"]


def start(*, command: list[str] = READ, **changes: str | None) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name not in WHOLE}
    environment |= {k: v for k, v in (WHOLE | changes).items() if v is not None}
    environment["DJANGO_SETTINGS_MODULE"] = "epcs_portal.settings.production"
    return subprocess.run(command, env=environment, capture_output=True, text=True)


def test_a_whole_configuration_starts():
    assert start(command=CHECK).returncode == 0


@pytest.mark.parametrize("name", WHOLE)
def test_each_missing_variable_is_named(name):
    answer = start(**{name: None})

    assert answer.returncode != 0
    assert name in answer.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", "a" * 60),
        ("SEALING_KEYS", "k1:" + "A" * 43 + "="),
        ("ALLOWED_HOSTS", "*"),
        ("PUBLIC_BASE_URL", "https://"),
        ("DATABASE_URL", "postgres://portal@db.example.org/portal"),
        ("REDIS_URL", "redis://broker.example.org:6379/0"),
        ("SEALING_KEYS", "k1:tooshort"),
        ("SEALING_KEYS", WHOLE["SEALING_KEYS"] + "," + WHOLE["SEALING_KEYS"]),
        ("PUBLIC_BASE_URL", "http://portal.example.org"),
        ("DATABASE_URL", "sqlite:////tmp/portal.sqlite3"),
        ("REDIS_URL", "filesystem://"),
        ("SIGNING_BACKEND", "epcs_portal.signing_key.PemFileKey"),
        ("SIGNING_BACKEND", "yes"),
        ("CHECKPOINT_DIR", "checkpoints"),
        ("CHECKPOINT_EMAILS", "nobody"),
        ("TWILIO_ACCOUNT_SID", "SK0123456789abcdef"),
        ("TWILIO_TEXTS_FROM", "5550100"),
        ("TWILIO_CALLS_FROM", "MG0123456789abcdef0123456789abcdef"),
        ("EMAIL_URL", "consolemail://"),
        ("EMAIL_URL", "smtp://mail.example.org:25"),
        ("DEFAULT_FROM_EMAIL", "no-reply"),
        ("STRIPE_SECRET_KEY", "pk_live_0123456789abcdef"),
        ("STRIPE_WEBHOOK_SECRETS", "whsec_new,secret"),
        ("SPARE_TOKEN_PRICE", "-1"),
        ("SPARE_TOKEN_PRICE", "3500000"),
        ("WEB_PUSH_PRIVATE_KEY", "too-short"),
        ("WEB_PUSH_PRIVATE_KEY", "A" * 43),
    ],
)
def test_a_value_that_cannot_be_right_is_named_and_not_shown(name, value):
    answer = start(**{name: value})

    assert answer.returncode != 0
    assert name in answer.stderr.splitlines()[-1]
    assert value not in answer.stderr.splitlines()[-1]


def test_the_doorbell_is_off_without_a_key_and_needs_somebody_to_ask():
    key = base64.urlsafe_b64encode(bytes(range(32))).decode().rstrip("=")

    alone = start(WEB_PUSH_PRIVATE_KEY=key)
    whole = start(WEB_PUSH_PRIVATE_KEY=key, WEB_PUSH_CONTACT="mailto:it@portal.example.org")

    assert "WEB_PUSH_CONTACT" in alone.stderr.splitlines()[-1]
    assert whole.returncode == 0


def test_where_spares_cost_nothing_nothing_of_stripe_is_needed():
    without = {"STRIPE_SECRET_KEY": None, "STRIPE_WEBHOOK_SECRETS": None}

    assert start(SPARE_TOKEN_PRICE="0", **without).returncode == 0


def test_a_server_never_falls_back_to_the_demo():
    environment = {k: v for k, v in os.environ.items() if k != "DJANGO_SETTINGS_MODULE"}

    answer = subprocess.run(
        [sys.executable, "-c", "import epcs_portal.wsgi"],
        env=environment,
        capture_output=True,
        text=True,
    )

    assert answer.returncode != 0
    assert "settings are not configured" in answer.stderr
