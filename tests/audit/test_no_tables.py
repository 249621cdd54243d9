"""Commands over a database that was never migrated say so in a sentence."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest


@pytest.mark.parametrize("command", ["verify_trail", "rotate_sealing_key", "press_button"])
def test_nothing_to_read_is_a_sentence(tmp_path, command):
    serial = ["GALH12345678"] if command == "press_button" else []
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "epcs_portal.settings.demo",
        "EPCS_DEMO_DIR": str(tmp_path),
    }

    answer = subprocess.run(
        [sys.executable, "manage.py", command, *serial],
        env=environment,
        capture_output=True,
        text=True,
    )

    assert answer.returncode == 1
    assert "make demo" in answer.stderr
    assert "Traceback" not in answer.stderr
