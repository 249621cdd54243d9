from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.core.checks import run_checks

from tests.parts import PRODUCTION_SETTINGS, ROOT

LOOK_FOR_THE_DEMO = """
import django
django.setup()
from django.apps import apps
from django.core.management import get_commands
from django.urls import NoReverseMatch, reverse
assert not apps.is_installed("epcs_portal.demo")
assert not {"press_button", "demo"} & get_commands().keys()
try:
    reverse("demo_devices")
except NoReverseMatch:
    print("no demo")
"""


def refusals():
    return [message.msg for message in run_checks() if message.id == "portal.E001"]


def test_the_demo_starts_where_nothing_marks_production():
    assert refusals() == []


def test_the_demo_refuses_an_environment_called_production(monkeypatch):
    monkeypatch.setenv("EPCS_ENVIRONMENT", "production")

    (refusal,) = refusals()

    assert "EPCS_ENVIRONMENT=production" in refusal


@pytest.mark.parametrize(
    ("name", "value", "named"),
    [
        ("DEMO", False, "the production settings"),
        ("PUBLIC_BASE_URL", "https://portal.example", "a public base URL"),
    ],
)
def test_the_demo_refuses_settings_of_a_real_portal(settings, name, value, named):
    setattr(settings, name, value)

    (refusal,) = refusals()

    assert named in refusal


def test_the_refusal_is_an_error_that_keeps_commands_from_starting():
    ended = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "epcs_portal.settings.test",
            "EPCS_ENVIRONMENT": "production",
        },
        capture_output=True,
        text=True,
    )

    assert ended.returncode == 1
    assert "portal.E001" in ended.stderr


def test_production_has_no_virtual_token_no_page_for_it_and_no_command():
    ended = subprocess.run(
        [sys.executable, "-c", LOOK_FOR_THE_DEMO],
        cwd=ROOT,
        env={**os.environ, **PRODUCTION_SETTINGS},
        capture_output=True,
        text=True,
    )

    assert ended.stdout == "no demo\n", ended.stderr


def test_the_demos_settings_refuse_an_environment_called_production():
    answer = subprocess.run(
        [sys.executable, "-c", "import epcs_portal.wsgi"],
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "epcs_portal.settings.demo",
            "EPCS_ENVIRONMENT": "production",
        },
        capture_output=True,
        text=True,
    )

    assert answer.returncode != 0
    assert "EPCS_ENVIRONMENT is production" in answer.stderr
