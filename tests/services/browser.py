"""Chromium, in which the journeys are walked: without its windows, where that can be had."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.services.installing import ComponentMissing, by_apt, on_path, say

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SHELL = "chromium-headless-shell"
REMEDY = "Chromium is needed. Put `chromium` or `google-chrome` on the PATH."

ASK_PLAYWRIGHT = (
    "from playwright.sync_api import sync_playwright\n"
    "with sync_playwright() as playwright: print(playwright.chromium.executable_path)"
)


def find_or_install() -> Path:
    """Return the browser's program; raise ComponentMissing."""
    program = on_path(*NAMES)
    if program is None and by_apt("chromium"):
        program = on_path(*NAMES)
    if program is None:
        program = _from_playwright()
    if program is None:
        raise ComponentMissing(REMEDY)
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    if said.returncode != 0:
        raise ComponentMissing(f"{program} does not start: {said.stderr.strip()[-400:]}. {REMEDY}")
    say(f"  Chromium: {program} ({said.stdout.strip()})")
    return program


def headless_shell_or(program: Path) -> Path:
    """Return the same engine without windows, which takes a third less time; else the program."""
    if on_path(SHELL) is None:
        by_apt(SHELL)
    shell = on_path(SHELL)
    say(f"  Headless: {shell or 'as Chromium, which is slower'}")
    return shell or program


def _from_playwright() -> Path | None:
    say("  installing Chromium with Playwright …")
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    said = subprocess.run(
        [sys.executable, "-c", ASK_PLAYWRIGHT], capture_output=True, text=True, check=False
    )
    program = Path(said.stdout.strip() or "nowhere")
    return program if program.is_file() else None
