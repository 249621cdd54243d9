"""The import contracts of pyproject.toml hold."""

from __future__ import annotations

from importlinter.cli import lint_imports


def test_the_import_contracts_hold():
    assert lint_imports() == 0
