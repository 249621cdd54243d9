"""The bench itself, once its services run and Django is set up."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

import psycopg
from django.db import connections

from tests.bench import measuring, servers
from tests.bench.bars import bars_of
from tests.bench.cluster import Cluster
from tests.bench.figures import figures_of
from tests.bench.people import Person, make_people
from tests.bench.scenarios import ALL, Scenario
from tests.bench.table import as_json, table
from tests.services.installing import say

MEASURING = 150.0  # seconds after which no further round begins


def bench(wanted: argparse.Namespace, database: Cluster, *, work: Path, result: Path) -> bool:
    """Measure, show and write down; return whether every bar holds."""
    scenarios = [each for each in ALL if not wanted.scenario or each.name in wanted.scenario]
    say(f"[3/6] Making {wanted.people} prescribers, each with a token and a PIN …")
    people = make_people(wanted.people, told=_every(40))
    connections.close_all()  # an open one would be a process of the database's that idles

    say(f"[4/6] Measuring {wanted.rounds} rounds under {' and '.join(wanted.server)} …")
    taken = _measure(wanted, scenarios, people, database, work=work)
    say("[5/6] Counting statements in PostgreSQL's log …")
    counted = _count(wanted.server[0], scenarios, people, database, work=work)
    (work / "statements.json").write_text(json.dumps(counted, indent=1))

    say("[6/6] The figures\n")
    figures = {
        server: {
            each.name: figures_of(
                each.name, taken[server, each.name], statements=len(counted[each.name])
            )
            for each in scenarios
        }
        for server in wanted.server
    }
    for server, lines in figures.items():
        say(f"{server}\n{table(list(lines.values()))}\n")
    bars = bars_of(figures[wanted.server[0]])
    for bar in bars:
        say(str(bar))
    result.write_text(json.dumps(as_json(figures, bars=bars), indent=1) + "\n")
    return all(bar.holds or bar.is_aim for bar in bars)


def _measure(
    wanted: argparse.Namespace,
    scenarios: Sequence[Scenario],
    people: Sequence[Person],
    database: Cluster,
    *,
    work: Path,
) -> measuring.Rounds:
    with ExitStack() as started:
        running = [
            started.enter_context(servers.running(name, log=work / f"{name}.log"))
            for name in wanted.server
        ]
        for server in running:
            say(f"  warming up {server.name}")
            measuring.warm_up(server, scenarios, people)
        return measuring.measure(
            running,
            scenarios,
            people,
            rounds=wanted.rounds,
            seconds=MEASURING,
            database=database.process,
            say=say,
        )


def _count(
    name: str,
    scenarios: Sequence[Scenario],
    people: Sequence[Person],
    database: Cluster,
    *,
    work: Path,
) -> Mapping[str, list[str]]:
    """In a pass of its own, for writing the log costs time."""
    with psycopg.connect(database.url, autocommit=True) as connection:
        connection.execute("ALTER ROLE epcs SET log_statement = 'all'")
    with servers.running(name, log=work / f"{name}.log") as server:
        measuring.warm_up(server, scenarios, people[:40])
        return measuring.count_statements(server, scenarios, people, log=database.log)


def _every(step: int) -> Callable[[int], None]:
    def tell(number: int) -> None:
        if number % step == 0:
            say(f"  {number} made")

    return tell
