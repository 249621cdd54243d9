"""Asking verify_trail."""

from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command


def faults(*arguments: str) -> list[str]:
    """What verify_trail says of the chains, besides the triggers that a fixture took away."""
    return [line for line in everything_wrong(*arguments) if "trigger" not in line]


def everything_wrong(*arguments: str) -> list[str]:
    errors = io.StringIO()
    with pytest.raises(CommandError) as caught:
        call_command("verify_trail", *arguments, stdout=io.StringIO(), stderr=errors)
    assert caught.value.returncode == 1
    return errors.getvalue().splitlines()
