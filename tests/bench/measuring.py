"""Round after round: every scenario, every server, and Argon2id in the same seconds."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from tests.bench.argon2id import AT_ONCE, one_verification_ms
from tests.bench.cpu import cpu_ms
from tests.bench.figures import Round
from tests.bench.people import Person
from tests.bench.scenarios import Scenario
from tests.bench.servers import Server
from tests.bench.statements import asked_of_database

AT_LEAST = 3  # rounds, however long they take
COUNTED = 5  # people whose requests are counted, each by itself
Rounds = dict[tuple[str, str], list[Round]]  # by server and scenario


def warm_up(server: Server, scenarios: Sequence[Scenario], people: Sequence[Person]) -> None:
    """Let every thread open its database connection and load what is loaded once."""
    for scenario in scenarios:
        scenario.check(server.connections.send(scenario.prepare(people, server.connections)))


def measure_round(
    server: Server,
    scenario: Scenario,
    people: Sequence[Person],
    *,
    database: int,
    yardstick: Callable[[], float],
) -> Round:
    requests = scenario.prepare(people, server.connections)
    argon2_before = yardstick()
    web_before, database_before = cpu_ms(server.process), cpu_ms(database)
    answers = server.connections.send(requests)
    web_ms = cpu_ms(server.process) - web_before
    database_ms = cpu_ms(database) - database_before
    scenario.check(answers)
    return Round(
        requests=len(answers),
        web_ms=web_ms,
        database_ms=database_ms,
        waits_ms=[answer.took_ms for answer in answers],
        argon2_ms=(argon2_before + yardstick()) / 2,
    )


def measure(
    servers: Sequence[Server],
    scenarios: Sequence[Scenario],
    people: Sequence[Person],
    *,
    rounds: int,
    seconds: float,
    database: int,
    say: Callable[[str], None],
) -> Rounds:
    """Take turns, so that what slows the machine for a while slows everything alike.

    After so many seconds no further round begins, unless there were fewer than three.
    """
    taken: Rounds = {}
    ends = time.monotonic() + seconds
    with ProcessPoolExecutor(AT_ONCE) as pool:
        for number in range(1, rounds + 1):
            if number > AT_LEAST and time.monotonic() > ends:
                say(f"  the machine is slow today: {number - 1} rounds must do")
                break
            for server, scenario in itertools.product(servers, scenarios):
                yardstick = partial(one_verification_ms, pool)
                one = measure_round(
                    server, scenario, people, database=database, yardstick=yardstick
                )
                taken.setdefault((server.name, scenario.name), []).append(one)
                each_ms = (one.web_ms + one.database_ms) / one.requests
                name = f"{server.name}, {scenario.name}"
                say(f"  round {number} of {rounds}  {name:<28}{each_ms:>7.2f} ms CPU")
    return taken


def count_statements(
    server: Server, scenarios: Sequence[Scenario], people: Sequence[Person], *, log: Path
) -> dict[str, list[str]]:
    """Return the statements of each scenario: the longest list that a request led to."""
    counted: dict[str, list[str]] = {}
    for scenario in scenarios:
        for request in scenario.prepare(people[:COUNTED], server.connections):
            with asked_of_database(log) as asked:
                answer = server.connections.send_one(request)
            scenario.check([answer])
            counted[scenario.name] = max(counted.get(scenario.name, []), asked, key=len)
    return counted
