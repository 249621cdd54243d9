"""What the database can no longer tell, checkpoints kept elsewhere do."""

from __future__ import annotations

import base64
import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.db.models import QuerySet
from django.utils import timezone

from epcs_portal import pem_keys, signing_key
from epcs_portal.audit.chain import canonical, link
from epcs_portal.audit.events import Event
from epcs_portal.audit.models import AuditEvent
from epcs_portal.audit.trail import audited_transaction
from epcs_portal.canonical import canonical as spelled
from tests.audit.checkpointing import DAY, START, checkpoint, parts_of
from tests.audit.conftest import NOW
from tests.audit.verifying import faults

YESTERDAY, TODAY, TOMORROW = (f"{START + days * DAY:%Y-%m-%d}" for days in (-1, 0, 1))


@pytest.fixture(autouse=True)
def away(settings, tmp_path):
    """A folder of the test's own."""
    settings.CHECKPOINT_DIR = tmp_path / "checkpoints"
    return settings.CHECKPOINT_DIR


@pytest.fixture
def another_key(settings, tmp_path):
    """A key of somebody else's, in the place of the portal's."""
    settings.SIGNING_KEY_DIR = tmp_path / "another"
    pem_keys.draw_if_missing(settings.SIGNING_KEY_DIR, name="Another", at=timezone.now())
    return settings.SIGNING_KEY_DIR


def said(*arguments: str) -> str:
    out = io.StringIO()
    call_command("verify_trail", *arguments, stdout=out)
    return out.getvalue()


def cut(events, heads, chain, *, after: int) -> None:
    """Cut a tail off, and roll the head back so that the chain looks whole."""
    last = events.get(sequence=after)
    events.filter(sequence__gt=after).delete()
    heads.filter(pk=chain).update(sequence=after, hash=last.hash)


def test_a_trail_that_only_grew_is_whole_and_says_what_it_was_compared_with(five_events, maria):
    checkpoint()
    checkpoint(in_days=1)
    with audited_transaction() as trail:
        trail.record(Event.TOKEN_TESTED, at=NOW, person=maria)

    whole = said()

    assert f"Compared with 2 checkpoints, up to {TOMORROW}." in whole
    assert "The audit trail is whole: 8 events in 2 chains." in whole


def test_without_checkpoints_it_says_what_is_not_seen(five_events):
    assert "No checkpoint to compare with: a cut tail would not be seen." in said()


@pytest.mark.parametrize("kept", [4, 1])
def test_a_tail_cut_off_together_with_its_head_is_seen(events, heads, five_events, kept):
    checkpoint()

    cut(events, heads, five_events, after=kept)

    assert faults() == [
        f"{five_events}: broken at 5: the event that was the last one in the checkpoint of"
        f" {TODAY} is gone."
    ]


def test_the_earliest_checkpoint_that_the_trail_contradicts_is_named(
    events, heads, five_events, maria
):
    checkpoint()
    with audited_transaction() as trail:
        trail.record(Event.TOKEN_TESTED, at=NOW, person=maria)
    checkpoint(in_days=1)
    checkpoint(in_days=2)

    cut(events, heads, five_events, after=5)

    (line,) = faults()
    assert line.startswith(f"{five_events}: broken at 6: ")
    assert f"checkpoint of {TOMORROW} is gone" in line


def test_a_chain_written_anew_from_the_middle_is_seen(events, heads, five_events):
    checkpoint()
    before = events.get(sequence=3).hash
    for sequence in (4, 5):
        event = events.get(sequence=sequence)
        event.subject = "hard token GALH24681357"
        text = canonical({**event.columns(), "facts": event.facts})
        before = link(before, text)
        events.filter(sequence=sequence).update(subject=event.subject, text=text, hash=before)
    heads.filter(pk=five_events).update(hash=before)

    (line,) = faults()

    assert line.startswith(f"{five_events}: broken at 5: ")
    assert line.endswith(f"in the checkpoint of {TODAY} is another one now.")


def test_a_chain_deleted_whole_with_its_head_is_seen(events, heads, five_events):
    checkpoint()

    events.delete()
    heads.filter(pk=five_events).delete()

    (line,) = faults()
    assert line.startswith(f"{five_events}: broken at 5: ")
    assert line.endswith("is gone.")


def test_a_file_from_elsewhere_is_compared_as_well_and_so_is_the_text_of_its_letter(
    events, heads, five_events, tmp_path
):
    file = checkpoint()
    letter = tmp_path / "letter.txt"
    letter.write_text(
        f"Keep this letter.\r\n\r\n{file.read_text().strip()}\r\n-- \r\nThe portal\r\n"
    )
    elsewhere = file.rename(tmp_path / "elsewhere.json")
    cut(events, heads, five_events, after=4)

    (missed,) = faults()
    assert missed.startswith(f"The checkpoint of {TODAY}, ")
    assert missed.endswith(", of which the trail tells, is missing or another file now.")
    for given in (elsewhere, letter):
        (line,) = faults("--checkpoint", str(given))
        assert line.startswith(f"{five_events}: broken at 5: ")


