"""The letter with an activation code: printed once, and then the code lies nowhere."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.test import override_settings
from django.utils import timezone

from accounts.activation_words import awaited
from accounts.flows.activate_account import activate_account
from accounts.flows.send_activation_letter import send_activation_letter
from accounts.models import ActivationPiece, IdentityProofing, Membership, User
from epcs_portal.audit.models import AuditEvent
from epcs_portal.refusals import Refusal
from epcs_portal.submissions.models import FormSubmission
from tests import factories, markers
from tests.accounts.registering import an_invited_prescriber, proofed, texted, time_passes
from tests.pages import submit
from tests.tokens.reading import events_of, read

pytestmark = pytest.mark.django_db
EIGHT_DIGITS = re.compile(r">([0-9]{8})<")
PRINTED = "This letter was printed already, used, or another took its place"


@pytest.fixture
def iris() -> User:
    return an_invited_prescriber()


@pytest.fixture
def letter(iris) -> ActivationPiece:
    return proofed(iris, channel="post").pieces.get()


def page_of(letter: ActivationPiece) -> str:
    return f"/staff/letters/{letter.pk}/"


def printed(client, letter: ActivationPiece) -> str:
    code = EIGHT_DIGITS.search(client.post(page_of(letter)).text)[1]
    markers.note("codes", code)
    return code


def test_it_is_printed_once_and_opens_the_account(at_support, agent, iris, letter):
    persons_page = f"/staff/accounts/user/{iris.pk}/change/"
    before = read(at_support.get(persons_page))
    asked = at_support.get(page_of(letter))
    sealed = bytes(ActivationPiece.objects.get().sealed)
    waiting = awaited(iris, at=timezone.now())

    answer = at_support.post(page_of(letter))

    code = EIGHT_DIGITS.search(answer.text)[1]
    markers.note("codes", code)
    posted = awaited(iris, at=timezone.now())
    assert page_of(letter) in before
    assert "not printed yet" in before
    assert "begun today" in before
    assert "Support prepares a letter. Good until" in waiting["address_state"]
    assert "We posted a letter. Good until" in posted["address_state"]
    assert not EIGHT_DIGITS.search(asked.text)
    assert code.encode() not in sealed
    assert answer.text.count(code) == 1
    assert "48 Lake Street" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    piece = ActivationPiece.objects.get()
    assert (bytes(piece.sealed), piece.sealed_with) == (b"", "")
    assert code not in str(list(FormSubmission.objects.values()))
    event = AuditEvent.objects.get(event="proofing.letter_printed")
    assert (event.person, event.actor, event.event_class) == (iris, agent, 6)
    assert code not in event.text
    assert "not printed yet" not in read(at_support.get(persons_page))
    activate_account(user=iris, phone_code=texted(iris), address_code=code, at=timezone.now())


def refused(client, letter: ActivationPiece, words: str = PRINTED) -> None:
    answer = client.post(page_of(letter))
    assert words in read(answer)
    assert not EIGHT_DIGITS.search(answer.text)
    person = letter.proofing.prescriber.user
    assert "proofing.letter_not_printed" in events_of(person)


def test_it_is_not_printed_twice(at_support, letter):
    printed(at_support, letter)

    refused(at_support, letter)


def test_one_that_was_replaced_or_is_over_is_not_printed(at_support, iris, letter):
    time_passes(iris, timedelta(days=21))
    refused(at_support, letter)
    again = send_activation_letter(
        user=iris, agent=factories.a_person(), reason="Lost.", at=timezone.now()
    )
    refused(at_support, letter)

    assert printed(at_support, again)


def test_one_that_does_not_open_is_not_printed(at_support, letter):
    ActivationPiece.objects.update(sealed=b"x" * 40)

    refused(at_support, letter, "can't be read any more")


def test_nobody_prints_a_letter_to_themselves(at_support, agent, iris, letter):
    prescriber = iris.prescriber
    prescriber.user = agent
    prescriber.save()

    refused(at_support, letter, "This is your own account")


def test_only_letters_have_a_page(at_support, client, iris, letter):
    by_email = proofed(iris).pieces.get()

    assert at_support.get(page_of(by_email)).status_code == 404
    assert at_support.get(f"/staff/letters/{uuid4()}/").status_code == 404
    client.force_login(iris)
    assert client.post(page_of(letter)).status_code == 403


def begin(client, person: User):
    return submit(client, f"/staff/people/{person.pk}/letter/", reason="The first one was lost.")


def test_a_new_letter_takes_the_place_of_what_was_sent(at_support, agent, iris):
    proofed(iris)

    done = begin(at_support, iris)

    page = read(at_support.get(done.url))
    assert "A new letter waits to be printed" in page
    letter = ActivationPiece.objects.get(voided_at=None)
    assert f'{page_of(letter)}">Print the letter now</a>' in page
    assert letter.expires_at - letter.sent_at == timedelta(days=21)
    sent = AuditEvent.objects.get(event="activation.code_sent")
    assert (sent.person, sent.actor, sent.facts["channel"]) == (iris, agent, "post")


@pytest.mark.parametrize("case", ["nothing waits", "no practice", "own"])
def test_no_letter_is_begun_where_none_can_be(iris, case):
    proofed(iris)
    if case == "nothing waits":
        IdentityProofing.objects.update(activated_at=timezone.now())
    if case == "no practice":
        Membership.objects.all().delete()
    person, agent = User.objects.get(pk=iris.pk), factories.a_person()

    with pytest.raises(Refusal):
        send_activation_letter(
            user=person,
            agent=person if case == "own" else agent,
            reason="Lost.",
            at=timezone.now(),
        )

    assert "activation.code_not_sent" in events_of(iris)
    assert not ActivationPiece.objects.filter(channel="post").exists()


def test_a_letter_that_waits_is_sealed_with_the_new_key_too(settings, at_support, letter):
    with override_settings(SEALING_KEYS={"new": b"n" * 32} | settings.SEALING_KEYS):
        call_command("rotate_sealing_key", verbosity=0)
        piece = ActivationPiece.objects.get()
        assert piece.sealed_with == "new"
        assert printed(at_support, piece)
