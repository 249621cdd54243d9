"""My Settings, Activity: one's own trail, all of it, and nobody else's."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
from django.test import Client

from accounts.models import Membership
from epcs_portal.audit.events import Event
from epcs_portal.audit.kinds import Kind, events_of, kind_of
from epcs_portal.audit.models import AuditEvent
from epcs_portal.audit.trail import audited_transaction
from tests import factories
from tests.prescriptions import signing
from tests.tokens.reading import events_of as trail_of
from tests.tokens.reading import read
from tests.tokens.test_statements import statements

pytestmark = pytest.mark.django_db

PAGE, EXPORT = "/settings/activity/", "/settings/activity/export/"
NOON = datetime(2026, 11, 24, 17, tzinfo=UTC)  # noon on the practice's clock
_ROW = re.compile(r'<th scope="row"><span>(.*?)</span>(?:</span>)?</th>', re.DOTALL)
_TAG = re.compile(r"<[^>]+>")


def told(person, event=Event.TOKEN_TESTED, *, at=NOON, actor=None, **more) -> None:
    with audited_transaction() as trail:
        trail.record(event, at=at, person=person, actor=actor or person, **more)


def page_of(client, **query) -> str:
    return read(client.get(f"{PAGE}?{urlencode(query)}"))


def rows_of(client, **query) -> list[str]:
    """What happened, row by row, with its detail."""
    rows = _ROW.findall(page_of(client, **query))
    return [" ".join(_TAG.sub(" ", row).split()) for row in rows]


def lines_of(client, **query) -> list[list[str]]:
    response = client.get(f"{EXPORT}?{urlencode(query)}")
    return list(csv.reader(io.StringIO(response.getvalue().decode("utf-8-sig"))))


def test_it_shows_what_happened_when_with_what_and_from_where(signed_in, prescriber):
    told(
        prescriber,
        Event.TOKEN_BOUND,
        subject="hard token GALH12345678",
        authority="step-up by call",
    )

    page = page_of(signed_in)

    assert rows_of(signed_in) == ["Hardware Token added GALH12345678"]
    assert "This wasn't me: Hardware Token added, Nov 24, 2026, 12:00:00 PM" in _TAG.sub("", page)
    assert "Times are in America/New_York." in page
    assert '<td data-label="Verified with">Phone call</td>' in page
    assert "1–1 of 1" in page


def test_the_newest_is_first_and_of_the_same_moment_the_one_written_last(signed_in, prescriber):
    told(prescriber, Event.SIGN_OUT, at=NOON + timedelta(hours=1))
    told(prescriber, Event.SIGN_IN_SUCCEEDED)
    told(prescriber, Event.TOKEN_TESTED)

    assert rows_of(signed_in) == ["Signed out", "Token tested", "Signed in"]


def test_nobody_sees_what_is_anothers_at_the_same_practice_or_done_by_themselves(
    signed_in, prescriber
):
    other = factories.a_person(practice=prescriber.practice)
    told(other)
    told(other, Event.HOLD_LIFTED, actor=prescriber)
    told(None)

    assert "Nothing yet." in page_of(signed_in)
    assert [line[1] for line in lines_of(signed_in)[1:]] == ["Activity downloaded as a file"]


@pytest.mark.parametrize("is_staff", [True, False])
def test_who_has_no_practice_has_a_trail_too(client, is_staff):
    robin = factories.a_person("rhale", is_staff=is_staff)
    told(robin, Event.SIGN_IN_SUCCEEDED)
    client.force_login(robin)

    page = page_of(client)

    assert rows_of(client) == ["Signed in"]
    assert "This wasn't me" not in page  # there is nothing of theirs that signs
    assert 'aria-current="page">Activity' in page
    assert "Signed in" in [line[1] for line in lines_of(client)]


def test_what_was_told_before_a_change_of_practice_is_still_ones_own(signed_in, prescriber):
    told(prescriber)
    Membership.objects.filter(user=prescriber).update(practice=factories.a_practice())
    told(
        type(prescriber).objects.get(pk=prescriber.pk), Event.SIGN_OUT, at=NOON + timedelta(days=1)
    )

    assert rows_of(signed_in) == ["Signed out", "Token tested"]


def test_what_somebody_else_did_says_who(signed_in, prescriber):
    admin = factories.a_person("dwhitfield", practice=prescriber.practice, first_name="Dana")
    told(prescriber, Event.HOLD_LIFTED, actor=admin, subject="hold")

    assert rows_of(signed_in) == ["The hold on signing was lifted by Dana (dwhitfield)"]


@pytest.mark.parametrize(
    ("event", "subject", "facts", "words"),
    [
        (Event.TOKEN_BOUND, "", {"authority": "enrollment grant"}, "Registration"),
        (Event.PHONE_ADDED, "", {"authority": "step-up by hard-token"}, "Hardware token"),
        (Event.PHONE_REMOVED, "", {"authority": "step-up by mobile-push"}, "Mobile ID"),
        (Event.STEP_UP_SUCCEEDED, "backup phone x", {"method": "text"}, "Text message"),
        (Event.STEP_UP_SUCCEEDED, "hard token x", {}, "Hardware token"),
        (Event.STEP_UP_REFUSED, "hard token x", {}, "Not verified"),
        (Event.PIN_PROOF_GIVEN, "Mobile ID x", {}, "Mobile ID"),
        (Event.PIN_RESET, "", {"authority": "token proof"}, "Token"),
        (Event.SIGN_IN_SUCCEEDED, "", {}, "Sign-in password"),
        (Event.SIGNING_PROVEN, "hard token x", {}, "EPCS PIN and hardware token"),
        (Event.SIGNING_REFUSED, "hard token x", {}, "Not verified"),
        (Event.PHONE_NOT_ADDED, "", {"authority": "step-up by text"}, "Text message"),
        (Event.CODE_SENT, "backup phone x", {}, "–"),
        (Event.SIGN_OUT, "", {}, "–"),
    ],
)
def test_by_what_it_was_verified_is_said_in_plain_words(
    signed_in, prescriber, event, subject, facts, words
):
    told(prescriber, event, subject=subject, **facts)

    assert f'<td data-label="Verified with">{words}</td>' in page_of(signed_in)


def test_a_signature_names_the_prescription_and_both_factors(client):
    desk = signing.a_desk(client)
    desk.sign()

    page = page_of(client, kind="signing")

    assert f"Prescription signed {desk.rx.reference}" in rows_of(client, kind="signing")
    assert page.count("EPCS PIN and hardware token") == 2


@pytest.mark.parametrize(
    ("event", "is_offered"),
    [
        (Event.TOKEN_BOUND, True),
        (Event.SIGNING_REFUSED, True),
        (Event.PIN_RESET, True),
        (Event.SIGN_IN_SUCCEEDED, True),
        (Event.SIGN_IN_REFUSED, False),
        (Event.PRESCRIPTION_SIGNED, True),
        (Event.SIGNING_KEY_UNAVAILABLE, False),
        (Event.ACCESS_CHANGE_EXECUTED, False),
    ],
)
def test_what_a_credential_was_used_for_can_be_reported(signed_in, prescriber, event, is_offered):
    told(prescriber, event)

    page = page_of(signed_in)

    assert ('href="/epcs/report-lost/">This wasn\'t me' in page) == is_offered


def test_every_event_has_a_kind_and_every_kind_but_the_rest_has_events():
    assert sorted(event for kind in Kind for event in events_of(kind)) == sorted(Event)
    assert kind_of("something.new") is Kind.OTHER


def test_one_kind_is_shown_alone(signed_in, prescriber):
    told(prescriber, Event.TOKEN_TESTED)
    told(prescriber, Event.PIN_RESET)
    told(prescriber, Event.SIGN_OUT)

    assert rows_of(signed_in, kind="pin") == ["EPCS PIN reset"]
    assert rows_of(signed_in, kind="stops") == []
    assert "Nothing of this kind happened in that time." in page_of(signed_in, kind="stops")


@pytest.mark.parametrize(
    ("first", "last", "shown"),
    [
        ("11/24/2026", "11/24/2026", ["Token tested", "Signed in"]),
        ("2026-11-24", "", ["Signed out", "Token tested", "Signed in"]),
        ("", "11/24/2026", ["Token tested", "Signed in", "Identity verified"]),
        ("11/26/2026", "", []),
    ],
)
def test_days_are_whole_days_on_the_practices_clock(signed_in, prescriber, first, last, shown):
    midnight = datetime(2026, 11, 24, 5, tzinfo=UTC)  # in New York
    instant = timedelta(microseconds=1)
    told(prescriber, Event.STEP_UP_SUCCEEDED, at=midnight - instant)
    told(prescriber, Event.SIGN_IN_SUCCEEDED, at=midnight)
    told(prescriber, Event.TOKEN_TESTED, at=midnight + timedelta(days=1) - instant)
    told(prescriber, Event.SIGN_OUT, at=midnight + timedelta(days=1))

    assert rows_of(signed_in, first=first, last=last) == shown
    exported = [line[1] for line in lines_of(signed_in, first=first, last=last)[1:]]
    assert [each for each in exported if each != "Activity downloaded as a file"] == shown


@pytest.mark.parametrize(
    ("field", "entered"),
    [
        ("first", "02/30/2026"),
        ("first", "yesterday"),
        ("last", "01/01/0001"),
        ("last", "12/31/9999"),
        ("last", "1" * 5000),
        ("first", "\0"),
    ],
)
def test_a_wrong_date_gets_a_sentence_and_what_was_entered_stays(
    signed_in, prescriber, field, entered
):
    told(prescriber, Event.PIN_RESET)
    query = {"kind": "pin", field: entered}

    page = page_of(signed_in, **query)

    label = {"first": "From", "last": "To"}[field]
    assert f"{label}: there is no such day. Enter it as MM/DD/YYYY, for example" in page
    assert f'value="{entered}"' in page or entered == "\0"
    assert '<option value="pin" selected>' in page
    assert "Error: Activity" in page
    assert rows_of(signed_in, **query) == []


def test_days_in_the_wrong_order_get_a_sentence(signed_in):
    page = page_of(signed_in, first="11/25/2026", last="11/24/2026")

    assert "The last day must not be before the first." in page


def test_a_kind_nobody_offered_gets_a_sentence(signed_in):
    assert "Choose one of the kinds in the list." in page_of(signed_in, kind="everything")


def test_it_is_paged_and_the_filter_stays(signed_in, prescriber):
    for number in range(60):
        told(prescriber, at=NOON + timedelta(minutes=number))

    first, second = page_of(signed_in, kind="tokens"), page_of(signed_in, kind="tokens", page=2)

    assert "1–25 of 60" in first
    assert 'href="/settings/activity/?kind=tokens&page=2">Older' in first
    assert "Newer" not in first
    assert "26–50 of 60" in second
    assert 'href="/settings/activity/?kind=tokens&page=1">Newer' in second
    assert "51–60 of 60" in page_of(signed_in, page="9999999999999999999999")
    assert "1–25 of 60" in page_of(signed_in, page="none")


def test_a_page_costs_the_same_however_much_there_is(signed_in, prescriber):
    told(prescriber)
    signed_in.get(PAGE)  # the session was seen
    few = len(statements(lambda: signed_in.get(PAGE)))
    for number in range(60):
        told(prescriber, at=NOON + timedelta(minutes=number))

    many = statements(lambda: signed_in.get(PAGE))

    assert len(many) == few <= 7, "\n".join(many)


def test_the_file_holds_all_that_was_filtered_and_the_export_is_on_the_trail(signed_in, prescriber):
    told(prescriber, Event.SIGN_OUT)
    for number in range(30):
        told(prescriber, at=NOON + timedelta(minutes=number), subject="hard token GALH12345678")

    response = signed_in.get(f"{EXPORT}?kind=tokens&first=11/24/2026", REMOTE_ADDR="198.51.100.24")
    lines = list(csv.reader(io.StringIO(response.getvalue().decode("utf-8-sig"))))

    assert re.fullmatch(
        r'attachment; filename="activity-2[0-9]{3}-[0-9]{2}-[0-9]{2}\.csv"',
        response.headers["Content-Disposition"],
    )
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert response.streaming
    assert lines[0][0] == "Time (America/New_York)"
    assert len(lines) == 31
    told_first = ["2026-11-24 12:00:00-05:00", "Token tested", "GALH12345678", "Hardware token"]
    assert lines[30] == [*told_first, "", "Done"]
    exported = AuditEvent.objects.get(event="activity.exported")
    assert (exported.person, exported.address) == (prescriber, "198.51.100.24")
    assert exported.facts == {"kind": "tokens", "first": "2026-11-24", "last": None}


@pytest.mark.parametrize("first_letter", ["=", "+", "-", "@", "\t"])
def test_nothing_in_the_file_is_a_formula(signed_in, prescriber, first_letter):
    formula = f'{first_letter}HYPERLINK("https://example.org")'
    told(prescriber, Event.MOBILE_ID_PAIRED, subject="a phone", phone=formula)

    details = [line[2] for line in lines_of(signed_in)]

    assert f"'{formula}" in details


def test_a_refusal_says_so_in_the_file(signed_in, prescriber):
    told(prescriber, Event.TOKEN_TEST_REFUSED)

    assert lines_of(signed_in, kind="tokens")[1][3:] == ["Not verified", "", "Refused"]


def test_a_wrong_filter_exports_nothing_and_leads_to_the_page_that_says_so(signed_in, prescriber):
    response = signed_in.get(f"{EXPORT}?first=02/30/2026&kind=pin")

    assert response.headers["Location"] == f"{PAGE}?kind=pin&first=02%2F30%2F2026"
    assert trail_of(prescriber) == []


def test_a_file_is_asked_for_and_nothing_less(signed_in, prescriber):
    assert signed_in.head(EXPORT).status_code == 405
    assert signed_in.post(EXPORT).status_code == 405
    assert trail_of(prescriber) == []


def test_the_tab_and_the_panel_lead_there(signed_in, client):
    for page in ("/settings/", "/settings/epcs/"):
        assert '<a href="/settings/activity/">Activity</a>' in signed_in.get(page).text
    assert "See all" in signed_in.get("/settings/epcs/").text
    assert Client().get(PAGE).status_code == 302
