"""Add, confirm, resend: the article "Manage the Backup Phone Number"."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from epcs_portal.audit.models import AuditEvent
from epcs_portal.delivery.models import Message
from tests import factories
from tests.pages import form_key_on, submit
from tests.tokens.phones import (
    ADD,
    FOURTH,
    NUMBER,
    OTHER,
    THIRD,
    a_backup_phone,
    code_on,
    let_everything_arrive,
    wrong,
)
from tests.tokens.reading import events_of, read
from tokens.models import BackupPhone, CodesStopped, OutOfBandCode

SETTINGS = "/settings/epcs/"


@pytest.fixture
def waiting(granted):
    """Sam's number is entered, and its code is under way."""
    submit(granted, ADD, phone="802 555 0187", delivery="text")
    return BackupPhone.objects.get()


def confirm_page(phone):
    return f"/epcs/phones/{phone.pk}/confirm/"


def time_passes(**time):
    ago = timedelta(**time)
    OutOfBandCode.objects.update(sent_at=F("sent_at") - ago, expires_at=F("expires_at") - ago)


@pytest.mark.parametrize("typed", ["(802) 555-0187", "802.555.0187", "+1 802 555 0187"])
def test_a_number_is_entered_in_any_way_and_its_code_confirms_it(granted, prescriber, typed):
    entered = submit(granted, ADD, phone=typed, delivery="text")
    phone = BackupPhone.objects.get()
    before = (phone.number, phone.status, entered.url.startswith(confirm_page(phone)))

    confirmed = submit(granted, confirm_page(phone), code=code_on(NUMBER))

    assert before == (NUMBER, "pending", True)
    phone.refresh_from_db()
    assert phone.status == "active"
    page = read(granted.get(confirmed.url))
    assert "Backup phone added" in page
    assert "(802) 555-0187</span> can now receive codes." in page
    assert events_of(prescriber)[-3:] == ["code.sent", "phone.entered", "phone.added"]


def test_the_number_is_masked_everywhere_but_where_it_was_just_typed(granted, waiting):
    confirm = read(granted.get(confirm_page(waiting)))
    submit(granted, confirm_page(waiting), code=code_on(NUMBER))

    pages = [read(granted.get(page)) for page in (SETTINGS, "/epcs/devices/")]

    assert "(802) 555-0187" in confirm
    assert all("(•••) •••-0187" in page for page in pages)
    assert not any("555-0187" in page for page in pages)
    assert not AuditEvent.objects.filter(text__contains="5550187").exists()


def test_a_voice_code_is_read_to_who_presses_1(granted):
    submit(granted, ADD, phone="802 555 0187", delivery="call")
    phone = BackupPhone.objects.get()

    submit(granted, confirm_page(phone), code=code_on(NUMBER))

    phone.refresh_from_db()
    assert (phone.delivery, phone.status) == ("call", "active")


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("555-0187", "Enter a phone number with 10 digits, including the area code."),
        ("", "Enter a phone number with 10 digits, including the area code."),
        ("not a number", "Enter a phone number with 10 digits, including the area code."),
        ("(900) 555-0187", "This kind of number can't receive codes."),
        ("(888) 555-0187", "This kind of number can't receive codes."),
        ("+44 20 7946 0018", "We can only send codes to US phone numbers."),
        ("(416) 555-0187", "We can only send codes to US phone numbers."),
        ("(802) 555-0187 x12", "We can't dial an extension."),
    ],
)
def test_a_number_that_cannot_be_is_told_and_kept_on_the_page(granted, typed, told):
    response = submit(granted, ADD, phone=typed, delivery="text")

    assert told in read(response)
    assert f'value="{typed}"' in response.text or not typed
    assert not BackupPhone.objects.exists()
    assert not Message.objects.exists()


def test_a_number_that_is_there_already_is_not_added_again(granted, prescriber):
    a_backup_phone(prescriber)

    response = submit(granted, ADD, phone="802 555 0187", delivery="text")

    assert "This number is already one of your backup phones." in read(response)
    assert BackupPhone.objects.count() == 1


def test_somebody_else_may_have_the_same_number(granted):
    a_backup_phone(factories.a_prescriber())

    assert submit(granted, ADD, phone="802 555 0187", delivery="text").status_code == 302


def test_a_number_that_waits_entered_again_gets_its_page_and_no_second_text(granted, waiting):
    response = submit(granted, ADD, phone="802 555 0187", delivery="text")

    assert response.url.startswith(confirm_page(waiting))
    assert Message.objects.count() == 1


def test_a_number_that_waits_can_be_called_instead_after_half_a_minute(granted, waiting):
    early = submit(granted, ADD, phone="802 555 0187", delivery="call")
    time_passes(seconds=30)

    late = submit(granted, ADD, phone="802 555 0187", delivery="call")

    assert "You can ask for another code in" in read(early)
    assert late.status_code == 302
    waiting.refresh_from_db()
    assert waiting.delivery == "call"
    assert [message.channel for message in Message.objects.order_by("created_at")] == [
        "text",
        "call",
    ]


def test_a_wrong_number_is_put_right(granted, waiting):
    page = read(granted.get(confirm_page(waiting)))
    change = f"{ADD}?instead={waiting.pk}"

    response = submit(granted, change, phone="802 555 0119", delivery="text")

    assert change in page
    live = BackupPhone.live().get()
    assert (live.number, live.place) == (OTHER, 1)
    assert response.url.startswith(confirm_page(live))


def test_a_wrong_number_stays_where_no_code_can_be_sent(granted, waiting):
    CodesStopped.objects.create(stopped_at=timezone.now())

    refused = submit(granted, f"{ADD}?instead={waiting.pk}", phone="8025550119", delivery="text")

    assert "We can't send codes at the moment" in read(refused)
    assert BackupPhone.objects.get().number == NUMBER
    assert BackupPhone.objects.get().status == "pending"


