"""The demo's keys, and what it does with one of Stripe's."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from epcs_portal.demo.people import VIRTUAL_PAYMENTS
from epcs_portal.demo.secrets import demo_secrets
from tests.parts import ROOT

STRIPES = "billing.payments.stripe_gateway.StripeCheckout"
TELL = """
import json
from epcs_portal.settings import demo
said = [demo.PAYMENT_PROCESSOR, demo.STRIPE_WEBHOOK_SECRETS, list(demo.CELERY_BEAT_SCHEDULE)]
print(json.dumps(said))
"""


def started(folder, **given: str) -> subprocess.CompletedProcess[str]:
    """Read the demo's settings in another process, with these variables of Stripe's alone."""
    known = {name: value for name, value in os.environ.items() if not name.startswith("STRIPE_")}
    environment = known | {"EPCS_DEMO_DIR": str(folder), **given}
    command = [sys.executable, "-c", TELL]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)


def test_an_earlier_demos_keys_stay_and_the_missing_one_is_drawn_once(tmp_path):
    path = tmp_path / "demo-secrets.json"
    path.write_text(json.dumps({"secret_key": "old", "sealing_keys": "demo:old"}))

    first, second = demo_secrets(tmp_path), demo_secrets(tmp_path)

    assert (first.secret_key, first.sealing_keys) == ("old", "demo:old")
    assert first.webhook_secret.startswith("whsec_")
    assert first == second
    assert path.stat().st_mode & 0o077 == 0
    assert list(tmp_path.iterdir()) == [path]


def test_who_start_at_once_have_the_same_keys(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        drawn = list(pool.map(lambda _each: demo_secrets(tmp_path / "demo"), range(8)))

    assert all(each == drawn[0] for each in drawn)


def test_without_a_key_payments_are_virtual_and_their_events_are_sent(tmp_path):
    processor, secrets, schedule = json.loads(started(tmp_path).stdout)

    assert processor == VIRTUAL_PAYMENTS
    assert secrets == [demo_secrets(tmp_path).webhook_secret]
    assert "send payment events" in schedule


@pytest.mark.parametrize(
    ("given", "secrets"),
    [({}, []), ({"STRIPE_WEBHOOK_SECRETS": "whsec_a,whsec_b"}, ["whsec_a", "whsec_b"])],
)
@pytest.mark.parametrize("key", ["sk_test_1", "rk_test_1"])
def test_with_a_test_key_stripe_itself_is_asked(tmp_path, key, given, secrets):
    processor, told, schedule = json.loads(started(tmp_path, STRIPE_SECRET_KEY=key, **given).stdout)

    assert processor == STRIPES
    assert told == secrets
    assert "send payment events" not in schedule


@pytest.mark.parametrize("key", ["sk_live_1", "rk_live_1", "pk_test_1"])
def test_the_demo_does_not_start_with_any_other_key(tmp_path, key):
    answer = started(tmp_path, STRIPE_SECRET_KEY=key)

    assert answer.returncode != 0
    assert "is no test key" in answer.stderr
    assert key not in answer.stderr
