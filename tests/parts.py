"""What `make test` consists of, in order."""

from __future__ import annotations

import base64
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[1]
WORK = ROOT / "var" / "test"
COVERAGE = WORK / "coverage"
REPORTS = WORK / "reports"

PYTHON = sys.executable
PROGRAMS = Path(sys.executable).parent

TEST_SETTINGS = {"DJANGO_SETTINGS_MODULE": "epcs_portal.settings.test"}
# Throw-away values: production settings must load, and pass Django's own deployment checks.
PRODUCTION_SETTINGS = {
    "DJANGO_SETTINGS_MODULE": "epcs_portal.settings.production",
    "SECRET_KEY": "checked-at-deployment-0123456789-abcdefghijklmnopqrstuvwxyz",
    "SEALING_KEYS": "check:" + base64.b64encode(bytes(range(32))).decode(),
    "ALLOWED_HOSTS": "portal.example",
    "PUBLIC_BASE_URL": "https://portal.example",
    "DATABASE_URL": "postgres://epcs@127.0.0.1:1/epcs",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "CLIENT_ADDRESS_HEADER": "X-Real-IP",
}

WITH_SERVERS_OF_THEIR_OWN = ("tests/journeys", "tests/worker")
DATABASE_FREE = (
    "tests/tokens/test_oath*",
    "tests/architecture/*",
    "tests/demo/test_supervisor.py",
    "tests/demo/test_demo_command.py",
)


@dataclass(frozen=True, kw_only=True)
class Part:
    name: str
    commands: Sequence[Sequence[str]]
    environment: Mapping[str, str] = field(default_factory=dict)
    report: Path | None = None  # where pytest writes how many passed

    @property
    def log(self) -> Path:
        return WORK / "logs" / f"{_slug(self.name)}.log"


def static_parts() -> list[Part]:
    manage = [PYTHON, "manage.py"]
    templates = sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("templates/**/*.html"))
    djade = [str(PROGRAMS / "djade"), "--check", "--target-version", "5.2", *templates]
    deploy = [*manage, "check", "--deploy", "--fail-level", "WARNING"]
    migrations = [*manage, "makemigrations", "--check", "--dry-run"]
    return [
        Part(name="format", commands=[[PYTHON, "-m", "ruff", "format", "--check"]]),
        Part(name="lint", commands=[[PYTHON, "-m", "ruff", "check"]]),
        Part(name="templates", commands=[djade]),
        Part(name="types", commands=[[PYTHON, "-m", "mypy"]]),
        Part(name="imports", commands=[[str(PROGRAMS / "lint-imports")]]),
        Part(name="django", commands=[[*manage, "check"]], environment=TEST_SETTINGS),
        Part(name="django, deployed", commands=[deploy], environment=PRODUCTION_SETTINGS),
        Part(name="migrations", commands=[migrations], environment=TEST_SETTINGS),
    ]


def suites(*, postgres_url: str) -> list[Part]:
    postgres = {"EPCS_TEST_DATABASE_URL": postgres_url}
    shared = [f"--ignore={path}" for path in WITH_SERVERS_OF_THEIR_OWN]
    database_free = [f"--ignore-glob={path}" for path in DATABASE_FREE]
    return [
        _suite("suite on PostgreSQL", ["tests", *shared], postgres),
        _suite("suite on SQLite", ["tests", *shared, *database_free], _sqlite()),
        _suite("worker", ["tests/worker"], postgres),
        # Their portal is the demo, which lives on SQLite.
        _suite("journeys", ["tests/journeys"], _sqlite()),
        Part(name="leaks", commands=[[PYTHON, "-m", "tests.leaks"]], environment=postgres),
        coverage(),
    ]


def races(*, postgres_url: str) -> list[Part]:
    postgres = {"EPCS_TEST_DATABASE_URL": postgres_url}
    return [
        _suite("races on PostgreSQL", ["tests/races"], postgres),
        _suite("races on SQLite", ["tests/races"], _sqlite()),
    ]


def coverage() -> Part:
    command = [PYTHON, "-m", "coverage"]
    report = [*command, "report", "--skip-covered", "--show-missing"]
    return Part(
        name="coverage",
        commands=[
            [*command, "combine", "--keep", "--quiet", str(COVERAGE)],
            [*report, "--fail-under=95"],
            [*report, "--fail-under=100", "--include=tokens/oath/*,*/flows/*"],
        ],
        environment={"COVERAGE_FILE": str(COVERAGE / "data")},
    )


def _suite(name: str, arguments: Sequence[str], environment: Mapping[str, str]) -> Part:
    report = REPORTS / f"{_slug(name)}.xml"
    command = [PYTHON, "-m", "pytest", f"--junitxml={report}", "--cov", "--cov-report=", *arguments]
    measured = {"COVERAGE_FILE": str(COVERAGE / f"data.{_slug(name)}")}
    return Part(
        name=name, commands=[command], environment={**environment, **measured}, report=report
    )


def _sqlite() -> Mapping[str, str]:
    return {"EPCS_TEST_DATABASE_URL": f"sqlite:///{WORK / 'sqlite' / 'suite.sqlite3'}"}


def _slug(name: str) -> str:
    return name.lower().replace(",", "").replace(" ", "-")
