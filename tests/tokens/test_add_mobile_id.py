"""Add Mobile ID: by the phone that got the link, or by any authenticator app."""

from __future__ import annotations

import re
from datetime import timedelta

import pyotp
import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.flows.place_hold import place_hold
from epcs_portal.delivery.models import Message
from tests import factories
from tests.pages import submit
from tests.tokens.clock import minutes_pass
from tests.tokens.mobile_phone import (
    ADD,
    EMAIL,
    SMARTPHONE,
    PhoneInHand,
    add_mobile_id,
    begin,
    link_on_the_phone,
)
from tests.tokens.phones import let_everything_arrive, on_the_phone
from tests.tokens.reading import events_of, form_key_in, read
from tokens import notices
from tokens.flows.stop_codes import stop_codes
from tokens.models import (
    ApprovalRequest,
    EnrollmentGrant,
    HardToken,
    MobileDevice,
    MobileIdSetup,
    SecurityNotice,
    SoftSeed,
    SoftToken,
    StepUp,
)
from tokens.tasks import forget_setups


def pages(setup: MobileIdSetup) -> tuple[str, str]:
    return f"/epcs/mobile-id/{setup.pk}/approve/", f"/epcs/mobile-id/{setup.pk}/code/"


def key_on(page) -> str:
    found = re.search(r"data-key>([A-Z2-7 ]+)<", page.text)
    assert found is not None, page.text
    return found[1].replace(" ", "")


def paired(setup: MobileIdSetup) -> PhoneInHand:
    phone = PhoneInHand()
    assert phone.pair(link_on_the_phone()).status_code == 200
    return phone


def test_the_phone_approves_and_is_a_token(verified, prescriber):
    setup = begin(verified, prescriber)
    wait, _ = pages(setup)
    phone = paired(setup)
    [request] = phone.list()
    number = re.search(r"data-number>([0-9]{2})<", verified.get(wait).text)

    answered = phone.approve()

    assert request["title"] == "Add Mobile ID"
    assert number is not None
    assert request["number"] == number[1]
    assert answered.json()["outcome"] == "approved"
    token = SoftToken.objects.get()
    assert (token.user, token.is_phone_bound) == (prescriber, False)
    assert verified.get(wait).url == "/settings/epcs/"
    assert {"mobile_id.started", "mobile_id.paired", "approval.given", "mobile_id.added"} <= set(
        events_of(prescriber)
    )


def test_i_approved_it_check_now_works_without_a_script(verified, prescriber):
    setup = begin(verified, prescriber)
    wait, _ = pages(setup)
    phone = paired(setup)
    key = form_key_in(verified.get(wait))

    early = submit(verified, wait, check="1")
    phone.approve()
    late = verified.post(wait, {"form_key": key, "check": "1"})

    assert "Your phone has not answered yet" in read(early)
    assert "Mobile ID added" in read(verified.get(late.url))


def test_the_pages_script_is_told_what_has_become_of_it(verified, prescriber):
    setup = begin(verified, prescriber)
    status = f"/epcs/mobile-id/{setup.pk}/approve.json"
    phone = paired(setup)

    before = verified.get(status).json()
    phone.approve()

    assert (before["state"], before["final"]) == ("open", False)
    assert verified.get(status).json()["state"] == "approved"


def test_any_authenticator_app_takes_the_key(verified, prescriber):
    setup = begin(verified, prescriber)
    wait, code_page = pages(setup)
    code = pyotp.TOTP(key_on(verified.get(wait))).now()

    answer = submit(verified, code_page, otp=code)

    assert answer.status_code == 302
    token = SoftToken.objects.get()
    assert token.seed.path == "app"
    assert not MobileDevice.objects.exists()
    refused = submit(verified, f"/epcs/mobile-id/{token.pk}/test/", otp=code)
    assert "That code was already used" in read(refused)


def test_the_other_seed_is_destroyed(verified, prescriber):
    setup = begin(verified, prescriber)
    wait, code_page = pages(setup)
    phone = paired(setup)

    submit(verified, code_page, otp=pyotp.TOTP(key_on(verified.get(wait))).now())

    seeds = {seed.path: bytes(seed.sealed) for seed in SoftSeed.objects.all()}
    assert seeds["phone"] == b""
    assert seeds["app"] != b""
    assert phone.say("requests", kind="list").status_code == 410


