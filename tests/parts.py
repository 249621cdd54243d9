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
    "SIGNING_BACKEND": "named.at.Deployment",
    "CHECKPOINT_DIR": "/var/lib/epcs-portal/checkpoints",
    "CHECKPOINT_EMAILS": "compliance@portal.example",
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKENS": "checked-at-deployment",
    "TWILIO_TEXTS_FROM": "+18005550100",
    "TWILIO_CALLS_FROM": "+18005550100",
    "STRIPE_SECRET_KEY": "sk_test_checked_at_deployment",
    "STRIPE_WEBHOOK_SECRETS": "whsec_checked,whsec_rolled",
    "SELLER_ADDRESS": "100 Main Street, Burlington, VT 05401",
    "EMAIL_URL": "smtp+tls://portal:checked@mail.example:587",
    "DEFAULT_FROM_EMAIL": "no-reply@portal.example",
}

MEASURED = ("--cov", "--cov-report=")
# Parts of their own, and the benchmark, which is run by hand.
WAITING = ("tests/worker", "tests/demo/test_demo_command.py")  # for other processes
NOT_IN_A_SUITE = ("tests/journeys", "tests/races", "tests/bench", *WAITING)
# The two databases may differ for what reaches one (tests/databases.py marks it). All else,
# arithmetic, settings, processes and the shape of the code, is the same beside either.
WITH_A_DATABASE = ("-m", "database and not postgresql")


@dataclass(frozen=True, kw_only=True)
class Part:
    name: str
    commands: Sequence[Sequence[str]]
    environment: Mapping[str, str] = field(default_factory=dict)
    report: Path | None = None  # where pytest writes how many passed
    waits: bool = False  # most of the time, for others: it takes no core of its own

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


def suites(*, postgres_url: str, node: str) -> list[Part]:
    """The parts that run tests, side by side, the long ones first.

    Each has a database of its own. What runs the portal's code a second time runs unmeasured: on
    SQLite, in a browser (where the portal is another process), and in the races, whose twenty
    threads take twice as long under measurement.
    """
    suite = ["tests", *(f"--ignore={path}" for path in NOT_IN_A_SUITE)]
    return [
        # Their portal is the demo, which lives on SQLite.
        _tests("journeys", ["tests/journeys"], _sqlite("journeys")),
        _tests("suite on PostgreSQL", [*suite, *MEASURED], _on(postgres_url, "suite")),
        _tests("worker", [*WAITING, *MEASURED], _on(postgres_url, "worker"), waits=True),
        _tests("suite on SQLite", [*suite, *WITH_A_DATABASE], _sqlite("suite")),
        *races(postgres_url=postgres_url),
        Part(name="scripts of Mobile ID", commands=[[node, "--test", "tests/mobile_id/"]]),
    ]


def races(*, postgres_url: str) -> list[Part]:
    return [
        _tests("races on SQLite", ["tests/races"], _sqlite("races")),
        _tests("races on PostgreSQL", ["tests/races"], _on(postgres_url, "races")),
    ]


def conclusions(*, postgres_url: str) -> list[Part]:
    """What can be said when all tests have run."""
    leaks = [PYTHON, "-m", "tests.leaks"]
    return [
        Part(name="leaks", commands=[leaks], environment=_on(postgres_url, "leaks")),
        coverage(),
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


def _tests(
    name: str, arguments: Sequence[str], environment: Mapping[str, str], *, waits: bool = False
) -> Part:
    report = REPORTS / f"{_slug(name)}.xml"
    command = [PYTHON, "-m", "pytest", f"--junitxml={report}", *arguments]
    measured = {"COVERAGE_FILE": str(COVERAGE / f"data.{_slug(name)}")}
    return Part(
        name=name,
        commands=[command],
        environment={**environment, **measured},
        report=report,
        waits=waits,
    )


def _on(postgres_url: str, name: str) -> Mapping[str, str]:
    return {"EPCS_TEST_DATABASE_URL": f"{postgres_url}_{name}"}


def _sqlite(name: str) -> Mapping[str, str]:
    return {"EPCS_TEST_DATABASE_URL": f"sqlite:///{WORK / 'sqlite' / name}.sqlite3"}


def _slug(name: str) -> str:
    return name.lower().replace(",", "").replace(" ", "-")
