"""The phone's list and answers: authenticated by its key over a nonce, and by nothing else."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests import factories
from tests.pages import submit
from tests.tokens.clock import minutes_pass
from tests.tokens.mobile_phone import (
    PhoneInHand,
    add_mobile_id,
    answer_to,
    begin,
    link_on_the_phone,
)
from tests.tokens.phones import let_everything_arrive
from tests.tokens.reading import choose, events_of, read
from tokens import device_nonces
from tokens.models import (
    ApprovalRequest,
    MobileDevice,
    PushState,
    SecurityNotice,
    SoftSeed,
    SoftToken,
)

VERIFY = "/epcs/verify/?for=authenticate"


@pytest.fixture
def phone(verified, prescriber) -> PhoneInHand:
    return add_mobile_id(verified, prescriber)


@pytest.fixture
def asked(phone, prescriber) -> ApprovalRequest:
    """Another session of the same person asks the phone who it is."""
    browser = Client()
    browser.force_login(prescriber)
    ApprovalRequest.objects.update(asked_at="2026-01-01T00:00:00Z")
    answer = choose(browser, VERIFY, "push")
    assert answer.status_code == 302, answer.text
    return ApprovalRequest.objects.get(state="open")


def test_the_list_shows_what_is_asked_and_not_the_number(phone, asked):
    [said] = phone.list()

    assert said["title"] == "Verify it's you"
    assert said["number"] == ""
    assert asked.number not in json.dumps(said["lines"])


def test_the_two_digits_approve(phone, asked):
    answer = phone.approve(asked.number)

    assert answer.json()["outcome"] == "approved"
    asked.refresh_from_db()
    assert asked.state == "approved"


def test_a_wrong_number_closes_it_at_once(phone, asked, prescriber):
    [text] = phone.texts()
    wrong = f"{(int(asked.number) + 1) % 100:02}"

    refused = phone.answer(text, number=wrong)
    again = phone.answer(text, number=asked.number)

    assert refused.status_code == 409
    assert "the request is closed" in refused.json()["sentence"]
    assert again.json()["error"] == "request-over"
    asked.refresh_from_db()
    assert asked.state == "wrong-number"
    assert "approval.refused" in events_of(prescriber)


@pytest.mark.parametrize("number", ["", "4", "004", "４７"])
def test_no_number_is_a_wrong_number(phone, asked, number):
    assert phone.approve(number).json()["error"] == "wrong-number"


def test_it_was_not_me_freezes_requests_until_a_password_is_right(phone, asked, prescriber, fob):
    phone.deny("not-me")
    browser = Client()
    browser.force_login(prescriber)

    frozen = choose(browser, VERIFY, "push")
    let_everything_arrive()

    assert "no more are sent until a code was right" in read(frozen)
    assert SecurityNotice.objects.filter(change="push-disowned").exists()
    assert "approval.denied" in events_of(prescriber)
    submit(browser, "/epcs/verify/token/", otp=fob.press())
    assert PushState.objects.get().frozen_at is None


def test_i_changed_my_mind_freezes_nothing(phone, asked):
    assert phone.deny("cancelled").json()["outcome"] == "denied"
    assert PushState.objects.get().frozen_at is None
    assert not SecurityNotice.objects.filter(change="push-disowned").exists()


def test_an_answer_that_was_sent_before_is_not_taken_again(phone, asked):
    [text] = phone.texts()
    nonce = device_nonces.issue(asked.device_id, at=timezone.now())
    first = phone.say("answer", nonce=nonce, **answer_to(text, number=asked.number))

    replayed = phone.say("answer", nonce=nonce, **answer_to(text, number=asked.number))
    signed_anew = phone.answer(text, number=asked.number)

    assert first.status_code == 200
    assert (replayed.status_code, replayed.json()["error"]) == (401, "nonce-stale")
    assert (signed_anew.status_code, signed_anew.json()["error"]) == (409, "request-over")
    assert "answered already" in signed_anew.json()["sentence"]


def test_a_request_that_expired_is_over(phone, asked):
    [text] = phone.texts()
    minutes_pass(asked, 5)

    refused = phone.answer(text, number=asked.number)

    assert "not answered within 5 minutes" in refused.json()["sentence"]
    assert phone.texts() == []


def test_a_text_that_was_altered_is_refused_and_the_request_stays_open(phone, asked):
    [text] = phone.texts()
    altered = text.replace("Verify it", "Sign it")

    refused = phone.answer(altered, number=asked.number)

    assert refused.json()["error"] == "request-altered"
    assert phone.approve(asked.number).status_code == 200


def test_a_signature_for_another_request_is_refused(phone, asked, prescriber):
    [text] = phone.texts()
    said = answer_to(text, number=asked.number)
    other = ApprovalRequest.objects.exclude(pk=asked.pk).get()

    refused = phone.say("answer", **{**said, "request": str(other.pk)})

    assert refused.json()["error"] == "request-altered"


def test_the_key_of_another_phone_answers_nothing(phone, asked, prescriber):
    [text] = phone.texts()
    thief = PhoneInHand()
    thief.device = phone.device

    refused = thief.answer(text, number=asked.number)

    assert (refused.status_code, refused.json()["error"]) == (401, "not-recognized")
    assert "mobile_id.phone_not_recognized" in events_of(prescriber)
    asked.refresh_from_db()
    assert asked.state == "open"


def test_a_request_of_another_persons_phone_is_not_ones_own(phone, asked, granted):
    other = factories.a_prescriber()
    factories.a_grant(other)
    browser = Client()
    browser.force_login(other)
    begin(browser, other)
    theirs = PhoneInHand()
    theirs.pair(link_on_the_phone())
    [text] = phone.texts()

    refused = theirs.answer(text, number=asked.number)

    assert refused.json()["error"] == "request-altered"
    assert [each["title"] for each in theirs.list()] == ["Add Mobile ID"]


def test_a_message_changed_after_it_was_signed_is_refused(phone, asked):
    [text] = phone.texts()
    nonce = device_nonces.issue(asked.device_id, at=timezone.now())
    fields = {"device": phone.device, "nonce": nonce, **answer_to(text, "deny", reason="not-me")}
    body = phone.signed(**fields)
    body["message"] = body["message"].replace("not-me", "cancelled")

    assert phone.post("answer", body).status_code == 401


def test_a_nonce_is_good_for_a_minute_for_one_phone_and_once(phone):
    device = MobileDevice.objects.get()
    now = timezone.now()
    old = device_nonces.issue(device.pk, at=now - timedelta(seconds=61))
    coming = device_nonces.issue(device.pk, at=now + timedelta(seconds=61))
    foreign = device_nonces.issue(SoftToken.objects.get().pk, at=now)
    good = device_nonces.issue(device.pk, at=now)

    for nonce in (old, coming, foreign, "", "1.2", f"x{good}", good[:-1] + "é"):
        answer = phone.say("requests", nonce=nonce, kind="list")
        assert (answer.status_code, answer.json()["error"]) == (401, "nonce-stale"), nonce
    assert phone.say("requests", nonce=good, kind="list").status_code == 200
    stale = phone.say("requests", nonce=good, kind="list")
    assert stale.status_code == 401
    assert phone.say("requests", nonce=stale.json()["nonce"], kind="list").status_code == 200


def test_no_session_of_the_portal_speaks_for_a_phone(verified, phone, asked):
    """The owner, signed in, without the phone's key."""
    with_cookies = PhoneInHand(verified)
    with_cookies.device = phone.device

    assert with_cookies.say("requests", kind="list").status_code == 401


