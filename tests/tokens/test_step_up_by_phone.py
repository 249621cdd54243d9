"""Verify it's you by text or call, and what that opens."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import F
from django.test import Client
from django.utils import timezone

from epcs_portal.audit.models import AuditEvent
from epcs_portal.delivery.models import Message
from tests import factories
from tests.pages import form_key_on, submit
from tests.tokens.phones import NUMBER, OTHER, VERIFY, a_backup_phone, code_on, way_of, wrong
from tests.tokens.reading import choose, events_of, is_verified, on_the_wall, read
from tokens.models import HardToken, OutOfBandCode, PhoneCodes, StepUp

DEVICES = "/epcs/devices/"


@pytest.fixture
def phone(prescriber):
    return a_backup_phone(prescriber)


def verify(client, phone, channel="text"):
    way = choose(client, VERIFY, f"{channel}:{phone.pk}").url
    return submit(client, way, code=code_on(phone.number))


def time_passes(**time):
    ago = timedelta(**time)
    OutOfBandCode.objects.update(sent_at=F("sent_at") - ago, expires_at=F("expires_at") - ago)


@pytest.mark.parametrize("channel", ["text", "call"])
def test_a_code_by_text_or_call_opens_account_management(signed_in, prescriber, phone, channel):
    response = verify(signed_in, phone, channel)

    assert "Identity verified" in read(signed_in.get(response.url))
    assert is_verified(signed_in)
    event = AuditEvent.objects.get(event="step_up.succeeded")
    assert (event.subject, event.facts["method"]) == ("backup phone (•••) •••-0187", channel)
    assert StepUp.objects.get().method == channel


def test_opening_the_page_sends_nothing(signed_in, phone):
    signed_in.get(VERIFY)
    signed_in.get(VERIFY, {"method": f"text:{phone.pk}"})
    signed_in.get(way_of(phone))

    assert not Message.objects.exists()


def test_it_leads_back_to_where_one_was(signed_in, phone):
    way = choose(signed_in, f"{VERIFY}?next=%2Fepcs%2Fdevices%2F", f"text:{phone.pk}").url

    response = submit(signed_in, way, code=code_on(NUMBER))

    assert response.url.startswith(f"{DEVICES}?done=")


def test_a_code_of_the_confirmation_does_not_verify(granted, prescriber):
    submit(granted, "/epcs/phones/add/", phone="802 555 0187", delivery="text")
    code = code_on(NUMBER)
    active = a_backup_phone(prescriber, OTHER)
    way = choose(granted, VERIFY, f"text:{active.pk}").url
    assert code_on(OTHER) != code

    response = submit(granted, way, code=code)

    assert "doesn't match the latest one we sent" in read(response)


def test_a_code_of_somebody_else_does_not_verify(signed_in, phone):
    other = factories.a_prescriber()
    theirs = a_backup_phone(other, OTHER)
    browser = Client()
    browser.force_login(other)
    choose(browser, VERIFY, f"text:{theirs.pk}")
    way = choose(signed_in, VERIFY, f"text:{phone.pk}").url
    mine, stolen = code_on(NUMBER), code_on(OTHER)
    assert mine != stolen

    assert "doesn't match" in read(submit(signed_in, way, code=stolen))
    assert signed_in.get(way_of(theirs)).url.startswith(VERIFY)
    refused = signed_in.post(VERIFY, {"method": f"text:{theirs.pk}"})
    assert refused.status_code == 200
    assert Message.objects.count() == 2


def test_a_code_counts_once(signed_in, phone):
    way = choose(signed_in, VERIFY, f"text:{phone.pk}").url
    code, form_key = code_on(NUMBER), form_key_on(signed_in, way)
    submit(signed_in, way, code=code)

    again = signed_in.post(way, {"form_key": form_key, "code": code})

    assert "That code was already used." in read(again)
    assert StepUp.objects.count() == 1


def test_a_second_click_opens_one_step_up_and_gets_its_cookie(signed_in, phone):
    way = choose(signed_in, VERIFY, f"text:{phone.pk}").url
    typed = {"form_key": form_key_on(signed_in, way), "code": code_on(NUMBER)}

    answers = [signed_in.post(way, typed) for _ in range(2)]

    assert answers[0].url == answers[1].url
    assert answers[0].cookies.output() == answers[1].cookies.output()
    assert StepUp.objects.count() == 1


def test_five_wrong_codes_lock_all_phone_codes_of_the_person(signed_in, prescriber, phone):
    other = a_backup_phone(prescriber, OTHER)
    way = choose(signed_in, VERIFY, f"text:{phone.pk}").url
    right = code_on(NUMBER)
    for _try in range(4):
        submit(signed_in, way, code=wrong(right))

    locked = submit(signed_in, way, code=wrong(right))

    until = PhoneCodes.objects.get().locked_until
    told = f"You can try again at {on_the_wall(until)}, in 15 minutes. Your tokens still work."
    assert "Phone codes are locked" in read(locked)
    assert told in read(locked)
    methods = read(signed_in.get(VERIFY))
    assert methods.count(f"Locked until {on_the_wall(until)} after 5 incorrect codes.") == 4
    refused = choose_anyway(signed_in, other)
    assert "Choose a method that can be used now." in read(refused)
    assert "phone_codes.locked" in events_of(prescriber)
    assert "step_up.refused" in events_of(prescriber)


def test_a_new_code_does_not_begin_the_count_anew(signed_in, phone):
    way = choose(signed_in, VERIFY, f"text:{phone.pk}").url
    for _try in range(3):
        submit(signed_in, way, code=wrong(code_on(NUMBER)))
    time_passes(seconds=30)
    submit(signed_in, way, resend="1")

    response = submit(signed_in, way, code=wrong(code_on(NUMBER)))

    assert "You have 1 attempt left." in read(response)


def test_the_right_code_after_the_lock_is_void_and_a_new_one_works(signed_in, phone):
    way = choose(signed_in, VERIFY, f"text:{phone.pk}").url
    right, form_key = code_on(NUMBER), form_key_on(signed_in, way)
    for _try in range(5):
        submit(signed_in, way, code=wrong(right))
    while_locked = signed_in.post(way, {"form_key": form_key, "code": right})
    PhoneCodes.objects.update(locked_until=timezone.now())
    time_passes(seconds=30)

    after = submit(signed_in, way, code=right)

    assert "Phone codes are locked" in read(while_locked)
    assert "Enter the new code we just sent." in read(after)
    assert submit(signed_in, way, code=code_on(NUMBER)).status_code == 302


def test_the_third_lock_of_a_day_ends_by_a_tokens_password(signed_in, phone, fob):
    for _lock in range(3):
        PhoneCodes.objects.update(locked_until=timezone.now())
        OutOfBandCode.objects.all().delete()
        way = choose(signed_in, VERIFY, f"text:{phone.pk}").url
        for _try in range(5):
            submit(signed_in, way, code=wrong(code_on(NUMBER)))
    held = read(signed_in.get(VERIFY))
    card = read(signed_in.get("/settings/epcs/"))

    submit(signed_in, "/epcs/verify/token/", otp=fob.press())

    assert held.count("Phone codes are locked until you verify with a token.") == 2
    assert "so they stay locked until you verify with a token." in card
    assert not PhoneCodes.objects.get().lock.is_closed(timezone.now())


def choose_anyway(client, phone):
    """A method that is not open, sent by a page from before."""
    return client.post(VERIFY, {"form_key": form_key_on(client, VERIFY), "method": phone_of(phone)})


def phone_of(phone):
    return f"text:{phone.pk}"


@pytest.mark.parametrize("method", ["", "carrier-pigeon", "text:"])
def test_what_is_no_method_is_told(signed_in, phone, method):
    response = choose(signed_in, VERIFY, method)

    assert "Choose a method that can be used now." in read(response)
    assert not Message.objects.exists()


def test_a_voice_phone_is_called_only(signed_in, prescriber):
    landline = a_backup_phone(prescriber, delivery="call")

    page = read(signed_in.get(VERIFY))

    assert f'value="call:{landline.pk}"' in page
    assert f'value="text:{landline.pk}"' not in page


def test_the_method_used_last_is_preselected(signed_in, phone, token):
    first = read(signed_in.get(VERIFY))
    verify(signed_in, phone, "call")
    StepUp.objects.update(ended_at=timezone.now())

    later = read(signed_in.get(VERIFY))

    assert 'value="token" checked' in first
    assert f'value="call:{phone.pk}" checked' in later


def test_a_locked_token_leaves_the_phone(signed_in, token, phone):
    until = timezone.now() + timedelta(minutes=15)
    HardToken.objects.update(failures=5, locked_until=until)

    page = read(signed_in.get(VERIFY))

    assert f'value="text:{phone.pk}" checked' in page
    assert f"Locked until {on_the_wall(until)} after 5 incorrect codes." in page


def test_choosing_again_at_once_leads_to_the_code_under_way(signed_in, phone):
    ways = [choose(signed_in, VERIFY, f"text:{phone.pk}").url for _ in range(2)]

    assert ways[0].startswith(way_of(phone).partition("?")[0])
    assert Message.objects.count() == 1
    assert submit(signed_in, ways[1], code=code_on(NUMBER)).status_code == 302


def test_texting_at_once_after_a_call_says_to_wait(signed_in, phone):
    choose(signed_in, VERIFY, f"call:{phone.pk}")

    response = choose(signed_in, VERIFY, f"text:{phone.pk}")

    assert "You can ask for another code in" in read(response)


def test_it_ends_when_the_phone_is_taken_away(signed_in, phone):
    verify(signed_in, phone)

    type(phone).objects.update(status="removed", removed_at=timezone.now())

    assert not is_verified(signed_in)
