"""Notices by e-mail, through a real SMTP server with STARTTLS and AUTH."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from epcs_portal.delivery.models import Message
from epcs_portal.delivery.problems import Problem
from tests import factories, markers
from tests.delivery.conftest import TWILIO
from tests.delivery.posting import Channel, handed_over, posted
from tests.delivery.smtp_in_hand import PASSWORD, USER, mail_server
from tokens import notices, selectors
from tokens.models import SecurityNotice
from tokens.tasks import tell_contacts

pytestmark = [
    pytest.mark.django_db,
    # The test's mail server runs in this process, and leaves sockets to the garbage collector.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


@pytest.fixture
def person(db):
    return factories.a_prescriber("snguyen")


@pytest.fixture
def postmaster(tmp_path, settings, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "mail.pem"))  # who is trusted here
    markers.note("passwords", PASSWORD)
    with mail_server(tmp_path) as (postmaster, port):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = USER, PASSWORD
        settings.EMAIL_USE_TLS = True
        settings.DELIVERY_GATEWAYS = TWILIO
        yield postmaster


def a_letter(person, to="sam@example.org"):
    return posted(person, Channel.EMAIL, to=to, subject="Your EPCS PIN was changed")


def test_a_notice_arrives(postmaster, person):
    person.email = "sam@example.org"
    person.save()
    notices.note(person, SecurityNotice.Change.PIN_RESET, at=timezone.now())
    [notice_id] = selectors.due_notices(timezone.now())
    tell_contacts(notice_id=str(notice_id))

    message = handed_over(Message.objects.get())

    [letter] = postmaster.letters
    assert (letter["To"], letter["Subject"]) == ("sam@example.org", "Your EPCS PIN was changed")
    assert letter["From"] == "EPCS Portal <no-reply@portal.example.org>"
    assert letter["Message-ID"] == f"<{message.pk}@portal.example.org>"
    assert letter.get_content_type() == "text/plain"
    text = letter.get_payload(decode=True).decode()
    assert "If you didn't do this, call (888) 555-0110 now." in text
    assert "https://portal.example.org/not-me/" in text
    assert (message.state, bytes(message.sealed)) == ("done", b"")


@pytest.mark.parametrize("answer", ["451 Try again later", "421 Closing"])
def test_a_server_that_is_busy_is_tried_again(postmaster, person, answer):
    postmaster.answers = [answer]
    message = handed_over(a_letter(person))
    first = (message.state, message.trouble)

    message = handed_over(message, at=message.due_at)

    assert first == ("queued", Problem.UNREACHABLE)
    assert message.state == "done"
    assert len(postmaster.letters) == 1


def test_a_mailbox_that_is_full_is_tried_again(postmaster, person):
    assert handed_over(a_letter(person, "full@example.org")).state == "queued"


@pytest.mark.parametrize("where", ["recipient", "letter"])
def test_a_550_is_buried_and_shown(postmaster, person, where):
    postmaster.answers = ["550 Refused"] if where == "letter" else []
    to = "nobody@example.org" if where == "recipient" else "sam@example.org"

    message = handed_over(a_letter(person, to))

    told = StringIO()
    call_command("messages", "--dead", stdout=told)
    assert (message.state, message.trouble) == ("dead", Problem.MAILBOX_REFUSED)
    assert f"e-mail to {to}  attempts: 1  The mail server refused this address." in told.getvalue()


def test_a_wrong_password_is_tried_again_and_never_told(postmaster, person, settings):
    settings.EMAIL_HOST_PASSWORD = "a wrong one"

    message = handed_over(a_letter(person))

    assert (message.state, message.trouble) == ("queued", Problem.UNREACHABLE)
    assert not postmaster.letters


def test_a_server_that_is_away_is_tried_again(postmaster, person, settings):
    settings.EMAIL_PORT = 1

    assert handed_over(a_letter(person)).trouble is Problem.UNREACHABLE
