"""The bench's own arithmetic: what it reads, what it counts, and when a bar is missed."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys

import pytest

from tests.bench import bars, cpu, figures, forms, statements, table
from tests.bench.figures import Figures, Round

PAGE = """
<form action="/sign-out/"><input type="hidden" name="csrfmiddlewaretoken" value="other"></form>
<input type="checkbox" name="ready" form="sign" value="first">
<input type="checkbox" name="ready" form="sign" value="second">
<form id="sign" method="post">
  <input type="hidden" name="csrfmiddlewaretoken" value="mine">
  <input type="hidden" name="form_key" value="key&amp;more">
  <input name="otp" value="typed by nobody">
</form>
"""
LOG = """
2026-11-25 10:00:00.000 UTC [7] LOG:  statement: BEGIN
2026-11-25 10:00:00.001 UTC [7] LOG:  statement: SELECT 1
2026-11-25 10:00:00.002 UTC [7] LOG:  execute <unnamed>: UPDATE tokens SET x = $1
\t  WHERE id = $2
2026-11-25 10:00:00.002 UTC [7] DETAIL:  parameters: $1 = '1', $2 = '2'
2026-11-25 10:00:00.003 UTC [7] LOG:  execute _pg3_0: COMMIT
2026-11-25 10:00:00.004 UTC [8] LOG:  checkpoint starting: time
"""


def a_round(cpu_ms: float, *, argon2_ms: float = 20.0) -> Round:
    return Round(
        requests=10,
        web_ms=7.5 * cpu_ms,
        database_ms=2.5 * cpu_ms,
        waits_ms=[1.0, 2.0, 3.0],
        argon2_ms=argon2_ms,
    )


def a_line(name: str, cpu_ms: float, **columns: object) -> Figures:
    values = {"statements": 10, "rounds": [a_round(cpu_ms)], **columns}
    return figures.figures_of(name, values["rounds"], statements=values["statements"])


def test_a_line_is_the_median_of_its_rounds():
    line = figures.figures_of("verification", [a_round(4.0), a_round(9.0), a_round(5.0)])

    assert (line.web_ms, line.database_ms, line.cpu_ms) == (3.75, 1.25, 5.0)
    assert (line.least_ms, line.requests) == (4.0, 30)


def test_argon2id_is_compared_round_by_round():
    slow, quick = a_round(60.0, argon2_ms=50.0), a_round(24.0, argon2_ms=20.0)

    line = figures.figures_of("signing", [slow, quick, quick])

    assert line.times_argon2 == pytest.approx(1.2)


def test_without_a_yardstick_there_is_no_ratio():
    assert math.isnan(figures.figures_of("x", [a_round(1.0, argon2_ms=0.0)]).times_argon2)


@pytest.mark.parametrize(
    ("values", "percent", "expected"),
    [([5.0], 99, 5.0), (list(range(101)), 99, 99.0), (list(range(101)), 50, 50.0)],
)
def test_percentiles(values, percent, expected):
    assert figures.percentile(values, percent) == pytest.approx(expected)


def test_every_bar_holds_at_its_limit():
    lines = [
        a_line("verification", 5.0, statements=14),
        a_line("refusal", 5.0),
        a_line("resync", 8.0),
        a_line("signing", 27.0),
        a_line("card page", 99.0, statements=12),
    ]

    judged = bars.bars_of({line.name: line for line in lines})

    assert len(judged) == 6
    assert all(bar.holds for bar in judged)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (a_line("verification", 5.1), "CPU ms 5.10 <= 5.00"),
        (a_line("verification", 4.0, statements=15), "statements 15.00 <= 14.00"),
        (a_line("verification", 4.0, statements=None), "statements nan"),
        (a_line("resync", 8.1), "CPU ms 8.10 <= 8.00"),
        (a_line("signing", 27.2), "x Argon2id 1.36 <= 1.35"),
        (a_line("card page", 1.0, statements=14), "statements 14.00 <= 13.00"),
    ],
)
def test_a_missed_bar_says_so(line, told):
    missed = [bar for bar in bars.bars_of({line.name: line}) if not bar.holds]

    assert [str(bar).startswith("MISSED") and told in str(bar) for bar in missed] == [True]


def test_a_refusal_may_cost_as_much_as_a_verification_and_a_little_noise():
    verified, slower = a_line("verification", 4.0), a_line("refusal", 4.3)

    *_, refusal = bars.bars_of({"verification": verified, "refusal": slower})

    assert refusal.allowed == pytest.approx(1.05)
    assert not refusal.holds
    assert refusal.is_aim
    assert str(refusal).startswith("aim ")


def test_the_fields_of_a_form_are_its_own():
    assert forms.fields_of(PAGE) == {
        "csrfmiddlewaretoken": "mine",
        "form_key": "key&more",
        "ready": "first",
    }


def test_a_page_without_a_form_is_shown():
    with pytest.raises(forms.NoForm, match="You are signed out"):
        forms.fields_of("<p>You are signed out</p>")


def test_bookkeeping_is_no_statement():
    assert statements.statements_in(LOG) == ["SELECT 1", "UPDATE tokens SET x = $1"]


def test_statements_are_those_of_the_block(tmp_path):
    log = tmp_path / "postgres.log"
    log.write_text(LOG)

    with statements.asked_of_database(log) as asked, log.open("a") as more:
        more.write("2026-11-25 10:00:01 UTC [7] LOG:  statement: SELECT 2\n")

    assert asked == ["SELECT 2"]


def test_cpu_of_a_child_counts_also_when_it_is_gone():
    before = cpu.cpu_ms(os.getpid())

    subprocess.run([sys.executable, "-S", "-c", "sum(range(6_000_000))"], check=True)

    assert cpu.cpu_ms(os.getpid()) - before >= 30


def test_a_server_that_is_gone_has_no_cpu_time():
    with pytest.raises(ProcessLookupError):
        cpu.cpu_ms(2**31 - 1)


def test_table_and_json_say_the_same():
    line = a_line("verification", 4.0, statements=11)

    shown = table.table([line]).splitlines()
    written = table.as_json({"gunicorn": {line.name: line}}, bars=bars.bars_of({line.name: line}))

    assert shown[0].split()[:2] == ["requests", "web"]
    cells = " ".join(shown[1].split())
    assert cells == "verification 10 3.00 1.00 4.00 4.00 ±0% 0.20 2.0 3.0 11"
    columns = json.loads(json.dumps(written))["servers"]["gunicorn"]["verification"]
    assert (columns["cpu_ms"], columns["statements"]) == (4.0, 11)
    assert [bar["holds"] for bar in written["bars"]] == [True, True]
