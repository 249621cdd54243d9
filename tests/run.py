"""`make test`: find what the tests need, run every part, and leave nothing running.

Standard library only. It stops at the first part that fails, says how long each took, and closes
with one line that counts the tests.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from types import FrameType
from xml.etree import ElementTree

from tests import parts
from tests.children import Children
from tests.parts import COVERAGE, REPORTS, WORK, Part
from tests.services import browser, node, postgres, redis
from tests.services.installing import ComponentMissing, say

SIDE_BY_SIDE = 2  # parts that run tests at the same time: one for each core of a small machine
LEFT_BY_A_RUN = ("sqlite", "logs", "secrets", "leaks", "journeys", "worker")


@dataclass
class Tally:
    """How long each part took, how it ended, and how many tests there were."""

    rows: list[tuple[str, float, str]] = field(default_factory=list)
    passed: int = 0
    failed: int = 0
    started_at: float = field(default_factory=time.monotonic)

    def add(self, part: Part, *, seconds: float, succeeded: bool) -> bool:
        passed, failed, skipped = _counts(part)
        if skipped:
            say(f"{skipped} skipped: what a test needs is installed, never done without.")
        succeeded = succeeded and not failed and not skipped
        self.passed += passed
        self.failed += failed if succeeded or failed else max(skipped, 1)
        outcome = "passed" if succeeded else f"FAILED, see {part.log}"
        self.rows.append((part.name, seconds, outcome))
        say(f"── {part.name}: {outcome} after {seconds:.1f} s ──")
        return succeeded

    def show(self) -> None:
        say("")
        for name, seconds, outcome in self.rows:
            say(f"{name:<24}{seconds:>8.1f} s  {outcome}")
        say(f"{'all':<24}{time.monotonic() - self.started_at:>8.1f} s")
        if self.passed or self.failed:
            say(f"{self.passed} passed, {self.failed} failed")


def main() -> int:
    wanted = _arguments()
    for folder in (COVERAGE, REPORTS, *(WORK / name for name in LEFT_BY_A_RUN)):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    _keep_bytecode()
    tally, children = Tally(), Children()
    try:
        with _stop_signals_interrupt(), children.none_left(), ExitStack() as servers:
            succeeded = _run_all(wanted, servers=servers, children=children, tally=tally)
    except ComponentMissing as missing:
        say(f"\n{missing}")
        tally.failed += 1
        succeeded = False
    except KeyboardInterrupt:
        say("\nStopped.")
        succeeded = False
    tally.show()
    return 0 if succeeded and not children.strays else 1


def _run_all(
    wanted: argparse.Namespace, *, servers: ExitStack, children: Children, tally: Tally
) -> bool:
    def run(chosen: Sequence[Part], *, at_once: int = 1) -> bool:
        named = [part for part in chosen if not wanted.part or part.name in wanted.part]
        with closing(children.run(named, environment=found, at_once=at_once)) as ended:
            return all(tally.add(part, seconds=s, succeeded=ok) for part, s, ok in ended)

    found: Mapping[str, str] = {}
    static = parts.static_parts()
    if not wanted.races and not run(static, at_once=SIDE_BY_SIDE):
        return False
    if wanted.static or (wanted.part and set(wanted.part) <= {part.name for part in static}):
        return True
    found, postgres_url = _services(servers, tally)
    if wanted.races:
        return run(parts.races(postgres_url=postgres_url), at_once=SIDE_BY_SIDE)
    return run(
        parts.suites(postgres_url=postgres_url, node=found["EPCS_NODE"]), at_once=SIDE_BY_SIDE
    ) and run(parts.conclusions(postgres_url=postgres_url), at_once=SIDE_BY_SIDE)


def _services(servers: ExitStack, tally: Tally) -> tuple[Mapping[str, str], str]:
    """Find, install or start what the suites need; return their environment."""
    say("\n── services ──")
    started_at = time.monotonic()
    programs = postgres.find_or_install()
    redis_server = redis.find_or_install()
    chromium = browser.find_or_install()
    headless_shell = browser.headless_shell_or(chromium)
    axe = node.axe_script(node.find_or_install())
    scripts = str(node.program())
    logs = WORK / "logs"
    postgres_url = servers.enter_context(postgres.running(programs, log=logs / "postgres.log"))
    redis_url = servers.enter_context(redis.running(redis_server, log=logs / "redis.log"))
    tally.rows.append(("services", time.monotonic() - started_at, "running"))
    found = {
        "EPCS_TEST_REDIS_URL": redis_url,
        "EPCS_REDIS_SERVER": str(redis_server),
        "EPCS_CHROMIUM": str(chromium),
        "EPCS_HEADLESS_SHELL": str(headless_shell),
        "EPCS_AXE_JS": str(axe),
        "EPCS_NODE": scripts,
        "EPCS_PG_DUMP": str(programs / "pg_dump"),
    }
    return found, postgres_url


def _keep_bytecode() -> None:
    """Let every Python of the run, of which there are dozens, compile what was not compiled yet.

    A machine may forbid it; then each spends more time on compiling than on what it is for.
    """
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = str(WORK / "bytecode")


def _counts(part: Part) -> tuple[int, int, int]:
    """Return how many tests passed, failed and were skipped."""
    if part.report is None or not part.report.exists():
        return 0, 0, 0
    suites = ElementTree.parse(part.report).getroot().iter("testsuite")
    counts = [{key: int(suite.get(key, 0)) for key in _KEYS} for suite in suites]
    failed = sum(count["failures"] + count["errors"] for count in counts)
    skipped = sum(count["skipped"] for count in counts)
    return sum(count["tests"] for count in counts) - failed - skipped, failed, skipped


_KEYS = ("tests", "failures", "errors", "skipped")


@contextmanager
def _stop_signals_interrupt() -> Iterator[None]:
    """Let every stop signal end the run in the same way, and only once."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        for number in numbers:
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    before: dict[signal.Signals, Callable[..., object] | int | None] = {
        number: signal.signal(number, interrupt) for number in numbers
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.run", description=__doc__)
    parser.add_argument("--static", action="store_true", help="the parts that run no test")
    parser.add_argument("--races", action="store_true", help="the races alone")
    parser.add_argument(
        "--part", action="append", default=[], help="this part, by name; repeatable"
    )
    return parser.parse_args()


if __name__ == "__main__":
    os.environ["PYTHONUNBUFFERED"] = "1"
    sys.exit(main())