def test_after_a_time_out_a_code_of_the_paired_phone_finishes_it(verified, prescriber):
    setup = begin(verified, prescriber)
    wait, code_page = pages(setup)
    phone = paired(setup)
    for request in ApprovalRequest.objects.all():
        minutes_pass(request, 5)

    page = read(verified.get(wait))
    answer = submit(verified, code_page, otp=phone.code())

    assert "The request timed out" in page
    assert answer.status_code == 302
    assert SoftToken.objects.get().seed.path == "phone"
    assert phone.list() == []


def test_a_new_request_supersedes_the_one_before(verified, prescriber):
    setup = begin(verified, prescriber)
    wait, _ = pages(setup)
    phone = paired(setup)
    [old] = phone.texts()

    answer = submit(verified, wait, resend="1")

    assert answer.status_code == 302
    assert "A newer request took the place" in phone.answer(old).json()["sentence"]
    assert phone.approve().status_code == 200


def test_a_new_request_brings_a_new_link_to_a_phone_that_was_not_paired(verified, prescriber):
    setup = begin(verified, prescriber)
    wait, _ = pages(setup)
    old = link_on_the_phone()
    minutes_pass(Message.objects.get(), 1)

    submit(verified, wait, resend="1")

    assert PhoneInHand().pair(old).status_code == 404
    new = link_on_the_phone()
    assert new != old
    assert PhoneInHand().pair(new).status_code == 200


def test_requests_and_texts_are_limited(verified, prescriber):
    setup = begin(verified, prescriber)
    wait, _ = pages(setup)
    paired(setup)
    submit(verified, wait, resend="1")
    submit(verified, wait, resend="1")

    refused = submit(verified, wait, resend="1")

    assert "We asked your phone 3 times in 10 minutes" in read(refused)
    again = submit(verified, f"{ADD}?replace=1", phone=SMARTPHONE, email=EMAIL)
    assert "We asked your phone 3 times in 10 minutes" in read(again)


def test_without_texts_neither_a_link_nor_a_new_one_is_sent(verified, prescriber):
    setup = begin(verified, prescriber)
    wait, _ = pages(setup)
    stop_codes(at=timezone.now())

    again = submit(verified, wait, resend="1")
    anew = submit(verified, f"{ADD}?replace=1", phone=SMARTPHONE, email=EMAIL)

    assert "We can't send codes at the moment" in read(again)
    assert "We can't send codes at the moment" in read(anew)
    assert Message.objects.count() == 1
    assert "approval.not_asked" in events_of(prescriber)


def test_a_phone_that_is_paired_late_finds_no_request_and_has_its_code(verified, prescriber):
    setup = begin(verified, prescriber)
    _, code_page = pages(setup)
    minutes_pass(ApprovalRequest.objects.get(), 6)
    phone = paired(setup)

    assert phone.texts() == []
    assert submit(verified, code_page, otp=phone.code()).status_code == 302


def test_an_approval_after_the_time_for_adding_it_adds_nothing(verified, prescriber):
    setup = begin(verified, prescriber)
    phone = paired(setup)
    [text] = phone.texts()
    minutes_pass(setup, 15)

    refused = phone.answer(text)

    assert "takes at most 15 minutes" in refused.json()["sentence"]
    assert not SoftToken.objects.exists()


def test_a_denied_request_ends_it(verified, prescriber):
    setup = begin(verified, prescriber)
    wait, code_page = pages(setup)
    phone = paired(setup)

    phone.deny("cancelled")

    assert "The request was denied on your phone" in read(verified.get(wait))
    assert verified.get(code_page).status_code == 302
    assert not SoftToken.objects.exists()
    assert {bytes(seed.sealed) for seed in SoftSeed.objects.all()} == {b""}
    assert "Request denied" in read(verified.get("/settings/epcs/"))


def test_the_seeds_survive_a_refresh_and_wrong_codes(verified, prescriber):
    setup = begin(verified, prescriber)
    wait, code_page = pages(setup)
    key = key_on(verified.get(wait))

    wrong = submit(verified, code_page, otp="000000")

    assert "That code is not right" in read(wrong)
    assert "You have 4 tries left this hour" in read(wrong)
    assert key_on(verified.get(wait)) == key


