"""What may stand in a manufacturer's seed file."""

from __future__ import annotations

import pytest

from tests import factories
from tests.tokens.seed_files_in_hand import HEADER, bring, line
from tokens.models import SeedRecord
from tokens.seed_files import LARGEST_FILE, MOST_ROWS, read_csv

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path):
    return tmp_path / "seeds.csv"


SEED = factories.seed_for("another token").hex()


@pytest.mark.parametrize(
    ("bad_line", "verdict"),
    [
        (f"GALH0000000,{SEED},0", "line 3: (no serial): the serial number is not one"),
        (f"{SEED},GALH00000002,0", "line 3: (no serial): the serial number is not one"),
        (f"GALH00000002,{SEED}", "line 3: (no serial): has 2 columns, not 3"),
        (f"GALH00000002,{SEED},0,x", "line 3: (no serial): has 4 columns, not 3"),
        ("GALH00000002,xyz,0", "line 3: GALH00000002: the seed is not hexadecimal"),
        (f"GALH00000002,{SEED}a,0", "line 3: GALH00000002: the seed is not hexadecimal"),
        (f"GALH00000002,0x{SEED},0", "line 3: GALH00000002: the seed is not hexadecimal"),
        ("GALH00000002,,0", "line 3: GALH00000002: the seed is not hexadecimal"),
        (
            f"GALH00000002,{SEED[:30]},0",
            "line 3: GALH00000002: the seed has 15 bytes; 16 to 64 are taken",
        ),
        (
            f"GALH00000002,{(SEED * 4)[:130]},0",
            "line 3: GALH00000002: the seed has 65 bytes; 16 to 64 are taken",
        ),
        (f"GALH00000002,{'00' * 20},0", "line 3: GALH00000002: the seed is not random"),
        (f"GALH00000002,{'abcdef' * 7},0", "line 3: GALH00000002: the seed is not random"),
        (
            f"GALH00000002,{factories.seed_for('GALH00000001').hex().upper()},0",
            "line 3: GALH00000002: the seed is already that of line 2",
        ),
        (f"GALH00000002,{SEED},-1", "line 3: GALH00000002: the counter is not a whole number"),
        (f"GALH00000002,{SEED},1.0", "line 3: GALH00000002: the counter is not a whole number"),
        (f"GALH00000002,{SEED},", "line 3: GALH00000002: the counter is not a whole number"),
        (f"GALH00000002,{SEED},٣", "line 3: GALH00000002: the counter is not a whole number"),
        (f"GALH00000002,{SEED},{2**63}", "line 3: GALH00000002: the counter is not a whole number"),
        (
            f"galh 0000 0001,{SEED},0",
            "line 3: GALH00000001: the serial number is already that of line 2",
        ),
    ],
)
def test_one_bad_line_and_nothing_is_imported(file, bad_line, verdict):
    printed = bring(file, HEADER + line("GALH00000001") + bad_line + "\n" + line("GALH00000003"))

    assert printed.splitlines() == [
        "line 2: GALH00000001: ok",
        verdict,
        "line 4: GALH00000003: ok",
        "Error: Nothing was imported: 1 of 3 rows is wrong.",
    ]
    assert not SeedRecord.objects.exists()
    assert SEED not in printed


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "The first line must be serial,secret_hex,counter."),
        ("serial,secret\n", "The first line must be serial,secret_hex,counter."),
        (f"GALH00000001,{SEED},0\n", "The first line must be serial,secret_hex,counter."),
        (HEADER, "Nothing was imported: the file has no rows."),
        (HEADER.encode() + b"\xff\xfe\n", "The file is not UTF-8 text."),
        (HEADER + '"GALH00000001', "The file is not comma-separated text."),
        (HEADER + "x" * LARGEST_FILE, "The file is larger than 2 MB."),
        (HEADER + "a\n" * (MOST_ROWS + 1), "The file lists more than 5,000 tokens."),
    ],
)
def test_a_file_that_is_none_is_refused(file, content, sentence):
    printed = bring(file, content)

    assert sentence in printed
    assert SEED not in printed
    assert not SeedRecord.objects.exists()


def test_the_most_rows_are_read_and_lines_that_are_empty_do_not_count():
    rows = read_csv((HEADER + "\na\n" * MOST_ROWS).encode())

    assert len(rows) == MOST_ROWS
    assert rows[-1].place == "line 10001"


def test_a_spreadsheet_may_put_its_mark_in_front_and_end_lines_its_way(file):
    content = "\ufeff" + (HEADER + line("GALH00000001") + "\n,,\n").replace("\n", "\r\n")

    assert "Imported 1 tokens." in bring(file, content)
