"""Support records an identity proofing, and the first of two codes leaves at once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError
from django.utils import timezone

from accounts.activation_refusals import (
    AlreadyRegistered,
    NoEmailOfRecord,
    NoPracticeAddress,
    NotAPrescriber,
    ProofingBeforeRevocation,
    ProofingRecordedAlready,
)
from accounts.flows.record_proofing import record_proofing
from accounts.models import ActivationPiece, IdentityProofing, Membership, Practice, User
from accounts.models.user import DEFAULT_TIME_ZONE
from epcs_portal.audit.models import AuditEvent
from epcs_portal.local_time import day_at
from tests import factories
from tests.accounts.registering import (
    EMAIL,
    PHONE,
    a_proofing,
    an_agent,
    an_invited_prescriber,
    newest_code,
    proofed,
    texted,
)
from tests.pages import submit
from tests.support.conftest import agent, agents_fob, at_support  # noqa: F401
from tests.tokens.phones import a_backup_phone
from tests.tokens.reading import events_of, read
from tokens.models import RevocationCase, SecurityNotice
from tokens.refusals import OwnAccount

pytestmark = pytest.mark.django_db


@pytest.fixture
def iris() -> User:
    return an_invited_prescriber()


def a_revocation(user: User, *, at) -> None:
    RevocationCase.objects.create(
        number="CS-1111-2222",
        user=user,
        issued_by=user,
        issued_at=at,
        expires_at=at + timedelta(hours=24),
        used_at=at,
    )


def today() -> date:
    """At the practice."""
    return day_at(DEFAULT_TIME_ZONE, timezone.now())


def typed(**changed: str) -> dict[str, str]:
    return {
        "provider": "Simulated credential service provider",
        "level": "IAL2",
        "reference": "TX-8841/2",
        "completed_on": today().isoformat(),
        "phone": "(802) 555-0144",
        "channel": "email",
    } | changed


def page_of(user: User) -> str:
    return f"/staff/people/{user.pk}/proofing/"


def test_an_agent_records_it_and_the_email_leaves(at_support, agent, iris):  # noqa: F811
    done = submit(at_support, page_of(iris), **typed())

    page = read(at_support.get(done.url))
    assert "The identity proofing is recorded" in page
    assert "(•••) •••-0144" in page
    assert "555-0144" not in page
    assert "Code by email" in page
    proofing = IdentityProofing.objects.get()
    assert (proofing.recorded_by, proofing.phone, proofing.activated_at) == (agent, PHONE, None)
    assert not iris.prescriber.is_registered
    code = newest_code(EMAIL)
    piece = ActivationPiece.objects.get()
    assert len(code) == 8
    assert code not in piece.digest
    assert (bytes(piece.sealed), piece.sealed_with) == (b"", "")
    assert piece.expires_at - piece.sent_at == timedelta(hours=24)
    event = AuditEvent.objects.get(event="proofing.recorded")
    assert (event.person, event.actor, event.event_class) == (iris, agent, 6)
    assert SecurityNotice.objects.get(user=iris).change == "proofing-recorded"
    assert code not in page
    assert "One code is on its way by email. The prescriber asks for the other one." in page


def test_a_letter_is_told_to_wait_for_the_printer(at_support, iris):  # noqa: F811
    done = submit(at_support, page_of(iris), **typed(channel="post"))

    page = read(at_support.get(done.url))
    letter = ActivationPiece.objects.get()
    assert "The letter with one code goes out once it is printed." in page
    assert f'href="/staff/letters/{letter.pk}/">Print the letter now</a>' in page
    assert "on its way" not in page


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"completed_on": "2031-01-01"}, "Enter a day within the last 365 days"),
        ({"completed_on": "2024-01-01"}, "Enter a day within the last 365 days"),
        ({"phone": "+44 20 7946 0018"}, "We can only send codes to US phone numbers."),
        ({"phone": ""}, "Enter a phone number with 10 digits"),
        ({"reference": "two words"}, "Use letters, digits and . / : _ - only."),
        ({"provider": "<b>"}, "Use letters, digits, blanks"),
        ({"channel": "text"}, "Choose the email or the letter."),
        ({"channel": ""}, "Choose the email or the letter."),
    ],
)
def test_what_is_typed_wrongly_is_not_recorded(at_support, iris, changed, words):  # noqa: F811
    refused = submit(at_support, page_of(iris), **typed(**changed))

    assert words in read(refused)
    assert not IdentityProofing.objects.exists()


@pytest.mark.parametrize("ago", [0, 1, 365])
def test_it_may_be_a_year_old_and_counts_from_the_beginning_of_its_day(iris, ago):
    day = today() - timedelta(days=ago)

    proofing = proofed(iris, completed_on=day)

    there = proofing.completed_at.astimezone(ZoneInfo(DEFAULT_TIME_ZONE))
    assert there.date() == day
    assert proofing.completed_at <= proofing.recorded_at
    assert there.hour == 0 or ago == 0


def test_its_day_is_that_of_the_practice_wherever_the_agent_is(iris):
    """It is April 30 where the agent is, and May 1 in Guam."""
    Practice.objects.update(time_zone="Pacific/Guam")
    guam = User.objects.get(pk=iris.pk)
    at = datetime(2026, 5, 1, 6, tzinfo=UTC)

    with timezone.override(ZoneInfo("America/Los_Angeles")):
        before = proofed(guam, completed_on=date(2026, 4, 30), at=at)
        on_the_day = proofed(guam, completed_on=date(2026, 5, 1), at=at)

    assert before.completed_at == datetime(2026, 4, 29, 14, tzinfo=UTC)
    assert on_the_day.completed_at == at


def refused(user: User, reason: type, *, actor: User | None = None, **changed) -> None:
    before = IdentityProofing.objects.count()
    with pytest.raises(reason) as caught:
        record_proofing(
            user=user,
            agent=actor or an_agent(),
            proofing=a_proofing(**changed),
            at=timezone.now(),
        )
    assert IdentityProofing.objects.count() == before
    event = AuditEvent.objects.filter(person=user).latest("occurred_at")
    assert event.event == "proofing.not_recorded"
    assert event.facts["outcome"] == caught.value.code


def test_agents_record_nothing_of_themselves(iris):
    refused(iris, OwnAccount, actor=iris)


def test_who_is_no_prescriber_is_not_recorded(at_support):  # noqa: F811
    dana = factories.a_person(practice=factories.a_practice())

    refused(dana, NotAPrescriber)
    assert at_support.get(page_of(dana)).status_code == 404


def test_a_reference_is_recorded_once_whosever_it_is(iris):
    proofed(iris, reference="R-77")

    other = factories.a_prescriber(registered=False)
    refused(other, ProofingRecordedAlready, reference="R-77", channel="post")
    refused(iris, ProofingRecordedAlready, reference="R-77")
    assert ActivationPiece.objects.filter(voided_at=None).count() == 1


def test_where_no_address_is_no_code_is_sent_there(iris):
    User.objects.update(email="")
    iris.refresh_from_db()
    refused(iris, NoEmailOfRecord)

    Membership.objects.all().delete()
    refused(User.objects.get(pk=iris.pk), NoPracticeAddress, channel="post")


def test_who_is_registered_and_has_a_way_in_is_not_proofed_again(prescriber):
    a_backup_phone(prescriber)
    refused(prescriber, AlreadyRegistered, channel="post")


def test_nor_under_an_open_grant(prescriber):
    factories.a_grant(prescriber)
    refused(prescriber, AlreadyRegistered, channel="post")


def test_who_has_nothing_left_to_verify_with_is_proofed_again(prescriber):
    proofed(prescriber, channel="post")

    assert prescriber.prescriber.identity_proofings.count() == 2
    assert prescriber.prescriber.is_registered


def test_a_proofing_from_before_a_revocation_does_not_count(prescriber):
    now = timezone.now()
    a_revocation(prescriber, at=now - timedelta(hours=1))
    yesterday = today() - timedelta(days=1)
    refused(prescriber, ProofingBeforeRevocation, channel="post", completed_on=yesterday)

    proofed(prescriber, channel="post")

    assert "proofing.recorded" in events_of(prescriber)


def test_a_newer_proofing_ends_the_codes_of_the_one_before(iris):
    first = proofed(iris)
    texted(iris)

    second = proofed(iris)

    assert first.pieces.count() == first.pieces.exclude(voided_at=None).count() == 2
    assert second.pieces.filter(voided_at=None).count() == 1


@pytest.mark.parametrize("part", [1, 2])
@pytest.mark.parametrize("channel", ["text", "call", "email", "post"])
def test_the_database_keeps_both_codes_on_two_channels(iris, part, channel):
    proofing, now = proofed(iris), timezone.now()
    ActivationPiece.objects.all().delete()
    piece = ActivationPiece(
        proofing=proofing, part=part, channel=channel, digest="0" * 64, sent_at=now
    )
    piece.expires_at = now + timedelta(minutes=10)
    piece.erase()

    if (part == 1) == (channel in {"text", "call"}):
        piece.save()
    else:
        with pytest.raises(IntegrityError):
            piece.save()


def test_two_open_codes_of_one_part_cannot_be(iris):
    piece = proofed(iris).pieces.get()
    piece.pk = "00000000-0000-4000-8000-000000000001"

    with pytest.raises(IntegrityError):
        piece.save(force_insert=True)
