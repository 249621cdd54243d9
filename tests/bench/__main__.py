"""`make bench`: start what is needed, measure, show the table; status 1 when a bar is missed."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import FrameType

import django
import psycopg

from tests.bench import cluster
from tests.bench.servers import COMMANDS, PRODUCTION_SERVER
from tests.parts import PRODUCTION_SETTINGS, PYTHON, ROOT
from tests.services import postgres, redis
from tests.services.installing import ComponentMissing, say

WORK = ROOT / "var" / "bench"
RESULT = ROOT / "var" / "bench.json"
BENCH_SETTINGS = {
    "DJANGO_SETTINGS_MODULE": "epcs_portal.settings.bench",
    "SIGNING_BACKEND": "bench.HasNoValidatedModule",  # the bench's settings replace it
}


def main() -> int:
    wanted, began = _arguments(), time.monotonic()
    WORK.mkdir(parents=True, exist_ok=True)
    try:
        with _stop_signals_interrupt(), ExitStack() as services:
            database = _start(services)
            _fill(database)
            # What follows speaks to the portal's tables, so Django is needed first.
            django.setup()
            from tests.bench.run import bench

            all_hold = bench(wanted, database, work=WORK, result=RESULT)
    except (ComponentMissing, subprocess.CalledProcessError) as missing:
        say(f"\n{missing}")
        return 1
    except KeyboardInterrupt:
        say("\nStopped.")
        return 1
    say(f"\nIt took {time.monotonic() - began:.0f} s. Written to {RESULT.relative_to(ROOT)}.")
    return 0 if all_hold else 1


def _start(services: ExitStack) -> cluster.Cluster:
    say("[1/6] Starting PostgreSQL with the settings it comes with, and Redis …")
    programs, redis_server = postgres.find_or_install(), redis.find_or_install()
    database = services.enter_context(cluster.running(programs, log=WORK / "postgres.log"))
    broker = services.enter_context(redis.running(redis_server, log=WORK / "redis.log"))
    os.environ |= {**PRODUCTION_SETTINGS, **BENCH_SETTINGS}
    os.environ |= {"DATABASE_URL": database.url, "REDIS_URL": broker}
    return database


def _fill(database: cluster.Cluster) -> None:
    say("[2/6] Making the tables and collecting the static files, as in production …")
    address, _, name = database.url.rpartition("/")
    with psycopg.connect(f"{address}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    for command in (["migrate", "--verbosity=0"], ["collectstatic", "--noinput", "--verbosity=0"]):
        subprocess.run([PYTHON, "manage.py", *command], cwd=ROOT, check=True)


@contextmanager
def _stop_signals_interrupt() -> Iterator[None]:
    """Let every stop signal end the run in the same way: what was started is stopped."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, interrupt) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--people", type=int, default=120)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--server",
        action="append",
        choices=sorted(COMMANDS),
        help=f"a web server to measure; repeatable, the first is judged ({PRODUCTION_SERVER})",
    )
    parser.add_argument("--scenario", action="append", help="this scenario alone; repeatable")
    wanted = parser.parse_args()
    wanted.server = wanted.server or [PRODUCTION_SERVER]
    return wanted


if __name__ == "__main__":
    os.environ["PYTHONUNBUFFERED"] = "1"
    sys.exit(main())
