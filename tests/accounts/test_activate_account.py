"""Two codes by two ways open the EPCS account. One alone, an old one or a wrong one does not."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.conf import settings
from django.utils import timezone

from accounts import activation
from accounts.flows.activate_account import activate_account
from accounts.flows.send_activation_code import send_activation_code
from accounts.models import ActivationPiece, IdentityProofing, User
from epcs_portal.audit.models import AuditEvent
from epcs_portal.delivery.models import Message
from epcs_portal.refusals import Refusal
from tests.accounts.registering import (
    ACTIVATE,
    CALL,
    EMAIL,
    PHONE,
    POST,
    SETUP,
    TEXT,
    an_invited_prescriber,
    both_codes,
    newest_code,
    proofed,
    texted,
    time_passes,
    wrong,
)
from tests.pages import form_key_on, submit
from tests.tokens.reading import events_of, read
from tokens.models import BindingTries, CodesStopped, EnrollmentGrant, RevocationCase
from tokens.phone_refusals import PhoneTakesNoTexts
from tokens.selectors import open_grant_of

pytestmark = pytest.mark.django_db
WRONG = "These codes don't match the newest ones we sent"
PARTS = {"phone_code": 1, "address_code": 2}


@pytest.fixture
def iris() -> User:
    return an_invited_prescriber()


@pytest.fixture
def at_iris(client, iris):
    client.force_login(iris)
    return client


def is_open(user: User) -> bool:
    user = User.objects.get(pk=user.pk)
    has_grant = open_grant_of(user, at=timezone.now()) is not None
    assert user.prescriber.is_registered == has_grant
    return has_grant


def outcome(user: User) -> str:
    return AuditEvent.objects.filter(person=user).latest("sequence").facts["outcome"]


def test_both_codes_open_the_account_and_give_a_day_for_the_first_token(at_iris, iris):
    proofed(iris)
    sent = submit(at_iris, ACTIVATE, channel="text")
    page = read(at_iris.get(sent.url))
    time_passes(iris, timedelta(seconds=30))
    again = read(at_iris.get(submit(at_iris, ACTIVATE, channel="call").url))
    codes = {"phone_code": newest_code(PHONE), "address_code": newest_code(EMAIL)}

    done = submit(at_iris, ACTIVATE, **codes)

    assert "Your code is on its way" in page
    assert "It replaces the one before" not in page
    assert "A new code is on its way" in again
    assert "(•••) •••-0144" in page
    assert "555-0144" not in page
    assert not any(code in page for code in codes.values())
    assert done.url.startswith(SETUP)
    assert "Your EPCS account is activated" in read(at_iris.get(done.url))
    assert is_open(iris)
    grant = EnrollmentGrant.objects.get()
    assert grant.expires_at - grant.given_at == settings.ENROLLMENT_GRANT
    assert ActivationPiece.objects.filter(used_at=grant.given_at).count() == 2
    assert events_of(iris)[-2:] == ["enrollment_grant.given", "activation.done"]
    assert BindingTries.objects.get(user=iris).made == 0
    assert at_iris.get(ACTIVATE).url == SETUP
    assert at_iris.get("/epcs/token/add/").status_code == 200


def test_what_arrives_says_what_it_is_for(iris):
    proofed(iris)
    text = texted(iris)
    at = timezone.now()
    messages = {message.channel: message.outgoing(at) for message in Message.objects.all()}

    assert len(text) == 6
    host = urlsplit(settings.PORTAL_URL).hostname
    assert messages["text"].text.endswith(f"@{host} #{text}")
    assert "Expires in 10 minutes." in messages["text"].text
    assert "expires in 24 hours" in messages["email"].text
    assert messages["email"].subject == "Your EPCS activation code"
    time_passes(iris, timedelta(seconds=31))
    called = texted(iris, channel=CALL)
    call = Message.objects.get(channel="call")
    assert (call.outgoing(at).text, call.waits_for_key) == (called, True)


@pytest.mark.parametrize("which", [("phone_code",), ("address_code",), tuple(PARTS)])
def test_whichever_is_wrong_one_sentence_is_said(at_iris, iris, which):
    codes = both_codes(iris)

    refused = submit(at_iris, ACTIVATE, **codes | {name: wrong(codes[name]) for name in which})

    page = read(refused)
    assert WRONG in page
    assert not any(code in page for code in codes.values())
    assert not is_open(iris)
    assert outcome(iris) == "activation-codes-wrong"
    assert BindingTries.objects.get(user=iris).made == 1
    assert submit(at_iris, ACTIVATE, **codes).status_code == 302


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"phone_code": "12345"}, "The code must be 6 digits. You entered 5."),
        ({"phone_code": ""}, "Enter the 6-digit code."),
        ({"address_code": "123456"}, "The code must be 8 digits. You entered 6."),
        ({"address_code": "abcdefgh"}, "The code must be 8 digits, with no letters."),
        ({"address_code": "１２３４５６７８"}, "The code must be 8 digits, with no letters."),
        ({"address_code": ""}, "Enter the 8-digit code."),
        ({"channel": "post"}, "Choose how we send it."),
    ],
)
def test_what_cannot_be_a_code_is_not_tried(at_iris, iris, typed, words):
    both_codes(iris)

    refused = submit(at_iris, ACTIVATE, **{"phone_code": "123456", "address_code": "1" * 8} | typed)

    assert words in read(refused)
    assert not BindingTries.objects.filter(made__gt=0).exists()


def test_one_code_alone_opens_nothing(at_iris, iris):
    proofed(iris)

    refused = submit(at_iris, ACTIVATE, phone_code="123456", address_code=newest_code(EMAIL))

    assert "No code was sent to your phone yet." in read(refused)
    assert not is_open(iris)


LIVES = [
    ("phone_code", "text", timedelta(minutes=10), "expired after 10 minutes"),
    ("phone_code", "call", timedelta(minutes=10), "expired after 10 minutes"),
    ("address_code", "email", timedelta(hours=24), "expired after 24 hours. Ask for a new email."),
    ("address_code", "post", timedelta(days=21), "expired after 21 days. Call support"),
]


@pytest.mark.parametrize(("name", "channel", "lives", "words"), LIVES)
@pytest.mark.parametrize("seconds", [-1, 0, 1])
def test_a_code_lives_so_long_and_no_second_longer(iris, name, channel, lives, words, seconds):
    sent_at = timezone.now()
    by_post = channel == POST
    proofing = proofed(iris, channel="post" if by_post else "email", at=sent_at)
    phone = texted(iris, channel=channel if channel == CALL else TEXT, at=sent_at)
    letter = proofing.pieces.get(part=2)
    codes = {
        "phone_code": phone,
        "address_code": letter.take().decode() if by_post else newest_code(EMAIL),
    }
    others = ActivationPiece.objects.exclude(part=PARTS[name])
    others.update(expires_at=sent_at + timedelta(days=100))
    at = sent_at + lives + timedelta(seconds=seconds)

    if seconds < 0:
        activate_account(user=iris, at=at, **codes)
        assert iris.prescriber.is_registered
        assert bytes(ActivationPiece.objects.get(part=2).sealed) == b""
        return
    for tried in (codes, {each: wrong(code) for each, code in codes.items()}):
        with pytest.raises(Refusal, match=words):
            activate_account(user=iris, at=at, **tried)
    assert not iris.prescriber.is_registered
    assert BindingTries.objects.get(user=iris).made == 2


def test_codes_are_used_once(at_iris, iris):
    codes = both_codes(iris)
    submit(at_iris, ACTIVATE, **codes)

    with pytest.raises(Refusal, match="no identity proofing that waits"):
        activate_account(user=iris, at=timezone.now(), **codes)

    assert EnrollmentGrant.objects.count() == 1
    assert outcome(iris) == "nothing-to-activate"


def test_codes_that_another_request_used_a_moment_ago_are_wrong(iris):
    codes = both_codes(iris)
    proofing = IdentityProofing.objects.get()
    pieces = activation.pieces_of(proofing)

    assert activation.use(pieces, at=timezone.now())
    assert not activation.use(pieces, at=timezone.now())
    with pytest.raises(Refusal):
        activate_account(user=iris, at=timezone.now(), **codes)


def test_another_persons_codes_open_nothing(at_iris, iris):
    codes, other = both_codes(iris), an_invited_prescriber("sam")
    proofed(other)
    texted(other)

    with pytest.raises(Refusal, match=WRONG):
        activate_account(user=other, at=timezone.now(), **codes)

    assert not is_open(other)
    assert not is_open(iris)


def test_codes_of_a_proofing_that_was_replaced_open_nothing(iris):
    codes = both_codes(iris)
    proofed(iris)
    time_passes(iris, timedelta(minutes=5))
    texted(iris)

    with pytest.raises(Refusal, match=WRONG):
        activate_account(user=iris, at=timezone.now(), **codes)


def test_the_digest_of_one_row_is_worth_nothing_in_another(iris):
    codes = both_codes(iris)
    phone = ActivationPiece.objects.get(part=1)
    moved = ActivationPiece.objects.get(part=2)
    ActivationPiece.objects.filter(pk=phone.pk).update(id=uuid4())
    with pytest.raises(Refusal, match=WRONG):
        activate_account(user=iris, at=timezone.now(), **codes)
    ActivationPiece.objects.filter(part=1).update(id=phone.pk, digest=moved.digest)

    with pytest.raises(Refusal, match=WRONG):
        activate_account(user=iris, at=timezone.now(), **codes)


def test_a_revocation_meanwhile_ends_it(at_iris, iris):
    codes, now = both_codes(iris), timezone.now()
    RevocationCase.objects.create(
        number="CS-1111-2222",
        user=iris,
        issued_by=iris,
        issued_at=now,
        expires_at=now + timedelta(hours=24),
        used_at=now,
    )

    with pytest.raises(Refusal, match="no identity proofing that waits"):
        activate_account(user=iris, at=now, **codes)
    with pytest.raises(Refusal, match="no identity proofing that waits"):
        send_activation_code(user=iris, channel=TEXT, at=now)

    assert at_iris.get(ACTIVATE).url == SETUP
    assert not EnrollmentGrant.objects.exists()


def test_five_tries_an_hour_and_then_even_the_right_codes_wait(at_iris, iris):
    codes = both_codes(iris)
    for _ in range(5):
        submit(at_iris, ACTIVATE, **codes | {"phone_code": wrong(codes["phone_code"])})

    refused = submit(at_iris, ACTIVATE, **codes)
    assert "You have tried 5 times within an hour" in read(refused)
    assert not is_open(iris)
    BindingTries.objects.update(since=timezone.now() - timedelta(hours=1))
    assert submit(at_iris, ACTIVATE, **codes).status_code == 302


def test_codes_to_the_phone_come_half_a_minute_apart_and_three_in_half_an_hour(at_iris, iris):
    proofed(iris)
    texted(iris)
    soon = submit(at_iris, ACTIVATE, channel="call")
    for _ in range(2):
        time_passes(iris, timedelta(seconds=30))
        assert submit(at_iris, ACTIVATE, channel="call").status_code == 302
    time_passes(iris, timedelta(seconds=30))
    fourth = submit(at_iris, ACTIVATE, channel="text")

    assert "You can ask for another code in 30 seconds." in read(soon)
    assert "We have sent as many codes as we can for now." in read(fourth)
    assert Message.objects.filter(recipient=PHONE).count() == 3
    assert ActivationPiece.objects.filter(part=1, voided_at=None).count() == 1
    assert events_of(iris)[-1] == "activation.code_not_sent"


def test_a_new_email_takes_the_place_of_the_one_before(at_iris, iris):
    proofed(iris)
    first = newest_code(EMAIL)
    soon = submit(at_iris, ACTIVATE, channel="email")
    for _ in range(2):
        time_passes(iris, timedelta(seconds=30))
        assert submit(at_iris, ACTIVATE, channel="email").status_code == 302
    fourth = submit(at_iris, ACTIVATE, channel="email")

    assert "You can ask for another code in" in read(soon)
    assert "We sent 3 emails within 30 minutes" in read(fourth)
    codes = {"phone_code": texted(iris), "address_code": newest_code(EMAIL)}
    with pytest.raises(Refusal, match=WRONG):
        activate_account(user=iris, at=timezone.now(), **codes | {"address_code": first})
    activate_account(user=iris, at=timezone.now(), **codes)


def test_who_waits_for_a_letter_is_sent_no_email(at_iris, iris):
    proofed(iris, channel="post")
    page = read(at_iris.get(ACTIVATE))

    refused = submit(at_iris, ACTIVATE, channel="email")

    assert "Your second code comes by letter, so no email was sent." in read(refused)
    assert "Send a new email" not in page
    assert "support sends a new one" in page
    assert not Message.objects.filter(recipient=EMAIL).exists()


def test_a_code_that_cannot_arrive_is_sent_again_at_once(at_iris, iris):
    proofed(iris)
    texted(iris)
    Message.objects.filter(recipient=PHONE).update(state="dead", problem="unreachable")

    page = read(at_iris.get(ACTIVATE))

    assert "We can't reach the code service." in page
    assert submit(at_iris, ACTIVATE, channel="call").status_code == 302


def test_nothing_is_sent_while_codes_are_stopped_or_to_a_landline(at_iris, iris):
    CodesStopped.objects.create(stopped_at=timezone.now())
    proofed(iris)
    stopped = submit(at_iris, ACTIVATE, channel="text")
    IdentityProofing.objects.update(phone="+16846221234")  # American Samoa
    landline = submit(at_iris, ACTIVATE, channel="text")

    assert "We can't send codes at the moment" in read(stopped)
    assert landline.status_code == 200
    with pytest.raises(PhoneTakesNoTexts):
        send_activation_code(user=iris, channel=TEXT, at=timezone.now())
    assert outcome(iris) == "phone-takes-no-texts"
    assert not Message.objects.filter(recipient__startswith="+").exists()


def test_the_page_says_what_expired(at_iris, iris):
    both_codes(iris)
    time_passes(iris, timedelta(days=2))

    page = read(at_iris.get(ACTIVATE))

    assert page.count("Expired ") == 2
    assert "Send a new email" in page


@pytest.mark.parametrize(
    "sent", [{"channel": "text"}, {"phone_code": "123456", "address_code": "12345678"}]
)
def test_a_form_that_comes_too_late_leads_on(at_iris, iris, sent):
    proofed(iris)
    form_key = form_key_on(at_iris, ACTIVATE)
    IdentityProofing.objects.update(activated_at=timezone.now())

    page = read(at_iris.post(ACTIVATE, {"form_key": form_key, **sent}))

    assert "no identity proofing that waits" in page
    assert "See what comes next" in page
