"""The strict Content-Security-Policy and the form rules, read off the templates."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TEMPLATES = sorted((Path(__file__).parents[2] / "templates").rglob("*.html"))
names = pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)


@names
def test_no_inline_script_style_or_handler(path):
    assert not re.search(r"<style|<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=", path.read_text())


@names
def test_nothing_is_loaded_from_elsewhere(path):
    loaded = re.findall(r'(?:src|href|action)="(https?:|//)', path.read_text())

    assert loaded == []


@names
def test_every_form_that_changes_something_carries_the_csrf_value(path):
    for form in re.findall(r'<form[^>]*method="post".*?</form>', path.read_text(), re.DOTALL):
        assert "{% csrf_token %}" in form


@names
def test_nothing_is_marked_safe(path):
    text = re.sub(r"{% comment %}.*?{% endcomment %}", "", path.read_text(), flags=re.DOTALL)

    assert "|safe" not in text
    assert "autoescape off" not in text