def test_five_wrong_codes_are_the_last_of_an_hour(verified, prescriber):
    setup = begin(verified, prescriber)
    wait, code_page = pages(setup)
    app = pyotp.TOTP(key_on(verified.get(wait)))
    for _ in range(5):
        submit(verified, code_page, otp="000000")

    refused = submit(verified, code_page, otp=app.now())

    assert "You have tried 5 times in an hour" in read(refused)
    assert not SoftToken.objects.exists()


def test_after_fifteen_minutes_nothing_is_shown_and_nothing_counts(verified, prescriber):
    setup = begin(verified, prescriber)
    wait, code_page = pages(setup)
    key, form_key = key_on(verified.get(wait)), form_key_in(verified.get(code_page))
    wait_key = form_key_in(verified.get(wait))
    minutes_pass(setup, 15)

    page = verified.get(wait)
    refused = verified.post(code_page, {"form_key": form_key, "otp": pyotp.TOTP(key).now()})
    resend = verified.post(wait, {"form_key": wait_key, "resend": "1"})

    assert "The time for adding Mobile ID is over" in read(page)
    assert key not in page.text.replace(" ", "")
    assert "Adding Mobile ID takes at most 15 minutes" in read(refused)
    assert "Adding Mobile ID takes at most 15 minutes" in read(resend)
    assert "Request expired" in read(verified.get("/settings/epcs/"))


def test_the_card_says_what_became_of_the_request(verified, prescriber):
    setup = begin(verified, prescriber)
    waiting = read(verified.get("/settings/epcs/"))
    for request in ApprovalRequest.objects.all():
        minutes_pass(request, 5)
    expired = read(verified.get("/settings/epcs/"))
    HardToken.objects.update(status="removed", removed_at=timezone.now())
    over = read(verified.get("/settings/epcs/"))

    assert "Waiting for approval" in waiting
    assert "Request expired" in expired
    # The key is still good, so there is still a page to finish on.
    assert f"/epcs/mobile-id/{setup.pk}/code/" in expired
    assert f"/epcs/mobile-id/{setup.pk}/code/" not in over


def test_a_pairing_that_the_phone_cancelled_is_no_time_out(verified, prescriber):
    setup = begin(verified, prescriber)
    wait, code_page = pages(setup)
    phone = paired(setup)
    code = phone.code()
    phone.say("leave", kind="leave")

    page = read(verified.get(wait))
    refused = submit(verified, code_page, otp=code)

    assert refused.status_code == 200
    assert not SoftToken.objects.exists()
    assert "It was cancelled on your phone, or a newer request took its place" in page
    assert "timed out" not in page
    told = events_of(prescriber)
    assert "mobile_id.pairing_canceled" in told
    assert "mobile_id.left_phone" not in told


def test_the_phone_may_still_pair_but_not_after_the_link_is_over(verified, prescriber):
    setup = begin(verified, prescriber)
    link = link_on_the_phone()
    MobileIdSetup.objects.update(link_until=setup.started_at - timedelta(seconds=1))

    refused = PhoneInHand().pair(link)

    assert refused.status_code == 404
    assert refused.json()["error"] == "link-over"
    assert "mobile_id.pairing_refused" in events_of(prescriber)


def test_it_ends_with_the_session_that_began_it(verified, prescriber):
    setup = begin(verified, prescriber)
    phone = paired(setup)
    [text] = phone.texts()

    verified.post("/sign-out/")

    assert phone.answer(text).status_code == 410
    assert {bytes(seed.sealed) for seed in SoftSeed.objects.all()} == {b""}
    assert not SoftToken.objects.exists()


def test_this_was_not_me_ends_what_waits_for_a_phone(verified, prescriber, client):
    setup = begin(verified, prescriber)
    phone = paired(setup)
    [text] = phone.texts()
    notice = notices.note(prescriber, SecurityNotice.Change.PHONE_ADDED, at=timezone.now())

    place_hold(notice=notice, at=timezone.now())

    assert phone.answer(text).status_code == 410
    assert not SoftToken.objects.exists()


def test_a_seed_that_was_altered_proves_nothing(verified, prescriber):
    setup = begin(verified, prescriber)
    wait, code_page = pages(setup)
    SoftSeed.objects.update(sealed=b"x" * 60)

    assert "can't read our record" in read(submit(verified, code_page, otp="123456"))
    assert "Can't scan?" not in read(verified.get(wait))


