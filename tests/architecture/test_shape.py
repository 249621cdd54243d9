"""Small modules, small functions, small templates; words we do not use."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
APPS = ["epcs_portal", "accounts", "tokens", "prescriptions", "billing"]
MODULES = sorted(
    path for app in APPS for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts
)
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
BANNED = {"util", "utils", "helper", "helpers", "manager", "handler", "info", "misc", "common"}


def test_there_is_something_to_look_at():
    assert len(MODULES) > 80
    assert len(TEMPLATES) > 20


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_module_is_longer_than_200_lines_and_no_function_than_40(path):
    text = path.read_text()

    functions = [
        node
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]

    assert len(text.splitlines()) <= 200
    assert [f.name for f in functions if f.end_lineno - f.lineno >= 40] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_template_is_longer_than_80_lines(path):
    assert len(path.read_text().splitlines()) <= 80


def test_no_module_is_named_with_a_word_that_says_nothing():
    words = {word for path in MODULES for word in path.stem.split("_")}

    assert words & BANNED == set()


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_only_the_edges_read_the_clock(path):
    """Views, tasks, commands, middleware and what stands right behind a view say the time."""
    edges = {
        "views",
        "admins",
        "commands",
        "tasks.py",
        "middleware.py",
        "session_limits.py",
        "fresh_sign_in.py",
        "demo",
    }
    edges |= {"error_pages.py", "once.py", "claims.py", "context_processors.py", "keys.py"}
    edges |= {"sessions.py", "demo"}

    if not edges & set(path.relative_to(ROOT).parts):
        assert "timezone.now()" not in path.read_text()


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_digits_are_ascii_digits(path):
    assert "\\d" not in path.read_text()
