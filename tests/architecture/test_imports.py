"""The import contracts of pyproject.toml hold."""

from __future__ import annotations

import subprocess

from tests.parts import PROGRAMS, ROOT


def test_the_import_contracts_hold():
    """In a process of its own: import-linter switches off the loggers of the one it runs in."""
    said = subprocess.run(
        [PROGRAMS / "lint-imports"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert said.returncode == 0, said.stdout
