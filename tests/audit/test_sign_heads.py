"""The heads of all chains are signed every day, and kept outside the database."""

from __future__ import annotations

import base64
import datetime as dt
import json
import logging
import subprocess
from email import message_from_bytes

import pytest
from django.core.checks import run_checks
from django.utils import timezone

from epcs_portal import pem_keys, signing_key
from epcs_portal.audit.models import AuditEvent, ChainHead
from epcs_portal.checkpoints import checks, folder
from epcs_portal.checkpoints.checkpoint import Checkpoint, sign
from epcs_portal.checkpoints.flows.sign_heads import HeadsNotSigned, sign_heads
from epcs_portal.checkpoints.tasks import sign_heads as task
from epcs_portal.delivery.models import Message
from tests.at_once import at_once
from tests.audit.checkpointing import DAY, START, checkpoint, file_of, parts_of
from tests.delivery.posting import handed_over


@pytest.fixture(autouse=True)
def away(settings, tmp_path):
    """A folder of the test's own."""
    settings.CHECKPOINT_DIR = tmp_path / "checkpoints"
    return settings.CHECKPOINT_DIR


@pytest.fixture
def no_key(settings, tmp_path):
    settings.SIGNING_KEY_DIR = tmp_path / "no key"
    return settings.SIGNING_KEY_DIR


def told() -> list[str]:
    events = AuditEvent.objects.filter(chain="portal").order_by("sequence")
    return list(events.values_list("event", flat=True))


def test_the_file_says_where_every_chain_ended_and_the_trail_that_it_was_made(five_events, away):
    head = ChainHead.objects.get(pk=five_events)

    file = checkpoint()

    said = json.loads(parts_of(file)["text"])
    assert said["heads"] == {five_events: {"sequence": 5, "hash": head.hash}}
    assert said["kind"] == "heads of the audit trail"
    assert told() == ["heads.signed"]
    event = AuditEvent.objects.get(event="heads.signed")
    assert event.subject.startswith(f"checkpoint of {START.date()}, ")
    assert event.actor_text == "the portal"
    assert [each.name for each in away.iterdir()] == [file.name]  # and no draft


def test_openssl_alone_verifies_it(five_events, tmp_path):
    parts = parts_of(checkpoint())
    for name in ("text", "certificate"):
        (tmp_path / name).write_text(parts[name])
    (tmp_path / "signature").write_bytes(base64.b64decode(parts["signature"]))
    public = ["openssl", "x509", "-in", "certificate", "-pubkey", "-noout", "-out", "key"]
    verify = ["openssl", "dgst", "-sha256", "-verify", "key", "-signature", "signature", "text"]

    subprocess.run(public, cwd=tmp_path, check=True)
    said = subprocess.run(verify, cwd=tmp_path, check=True, capture_output=True, text=True)

    assert said.stdout == "Verified OK\n"


def test_a_second_turn_of_the_day_changes_nothing(five_events):
    file = checkpoint()
    before = file.read_bytes()

    assert sign_heads(at=START) is False

    assert file.read_bytes() == before
    assert told() == ["heads.signed"]


def test_the_next_day_has_a_file_of_its_own(five_events, away):
    checkpoint()
    checkpoint(in_days=1)

    assert len(folder.files()) == 2
    assert told() == ["heads.signed", "heads.signed"]
    portal = json.loads(parts_of(folder.files()[1])["text"])["heads"]["portal"]
    assert portal["sequence"] == 1


def test_a_crash_between_file_and_trail_is_made_up_for_with_the_same_file(five_events, settings):
    settings.CHECKPOINT_EMAILS = ["compliance@lakeside.example"]
    key, day = signing_key.current(at=START), START.astimezone(dt.UTC).date()
    first = f"{sign(Checkpoint(START, {}), key=key)}\n".encode()
    folder.keep(day, first)  # a file, and nothing told of it yet

    assert sign_heads(at=START)

    assert folder.of_day(day) == first
    assert told() == ["heads.signed"]
    assert Message.objects.count() == 1