def test_what_a_session_proved_elsewhere_is_over(verified, prescriber):
    setup = begin(verified, prescriber)
    other = StepUp.objects.get()
    StepUp.objects.filter(pk=other.pk).update(session_digest="0" * 64)

    paired(setup).approve()

    other.refresh_from_db()
    assert other.ended_at is not None


def test_seeds_that_nobody_proved_are_destroyed(verified, prescriber):
    setup = begin(verified, prescriber)
    assert forget_setups() == 0
    minutes_pass(setup, 15)

    assert forget_setups() == 1

    assert {bytes(seed.sealed) for seed in SoftSeed.objects.all()} == {b""}
    assert forget_setups() == 0


def test_one_that_is_proven_at_the_last_moment_is_kept(verified, prescriber):
    setup = begin(verified, prescriber)
    minutes_pass(setup, 15)

    def meanwhile(execute, sql, params, many, context):
        if sql.startswith("SELECT") and '"tokens_pushstate"' in sql:
            MobileIdSetup.objects.update(state="proven")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(meanwhile):
        assert forget_setups() == 0

    assert all(bytes(seed.sealed) for seed in SoftSeed.objects.all())


def test_another_session_sees_no_key(verified, prescriber):
    setup = begin(verified, prescriber)
    wait, code_page = pages(setup)
    other = Client()
    other.force_login(prescriber)

    assert other.get(wait).url == ADD
    assert other.get(code_page).url == ADD
    assert other.get(f"/epcs/mobile-id/{setup.pk}/approve.json").status_code == 404


def test_another_person_finds_nothing(verified, prescriber, client):
    setup = begin(verified, prescriber)
    stranger = Client()
    stranger.force_login(factories.a_prescriber())

    for page in pages(setup):
        assert stranger.get(page).url == ADD


def test_the_address_must_be_the_registered_one(verified, prescriber):
    begin(verified, prescriber)

    refused = submit(verified, ADD, phone=SMARTPHONE, email="somebody@else.example")

    assert "not the email address you registered for EPCS with" in read(refused)
    assert "mobile_id.not_started" in events_of(prescriber)
    assert MobileIdSetup.objects.filter(state="open").count() == 1


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"phone": "802 555", "email": EMAIL}, "Enter a phone number with 10 digits"),
        ({"phone": SMARTPHONE, "email": ""}, "Enter your email address"),
        ({"phone": SMARTPHONE, "email": "sam"}, "Enter an email address, for example"),
    ],
)
def test_what_is_no_number_or_address_is_told_at_its_field(verified, fields, sentence):
    assert sentence in read(submit(verified, ADD, **fields))


def test_everybody_is_told(verified, prescriber):
    add_mobile_id(verified, prescriber)

    let_everything_arrive()

    assert SecurityNotice.objects.filter(change="mobile-id-added").count() == 1
    assert "Mobile ID was added to your EPCS account" in on_the_phone(EMAIL)[0]


def test_it_is_added_under_a_grant_when_there_is_no_token_yet(granted, prescriber):
    add_mobile_id(granted, prescriber)

    assert EnrollmentGrant.objects.exists()
    assert SoftToken.objects.get().user == prescriber
    replace = granted.get(f"{ADD}?replace=1")
    assert replace.url.startswith("/epcs/verify/")


def test_without_a_proof_it_is_not_begun(signed_in, token):
    assert signed_in.get(ADD).url.startswith("/epcs/verify/?for=add-mobile-id")


def test_the_old_one_works_until_the_new_one_is_proven(verified, prescriber):
    old = add_mobile_id(verified, prescriber)
    page = read(verified.get(ADD))
    ApprovalRequest.objects.update(asked_at="2026-01-01T00:00:00Z")
    setup = begin(verified, prescriber, f"{ADD}?replace=1")
    first = SoftToken.objects.get()

    assert old.say("requests", kind="list").status_code == 200
    paired(setup).approve()

    first.refresh_from_db()
    assert "Remove your current Mobile ID first" in page
    assert (first.status, first.reason) == ("removed", "replaced")
    assert SoftToken.live().count() == 1
    closed = old.say("requests", kind="list")
    assert closed.status_code == 410
    assert "removed or replaced" in closed.json()["sentence"]