def test_an_unknown_phone_is_told_what_a_wrong_key_is_told(phone):
    thief = PhoneInHand()
    thief.device = phone.device
    wrong_key = thief.say("requests", kind="list")
    thief.device = "00000000-0000-4000-8000-000000000000"
    unknown = thief.say("requests", kind="list")

    assert (wrong_key.status_code, wrong_key.json()) == (unknown.status_code, unknown.json())


NO_MESSAGES = [
    "",
    "[]",
    "null",
    "{",
    "[" * 5000,
    '{"message": 1, "signature": "x"}',
    '{"message": "[]", "signature": "x"}',
    '{"message": "{\\"kind\\":\\"list\\",\\"v\\":2}", "signature": "x"}',
    '{"message": "{\\"kind\\":[],\\"v\\":1}", "signature": "x"}',
    '{"message": "x", "signature": "x", "more": "x"}',
    b"\xff\xfe",
    json.dumps({"message": "x" * 9000, "signature": ""}),
]


@pytest.mark.parametrize("path", ["requests", "answer", "subscription", "leave", "pair", "nonce"])
def test_what_is_no_message_is_refused_without_a_word_on_any_phone(client, db, path):
    for body in NO_MESSAGES:
        answer = PhoneInHand(client).post(path, body)

        assert answer.status_code == 400, body
        assert answer.json()["error"] == "malformed"