@pytest.mark.parametrize("planted", ["of yesterday", "empty", "of another key", "a letter"])
def test_a_file_that_somebody_put_there_does_not_pass_for_the_days(
    five_events, settings, tmp_path, planted
):
    ours = settings.SIGNING_KEY_DIR
    if planted == "of another key":
        settings.SIGNING_KEY_DIR = tmp_path / "another"
        pem_keys.draw_if_missing(settings.SIGNING_KEY_DIR, name="Another", at=timezone.now())
    days = -1 if planted == "of yesterday" else 0
    at = START + days * DAY
    line = sign(Checkpoint(at, {}), key=signing_key.current(at=timezone.now()))
    content = {"empty": "", "a letter": f"{line}\n{line}\n"}.get(planted, f"{line}\n")
    folder.keep(START.astimezone(dt.UTC).date(), content.encode())
    settings.SIGNING_KEY_DIR = ours

    with pytest.raises(HeadsNotSigned, match=r"is not to be believed: .*\. Move it away\."):
        sign_heads(at=START)
    file_of(START).unlink()
    assert sign_heads(at=START)

    assert told() == ["heads.not_signed", "heads.signed"]


def test_a_file_of_the_day_that_is_told_of_outlives_a_change_of_keys(
    five_events, settings, tmp_path
):
    checkpoint()
    settings.SIGNING_KEY_DIR = tmp_path / "new"
    pem_keys.draw_if_missing(settings.SIGNING_KEY_DIR, name="New", at=timezone.now())

    assert sign_heads(at=START) is False

    assert told() == ["heads.signed"]


def test_a_file_is_never_written_over(away):
    day = dt.date(2026, 11, 25)

    assert folder.keep(day, b"first") == b"first"
    assert folder.keep(day, b"second") == b"first"


def test_two_turns_at_once_tell_of_it_once(cloned_db, settings):
    settings.CHECKPOINT_EMAILS = ["compliance@lakeside.example"]
    at = timezone.now()

    made = at_once(4, lambda: sign_heads(at=at))

    assert sorted(made) == [False, False, False, True]
    assert told() == ["heads.signed"]
    assert Message.objects.count() == 1


def test_without_the_key_it_is_refused_on_the_trail_and_done_by_a_later_turn(
    five_events, no_key, caplog
):
    with caplog.at_level(logging.ERROR):
        assert task() is False
    pem_keys.draw_if_missing(no_key, name="Found again", at=timezone.now())

    assert task() is True

    assert told() == ["heads.not_signed", "heads.signed"]
    refused = AuditEvent.objects.get(event="heads.not_signed")
    assert refused.event_class == 5
    assert refused.facts["reason"].startswith("The signing key file cannot be read")
    assert "The heads of the audit trail were not signed: The signing key file" in caplog.text


def test_a_folder_that_cannot_be_written_is_told_as_well(five_events, settings, tmp_path):
    settings.CHECKPOINT_DIR = tmp_path / "a file"
    settings.CHECKPOINT_DIR.write_text("")

    with pytest.raises(HeadsNotSigned, match="CHECKPOINT_DIR cannot be used"):
        sign_heads(at=timezone.now())

    assert told() == ["heads.not_signed"]
    assert not Message.objects.exists()


def test_it_goes_by_mail_to_everybody_named_and_holds_no_secret(five_events, settings, mailoutbox):
    settings.CHECKPOINT_EMAILS = ["compliance@lakeside.example", "auditor@example.org"]
    settings.DELIVERY_GATEWAYS = {"email": "epcs_portal.delivery.mail_gateway.Mail"}
    content = checkpoint().read_text()

    for message in Message.objects.all():
        assert handed_over(message).state == "done"

    assert {to for letter in mailoutbox for to in letter.to} == set(settings.CHECKPOINT_EMAILS)
    for letter in mailoutbox:
        arrived = message_from_bytes(letter.message().as_bytes()).get_payload(decode=True).decode()
        assert content in arrived.replace("\r\n", "\n")
        assert "manage.py verify_trail --checkpoint FILE" in arrived
        assert "PRIVATE" not in arrived
        assert "GALH12345678" not in arrived  # heads say how long, never what


def test_nobody_need_be_named_and_a_deployment_is_told_so(five_events, settings):
    checkpoint()

    assert not Message.objects.exists()
    assert [each.id for each in checks.checkpoints_leave_this_machine(None)] == ["portal.W001"]
    assert "portal.W001" not in {each.id for each in run_checks()}  # nor does it stop anybody
    settings.CHECKPOINT_EMAILS = ["compliance@lakeside.example"]
    assert checks.checkpoints_leave_this_machine(None) == []


def test_the_key_that_signs_prescriptions_signs_it(five_events):
    own = signing_key.current(at=timezone.now()).certificate

    assert parts_of(checkpoint())["certificate"] == own
    assert file_of(START).exists()
