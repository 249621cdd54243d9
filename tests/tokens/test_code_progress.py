"""What the page says of a code that is awaited, as it loads and as it asks again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from epcs_portal.delivery.gateway import Progress
from epcs_portal.delivery.models import Message
from epcs_portal.delivery.problems import Problem
from tests import factories
from tests.pages import submit
from tests.tokens.phones import ADD, VERIFY, a_backup_phone, code_on, way_of
from tests.tokens.reading import choose, on_the_wall, read
from tokens.models import OutOfBandCode

NOW = timezone.now()


@pytest.fixture
def phone(prescriber):
    return a_backup_phone(prescriber)


def ask(client, phone, channel="text", **columns):
    """Send a code, and let its message be so; return what the page hears of it."""
    choose(client, VERIFY, f"{channel}:{phone.pk}")
    Message.objects.update(**columns)
    return client.get(f"/epcs/codes/{OutOfBandCode.objects.get().pk}.json").json()


SENT = {"state": "done", "sent_at": NOW}
ARRIVED = {"progress": Progress.DELIVERED, "progress_at": NOW}
REJECTED = {"progress": Progress.FAILED, "problem": "carrier-rejected"}


@pytest.mark.parametrize(
    ("channel", "columns", "expected"),
    [
        ("text", {}, ("Sending …", "info", False)),
        ("call", {}, ("Calling …", "info", False)),
        ("text", SENT, (f"Sent at {on_the_wall(NOW)}.", "info", False)),
        ("call", SENT, ("We are calling you now.", "info", False)),
        ("text", SENT | ARRIVED, (f"Delivered at {on_the_wall(NOW)}.", "ok", True)),
        ("call", SENT | ARRIVED, (f"The call ended at {on_the_wall(NOW)}.", "ok", True)),
        ("text", {"problem": "unreachable"}, (Problem.UNREACHABLE.sentence, "warn", False)),
        ("text", {"problem": "busy"}, (Problem.BUSY.sentence, "warn", False)),
        (
            "text",
            {"state": "dead", "problem": "not-mobile"},
            (Problem.NOT_MOBILE.sentence, "bad", True),
        ),
        ("text", SENT | REJECTED, (Problem.CARRIER_REJECTED.sentence, "bad", True)),
    ],
)
def test_each_step_has_words(signed_in, phone, channel, columns, expected):
    said = ask(signed_in, phone, channel, **columns)

    assert (said["text"], said["tone"], said["final"]) == expected
    assert said["text"] in read(signed_in.get(way_of(phone, channel)))


def test_a_code_whose_message_was_forgotten_says_nothing(signed_in, phone):
    choose(signed_in, VERIFY, f"text:{phone.pk}")
    Message.objects.all().delete()
    code = OutOfBandCode.objects.get()

    assert signed_in.get(f"/epcs/codes/{code.pk}.json").json()["final"] is True


def test_nobody_asks_about_another_persons_code(signed_in, phone, client):
    choose(signed_in, VERIFY, f"text:{phone.pk}")
    code = OutOfBandCode.objects.get()
    client.force_login(factories.a_prescriber())

    assert client.get(f"/epcs/codes/{code.pk}.json").status_code == 404


def test_asking_does_not_keep_the_session_from_falling_idle(signed_in, phone):
    choose(signed_in, VERIFY, f"text:{phone.pk}")
    session = signed_in.session
    session["seen_at"] -= 600
    session.save()

    signed_in.get(f"/epcs/codes/{OutOfBandCode.objects.get().pk}.json")

    assert signed_in.session["seen_at"] == session["seen_at"]


def test_what_cannot_arrive_may_be_sent_another_way_at_once(granted):
    typed = {"phone": "802 555 0187"}
    page = submit(granted, ADD, **typed, delivery="text").url
    Message.objects.update(state="dead", problem="not-mobile")
    told = read(granted.get(page))

    called = submit(granted, ADD, **typed, delivery="call")

    assert "Choose Voice call or use another number." in told
    assert "You can ask for another code" not in told
    assert called.status_code == 302
    assert submit(granted, called.url, code=code_on("+18025550187")).status_code == 302


def test_a_page_without_a_code_that_works_says_so(signed_in, phone):
    never = read(signed_in.get(way_of(phone)))
    choose(signed_in, VERIFY, f"text:{phone.pk}")
    ten_minutes = timedelta(minutes=10)
    OutOfBandCode.objects.update(
        sent_at=F("sent_at") - ten_minutes, expires_at=F("expires_at") - ten_minutes
    )

    expired = read(signed_in.get(way_of(phone)))

    for page in (never, expired):
        assert "There is no code that still works for" in page
        assert "Resend verification code" in page


@pytest.mark.parametrize("query", ["", "?phone=no-uuid", f"?phone={'0' * 32}"])
def test_a_page_for_no_phone_leads_back_to_the_methods(signed_in, phone, query):
    assert signed_in.get(f"/epcs/verify/text/{query}").url.startswith(VERIFY)


def test_the_last_line_of_a_text_is_bound_to_this_portal(signed_in, phone):
    choose(signed_in, VERIFY, f"text:{phone.pk}")

    words = Message.objects.get().outgoing(timezone.now()).text

    code = words[:6]
    assert words.splitlines()[-1] == f"@portal.example.org #{code}"
    assert "It cannot sign prescriptions. Expires in 10 minutes. We never ask for it." in words
    assert words.isascii()