def test_an_altered_text_proves_nothing(five_events):
    file = checkpoint()
    parts = parts_of(file)
    text = parts["text"].replace('"sequence":5', '"sequence":4')
    file.write_text(spelled({**parts, "text": text}))

    altered, missed = faults()
    assert altered == (
        f"Checkpoint {file.name} proves nothing: it was altered: the signature is not that of its"
        " text."
    )
    assert missed.startswith(f"The checkpoint of {TODAY}, ")


def test_yesterdays_file_under_the_name_of_today_proves_nothing(five_events):
    before, today = checkpoint(in_days=-1), checkpoint()
    today.write_bytes(before.read_bytes())

    misnamed, missed = faults()

    assert misnamed == f"Checkpoint {today.name} proves nothing: it is that of {YESTERDAY}."
    assert missed.startswith(f"The checkpoint of {TODAY}, ")


def test_each_file_that_is_gone_is_named_and_is_not_missed_if_it_is_given(five_events, tmp_path):
    gone = [checkpoint(), checkpoint(in_days=1)]
    kept = [file.rename(tmp_path / file.name) for file in gone]

    named = [line.partition(",")[0] for line in faults()]
    given = [argument for file in kept for argument in ("--checkpoint", str(file))]

    assert named == [f"The checkpoint of {day}" for day in (TODAY, TOMORROW)]
    assert "Compared with 2 checkpoints" in said(*given)


def test_a_checkpoint_signed_by_another_key_proves_nothing(five_events, another_key, settings):
    file = checkpoint()
    settings.SIGNING_KEY_DIR = settings.DEMO_DIR / "signing"

    assert faults() == [
        f"Checkpoint {file.name} proves nothing: it is signed by a key that is not trusted here."
    ]


def test_the_certificate_of_the_portal_does_not_cover_the_signature_of_another(
    five_events, another_key, settings
):
    file = checkpoint()
    settings.SIGNING_KEY_DIR = settings.DEMO_DIR / "signing"
    own = signing_key.current(at=timezone.now()).certificate
    file.write_text(spelled({**parts_of(file), "certificate": own}))

    assert "it was altered" in faults()[0]


@pytest.mark.parametrize("text", ["self-test", "[]", spelled({"prescription": "RX-7F3A-20418"})])
def test_what_else_the_key_signed_is_no_checkpoint(five_events, text):
    file = checkpoint()
    key = signing_key.current(at=timezone.now())
    signature = base64.b64encode(signing_key.sign_and_check(key, text)).decode()
    file.write_text(spelled({**parts_of(file), "text": text, "signature": signature}))

    said_of_it = f"Checkpoint {file.name} proves nothing: what was signed is no checkpoint."
    assert faults()[0] == said_of_it


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"{}",
        b"[]",
        "{“}".encode(),
        b"{" + b'"a":[' * 100_000,
        json.dumps({"text": "", "signature": "?", "certificate": ""}).encode(),
        json.dumps({"text": "", "signature": "", "certificate": "none"}).encode(),
        json.dumps({"text": "", "signature": "", "certificate": "“"}).encode(),
        json.dumps({"text": 1, "signature": 1, "certificate": None}).encode(),
    ],
    ids=range(10),
)
def test_what_cannot_be_read_is_named_and_stops_nothing(five_events, away, content):
    file = checkpoint()
    (away / "heads-2026-01-01.json").write_bytes(content)

    assert faults() == ["Checkpoint heads-2026-01-01.json proves nothing: it cannot be read."]
    assert file.exists()


def test_checkpoints_of_a_former_key_are_believed_with_its_certificate(
    five_events, another_key, settings, tmp_path
):
    checkpoint()
    former = another_key / pem_keys.CERTIFICATE
    settings.SIGNING_KEY_DIR = settings.DEMO_DIR / "signing"

    assert len(faults()) == 1
    assert "Compared with 1 checkpoints" in said("--certificate", str(former))


def test_without_the_key_the_certificate_is_given(five_events, settings, tmp_path):
    checkpoint()
    certificate = tmp_path / "certificate.pem"
    certificate.write_text(signing_key.current(at=timezone.now()).certificate)
    settings.SIGNING_KEY_DIR = tmp_path / "no key"

    whole = said("--certificate", str(certificate))

    assert "Checkpoints need --certificate." in whole
    assert "Compared with 1 checkpoints" in whole
    assert len(faults()) == 1


@pytest.mark.parametrize("option", ["--checkpoint", "--certificate"])
def test_a_file_that_is_not_there_is_a_sentence(five_events, tmp_path, option):
    with pytest.raises(CommandError, match="cannot be read"):
        said(option, str(tmp_path / "nowhere"))


def test_a_certificate_that_is_none_is_a_sentence(five_events, tmp_path):
    (tmp_path / "none.pem").write_text("no certificate")

    with pytest.raises(CommandError, match="certificate cannot be read"):
        said("--certificate", str(tmp_path / "none.pem"))


def test_it_costs_one_statement_a_chain_however_many_checkpoints(
    five_events, django_assert_max_num_queries
):
    for days in range(6):
        checkpoint(in_days=days)
    assert QuerySet(AuditEvent).filter(chain="portal").count() == 6

    with django_assert_max_num_queries(20):
        said()