@pytest.mark.parametrize(
    "changed",
    [
        {"answer": "maybe"},
        {"answer": "approve", "reason": "not-me"},
        {"answer": "deny", "reason": ""},
        {"answer": "deny", "reason": "bored"},
        {"request": "47"},
    ],
)
def test_an_answer_is_one_of_three(phone, asked, changed):
    [text] = phone.texts()

    assert phone.say("answer", **{**answer_to(text), **changed}).status_code == 400


def test_pairing_shows_by_a_signature_that_the_key_is_its_own(verified, prescriber):
    begin(verified, prescriber)
    link, phone, other = link_on_the_phone(), PhoneInHand(), PhoneInHand()
    said = phone.signed(kind="pair", link_digest="0" * 64, public_key=phone.public_key)
    stolen = other.signed(kind="pair", link_digest="0" * 64, public_key=phone.public_key)

    assert phone.post("pair", {"link": link, "name": "x", **said}).status_code == 401
    assert phone.post("pair", {"link": link, "name": "x", **stolen}).status_code == 401
    assert phone.pair(link).status_code == 200


def test_a_link_pairs_one_phone_and_a_lost_answer_is_given_again(verified, prescriber):
    begin(verified, prescriber)
    link, phone = link_on_the_phone(), PhoneInHand()
    assert phone.pair(link).status_code == 200
    seed = phone.seed

    again, another = phone.pair(link), PhoneInHand().pair(link)

    assert again.status_code == 200
    assert phone.seed == seed
    assert (another.status_code, another.json()["error"]) == (404, "link-over")
    assert MobileDevice.objects.count() == 1


def test_opening_the_link_spends_nothing(verified, prescriber):
    begin(verified, prescriber)
    link = link_on_the_phone()

    page = Client().get("/mobile-id/")

    assert page.status_code == 200
    assert "manifest-src 'self'" in page.headers["Content-Security-Policy"]
    assert "worker-src 'self'" in page.headers["Content-Security-Policy"]
    assert not page.cookies
    assert PhoneInHand().pair(link).status_code == 200


def test_a_seed_that_does_not_open_is_told_and_not_an_error(verified, prescriber):
    begin(verified, prescriber)
    link = link_on_the_phone()
    SoftSeed.objects.update(sealed=b"x" * 60)

    refused = PhoneInHand().pair(link)

    assert "can't read our record of this token" in refused.json()["sentence"]


def test_remove_from_this_phone_closes_the_phone_and_says_so_on_the_card(
    phone, asked, verified, prescriber
):
    assert phone.say("leave", kind="leave").status_code == 200

    assert phone.say("requests", kind="list").status_code == 410
    assert phone.say("leave", kind="leave").json()["error"] == "device-closed"
    [text] = [asked.text]
    assert phone.answer(text, number=asked.number).json()["error"] == "device-closed"
    card = read(verified.get("/settings/epcs/"))
    assert "Mobile ID is not on your phone any more" in card
    assert "mobile_id.left_phone" in events_of(prescriber)
    assert "mobile_id.pairing_canceled" not in events_of(prescriber)
    assert SoftToken.live().exists()
    assert "Not on your phone" in card
    assert "Move to another phone" in card
    assert "Check a code" not in card
    # Nobody can sign with it any more, and the page says so.
    assert "with your hardware token or Mobile ID" not in card
    elsewhere = Client()
    elsewhere.force_login(prescriber)
    verify = read(elsewhere.get(VERIFY))
    assert "Push notification" not in verify
    assert "so no phone makes its codes" in verify


def test_the_worker_and_the_manifest_are_served(client, db):
    worker, manifest = (
        client.get("/mobile-id/worker.js"),
        client.get("/mobile-id/manifest.webmanifest"),
    )

    assert worker.headers["Content-Type"].startswith("text/javascript")
    assert "mobile-id/main.js" in worker.text
    assert manifest.json()["scope"] == "/mobile-id/"