@pytest.mark.parametrize("instead", ["", "no-uuid", "00000000-0000-0000-0000-000000000000"])
def test_instead_of_nothing_is_simply_another(granted, waiting, instead):
    response = submit(granted, f"{ADD}?instead={instead}", phone="8025550119", delivery="text")

    assert response.status_code == 302
    assert BackupPhone.live().count() == 2


def test_the_fourth_is_refused_on_the_page_and_in_the_flow(granted, prescriber):
    form_key = form_key_on(granted, ADD)
    for number in (NUMBER, OTHER, THIRD):
        a_backup_phone(prescriber, number)

    page = read(granted.get(ADD))
    typed = {"form_key": form_key, "phone": "802 555 0142", "delivery": "text"}
    refused = granted.post(ADD, typed)

    assert "You have three backup phones" in page
    assert "three is the maximum" in read(refused)
    assert "Remove one to add another." in read(granted.get(SETTINGS))
    assert events_of(prescriber)[-1] == "phone.not_added"


@pytest.mark.parametrize("place", [1, 4])
def test_the_database_keeps_three_places(prescriber, place):
    a_backup_phone(prescriber)

    with pytest.raises(IntegrityError), transaction.atomic():
        a_backup_phone(prescriber, FOURTH, place=place)


def test_a_second_click_enters_one_number(granted):
    typed = {"form_key": form_key_on(granted, ADD), "phone": "8025550187", "delivery": "text"}

    answers = [granted.post(ADD, typed).url for _ in range(2)]

    assert answers[0] == answers[1]
    assert Message.objects.count() == 1


def test_resend_waits_half_a_minute_and_voids_the_code_before(granted, waiting):
    page, first = confirm_page(waiting), code_on(NUMBER)
    early = submit(granted, page, resend="1")
    time_passes(seconds=30)

    late = submit(granted, page, resend="1")

    assert "You can ask for another code in" in read(early)
    assert late.url.startswith(page)
    second = code_on(NUMBER)
    if first != second:
        assert "doesn't match the latest one we sent" in read(submit(granted, page, code=first))
    assert submit(granted, page, code=second).status_code == 302


def test_after_the_second_code_the_page_says_whom_to_call(granted, waiting):
    before = read(granted.get(confirm_page(waiting)))
    time_passes(seconds=30)
    submit(granted, confirm_page(waiting), resend="1")

    after = read(granted.get(confirm_page(waiting)))

    support = "If you don't receive a code after a second attempt, contact support"
    assert support not in before
    assert support in after


def test_wrong_codes_are_counted_down_and_the_field_is_empty_again(granted, waiting):
    code = code_on(NUMBER)

    response = submit(granted, confirm_page(waiting), code=wrong(code))

    assert "You have 4 attempts left." in read(response)
    assert wrong(code) not in response.text
    waiting.refresh_from_db()
    assert waiting.status == "pending"


def test_an_expired_code_is_replaced_by_a_new_one(granted, waiting):
    old = code_on(NUMBER)
    time_passes(minutes=10)

    response = submit(granted, confirm_page(waiting), code=old)

    assert "expired after 10 minutes. Enter the new code we just sent." in read(response)
    assert submit(granted, confirm_page(waiting), code=code_on(NUMBER)).status_code == 302


def test_the_card_says_what_a_number_waits_for(granted, waiting):
    entered = read(granted.get(SETTINGS))
    time_passes(minutes=10)
    expired = read(granted.get(SETTINGS))

    assert "Code not entered" in entered
    assert "Enter code" in entered
    assert "Code expired" in expired
    assert "Send a new code" in expired


def test_a_confirmed_number_has_nothing_left_to_enter(granted, waiting):
    page, form_key = confirm_page(waiting), form_key_on(granted, confirm_page(waiting))
    submit(granted, page, code=code_on(NUMBER))

    resent = granted.post(page, {"form_key": form_key, "resend": "1"})

    assert granted.get(page).url == SETTINGS
    assert "confirmed already" in read(resent)


def test_all_contacts_are_told_the_new_number_too(granted, prescriber, waiting):
    prescriber.email = "sam@example.org"
    prescriber.save()
    a_backup_phone(prescriber, OTHER)
    submit(granted, confirm_page(waiting), code=code_on(NUMBER))

    let_everything_arrive()

    told = Message.objects.filter(channel__in=["text", "email"], waits_for_key=False)
    recipients = sorted(told.order_by("-created_at").values_list("recipient", flat=True)[:3])
    assert recipients == [OTHER, NUMBER, "sam@example.org"]


def test_who_is_not_registered_is_told_so(client, db):
    client.force_login(factories.a_prescriber(registered=False))

    assert "Complete your registration first" in read(client.get(client.get(ADD).url))


def test_without_a_proof_and_a_grant_a_phone_cannot_be_added(signed_in):
    response = signed_in.get(ADD)

    assert response.url == "/epcs/verify/?for=add-phone&next=%2Fepcs%2Fphones%2Fadd%2F"
    assert "You can't add a phone right now" in read(signed_in.get(response.url))


def test_the_grant_ends_where_there_is_a_token_to_verify_with(granted, token):
    assert granted.get(ADD).url.startswith("/epcs/verify/?for=add-phone")


def test_a_phone_of_somebody_else_does_not_exist_and_that_is_on_the_trail(verified, prescriber):
    foreign = a_backup_phone(factories.a_prescriber())

    answers = [verified.get(f"/epcs/phones/{foreign.pk}/{page}/") for page in ("confirm", "remove")]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert events_of(prescriber).count("access.denied") == 2
