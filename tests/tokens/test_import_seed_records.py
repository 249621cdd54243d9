from __future__ import annotations

import hashlib

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from epcs_portal.audit.models import AuditEvent
from tests import factories
from tests.in_hand import FobInHand
from tests.pages import submit
from tests.tokens.seed_files_in_hand import HEADER, bring, line
from tokens.flows.import_seed_records import SeedFileRefused, import_seed_records
from tokens.models import HardToken, SeedBatch, SeedRecord
from tokens.seed_files import SeedRow

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path):
    return tmp_path / "seeds.csv"


def test_each_line_gets_a_verdict_and_the_tokens_are_in_stock(file):
    printed = bring(file, HEADER + line("GALH00000001") + line("galh-0000 0002", 40))

    assert printed.splitlines() == [
        "line 2: GALH00000001: ok",
        "line 3: GALH00000002: ok",
        f"Imported 2 tokens. Delete {file} now: it holds their seeds.",
    ]
    assert dict(SeedRecord.objects.values_list("serial", "first_factor")) == {
        "GALH00000001": 0,
        "GALH00000002": 40,
    }


def test_an_imported_token_can_be_bound(file, signed_in, prescriber):
    bring(file, HEADER + line("GALH00000001", 40))
    factories.a_grant(prescriber)
    fob = FobInHand(factories.seed_for("GALH00000001"), presses=40)

    response = submit(signed_in, "/epcs/token/add/", serial="GALH00000001", **fob.press_twice())

    assert response.status_code == 302
    assert HardToken.objects.get().next_factor == 42


def test_presses_before_the_counter_of_the_file_are_not_accepted(file, signed_in, prescriber):
    bring(file, HEADER + line("GALH00000001", 40))
    factories.a_grant(prescriber)
    fob = FobInHand(factories.seed_for("GALH00000001"), presses=38)

    submit(signed_in, "/epcs/token/add/", serial="GALH00000001", **fob.press_twice())

    assert not HardToken.objects.exists()


def test_a_dry_run_judges_and_imports_nothing(file):
    content = HEADER + line("GALH00000001") + "GALH00000002,xyz,0\n"

    printed = bring(file, content, "--dry-run")

    assert printed.endswith("Dry run: 1 ok, 1 refused, nothing imported.\n")
    assert not SeedRecord.objects.exists()
    assert not AuditEvent.objects.exists()


def test_a_serial_in_stock_is_refused_so_no_seed_is_replaced_and_no_counter_rewound(file):
    bring(file, HEADER + line("GALH00000001", 500))
    before = SeedRecord.objects.get()

    printed = bring(
        file,
        HEADER + f"GALH00000001,{factories.seed_for('another').hex()},0\n" + line("GALH00000002"),
    )

    verdict = (
        "line 2: GALH00000001: the serial number is already in stock; a seed is never replaced"
    )
    assert verdict in printed
    after = SeedRecord.objects.get()
    assert (after.pk, after.first_factor, after.take()) == (before.pk, 500, before.take())


def test_the_same_file_is_taken_once(file):
    content = HEADER + line("GALH00000001")
    bring(file, content)

    printed = bring(file, content)

    assert "Nothing was imported: this very file was imported on" in printed
    assert SeedBatch.objects.get().sha256 == hashlib.sha256(content.encode()).hexdigest()


def test_a_file_that_is_not_there_is_said_so(tmp_path):
    with pytest.raises(CommandError, match="No such file or directory"):
        call_command("import_seed_records", str(tmp_path / "nothing.csv"))


def test_a_file_of_two_thousand_is_taken(file):
    serials = [f"GALH{number:08}" for number in range(2000)]

    bring(file, HEADER + "".join(line(serial) for serial in serials))

    assert SeedRecord.objects.count() == 2000
    assert SeedRecord.objects.get(serial=serials[-1]).take() == factories.seed_for(serials[-1])


def test_no_seed_is_printed_kept_in_clear_or_written_on_the_trail(file):
    content = HEADER + line("GALH00000001")

    printed = bring(file, content)

    seed = factories.seed_for("GALH00000001")
    row = SeedRecord.objects.get()
    assert seed not in bytes(row.sealed)
    told = [printed, AuditEvent.objects.get().text, repr(row), str(SeedBatch.objects.get())]
    assert not [text for text in told if seed.hex() in text.lower()]


def test_the_trail_tells_of_the_import_and_of_a_refused_one(file):
    content = HEADER + line("GALH00000001")
    bring(file, content)
    bring(file, HEADER + line("GALH00000001") + line("GALH00000002"))

    imported, refused = AuditEvent.objects.order_by("sequence")

    sha256 = hashlib.sha256(content.encode()).hexdigest()
    assert (imported.event, imported.event_class, imported.chain) == ("seeds.imported", 6, "portal")
    assert imported.facts == {
        "rows": 1,
        "sha_of_file": sha256,
        "file_format": "csv",
        "protection": "none",
        "outcome": None,
    }
    assert (refused.event, refused.facts["outcome"]) == (
        "seeds.import_refused",
        "seed-file-refused",
    )


def test_what_the_database_refuses_is_refused_whole(db):
    """As when another import takes one of the serials at this moment."""
    row = SeedRow(place="line 2", serial="GALH00000001", secret=bytes(range(20)))

    with pytest.raises(SeedFileRefused):
        import_seed_records(
            rows=[row, row],
            content=b"",
            file_format="csv",
            protection="none",
            actor=None,
            at=timezone.now(),
        )

    assert not SeedRecord.objects.exists()
    assert AuditEvent.objects.filter(event="seeds.import_refused").count() == 1
