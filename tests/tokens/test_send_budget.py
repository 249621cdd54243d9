"""How many codes go out, and the switch that stops them all."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db.models import F
from django.test import Client
from django.utils import timezone

from epcs_portal.audit.models import AuditEvent
from epcs_portal.delivery.models import Message
from tests import factories
from tests.pages import submit
from tests.tokens.phones import NUMBER, OTHER, VERIFY, a_backup_phone, way_of
from tests.tokens.reading import choose, on_the_wall, read
from tokens.models import OutOfBandCode, SendTally
from tokens.tasks import forget_codes

USED_UP = "We have sent as many codes as we can for now. You can ask for another at"
PAUSED = "We can't send codes at the moment, so nothing was sent."


@pytest.fixture
def phone(prescriber):
    return a_backup_phone(prescriber)


def half_a_minute_passes():
    OutOfBandCode.objects.update(sent_at=F("sent_at") - timedelta(seconds=30))


def ask(client, phone, times=1):
    """Ask for so many codes, half a minute apart; return the last page."""
    for _time in range(times):
        half_a_minute_passes()
        page = choose(client, VERIFY, f"text:{phone.pk}")
    return page


def test_three_to_a_phone_in_half_an_hour(signed_in, phone):
    ask(signed_in, phone, 3)

    refused = ask(signed_in, phone)

    again_at = SendTally.objects.get(key=f"phone:{phone.user_id}:{NUMBER}").since + timedelta(
        minutes=30
    )
    assert f"{USED_UP} {on_the_wall(again_at)}." in read(refused)
    assert Message.objects.count() == 3
    assert AuditEvent.objects.get(event="code.not_sent").facts["outcome"] == "code-sends-used-up"


def test_after_half_an_hour_there_are_more(signed_in, phone):
    ask(signed_in, phone, 3)
    SendTally.objects.filter(key__startswith="phone:").update(
        since=timezone.now() - timedelta(minutes=30)
    )

    assert ask(signed_in, phone).status_code == 302


def test_five_an_hour_to_a_person_whatever_phone(signed_in, prescriber, phone):
    other = a_backup_phone(prescriber, OTHER)
    ask(signed_in, phone, 3)
    ask(signed_in, other, 2)

    assert USED_UP in read(ask(signed_in, other))
    assert Message.objects.count() == 5


def test_five_an_hour_to_a_number_whosever_it_is(signed_in, phone):
    SendTally.objects.create(key=f"number:{NUMBER}", made=5, since=timezone.now())

    assert USED_UP in read(ask(signed_in, phone))


def test_two_people_with_one_number_share_its_hour(signed_in, phone):
    ask(signed_in, phone, 3)
    neighbor = factories.a_prescriber()
    browser = Client()
    browser.force_login(neighbor)
    theirs = a_backup_phone(neighbor)
    ask(browser, theirs, 2)

    assert USED_UP in read(ask(browser, theirs))
    assert Message.objects.filter(recipient=NUMBER).count() == 5


def test_the_portal_has_a_ceiling_for_the_day(signed_in, phone, settings):
    SendTally.objects.create(key="portal", made=settings.CODE_SENDS_A_DAY, since=timezone.now())

    assert PAUSED in read(ask(signed_in, phone))
    assert not Message.objects.exists()


def test_what_is_refused_is_not_counted(signed_in, phone):
    SendTally.objects.create(key="portal", made=2000, since=timezone.now())

    ask(signed_in, phone, 4)

    made = SendTally.objects.exclude(key="portal").values_list("made", flat=True)
    assert set(made) == {0}


def test_the_kill_switch_stops_every_code_and_starts_them_again(signed_in, phone, capsys):
    call_command("phone_codes", "stop")
    stopped = read(ask(signed_in, phone))
    call_command("phone_codes", "stop")
    call_command("phone_codes", "start")
    started = ask(signed_in, phone)
    call_command("phone_codes", "start")

    assert PAUSED in stopped
    assert started.status_code == 302
    assert capsys.readouterr().out.splitlines() == [
        "Codes are stopped.",
        "Codes were stopped already.",
        "Codes go out again.",
        "Codes were not stopped.",
    ]
    assert AuditEvent.objects.filter(event__startswith="codes.").count() == 2


def test_a_refused_resend_leaves_the_page_and_the_code(signed_in, phone):
    ask(signed_in, phone, 3)
    half_a_minute_passes()

    refused = submit(signed_in, way_of(phone), resend="1")

    assert USED_UP in read(refused)
    assert "One-Time Password Code" in read(refused)


def test_codes_and_tallies_of_yesterday_are_forgotten(signed_in, phone):
    ask(signed_in, phone)
    yesterday = timezone.now() - timedelta(hours=24, seconds=1)
    OutOfBandCode.objects.update(sent_at=yesterday)
    SendTally.objects.update(since=yesterday)
    ask(signed_in, a_backup_phone(phone.user, OTHER))

    assert forget_codes() == 1 + 2
    assert OutOfBandCode.objects.get().phone.number == OTHER
    assert SendTally.objects.count() == 4
